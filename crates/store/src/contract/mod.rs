//! What every event store must do.

mod backups;
mod changes;
mod erase;
mod log;
mod merges;
mod questions;
mod rollups;
mod statements;

use async_trait::async_trait;
use domain::{
    id::{ChannelId, WorkspaceId},
    record::ChannelKind,
    time::Instant,
};

pub use backups::Backups;
pub use changes::{Changes, Reads};
pub use erase::{Erase, ErasedCounts, Erasure, RewrittenFile};
pub use log::{Aged, Appended, Batch, DeadLetter, EventListing, EventLog, EventRow, ExportCursor};
pub use merges::{MOST_MERGES, Merge, MergeError, MergeRefusal, Merges};
pub use questions::{ChannelRow, Known, LedgerDays, PersonRow, Questions};
pub use rollups::{DirtyDay, Rollups};
pub use statements::{SqlError, Statement, StatementColumn, StatementRows, Statements};

use crate::StoreError;

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
    /// Threads with events of any kind.
    pub threads: u64,
    /// First event.
    pub first_event: Option<Instant>,
    /// Last event.
    pub last_event: Option<Instant>,
    /// Things that could not be accepted.
    pub dead_letters: u64,
    /// Bytes on disk; 0 where nothing is kept there.
    pub bytes: u64,
}

/// A place where events live.
///
/// `tests/it/conformance` is this contract as cases, which every implementation passes. What only some
/// databases have is optional: rollups ([`Rollups`]), statements ([`Questions::statement`] and
/// [`EventStore::statements`]), quotas, and bytes on disk.
#[async_trait]
pub trait EventStore: EventLog + Questions + Changes + Merges + Rollups + Erase {
    /// Returns the workspaces of which events or records were ever stored, in any order.
    async fn workspaces(&self) -> Result<Vec<WorkspaceId>, StoreError>;

    /// Returns which channels of all workspaces are of which kind, where that is known, in any order.
    async fn directory(&self) -> Result<Vec<DirectoryRow>, StoreError>;

    /// Returns what the store holds of a workspace; nothing of one that is not known.
    async fn facts(&self, workspace: &WorkspaceId) -> Result<StoreFacts, StoreError>;

    /// Returns who runs statements of an administrator's own; `None` where the store has none.
    fn statements(&self) -> Option<&dyn Statements> {
        None
    }

    /// Returns what copies the store while it is used; `None` where it is not in files of its own.
    fn backups(&self) -> Option<&dyn Backups> {
        None
    }

    /// Returns an error when the store cannot take or give anything.
    async fn ping(&self) -> Result<(), StoreError>;

    /// Writes everything to its final place and stops. Later calls that read or write events fail; what
    /// is known without reading any may still be told.
    async fn close(&self) -> Result<(), StoreError>;
}
