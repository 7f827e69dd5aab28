//! What a database gives the engine: facts, blocks and identifiers.
//!
//! These are called on threads that may block. Whoever holds events in a server waits for it there.

use domain::time::{Day, Instant, Range};

pub use domain::dimension::Subject;

use crate::{
    BlockRow, StoreError,
    rollup::{BlockGrain, Fact, Rollup, RollupSet},
};

/// The place of an event in the order of arrival.
///
/// All that is asked of positions: an event that is committed later has a larger one, and whoever sees
/// an event sees all those of smaller positions, as of the watermark that they were told. They need not
/// be dense, and nothing is asked of how they are made.
pub type Position = i64;

/// Which events are scanned; what is `None` takes all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FactScan {
    /// Of this workspace.
    pub workspace: Option<u16>,
    /// Within this span.
    pub range: Option<Range>,
    /// Arrived at this position or later.
    pub from: Option<Position>,
    /// Arrived before this position.
    pub before: Option<Position>,
    /// With their terms, properties and numbers, which cost the most to read.
    pub with_details: bool,
}

/// Where events are read from, as facts.
pub trait FactSource {
    /// Hands every event of a scan to `take`, in any order: its position, its workspace, and the fact.
    fn each_fact(
        &self,
        scan: &FactScan,
        take: &mut dyn FnMut(Position, u16, &Fact<'_>),
    ) -> Result<(), StoreError>;

    /// Returns whether a span of a workspace holds sampled events, those of the watermark included. It
    /// may say so of a span that ends a little before or after them.
    fn is_sampled(&self, workspace: u16, range: Range) -> bool;
}

/// The blocks of a day or month of a workspace, of one making.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BlockVersion {
    /// Whose chat.
    pub workspace: u16,
    /// Of a day or of a month.
    pub grain: BlockGrain,
    /// Day since 1970-01-01, or month since January 1970.
    pub period: i32,
    /// Of a day which making it is; of a month the fingerprint of the days it was made from.
    pub version: i64,
}

/// Takes a packed block: its period, its version and its body.
pub type TakeBlock<'a> = dyn FnMut((i32, i64), &[u8]) -> Result<(), StoreError> + 'a;

/// Where blocks are kept, packed. They can always be made again from the events.
///
/// 1. A block is named by its period and by its version, and only what the ledger names is read.
/// 2. New blocks are durable before the ledger names them, and the ones before them go after that.
pub trait BlockStore: Send + Sync {
    /// Hands over the blocks of a rollup within a span of periods, both ends included: the period,
    /// the version and the body.
    fn read(
        &self,
        of: (u16, BlockGrain, Rollup),
        span: (i32, i32),
        take: &mut TakeBlock<'_>,
    ) -> Result<(), StoreError>;

    /// Keeps the blocks of some periods, each with its workspace and version; they are durable when
    /// this returns. Those of other versions stay.
    fn put(&self, blocks: &[(u16, i64, &[BlockRow])]) -> Result<(), StoreError>;

    /// Notes that nobody needs a version any more: it goes with the next write.
    fn replaced(&self, version: BlockVersion);

    /// Returns every version, and which of the rollups that it should have are not there.
    fn versions(&self) -> Result<Vec<(BlockVersion, RollupSet)>, StoreError>;

    /// Removes the blocks of days, and of the months that they are in.
    fn remove(&self, days: &[(u16, Day)]) -> Result<(), StoreError>;

    /// Removes the blocks of everything before a day, and of the month that it is in.
    fn remove_before(&self, day: Day) -> Result<(), StoreError>;

    /// Removes all blocks.
    fn clear(&self) -> Result<(), StoreError>;

    /// Writes everything anew, so that nothing is left of what was removed; returns what is written under
    /// which name, with its bytes before and after. `None` where nothing is kept on disk.
    fn rewrite(&self) -> Result<Option<(&'static str, u64, u64)>, StoreError>;

    /// Moves everything to its final place: the end is near.
    fn settle(&self) -> Result<(), StoreError>;

    /// Returns the bytes that blocks take on disk.
    fn bytes_on_disk(&self) -> Result<u64, StoreError>;
}

/// What is known of a person, as far as analyses look at it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PersonFacts {
    /// Whether it is a bot.
    pub is_bot: bool,
    /// When the account was made, where a record says so.
    pub created_at: Option<Instant>,
    /// When first seen, where a record says so.
    pub first_seen_at: Option<Instant>,
}

/// Who and what the numbers of facts stand for.
pub trait Identities {
    /// Returns the numbers of those of the identifiers that have one.
    fn numbers(
        &self,
        subject: Subject,
        workspace: u16,
        ids: &[String],
    ) -> Result<Vec<u32>, StoreError>;

    /// Returns the code of a kind of events.
    fn kind_code(&self, name: &str) -> Option<u16>;

    /// Returns what names the numbers of a workspace.
    fn labels<'a>(&'a self, workspace: u16, subjects: &[Subject]) -> Box<dyn Labels + 'a>;

    /// Hands over everybody who has a number.
    fn each_person(
        &self,
        workspace: u16,
        take: &mut dyn FnMut(u32, PersonFacts),
    ) -> Result<(), StoreError>;
}

/// Names numbers of one workspace.
pub trait Labels {
    /// Returns how many may be looked up at a time.
    fn at_once(&self) -> usize;

    /// Looks up the identifiers of these, and may forget those of all others.
    fn look_up(
        &mut self,
        wanted: &mut dyn Iterator<Item = (Subject, u32)>,
    ) -> Result<(), StoreError>;

    /// Returns the identifier of a number that was looked up.
    fn id(&self, subject: Subject, number: u32) -> Option<&str>;

    /// Returns the name of a kind of events.
    fn kind(&self, code: u16) -> Option<&str>;
}
