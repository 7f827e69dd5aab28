//! `GET /api/analytics/realtime`: what happens now.

use std::sync::Arc;

use axum::{extract::State, response::Response};
use store::EventListing;

use super::{
    cached::{IfNoneMatch, IfNoneMatchParams, NOT_MODIFIED, Question},
    error::ApiError,
    events::listing,
    guard::Reader,
    params::{Params, ScopeParams},
    state::ApiState,
};
use crate::query::{QueryService, RealtimeAnswer, RealtimeRequest};

/// Answers what happens now: who is online, the last 60 minutes one by one, where people write, and the
/// latest events.
#[utoipa::path(
    get, path = "/api/analytics/realtime", tag = "numbers",
    params(
        ("asOf" = Option<String>, Query, description = "The present for this answer (RFC 3339); default is now"),
        ScopeParams,
        IfNoneMatchParams,
        ("limit" = Option<u32>, Query, description = "1 to 100 channels, default 10"),
        ("latest" = Option<u32>, Query, description = "0 to 100 of the latest events, default 20"),
    ),
    responses((status = 200, body = RealtimeAnswer), (status = 304, description = NOT_MODIFIED))
)]
pub(super) async fn realtime(
    State(state): State<ApiState>,
    Reader(caller): Reader,
    params: Params,
    held: IfNoneMatch,
) -> Result<Response, ApiError> {
    let realtime = RealtimeRequest {
        limit: params.number("limit", 10, 1, 100)?,
        latest: params.number("latest", 20, 0, 100)?,
    };
    let request = &params.request()?.compared_if_asked();
    let (caller, params, store) = (&caller, &params, &state.store);
    let question = Question::new("realtime", caller, request, &realtime);
    let answer = |query: Arc<QueryService>| async move {
        let ask = query.ask(request, &caller.workspace, "24h").await?;
        let ask = QueryService::last_hour(ask);
        let listing = EventListing {
            limit: realtime.latest,
            ..listing(&ask, params)?
        };
        let latest = if realtime.latest == 0 {
            Vec::new()
        } else {
            let guard = &query.guard;
            let listing = guard.listing(Arc::clone(store) as _, listing).await?;
            let events = store.events(&listing).await?.into_iter();
            let shown = events.map(|event| guard.event(&ask.workspace, event));
            shown.collect()
        };
        Ok(query.realtime(&ask, realtime, latest).await?)
    };
    state.answer(&question, &held, answer).await
}
