//! `GET` logins and journeys: what people do within sessions.

use std::sync::Arc;

use axum::{extract::State, response::Response};
use domain::event::{EventType, MAX_NAME_LENGTH};

use super::{
    cached::{IfNoneMatch, IfNoneMatchParams, NOT_MODIFIED, Question},
    error::ApiError,
    guard::Reader,
    params::{CompareParams, ExplainParams, GroupByParams, Params, ScopeParams, SpanParams, wrong},
    state::ApiState,
};
use crate::query::{JourneysAnswer, JourneysRequest, LoginsAnswer, QueryService};

/// Answers when and from where people sign in, and how long they stay. Without a span it is about `30d`.
#[utoipa::path(
    get, path = "/api/analytics/logins", tag = "numbers", params(SpanParams, ScopeParams, CompareParams, GroupByParams, ExplainParams, IfNoneMatchParams),
    responses((status = 200, body = LoginsAnswer), (status = 304, description = NOT_MODIFIED))
)]
pub(super) async fn logins(
    State(state): State<ApiState>,
    Reader(caller): Reader,
    params: Params,
    held: IfNoneMatch,
) -> Result<Response, ApiError> {
    let request = &params.request()?;
    let caller = &caller;
    let question = Question::new("logins", caller, request, &());
    let answer = |query: Arc<QueryService>| async move {
        let ask = query.ask(request, &caller.workspace, "30d").await?;
        Ok(query.logins(&ask).await?)
    };
    state.answer(&question, &held, answer).await
}

/// Answers what people do one after the other within sessions. Without a span it is about `30d`.
#[utoipa::path(
    get, path = "/api/analytics/journeys", tag = "numbers",
    params(
        SpanParams,
        ScopeParams,
        IfNoneMatchParams,
        ("start" = Option<String>, Query, description = "Kind of event, by any of its names: paths begin at the first one of a session, and sessions without one have none"),
        ("end" = Option<String>, Query, description = "Kind of event: paths end at the first one of a session, after `start` where that is given; sessions without one have none. Without `start`, paths have the last 6 steps up to it"),
        ("collapse" = Option<bool>, Query, description = "Whether events of one kind in a row are one step; default true"),
        ("limit" = Option<u32>, Query, description = "1 to 1000 rows of each list, default 20"),
    ),
    responses((status = 200, body = JourneysAnswer), (status = 304, description = NOT_MODIFIED))
)]
pub(super) async fn journeys(
    State(state): State<ApiState>,
    Reader(caller): Reader,
    params: Params,
    held: IfNoneMatch,
) -> Result<Response, ApiError> {
    let journeys = &JourneysRequest {
        start: kind(&params, "start")?,
        end: kind(&params, "end")?,
        collapse: params.flag_or("collapse", true)?,
        limit: params.number("limit", 20, 1, 1_000)?,
    };
    let request = &params.request()?;
    let caller = &caller;
    let question = Question::new("journeys", caller, request, journeys);
    let answer = |query: Arc<QueryService>| async move {
        let ask = query.ask(request, &caller.workspace, "30d").await?;
        Ok(query.journeys(&ask, journeys).await?)
    };
    state.answer(&question, &held, answer).await
}

/// Returns our name of a kind of event that a request names.
fn kind(params: &Params, name: &'static str) -> Result<Option<String>, ApiError> {
    let Some(text) = params.text(name)? else {
        return Ok(None);
    };
    let kind = EventType::parse(text).ok_or_else(|| {
        let message = format!("must be a kind of event, at most {MAX_NAME_LENGTH} bytes");
        wrong(name, message)
    })?;
    Ok(Some(kind.name().to_owned()))
}
