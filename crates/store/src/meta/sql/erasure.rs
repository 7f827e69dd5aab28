//! Erasures.

use async_trait::async_trait;
use domain::{
    erasure::{Mode, Traces},
    id::WorkspaceId,
    time::Instant,
};
use sqlx::{AssertSqlSafe, Row};

use super::{DatabaseRow, Meta, erase};
use crate::{
    RewrittenFile,
    meta::{ErasureStore, KeptErasure, MetaError, SettingsCounts, UnderWay},
};

const COLUMNS: &str = "id, workspace_id, person, hashes, mode, requested_by, requested_ms, under_way, \
     receipt, lifted_ms";

fn erasure(row: &DatabaseRow) -> Result<KeptErasure, sqlx::Error> {
    let decode =
        |what: &str| sqlx::Error::Decode(format!("stored erasure has a bad {what}").into());
    let under_way: Option<String> = row.try_get(7)?;
    Ok(KeptErasure {
        id: row.try_get(0)?,
        workspace_id: WorkspaceId::new(row.try_get::<String, _>(1)?)
            .map_err(|_invalid| decode("workspace"))?,
        person: row.try_get(2)?,
        hashes: serde_json::from_str(row.try_get(3)?)
            .map_err(|_invalid| decode("list of hashes"))?,
        mode: Mode::parse(row.try_get(4)?).ok_or_else(|| decode("mode"))?,
        requested_by: row.try_get(5)?,
        requested_at: Instant::from_millis(row.try_get(6)?),
        under_way: under_way
            .map(|text| serde_json::from_str(&text))
            .transpose()
            .map_err(|_invalid| decode("journal"))?,
        receipt: row.try_get(8)?,
        lifted_at: row.try_get::<Option<i64>, _>(9)?.map(Instant::from_millis),
    })
}

fn text_of(under_way: Option<&UnderWay>) -> Option<String> {
    under_way.map(|under_way| serde_json::json!(under_way).to_string())
}

#[async_trait]
impl ErasureStore for Meta {
    async fn insert_erasure(&self, erasure: &KeptErasure) -> Result<(), MetaError> {
        sqlx::query(
            "INSERT INTO erasure (id, workspace_id, person, hashes, mode, requested_by, requested_ms, \
             under_way) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        )
        .bind(&erasure.id)
        .bind(erasure.workspace_id.as_str())
        .bind(&erasure.person)
        .bind(serde_json::json!(erasure.hashes).to_string())
        .bind(erasure.mode.name())
        .bind(&erasure.requested_by)
        .bind(erasure.requested_at.as_millis())
        .bind(text_of(erasure.under_way.as_ref()))
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    async fn erasures(
        &self,
        workspace: Option<&WorkspaceId>,
    ) -> Result<Vec<KeptErasure>, MetaError> {
        let statement = format!(
            "SELECT {COLUMNS} FROM erasure WHERE $1 IS NULL OR workspace_id = $1 \
             ORDER BY requested_ms DESC, id DESC"
        );
        let rows = sqlx::query(AssertSqlSafe(statement))
            .bind(workspace.map(WorkspaceId::as_str))
            .fetch_all(&self.pool)
            .await?;
        Ok(rows.iter().map(erasure).collect::<Result<_, _>>()?)
    }

    async fn update_erasure(
        &self,
        erasure: &KeptErasure,
        under_way: Option<&UnderWay>,
        receipt: Option<&str>,
    ) -> Result<(), MetaError> {
        sqlx::query(
            "UPDATE erasure SET under_way = $1, receipt = $2 WHERE workspace_id = $3 AND id = $4",
        )
        .bind(text_of(under_way))
        .bind(receipt)
        .bind(erasure.workspace_id.as_str())
        .bind(&erasure.id)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    async fn lift_erasure(&self, erasure: &KeptErasure, at: Instant) -> Result<(), MetaError> {
        sqlx::query("UPDATE erasure SET lifted_ms = $1 WHERE workspace_id = $2 AND id = $3")
            .bind(at.as_millis())
            .bind(erasure.workspace_id.as_str())
            .bind(&erasure.id)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    async fn erase_from_settings(
        &self,
        workspace: &WorkspaceId,
        traces: &Traces,
    ) -> Result<SettingsCounts, MetaError> {
        erase::erase(self, workspace, traces).await
    }

    async fn rewrite_settings(&self) -> Result<RewrittenFile, MetaError> {
        Ok(self.rewrite().await?)
    }
}
