//! `GET /api/analytics/users`: what people do.

use std::sync::Arc;

use axum::{extract::State, response::Response};
use domain::engagement::Level;

use super::{
    cached::{IfNoneMatch, IfNoneMatchParams, NOT_MODIFIED, Question},
    error::{ApiError, ErrorAnswer},
    guard::Reader,
    params::{COMPARE_IF_ASKED, ExplainParams, Params, ScopeParams, SpanParams, shortened, wrong},
    state::ApiState,
};
use crate::query::{QueryService, UserSort, UsersAnswer, UsersRequest};

/// Answers what people do. Without a span it is about `7d`.
#[utoipa::path(
    get, path = "/api/analytics/users", tag = "numbers",
    params(
        SpanParams,
        ScopeParams,
        ("compare" = Option<String>, Query, description = COMPARE_IF_ASKED),
        ("groupBy" = Option<String>, Query, description = "`hour`, `day`, `week` or `month`: adds `timeline`, everybody together in buckets of that width"),
        ExplainParams,
        IfNoneMatchParams,
        ("metric" = Option<String>, Query, description = "engagement (default) or activity; sorts the rows"),
        ("sort" = Option<String>, Query, description = "engagement, messages, activity, daysActive, lastActive; default is the metric"),
        ("order" = Option<String>, Query, description = "desc (default) or asc"),
        ("limit" = Option<u32>, Query, description = "1 to 10000, default 100"),
        ("offset" = Option<u32>, Query, description = "rows passed over"),
        ("search" = Option<String>, Query, description = "part of a name or identifier"),
        ("level" = Option<String>, Query, description = "low, medium or high engagement"),
        ("active" = Option<bool>, Query, description = "true: people with activity (default); false: people without"),
    ),
    responses(
        (status = 200, body = UsersAnswer), (status = 304, description = NOT_MODIFIED),
        (status = 501, description = "The metric comes with a later release", body = ErrorAnswer),
    )
)]
pub(super) async fn users(
    State(state): State<ApiState>,
    Reader(caller): Reader,
    params: Params,
    held: IfNoneMatch,
) -> Result<Response, ApiError> {
    let caller = &caller;
    let request = &users_request(&params, caller.sees_email)?;
    let common = &params.request()?.compared_if_asked();
    let question = Question::new("users", caller, common, request);
    let answer = |query: Arc<QueryService>| async move {
        let ask = query.ask(common, &caller.workspace, "7d").await?;
        Ok(query.users(&ask, request).await?)
    };
    state.answer(&question, &held, answer).await
}

fn users_request(params: &Params, with_email: bool) -> Result<UsersRequest, ApiError> {
    let metric = params.text("metric")?.unwrap_or("engagement");
    let default_sort = match metric {
        "engagement" => UserSort::Engagement,
        "activity" => UserSort::Activity,
        "retention" => {
            return Err(ApiError::NotYet(
                "users by retention (see /api/analytics/retention)",
            ));
        }
        "adoption" => return Err(ApiError::NotYet("users by adoption")),
        other => {
            let other = shortened(other);
            let message = format!(
                "`{other}` is not known; known are engagement, activity, retention and adoption"
            );
            return Err(wrong("metric", message));
        }
    };
    Ok(UsersRequest {
        metric: metric.to_owned(),
        sort: params
            .choice("sort", &UserSort::NAMES)?
            .unwrap_or(default_sort),
        ascending: params.ascending(false)?,
        level: params.choice("level", &Level::NAMES)?,
        active: match params.text("active")? {
            None => None,
            Some(_) => Some(params.flag("active")?),
        },
        search: params.text("search")?.map(str::to_owned),
        limit: params.number("limit", 100, 1, 10_000)?,
        offset: params.number("offset", 0, 0, u32::MAX)?,
        with_email,
        timeline: params.text("groupBy")?.is_some(),
    })
}
