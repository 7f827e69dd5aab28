//! Where annotations are kept.

use async_trait::async_trait;
use domain::{annotation::Annotation, id::WorkspaceId, time::Range};

use super::MetaError;

/// A place where annotations are kept. No method sees those of another workspace than the one it is
/// given.
#[async_trait]
pub trait AnnotationStore: Send + Sync {
    /// Keeps a new annotation, unless its workspace has `most` already; returns whether it was kept.
    async fn insert_annotation(
        &self,
        annotation: &Annotation,
        most: u32,
    ) -> Result<bool, MetaError>;
    /// Returns the annotations of what happened within a span, in whole or in part, the latest first, at
    /// most `limit` of them.
    async fn annotations(
        &self,
        workspace: &WorkspaceId,
        span: Range,
        limit: u32,
    ) -> Result<Vec<Annotation>, MetaError>;
    /// Returns an annotation.
    async fn annotation(
        &self,
        workspace: &WorkspaceId,
        id: &str,
    ) -> Result<Option<Annotation>, MetaError>;
    /// Puts an annotation in the place of its version before; returns whether that was there.
    async fn update_annotation(&self, annotation: &Annotation) -> Result<bool, MetaError>;
    /// Takes an annotation away; returns whether there was one to take.
    async fn delete_annotation(&self, workspace: &WorkspaceId, id: &str)
    -> Result<bool, MetaError>;
}
