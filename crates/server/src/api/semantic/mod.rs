//! `POST /api/analytics/query`: any metrics, split by any dimensions.

mod body;
mod check;

use std::sync::Arc;

use axum::{body::Body, extract::State, http::HeaderMap, response::Response};

pub(super) use body::of_lists;
pub(super) use check::CombinationError;

use self::body::QueryBody;
use super::{
    body::receive,
    cached::{IfNoneMatch, Question},
    error::ApiError,
    fields,
    guard::Reader,
    shared,
    state::ApiState,
    tables::Asked,
};
use crate::query::{QueryService, SemanticAnswer};

/// Most bytes of a question: many times those of the longest filter.
const MOST_BYTES: u64 = 64 * 1024;

/// Answers any question about metrics: these, split by those. Without a span it is about `30d`.
///
/// Rows are told apart by their `keys`; `/api/analytics/metrics` and `/api/analytics/dimensions` say
/// what can be combined with what.
#[utoipa::path(
    post, path = "/api/analytics/query", tag = "numbers",
    request_body(content = QueryBody, examples(
        ("Channels by messages, beside the week before" = (value = json!({
            "metrics": ["messages", "posters"], "dimensions": ["channel"], "period": "lastWeek",
            "compare": "previous", "limit": 10
        }))),
        ("People active by day" = (value = json!({
            "metrics": ["activeUsers"], "groupBy": "day", "from": "2026-02-01", "to": "2026-02-08",
            "tz": "Europe/Berlin", "filter": "not type is presence"
        }))),
    )),
    responses((status = 200, body = SemanticAnswer))
)]
pub(super) async fn query(
    State(state): State<ApiState>,
    Reader(caller): Reader,
    headers: HeaderMap,
    held: IfNoneMatch,
    body: Body,
) -> Result<Response, ApiError> {
    let body = receive(&state, &caller, &headers, body, MOST_BYTES).await?;
    let room = body.room_for_all().await?;
    let asked: QueryBody = body.read(fields::read).await?;
    if let Some(link) = caller.shared_link() {
        shared::admit_question(link, &asked.metrics, &asked.dimensions)?;
    }
    let params = asked.params()?;
    let request = asked.request(&params)?;
    let mut form = Asked::of(&params)?;
    if request.dimensions.is_empty() && !request.by_time {
        form = form.without_rows();
    }
    drop((asked, room, body));
    let (caller, request) = (&caller, &request);
    let common = &params.request()?.compared_if_asked();
    let identity = request.identity();
    let question = Question::new("query", caller, common, &identity);
    let answer = |query: Arc<QueryService>| async move {
        let ask = query.ask(common, &caller.workspace, "30d").await?;
        Ok(query.semantic(&ask, request).await?)
    };
    let answered = state.answer(&question, &held.of_posted(), answer).await?;
    Ok(form.mark(answered))
}
