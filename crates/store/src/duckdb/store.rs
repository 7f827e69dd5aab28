//! The contract, kept.

use std::sync::{Arc, PoisonError, atomic::Ordering};

use async_trait::async_trait;
use domain::{
    id::{ChannelId, UserId, WorkspaceId},
    plan::Plan,
    record::{ChannelKind, ChannelRecord, PersonRecord},
    time::{Instant, LocalClock, Range},
};
use jiff::tz::TimeZone;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::{
    dialect::DuckDbDialect,
    failure::classify,
    open::{DuckDbStore, log_of},
    reader::each_row,
    rows::{event_row, table_row},
    writer::Job,
};
use crate::{
    Appended, Batch, ChannelRow, DeadLetter, DirectoryRow, EventListing, EventRow, EventStore,
    PersonRow, RetentionCohort, StoreError, StoreFacts, Table,
    sql::{self, Scope, Sql},
};

/// Events handed over at a time when all are exported.
const EXPORT_PAGE: u32 = 20_000;

impl DuckDbStore {
    async fn ask<T>(
        &self,
        job: impl FnOnce(oneshot::Sender<Result<T, StoreError>>) -> Job,
    ) -> Result<T, StoreError> {
        let stopped = || StoreError::Stopped("the writer has ended".to_owned());
        let (reply, answer) = oneshot::channel();
        self.jobs
            .send(job(reply))
            .await
            .map_err(|_closed| stopped())?;
        answer.await.map_err(|_gone| stopped())?
    }

    /// Returns the workspace's number, or `None` when nothing was ever stored for it.
    async fn scope(&self, workspace: &WorkspaceId) -> Result<Option<Scope>, StoreError> {
        if let Some(scope) = self.known_scope(workspace) {
            return Ok(Some(scope));
        }
        let statement =
            Sql::raw("SELECT ref FROM workspace WHERE id = ").with(Sql::text(workspace.as_str()));
        let found = self
            .readers
            .run(move |connection| {
                let mut found = None;
                each_row(connection, &statement, |row| {
                    found = Some(Scope {
                        workspace_ref: row.get(0)?,
                    });
                    Ok(false)
                })?;
                Ok(found)
            })
            .await?;
        if let Some(scope) = found {
            let mut known = self.scopes.write().unwrap_or_else(PoisonError::into_inner);
            known.insert(workspace.clone(), scope);
        }
        Ok(found)
    }

    fn known_scope(&self, workspace: &WorkspaceId) -> Option<Scope> {
        let known = self.scopes.read().unwrap_or_else(PoisonError::into_inner);
        known.get(workspace).copied()
    }

    /// Runs a statement that needs the workspace's number; an unknown workspace has no rows.
    async fn rows_of<T: Send + 'static>(
        &self,
        workspace: &WorkspaceId,
        statement: impl FnOnce(Scope) -> Sql,
        mut take: impl FnMut(&::duckdb::Row<'_>) -> ::duckdb::Result<T> + Send + 'static,
    ) -> Result<Vec<T>, StoreError> {
        let Some(scope) = self.scope(workspace).await? else {
            return Ok(Vec::new());
        };
        let statement = statement(scope);
        self.readers
            .run(move |connection| {
                let mut rows = Vec::new();
                each_row(connection, &statement, |row| {
                    rows.push(take(row)?);
                    Ok(true)
                })?;
                Ok(rows)
            })
            .await
    }
}

fn instant(millis: Option<i64>) -> Option<Instant> {
    millis.map(Instant::from_millis)
}

fn person(row: &::duckdb::Row<'_>) -> ::duckdb::Result<PersonRow> {
    Ok(PersonRow {
        id: row.get(0)?,
        name: row.get(1)?,
        email: row.get(2)?,
        role: row.get(3)?,
        is_bot: row.get(4)?,
        is_deactivated: row.get(5)?,
        created_at: instant(row.get(6)?),
    })
}

const PERSON_COLUMNS: &str =
    "--sql\nSELECT id, name, email, role, is_bot, is_deactivated, created_ms FROM person_now";

#[async_trait]
impl EventStore for DuckDbStore {
    async fn append(&self, batch: Batch) -> Result<Appended, StoreError> {
        let size = batch.events.len().clamp(1, self.queue_events);
        let size = u32::try_from(size).unwrap_or(u32::MAX);
        let permit = Arc::clone(&self.queue)
            .try_acquire_many_owned(size)
            .map_err(|_full| StoreError::Busy)?;
        self.ask(|reply| Job::Append {
            batch,
            permit,
            reply,
        })
        .await
    }

    async fn put_records(
        &self,
        workspace: WorkspaceId,
        people: Vec<PersonRecord>,
        channels: Vec<ChannelRecord>,
        at: Instant,
    ) -> Result<u64, StoreError> {
        self.ask(|reply| Job::Records {
            workspace,
            people,
            channels,
            at,
            reply,
        })
        .await
    }

    async fn query(&self, plan: &Plan) -> Result<Table, StoreError> {
        let Some(scope) = self.scope(&plan.query.workspace).await? else {
            return Ok(Table::default());
        };
        let plan = plan.clone();
        self.readers
            .run(move |connection| {
                let mut table = Table::default();
                let statement = sql::select(&plan, scope, &DuckDbDialect);
                each_row(connection, &statement, |row| {
                    let (values, total) = table_row(row, &plan)?;
                    table.rows.push(values);
                    table.total = total;
                    Ok(true)
                })?;
                if table.rows.is_empty() && plan.query.offset > 0 {
                    // Each row tells how many there are; behind the last one there is none to tell.
                    let mut first = plan.clone();
                    (first.query.offset, first.limit) = (0, 1);
                    let statement = sql::select(&first, scope, &DuckDbDialect);
                    each_row(connection, &statement, |row| {
                        table.total = table_row(row, &first)?.1;
                        Ok(true)
                    })?;
                }
                Ok(table)
            })
            .await
    }

    async fn statement(&self, plan: &Plan) -> Result<Sql, StoreError> {
        let scope = self.scope(&plan.query.workspace).await?;
        Ok(scope.map_or_else(Sql::default, |scope| {
            sql::select(plan, scope, &DuckDbDialect)
        }))
    }

    async fn rows_in(&self, workspace: &WorkspaceId, range: Range) -> Result<u64, StoreError> {
        let count = |scope: Scope| {
            Sql::raw(format!(
                "--sql\nSELECT count(*) FROM event WHERE workspace_ref = {} AND timestamp_ms >= ",
                scope.workspace_ref
            ))
            .with(Sql::int(range.from.as_millis()))
            .then(" AND timestamp_ms < ")
            .with(Sql::int(range.to.as_millis()))
        };
        let rows = self
            .rows_of(workspace, count, |row| row.get::<_, u64>(0))
            .await?;
        Ok(rows.first().copied().unwrap_or(0))
    }

    async fn people(
        &self,
        workspace: &WorkspaceId,
        ids: &[String],
    ) -> Result<Vec<PersonRow>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let wanted = Sql::join(ids.iter().map(Sql::text), ", ");
        let statement = |scope: Scope| {
            Sql::raw(format!(
                "{PERSON_COLUMNS} WHERE workspace_ref = {} AND id IN (",
                scope.workspace_ref
            ))
            .with(wanted)
            .then(")")
        };
        self.rows_of(workspace, statement, person).await
    }

    async fn all_people(&self, workspace: &WorkspaceId) -> Result<Vec<PersonRow>, StoreError> {
        let statement = |scope: Scope| {
            Sql::raw(format!(
                "{PERSON_COLUMNS} WHERE workspace_ref = {} AND NOT is_bot ORDER BY id",
                scope.workspace_ref
            ))
        };
        self.rows_of(workspace, statement, person).await
    }

    async fn channels(&self, workspace: &WorkspaceId) -> Result<Vec<ChannelRow>, StoreError> {
        let statement = |scope: Scope| {
            Sql::raw(format!(
                "--sql\nSELECT id, name, kind, is_archived, member_count, created_ms, channel_ref \
                 FROM channel_now WHERE workspace_ref = {} ORDER BY id",
                scope.workspace_ref
            ))
        };
        let mut channels = self
            .rows_of(workspace, statement, |row| {
                let kind: Option<String> = row.get(2)?;
                let channel = ChannelRow {
                    id: row.get(0)?,
                    name: row.get(1)?,
                    kind: kind.as_deref().and_then(ChannelKind::parse),
                    is_archived: row.get(3)?,
                    member_count: row.get(4)?,
                    created_at: instant(row.get(5)?),
                };
                Ok((row.get::<_, u32>(6)?, channel))
            })
            .await?;
        // Counting joins reads every join there ever was: only where a record is silent.
        if channels
            .iter()
            .any(|(_, channel)| channel.member_count.is_none())
        {
            let counted = self
                .rows_of(workspace, sql::channel_members, |row| {
                    Ok((row.get::<_, u32>(0)?, row.get::<_, u32>(1)?))
                })
                .await?;
            let counted: std::collections::HashMap<u32, u32> = counted.into_iter().collect();
            for (number, channel) in &mut channels {
                channel.member_count = channel
                    .member_count
                    .or_else(|| counted.get(number).copied());
            }
        }
        Ok(channels.into_iter().map(|(_, channel)| channel).collect())
    }

    async fn directory(&self) -> Result<Vec<DirectoryRow>, StoreError> {
        self.readers
            .run(|connection| {
                let mut rows = Vec::new();
                let bots = Sql::raw(
                    "--sql\nSELECT w.id, p.id FROM person_now p \
                     JOIN workspace w ON w.ref = p.workspace_ref WHERE p.is_bot",
                );
                each_row(connection, &bots, |row| {
                    let ids = (row.get::<_, String>(0)?, row.get::<_, String>(1)?);
                    if let (Ok(workspace), Ok(user)) = (WorkspaceId::new(ids.0), UserId::new(ids.1))
                    {
                        rows.push(DirectoryRow::Bot(workspace, user));
                    }
                    Ok(true)
                })?;
                let channels = Sql::raw(
                    "--sql\nSELECT w.id, c.id, c.kind FROM channel_now c \
                     JOIN workspace w ON w.ref = c.workspace_ref WHERE c.kind IS NOT NULL",
                );
                each_row(connection, &channels, |row| {
                    let ids = (row.get::<_, String>(0)?, row.get::<_, String>(1)?);
                    let kind: String = row.get(2)?;
                    if let (Ok(workspace), Ok(channel), Some(kind)) = (
                        WorkspaceId::new(ids.0),
                        ChannelId::new(ids.1),
                        ChannelKind::parse(&kind),
                    ) {
                        rows.push(DirectoryRow::Channel(workspace, channel, kind));
                    }
                    Ok(true)
                })?;
                Ok(rows)
            })
            .await
    }

    async fn events(&self, listing: &EventListing) -> Result<Vec<EventRow>, StoreError> {
        let statement = |scope: Scope| sql::event_listing(listing, scope, None, &DuckDbDialect);
        self.rows_of(&listing.workspace, statement, |row| {
            event_row(row).map(|(_, event)| event)
        })
        .await
    }

    async fn export_events(
        &self,
        mut listing: EventListing,
        mut sink: Box<dyn FnMut(EventRow) -> bool + Send>,
    ) -> Result<u64, StoreError> {
        let Some(scope) = self.scope(&listing.workspace).await? else {
            return Ok(0);
        };
        listing.limit = EXPORT_PAGE;
        listing.offset = 0;
        self.readers
            .run_long(move |connection| {
                let mut handed = 0u64;
                let mut after = -1i64;
                loop {
                    let statement =
                        sql::event_listing(&listing, scope, Some(after), &DuckDbDialect);
                    let (mut in_page, mut wanted) = (0u32, true);
                    each_row(connection, &statement, |row| {
                        let (seq, event) = event_row(row)?;
                        after = after.max(seq);
                        in_page += 1;
                        wanted = sink(event);
                        handed += u64::from(wanted);
                        Ok(wanted)
                    })?;
                    if !wanted || in_page < EXPORT_PAGE {
                        return Ok(handed);
                    }
                }
            })
            .await
    }

    async fn retention(
        &self,
        workspace: &WorkspaceId,
        cohorts: &[Range],
        days: [u32; 3],
        as_of: Instant,
        zone: &TimeZone,
    ) -> Result<Vec<RetentionCohort>, StoreError> {
        let Some(earliest) = cohorts.iter().map(|cohort| cohort.from).min() else {
            return Ok(Vec::new());
        };
        let mut answer: Vec<RetentionCohort> = cohorts
            .iter()
            .map(|cohort| RetentionCohort {
                start: cohort.from,
                size: 0,
                returned: [[0; 3]; 3],
            })
            .collect();
        let Some(horizon) = Range::new(earliest, as_of) else {
            return Ok(answer);
        };
        let clock = LocalClock::new(horizon, zone);
        let statement =
            |scope: Scope| sql::retention(cohorts, days, &clock, horizon, scope, &DuckDbDialect);
        let rows = self
            .rows_of(workspace, statement, |row| {
                let mut counts = [0u64; 10];
                for (index, count) in counts.iter_mut().enumerate() {
                    *count = row.get(index + 1)?;
                }
                Ok((row.get::<_, u32>(0)? as usize, counts))
            })
            .await?;
        for (index, counts) in rows {
            if let Some(cohort) = answer.get_mut(index) {
                cohort.size = counts[0];
                for (day, three) in counts[1..].chunks_exact(3).enumerate() {
                    cohort.returned[day] = [three[0], three[1], three[2]];
                }
            }
        }
        Ok(answer)
    }

    async fn dead_letters(
        &self,
        workspace: &WorkspaceId,
        limit: u32,
        offset: u32,
    ) -> Result<(Vec<DeadLetter>, u64), StoreError> {
        let id = workspace.as_str().to_owned();
        self.readers
            .run(move |connection| {
                let mut letters = Vec::new();
                let mut total = 0;
                let count = Sql::raw("SELECT count(*) FROM dead_letter WHERE workspace_id = ")
                    .with(Sql::text(id.clone()));
                each_row(connection, &count, |row| {
                    total = row.get(0)?;
                    Ok(false)
                })?;
                let statement = Sql::raw(
                    "--sql\nSELECT CAST(id AS VARCHAR), workspace_id, received_ms, source, code, \
                     reason, body FROM dead_letter WHERE workspace_id = ",
                )
                .with(Sql::text(id))
                .then(format!(
                    " ORDER BY received_ms DESC, id LIMIT {limit} OFFSET {offset}"
                ));
                each_row(connection, &statement, |row| {
                    letters.push(DeadLetter {
                        id: Uuid::try_parse(&row.get::<_, String>(0)?).unwrap_or_default(),
                        workspace_id: row.get(1)?,
                        received_at: Instant::from_millis(row.get(2)?),
                        source: row.get(3)?,
                        code: row.get(4)?,
                        reason: row.get(5)?,
                        body: row.get(6)?,
                    });
                    Ok(true)
                })?;
                Ok((letters, total))
            })
            .await
    }

    async fn delete_before(&self, instant: Instant) -> Result<u64, StoreError> {
        self.ask(|reply| Job::DeleteBefore { instant, reply }).await
    }

    async fn facts(&self, workspace: &WorkspaceId) -> Result<StoreFacts, StoreError> {
        let statement = |scope: Scope| sql::facts(scope, &DuckDbDialect);
        let rows = self
            .rows_of(workspace, statement, |row| {
                Ok(StoreFacts {
                    events: row.get(0)?,
                    bot_events: row.get(1)?,
                    threads: row.get(2)?,
                    first_event: instant(row.get(3)?),
                    last_event: instant(row.get(4)?),
                    people: row.get(5)?,
                    bots: row.get(6)?,
                    channels: row.get(7)?,
                    active_channels: row.get(8)?,
                    authors: row.get(9)?,
                    bot_authors: row.get(10)?,
                    dead_letters: 0,
                    bytes: 0,
                })
            })
            .await?;
        let mut facts = rows.into_iter().next().unwrap_or_default();
        facts.dead_letters = self.dead_letters(workspace, 0, 0).await?.1;
        facts.bytes = self.bytes_on_disk();
        Ok(facts)
    }

    async fn first_event(&self, workspace: &WorkspaceId) -> Result<Option<Instant>, StoreError> {
        let statement = |scope: Scope| {
            Sql::raw(format!(
                "--sql\nSELECT min(timestamp_ms) FROM event WHERE workspace_ref = {}",
                scope.workspace_ref
            ))
        };
        let rows = self
            .rows_of(workspace, statement, |row| row.get::<_, Option<i64>>(0))
            .await?;
        Ok(instant(rows.first().copied().flatten()))
    }

    fn version(&self) -> u64 {
        self.version.load(Ordering::Acquire)
    }

    async fn ping(&self) -> Result<(), StoreError> {
        if self.jobs.is_closed() {
            return Err(StoreError::Stopped("the writer has ended".to_owned()));
        }
        self.readers
            .run(|connection| connection.execute_batch("SELECT 1").map_err(classify))
            .await
    }

    async fn close(&self) -> Result<(), StoreError> {
        let result = self.ask(|reply| Job::Close { reply }).await;
        self.readers.close();
        let thread = self
            .writer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(thread) = thread {
            let _ended = tokio::task::spawn_blocking(move || thread.join()).await;
        }
        result
    }
}

impl DuckDbStore {
    /// Returns the size of the store's files.
    fn bytes_on_disk(&self) -> u64 {
        [&self.file, &log_of(&self.file)]
            .iter()
            .filter_map(|path| std::fs::metadata(path).ok())
            .map(|metadata| metadata.len())
            .sum()
    }
}
