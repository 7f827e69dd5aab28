//! Where views are kept.

use async_trait::async_trait;
use domain::{id::WorkspaceId, view::View};

use super::MetaError;

/// A place where views are kept. No method sees those of another workspace than the one it is given.
#[async_trait]
pub trait ViewStore: Send + Sync {
    /// Keeps a new view, unless its workspace has `most` already; returns whether it was kept.
    async fn insert_view(&self, view: &View, most: u32) -> Result<bool, MetaError>;
    /// Returns the views of a workspace by name.
    async fn views(&self, workspace: &WorkspaceId) -> Result<Vec<View>, MetaError>;
    /// Returns a view.
    async fn view(&self, workspace: &WorkspaceId, id: &str) -> Result<Option<View>, MetaError>;
    /// Puts a view in the place of its version before; returns whether that was there.
    async fn update_view(&self, view: &View) -> Result<bool, MetaError>;
    /// Takes a view away; returns whether there was one to take.
    async fn delete_view(&self, workspace: &WorkspaceId, id: &str) -> Result<bool, MetaError>;
}
