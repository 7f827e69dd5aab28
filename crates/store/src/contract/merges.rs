//! Identifiers that are one person.

use async_trait::async_trait;
use domain::{
    id::{UserId, WorkspaceId},
    time::Instant,
};

use crate::StoreError;

/// Most merges of a workspace: they are in memory, and each question may look at them.
pub const MOST_MERGES: u32 = 10_000;

/// An identifier that counts as another person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merge {
    /// The identifier that was merged.
    pub from: String,
    /// The person that it was merged into.
    pub into: String,
    /// Who counts: the same, unless that was merged as well.
    pub counts_as: String,
    /// When it was merged.
    pub at: Instant,
}

/// Why a merge is refused. Nothing has changed then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MergeRefusal {
    /// No event and no record has named the identifier.
    #[error("no user has the identifier `{0}`")]
    Unknown(String),
    /// Both are the same identifier.
    #[error("a person cannot be merged into itself: name two identifiers")]
    Itself,
    /// The other one counts as this one already.
    #[error("`{into}` counts as `{from}` already: undo that merge first, or merge the other way")]
    Cycle {
        /// The identifier that was to be merged.
        from: String,
        /// The person that it was to be merged into.
        into: String,
    },
    /// It was merged into somebody else.
    #[error("`{from}` was merged into `{into}` already: undo that merge first")]
    Elsewhere {
        /// The identifier.
        from: String,
        /// The person that it was merged into.
        into: String,
    },
    /// The workspace has as many as it may have.
    #[error("this workspace has the {MOST_MERGES} merges that it may have: undo one first")]
    TooMany,
}

/// Why there is no merge.
#[derive(Debug, thiserror::Error)]
pub enum MergeError {
    /// It cannot be.
    #[error(transparent)]
    Refused(#[from] MergeRefusal),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes several identifiers one person, in history and from then on, and takes that back.
///
/// 1. Merges form a forest: with `a` merged into `b` and `b` into `c`, all three count as `c`, and once
///    the second merge is undone, `a` and `b` count as `b`.
/// 2. Everything that is asked is answered as if the events of a merged identifier had come under the
///    one that counts. Whoever asks for a merged identifier means the one that counts.
/// 3. What records say of the one that counts is shown. It was made and first seen when the earliest of
///    its identifiers was. It is a bot by its own record or events, where these say anything, and else
///    where one of the other identifiers is.
/// 4. Records of each identifier are kept apart, and events remember the identifier that they came with,
///    so that an undo gives back exactly what is its own, be it from before the merge or from after it.
/// 5. A merge and an undo are durable as a whole when they return; a kill leaves all of it or nothing.
#[async_trait]
pub trait Merges: Send + Sync {
    /// Makes `from` count as `into`. A merge that is there already changes nothing.
    ///
    /// # Errors
    /// [`MergeError::Refused`] for what cannot be.
    async fn merge(
        &self,
        workspace: &WorkspaceId,
        from: &UserId,
        into: &UserId,
        at: Instant,
    ) -> Result<Merge, MergeError>;

    /// Makes an identifier that was merged count for itself again, with those that were merged into it;
    /// returns the merge that was undone, and `None` where there was none.
    async fn undo_merge(
        &self,
        workspace: &WorkspaceId,
        from: &UserId,
        at: Instant,
    ) -> Result<Option<Merge>, StoreError>;

    /// Returns the merges of a workspace, by identifier.
    async fn merges(&self, workspace: &WorkspaceId) -> Result<Vec<Merge>, StoreError>;
}
