//! Settings, and rows of other databases that are watched.

use std::path::Path;

use async_trait::async_trait;
use domain::time::Instant;
use sqlx::{Row, migrate::Migrator};
use uuid::Uuid;

use super::{DatabaseRow, Meta};
use crate::meta::{MetaError, MetaStore, WatchedRow};

#[async_trait]
impl MetaStore for Meta {
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

    async fn keep_setting(&self, name: &str, value: &str) -> Result<String, MetaError> {
        sqlx::query(
            "INSERT INTO setting (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING",
        )
        .bind(name)
        .bind(value)
        .execute(&self.pool)
        .await?;
        let kept = self.setting(name).await?;
        Ok(kept.unwrap_or_else(|| value.to_owned()))
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
        .bind(i64::from(limit))
        .fetch_all(&self.pool)
        .await?;
        let row = |row: &DatabaseRow| {
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

    async fn copy_to(&self, folder: &Path) -> Result<bool, MetaError> {
        Ok(self.copy(folder).await?)
    }

    async fn ping(&self) -> Result<(), MetaError> {
        sqlx::query("SELECT 1").execute(&self.pool).await?;
        Ok(())
    }

    async fn migrate_down(&self, version: i64) -> Result<(), MetaError> {
        let migrator = Migrator::with_migrations(super::super::migrations());
        Ok(migrator.undo(&self.pool, version).await?)
    }

    async fn close(&self) {
        self.pool.close().await;
    }
}
