//! Where segments are kept.

use async_trait::async_trait;
use domain::{id::WorkspaceId, segment::Segment};

use super::MetaError;

/// A place where segments are kept. No method sees those of another workspace than the one it is given.
#[async_trait]
pub trait SegmentStore: Send + Sync {
    /// Keeps a new segment, unless its workspace has `most` already; returns whether it was kept.
    async fn insert_segment(&self, segment: &Segment, most: u32) -> Result<bool, MetaError>;
    /// Returns every segment of a workspace, by name.
    async fn segments(&self, workspace: &WorkspaceId) -> Result<Vec<Segment>, MetaError>;
    /// Returns a segment.
    async fn segment(
        &self,
        workspace: &WorkspaceId,
        id: &str,
    ) -> Result<Option<Segment>, MetaError>;
    /// Puts a segment in the place of its version before; returns whether that was there.
    async fn update_segment(&self, segment: &Segment) -> Result<bool, MetaError>;
    /// Takes a segment away; returns whether there was one to take.
    async fn delete_segment(&self, workspace: &WorkspaceId, id: &str) -> Result<bool, MetaError>;
}
