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
    /// Whose quotas it counts against; `None` for whoever has none.
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
    /// When it reached us.
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
#[async_trait]
pub trait EventLog: Send + Sync {
    /// Stores a batch. When this returns, it is durable, each event at most once.
    async fn append(&self, batch: Batch) -> Result<Appended, StoreError>;

    /// Stores what is known of people and channels; what did not change leaves no trace.
    async fn put_records(
        &self,
        workspace: WorkspaceId,
        people: Vec<PersonRecord>,
        channels: Vec<ChannelRecord>,
        at: Instant,
    ) -> Result<u64, StoreError>;

    /// Lists events, newest first.
    async fn events(&self, listing: &EventListing) -> Result<Vec<EventRow>, StoreError>;

    /// Hands the next events of a listing to `sink`, in order of arrival: as many as its limit says,
    /// or until `sink` answers that it wants no more after this one. Returns after which of them to go
    /// on, and `None` when there are no more.
    async fn export_events(
        &self,
        listing: EventListing,
        after: Option<i64>,
        sink: Box<dyn FnMut(EventRow) -> bool + Send>,
    ) -> Result<Option<i64>, StoreError>;

    /// Lists what could not be accepted, newest first, with how many there are.
    async fn dead_letters(
        &self,
        workspace: &WorkspaceId,
        limit: u32,
        offset: u32,
    ) -> Result<(Vec<DeadLetter>, u64), StoreError>;

    /// Returns the events of all workspaces before `instant`; `None` when there are none.
    async fn aged(&self, instant: Instant) -> Result<Option<Aged>, StoreError>;

    /// Removes events and dead letters before `instant`; returns how many events went.
    async fn delete_before(&self, instant: Instant) -> Result<u64, StoreError>;
}
