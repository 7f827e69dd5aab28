//! Metadata in a `SQLite` file.

mod report;

use std::{path::Path, time::Duration};

use async_trait::async_trait;
use domain::{id::WorkspaceId, time::Instant};
use sqlx::{
    Row, SqlitePool,
    sqlite::{
        SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow, SqliteSynchronous,
    },
};
use uuid::Uuid;

use super::{Access, ApiKey, MetaError, MetaStore, WatchedRow};

/// Metadata in a `SQLite` file; several processes may have it open.
#[derive(Debug, Clone)]
pub struct SqliteMeta {
    pool: SqlitePool,
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
            .busy_timeout(Duration::from_secs(5));
        let pool = SqlitePoolOptions::new()
            .max_connections(4)
            .connect_with(options)
            .await?;
        sqlx::migrate!("migrations/sqlite").run(&pool).await?;
        // Everything is in the file itself then, so that damage to it cannot hide behind the log.
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
            .execute(&pool)
            .await?;
        Ok(Self { pool })
    }
}

const COLUMNS: &str = "id, name, access, workspace_id, created_ms, revoked_ms";

fn key(row: &SqliteRow) -> Result<ApiKey, sqlx::Error> {
    let decode = |what: &str| sqlx::Error::Decode(format!("stored key has a bad {what}").into());
    let workspace: Option<String> = row.try_get(3)?;
    Ok(ApiKey {
        id: row.try_get(0)?,
        name: row.try_get(1)?,
        access: Access::parse(row.try_get(2)?).ok_or_else(|| decode("access"))?,
        workspace_id: workspace
            .map(WorkspaceId::new)
            .transpose()
            .map_err(|_invalid| decode("workspace"))?,
        created_at: Instant::from_millis(row.try_get(4)?),
        revoked_at: row.try_get::<Option<i64>, _>(5)?.map(Instant::from_millis),
    })
}

#[async_trait]
impl MetaStore for SqliteMeta {
    async fn insert_key(&self, key: &ApiKey, hash: &str) -> Result<(), MetaError> {
        sqlx::query(
            "INSERT INTO api_key (id, name, access, workspace_id, hash, created_ms) \
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(&key.id)
        .bind(&key.name)
        .bind(key.access.name())
        .bind(key.workspace_id.as_ref().map(WorkspaceId::as_str))
        .bind(hash)
        .bind(key.created_at.as_millis())
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    async fn key_by_hash(&self, hash: &str) -> Result<Option<ApiKey>, MetaError> {
        let statement =
            format!("SELECT {COLUMNS} FROM api_key WHERE hash = $1 AND revoked_ms IS NULL");
        let row = sqlx::query(sqlx::AssertSqlSafe(statement))
            .bind(hash)
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.as_ref().map(key).transpose()?)
    }

    async fn keys(&self) -> Result<Vec<ApiKey>, MetaError> {
        let statement = format!("SELECT {COLUMNS} FROM api_key ORDER BY created_ms DESC, id");
        let rows = sqlx::query(sqlx::AssertSqlSafe(statement))
            .fetch_all(&self.pool)
            .await?;
        Ok(rows.iter().map(key).collect::<Result<_, _>>()?)
    }

    async fn revoke_key(&self, id: &str, at: Instant) -> Result<bool, MetaError> {
        let done =
            sqlx::query("UPDATE api_key SET revoked_ms = $1 WHERE id = $2 AND revoked_ms IS NULL")
                .bind(at.as_millis())
                .bind(id)
                .execute(&self.pool)
                .await?;
        Ok(done.rows_affected() > 0)
    }

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
