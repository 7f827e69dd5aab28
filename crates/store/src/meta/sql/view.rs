//! Views.

use async_trait::async_trait;
use domain::{id::WorkspaceId, time::Instant, view::View};
use serde_json::json;
use sqlx::{AssertSqlSafe, Row};

use super::{DatabaseRow, Meta, whole};
use crate::meta::{MetaError, ViewStore};

const COLUMNS: &str = "id, workspace_id, name, query, created_by, created_ms, updated_ms, version";

fn view(row: &DatabaseRow) -> Result<View, sqlx::Error> {
    let decode = |what: &str| sqlx::Error::Decode(format!("stored view has a bad {what}").into());
    Ok(View {
        id: row.try_get(0)?,
        workspace_id: WorkspaceId::new(row.try_get::<String, _>(1)?)
            .map_err(|_invalid| decode("workspace"))?,
        name: row.try_get(2)?,
        query: serde_json::from_str(row.try_get(3)?).map_err(|_invalid| decode("query"))?,
        created_by: row.try_get(4)?,
        created_at: Instant::from_millis(row.try_get(5)?),
        updated_at: Instant::from_millis(row.try_get(6)?),
        version: whole(row, 7)?,
    })
}

#[async_trait]
impl ViewStore for Meta {
    async fn insert_view(&self, view: &View, most: u32) -> Result<bool, MetaError> {
        let mut alone = self.begin_alone("saved_view").await?;
        let done = sqlx::query(
            "INSERT INTO saved_view (id, workspace_id, name, query, created_by, created_ms, updated_ms, version) \
             SELECT $1, $2, $3, $4, $5, $6, $7, $8 \
             WHERE (SELECT COUNT(*) FROM saved_view WHERE workspace_id = $2) < $9",
        )
        .bind(&view.id)
        .bind(view.workspace_id.as_str())
        .bind(&view.name)
        .bind(json!(view.query).to_string())
        .bind(&view.created_by)
        .bind(view.created_at.as_millis())
        .bind(view.updated_at.as_millis())
        .bind(i64::from(view.version))
        .bind(i64::from(most))
        .execute(&mut *alone)
        .await?;
        alone.commit().await?;
        Ok(done.rows_affected() > 0)
    }

    async fn views(&self, workspace: &WorkspaceId) -> Result<Vec<View>, MetaError> {
        let statement = format!(
            "SELECT {COLUMNS} FROM saved_view WHERE workspace_id = $1 ORDER BY lower(name), id"
        );
        let rows = sqlx::query(AssertSqlSafe(statement))
            .bind(workspace.as_str())
            .fetch_all(&self.pool)
            .await?;
        Ok(rows.iter().map(view).collect::<Result<_, _>>()?)
    }

    async fn view(&self, workspace: &WorkspaceId, id: &str) -> Result<Option<View>, MetaError> {
        let statement =
            format!("SELECT {COLUMNS} FROM saved_view WHERE workspace_id = $1 AND id = $2");
        let row = sqlx::query(AssertSqlSafe(statement))
            .bind(workspace.as_str())
            .bind(id)
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.as_ref().map(view).transpose()?)
    }

    async fn update_view(&self, view: &View) -> Result<bool, MetaError> {
        let done = sqlx::query(
            "UPDATE saved_view SET name = $3, query = $4, updated_ms = $5, version = $6 \
             WHERE workspace_id = $1 AND id = $2 AND version = $6 - 1",
        )
        .bind(view.workspace_id.as_str())
        .bind(&view.id)
        .bind(&view.name)
        .bind(json!(view.query).to_string())
        .bind(view.updated_at.as_millis())
        .bind(i64::from(view.version))
        .execute(&self.pool)
        .await?;
        Ok(done.rows_affected() > 0)
    }

    async fn delete_view(&self, workspace: &WorkspaceId, id: &str) -> Result<bool, MetaError> {
        let done = sqlx::query("DELETE FROM saved_view WHERE workspace_id = $1 AND id = $2")
            .bind(workspace.as_str())
            .bind(id)
            .execute(&self.pool)
            .await?;
        Ok(done.rows_affected() > 0)
    }
}
