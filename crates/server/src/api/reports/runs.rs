//! `/api/analytics/reports/{id}/runs` and `…/test`: when a report was made, and making it once.

use axum::{
    Json,
    body::Body,
    extract::{Path, State, rejection::PathRejection},
    http::HeaderMap,
    response::Response,
};
use domain::privacy::PrivacyMode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{
    super::{
        body::{SMALL, receive},
        error::{ApiError, ErrorAnswer},
        fields,
        guard::{Admin, Reader},
        room::{PATIENCE, RoomError},
        saved::Saved,
        state::ApiState,
    },
    file, found,
    shape::{ReportRunAnswer, ReportRunsAnswer},
};
use crate::report::{Form, recipients};

/// Most runs of an answer.
const MOST_RUNS: u32 = 100;
/// Most addresses that a test is sent to.
const MOST_TESTED: usize = 5;

/// Whom a test is sent to.
#[derive(Debug, Default, Deserialize, ToSchema)]
pub(in crate::api) struct ReportTestBody {
    /// At most 5 e-mail addresses; default is nobody: the file is made and kept.
    #[serde(default)]
    pub recipients: Option<Vec<String>>,
}

/// Lists when a report was made, the newest run first; at most 100, of the days that runs are kept.
#[utoipa::path(
    get, path = "/api/analytics/reports/{id}/runs", tag = "reports",
    params(("id" = String, Path, description = "Identity of the report")),
    responses((status = 200, body = ReportRunsAnswer), (status = 404, body = ErrorAnswer))
)]
pub(in crate::api) async fn list_runs(
    State(state): State<ApiState>,
    Reader(caller): Reader,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<ReportRunsAnswer>, ApiError> {
    let report = found(&state, &caller, id).await?;
    let runs = &state.reporter.runs;
    let runs = runs
        .report_runs(&caller.workspace, &report.id, MOST_RUNS)
        .await?;
    Ok(Json(ReportRunsAnswer {
        runs: runs.into_iter().map(ReportRunAnswer::from).collect(),
    }))
}

/// Answers the file of a run, as it was made. In a mode of privacy that it was not made in there is none.
#[utoipa::path(
    get, path = "/api/analytics/reports/{id}/runs/{run}/file", tag = "reports",
    params(
        ("id" = String, Path, description = "Identity of the report"),
        ("run" = String, Path, description = "Identity of the run"),
    ),
    responses(
        (status = 200, description = "The file", content(
            (Vec<u8> = "application/pdf"),
            (Vec<u8> = "application/zip"),
            (serde_json::Value = "application/json"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        )),
        (status = 404, body = ErrorAnswer),
    )
)]
pub(in crate::api) async fn run_file(
    State(state): State<ApiState>,
    Reader(caller): Reader,
    ids: Result<Path<(String, String)>, PathRejection>,
) -> Result<Response, ApiError> {
    const NONE: ApiError =
        ApiError::NotThere("no file of such a run is kept; see the runs of the report");
    let Path((id, run)) = ids.map_err(|_no_text| ApiError::NoReport)?;
    let report = found(&state, &caller, Ok(Path(id))).await?;
    let runs = &state.reporter.runs;
    let run = runs.report_run(&caller.workspace, &report.id, &run).await?;
    let run = run.ok_or(NONE)?;
    let mode = state.query.guard.privacy.mode;
    if mode != PrivacyMode::Full && run.privacy != mode.name() {
        return Err(NONE);
    }
    let written = runs.run_file(&run).await?.ok_or(NONE)?;
    Ok(file(
        written,
        Form::Kept(run.format),
        &report.definition.name,
    ))
}

/// Makes a report once, as it would be now, and sends it to these addresses. It stands among its runs.
#[utoipa::path(
    post, path = "/api/analytics/reports/{id}/test", tag = "reports", request_body = ReportTestBody,
    params(("id" = String, Path, description = "Identity of the report")),
    responses((status = 200, body = ReportRunAnswer), (status = 404, body = ErrorAnswer))
)]
pub(in crate::api) async fn test_report(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<ReportRunAnswer>, ApiError> {
    let report = found(&state, &caller, id).await?;
    let body = receive(&state, &caller, &headers, body, SMALL).await?;
    let room = body.room_for_all().await?;
    let body: ReportTestBody = body.read(fields::read).await?;
    let to = recipients(body.recipients.as_deref().unwrap_or_default())?;
    drop(room);
    if to.len() > MOST_TESTED {
        let message = format!("must be at most {MOST_TESTED} for a test");
        return Err(Saved::Report.refuse("recipients", message));
    }
    let name = caller.name();
    let place = state.exports.take(Some(&name), 1, PATIENCE).await;
    let _place = place.map_err(RoomError::of_exports)?;
    let run = state.reporter.test(&report, &to).await?;
    Ok(Json(run.into()))
}
