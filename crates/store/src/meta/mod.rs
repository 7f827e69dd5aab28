//! Settings and keys: small, relational, apart from the events.
//!
//! The statements are plain SQL that `SQLite` and Postgres both speak (`$1` placeholders, no
//! engine's own types), so a second backend is a pool and a folder of migrations.

mod report;
mod sqlite;

use async_trait::async_trait;
use domain::{id::WorkspaceId, time::Instant};
use serde::Serialize;
use uuid::Uuid;

pub use report::ReportStore;
pub use sqlite::SqliteMeta;

/// What a key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// Everything.
    Admin,
    /// Read numbers.
    Read,
    /// Send events, and nothing else.
    Write,
}

impl Access {
    /// Returns the name used in storage, keys and answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Read => "read",
            Self::Write => "write",
        }
    }

    /// Returns the access of that name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Admin, Self::Read, Self::Write]
            .into_iter()
            .find(|access| access.name() == name)
    }
}

/// A key, without its secret: only the secret's hash is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiKey {
    /// Identity, for revoking.
    pub id: String,
    /// What it is for, in the administrator's words.
    pub name: String,
    /// What it may do.
    pub access: Access,
    /// The only workspace it may see; `None` for any.
    pub workspace_id: Option<WorkspaceId>,
    /// When it was made.
    pub created_at: Instant,
    /// When it was taken back.
    pub revoked_at: Option<Instant>,
}

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
pub trait MetaStore: Send + Sync {
    /// Keeps a new key by the hash of its secret.
    async fn insert_key(&self, key: &ApiKey, hash: &str) -> Result<(), MetaError>;
    /// Returns the key of that hash, if it was not revoked.
    async fn key_by_hash(&self, hash: &str) -> Result<Option<ApiKey>, MetaError>;
    /// Returns every key, newest first.
    async fn keys(&self) -> Result<Vec<ApiKey>, MetaError>;
    /// Takes a key back; returns whether there was one to take.
    async fn revoke_key(&self, id: &str, at: Instant) -> Result<bool, MetaError>;
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
