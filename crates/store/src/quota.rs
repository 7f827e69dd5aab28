//! What one sender may add of what stays for ever.

use std::time::Duration;

/// How much senders may add; 0 sets no limit.
///
/// Only senders that a batch names are limited ([`crate::Batch::sender`]): imports, the chat's own
/// sources and administrators are not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quotas {
    /// People and channels that were not known before, by sender and by workspace, within an hour.
    pub new_ids_per_hour: u32,
    /// The same, within a day.
    pub new_ids_per_day: u32,
    /// Custom kinds of events in a workspace.
    pub kinds: u32,
    /// Workspaces that one sender may begin.
    pub workspaces: u32,
    /// Dead letters of a workspace; the oldest go.
    pub dead_letters: u32,
    /// Bytes of the dead letters of a workspace; the oldest go.
    pub dead_letter_bytes: u64,
    /// Room on the disk, in bytes, below which no events are taken.
    pub free_disk: u64,
}

impl Quotas {
    /// Returns quotas that limit nothing.
    pub const fn unlimited() -> Self {
        Self {
            new_ids_per_hour: 0,
            new_ids_per_day: 0,
            kinds: 0,
            workspaces: 0,
            dead_letters: 0,
            dead_letter_bytes: 0,
            free_disk: 0,
        }
    }
}

/// Over which time new identifiers are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// An hour of the clock, UTC.
    Hour,
    /// A day of the clock, UTC.
    Day,
}

/// Why nothing of a batch was taken: its sender has added all that it may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum QuotaError {
    /// Too many people and channels that were not known before.
    #[error(
        "more than {most} people and channels that were not known before were named within {}; \
         send again later, or raise {}", words(*.span).0, words(*.span).1
    )]
    NewIds {
        /// How many there may be.
        most: u32,
        /// Over which time.
        span: Span,
        /// Time until the next ones are taken.
        wait: Duration,
    },
    /// Too many custom kinds of events.
    #[error(
        "the workspace has the {0} custom kinds of events that it may have; use one of them, or \
         raise ANALYTICS_MAX_KINDS"
    )]
    Kinds(u32),
    /// Too many workspaces.
    #[error(
        "this sender has begun the {0} workspaces that it may begin; name one of them, or raise \
         ANALYTICS_MAX_WORKSPACES"
    )]
    Workspaces(u32),
    /// Every number for a workspace is taken.
    #[error("65,536 workspaces are taken, and there cannot be more")]
    NoWorkspaceLeft,
}

const fn words(span: Span) -> (&'static str, &'static str) {
    match span {
        Span::Hour => ("an hour", "ANALYTICS_MAX_NEW_IDS_PER_HOUR"),
        Span::Day => ("a day", "ANALYTICS_MAX_NEW_IDS_PER_DAY"),
    }
}
