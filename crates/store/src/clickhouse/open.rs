//! Opening a store.

use std::{sync::Arc, time::Duration};

use domain::{
    id::WorkspaceId,
    time::{Instant, LocalDays},
};
use engine::{
    Blocks, Engine,
    changes::ChangeCounts,
    ledger::{Arrival, DayEntry, Ledger},
    rollup::FORMAT,
};
use jiff::tz::TimeZone;
use std::collections::HashMap;
use tokio::sync::Mutex;

use super::{
    ask::Members,
    blocks::BlockTable,
    directory::{Directory, Inner},
    event_log::Waiting,
    facts::Facts,
    ledger::{self, LedgerRow},
    rows::{ChannelOf, KindRow, NumberRow, PersonOf, WorkspaceRow},
    schema,
    server::Server,
    writer::Writer,
};
use crate::{
    StoreError,
    sampled::{QUARTER_MILLIS, Quarter, Sampled},
    sql::Sql,
};

/// How a store is opened.
#[derive(Clone)]
pub struct ClickHouseOptions {
    /// Where the server answers over HTTP: `http://host:8123`.
    pub url: String,
    /// The database; made when missing.
    pub database: String,
    /// Who asks.
    pub user: String,
    /// The password of who asks.
    pub password: String,
    /// Questions that run at the same time.
    pub readers: u32,
    /// Longest time a question may run.
    pub query_timeout: Duration,
    /// The zone that days are cut in; another one than before makes every day dirty.
    pub zone: TimeZone,
    /// Whether questions are answered from rollups where they can.
    pub rollups: bool,
    /// Memory for blocks of rollups, in bytes.
    pub block_bytes: u64,
    /// Most events that one question may read; `None` sets no limit.
    pub most_scanned: Option<u64>,
}

impl ClickHouseOptions {
    /// Returns sane options for a database of a server.
    pub fn new(url: impl Into<String>, database: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            database: database.into(),
            user: "default".to_owned(),
            password: String::new(),
            readers: 8,
            query_timeout: Duration::from_secs(30),
            zone: TimeZone::UTC,
            rollups: true,
            block_bytes: 64 * 1024 * 1024,
            most_scanned: None,
        }
    }
}

impl std::fmt::Debug for ClickHouseOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Without the password.
        f.debug_struct("ClickHouseOptions")
            .field("url", &self.url)
            .field("database", &self.database)
            .finish_non_exhaustive()
    }
}

/// What the parts of the store share.
pub(super) struct Shared {
    pub(super) server: Arc<Server>,
    pub(super) engine: Engine,
    pub(super) directory: Directory,
    pub(super) sampled: Sampled,
    pub(super) changes: ChangeCounts,
    pub(super) most_scanned: Option<u64>,
    /// Batches that wait to be written.
    pub(super) waiting: std::sync::Mutex<Vec<Waiting>>,
    pub(super) members: Members,
    /// Held while numbers are stored, so that nobody goes on before they are.
    keeping: Mutex<()>,
}

/// Events in a ClickHouse server.
#[derive(Clone)]
pub struct ClickHouseStore {
    pub(super) shared: Arc<Shared>,
    pub(super) writer: Arc<Mutex<Writer>>,
}

impl ClickHouseStore {
    /// Opens the store, making the database and its tables where they are not there.
    ///
    /// # Errors
    /// [`StoreError::TooNew`] when a newer program made the tables, and whatever the server says.
    pub async fn open(options: &ClickHouseOptions) -> Result<Self, StoreError> {
        let server = Arc::new(Server::new(options));
        server.create_database().await?;
        check_version(&server).await?;
        for statement in schema::statements() {
            server.run(&statement).await?;
        }
        let blocks = Blocks::new(
            Box::new(BlockTable::new(Arc::clone(&server))),
            options.block_bytes,
        );
        let shared = Arc::new(Shared {
            engine: Engine::new(options.zone.clone(), options.rollups, blocks),
            directory: Directory::default(),
            sampled: Sampled::default(),
            changes: ChangeCounts::default(),
            most_scanned: options.most_scanned,
            waiting: std::sync::Mutex::default(),
            members: Members::default(),
            keeping: Mutex::default(),
            server,
        });
        let last_person = shared.load_directory().await?;
        shared.load_sampled().await?;
        let next = Sql::raw("SELECT coalesce(max(seq), -1) + 1 FROM events");
        let next_seq = shared.server.number(&next).await?.unwrap_or(0);
        let is_same = shared.has_same_basis().await?;
        let (ledgers, last_revision) = ledger::load(&shared.server, next_seq).await?;
        let mut writer = Writer {
            next_seq,
            next_version: last_person.max(last_revision) + 1,
            days: LocalDays::new(options.zone.clone()),
        };
        let ledgers = if is_same {
            ledgers
        } else {
            shared.begin_ledger(&mut writer, ledgers).await?
        };
        let (loading, committed) = (Arc::clone(&shared), writer.next_seq);
        super::off_async(move || {
            let facts = Facts::of(&loading);
            loading.engine.load(&facts, ledgers, committed)
        })
        .await?;
        Ok(Self {
            shared,
            writer: Arc::new(Mutex::new(writer)),
        })
    }
}

/// Refuses tables that a newer program made.
async fn check_version(server: &Server) -> Result<(), StoreError> {
    let there = Sql::raw(
        "SELECT count(*) FROM system.tables WHERE database = currentDatabase() AND name = 'basis'",
    );
    if server.number(&there).await? != Some(1) {
        return Ok(());
    }
    let version = Sql::raw("SELECT max(toUInt32OrZero(value)) FROM basis WHERE name = 'schema'");
    let found = server.number(&version).await?.unwrap_or(0);
    let found = u32::try_from(found).unwrap_or(u32::MAX);
    if found > schema::VERSION {
        let known = schema::VERSION;
        return Err(StoreError::TooNew { found, known });
    }
    Ok(())
}

impl Shared {
    /// Takes in who and what there is; returns the last version of what is known of anybody.
    async fn load_directory(&self) -> Result<u64, StoreError> {
        let server = &self.server;
        let mut inner = Inner::default();
        let select = Sql::raw("SELECT ref, id FROM workspace FINAL");
        for row in server.rows::<WorkspaceRow>(&select).await? {
            if let Ok(id) = WorkspaceId::new(&row.id) {
                inner.workspaces.insert(id, row.number);
            }
        }
        let select = Sql::raw("SELECT code, name FROM event_type");
        for row in server.rows::<KindRow>(&select).await? {
            inner.set_kind(row.code, &row.name);
        }
        let last = Sql::raw(
            "SELECT greatest((SELECT coalesce(max(version), 0) FROM people), \
             (SELECT coalesce(max(version), 0) FROM channels))",
        );
        let last = server.number(&last).await?.unwrap_or(0);
        let select = Sql::raw("SELECT * FROM people FINAL");
        let mut people = HashMap::new();
        for row in server.rows::<PersonOf>(&select).await? {
            let of: &mut Vec<_> = people.entry(row.workspace_ref).or_default();
            of.extend(row.person());
        }
        for (workspace, people) in people {
            inner.of.entry(workspace).or_default().load(people);
        }
        let select = Sql::raw("SELECT * FROM channels FINAL");
        for row in server.rows::<ChannelOf>(&select).await? {
            let of = inner.of.entry(row.workspace_ref).or_default();
            if let Some(record) = row.record() {
                of.channels.insert(record.id.clone(), record);
            }
        }
        *self.directory.write() = inner;
        let select =
            Sql::raw("SELECT * FROM numbers FINAL ORDER BY workspace_ref, subject, number");
        let numbers = server.rows::<NumberRow>(&select).await?;
        self.directory.load_numbers(numbers);
        Ok(u64::try_from(last).unwrap_or(0))
    }

    /// Takes in when there are sampled events.
    pub(super) async fn load_sampled(&self) -> Result<(), StoreError> {
        let select = Sql::raw("SELECT workspace_ref, quarter FROM sampled_quarter FINAL");
        let rows = self.server.rows::<(u16, Quarter)>(&select).await?;
        self.sampled.set(rows.into_iter().collect());
        Ok(())
    }

    fn basis(&self) -> String {
        let zone = self.engine.zone().iana_name().unwrap_or("UTC");
        format!("{zone} {FORMAT}")
    }

    /// Returns whether days are cut and blocks written as they were before.
    async fn has_same_basis(&self) -> Result<bool, StoreError> {
        let select = Sql::raw("SELECT value FROM basis FINAL WHERE name = 'rollups'");
        let found = self.server.table(&select).await?;
        let found = found.first().and_then(|row| row.first()?.as_str());
        Ok(found == Some(self.basis().as_str()))
    }

    /// Begins the ledger anew: every day that has events is dirty.
    async fn begin_ledger(
        &self,
        writer: &mut Writer,
        before: HashMap<u16, Ledger>,
    ) -> Result<HashMap<u16, Ledger>, StoreError> {
        if !before.is_empty() {
            tracing::warn!(
                now = self.basis(),
                "ledger.basis_changed: days are cut or counted anew, so every day is dirty and is filled again"
            );
        }
        let revision = writer.next_version();
        let days = before
            .iter()
            .flat_map(|(of, ledger)| ledger.days.keys().map(|day| (*of, *day)));
        ledger::forget(&self.server, days, revision).await?;
        let clear = Sql::raw("TRUNCATE TABLE block");
        self.server.run(&clear).await?;
        let mut arrivals: HashMap<(u16, i32), Arrival> = HashMap::new();
        for (workspace, at) in self.quarters(Sql::raw("TRUE")).await? {
            arrivals.insert((workspace, writer.days.day(at)), Arrival::one(at));
        }
        let mut ledgers: HashMap<u16, Ledger> = HashMap::new();
        let revision = writer.next_version();
        let mut rows = Vec::new();
        for (workspace, day) in arrivals.into_keys() {
            let entry = DayEntry::unfilled(None, None);
            rows.push(LedgerRow::new(workspace, day, &entry, revision));
            let ledger = ledgers.entry(workspace).or_default();
            ledger.days.insert(day, entry);
        }
        self.server.insert("ledger_day", &rows).await?;
        let note = Sql::raw("INSERT INTO basis (name, value) VALUES ('rollups', ")
            .with(Sql::text(self.basis()))
            .then(")");
        self.server.run(&note).await?;
        Ok(ledgers)
    }

    /// Returns the first and the last instant of every quarter of an hour that has events of a condition, with its
    /// workspace. A day may begin within a quarter: one day too many does no harm.
    pub(super) async fn quarters(&self, condition: Sql) -> Result<Vec<(u16, Instant)>, StoreError> {
        let select = Sql::raw(format!(
            "SELECT DISTINCT workspace_ref, toInt64(floor(timestamp_ms / {QUARTER_MILLIS})) * {QUARTER_MILLIS} \
             AS start FROM events WHERE "
        ))
        .with(condition);
        let rows = self.server.rows::<(u16, i64)>(&select).await?;
        let ends = rows.into_iter().flat_map(|(workspace, start)| {
            [start, start + QUARTER_MILLIS - 1].map(|at| (workspace, Instant::from_millis(at)))
        });
        Ok(ends.collect())
    }

    /// Stores numbers that were given, before anything that speaks of them.
    pub(super) async fn keep_numbers(&self) -> Result<(), StoreError> {
        let _keeping = self.keeping.lock().await;
        let rows = self.directory.take_pending();
        let kept = self.server.insert("numbers", &rows).await;
        kept.inspect_err(|_| self.directory.give_back(rows))
    }
}
