//! Runs of reports with the files that were made.

use async_trait::async_trait;
use domain::{
    id::WorkspaceId,
    report::{Report, ReportFormat, ReportRun, RunCause, RunOutcome},
    time::Instant,
};
use sqlx::{AssertSqlSafe, Executor, Row};

use super::{Database, DatabaseRow, Meta, report, whole};
use crate::meta::{MetaError, RunStore};

const COLUMNS: &str = "id, workspace_id, report_id, cause, format, due_ms, started_ms, ended_ms, late, \
                       outcome, reason, file_bytes, recipients, sent, privacy";

fn run(row: &DatabaseRow) -> Result<ReportRun, sqlx::Error> {
    let decode = |what: &str| sqlx::Error::Decode(format!("stored run has a bad {what}").into());
    let bytes = row.try_get::<Option<i64>, _>(11)?;
    Ok(ReportRun {
        id: row.try_get(0)?,
        workspace_id: WorkspaceId::new(row.try_get::<String, _>(1)?)
            .map_err(|_invalid| decode("workspace"))?,
        report_id: row.try_get(2)?,
        cause: RunCause::parse(row.try_get(3)?).ok_or_else(|| decode("cause"))?,
        format: ReportFormat::parse(row.try_get(4)?).ok_or_else(|| decode("format"))?,
        due: Instant::from_millis(row.try_get(5)?),
        started_at: Instant::from_millis(row.try_get(6)?),
        ended_at: row.try_get::<Option<i64>, _>(7)?.map(Instant::from_millis),
        late: row.try_get(8)?,
        outcome: RunOutcome::parse(row.try_get(9)?).ok_or_else(|| decode("outcome"))?,
        reason: row.try_get(10)?,
        file_bytes: bytes.and_then(|bytes| u64::try_from(bytes).ok()),
        recipients: whole(row, 12)?,
        sent: whole(row, 13)?,
        privacy: row.try_get(14)?,
    })
}

async fn insert<'a>(
    run: &ReportRun,
    to: impl Executor<'a, Database = Database>,
) -> Result<(), MetaError> {
    sqlx::query(
        "INSERT INTO report_run (workspace_id, report_id, id, cause, format, due_ms, started_ms, late, \
         outcome, recipients, privacy) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(run.workspace_id.as_str())
    .bind(&run.report_id)
    .bind(&run.id)
    .bind(run.cause.name())
    .bind(run.format.name())
    .bind(run.due.as_millis())
    .bind(run.started_at.as_millis())
    .bind(run.late)
    .bind(run.outcome.name())
    .bind(i64::from(run.recipients))
    .bind(&run.privacy)
    .execute(to)
    .await?;
    Ok(())
}

/// Where a run stands.
const OF_RUN: &str = "workspace_id = $1 AND report_id = $2 AND run_id = $3";

impl Meta {
    async fn reports_where(
        &self,
        condition: &'static str,
        now: Instant,
        most: u32,
    ) -> Result<Vec<Report>, MetaError> {
        let columns = report::COLUMNS;
        let statement = format!(
            "SELECT {columns} FROM report WHERE status = 'active' AND {condition} \
             ORDER BY next_ms, workspace_id, id LIMIT $2"
        );
        let rows = sqlx::query(AssertSqlSafe(statement))
            .bind(now.as_millis())
            .bind(i64::from(most))
            .fetch_all(&self.pool)
            .await?;
        Ok(rows.iter().map(report::report).collect::<Result<_, _>>()?)
    }

    async fn moved<'a>(
        report: &Report,
        next: Option<Instant>,
        to: impl Executor<'a, Database = Database>,
    ) -> Result<bool, MetaError> {
        let done = sqlx::query(
            "UPDATE report SET next_ms = $1 \
             WHERE workspace_id = $2 AND id = $3 AND next_ms = $4 AND status = 'active'",
        )
        .bind(next.map(Instant::as_millis))
        .bind(report.workspace_id.as_str())
        .bind(&report.id)
        .bind(report.next_run.map(Instant::as_millis))
        .execute(to)
        .await?;
        Ok(done.rows_affected() > 0)
    }
}

#[async_trait]
impl RunStore for Meta {
    async fn any_report(&self, id: &str) -> Result<Option<Report>, MetaError> {
        let statement = format!("SELECT {} FROM report WHERE id = $1", report::COLUMNS);
        let row = sqlx::query(AssertSqlSafe(statement))
            .bind(id)
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.as_ref().map(report::report).transpose()?)
    }

    async fn set_recipients(
        &self,
        report: &Report,
        recipients: &[String],
    ) -> Result<bool, MetaError> {
        let done = sqlx::query(
            "UPDATE report SET recipients = $4, version = version + 1 \
             WHERE workspace_id = $1 AND id = $2 AND version = $3",
        )
        .bind(report.workspace_id.as_str())
        .bind(&report.id)
        .bind(i64::from(report.version))
        .bind(serde_json::json!(recipients).to_string())
        .execute(&self.pool)
        .await?;
        Ok(done.rows_affected() > 0)
    }

    async fn due_reports(&self, now: Instant, most: u32) -> Result<Vec<Report>, MetaError> {
        self.reports_where("next_ms <= $1", now, most).await
    }

    async fn waiting_reports(&self, now: Instant) -> Result<Vec<Report>, MetaError> {
        self.reports_where("next_ms > $1", now, u32::MAX).await
    }

    async fn move_report(&self, report: &Report, next: Option<Instant>) -> Result<bool, MetaError> {
        Self::moved(report, next, &self.pool).await
    }

    async fn claim_run(
        &self,
        report: &Report,
        run: &ReportRun,
        next: Option<Instant>,
    ) -> Result<bool, MetaError> {
        let mut open = self.pool.begin().await?;
        // The change comes first: whoever else claims waits for this commit, and finds another time.
        if !Self::moved(report, next, &mut *open).await? {
            return Ok(false);
        }
        insert(run, &mut *open).await?;
        open.commit().await?;
        Ok(true)
    }

    async fn begin_run(&self, run: &ReportRun) -> Result<(), MetaError> {
        insert(run, &self.pool).await
    }

    async fn open_runs(&self) -> Result<Vec<ReportRun>, MetaError> {
        let statement = format!(
            "SELECT {COLUMNS} FROM report_run WHERE outcome = 'running' ORDER BY started_ms, id"
        );
        let rows = sqlx::query(AssertSqlSafe(statement))
            .fetch_all(&self.pool)
            .await?;
        Ok(rows.iter().map(run).collect::<Result<_, _>>()?)
    }

    async fn keep_file(&self, run: &ReportRun, body: &[u8]) -> Result<(), MetaError> {
        let mut open = self.pool.begin().await?;
        let noted = sqlx::query(
            "UPDATE report_run SET file_bytes = $4 \
             WHERE workspace_id = $1 AND report_id = $2 AND id = $3",
        )
        .bind(run.workspace_id.as_str())
        .bind(&run.report_id)
        .bind(&run.id)
        .bind(i64::try_from(body.len()).unwrap_or(i64::MAX))
        .execute(&mut *open)
        .await?;
        // A report that was deleted meanwhile leaves nothing.
        if noted.rows_affected() > 0 {
            sqlx::query(
                "INSERT INTO report_file (workspace_id, report_id, run_id, body) \
                 VALUES ($1, $2, $3, $4) ON CONFLICT (workspace_id, report_id, run_id) DO UPDATE SET body = excluded.body",
            )
            .bind(run.workspace_id.as_str())
            .bind(&run.report_id)
            .bind(&run.id)
            .bind(body)
            .execute(&mut *open)
            .await?;
        }
        open.commit().await?;
        Ok(())
    }

    async fn run_file(&self, run: &ReportRun) -> Result<Option<Vec<u8>>, MetaError> {
        let statement = format!("SELECT body FROM report_file WHERE {OF_RUN}");
        let row = sqlx::query(AssertSqlSafe(statement))
            .bind(run.workspace_id.as_str())
            .bind(&run.report_id)
            .bind(&run.id)
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
    }

    async fn delivered(&self, run: &ReportRun, recipient: &str) -> Result<(), MetaError> {
        sqlx::query(
            "INSERT INTO report_delivery (workspace_id, report_id, run_id, recipient) \
             VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        )
        .bind(run.workspace_id.as_str())
        .bind(&run.report_id)
        .bind(&run.id)
        .bind(recipient)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    async fn deliveries(&self, run: &ReportRun) -> Result<Vec<String>, MetaError> {
        let statement =
            format!("SELECT recipient FROM report_delivery WHERE {OF_RUN} ORDER BY recipient");
        let rows = sqlx::query(AssertSqlSafe(statement))
            .bind(run.workspace_id.as_str())
            .bind(&run.report_id)
            .bind(&run.id)
            .fetch_all(&self.pool)
            .await?;
        Ok(rows
            .iter()
            .map(|row| row.try_get(0))
            .collect::<Result<_, _>>()?)
    }

    async fn end_run(&self, run: &ReportRun, pause: Option<(u32, &str)>) -> Result<(), MetaError> {
        let mut open = self.pool.begin().await?;
        let ended = run.ended_at.unwrap_or(run.started_at).as_millis();
        sqlx::query(
            "UPDATE report_run SET ended_ms = $4, outcome = $5, reason = $6, sent = $7 \
             WHERE workspace_id = $1 AND report_id = $2 AND id = $3",
        )
        .bind(run.workspace_id.as_str())
        .bind(&run.report_id)
        .bind(&run.id)
        .bind(ended)
        .bind(run.outcome.name())
        .bind(&run.reason)
        .bind(i64::from(run.sent))
        .execute(&mut *open)
        .await?;
        let statement = format!("DELETE FROM report_delivery WHERE {OF_RUN}");
        sqlx::query(AssertSqlSafe(statement))
            .bind(run.workspace_id.as_str())
            .bind(&run.report_id)
            .bind(&run.id)
            .execute(&mut *open)
            .await?;
        let (most, because) = pause.unzip();
        sqlx::query(
            "UPDATE report SET last_run_ms = $3, \
             failures = CASE WHEN $4 THEN failures + 1 WHEN $7 THEN 0 ELSE failures END, \
             paused_because = CASE WHEN $4 AND failures + 1 >= $5 THEN $6 ELSE paused_because END, \
             next_ms = CASE WHEN $4 AND failures + 1 >= $5 THEN NULL ELSE next_ms END, \
             status = CASE WHEN $4 AND failures + 1 >= $5 THEN 'paused' ELSE status END \
             WHERE workspace_id = $1 AND id = $2",
        )
        .bind(run.workspace_id.as_str())
        .bind(&run.report_id)
        .bind(ended)
        .bind(pause.is_some())
        .bind(most.map(i64::from))
        .bind(because)
        .bind(run.cause == RunCause::Schedule)
        .execute(&mut *open)
        .await?;
        open.commit().await?;
        Ok(())
    }

    async fn report_runs(
        &self,
        workspace: &WorkspaceId,
        report: &str,
        most: u32,
    ) -> Result<Vec<ReportRun>, MetaError> {
        let statement = format!(
            "SELECT {COLUMNS} FROM report_run WHERE workspace_id = $1 AND report_id = $2 \
             ORDER BY started_ms DESC, id DESC LIMIT $3"
        );
        let rows = sqlx::query(AssertSqlSafe(statement))
            .bind(workspace.as_str())
            .bind(report)
            .bind(i64::from(most))
            .fetch_all(&self.pool)
            .await?;
        Ok(rows.iter().map(run).collect::<Result<_, _>>()?)
    }

    async fn report_run(
        &self,
        workspace: &WorkspaceId,
        report: &str,
        id: &str,
    ) -> Result<Option<ReportRun>, MetaError> {
        let statement = format!(
            "SELECT {COLUMNS} FROM report_run WHERE workspace_id = $1 AND report_id = $2 AND id = $3"
        );
        let row = sqlx::query(AssertSqlSafe(statement))
            .bind(workspace.as_str())
            .bind(report)
            .bind(id)
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.as_ref().map(run).transpose()?)
    }

    async fn forget_runs(&self, before: Instant) -> Result<u64, MetaError> {
        let mut open = self.pool.begin().await?;
        sqlx::query(
            "DELETE FROM report_file WHERE EXISTS (SELECT 1 FROM report_run AS run \
             WHERE run.workspace_id = report_file.workspace_id AND run.report_id = report_file.report_id \
             AND run.id = report_file.run_id AND run.started_ms < $1 AND run.outcome <> 'running')",
        )
        .bind(before.as_millis())
        .execute(&mut *open)
        .await?;
        let done =
            sqlx::query("DELETE FROM report_run WHERE started_ms < $1 AND outcome <> 'running'")
                .bind(before.as_millis())
                .execute(&mut *open)
                .await?;
        open.commit().await?;
        Ok(done.rows_affected())
    }
}
