//! Settings and keys: small, relational, apart from the events.
//!
//! The statements are plain SQL that `SQLite` and Postgres both speak (`$1` placeholders, no
//! engine's own types): `sql` has them once, and each database is a pool and a folder of migrations.

mod annotation;
mod erasure;
mod funnel;
mod key;
mod migrations;
mod postgres;
mod report;
mod report_run;
mod segment;
mod session;
mod shared_link;
mod sqlite;
mod view;

use std::{path::Path, sync::Arc};

use async_trait::async_trait;
use domain::time::Instant;
use uuid::Uuid;

pub use annotation::AnnotationStore;
pub use erasure::{ErasureStore, KeptErasure, SettingsCounts, UnderWay};
pub use funnel::FunnelStore;
pub use key::{Access, ApiKey, KeyAction, KeyEvent, KeyStore, KeyUse};
pub use postgres::{LeaderLock, PostgresMeta};
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
    /// The server did not answer in time.
    #[error("the settings database does not answer in time")]
    Late,
    /// The role may not make the schema.
    #[error(
        "the role may not make the schema `nchat_analytics`: let the owner of the database run \
         `CREATE SCHEMA nchat_analytics AUTHORIZATION` with the name of the role"
    )]
    Schema,
}

/// Everything that is kept beside the events.
pub trait Settings:
    MetaStore
    + SessionStore
    + SharedLinkStore
    + ReportStore
    + RunStore
    + AnnotationStore
    + SegmentStore
    + FunnelStore
    + ViewStore
    + ErasureStore
{
}

impl Settings for SqliteMeta {}
impl Settings for PostgresMeta {}

/// Where the settings are.
#[derive(Clone, Copy)]
pub enum Place<'a> {
    /// In a file of a folder.
    Folder(&'a Path),
    /// In a Postgres database at an address; what the file of the folder holds is taken over once.
    Postgres(&'a str, &'a Path),
}

impl<'a> Place<'a> {
    /// Returns the database at an address; without one, the file of the folder.
    pub const fn of(address: Option<&'a str>, folder: &'a Path) -> Self {
        match address {
            Some(address) => Self::Postgres(address, folder),
            None => Self::Folder(folder),
        }
    }

    /// Opens them, making them when missing and bringing them up to date.
    pub async fn open(self) -> Result<Arc<dyn Settings>, MetaError> {
        Ok(match self {
            Self::Folder(folder) => Arc::new(SqliteMeta::open(folder).await?),
            Self::Postgres(url, folder) => Arc::new(PostgresMeta::open(url, folder).await?),
        })
    }

    /// Returns some of them without changing anything.
    pub async fn peek(self, names: &[&str]) -> Result<Vec<Option<String>>, MetaError> {
        match self {
            Self::Folder(folder) => SqliteMeta::peek(folder, names).await,
            Self::Postgres(url, _) => PostgresMeta::peek(url, names).await,
        }
    }
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
    /// Keeps a setting unless there is one already; returns the one that holds.
    async fn keep_setting(&self, name: &str, value: &str) -> Result<String, MetaError>;
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

    /// Copies them into a folder, as they are at one moment; returns `false` where they are in a database that
    /// is backed up with its server.
    async fn copy_to(&self, folder: &Path) -> Result<bool, MetaError>;
    /// Fails unless the database answers.
    async fn ping(&self) -> Result<(), MetaError>;
    /// Takes the schema back to that of an earlier version, with what only later ones know; 0 takes all of
    /// it away. Nothing else can be done with this handle then.
    async fn migrate_down(&self, version: i64) -> Result<(), MetaError>;
    /// Closes it, so that nothing is left beside its file; later calls fail.
    async fn close(&self);
}
