//! Why a sender may not add what it names.

use std::time::Duration;

/// Over which time new identifiers are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuotaSpan {
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
        span: QuotaSpan,
        /// Time until the next ones are taken.
        wait: Duration,
    },
    /// More people and channels in one batch, that were not known before, than there may be in all.
    #[error(
        "the batch names {more} people and channels that were not known before, and no more than {most} \
         are taken within {}; send fewer at a time, or raise {}", words(*.span).0, words(*.span).1
    )]
    NewIdsAtOnce {
        /// How many the batch names.
        more: u32,
        /// How many there may be.
        most: u32,
        /// Over which time.
        span: QuotaSpan,
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

const fn words(span: QuotaSpan) -> (&'static str, &'static str) {
    match span {
        QuotaSpan::Hour => ("an hour", "ANALYTICS_MAX_NEW_IDS_PER_HOUR"),
        QuotaSpan::Day => ("a day", "ANALYTICS_MAX_NEW_IDS_PER_DAY"),
    }
}
