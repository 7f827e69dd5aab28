//! `GET /api/analytics/users`: what people do.

use std::sync::Arc;

use axum::{extract::State, response::Response};
use domain::engagement::Level;

use super::{
    cached::{IfNoneMatch, IfNoneMatchParams, NOT_MODIFIED, Question},
    error::ApiError,
    guard::Reader,
    params::{
        COMPARE_IF_ASKED, ExplainParams, Named, Params, SWITCH, ScopeParams, SpanParams, wrong,
    },
    state::ApiState,
};
use crate::query::{QueryService, Standing, UserMetric, UserSort, UsersAnswer, UsersRequest};

/// What rows may have besides.
const INCLUDED: [Named<()>; 1] = [((), &["series"])];

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
        ("metric" = Option<String>, Query, description = "engagement (default), activity, adoption: which features each used, or retention: those who signed up in the span, and whether each came back; says how rows are sorted"),
        ("sort" = Option<String>, Query, description = "engagement, messages, activity, daysActive, lastActive, reactions, files, channels, userId, name, role, createdAt, firstSeen, signedUpAt, isDeactivated, lifecycle, previousMessageCount or features (how many were used); default is the metric, daysActive of retention and features of adoption. What is unknown comes last"),
        ("order" = Option<String>, Query, description = "desc or asc; default is desc, and asc for userId, name, role and lifecycle"),
        ("limit" = Option<u32>, Query, description = "1 to 10000, default 100"),
        ("offset" = Option<u32>, Query, description = "rows passed over"),
        ("search" = Option<String>, Query, description = "part of a name or identifier"),
        ("role" = Option<String>, Query, description = "only people of this role, as their records have it"),
        ("level" = Option<String>, Query, description = "low, medium or high engagement"),
        ("lifecycle" = Option<String>, Query, description = "new, kept, returning or churned, beside the span directly before"),
        ("active" = Option<bool>, Query, description = "true: people with activity (default, but for churned, `posted=false` and retention); false: people without"),
        ("posted" = Option<bool>, Query, description = "false: people who never wrote a message before the end of the span; true: those who did"),
        ("include" = Option<String>, Query, description = "series: each row with its messages over time, in buckets of `groupBy`"),
    ),
    responses(
        (status = 200, body = UsersAnswer), (status = 304, description = NOT_MODIFIED),
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
    Ok(UsersRequest {
        timeline: params.text("groupBy")?.is_some(),
        series: params.choice("include", &INCLUDED)?.is_some(),
        ..listed(params, with_email, (100, 10_000))?
    })
}

/// Returns which people are asked for, given how many are answered by default and at most.
pub(super) fn listed(
    params: &Params,
    with_email: bool,
    (limit, most): (u32, u32),
) -> Result<UsersRequest, ApiError> {
    let metric = params
        .choice("metric", &UserMetric::NAMES)?
        .unwrap_or_default();
    if metric == UserMetric::Retention {
        for name in ["channelId", "userId", "filter"] {
            if params.text(name)?.is_some() {
                return Err(wrong(
                    name,
                    "retention is of people as a whole: leave it out, or ask for another metric",
                ));
            }
        }
    }
    let sort = params
        .choice("sort", &UserSort::NAMES)?
        .unwrap_or(metric.sort());
    Ok(UsersRequest {
        metric,
        sort,
        ascending: params.ascending(sort.is_ascending())?,
        level: params.choice("level", &Level::NAMES)?,
        active: params.choice("active", &SWITCH)?,
        posted: params.choice("posted", &SWITCH)?,
        role: params.text("role")?.map(str::to_owned),
        lifecycle: params.choice("lifecycle", &Standing::NAMES)?,
        search: params.text("search")?.map(str::to_owned),
        limit: params.number("limit", limit, 1, most)?,
        offset: params.number("offset", 0, 0, u32::MAX)?,
        with_email,
        timeline: false,
        series: false,
    })
}
