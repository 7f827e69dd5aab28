//! Metadata in a `SQLite` file.

#[path = "../sql/mod.rs"]
#[expect(
    clippy::duplicate_mod,
    reason = "the statements are written once and compiled for each database"
)]
mod sql;

use std::{path::Path, time::Duration};

use sqlx::{
    Row as _, Sqlite as Database, SqlitePool, Transaction,
    migrate::Migration,
    sqlite::{
        SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow as DatabaseRow,
        SqliteSynchronous,
    },
};

use self::SqliteMeta as Meta;
use super::{MetaError, MetaStore as _, migrations::migrations};
use crate::RewrittenFile;

/// Metadata in a `SQLite` file; several processes may have it open.
#[derive(Debug, Clone)]
pub struct SqliteMeta {
    pool: SqlitePool,
}

fn migrations() -> Vec<Migration> {
    migrations!["sqlite":
        1 "0001_api_keys",
        2 "0002_watched_rows",
        3 "0003_reports",
        5 "0005_key_limits",
        6 "0006_key_events",
        7 "0007_annotations",
        8 "0008_segments",
        9 "0009_funnels",
        11 "0011_erasures",
        12 "0012_sessions",
        13 "0013_shared_links",
        14 "0014_saved_views",
        15 "0015_report_runs",
    ]
}

impl SqliteMeta {
    /// File name of the database within the data folder.
    pub const FILE_NAME: &str = "settings.sqlite";

    /// Opens the database in `folder`, making it when missing and bringing it up to date.
    pub async fn open(folder: &Path) -> Result<Self, MetaError> {
        let options = SqliteConnectOptions::new()
            .filename(folder.join(Self::FILE_NAME))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            // What names a person who is erased is not to be left in free pages.
            .pragma("secure_delete", "ON")
            .busy_timeout(Duration::from_secs(5));
        let pool = SqlitePoolOptions::new()
            .max_connections(4)
            .connect_with(options)
            .await?;
        let meta = Self { pool };
        meta.migrate().await?;
        // Everything is in the file itself then, so that damage to it cannot hide behind the log.
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
            .execute(&meta.pool)
            .await?;
        Ok(meta)
    }

    /// Returns settings of the database in `folder` without changing anything there; one that is
    /// missing has none.
    pub async fn peek(folder: &Path, names: &[&str]) -> Result<Vec<Option<String>>, MetaError> {
        let Some(meta) = Self::read(folder).await? else {
            return Ok(vec![None; names.len()]);
        };
        let found = meta.settings(names).await;
        meta.close().await;
        found
    }

    /// Opens the database in `folder` to read it alone; `None` where it is missing.
    pub(super) async fn read(folder: &Path) -> Result<Option<Self>, MetaError> {
        let file = folder.join(Self::FILE_NAME);
        if !file.exists() {
            return Ok(None);
        }
        let options = SqliteConnectOptions::new().filename(file).read_only(true);
        let pool = SqlitePoolOptions::new().connect_with(options).await?;
        Ok(Some(Self { pool }))
    }

    /// The connections.
    pub(super) const fn pool(&self) -> &SqlitePool {
        &self.pool
    }

    /// Begins a transaction whose first statement writes: no other writes before its end, whatever the table.
    async fn begin_alone(&self, _table: &str) -> Result<Transaction<'static, Database>, MetaError> {
        Ok(self.pool.begin().await?)
    }

    /// Copies the file into a folder.
    async fn copy(&self, folder: &Path) -> Result<bool, sqlx::Error> {
        let copy = folder.join(Self::FILE_NAME).display().to_string();
        sqlx::query("VACUUM INTO $1")
            .bind(copy)
            .execute(&self.pool)
            .await?;
        Ok(true)
    }

    /// Writes the file anew.
    async fn rewrite(&self) -> Result<RewrittenFile, sqlx::Error> {
        let bytes = async || -> Result<u64, sqlx::Error> {
            let sql = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size";
            let bytes: i64 = sqlx::query(sql).fetch_one(&self.pool).await?.try_get(0)?;
            Ok(u64::try_from(bytes).unwrap_or(0))
        };
        let bytes_before = bytes().await?;
        sqlx::query("VACUUM").execute(&self.pool).await?;
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
            .execute(&self.pool)
            .await?;
        Ok(RewrittenFile {
            name: Self::FILE_NAME.to_owned(),
            bytes_before,
            bytes_after: bytes().await?,
        })
    }
}
