//! `GET /api/analytics/response-times` and `/unanswered`: how fast people answer, and whom nobody answered.

use std::sync::Arc;

use axum::{extract::State, response::Response};

use super::{
    cached::{IfNoneMatch, IfNoneMatchParams, NOT_MODIFIED, Question},
    error::ApiError,
    guard::Reader,
    params::{CompareParams, GroupByParams, Params, SpanParams},
    state::ApiState,
};
use crate::query::{
    QueryService, ResponseBy, ResponseTimesAnswer, ResponseTimesRequest, UnansweredAnswer,
    UnansweredRequest,
};

/// Which responses and starters count. Bots are not a part of conversations, so that they cannot be
/// counted as well.
#[derive(Debug, utoipa::IntoParams)]
#[into_params(parameter_in = Query, rename_all = "camelCase")]
#[expect(
    dead_code,
    reason = "describes parameters for the reference; `Params` reads them"
)]
struct CountedParams {
    /// Only responses and starters in this channel. One that nobody knows is named in `meta.unknown`.
    channel_id: Option<String>,
    /// Only responses and starters of this person, whoever wrote before and after them. One that nobody
    /// knows is named in `meta.unknown`.
    user_id: Option<String>,
    /// Which responses and starters count: conditions on these messages themselves, as other questions have
    /// them. Which messages stand before and after them does not depend on it.
    #[param(example = "channel is c1,c2 and not user is u1")]
    filter: Option<String>,
}

/// Answers how long responses take, and how soon starters are answered. Without a span it is about `30d`.
#[utoipa::path(
    get, path = "/api/analytics/response-times", tag = "numbers",
    params(
        SpanParams,
        CountedParams,
        CompareParams,
        GroupByParams,
        IfNoneMatchParams,
        ("by" = Option<String>, Query, description = "What rows are by: `channel` (default), `hour` (local hour of the day) or `role` (of whoever wrote)"),
        ("limit" = Option<u32>, Query, description = "1 to 1000 rows, default 100"),
        ("offset" = Option<u32>, Query, description = "rows passed over"),
    ),
    responses((status = 200, body = ResponseTimesAnswer), (status = 304, description = NOT_MODIFIED))
)]
pub(super) async fn response_times(
    State(state): State<ApiState>,
    Reader(caller): Reader,
    params: Params,
    held: IfNoneMatch,
) -> Result<Response, ApiError> {
    let request = &ResponseTimesRequest {
        by: params.choice("by", &ResponseBy::NAMES)?.unwrap_or_default(),
        limit: params.number("limit", 100, 1, 1_000)?,
        offset: params.number("offset", 0, 0, u32::MAX)?,
    };
    let common = &params.request()?;
    let caller = &caller;
    let question = Question::new("response-times", caller, common, request);
    let answer = |query: Arc<QueryService>| async move {
        let ask = query.ask(common, &caller.workspace, "30d").await?;
        Ok(query.response_times(&ask, request).await?)
    };
    state.answer(&question, &held, answer).await
}

/// Lists starters that nobody answered within 24 hours: of newcomers first, then the one that has waited
/// longest. Without a span it is about `7d`.
#[utoipa::path(
    get, path = "/api/analytics/unanswered", tag = "numbers",
    params(
        SpanParams,
        CountedParams,
        IfNoneMatchParams,
        ("limit" = Option<u32>, Query, description = "1 to 1000, default 50"),
        ("offset" = Option<u32>, Query, description = "rows passed over"),
    ),
    responses((status = 200, body = UnansweredAnswer), (status = 304, description = NOT_MODIFIED))
)]
pub(super) async fn unanswered(
    State(state): State<ApiState>,
    Reader(caller): Reader,
    params: Params,
    held: IfNoneMatch,
) -> Result<Response, ApiError> {
    let request = UnansweredRequest {
        limit: params.number("limit", 50, 1, 1_000)?,
        offset: params.number("offset", 0, 0, u32::MAX)?,
    };
    let common = &params.request()?.compared_if_asked();
    let caller = &caller;
    let question = Question::new("unanswered", caller, common, &request);
    let answer = |query: Arc<QueryService>| async move {
        let ask = query.ask(common, &caller.workspace, "7d").await?;
        Ok(query.unanswered(&ask, request).await?)
    };
    state.answer(&question, &held, answer).await
}
