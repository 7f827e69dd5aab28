//! Reports. Lists are JSON texts: nothing asks for their parts.

use async_trait::async_trait;
use domain::{
    id::WorkspaceId,
    report::{Report, ReportDefinition, ReportFormat, ReportMetric},
    time::Instant,
};
use sqlx::{AssertSqlSafe, Row};

use super::{DatabaseRow, Meta};
use crate::meta::{MetaError, ReportStore};

const COLUMNS: &str =
    "id, workspace_id, name, period, metrics, format, schedule, recipients, created_ms";

fn report(row: &DatabaseRow) -> Result<Report, sqlx::Error> {
    let decode = |what: &str| sqlx::Error::Decode(format!("stored report has a bad {what}").into());
    let list = |column: usize, what: &str| -> Result<Vec<String>, sqlx::Error> {
        serde_json::from_str(row.try_get(column)?).map_err(|_invalid| decode(what))
    };
    let metrics = list(4, "list of metrics")?;
    let metrics = metrics.iter().map(|name| ReportMetric::parse(name));
    Ok(Report {
        id: row.try_get(0)?,
        workspace_id: WorkspaceId::new(row.try_get::<String, _>(1)?)
            .map_err(|_invalid| decode("workspace"))?,
        definition: ReportDefinition {
            name: row.try_get(2)?,
            period: row.try_get(3)?,
            metrics: metrics
                .collect::<Option<_>>()
                .ok_or_else(|| decode("metric"))?,
            format: ReportFormat::parse(row.try_get(5)?).ok_or_else(|| decode("format"))?,
            schedule: row.try_get(6)?,
            recipients: list(7, "list of recipients")?,
        },
        created_at: Instant::from_millis(row.try_get(8)?),
    })
}

#[async_trait]
impl ReportStore for Meta {
    async fn insert_report(&self, report: &Report, most: u32) -> Result<bool, MetaError> {
        let ReportDefinition {
            name,
            period,
            metrics,
            format,
            schedule,
            recipients,
        } = &report.definition;
        let metrics: Vec<&str> = metrics.iter().map(|metric| metric.name()).collect();
        let mut alone = self.begin_alone("report").await?;
        let done = sqlx::query(
            "INSERT INTO report (id, workspace_id, name, period, metrics, format, schedule, \
             recipients, created_ms) SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9 \
             WHERE (SELECT COUNT(*) FROM report WHERE workspace_id = $2) < $10",
        )
        .bind(&report.id)
        .bind(report.workspace_id.as_str())
        .bind(name)
        .bind(period)
        .bind(serde_json::json!(metrics).to_string())
        .bind(format.name())
        .bind(schedule)
        .bind(serde_json::json!(recipients).to_string())
        .bind(report.created_at.as_millis())
        .bind(i64::from(most))
        .execute(&mut *alone)
        .await?;
        alone.commit().await?;
        Ok(done.rows_affected() > 0)
    }

    async fn reports(&self, workspace: &WorkspaceId) -> Result<Vec<Report>, MetaError> {
        let statement = format!(
            "SELECT {COLUMNS} FROM report WHERE workspace_id = $1 ORDER BY created_ms DESC, id DESC"
        );
        let rows = sqlx::query(AssertSqlSafe(statement))
            .bind(workspace.as_str())
            .fetch_all(&self.pool)
            .await?;
        Ok(rows.iter().map(report).collect::<Result<_, _>>()?)
    }

    async fn report(&self, workspace: &WorkspaceId, id: &str) -> Result<Option<Report>, MetaError> {
        let statement = format!("SELECT {COLUMNS} FROM report WHERE workspace_id = $1 AND id = $2");
        let row = sqlx::query(AssertSqlSafe(statement))
            .bind(workspace.as_str())
            .bind(id)
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.as_ref().map(report).transpose()?)
    }

    async fn delete_report(&self, workspace: &WorkspaceId, id: &str) -> Result<bool, MetaError> {
        let done = sqlx::query("DELETE FROM report WHERE workspace_id = $1 AND id = $2")
            .bind(workspace.as_str())
            .bind(id)
            .execute(&self.pool)
            .await?;
        Ok(done.rows_affected() > 0)
    }
}
