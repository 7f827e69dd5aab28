//! Where reports are kept.

use async_trait::async_trait;
use domain::{id::WorkspaceId, report::Report};

use super::MetaError;

/// A place where reports are kept. No method sees the reports of another workspace than the one it
/// is given.
#[async_trait]
pub trait ReportStore: Send + Sync {
    /// Keeps a new report, unless its workspace has `most` already; returns whether it was kept.
    async fn insert_report(&self, report: &Report, most: u32) -> Result<bool, MetaError>;
    /// Returns every report of a workspace, newest first.
    async fn reports(&self, workspace: &WorkspaceId) -> Result<Vec<Report>, MetaError>;
    /// Returns a report.
    async fn report(&self, workspace: &WorkspaceId, id: &str) -> Result<Option<Report>, MetaError>;
    /// Takes a report away; returns whether there was one to take.
    async fn delete_report(&self, workspace: &WorkspaceId, id: &str) -> Result<bool, MetaError>;
    /// Puts another definition in the place of one, and what follows from it; returns whether the version
    /// before was still there.
    async fn update_report(&self, report: &Report) -> Result<bool, MetaError>;
}
