//! Segments.

use async_trait::async_trait;
use domain::{
    dimension::Subject,
    id::WorkspaceId,
    segment::{Segment, SegmentDefinition},
    time::Instant,
};
use sqlx::{AssertSqlSafe, Row};

use super::{DatabaseRow, Meta, whole};
use crate::meta::{MetaError, SegmentStore};

const COLUMNS: &str = "id, workspace_id, name, description, subject, rule, created_by, created_ms, \
     updated_ms, version";

fn segment(row: &DatabaseRow) -> Result<Segment, sqlx::Error> {
    let decode =
        |what: &str| sqlx::Error::Decode(format!("stored segment has a bad {what}").into());
    Ok(Segment {
        id: row.try_get(0)?,
        workspace_id: WorkspaceId::new(row.try_get::<String, _>(1)?)
            .map_err(|_invalid| decode("workspace"))?,
        definition: SegmentDefinition {
            name: row.try_get(2)?,
            description: row.try_get(3)?,
            subject: Subject::parse(row.try_get(4)?).ok_or_else(|| decode("subject"))?,
            rule: row.try_get(5)?,
        },
        created_by: row.try_get(6)?,
        created_at: Instant::from_millis(row.try_get(7)?),
        updated_at: Instant::from_millis(row.try_get(8)?),
        version: whole(row, 9)?,
    })
}

#[async_trait]
impl SegmentStore for Meta {
    async fn insert_segment(&self, segment: &Segment, most: u32) -> Result<bool, MetaError> {
        let definition = &segment.definition;
        let mut alone = self.begin_alone("segment").await?;
        let done = sqlx::query(
            "INSERT INTO segment (id, workspace_id, name, description, subject, rule, created_by, \
             created_ms, updated_ms, version) SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10 \
             WHERE (SELECT COUNT(*) FROM segment WHERE workspace_id = $2) < $11",
        )
        .bind(&segment.id)
        .bind(segment.workspace_id.as_str())
        .bind(&definition.name)
        .bind(&definition.description)
        .bind(definition.subject.name())
        .bind(&definition.rule)
        .bind(&segment.created_by)
        .bind(segment.created_at.as_millis())
        .bind(segment.updated_at.as_millis())
        .bind(i64::from(segment.version))
        .bind(i64::from(most))
        .execute(&mut *alone)
        .await?;
        alone.commit().await?;
        Ok(done.rows_affected() > 0)
    }

    async fn segments(&self, workspace: &WorkspaceId) -> Result<Vec<Segment>, MetaError> {
        let statement =
            format!("SELECT {COLUMNS} FROM segment WHERE workspace_id = $1 ORDER BY name, id");
        let rows = sqlx::query(AssertSqlSafe(statement))
            .bind(workspace.as_str())
            .fetch_all(&self.pool)
            .await?;
        Ok(rows.iter().map(segment).collect::<Result<_, _>>()?)
    }

    async fn segment(
        &self,
        workspace: &WorkspaceId,
        id: &str,
    ) -> Result<Option<Segment>, MetaError> {
        let statement =
            format!("SELECT {COLUMNS} FROM segment WHERE workspace_id = $1 AND id = $2");
        let row = sqlx::query(AssertSqlSafe(statement))
            .bind(workspace.as_str())
            .bind(id)
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.as_ref().map(segment).transpose()?)
    }

    async fn update_segment(&self, segment: &Segment) -> Result<bool, MetaError> {
        let definition = &segment.definition;
        let done = sqlx::query(
            "UPDATE segment SET name = $3, description = $4, subject = $5, rule = $6, \
             updated_ms = $7, version = $8 \
             WHERE workspace_id = $1 AND id = $2 AND version = $8 - 1",
        )
        .bind(segment.workspace_id.as_str())
        .bind(&segment.id)
        .bind(&definition.name)
        .bind(&definition.description)
        .bind(definition.subject.name())
        .bind(&definition.rule)
        .bind(segment.updated_at.as_millis())
        .bind(i64::from(segment.version))
        .execute(&self.pool)
        .await?;
        Ok(done.rows_affected() > 0)
    }

    async fn delete_segment(&self, workspace: &WorkspaceId, id: &str) -> Result<bool, MetaError> {
        let done = sqlx::query("DELETE FROM segment WHERE workspace_id = $1 AND id = $2")
            .bind(workspace.as_str())
            .bind(id)
            .execute(&self.pool)
            .await?;
        Ok(done.rows_affected() > 0)
    }
}
