//! `/api/analytics/annotations`: what happened, beside the numbers of the time.

use axum::{
    Json,
    body::Body,
    extract::{Path, State, rejection::PathRejection},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
};
use domain::{
    annotation::{
        Annotation, AnnotationDefinition, AnnotationKind, MAX_ANNOTATION_TEXT, MAX_ANNOTATION_TITLE,
    },
    id::ChannelId,
    time::{Instant, PeriodError, Range},
};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    body::{SMALL, receive},
    error::{ApiError, ErrorAnswer},
    fields,
    guard::{Admin, Reader},
    params::{Params, shortened},
    saved::{RemovedAnswer, Saved, SavedError, check_version, with_version},
    state::ApiState,
};
use crate::{
    auth::Caller,
    query::{AnnotationAnswer, AskError},
};

/// Most annotations of one workspace.
const MOST_ANNOTATIONS: u32 = 10_000;
const SAVED: Saved = Saved::Annotation;

/// What happened at a time: `at`, or `from` and `to`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct AnnotationBody {
    /// When it happened: an instant (RFC 3339) or a local day of the reporting time zone.
    #[serde(default)]
    #[schema(example = "2026-02-01T09:00:00Z")]
    pub at: Option<String>,
    /// When it began, where it took a while.
    #[serde(default)]
    pub from: Option<String>,
    /// First instant or day after it, where it took a while.
    #[serde(default)]
    pub to: Option<String>,
    /// What happened, in a line of at most 200 characters.
    #[schema(example = "Release 2.0")]
    pub title: String,
    /// More about it, at most 4000 characters.
    #[serde(default)]
    pub text: Option<String>,
    /// note (default), release, outage, holiday or event.
    #[serde(default)]
    #[schema(example = "release")]
    pub kind: Option<String>,
    /// The channel that it concerns; without one everything.
    #[serde(default)]
    pub channel_id: Option<String>,
}

/// Annotations, the latest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AnnotationsAnswer {
    /// The annotations.
    pub annotations: Vec<AnnotationAnswer>,
}

impl AnnotationBody {
    fn define(&self, zone: &TimeZone) -> Result<AnnotationDefinition, ApiError> {
        let read = |field: &'static str, text: &Option<String>| {
            let text = text
                .as_deref()
                .map(str::trim)
                .filter(|text| !text.is_empty());
            text.map(|text| Instant::parse(text, zone))
                .transpose()
                .map_err(|error| SAVED.refuse(field, error.to_string()))
        };
        let (at, from, to) = (
            read("at", &self.at)?,
            read("from", &self.from)?,
            read("to", &self.to)?,
        );
        let (from, to) = match (at, from, to) {
            (Some(at), None, None) => (at, None),
            (None, Some(from), Some(to)) if from < to => (from, Some(to)),
            (None, Some(_), Some(_)) => return Err(SAVED.refuse("to", "must lie after `from`")),
            _ => return Err(SAVED.refuse("at", "give either `at`, or `from` and `to`")),
        };
        let kind = self
            .kind
            .as_deref()
            .map_or(Ok(AnnotationKind::default()), |name| {
                AnnotationKind::parse(name).ok_or_else(|| {
                    let known = AnnotationKind::ALL.map(AnnotationKind::name).join(", ");
                    let message = format!("`{}` is not known; known are {known}", shortened(name));
                    SAVED.refuse("kind", message)
                })
            })?;
        let channel = self.channel_id.as_deref().filter(|id| !id.is_empty());
        let channel = channel.map(ChannelId::new).transpose();
        Ok(AnnotationDefinition {
            from,
            to,
            title: SAVED.line("title", &self.title, MAX_ANNOTATION_TITLE)?,
            text: SAVED.text("text", self.text.as_deref(), MAX_ANNOTATION_TEXT)?,
            kind,
            channel: channel.map_err(|error| SAVED.refuse("channelId", error.to_string()))?,
        })
    }
}

/// Reads what somebody posts.
async fn defined(
    state: &ApiState,
    caller: &Caller,
    headers: &HeaderMap,
    body: Body,
) -> Result<AnnotationDefinition, ApiError> {
    let body = receive(state, caller, headers, body, SMALL).await?;
    let _room = body.room_for_all().await?;
    let body: AnnotationBody = body.read(fields::read).await?;
    body.define(&state.zone)
}

async fn found(
    state: &ApiState,
    caller: &Caller,
    id: Result<Path<String>, PathRejection>,
) -> Result<Annotation, ApiError> {
    let Path(id) = id.map_err(|_no_text| SavedError::NotFound(SAVED))?;
    let found = state.annotations.annotation(&caller.workspace, &id).await?;
    found.ok_or_else(|| SavedError::NotFound(SAVED).into())
}

fn answer(state: &ApiState, annotation: Annotation) -> Response {
    let version = annotation.version;
    with_version(state.query.guard.annotation(annotation), version)
}

/// Lists annotations, the latest first.
#[utoipa::path(
    get, path = "/api/analytics/annotations", tag = "saved",
    params(
        ("from" = Option<String>, Query, description = "Only what was not over by this instant or local day of the reporting time zone"),
        ("to" = Option<String>, Query, description = "Only what began before this instant or local day"),
        ("limit" = Option<u32>, Query, description = "1 to 1000, default 100"),
    ),
    responses((status = 200, body = AnnotationsAnswer))
)]
pub(super) async fn list_annotations(
    State(state): State<ApiState>,
    Reader(caller): Reader,
    params: Params,
) -> Result<Json<AnnotationsAnswer>, ApiError> {
    let end = |parameter: &'static str, open: Instant| -> Result<Instant, ApiError> {
        let Some(text) = params.text(parameter)? else {
            return Ok(open);
        };
        let read = Instant::parse(text, &state.zone);
        read.map_err(|source| AskError::from(PeriodError::Instant { parameter, source }).into())
    };
    let span = Range::new(end("from", Range::ALL.from())?, end("to", Range::ALL.to())?);
    let limit = params.number("limit", 100, 1, 1_000)?;
    let found = state
        .annotations
        .annotations(&caller.workspace, span, limit);
    let annotations = found.await?.into_iter();
    let annotations = annotations.map(|one| state.query.guard.annotation(one));
    Ok(Json(AnnotationsAnswer {
        annotations: annotations.collect(),
    }))
}

/// Answers an annotation.
#[utoipa::path(
    get, path = "/api/analytics/annotations/{id}", tag = "saved",
    params(("id" = String, Path, description = "Identity of the annotation")),
    responses((status = 200, body = AnnotationAnswer), (status = 404, body = ErrorAnswer))
)]
pub(super) async fn get_annotation(
    State(state): State<ApiState>,
    Reader(caller): Reader,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, ApiError> {
    Ok(answer(&state, found(&state, &caller, id).await?))
}

/// Keeps an annotation.
#[utoipa::path(
    post, path = "/api/analytics/annotations", tag = "saved", request_body = AnnotationBody,
    responses(
        (status = 201, body = AnnotationAnswer),
        (status = 409, description = "The workspace has as many as it may have", body = ErrorAnswer),
    )
)]
pub(super) async fn create_annotation(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    caller.require_own_key()?;
    let definition = defined(&state, &caller, &headers, body).await?;
    let now = state.clock.now();
    let annotation = Annotation {
        id: state.ids.next(now).to_string(),
        workspace_id: caller.workspace.clone(),
        definition,
        created_by: caller.name(),
        created_at: now,
        updated_at: now,
        version: 1,
    };
    let kept = state
        .annotations
        .insert_annotation(&annotation, MOST_ANNOTATIONS)
        .await?;
    if !kept {
        return Err(SavedError::TooMany(SAVED, MOST_ANNOTATIONS).into());
    }
    state.saved_changed();
    Ok((StatusCode::CREATED, answer(&state, annotation)).into_response())
}

/// Puts another annotation in the place of one.
#[utoipa::path(
    put, path = "/api/analytics/annotations/{id}", tag = "saved", request_body = AnnotationBody,
    params(
        ("id" = String, Path, description = "Identity of the annotation"),
        ("If-Match" = Option<String>, Header, description = "The version, or `ETag`, that is to be replaced; default is any"),
    ),
    responses(
        (status = 200, body = AnnotationAnswer),
        (status = 404, body = ErrorAnswer),
        (status = 412, description = "It was changed since", body = ErrorAnswer),
    )
)]
pub(super) async fn put_annotation(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    id: Result<Path<String>, PathRejection>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    caller.require_own_key()?;
    let before = found(&state, &caller, id).await?;
    check_version(&headers, SAVED, before.version)?;
    let annotation = Annotation {
        definition: defined(&state, &caller, &headers, body).await?,
        updated_at: state.clock.now(),
        version: before.version + 1,
        ..before
    };
    if !state.annotations.update_annotation(&annotation).await? {
        return Err(SavedError::Changed(SAVED).into());
    }
    state.saved_changed();
    Ok(answer(&state, annotation))
}

/// Takes an annotation away.
#[utoipa::path(
    delete, path = "/api/analytics/annotations/{id}", tag = "saved",
    params(("id" = String, Path, description = "Identity of the annotation")),
    responses((status = 200, body = RemovedAnswer), (status = 404, body = ErrorAnswer))
)]
pub(super) async fn delete_annotation(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<RemovedAnswer>, ApiError> {
    caller.require_own_key()?;
    let Path(id) = id.map_err(|_no_text| SavedError::NotFound(SAVED))?;
    if !state
        .annotations
        .delete_annotation(&caller.workspace, &id)
        .await?
    {
        return Err(SavedError::NotFound(SAVED).into());
    }
    state.saved_changed();
    Ok(Json(RemovedAnswer { success: true }))
}
