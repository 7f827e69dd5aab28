//! `GET /api/analytics/events` and `/dead-letters`: what came in lately, and what was refused.

use std::sync::Arc;

use axum::{
    Extension,
    extract::State,
    http::header,
    response::{IntoResponse as _, Response},
};
use domain::query::Population;
use serde::Serialize;
use store::{DeadLetter, EventListing, EventRow, Share};
use utoipa::ToSchema;

use super::{
    error::ApiError,
    guard::{Admin, Reader},
    params::{Params, ScopeParams, SpanParams},
    request::RequestId,
    state::ApiState,
};
use crate::query::{Ask, Meta};

/// Events, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct EventsAnswer {
    /// The events.
    #[schema(value_type = Vec<Object>)]
    pub events: Vec<EventRow>,
    /// How many were asked for.
    pub limit: u32,
    /// How many were passed over.
    pub offset: u32,
    /// What the answer is about.
    pub meta: Meta,
}

/// What could not be accepted, newest first.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct DeadLettersAnswer {
    /// The letters.
    #[schema(value_type = Vec<Object>)]
    pub dead_letters: Vec<DeadLetter>,
    /// How many there are without limit and offset.
    pub total: u64,
}

/// Lists events, newest first. Without a span it is about `7d`.
#[utoipa::path(
    get, path = "/api/analytics/events", tag = "numbers",
    params(
        SpanParams,
        ScopeParams,
        ("eventType" = Option<String>, Query, description = "only this kind"),
        ("limit" = Option<u32>, Query, description = "1 to 1000, default 50"),
        ("offset" = Option<u32>, Query, description = "events passed over, at most 100000"),
    ),
    responses((status = 200, body = EventsAnswer))
)]
pub(super) async fn events(
    State(state): State<ApiState>,
    Reader(caller): Reader,
    Extension(named): Extension<RequestId>,
    params: Params,
) -> Result<Response, ApiError> {
    let limit = params.number("limit", 50, 1, 1_000)?;
    let offset = params.number("offset", 0, 0, 100_000)?;
    let request = params.request()?.compared_if_asked();
    let ask = state.query.ask(&request, &caller.workspace, "7d").await?;
    let listing = EventListing {
        limit,
        offset,
        ..listing(&ask, &params)?
    };
    let guard = &state.query.guard;
    let listing = guard
        .listing(Arc::clone(&state.store) as _, listing)
        .await?;
    let place = state.rooms.list(&caller.name()).await?;
    let events = state.store.events(&listing).await?.into_iter();
    let answer = EventsAnswer {
        events: events
            .map(|event| guard.event(&caller.workspace, event))
            .collect(),
        limit,
        offset,
        meta: Meta {
            request_id: named.0,
            ..state.query.begin(&ask).meta("Events, newest first.")
        },
    };
    written(answer, place).await
}

/// Writes a list, which may be large, away from the async threads; its place is taken until then.
async fn written<A: Serialize + Send + 'static>(
    answer: A,
    place: Share,
) -> Result<Response, ApiError> {
    let internal = |error: &dyn std::error::Error| ApiError::Internal(error.to_string());
    let writing = tokio::task::spawn_blocking(move || {
        let text = serde_json::to_vec(&answer);
        drop((answer, place));
        text
    });
    let text = writing.await.map_err(|error| internal(&error))?;
    let text = text.map_err(|error| internal(&error))?;
    Ok(([(header::CONTENT_TYPE, "application/json")], text).into_response())
}

/// Returns every event that a request is about: those of bots too, as the events of a span are what
/// the number of events counts, unless the request says otherwise.
pub(super) fn listing(ask: &Ask, params: &Params) -> Result<EventListing, ApiError> {
    let everyone = ask.population == Population::Everyone;
    Ok(EventListing {
        workspace: ask.workspace.clone(),
        range: ask.window.range,
        event_type: params.text("eventType")?.map(str::to_owned),
        filter: ask.filter.clone(),
        include_bots: params.text("includeBots")?.is_none() || everyone,
        limit: u32::MAX,
        offset: 0,
    })
}

/// Lists what could not be accepted, newest first.
#[utoipa::path(
    get, path = "/api/analytics/dead-letters", tag = "ingest",
    params(
        ("limit" = Option<u32>, Query, description = "1 to 1000, default 50"),
        ("offset" = Option<u32>, Query, description = "letters passed over"),
    ),
    responses((status = 200, body = DeadLettersAnswer))
)]
pub(super) async fn dead_letters(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    params: Params,
) -> Result<Response, ApiError> {
    let limit = params.number("limit", 50, 1, 1_000)?;
    let offset = params.number("offset", 0, 0, u32::MAX)?;
    let place = state.rooms.list(&caller.name()).await?;
    let (dead_letters, total) = state
        .store
        .dead_letters(&caller.workspace, limit, offset)
        .await?;
    let answer = DeadLettersAnswer {
        dead_letters,
        total,
    };
    written(answer, place).await
}
