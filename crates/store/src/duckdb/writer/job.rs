//! What the writer is asked to do.

use std::{collections::BTreeMap, path::PathBuf};

use domain::{
    id::WorkspaceId,
    record::{ChannelRecord, PersonRecord},
    time::{Day, Instant},
};
use engine::{BlockRow, DayFill, ledger::FillJob, storage::BlockVersion};
use tokio::sync::{OwnedSemaphorePermit, oneshot};

use super::merge::{MergeChange, MergeOutcome};
use crate::{Appended, Batch, ErasedCounts, Erasure, RewrittenFile, StoreError};

/// Whoever waits for an answer.
pub(in crate::duckdb) type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

/// Something to be written.
pub(in crate::duckdb) enum Job {
    /// Events and dead letters.
    Append {
        batch: Batch,
        permit: OwnedSemaphorePermit,
        reply: Reply<Appended>,
    },
    /// Events that come later: what they name is numbered, where their sender may add it.
    Admit {
        batch: Batch,
        permit: OwnedSemaphorePermit,
        reply: Reply<Batch>,
    },
    /// What is known of people and channels.
    Records {
        workspace: WorkspaceId,
        people: Vec<PersonRecord>,
        channels: Vec<ChannelRecord>,
        at: Instant,
        reply: Reply<u64>,
    },
    /// Merging identifiers, or undoing that.
    Merge {
        workspace: WorkspaceId,
        change: MergeChange,
        at: Instant,
        reply: Reply<MergeOutcome>,
    },
    /// Removal of what is older than its retention.
    DeleteBefore { instant: Instant, reply: Reply<u64> },
    /// Somebody is taken out.
    Erase {
        erasure: Erasure,
        reply: Reply<ErasedCounts>,
    },
    /// Every file is written anew.
    Rewrite { reply: Reply<Vec<RewrittenFile>> },
    /// What cannot be made again is copied into a folder; the events of each workspace are counted.
    BackUp {
        folder: PathBuf,
        reply: Reply<BTreeMap<String, u64>>,
    },
    /// Days are going to be filled; those that the ledger does not know are left out.
    BeginFill {
        workspace: u16,
        days: Vec<Day>,
        reply: Reply<Vec<FillJob>>,
    },
    /// Days were filled; answers of each whether that still holds.
    FinishFill {
        fills: Vec<(FillJob, DayFill)>,
        at: Instant,
        reply: Reply<Vec<bool>>,
    },
    /// Blocks were made from several days, which had the fingerprint that is their version.
    PutMade {
        made: Vec<(BlockVersion, Vec<BlockRow>)>,
        reply: Reply<()>,
    },
    /// The rollups of days are taken away.
    Invalidate {
        days: Vec<(u16, Day)>,
        at: Instant,
        reply: Reply<()>,
    },
    /// Something that only a test asks for.
    #[cfg(test)]
    Run(Box<dyn FnOnce() + Send>),
    /// The end.
    Close { reply: Reply<()> },
}

impl Job {
    /// Answers without doing it; returns whether it was the end.
    pub(in crate::duckdb) fn refuse(self, error: &StoreError) -> bool {
        match self {
            Self::Append { reply, .. } => answer(reply, Err(again(error))),
            Self::Admit { reply, .. } => answer(reply, Err(again(error))),
            Self::Records { reply, .. } | Self::DeleteBefore { reply, .. } => {
                answer(reply, Err(again(error)));
            }
            Self::Merge { reply, .. } => answer(reply, Err(again(error))),
            Self::Erase { reply, .. } => answer(reply, Err(again(error))),
            Self::BackUp { reply, .. } => answer(reply, Err(again(error))),
            Self::Rewrite { reply } => answer(reply, Err(again(error))),
            Self::BeginFill { reply, .. } => answer(reply, Err(again(error))),
            Self::FinishFill { reply, .. } => answer(reply, Err(again(error))),
            Self::PutMade { reply, .. } | Self::Invalidate { reply, .. } => {
                answer(reply, Err(again(error)));
            }
            #[cfg(test)]
            Self::Run(_) => {}
            Self::Close { reply } => {
                answer(reply, Err(again(error)));
                return true;
            }
        }
        false
    }
}

/// Sends an answer; whoever asked may have gone, and then nobody needs it.
pub(in crate::duckdb) fn answer<T>(reply: Reply<T>, result: Result<T, StoreError>) {
    let result = result.map_err(|error| match error {
        StoreError::Memory => again(&error),
        other => other,
    });
    let _asker_gone = reply.send(result).is_err();
}

/// Returns the same failure for another asker.
pub(super) fn again(error: &StoreError) -> StoreError {
    match error {
        StoreError::Busy => StoreError::Busy,
        StoreError::Crowded => StoreError::Crowded,
        StoreError::DiskFull => StoreError::DiskFull,
        StoreError::NoRoomToRewrite { free, needed } => StoreError::NoRoomToRewrite {
            free: *free,
            needed: *needed,
        },
        StoreError::Quota(quota) => StoreError::Quota(*quota),
        // Whoever writes cannot ask for less, but may try again.
        StoreError::Memory => StoreError::Stopped("there is no memory to write with".to_owned()),
        StoreError::Stopped(reason) => StoreError::Stopped(reason.clone()),
        StoreError::Corrupt { path, reason } => StoreError::Corrupt {
            path: path.clone(),
            reason: reason.clone(),
        },
        other => StoreError::Engine(other.to_string().into()),
    }
}
