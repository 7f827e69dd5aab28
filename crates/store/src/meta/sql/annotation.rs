//! Annotations.

use async_trait::async_trait;
use domain::{
    annotation::{Annotation, AnnotationDefinition, AnnotationKind},
    id::{ChannelId, WorkspaceId},
    time::{Instant, Range},
};
use sqlx::{AssertSqlSafe, Row};

use super::{DatabaseRow, Meta, whole};
use crate::meta::{AnnotationStore, MetaError};

const COLUMNS: &str = "id, workspace_id, from_ms, to_ms, title, body, kind, channel_id, created_by, \
     created_ms, updated_ms, version";

fn annotation(row: &DatabaseRow) -> Result<Annotation, sqlx::Error> {
    let decode =
        |what: &str| sqlx::Error::Decode(format!("stored annotation has a bad {what}").into());
    let channel: Option<String> = row.try_get(7)?;
    Ok(Annotation {
        id: row.try_get(0)?,
        workspace_id: WorkspaceId::new(row.try_get::<String, _>(1)?)
            .map_err(|_invalid| decode("workspace"))?,
        definition: AnnotationDefinition {
            from: Instant::from_millis(row.try_get(2)?),
            to: row.try_get::<Option<i64>, _>(3)?.map(Instant::from_millis),
            title: row.try_get(4)?,
            text: row.try_get(5)?,
            kind: AnnotationKind::parse(row.try_get(6)?).ok_or_else(|| decode("kind"))?,
            channel: channel
                .map(ChannelId::new)
                .transpose()
                .map_err(|_invalid| decode("channel"))?,
        },
        created_by: row.try_get(8)?,
        created_at: Instant::from_millis(row.try_get(9)?),
        updated_at: Instant::from_millis(row.try_get(10)?),
        version: whole(row, 11)?,
    })
}

#[async_trait]
impl AnnotationStore for Meta {
    async fn insert_annotation(
        &self,
        annotation: &Annotation,
        most: u32,
    ) -> Result<bool, MetaError> {
        let definition = &annotation.definition;
        let mut alone = self.begin_alone("annotation").await?;
        let done = sqlx::query(
            "INSERT INTO annotation (id, workspace_id, from_ms, to_ms, title, body, kind, channel_id, \
             created_by, created_ms, updated_ms, version) \
             SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12 \
             WHERE (SELECT COUNT(*) FROM annotation WHERE workspace_id = $2) < $13",
        )
        .bind(&annotation.id)
        .bind(annotation.workspace_id.as_str())
        .bind(definition.from.as_millis())
        .bind(definition.to.map(Instant::as_millis))
        .bind(&definition.title)
        .bind(&definition.text)
        .bind(definition.kind.name())
        .bind(definition.channel.as_ref().map(ChannelId::as_str))
        .bind(&annotation.created_by)
        .bind(annotation.created_at.as_millis())
        .bind(annotation.updated_at.as_millis())
        .bind(i64::from(annotation.version))
        .bind(i64::from(most))
        .execute(&mut *alone)
        .await?;
        alone.commit().await?;
        Ok(done.rows_affected() > 0)
    }

    async fn annotations(
        &self,
        workspace: &WorkspaceId,
        span: Range,
        limit: u32,
    ) -> Result<Vec<Annotation>, MetaError> {
        let statement = format!(
            "SELECT {COLUMNS} FROM annotation WHERE workspace_id = $1 AND from_ms < $2 \
             AND (from_ms >= $3 OR to_ms > $3) ORDER BY from_ms DESC, id DESC LIMIT $4"
        );
        let rows = sqlx::query(AssertSqlSafe(statement))
            .bind(workspace.as_str())
            .bind(span.to().as_millis())
            .bind(span.from().as_millis())
            .bind(i64::from(limit))
            .fetch_all(&self.pool)
            .await?;
        Ok(rows.iter().map(annotation).collect::<Result<_, _>>()?)
    }

    async fn annotation(
        &self,
        workspace: &WorkspaceId,
        id: &str,
    ) -> Result<Option<Annotation>, MetaError> {
        let statement =
            format!("SELECT {COLUMNS} FROM annotation WHERE workspace_id = $1 AND id = $2");
        let row = sqlx::query(AssertSqlSafe(statement))
            .bind(workspace.as_str())
            .bind(id)
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.as_ref().map(annotation).transpose()?)
    }

    async fn update_annotation(&self, annotation: &Annotation) -> Result<bool, MetaError> {
        let definition = &annotation.definition;
        let done = sqlx::query(
            "UPDATE annotation SET from_ms = $3, to_ms = $4, title = $5, body = $6, kind = $7, \
             channel_id = $8, updated_ms = $9, version = $10 \
             WHERE workspace_id = $1 AND id = $2 AND version = $10 - 1",
        )
        .bind(annotation.workspace_id.as_str())
        .bind(&annotation.id)
        .bind(definition.from.as_millis())
        .bind(definition.to.map(Instant::as_millis))
        .bind(&definition.title)
        .bind(&definition.text)
        .bind(definition.kind.name())
        .bind(definition.channel.as_ref().map(ChannelId::as_str))
        .bind(annotation.updated_at.as_millis())
        .bind(i64::from(annotation.version))
        .execute(&self.pool)
        .await?;
        Ok(done.rows_affected() > 0)
    }

    async fn delete_annotation(
        &self,
        workspace: &WorkspaceId,
        id: &str,
    ) -> Result<bool, MetaError> {
        let done = sqlx::query("DELETE FROM annotation WHERE workspace_id = $1 AND id = $2")
            .bind(workspace.as_str())
            .bind(id)
            .execute(&self.pool)
            .await?;
        Ok(done.rows_affected() > 0)
    }
}
