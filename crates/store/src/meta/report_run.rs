//! Where runs of reports are kept, with the files that were made.

use async_trait::async_trait;
use domain::{
    id::WorkspaceId,
    report::{Report, ReportRun},
    time::Instant,
};

use super::MetaError;

/// A place where runs of reports are kept.
#[async_trait]
pub trait RunStore: Send + Sync {
    /// Returns a report of whatever workspace.
    async fn any_report(&self, id: &str) -> Result<Option<Report>, MetaError>;
    /// Sets to whom a report is sent, unless it has changed meanwhile.
    async fn set_recipients(
        &self,
        report: &Report,
        recipients: &[String],
    ) -> Result<bool, MetaError>;
    /// Returns the active reports of all workspaces that are due, the longest first.
    async fn due_reports(&self, now: Instant, most: u32) -> Result<Vec<Report>, MetaError>;
    /// Returns the active reports of all workspaces that are to be made later.
    async fn waiting_reports(&self, now: Instant) -> Result<Vec<Report>, MetaError>;
    /// Sets when a report is made next, unless that has changed meanwhile.
    async fn move_report(&self, report: &Report, next: Option<Instant>) -> Result<bool, MetaError>;
    /// Begins the run that a report is due for, and sets when the next one is, in one commit; returns
    /// whether nobody else did before.
    async fn claim_run(
        &self,
        report: &Report,
        run: &ReportRun,
        next: Option<Instant>,
    ) -> Result<bool, MetaError>;
    /// Begins a run that no time asks for.
    async fn begin_run(&self, run: &ReportRun) -> Result<(), MetaError>;
    /// Returns the runs that have not ended, of all workspaces.
    async fn open_runs(&self) -> Result<Vec<ReportRun>, MetaError>;
    /// Keeps the file of a run that has not ended.
    async fn keep_file(&self, run: &ReportRun, body: &[u8]) -> Result<(), MetaError>;
    /// Returns the file of a run.
    async fn run_file(&self, run: &ReportRun) -> Result<Option<Vec<u8>>, MetaError>;
    /// Notes that a run was sent to somebody.
    async fn delivered(&self, run: &ReportRun, recipient: &str) -> Result<(), MetaError>;
    /// Returns to whom a run that has not ended was sent.
    async fn deliveries(&self, run: &ReportRun) -> Result<Vec<String>, MetaError>;
    /// Ends a run; `pause` is why its report is made no more, after so many failures in a row.
    async fn end_run(&self, run: &ReportRun, pause: Option<(u32, &str)>) -> Result<(), MetaError>;
    /// Returns the runs of a report, the newest first.
    async fn report_runs(
        &self,
        workspace: &WorkspaceId,
        report: &str,
        most: u32,
    ) -> Result<Vec<ReportRun>, MetaError>;
    /// Returns a run of a report.
    async fn report_run(
        &self,
        workspace: &WorkspaceId,
        report: &str,
        run: &str,
    ) -> Result<Option<ReportRun>, MetaError>;
    /// Forgets runs that began before an instant, and their files; returns how many.
    async fn forget_runs(&self, before: Instant) -> Result<u64, MetaError>;
}
