//! Links that open one page to whoever has them.

use std::collections::BTreeMap;

use async_trait::async_trait;
use domain::{id::WorkspaceId, time::Instant};

use super::MetaError;

/// A link to one page with fixed filters, without its token: only the token's hash is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SharedLink {
    /// Identity, for lists and for revoking.
    pub id: String,
    /// Whose chat it is about.
    pub workspace_id: WorkspaceId,
    /// The route of the page below the pages, such as `/channels/{id}`.
    pub page: String,
    /// The identifier in that, where it has one.
    pub subject: Option<String>,
    /// The parameters of the page's address by name: what it is about, and what is shown of it.
    pub parameters: BTreeMap<String, String>,
    /// Whether people are shown by name, else by pseudonym.
    pub shows_names: bool,
    /// Whether annotations are shown.
    pub shows_annotations: bool,
    /// Who made it.
    pub created_by: String,
    /// When it was made.
    pub created_at: Instant,
    /// When it ends.
    pub expires_at: Instant,
    /// When it was used last, to the minute.
    pub last_used_at: Option<Instant>,
}

/// A place where shared links are kept. One that is revoked is gone.
#[async_trait]
pub trait SharedLinkStore: Send + Sync {
    /// Keeps a new link by the hash of its token, and no longer those that expired before `forgotten`;
    /// returns whether the workspace has room for it among `most`.
    async fn insert_link(
        &self,
        link: &SharedLink,
        hash: &str,
        forgotten: Instant,
        most: u32,
    ) -> Result<bool, MetaError>;
    /// Returns the link of that hash; it may have expired.
    async fn link_by_hash(&self, hash: &str) -> Result<Option<SharedLink>, MetaError>;
    /// Returns the links of a workspace, newest first; some may have expired.
    async fn links(&self, workspace: &WorkspaceId) -> Result<Vec<SharedLink>, MetaError>;
    /// Notes that a link was used.
    async fn note_link_used(&self, id: &str, at: Instant) -> Result<(), MetaError>;
    /// Revokes a link; returns whether there was one.
    async fn delete_link(&self, workspace: &WorkspaceId, id: &str) -> Result<bool, MetaError>;
}
