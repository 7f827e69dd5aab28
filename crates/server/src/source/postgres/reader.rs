//! One look after the other at the chat's tables, over the one connection.

use std::collections::HashMap;

use sqlx::{FromRow as _, PgConnection, Row as _, postgres::PgRow};
use uuid::Uuid;

use super::{
    Settings, Shared, SourceError, connection,
    cursor::{self, Cursor},
    feed::{self, Feed, RowKind},
    pace::Pace,
    page::{self, ChannelKinds, Page, Seen},
    schema::Schema,
    statement,
};
use crate::source::{
    Moment,
    row::{AttachmentKind, Message, Row as _, User},
};

/// Reads the chat's tables.
pub(super) struct Reader {
    connection: PgConnection,
    pub(super) schema: Schema,
    /// Which database and schema this is.
    pub(super) scope: String,
    pub(super) pace: Pace,
    pub(super) shared: Shared,
    pub(super) seen: Seen,
    /// Rows before this are not read again.
    settled: Moment,
    kinds: ChannelKinds,
    has_roles: bool,
    overlap_seconds: i64,
}

/// What is read of a feed.
#[derive(Clone, Copy)]
pub(super) struct Part<'a> {
    pub(super) feed: &'static Feed,
    pub(super) account: Option<&'a str>,
    /// The last time that is read.
    pub(super) upper: Moment,
}

/// The present of the database.
#[derive(Debug, Clone, Copy)]
pub(super) struct Present {
    /// Now.
    pub(super) now: Moment,
    /// No row is committed any more with a time before this one.
    pub(super) settled: Moment,
}

impl Reader {
    pub(super) async fn open(settings: &Settings, shared: Shared) -> Result<Self, SourceError> {
        let mut connection = connection::open(settings).await?;
        let schema = Schema::inspect(&mut connection, settings.schema.as_deref()).await?;
        let roles = "SELECT to_regclass('public.app_user_roles') IS NOT NULL \
                     AND has_table_privilege(to_regclass('public.app_user_roles'), 'SELECT')";
        connection::begin(&mut connection, "public.app_user_roles").await?;
        let has_roles: Option<bool> = sqlx::query_scalar(roles)
            .persistent(false)
            .fetch_one(&mut connection)
            .await
            .map_err(|error| SourceError::of("public.app_user_roles", error))?;
        connection::end(&mut connection, "public.app_user_roles").await?;
        shared.state.found(&schema);
        Ok(Self {
            scope: cursor::scope(settings, &schema.name),
            pace: Pace::new(settings.rows_per_second),
            overlap_seconds: i64::try_from(settings.overlap.as_secs()).unwrap_or(i64::MAX),
            has_roles: has_roles == Some(true) && !schema.has("nchat_users", "role"),
            connection,
            schema,
            shared,
            seen: Seen::default(),
            settled: Moment::default(),
            kinds: ChannelKinds::default(),
        })
    }

    /// Looks again at which tables there are.
    pub(super) async fn inspect_again(&mut self, settings: &Settings) -> Result<(), SourceError> {
        self.schema = Schema::inspect(&mut self.connection, settings.schema.as_deref()).await?;
        self.shared.state.found(&self.schema);
        Ok(())
    }

    /// Returns the present of the database. A time ahead of our own clock waits until it is over
    /// here too, or it would be refused as being in the future.
    pub(super) async fn present(&mut self) -> Result<Present, SourceError> {
        connection::begin(&mut self.connection, "pg_stat_activity").await?;
        let (now, oldest): (Moment, Option<Moment>) = sqlx::query_as(
            "SELECT clock_timestamp(), min(xact_start) FROM pg_stat_activity \
             WHERE datname = current_database() AND backend_type = 'client backend' \
             AND backend_xid IS NOT NULL AND xact_start > now() - interval '1 hour'",
        )
        .persistent(false)
        .fetch_one(&mut self.connection)
        .await
        .map_err(|error| SourceError::of("pg_stat_activity", error))?;
        connection::end(&mut self.connection, "pg_stat_activity").await?;
        let now = now.min(Moment::from(self.shared.clock.now()).plus_seconds(60));
        let settled = oldest.unwrap_or(now).min(now);
        let settled = settled.plus_seconds(-self.overlap_seconds);
        self.settled = settled;
        self.seen.forget_before(settled);
        Ok(Present { now, settled })
    }

    /// Returns every account; one `None` where tables know of none.
    pub(super) async fn accounts(&mut self) -> Result<Vec<String>, SourceError> {
        let Some(statement) = statement::accounts(&self.schema) else {
            return Ok(Vec::new());
        };
        connection::begin(&mut self.connection, "nchat_users").await?;
        let accounts = sqlx::query_scalar(sqlx::AssertSqlSafe(statement))
            .persistent(false)
            .fetch_all(&mut self.connection)
            .await
            .map_err(|error| SourceError::of("nchat_users", error))?;
        connection::end(&mut self.connection, "nchat_users").await?;
        Ok(accounts)
    }

    /// Reads the page that follows a cursor.
    pub(super) async fn page(&mut self, part: Part<'_>, at: Cursor) -> Result<Page, SourceError> {
        self.pace.wait().await;
        let statement = statement::page(&self.schema, part.feed);
        let mut query = sqlx::query(sqlx::AssertSqlSafe(statement))
            .bind(at.time)
            .bind(at.id)
            .bind(part.upper)
            .bind(self.pace.limit());
        if statement::by_account(&self.schema, part.feed) {
            query = query.bind(part.account.unwrap_or_default().to_owned());
        }
        let name = format!("{}.{}", part.feed.name, part.account.unwrap_or_default());
        let watch = part.feed.watched_days.is_some();
        self.read(part.feed, query, watch, Some(&name)).await
    }

    /// Reads a page of a small table, by identity.
    pub(super) async fn whole(
        &mut self,
        feed: &'static Feed,
        after: Uuid,
    ) -> Result<Page, SourceError> {
        self.pace.wait().await;
        let statement = statement::whole(&self.schema, feed);
        let query = sqlx::query(sqlx::AssertSqlSafe(statement))
            .bind(after)
            .bind(self.pace.limit());
        self.read(feed, query, false, None).await
    }

    /// Reads a page of changes of messages since `oldest`; nothing where changes leave no trace.
    pub(super) async fn changes(
        &mut self,
        part: Part<'_>,
        oldest: Moment,
        at: Cursor,
    ) -> Result<Page, SourceError> {
        let Some(statement) = statement::changes(&self.schema, part.feed) else {
            return Ok(Page::default());
        };
        self.pace.wait().await;
        let mut query = sqlx::query(sqlx::AssertSqlSafe(statement))
            .bind(oldest)
            .bind(at.time)
            .bind(at.id)
            .bind(self.pace.limit());
        if statement::by_account(&self.schema, part.feed) {
            query = query.bind(part.account.unwrap_or_default().to_owned());
        }
        let rows = self.fetch(part.feed, query).await?;
        let mut page = Page {
            rows: rows.len(),
            places: places(part.feed, &rows)?,
            ..Page::default()
        };
        for row in &rows {
            let message =
                Message::from_row(row).map_err(|e| SourceError::of(part.feed.table, e))?;
            message.tell_changes(&mut page.told);
        }
        Ok(page)
    }

    /// Reads what began since `oldest`, and may have ended by now.
    pub(super) async fn since(
        &mut self,
        feed: &'static Feed,
        oldest: Moment,
    ) -> Result<Page, SourceError> {
        self.pace.wait().await;
        let statement = statement::since(&self.schema, feed);
        let query = sqlx::query(sqlx::AssertSqlSafe(statement))
            .bind(oldest)
            .bind(self.pace.limit());
        self.read(feed, query, false, None).await
    }

    /// Reads who is connected.
    pub(super) async fn presence(&mut self, oldest: Moment) -> Result<Page, SourceError> {
        self.pace.wait().await;
        let statement = statement::presence(&self.schema);
        let query = sqlx::query(sqlx::AssertSqlSafe(statement)).bind(oldest);
        let rows = self.fetch(&feed::PRESENCE, query).await?;
        let mut page = Page {
            rows: rows.len(),
            ..Page::default()
        };
        page::tell(
            RowKind::Presence,
            &rows,
            false,
            &self.shared.recent,
            &mut page,
        )
        .map_err(|error| SourceError::of(feed::PRESENCE.table, error))?;
        Ok(page)
    }

    /// Returns which of these identities are still there.
    pub(super) async fn remaining(
        &mut self,
        feed: &'static Feed,
        ids: &[Uuid],
    ) -> Result<Vec<Uuid>, SourceError> {
        self.pace.wait().await;
        let statement = statement::remaining(&self.schema, feed);
        let query = sqlx::query(sqlx::AssertSqlSafe(statement)).bind(ids.to_vec());
        let rows = self.fetch(feed, query).await?;
        rows.iter()
            .map(|row| row.try_get(0))
            .collect::<Result<_, _>>()
            .map_err(|error| SourceError::of(feed.table, error))
    }

    async fn read(
        &mut self,
        feed: &'static Feed,
        query: sqlx::query::Query<'_, sqlx::Postgres, sqlx::postgres::PgArguments>,
        watch: bool,
        known_as: Option<&str>,
    ) -> Result<Page, SourceError> {
        let rows = self.fetch(feed, query).await?;
        let failed = |error| SourceError::of(feed.table, error);
        let places = places(feed, &rows)?;
        let count = rows.len();
        let fresh: Vec<PgRow> = match known_as {
            Some(name) => {
                let mut is_fresh =
                    |place: &Cursor| place.time < self.settled || !self.seen.again(name, *place);
                let rows = rows.into_iter().zip(&places);
                rows.filter_map(|(row, place)| is_fresh(place).then_some(row))
                    .collect()
            }
            None => rows,
        };
        let mut page = Page {
            rows: count,
            places,
            ..Page::default()
        };
        match feed.row {
            RowKind::Message => self.messages(&fresh, &mut page).await?,
            RowKind::User if self.has_roles => self.users(&fresh, &mut page).await?,
            kind => {
                page::tell(kind, &fresh, watch, &self.shared.recent, &mut page).map_err(failed)?;
            }
        }
        Ok(page)
    }

    async fn fetch(
        &mut self,
        feed: &Feed,
        query: sqlx::query::Query<'_, sqlx::Postgres, sqlx::postgres::PgArguments>,
    ) -> Result<Vec<PgRow>, SourceError> {
        connection::begin(&mut self.connection, feed.table).await?;
        let rows = query
            .persistent(false)
            .fetch_all(&mut self.connection)
            .await
            .map_err(|error| SourceError::of(feed.table, error))?;
        connection::end(&mut self.connection, feed.table).await?;
        self.pace.took(rows.len());
        Ok(rows)
    }

    /// Adds what messages tell, with what is attached to them.
    async fn messages(&mut self, rows: &[PgRow], page: &mut Page) -> Result<(), SourceError> {
        let failed = |error| SourceError::of("nchat_messages", error);
        let mut messages: Vec<Message> = rows
            .iter()
            .map(Message::from_row)
            .collect::<Result<_, _>>()
            .map_err(failed)?;
        let carried = self.carried(&messages).await?;
        for message in &mut messages {
            message.carries = carried.get(&message.id()).copied();
        }
        self.kinds.tell(&messages, &mut page.told);
        for message in &messages {
            message.tell(&self.shared.recent, &mut page.told);
        }
        Ok(())
    }

    /// Returns what is attached first to each of the messages.
    async fn carried(
        &mut self,
        messages: &[Message],
    ) -> Result<HashMap<Uuid, AttachmentKind>, SourceError> {
        type Attached = (Uuid, Option<String>, Option<String>, Option<String>);

        let times = messages.iter().map(Message::created_at);
        let (Some(first), Some(last), Some(statement)) = (
            times.clone().min(),
            times.max(),
            statement::attached(&self.schema),
        ) else {
            return Ok(HashMap::new());
        };
        let around = statement::ATTACHMENT_MINUTES * 60;
        let ids: Vec<Uuid> = messages.iter().map(Message::id).collect();
        connection::begin(&mut self.connection, "nchat_attachments").await?;
        let found: Vec<Attached> = sqlx::query_as(sqlx::AssertSqlSafe(statement))
            .bind(ids)
            .bind(first.plus_seconds(-around))
            .bind(last.plus_seconds(around))
            .persistent(false)
            .fetch_all(&mut self.connection)
            .await
            .map_err(|error| SourceError::of("nchat_attachments", error))?;
        connection::end(&mut self.connection, "nchat_attachments").await?;
        let mut carried = HashMap::new();
        for (message, kind, mime, name) in found {
            let kind = AttachmentKind::of(kind.as_deref(), mime.as_deref(), name.as_deref());
            carried.entry(message).or_insert(kind);
        }
        Ok(carried)
    }

    /// Adds what people tell, with the roles that nself keeps apart.
    async fn users(&mut self, rows: &[PgRow], page: &mut Page) -> Result<(), SourceError> {
        let mut users: Vec<User> = rows
            .iter()
            .map(User::from_row)
            .collect::<Result<_, _>>()
            .map_err(|error| SourceError::of("nchat_users", error))?;
        let ids: Vec<String> = users.iter().map(|user| user.id().to_string()).collect();
        connection::begin(&mut self.connection, "public.app_user_roles").await?;
        let roles: Vec<(String, String)> = sqlx::query_as(
            "SELECT user_id::text, role::text FROM public.app_user_roles \
             WHERE app_id::text = 'nchat' AND user_id::text = ANY($1) \
             ORDER BY array_position(ARRAY['owner', 'admin', 'moderator'], role::text) DESC NULLS FIRST",
        )
        .bind(ids)
        .persistent(false)
        .fetch_all(&mut self.connection)
        .await
        .map_err(|error| SourceError::of("public.app_user_roles", error))?;
        connection::end(&mut self.connection, "public.app_user_roles").await?;
        // The highest role comes last and stays.
        let roles: HashMap<String, String> = roles.into_iter().collect();
        for user in &mut users {
            user.role = roles.get(&user.id().to_string()).cloned();
            user.tell(&self.shared.recent, &mut page.told);
        }
        Ok(())
    }
}

fn places(feed: &Feed, rows: &[PgRow]) -> Result<Vec<Cursor>, SourceError> {
    rows.iter()
        .map(page::place)
        .collect::<Result<_, _>>()
        .map_err(|error| SourceError::of(feed.table, error))
}
