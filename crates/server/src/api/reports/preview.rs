//! `GET /api/analytics/reports/{id}/preview`: a report as it would be made now.

use std::sync::Arc;

use axum::{
    extract::{Path, State, rejection::PathRejection},
    response::Response,
};
use domain::report::ReportFormat;

use super::{
    super::{
        error::{ApiError, ErrorAnswer},
        guard::Reader,
        params::{Named, Params},
        room::{PATIENCE, RoomError},
        state::ApiState,
    },
    file, found,
};
use crate::report::{Form, MakeError, Maker, RenderError, Template, render};

/// What a preview may be, with its names.
const FORMS: [Named<Form>; 5] = [
    (Form::Html, &["html"]),
    (Form::Kept(ReportFormat::Pdf), &["pdf"]),
    (Form::Kept(ReportFormat::Json), &["json"]),
    (Form::Kept(ReportFormat::Csv), &["csv"]),
    (Form::Kept(ReportFormat::Excel), &["excel", "xlsx"]),
];

impl From<MakeError> for ApiError {
    fn from(error: MakeError) -> Self {
        match error {
            MakeError::Ask(error) => error.into(),
            MakeError::Query(error) => error.into(),
        }
    }
}

impl From<RenderError> for ApiError {
    fn from(error: RenderError) -> Self {
        Self::Internal(error.to_string())
    }
}

/// Answers a report as it would be made now; nothing is kept or sent.
#[utoipa::path(
    get, path = "/api/analytics/reports/{id}/preview", tag = "reports",
    params(
        ("id" = String, Path, description = "Identity of the report, or of a template"),
        ("format" = Option<String>, Query, description = "html (default), pdf, json, csv (a zip of tables) or excel"),
        ("asOf" = Option<String>, Query, description = "The present for its numbers; default is now"),
    ),
    responses(
        (status = 200, description = "The report", content(
            (String = "text/html"),
            (serde_json::Value = "application/json"),
            (Vec<u8> = "application/pdf"),
            (Vec<u8> = "application/zip"),
            (Vec<u8> = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        )),
        (status = 404, body = ErrorAnswer),
    )
)]
pub(in crate::api) async fn preview_report(
    State(state): State<ApiState>,
    Reader(caller): Reader,
    id: Result<Path<String>, PathRejection>,
    params: Params,
) -> Result<Response, ApiError> {
    let form = params.choice("format", &FORMS)?.unwrap_or(Form::Html);
    let as_of = params.text("asOf")?.map(str::to_owned);
    let template = id.as_ref().ok().and_then(|Path(id)| Template::of(id));
    let definition = match template {
        Some(template) => template.definition(),
        None => found(&state, &caller, id).await?.definition,
    };
    let name = caller.name();
    let place = state.exports.take(Some(&name), 1, PATIENCE).await;
    let _place = place.map_err(RoomError::of_exports)?;
    let maker = Maker {
        query: Arc::clone(&state.query),
    };
    let content = maker.make(&caller.workspace, &definition, as_of).await?;
    let written = tokio::task::spawn_blocking(move || render(&content, form)).await;
    let written = written.map_err(|error| ApiError::Internal(error.to_string()))??;
    Ok(file(written, form, &definition.name))
}
