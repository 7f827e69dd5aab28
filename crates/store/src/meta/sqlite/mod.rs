//! Metadata in a `SQLite` file.

mod annotation;
mod erase;
mod erasure;
mod funnel;
mod key;
mod report;
mod report_run;
mod segment;
mod session;
mod shared_link;
mod view;

use std::{path::Path, time::Duration};

use async_trait::async_trait;
use domain::time::Instant;
use sqlx::{
    Row, SqlSafeStr as _, SqlitePool,
    migrate::{Migration, MigrationType, Migrator},
    sqlite::{
        SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow, SqliteSynchronous,
    },
};
use uuid::Uuid;

use super::{MetaError, MetaStore, WatchedRow};

/// Metadata in a `SQLite` file; several processes may have it open.
#[derive(Debug, Clone)]
pub struct SqliteMeta {
    pool: SqlitePool,
}

/// Returns every migration. The macro of sqlx would list them by itself, and have the whole of sqlx
/// built twice.
fn migrations() -> Vec<Migration> {
    macro_rules! migrations {
        ($($version:literal $name:literal $file:literal),+ $(,)?) => {
            vec![$(Migration::new(
                $version,
                $name.into(),
                MigrationType::Simple,
                include_str!(concat!("../../../migrations/sqlite/", $file)).into_sql_str(),
                false,
            )),+]
        };
    }
    migrations![
        1 "api keys" "0001_api_keys.sql",
        2 "watched rows" "0002_watched_rows.sql",
        3 "reports" "0003_reports.sql",
        5 "key limits" "0005_key_limits.sql",
        6 "key events" "0006_key_events.sql",
        7 "annotations" "0007_annotations.sql",
        8 "segments" "0008_segments.sql",
        9 "funnels" "0009_funnels.sql",
        11 "erasures" "0011_erasures.sql",
        12 "sessions" "0012_sessions.sql",
        13 "shared links" "0013_shared_links.sql",
        14 "saved views" "0014_saved_views.sql",
        15 "report runs" "0015_report_runs.sql",
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
        Migrator::with_migrations(migrations()).run(&pool).await?;
        // Everything is in the file itself then, so that damage to it cannot hide behind the log.
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
            .execute(&pool)
            .await?;
        Ok(Self { pool })
    }

    /// Returns settings of the database in `folder` without changing anything there; one that is
    /// missing has none.
    pub async fn peek(folder: &Path, names: &[&str]) -> Result<Vec<Option<String>>, MetaError> {
        let file = folder.join(Self::FILE_NAME);
        if !file.exists() {
            return Ok(vec![None; names.len()]);
        }
        let options = SqliteConnectOptions::new().filename(file).read_only(true);
        let meta = Self {
            pool: SqlitePoolOptions::new().connect_with(options).await?,
        };
        let mut found = Vec::with_capacity(names.len());
        for name in names {
            found.push(meta.setting(name).await?);
        }
        meta.close().await;
        Ok(found)
    }
}

#[async_trait]
impl MetaStore for SqliteMeta {
    async fn setting(&self, name: &str) -> Result<Option<String>, MetaError> {
        let row = sqlx::query("SELECT value FROM setting WHERE name = $1")
            .bind(name)
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
    }

    async fn put_setting(&self, name: &str, value: &str) -> Result<(), MetaError> {
        sqlx::query(
            "INSERT INTO setting (name, value) VALUES ($1, $2) \
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        )
        .bind(name)
        .bind(value)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    async fn remove_setting(&self, name: &str) -> Result<(), MetaError> {
        sqlx::query("DELETE FROM setting WHERE name = $1")
            .bind(name)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    async fn watched_rows(
        &self,
        feed: &str,
        after: Uuid,
        limit: u32,
    ) -> Result<Vec<WatchedRow>, MetaError> {
        let rows = sqlx::query(
            "SELECT id, at_ms, body FROM watched_row WHERE feed = $1 AND id > $2 \
             ORDER BY id LIMIT $3",
        )
        .bind(feed)
        .bind(after)
        .bind(limit)
        .fetch_all(&self.pool)
        .await?;
        let row = |row: &SqliteRow| {
            Ok::<_, sqlx::Error>(WatchedRow {
                id: row.try_get(0)?,
                at: Instant::from_millis(row.try_get(1)?),
                body: row.try_get(2)?,
            })
        };
        Ok(rows.iter().map(row).collect::<Result<_, _>>()?)
    }

    async fn watch_rows(&self, feed: &str, rows: &[WatchedRow]) -> Result<(), MetaError> {
        let mut transaction = self.pool.begin().await?;
        for row in rows {
            sqlx::query(
                "INSERT INTO watched_row (feed, id, at_ms, body) VALUES ($1, $2, $3, $4) \
                 ON CONFLICT (feed, id) DO NOTHING",
            )
            .bind(feed)
            .bind(row.id)
            .bind(row.at.as_millis())
            .bind(&row.body)
            .execute(&mut *transaction)
            .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    async fn unwatch_rows(&self, feed: &str, ids: &[Uuid]) -> Result<(), MetaError> {
        let mut transaction = self.pool.begin().await?;
        for id in ids {
            sqlx::query("DELETE FROM watched_row WHERE feed = $1 AND id = $2")
                .bind(feed)
                .bind(*id)
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(())
    }

    async fn unwatch_before(&self, feed: &str, instant: Instant) -> Result<(), MetaError> {
        sqlx::query("DELETE FROM watched_row WHERE feed = $1 AND at_ms < $2")
            .bind(feed)
            .bind(instant.as_millis())
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    async fn close(&self) {
        self.pool.close().await;
    }
}
