//! Shared links.

use async_trait::async_trait;
use domain::{id::WorkspaceId, time::Instant};
use sqlx::{AssertSqlSafe, Row};

use super::{DatabaseRow, Meta};
use crate::meta::{MetaError, SharedLink, SharedLinkStore};

const COLUMNS: &str = "id, workspace_id, page, subject, parameters, shows_names, shows_annotations, created_by, \
     created_ms, expires_ms, last_used_ms";

fn link(row: &DatabaseRow) -> Result<SharedLink, sqlx::Error> {
    let decode = |what: &str| sqlx::Error::Decode(format!("stored link has a bad {what}").into());
    let last_used: Option<i64> = row.try_get(10)?;
    Ok(SharedLink {
        id: row.try_get(0)?,
        workspace_id: WorkspaceId::new(row.try_get::<String, _>(1)?)
            .map_err(|_invalid| decode("workspace"))?,
        page: row.try_get(2)?,
        subject: row.try_get(3)?,
        parameters: serde_json::from_str(row.try_get(4)?).map_err(|_invalid| decode("address"))?,
        shows_names: row.try_get(5)?,
        shows_annotations: row.try_get(6)?,
        created_by: row.try_get(7)?,
        created_at: Instant::from_millis(row.try_get(8)?),
        expires_at: Instant::from_millis(row.try_get(9)?),
        last_used_at: last_used.map(Instant::from_millis),
    })
}

#[async_trait]
impl SharedLinkStore for Meta {
    async fn insert_link(
        &self,
        link: &SharedLink,
        hash: &str,
        forgotten: Instant,
        most: u32,
    ) -> Result<bool, MetaError> {
        let mut transaction = self.begin_alone("shared_link").await?;
        sqlx::query("DELETE FROM shared_link WHERE expires_ms < $1")
            .bind(forgotten.as_millis())
            .execute(&mut *transaction)
            .await?;
        let statement = format!(
            "INSERT INTO shared_link ({COLUMNS}, hash) \
             SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12 \
             WHERE (SELECT COUNT(*) FROM shared_link WHERE workspace_id = $2) < $13"
        );
        let done = sqlx::query(AssertSqlSafe(statement))
            .bind(&link.id)
            .bind(link.workspace_id.as_str())
            .bind(&link.page)
            .bind(&link.subject)
            .bind(serde_json::json!(link.parameters).to_string())
            .bind(link.shows_names)
            .bind(link.shows_annotations)
            .bind(&link.created_by)
            .bind(link.created_at.as_millis())
            .bind(link.expires_at.as_millis())
            .bind(link.last_used_at.map(Instant::as_millis))
            .bind(hash)
            .bind(i64::from(most))
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(done.rows_affected() > 0)
    }

    async fn link_by_hash(&self, hash: &str) -> Result<Option<SharedLink>, MetaError> {
        let statement = format!("SELECT {COLUMNS} FROM shared_link WHERE hash = $1");
        let row = sqlx::query(AssertSqlSafe(statement))
            .bind(hash)
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.as_ref().map(link).transpose()?)
    }

    async fn links(&self, workspace: &WorkspaceId) -> Result<Vec<SharedLink>, MetaError> {
        let statement = format!(
            "SELECT {COLUMNS} FROM shared_link WHERE workspace_id = $1 ORDER BY created_ms DESC, id DESC"
        );
        let rows = sqlx::query(AssertSqlSafe(statement))
            .bind(workspace.as_str())
            .fetch_all(&self.pool)
            .await?;
        Ok(rows.iter().map(link).collect::<Result<_, _>>()?)
    }

    async fn note_link_used(&self, id: &str, at: Instant) -> Result<(), MetaError> {
        sqlx::query(
            "UPDATE shared_link SET last_used_ms = $1 \
             WHERE id = $2 AND (last_used_ms IS NULL OR last_used_ms < $1)",
        )
        .bind(at.as_millis())
        .bind(id)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    async fn delete_link(&self, workspace: &WorkspaceId, id: &str) -> Result<bool, MetaError> {
        let done = sqlx::query("DELETE FROM shared_link WHERE workspace_id = $1 AND id = $2")
            .bind(workspace.as_str())
            .bind(id)
            .execute(&self.pool)
            .await?;
        Ok(done.rows_affected() > 0)
    }
}
