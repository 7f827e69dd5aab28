//! What answers are made of.

use std::collections::HashMap;

use async_trait::async_trait;
use domain::{
    id::WorkspaceId,
    query::Population,
    record::ChannelKind,
    time::{Instant, Range},
};
use engine::{
    Origin, Table,
    analysis::{About, Material, Needs, OrderedScan, TakeActs, TakeDay},
    measured::{ArrivalScan, Arrivals, ValueCount, ValueScan},
    plan::Plan,
    storage::Subject,
};

use crate::{Search, StoreError};

/// How many people, bots and channels a workspace knows; who was named once stays known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Known {
    /// People that events or records name, without bots.
    pub people: u64,
    /// Bots that events or records name.
    pub bots: u64,
    /// Channels that events or records name.
    pub channels: u64,
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

/// Days of a span that have events, by whether their rollups are complete.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LedgerDays {
    /// Days whose rollups hold every event.
    pub clean: u64,
    /// Days of which events are read beside the rollups, or that have none.
    pub dirty: u64,
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
    /// When first seen, where a record says so.
    pub first_seen_at: Option<Instant>,
    /// Other identifiers that count as this person, ascending.
    pub aliases: Vec<String>,
}

/// What is known of a channel now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChannelRow {
    /// Which.
    pub id: String,
    /// Name shown to people.
    pub name: Option<String>,
    /// Name in addresses.
    pub slug: Option<String>,
    /// Who may see it.
    pub kind: Option<ChannelKind>,
    /// Whether it was put away.
    pub is_archived: bool,
    /// Members by the record, else joins less leaves, else unknown.
    pub member_count: Option<u32>,
    /// Who made or owns it, by identifier; the person need not be known.
    pub owner: Option<String>,
    /// When it was made.
    pub created_at: Option<Instant>,
}

/// What is asked so that a request can be answered. A workspace that is not known has no rows, no people
/// and no channels.
#[async_trait]
pub trait Questions: Send + Sync {
    /// Answers a planned question.
    async fn query(&self, plan: &Plan) -> Result<Table, StoreError>;

    /// Answers a planned question, and returns beside the page the first metric of every row, in no
    /// order, without limit and whatever rows are kept.
    async fn query_with_distribution(
        &self,
        plan: &Plan,
    ) -> Result<(Table, Vec<Option<f64>>), StoreError>;

    /// Returns the statement that asks a planned question of the events, as people read it; `None` where
    /// the store asks without statements, and for a workspace of which nothing is stored.
    async fn statement(&self, plan: &Plan) -> Result<Option<String>, StoreError>;

    /// Returns how many events lie in a span, those of bots included.
    async fn rows_in(&self, workspace: &WorkspaceId, range: Range) -> Result<u64, StoreError>;

    /// Returns the first event of a workspace.
    async fn first_event(&self, workspace: &WorkspaceId) -> Result<Option<Instant>, StoreError>;

    /// Returns whether a span holds sampled events, so that its counts are estimates. A store may say so
    /// too where there are some within a quarter of an hour of the span.
    fn is_sampled(&self, workspace: &WorkspaceId, range: Range) -> bool;

    /// Returns which days of a span, in the store's zone, are complete in the rollups; `None` where there
    /// are none. It changes by itself, and no answer but for what it says of itself.
    fn ledger_days(&self, workspace: &WorkspaceId, range: Range) -> Option<LedgerDays>;

    /// Gathers what an analysis is made of, and says where it came from. What numbers stand for people is
    /// up to the store; they hold as long as it is open.
    async fn gather(&self, needs: &Needs) -> Result<(Material, Origin), StoreError>;

    /// Hands the events of a scan to `take` in order of time, and those of one instant in order of arrival,
    /// some thousands at a time; says where they came from. Events that arrive meanwhile are left out.
    async fn in_order(&self, scan: &OrderedScan, take: TakeActs) -> Result<Origin, StoreError>;

    /// Hands the digest of each local day to `take`, in any order, with what of it counts; says where they came
    /// from. A day that is stored is handed over whole, even where the range holds only a part of it. With
    /// `from_events` only the events are read.
    async fn in_context(
        &self,
        about: &About,
        from_events: bool,
        take: TakeDay,
    ) -> Result<Origin, StoreError>;

    /// Counts the events of a scan that have its number, by bucket and by number, both ascending; says where
    /// they came from.
    async fn values(&self, scan: &ValueScan) -> Result<(Vec<ValueCount>, Origin), StoreError>;

    /// Counts what arrived in a span, by bucket and in their order, without those in which nothing did. Of
    /// a workspace of which nothing is stored there may be dead letters.
    async fn arrivals(&self, scan: &ArrivalScan) -> Result<Vec<Arrivals>, StoreError>;

    /// Returns the identifiers of people or channels by the numbers that an analysis was given, in their
    /// order; `None` for a number that nobody has.
    async fn identifiers(
        &self,
        workspace: &WorkspaceId,
        subject: Subject,
        numbers: Vec<u32>,
    ) -> Result<Vec<Option<String>>, StoreError>;

    /// Returns the names of kinds of events by the codes that an analysis was given, in their order;
    /// `None` for a code that no kind has.
    async fn kind_names(
        &self,
        workspace: &WorkspaceId,
        codes: Vec<u16>,
    ) -> Result<Vec<Option<String>>, StoreError>;

    /// Returns who an identifier counts as, where that is another one.
    fn counted_as(&self, workspace: &WorkspaceId, id: &str) -> Option<String>;

    /// Returns what is known of these people, in their order, without those that are not known. The
    /// person that counts stands for an identifier that was merged.
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
    /// and how many it finds; in any order.
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
}
