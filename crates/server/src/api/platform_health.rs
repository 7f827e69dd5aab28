//! `GET /api/analytics/platform-health`: how the platform does.

use std::sync::Arc;

use axum::{extract::State, response::Response};

use super::{
    cached::{IfNoneMatch, IfNoneMatchParams, NOT_MODIFIED, Question},
    error::ApiError,
    guard::Reader,
    params::{CompareParams, ExplainParams, GroupByParams, Params, ScopeParams, SpanParams},
    state::ApiState,
};
use crate::query::{PlatformHealthAnswer, QueryService};

/// Answers how the platform does: a score of 0 to 100, the parts that it is made of with their weights and
/// formulas, and both over time. Without a span it is about `30d`.
#[utoipa::path(
    get, path = "/api/analytics/platform-health", tag = "numbers", params(SpanParams, ScopeParams, CompareParams, GroupByParams, ExplainParams, IfNoneMatchParams),
    responses((status = 200, body = PlatformHealthAnswer), (status = 304, description = NOT_MODIFIED))
)]
pub(super) async fn platform_health(
    State(state): State<ApiState>,
    Reader(caller): Reader,
    params: Params,
    held: IfNoneMatch,
) -> Result<Response, ApiError> {
    let request = &params.request()?;
    let caller = &caller;
    let question = Question::new("platform-health", caller, request, &());
    let answer = |query: Arc<QueryService>| async move {
        let ask = query.ask(request, &caller.workspace, "30d").await?;
        Ok(query.platform_health(&ask).await?)
    };
    state.answer(&question, &held, answer).await
}
