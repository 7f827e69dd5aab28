//! `/api/analytics/reports`: which reports somebody wants, and what they look like.

mod leave;
mod preview;
mod runs;
mod shape;
mod template;

use axum::{
    Json,
    body::Body,
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse as _, Response},
};
use domain::report::Report;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    body::{SMALL, receive},
    error::{ApiError, ErrorAnswer},
    fields,
    guard::{Admin, Reader},
    saved::{Saved, SavedError, check_version, with_version},
    state::ApiState,
};
use crate::{
    auth::Caller,
    report::{Form, file_name},
};

use self::shape::{ReportAnswer, ReportBody, answer};
pub(super) use self::{
    leave::{__path_ask_to_leave, __path_leave, ask_to_leave, leave},
    preview::{__path_preview_report, preview_report},
    runs::{
        __path_list_runs, __path_run_file, __path_test_report, list_runs, run_file, test_report,
    },
    template::{__path_list_templates, list_templates},
};

/// Most reports of one workspace.
const MOST_REPORTS: u32 = 500;

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

async fn found(
    state: &ApiState,
    caller: &Caller,
    id: Result<Path<String>, PathRejection>,
) -> Result<Report, ApiError> {
    let Path(id) = id.map_err(|_no_text| ApiError::NoReport)?;
    let report = state.reporter.store.report(&caller.workspace, &id).await?;
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

/// Lists the reports that are kept.
#[utoipa::path(
    get, path = "/api/analytics/reports", tag = "reports",
    responses((status = 200, body = ReportsAnswer))
)]
pub(super) async fn list_reports(
    State(state): State<ApiState>,
    Reader(caller): Reader,
) -> Result<Json<ReportsAnswer>, ApiError> {
    let reports = state.reporter.store.reports(&caller.workspace).await?;
    let reports = reports
        .into_iter()
        .map(|report| answer(report, &state, &caller));
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
) -> Result<Response, ApiError> {
    let report = found(&state, &caller, id).await?;
    Ok(shown(report, &state, &caller))
}

/// Returns a report with its version as `ETag`.
fn shown(report: Report, state: &ApiState, caller: &Caller) -> Response {
    let version = report.version;
    with_version(answer(report, state, caller), version)
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
) -> Result<Response, ApiError> {
    let body = receive(&state, &caller, &headers, body, SMALL).await?;
    let _room = body.room_for_all().await?;
    let body: ReportBody = body.read(fields::read).await?;
    let now = state.clock.now();
    let (definition, status, next_run) = body.define(&state, now)?;
    let report = Report {
        id: state.ids.next(now).to_string(),
        workspace_id: caller.workspace.clone(),
        definition,
        created_at: now,
        updated_at: now,
        version: 1,
        status,
        paused_because: None,
        next_run,
        last_run: None,
        failures: 0,
    };
    let store = &state.reporter.store;
    if !store.insert_report(&report, MOST_REPORTS).await? {
        return Err(ApiError::TooManyReports(MOST_REPORTS));
    }
    state.reporter.changed.notify_one();
    Ok((StatusCode::CREATED, shown(report, &state, &caller)).into_response())
}

/// Puts another report in the place of one. One that was paused begins anew.
#[utoipa::path(
    put, path = "/api/analytics/reports/{id}", tag = "reports", request_body = ReportBody,
    params(
        ("id" = String, Path, description = "Identity of the report"),
        ("If-Match" = Option<String>, Header, description = "The version, or `ETag`, that is to be replaced; default is any"),
    ),
    responses(
        (status = 200, body = ReportAnswer),
        (status = 404, body = ErrorAnswer),
        (status = 412, description = "It was changed since", body = ErrorAnswer),
    )
)]
pub(super) async fn put_report(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let before = found(&state, &caller, id).await?;
    check_version(&headers, Saved::Report, before.version)?;
    let body = receive(&state, &caller, &headers, body, SMALL).await?;
    let _room = body.room_for_all().await?;
    let body: ReportBody = body.read(fields::read).await?;
    let now = state.clock.now();
    let (definition, status, next_run) = body.define(&state, now)?;
    let report = Report {
        definition,
        status,
        next_run,
        updated_at: now,
        version: before.version + 1,
        paused_because: None,
        failures: 0,
        ..before
    };
    if !state.reporter.store.update_report(&report).await? {
        return Err(SavedError::Changed(Saved::Report).into());
    }
    state.reporter.changed.notify_one();
    Ok(shown(report, &state, &caller))
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
    if !state
        .reporter
        .store
        .delete_report(&caller.workspace, &id)
        .await?
    {
        return Err(ApiError::NoReport);
    }
    Ok(Json(DeletedAnswer {
        success: true,
        message: "the report is deleted",
    }))
}
