//! Events with defaults, and a store in a folder of its own.

use std::{fs, path::Path};

use domain::{
    content::Content,
    event::{Event, EventType, MessageType},
    id::{ChannelId, EventId, Key64, UserId, WorkspaceId},
    metric::Metric,
    query::{Population, Query},
    time::{Instant, Range},
};
use engine::{
    analysis::{Analysis as _, Cohort, Lifecycle, Pair, Retention, Stages},
    plan,
};
use jiff::tz::TimeZone;
use serde::de::DeserializeOwned;
use store::{
    Batch, EventStore, Origin, Questions, SqlError, Table,
    duckdb::{DuckDbStore, OpenOptions, SqlRows, read_only_sql},
};
use uuid::Uuid;

pub(crate) struct Scratch {
    pub(crate) folder: tempfile::TempDir,
}

impl Scratch {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn options(&self) -> OpenOptions {
        OpenOptions::new(self.folder.path().join("data"))
    }

    pub(crate) fn open(&self) -> DuckDbStore {
        DuckDbStore::open(&self.options()).unwrap()
    }

    /// Runs a statement over the store, which must be closed.
    pub(crate) fn sql(&self, text: &str) -> Result<SqlRows, SqlError> {
        read_only_sql(&self.options(), text)
    }
}

pub(crate) fn at(text: &str) -> Instant {
    Instant::parse(text, &TimeZone::UTC).unwrap()
}

pub(crate) fn range(from: &str, to: &str) -> Range {
    Range::new(at(from), at(to))
}

/// A message of `user` in `channel`, countable once by `number`.
pub(crate) fn message(number: u128, when: Instant, user: &str, channel: &str) -> Event {
    Event {
        id: EventId(Uuid::from_u128(number)),
        also: None,
        keyed: true,
        timed: true,
        workspace: WorkspaceId::default(),
        event_type: EventType::parse("message_sent").unwrap(),
        timestamp: when,
        received_at: when,
        user: Some(UserId::new(user).unwrap()),
        channel: Some(ChannelId::new(channel).unwrap()),
        session: None,
        message: None,
        thread: None,
        message_type: Some(MessageType::Text),
        is_bot: false,
        weight: 1.0,
        content: Content::default(),
        properties: serde_json::Map::new(),
    }
}

pub(crate) fn batch(events: Vec<Event>) -> Batch {
    Batch {
        events,
        ..Batch::default()
    }
}

pub(crate) fn query(range: Range, metrics: &[Metric]) -> Query {
    Query::totals(WorkspaceId::default(), TimeZone::UTC, range, metrics)
}

pub(crate) async fn ask(store: &dyn EventStore, query: Query) -> Table {
    store.query(&plan::plan(query).unwrap()).await.unwrap()
}

/// The only row's values.
pub(crate) async fn totals(
    store: &dyn EventStore,
    range: Range,
    metrics: &[Metric],
) -> Vec<Option<f64>> {
    let table = ask(store, query(range, metrics)).await;
    assert_eq!(table.rows.len(), 1);
    table.rows[0].values.clone()
}

pub(crate) fn runtime() -> tokio::runtime::Runtime {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().unwrap()
}

/// Returns how many of these sign-up cohorts came back after so many days, and where that came from.
pub(crate) async fn retention(
    store: &(impl Questions + ?Sized),
    cohorts: &[Range],
    days: &[u32],
    as_of: Instant,
    (zone, population): (&TimeZone, Population),
) -> (Vec<Cohort>, Origin) {
    let asked = Retention {
        workspace: WorkspaceId::default(),
        population,
        zone: zone.clone(),
        cohorts: cohorts.to_vec(),
        days: days.to_vec(),
        as_of,
    };
    let (material, origin) = store.gather(&asked.needs()).await.unwrap();
    (asked.run(&material), origin)
}

/// Returns where the people of some spans stood, in days of UTC.
pub(crate) async fn lifecycle(store: &(impl Questions + ?Sized), pairs: &[Pair]) -> Vec<Stages> {
    let asked = Lifecycle {
        workspace: WorkspaceId::default(),
        population: Population::People,
        zone: TimeZone::UTC,
        pairs: pairs.to_vec(),
    };
    let (material, _) = store.gather(&asked.needs()).await.unwrap();
    asked.run(&material)
}

/// Returns the files of a folder beside the tests, with their names.
pub(crate) fn files(folder: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(folder);
    let mut files: Vec<(String, String)> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read_to_string(&path).unwrap())
        })
        .collect();
    files.sort();
    files
}

/// Returns what a file says.
pub(crate) fn read<T: DeserializeOwned>(name: &str, text: &str) -> T {
    let read = serde_saphyr::from_str(text);
    read.unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Identities that hold the key of a message or do not, with the key of the message that each is about.
pub(crate) fn message_keys() -> [(EventId, Option<Key64>); 8] {
    let about = |text: &str, act: &str| EventId::about(Key64::of(text), Key64::of(act));
    let of_client = |text: &str| EventId(Uuid::try_parse(text).unwrap());
    let (m1, m2) = (Some(Key64::of("m1")), Some(Key64::of("m2")));
    [
        (about("m1", "sent"), m1),
        (about("m1", "reacted"), m1),
        (about("m1", "other"), m2),
        (about("m1", "none"), None),
        (of_client("0191d5a0-0000-7000-8000-000000000001"), m1),
        (of_client("0191d5a0-0000-7000-8000-000000000002"), None),
        // Made by a client: neither holds a key, and the second one could not.
        (of_client("0191d5a0-0000-8000-8000-000000000003"), None),
        (of_client("0191d5a0-0000-8000-0000-000000000004"), None),
    ]
}
