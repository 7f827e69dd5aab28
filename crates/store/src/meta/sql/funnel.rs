//! Funnels. A definition is one JSON text: nothing asks for its parts.

use async_trait::async_trait;
use domain::{funnel::Funnel, id::WorkspaceId, time::Instant};
use sqlx::{AssertSqlSafe, Row};

use super::{DatabaseRow, Meta};
use crate::meta::{FunnelStore, MetaError};

const COLUMNS: &str = "id, workspace_id, definition, created_ms";

fn funnel(row: &DatabaseRow) -> Result<Funnel, sqlx::Error> {
    let decode = |what: &str| sqlx::Error::Decode(format!("stored funnel has a bad {what}").into());
    Ok(Funnel {
        id: row.try_get(0)?,
        workspace_id: WorkspaceId::new(row.try_get::<String, _>(1)?)
            .map_err(|_invalid| decode("workspace"))?,
        definition: serde_json::from_str(row.try_get(2)?)
            .map_err(|_invalid| decode("definition"))?,
        created_at: Instant::from_millis(row.try_get(3)?),
    })
}

#[async_trait]
impl FunnelStore for Meta {
    async fn insert_funnel(&self, funnel: &Funnel, most: u32) -> Result<bool, MetaError> {
        let mut alone = self.begin_alone("funnel").await?;
        let done = sqlx::query(
            "INSERT INTO funnel (id, workspace_id, definition, created_ms) SELECT $1, $2, $3, $4 \
             WHERE (SELECT COUNT(*) FROM funnel WHERE workspace_id = $2) < $5",
        )
        .bind(&funnel.id)
        .bind(funnel.workspace_id.as_str())
        .bind(serde_json::json!(funnel.definition).to_string())
        .bind(funnel.created_at.as_millis())
        .bind(i64::from(most))
        .execute(&mut *alone)
        .await?;
        alone.commit().await?;
        Ok(done.rows_affected() > 0)
    }

    async fn funnels(&self, workspace: &WorkspaceId) -> Result<Vec<Funnel>, MetaError> {
        let statement = format!(
            "SELECT {COLUMNS} FROM funnel WHERE workspace_id = $1 ORDER BY created_ms DESC, id DESC"
        );
        let rows = sqlx::query(AssertSqlSafe(statement))
            .bind(workspace.as_str())
            .fetch_all(&self.pool)
            .await?;
        Ok(rows.iter().map(funnel).collect::<Result<_, _>>()?)
    }

    async fn funnel(&self, workspace: &WorkspaceId, id: &str) -> Result<Option<Funnel>, MetaError> {
        let statement = format!("SELECT {COLUMNS} FROM funnel WHERE workspace_id = $1 AND id = $2");
        let row = sqlx::query(AssertSqlSafe(statement))
            .bind(workspace.as_str())
            .bind(id)
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.as_ref().map(funnel).transpose()?)
    }

    async fn delete_funnel(&self, workspace: &WorkspaceId, id: &str) -> Result<bool, MetaError> {
        let done = sqlx::query("DELETE FROM funnel WHERE workspace_id = $1 AND id = $2")
            .bind(workspace.as_str())
            .bind(id)
            .execute(&self.pool)
            .await?;
        Ok(done.rows_affected() > 0)
    }
}
