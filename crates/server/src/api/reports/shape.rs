//! How reports and their runs are written, and what is posted about them.

use domain::{
    report::{Report, ReportDefinition, ReportRun, ReportStatus},
    time::Instant,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::{error::ApiError, saved::Saved, state::ApiState};
use crate::{
    auth::Caller,
    report::{Schedule, Wanted, define},
};

/// How many of the next runs are told.
const NEXT_RUNS: usize = 3;

/// A report that somebody wants.
#[derive(Debug, Deserialize, ToSchema)]
pub(in crate::api) struct ReportBody {
    /// What it is called.
    #[schema(example = "Weekly Executive Summary")]
    pub name: String,
    /// The span it is about, as in `period` of questions.
    #[schema(example = "7d")]
    pub period: String,
    /// What it holds: activeUsers, messageVolume, channelGrowth, engagement, retention, lifecycle,
    /// responseTimes.
    pub metrics: Vec<String>,
    /// pdf (default), csv, excel or json.
    #[serde(default)]
    pub format: Option<String>,
    /// When, as five fields of cron in the reporting time zone.
    #[serde(default)]
    #[schema(example = "0 9 * * 1")]
    pub schedule: Option<String>,
    /// E-mail addresses it is sent to.
    #[serde(default)]
    pub recipients: Option<Vec<String>>,
    /// active (default with a schedule), paused or draft (default without one).
    #[serde(default)]
    pub status: Option<String>,
}

/// A report that is kept.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct ReportAnswer {
    /// Identity.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// The span it is about.
    pub period: String,
    /// What it holds.
    pub metrics: Vec<&'static str>,
    /// pdf, csv, excel or json.
    pub format: &'static str,
    /// When, as five fields of cron in the reporting time zone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schedule: Option<String>,
    /// E-mail addresses it is sent to, for callers who may see them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recipients: Option<Vec<String>>,
    /// How many it is sent to.
    pub recipient_count: usize,
    /// When it was asked for.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Instant,
    /// When it was changed last.
    #[schema(value_type = String, format = DateTime)]
    pub updated_at: Instant,
    /// How often it was written, from 1; `If-Match` of a change names it.
    pub version: u32,
    /// When it was made last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_run_at: Option<Instant>,
    /// When it is made next, at most three times; none unless it is active.
    #[schema(value_type = Vec<String>)]
    pub next_runs: Vec<Instant>,
    /// `active`: it is made at its times; `paused` or `draft`: it is not.
    #[schema(example = "active")]
    pub status: &'static str,
    /// Why it is paused, where repeated failure stopped it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paused_because: Option<String>,
    /// `stored`: never made so far; `made`: at least once.
    #[schema(example = "stored")]
    pub state: &'static str,
}

/// One time that a report was made.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(in crate::api) struct ReportRunAnswer {
    /// Identity.
    pub id: String,
    /// `schedule` or `test`.
    pub cause: &'static str,
    /// pdf, csv, excel or json.
    pub format: &'static str,
    /// The time that it was made for: the present of its numbers.
    #[schema(value_type = String, format = DateTime)]
    pub due_at: Instant,
    /// When it began.
    #[schema(value_type = String, format = DateTime)]
    pub started_at: Instant,
    /// When it ended; `null` while it is under way.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub ended_at: Option<Instant>,
    /// How long it took.
    pub duration_ms: Option<i64>,
    /// Whether it began more than 5 minutes after its time, as after a time in which the service was down.
    pub late: bool,
    /// `running`, `made` (sent to nobody), `sent` (to everybody) or `failed`.
    pub outcome: &'static str,
    /// Why it failed, or was sent to nobody.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Bytes of its file, which `runs/{run}/file` answers; `null` where none is kept.
    pub file_bytes: Option<u64>,
    /// How many it is for.
    pub recipient_count: u32,
    /// How many it was sent to.
    pub sent: u32,
}

/// Runs, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(in crate::api) struct ReportRunsAnswer {
    /// The runs.
    pub runs: Vec<ReportRunAnswer>,
}

impl From<ReportRun> for ReportRunAnswer {
    fn from(run: ReportRun) -> Self {
        let took = |ended: Instant| ended.as_millis() - run.started_at.as_millis();
        Self {
            cause: run.cause.name(),
            format: run.format.name(),
            due_at: run.due,
            started_at: run.started_at,
            ended_at: run.ended_at,
            duration_ms: run.ended_at.map(took),
            late: run.late,
            outcome: run.outcome.name(),
            file_bytes: run.file_bytes,
            recipient_count: run.recipients,
            sent: run.sent,
            id: run.id,
            reason: run.reason,
        }
    }
}

/// What a report is to be, whether it is made at its times, and when next.
pub(super) type Defined = (ReportDefinition, ReportStatus, Option<Instant>);

impl ReportBody {
    /// Returns what is wanted, whether it is made at its times, and when next.
    pub(super) fn define(&self, state: &ApiState, now: Instant) -> Result<Defined, ApiError> {
        let definition = define(&Wanted {
            name: &self.name,
            period: &self.period,
            metrics: &self.metrics,
            format: self.format.as_deref(),
            schedule: self.schedule.as_deref(),
            recipients: self.recipients.as_deref().unwrap_or_default(),
        })?;
        let is_timed = definition.schedule.is_some();
        let status = match self.status.as_deref().filter(|name| !name.is_empty()) {
            None if is_timed => ReportStatus::Active,
            None => ReportStatus::Draft,
            Some(name) => ReportStatus::parse(name)
                .ok_or_else(|| Saved::Report.refuse("status", "must be active, paused or draft"))?,
        };
        if status == ReportStatus::Active && !is_timed {
            let message = "must be given for a report that is active: it would never be made";
            return Err(Saved::Report.refuse("schedule", message));
        }
        let schedule = definition.schedule.as_deref();
        let next = state.reporter.next_run(schedule, now);
        let next = next.filter(|_| status == ReportStatus::Active);
        Ok((definition, status, next))
    }
}

/// Returns a report as a caller may see it.
pub(super) fn answer(report: Report, state: &ApiState, caller: &Caller) -> ReportAnswer {
    let definition = report.definition;
    let next_runs = report.next_run.map_or_else(Vec::new, |first| {
        let schedule = definition.schedule.as_deref();
        let schedule = schedule.and_then(|text| Schedule::parse(text).ok());
        let later = schedule.map(|schedule| schedule.next_runs(first, &state.zone, NEXT_RUNS - 1));
        std::iter::once(first)
            .chain(later.unwrap_or_default())
            .collect()
    });
    ReportAnswer {
        id: report.id,
        name: definition.name,
        period: definition.period,
        metrics: definition
            .metrics
            .iter()
            .map(|metric| metric.name())
            .collect(),
        format: definition.format.name(),
        schedule: definition.schedule,
        recipient_count: definition.recipients.len(),
        recipients: caller.sees_email.then_some(definition.recipients),
        created_at: report.created_at,
        updated_at: report.updated_at,
        version: report.version,
        last_run_at: report.last_run,
        next_runs,
        status: report.status.name(),
        paused_because: report.paused_because,
        state: if report.last_run.is_some() {
            "made"
        } else {
            "stored"
        },
    }
}
