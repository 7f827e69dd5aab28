//! `/api/analytics/reports`: which reports somebody wants, and what they look like.

mod preview;
mod template;

use axum::{
    Json,
    body::Body,
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use domain::{report::Report, time::Instant};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    body::{SMALL, receive},
    error::{ApiError, ErrorAnswer},
    fields,
    guard::{Admin, Reader},
    state::ApiState,
};
use crate::{
    auth::Caller,
    report::{Form, Wanted, define},
};

pub(super) use self::{
    preview::{__path_preview_report, preview_report},
    template::{__path_list_templates, list_templates},
};

/// Most reports of one workspace.
const MOST_REPORTS: u32 = 500;

/// A report that somebody wants.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct ReportBody {
    /// What it is called.
    #[schema(example = "Weekly Executive Summary")]
    pub name: String,
    /// The span it is about, as in `period` of questions.
    #[schema(example = "7d")]
    pub period: String,
    /// What it holds: activeUsers, messageVolume, channelGrowth, engagement, retention, lifecycle, responseTimes.
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
}

/// A report that is kept.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ReportAnswer {
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
    /// `draft`: nothing makes it at its time.
    #[schema(example = "draft")]
    pub status: &'static str,
    /// `stored`: kept, and never made so far.
    #[schema(example = "stored")]
    pub state: &'static str,
}

/// Reports, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ReportsAnswer {
    /// The reports.
    pub reports: Vec<ReportAnswer>,
}

/// What became of a report.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DeletedAnswer {
    /// Always true.
    pub success: bool,
    /// The same as a sentence.
    pub message: &'static str,
}

fn answer(report: Report, caller: &Caller) -> ReportAnswer {
    let definition = report.definition;
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
        status: "draft",
        state: "stored",
    }
}

async fn found(
    state: &ApiState,
    caller: &Caller,
    id: Result<Path<String>, PathRejection>,
) -> Result<Report, ApiError> {
    let Path(id) = id.map_err(|_no_text| ApiError::NoReport)?;
    let report = state.reports.report(&caller.workspace, &id).await?;
    report.ok_or(ApiError::NoReport)
}

/// What a page of a report may do in a browser: show itself.
const SANDBOX: HeaderValue =
    HeaderValue::from_static("default-src 'none'; style-src 'unsafe-inline'; sandbox");

/// Answers a file of a report; pages are shown, everything else is saved.
fn file(written: Vec<u8>, form: Form, name: &str) -> Response {
    let mut response = written.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(form.kind()));
    if form == Form::Html {
        headers.insert(header::CONTENT_SECURITY_POLICY, SANDBOX);
        return response;
    }
    let disposition = format!(
        "attachment; filename=\"{}.{}\"",
        file_name(name),
        form.extension()
    );
    if let Ok(disposition) = HeaderValue::from_str(&disposition) {
        headers.insert(header::CONTENT_DISPOSITION, disposition);
    }
    response
}

/// Returns the name of a file for a report of that name: letters and digits, with `-` between them.
fn file_name(name: &str) -> String {
    let letters = name.chars().map(|letter| {
        if letter.is_ascii_alphanumeric() {
            letter.to_ascii_lowercase()
        } else {
            ' '
        }
    });
    let letters: String = letters.collect();
    let words: Vec<&str> = letters.split_whitespace().collect();
    if words.is_empty() {
        return "report".to_owned();
    }
    words.join("-")
}

/// Lists the reports that are kept.
#[utoipa::path(
    get, path = "/api/analytics/reports", tag = "reports",
    responses((status = 200, body = ReportsAnswer))
)]
pub(super) async fn list_reports(
    State(state): State<ApiState>,
    Reader(caller): Reader,
) -> Result<Json<ReportsAnswer>, ApiError> {
    let reports = state.reports.reports(&caller.workspace).await?;
    let reports = reports.into_iter().map(|report| answer(report, &caller));
    Ok(Json(ReportsAnswer {
        reports: reports.collect(),
    }))
}

/// Answers a report that is kept.
#[utoipa::path(
    get, path = "/api/analytics/reports/{id}", tag = "reports",
    params(("id" = String, Path, description = "Identity of the report")),
    responses((status = 200, body = ReportAnswer), (status = 404, body = ErrorAnswer))
)]
pub(super) async fn get_report(
    State(state): State<ApiState>,
    Reader(caller): Reader,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<ReportAnswer>, ApiError> {
    let report = found(&state, &caller, id).await?;
    Ok(Json(answer(report, &caller)))
}

/// Keeps a report.
#[utoipa::path(
    post, path = "/api/analytics/reports", tag = "reports", request_body = ReportBody,
    responses(
        (status = 201, body = ReportAnswer),
        (status = 409, description = "The workspace has as many as it may have", body = ErrorAnswer),
    )
)]
pub(super) async fn create_report(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    headers: HeaderMap,
    body: Body,
) -> Result<(StatusCode, Json<ReportAnswer>), ApiError> {
    let body = receive(&state, &caller, &headers, body, SMALL).await?;
    let _room = body.room_for_all().await?;
    let body: ReportBody = body.read(fields::read).await?;
    let definition = define(&Wanted {
        name: &body.name,
        period: &body.period,
        metrics: &body.metrics,
        format: body.format.as_deref(),
        schedule: body.schedule.as_deref(),
        recipients: body.recipients.as_deref().unwrap_or_default(),
    })?;
    let now = state.clock.now();
    let report = Report {
        id: state.ids.next(now).to_string(),
        workspace_id: caller.workspace.clone(),
        definition,
        created_at: now,
    };
    if !state.reports.insert_report(&report, MOST_REPORTS).await? {
        return Err(ApiError::TooManyReports(MOST_REPORTS));
    }
    Ok((StatusCode::CREATED, Json(answer(report, &caller))))
}

/// Takes a report away.
#[utoipa::path(
    delete, path = "/api/analytics/reports/{id}", tag = "reports",
    params(("id" = String, Path, description = "Identity of the report")),
    responses((status = 200, body = DeletedAnswer), (status = 404, body = ErrorAnswer))
)]
pub(super) async fn delete_report(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<DeletedAnswer>, ApiError> {
    let Path(id) = id.map_err(|_no_text| ApiError::NoReport)?;
    if !state.reports.delete_report(&caller.workspace, &id).await? {
        return Err(ApiError::NoReport);
    }
    Ok(Json(DeletedAnswer {
        success: true,
        message: "the report is deleted",
    }))
}
