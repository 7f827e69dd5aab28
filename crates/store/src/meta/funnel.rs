//! Where funnels are kept.

use async_trait::async_trait;
use domain::{funnel::Funnel, id::WorkspaceId};

use super::MetaError;

/// A place where funnels are kept. No method sees the funnels of another workspace than the one it is
/// given.
#[async_trait]
pub trait FunnelStore: Send + Sync {
    /// Keeps a new funnel, unless its workspace has `most` already; returns whether it was kept.
    async fn insert_funnel(&self, funnel: &Funnel, most: u32) -> Result<bool, MetaError>;
    /// Returns every funnel of a workspace, newest first.
    async fn funnels(&self, workspace: &WorkspaceId) -> Result<Vec<Funnel>, MetaError>;
    /// Returns a funnel.
    async fn funnel(&self, workspace: &WorkspaceId, id: &str) -> Result<Option<Funnel>, MetaError>;
    /// Takes a funnel away; returns whether there was one to take.
    async fn delete_funnel(&self, workspace: &WorkspaceId, id: &str) -> Result<bool, MetaError>;
}
