//! Events and records as they are written, listed and removed.

use std::sync::Arc;

use async_trait::async_trait;
use domain::{
    event::Event,
    filter::Filter,
    id::{EventId, Key64, WorkspaceId},
    record::{ChannelRecord, PersonRecord},
    time::{Instant, Range},
};
use serde::Serialize;
use uuid::Uuid;

use crate::StoreError;

/// What is written in one go.
#[derive(Debug, Default)]
pub struct Batch {
    /// Events to keep.
    pub events: Vec<Event>,
    /// What was refused on the way, kept with its reason.
    pub dead_letters: Vec<DeadLetter>,
    /// Whose quotas it counts against, where a store has quotas; `None` for whoever has none.
    pub sender: Option<Arc<str>>,
}

impl Batch {
    /// Returns about how many bytes it takes in memory.
    pub fn bytes(&self) -> usize {
        let letters = self.dead_letters.iter().map(|letter| letter.body.len());
        let events = self.events.iter().map(|event| {
            let properties = event.properties.iter();
            size_of::<Event>()
                + properties
                    .map(|(name, value)| name.len() + json_bytes(value))
                    .sum::<usize>()
        });
        letters.sum::<usize>() + events.sum::<usize>()
    }
}

fn json_bytes(value: &serde_json::Value) -> usize {
    use serde_json::Value;
    let inner = match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
        Value::String(text) => text.len(),
        Value::Array(values) => values.iter().map(json_bytes).sum(),
        Value::Object(object) => object
            .iter()
            .map(|(name, value)| name.len() + json_bytes(value))
            .sum(),
    };
    size_of::<Value>() + inner
}

/// What a write did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Appended {
    /// Events that are stored now and were not before.
    pub stored: u64,
    /// Events that were stored already.
    pub duplicates: u64,
}

/// Events from before an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Aged {
    /// How many.
    pub events: u64,
    /// When the first of them happened.
    pub first: Instant,
    /// When the last of them happened.
    pub last: Instant,
}

/// Something that could not be accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct DeadLetter {
    /// Identity.
    pub id: Uuid,
    /// Whose chat.
    pub workspace_id: String,
    /// When it arrived.
    pub received_at: Instant,
    /// Which way it came: `track`, `import` …
    pub source: String,
    /// Stable code of the reason.
    pub code: String,
    /// The reason in words.
    pub reason: String,
    /// What was sent, masked and cut.
    pub body: String,
}

/// Which events are listed, newest first.
#[derive(Debug, Clone)]
pub struct EventListing {
    /// Whose chat.
    pub workspace: WorkspaceId,
    /// Over which span.
    pub range: Range,
    /// Only this kind.
    pub event_type: Option<String>,
    /// Only what this lets through.
    pub filter: Filter,
    /// Bots as well.
    pub include_bots: bool,
    /// How many at most.
    pub limit: u32,
    /// How many are passed over.
    pub offset: u32,
}

/// Where an export goes on: made by a store, and understood by no other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportCursor(Box<str>);

impl ExportCursor {
    /// Returns the cursor that a store writes so.
    pub fn new(text: impl Into<Box<str>>) -> Self {
        Self(text.into())
    }

    /// Returns what the store wrote.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An event as it is shown.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EventRow {
    /// Identity.
    pub event_id: EventId,
    /// What happened.
    pub event_type: String,
    /// When.
    pub timestamp: Instant,
    /// When it reached us, in whole seconds.
    pub received_at: Instant,
    /// Who.
    pub user_id: Option<String>,
    /// Name of who.
    pub user_name: Option<String>,
    /// Where.
    pub channel_id: Option<String>,
    /// Name of where.
    pub channel_name: Option<String>,
    /// Key of the message.
    #[serde(serialize_with = "key")]
    pub message_id: Option<Key64>,
    /// Key of the thread.
    #[serde(serialize_with = "key")]
    pub thread_id: Option<Key64>,
    /// What the message carries.
    pub message_type: Option<String>,
    /// Whether a bot did it.
    pub is_bot: bool,
    /// How many events it stands for.
    pub weight: f64,
    /// Everything else.
    pub properties: serde_json::Value,
}

#[expect(clippy::ref_option, reason = "the signature that serde asks for")]
fn key<S: serde::Serializer>(key: &Option<Key64>, serializer: S) -> Result<S::Ok, S::Error> {
    match key {
        Some(key) => serializer.collect_str(key),
        None => serializer.serialize_none(),
    }
}

/// Where events and records are written, listed and removed.
///
/// 1. Whoever asks after a write was answered sees it.
/// 2. Workspaces share nothing: the same identity in another one is another event.
#[async_trait]
pub trait EventLog: Send + Sync {
    /// Stores a batch. When this returns, it is durable, each event at most once.
    ///
    /// 1. An event that is `keyed` is a duplicate where its identity is stored already, or the one it
    ///    may be stored under besides (`also`). Only the identity itself is stored: what comes later
    ///    under the other one is no duplicate.
    /// 2. An identity that came with a time counts once for as long as its event is stored; one without
    ///    (`timed` is false) for at least 7 days after it arrived.
    /// 3. A duplicate changes nothing, and whom it names is not known by it.
    async fn append(&self, batch: Batch) -> Result<Appended, StoreError>;

    /// Counts a batch that will be appended later against the quotas of its sender, as
    /// [`EventLog::append`] does, and gives it back: what it adds is known from now on, and counts once.
    /// Nothing else is stored. A store without quotas has nothing to do.
    async fn admit(&self, batch: Batch) -> Result<Batch, StoreError> {
        Ok(batch)
    }

    /// Stores what is known of people and channels, and returns of how many of them something changed;
    /// what did not change leaves no trace.
    ///
    /// 1. What a record does not say stays as it was known, and the earliest instant of when somebody
    ///    was first seen holds. Records hold in the order in which they are put, whatever `at` says.
    /// 2. The record of a person says who is a bot, else any event does, in whatever order they come;
    ///    events of before are counted accordingly.
    async fn put_records(
        &self,
        workspace: WorkspaceId,
        people: Vec<PersonRecord>,
        channels: Vec<ChannelRecord>,
        at: Instant,
    ) -> Result<u64, StoreError>;

    /// Lists events, newest first; of those of one instant the last to arrive.
    async fn events(&self, listing: &EventListing) -> Result<Vec<EventRow>, StoreError>;

    /// Hands the next events of a listing to `sink`, in order of arrival: as many as its limit says,
    /// or until `sink` answers that it wants no more after this one. Returns where to go on, and `None`
    /// when there are no more. What arrives meanwhile comes last.
    async fn export_events(
        &self,
        listing: EventListing,
        after: Option<&ExportCursor>,
        sink: Box<dyn FnMut(EventRow) -> bool + Send>,
    ) -> Result<Option<ExportCursor>, StoreError>;

    /// Lists what could not be accepted, newest first, with how many there are; letters of one instant
    /// by their identity.
    async fn dead_letters(
        &self,
        workspace: &WorkspaceId,
        limit: u32,
        offset: u32,
    ) -> Result<(Vec<DeadLetter>, u64), StoreError>;

    /// Returns the events of all workspaces before `instant`; `None` when there are none.
    async fn aged(&self, instant: Instant) -> Result<Option<Aged>, StoreError>;

    /// Removes the events that happened and the dead letters that arrived before `instant`, of all
    /// workspaces; returns how many events went.
    ///
    /// 1. People and channels stay known, and who is a bot stays decided.
    /// 2. Whether an identity that was removed counts again when it comes again is up to the store: it
    ///    may be remembered or forgotten.
    async fn delete_before(&self, instant: Instant) -> Result<u64, StoreError>;
}
