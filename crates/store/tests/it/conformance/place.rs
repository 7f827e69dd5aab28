//! The implementations.

use jiff::tz::TimeZone;
use store::{
    EventStore,
    clickhouse::{ClickHouseOptions, ClickHouseStore},
    duckdb::{DuckDbStore, OpenOptions},
};

use crate::{clickhouse_server::Database, memory::Memory, support::Scratch};

/// An implementation, and where it keeps what it is given.
pub(super) trait Place {
    /// Opens one that holds nothing. Where it has rollups, they are of the days of a zone.
    fn open(zone: &TimeZone) -> impl Future<Output = Self>;

    /// Returns the store.
    fn store(&self) -> &dyn EventStore;

    /// Closes the store and opens it again, where what it holds outlives it.
    async fn reopen(&mut self);
}

/// `DuckDB` in a folder.
struct Folder {
    scratch: Scratch,
    zone: TimeZone,
    rollups: bool,
    store: DuckDbStore,
}

impl Folder {
    fn open(zone: &TimeZone, rollups: bool) -> Self {
        let scratch = Scratch::new();
        let store = open(&scratch, zone, rollups);
        Self {
            scratch,
            zone: zone.clone(),
            rollups,
            store,
        }
    }

    async fn reopen(&mut self) {
        self.store.close().await.unwrap();
        self.store = open(&self.scratch, &self.zone, self.rollups);
    }
}

fn open(scratch: &Scratch, zone: &TimeZone, rollups: bool) -> DuckDbStore {
    let options = OpenOptions {
        zone: zone.clone(),
        rollups,
        ..scratch.options()
    };
    DuckDbStore::open(&options).unwrap()
}

/// `DuckDB`.
pub(super) struct DuckDb(Folder);

impl Place for DuckDb {
    async fn open(zone: &TimeZone) -> Self {
        Self(Folder::open(zone, true))
    }

    fn store(&self) -> &dyn EventStore {
        &self.0.store
    }

    async fn reopen(&mut self) {
        self.0.reopen().await;
    }
}

/// `DuckDB` that answers everything from the events.
pub(super) struct DuckDbWithoutRollups(Folder);

impl Place for DuckDbWithoutRollups {
    async fn open(zone: &TimeZone) -> Self {
        Self(Folder::open(zone, false))
    }

    fn store(&self) -> &dyn EventStore {
        &self.0.store
    }

    async fn reopen(&mut self) {
        self.0.reopen().await;
    }
}

/// Vectors and maps.
#[derive(Default)]
pub(super) struct InMemory(Memory);

impl Place for InMemory {
    async fn open(_zone: &TimeZone) -> Self {
        Self::default()
    }

    fn store(&self) -> &dyn EventStore {
        &self.0
    }

    async fn reopen(&mut self) {}
}

/// A database of a ClickHouse server.
struct OfServer {
    options: ClickHouseOptions,
    store: ClickHouseStore,
    _database: Database,
}

impl OfServer {
    async fn open(zone: &TimeZone, rollups: bool) -> Self {
        let database = Database::new();
        let options = ClickHouseOptions {
            zone: zone.clone(),
            rollups,
            ..ClickHouseOptions::new(database.url(), &database.name)
        };
        Self {
            store: ClickHouseStore::open(&options).await.unwrap(),
            options,
            _database: database,
        }
    }

    async fn reopen(&mut self) {
        self.store.close().await.unwrap();
        self.store = ClickHouseStore::open(&self.options).await.unwrap();
    }
}

/// ClickHouse.
pub(super) struct ClickHouse(OfServer);

impl Place for ClickHouse {
    async fn open(zone: &TimeZone) -> Self {
        Self(OfServer::open(zone, true).await)
    }

    fn store(&self) -> &dyn EventStore {
        &self.0.store
    }

    async fn reopen(&mut self) {
        self.0.reopen().await;
    }
}

/// ClickHouse that answers everything from the events.
pub(super) struct ClickHouseWithoutRollups(OfServer);

impl Place for ClickHouseWithoutRollups {
    async fn open(zone: &TimeZone) -> Self {
        Self(OfServer::open(zone, false).await)
    }

    fn store(&self) -> &dyn EventStore {
        &self.0.store
    }

    async fn reopen(&mut self) {
        self.0.reopen().await;
    }
}
