//! Settings and keys: small, relational, apart from the events.
//!
//! The statements are plain SQL that `SQLite` and Postgres both speak (`$1` placeholders, no
//! engine's own types), so a second backend is a pool and a folder of migrations.

mod annotation;
mod erasure;
mod funnel;
mod key;
mod report;
mod report_run;
mod segment;
mod session;
mod shared_link;
mod sqlite;
mod view;

use async_trait::async_trait;
use domain::time::Instant;
use uuid::Uuid;

pub use annotation::AnnotationStore;
pub use erasure::{ErasureStore, KeptErasure, SettingsCounts, UnderWay};
pub use funnel::FunnelStore;
pub use key::{Access, ApiKey, KeyAction, KeyEvent, KeyStore, KeyUse};
pub use report::ReportStore;
pub use report_run::RunStore;
pub use segment::SegmentStore;
pub use session::{OpenedBy, Session, SessionStore};
pub use shared_link::{SharedLink, SharedLinkStore};
pub use sqlite::SqliteMeta;
pub use view::ViewStore;

/// Why metadata could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum MetaError {
    /// The database refused.
    #[error("the settings database failed")]
    Database(#[from] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("the settings database could not be brought up to date")]
    Migration(#[from] sqlx::migrate::MigrateError),
}

/// A row of another database whose removal will mean something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchedRow {
    /// Identity of the row.
    pub id: Uuid,
    /// When the row came about.
    pub at: Instant,
    /// The row, as the feed wrote it.
    pub body: String,
}

/// A place where settings and keys live.
#[async_trait]
pub trait MetaStore: KeyStore {
    /// Returns a setting.
    async fn setting(&self, name: &str) -> Result<Option<String>, MetaError>;
    /// Keeps a setting.
    async fn put_setting(&self, name: &str, value: &str) -> Result<(), MetaError>;
    /// Removes a setting, if there is one.
    async fn remove_setting(&self, name: &str) -> Result<(), MetaError>;
    /// Returns at most `limit` rows that a feed watches, after the identity `after`, in its order.
    async fn watched_rows(
        &self,
        feed: &str,
        after: Uuid,
        limit: u32,
    ) -> Result<Vec<WatchedRow>, MetaError>;
    /// Watches these rows from now on; those that are watched already stay as they are.
    async fn watch_rows(&self, feed: &str, rows: &[WatchedRow]) -> Result<(), MetaError>;
    /// Watches these rows no longer.
    async fn unwatch_rows(&self, feed: &str, ids: &[Uuid]) -> Result<(), MetaError>;
    /// Watches no longer what came about before an instant.
    async fn unwatch_before(&self, feed: &str, instant: Instant) -> Result<(), MetaError>;

    /// Closes it, so that nothing is left beside its file; later calls fail.
    async fn close(&self);
}
