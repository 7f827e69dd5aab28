//! What every event store must do.

use std::{collections::HashMap, sync::Arc};

use async_trait::async_trait;
use domain::{
    event::Event,
    filter::Filter,
    id::{ChannelId, EventId, Key64, WorkspaceId},
    query::Population,
    record::{ChannelKind, ChannelRecord, PersonRecord},
    time::{Day, Instant, Range},
};
use engine::{
    Origin, Table,
    ledger::{DayEntry, Ledger},
    plan::Plan,
};
use jiff::tz::TimeZone;
use serde::Serialize;
use uuid::Uuid;

use crate::{Search, StoreError, sql::Sql};

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

impl Known {
    /// Returns how many there are of a population.
    pub const fn of(self, population: Population) -> u64 {
        match population {
            Population::People => self.people,
            Population::Everyone => self.people + self.bots,
        }
    }
}

/// How many people, bots and channels a workspace knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Known {
    /// People that events or records name, without bots.
    pub people: u64,
    /// Bots that events or records name.
    pub bots: u64,
    /// Channels that events or records name.
    pub channels: u64,
}

/// A day that is not complete in the rollups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirtyDay {
    /// Whose chat.
    pub workspace: WorkspaceId,
    /// Which local day, counted from 1970-01-01.
    pub day: Day,
    /// What the ledger says of it.
    pub entry: DayEntry,
}

/// What is known of a person now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonRow {
    /// Who.
    pub id: String,
    /// Name shown to others.
    pub name: Option<String>,
    /// E-mail address.
    pub email: Option<String>,
    /// Role in the chat.
    pub role: Option<String>,
    /// Whether it is a bot.
    pub is_bot: bool,
    /// Whether the account is switched off.
    pub is_deactivated: bool,
    /// When the account was made.
    pub created_at: Option<Instant>,
}

/// What is known of a channel now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelRow {
    /// Which.
    pub id: String,
    /// Name shown to people.
    pub name: Option<String>,
    /// Who may see it.
    pub kind: Option<ChannelKind>,
    /// Whether it was put away.
    pub is_archived: bool,
    /// Members by the record, else joins less leaves, else unknown.
    pub member_count: Option<u32>,
    /// When it was made.
    pub created_at: Option<Instant>,
}

/// What reading events needs to know of a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirectoryRow {
    /// Whose chat.
    pub workspace: WorkspaceId,
    /// Which channel.
    pub channel: ChannelId,
    /// Who may see it.
    pub kind: ChannelKind,
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

/// How many people of a sign-up cohort came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RetentionCohort {
    /// First instant of the cohort's bucket.
    pub start: Instant,
    /// People in it.
    pub size: u64,
    /// For each asked day: active on that day, on it or later, and in days 1 up to it.
    pub returned: [[u64; 3]; 3],
}

/// What a store holds, in a nutshell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StoreFacts {
    /// Events stored.
    pub events: u64,
    /// Events of bots among them.
    pub bot_events: u64,
    /// People that events or records name, without bots.
    pub people: u64,
    /// Bots that events or records name.
    pub bots: u64,
    /// Channels that events or records name.
    pub channels: u64,
    /// People and bots with events.
    pub authors: u64,
    /// Bots among them.
    pub bot_authors: u64,
    /// Channels with events.
    pub channels_with_events: u64,
    /// Threads with messages.
    pub threads: u64,
    /// First event.
    pub first_event: Option<Instant>,
    /// Last event.
    pub last_event: Option<Instant>,
    /// Things that could not be accepted.
    pub dead_letters: u64,
    /// Bytes on disk.
    pub bytes: u64,
}

/// A place where events live.
#[async_trait]
pub trait EventStore: Send + Sync {
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

    /// Answers a planned question.
    async fn query(&self, plan: &Plan) -> Result<Table, StoreError>;

    /// Answers a planned question, and returns beside the page the first metric of every row, in no
    /// order, without limit and whatever rows are kept.
    async fn query_with_distribution(
        &self,
        plan: &Plan,
    ) -> Result<(Table, Vec<Option<f64>>), StoreError>;

    /// Returns the statement that asks a planned question of the events, for explanation; an empty
    /// one for a workspace of which nothing is stored.
    async fn statement(&self, plan: &Plan) -> Result<Sql, StoreError>;

    /// Returns how many rows a question looks at.
    async fn rows_in(&self, workspace: &WorkspaceId, range: Range) -> Result<u64, StoreError>;

    /// Returns what is known of these people.
    async fn people(
        &self,
        workspace: &WorkspaceId,
        ids: &[String],
    ) -> Result<Vec<PersonRow>, StoreError>;

    /// Returns a page of those of a population that `wanted` picks, by identifier, and how many it
    /// picks in all.
    async fn pick_people(
        &self,
        workspace: &WorkspaceId,
        population: Population,
        wanted: Box<dyn for<'p> FnMut(&'p PersonRow) -> bool + Send>,
        offset: u32,
        limit: u32,
    ) -> Result<(Vec<PersonRow>, u64), StoreError>;

    /// Returns the identifiers of those of a population whom a search finds, at most `most` of them,
    /// and how many it finds.
    async fn find_people(
        &self,
        workspace: &WorkspaceId,
        population: Population,
        search: Search,
        most: usize,
    ) -> Result<(Vec<String>, u64), StoreError>;

    /// Returns how many people, bots and channels there are.
    async fn known(&self, workspace: &WorkspaceId) -> Result<Known, StoreError>;

    /// Returns the names of those of these channels that have one, by identifier.
    async fn channel_names(
        &self,
        workspace: &WorkspaceId,
        ids: &[String],
    ) -> Result<HashMap<String, String>, StoreError>;

    /// Returns every channel with what is known of it, by identifier.
    async fn channels(&self, workspace: &WorkspaceId) -> Result<Vec<ChannelRow>, StoreError>;

    /// Returns which channels are of which kind, where that is known.
    async fn directory(&self) -> Result<Vec<DirectoryRow>, StoreError>;

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

    /// Returns how many of a population, by sign-up cohort, were active again after `days`; cohorts
    /// ascend and do not overlap. Memory does not grow with the number of cohorts.
    async fn retention(
        &self,
        workspace: &WorkspaceId,
        cohorts: &[Range],
        days: [u32; 3],
        as_of: Instant,
        zone: &TimeZone,
        population: Population,
    ) -> Result<(Vec<RetentionCohort>, Origin), StoreError>;

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

    /// Returns what the store holds of a workspace.
    async fn facts(&self, workspace: &WorkspaceId) -> Result<StoreFacts, StoreError>;

    /// Returns the first event of a workspace.
    async fn first_event(&self, workspace: &WorkspaceId) -> Result<Option<Instant>, StoreError>;

    /// Returns whether a span holds sampled events, so that its counts are estimates.
    fn is_sampled(&self, workspace: &WorkspaceId, range: Range) -> bool;

    /// Returns a number that is another one whenever anything stored has changed. It changes before
    /// whoever made the change is answered, so that nobody takes an older answer for a present one.
    fn version(&self) -> u64;

    /// Returns which days of a workspace are complete in the rollups.
    fn ledger(&self, workspace: &WorkspaceId) -> Ledger;

    /// Returns the days of all workspaces that are not, newest first.
    fn dirty_days(&self) -> Vec<DirtyDay>;

    /// Makes the rollups of days anew from their events; returns of each how many those were, or
    /// `None` when they changed meanwhile and the day is still dirty. Several days are read in one go,
    /// and should have few events together.
    async fn fill_days(
        &self,
        workspace: &WorkspaceId,
        days: &[Day],
        now: Instant,
    ) -> Result<Vec<Option<u64>>, StoreError>;

    /// Makes the rollups of one day anew.
    async fn fill(
        &self,
        workspace: &WorkspaceId,
        day: Day,
        now: Instant,
    ) -> Result<Option<u64>, StoreError> {
        let filled = self.fill_days(workspace, &[day], now).await?;
        Ok(filled.into_iter().next().flatten())
    }

    /// Makes rollups of months that are over before `now` from those of their days, where these are
    /// complete; returns how many months.
    async fn fill_months(&self, now: Instant) -> Result<u64, StoreError>;

    /// Does ahead what the next question would have to do because of what arrived; nothing where
    /// that is little.
    async fn catch_up(&self) -> Result<(), StoreError>;

    /// Takes the rollups of days of a span away, so that they are made anew; returns how many days.
    async fn mark_dirty(
        &self,
        workspace: &WorkspaceId,
        range: Range,
        now: Instant,
    ) -> Result<u64, StoreError>;

    /// Counts the events of a day anew and returns in which rollups that differs from what is
    /// stored; `None` when the day is not complete.
    async fn verify(
        &self,
        workspace: &WorkspaceId,
        day: Day,
    ) -> Result<Option<Vec<&'static str>>, StoreError>;

    /// Returns the bytes that rollups take on disk and in memory.
    async fn rollup_bytes(&self) -> Result<(u64, u64), StoreError>;

    /// Returns an error when the store cannot take or give anything.
    async fn ping(&self) -> Result<(), StoreError>;

    /// Writes everything to its final place and stops; later calls fail.
    async fn close(&self) -> Result<(), StoreError>;
}
