//! Taking a person out of what is stored.

use async_trait::async_trait;
use domain::{
    erasure::Traces,
    id::{UserId, WorkspaceId},
    time::Instant,
};
use serde::{Deserialize, Serialize};

use crate::StoreError;

/// Whom to erase, and how.
#[derive(Debug, Clone)]
pub struct Erasure {
    /// Whose chat.
    pub workspace: WorkspaceId,
    /// What names the person.
    pub traces: Traces,
    /// The identifier under which the person's events go on to count; `None` removes them.
    pub nameless: Option<UserId>,
    /// When it was asked for.
    pub at: Instant,
}

/// What erasing somebody changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ErasedCounts {
    /// Events of the person that were removed or made nameless.
    pub events: u64,
    /// Events, also of others, in which the person was named and is no longer.
    pub events_cleaned: u64,
    /// Records of the person that were removed.
    pub records: u64,
    /// Records of channels that named the person and do no longer.
    pub channels_cleaned: u64,
    /// Dead letters that named the person and were removed.
    pub dead_letters: u64,
    /// Identities of events without a time that were removed.
    pub identities: u64,
    /// Local days that are counted anew.
    pub days: u64,
    /// Channels whose own identifier names the person: an identifier stays as the chat made it.
    pub channels_left: u64,
}

/// A file that was written anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RewrittenFile {
    /// Its name within the data folder.
    pub name: String,
    /// Bytes it had.
    pub bytes_before: u64,
    /// Bytes it has.
    pub bytes_after: u64,
}

/// Takes people out of what is stored.
///
/// 1. Whoever asks after [`Erase::erase`] was answered finds nothing that names the person: neither by
///    a question nor by an identifier. Answers are those of a store that never had events of them, or,
///    where they were made nameless, as they were. Channels and kinds of events stay known.
/// 2. What is erased is so in one transaction. To erase again changes nothing that is erased already.
/// 3. Whoever is removed is no longer one person with others ([`super::Merges`]); the other identifiers are
///    erased by themselves. Whoever is made nameless stays one person with them.
/// 4. After [`Erase::rewrite`] no file holds what was erased or removed before, also where nothing reads.
///    Neither loses events that arrive meanwhile. A process that is killed leaves the store as it was or as
///    it should be.
#[async_trait]
pub trait Erase: Send + Sync {
    /// Returns under which names and e-mail addresses a person was ever known; `None` where nobody has
    /// that identifier.
    async fn known_as(
        &self,
        workspace: &WorkspaceId,
        id: &UserId,
    ) -> Result<Option<Vec<String>>, StoreError>;

    /// Refuses where there is too little room to write everything anew.
    async fn check_room(&self) -> Result<(), StoreError> {
        Ok(())
    }

    /// Takes a person out.
    ///
    /// # Errors
    /// [`StoreError::NoRoomToRewrite`] where the disk has too little room for what follows: then nothing is
    /// changed.
    async fn erase(&self, erasure: Erasure) -> Result<ErasedCounts, StoreError>;

    /// Writes every file anew that held what was erased.
    async fn rewrite(&self) -> Result<Vec<RewrittenFile>, StoreError>;
}
