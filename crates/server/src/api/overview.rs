//! `GET` dashboard, messages, content and retention: questions without rows of people.

use std::{collections::BTreeSet, sync::Arc};

use axum::{extract::State, response::Response};
use domain::time::Grain;

use super::{
    cached::{IfNoneMatch, IfNoneMatchParams, NOT_MODIFIED, Question},
    error::ApiError,
    guard::Reader,
    params::{
        COMPARE_IF_ASKED, CompareParams, ExplainParams, GroupByParams, Params, ScopeParams,
        SpanParams, shortened, wrong,
    },
    state::ApiState,
};
use crate::query::{
    AskError, ContentAnswer, DashboardAnswer, MessagesAnswer, QueryService, Request,
    RetentionAnswer, RetentionMode, RetentionRequest,
};

/// Days after sign-up that retention is about unless others are asked for.
const RETENTION_DAYS: [u32; 3] = [1, 7, 30];
/// Most days after sign-up, and most of them in one answer.
const MOST_RETENTION_DAYS: u32 = 3_650;
const MOST_RETENTION_COLUMNS: usize = 60;
/// Cohorts of one answer: enough for 38 years of weeks.
pub(super) const MOST_COHORTS: i64 = 2_000;

/// Answers the overview. Without a span it is about `30d`.
#[utoipa::path(
    get, path = "/api/analytics/dashboard", tag = "numbers", params(SpanParams, ScopeParams, CompareParams, GroupByParams, ExplainParams, IfNoneMatchParams),
    responses((status = 200, body = DashboardAnswer), (status = 304, description = NOT_MODIFIED))
)]
pub(super) async fn dashboard(
    State(state): State<ApiState>,
    Reader(caller): Reader,
    params: Params,
    held: IfNoneMatch,
) -> Result<Response, ApiError> {
    let request = &params.request()?;
    let caller = &caller;
    let question = Question::new("dashboard", caller, request, &());
    let answer = |query: Arc<QueryService>| async move {
        let ask = query.ask(request, &caller.workspace, "30d").await?;
        Ok(query.dashboard(&ask).await?)
    };
    state.answer(&question, &held, answer).await
}

/// Answers how many messages there were, of what kind, and when. Without a span it is about `30d`.
#[utoipa::path(
    get, path = "/api/analytics/messages", tag = "numbers", params(SpanParams, ScopeParams, CompareParams, GroupByParams, ExplainParams, IfNoneMatchParams),
    responses((status = 200, body = MessagesAnswer), (status = 304, description = NOT_MODIFIED))
)]
pub(super) async fn messages(
    State(state): State<ApiState>,
    Reader(caller): Reader,
    params: Params,
    held: IfNoneMatch,
) -> Result<Response, ApiError> {
    let request = &params.request()?;
    let caller = &caller;
    let question = Question::new("messages", caller, request, &());
    let answer = |query: Arc<QueryService>| async move {
        let ask = query.ask(request, &caller.workspace, "30d").await?;
        Ok(query.messages(&ask).await?)
    };
    state.answer(&question, &held, answer).await
}

/// Answers which emoji, links and hashtags are used most. Without a span it is about `30d`.
#[utoipa::path(
    get, path = "/api/analytics/content", tag = "numbers",
    params(
        SpanParams,
        ScopeParams,
        ("compare" = Option<String>, Query, description = COMPARE_IF_ASKED),
        ExplainParams,
        IfNoneMatchParams,
        ("limit" = Option<u32>, Query, description = "1 to 1000 of each, default 20"),
    ),
    responses((status = 200, body = ContentAnswer), (status = 304, description = NOT_MODIFIED))
)]
pub(super) async fn content(
    State(state): State<ApiState>,
    Reader(caller): Reader,
    params: Params,
    held: IfNoneMatch,
) -> Result<Response, ApiError> {
    let limit = params.number("limit", 20, 1, 1_000)?;
    let request = &params.request()?.compared_if_asked();
    let caller = &caller;
    let question = Question::new("content", caller, request, &limit);
    let answer = |query: Arc<QueryService>| async move {
        let ask = query.ask(request, &caller.workspace, "30d").await?;
        Ok(query.content(&ask, limit).await?)
    };
    state.answer(&question, &held, answer).await
}

/// Answers who came back after signing up. Without a span it is about `90d`.
#[utoipa::path(
    get, path = "/api/analytics/retention", tag = "numbers",
    params(
        SpanParams,
        ("groupBy" = Option<String>, Query, description = "Width of a cohort: `day`, `week` (default) or `month`"),
        ("days" = Option<String>, Query, description = "Up to 60 days after sign-up, each from 1 to 3650, separated by commas, default `1,7,30`"),
        ("mode" = Option<String>, Query, description = "What shares are of: `day` (default, active on day N), `unbounded` (on day N or later) or `bracket` (at least once from day 1 to N)"),
        ("includeBots" = Option<bool>, Query, description = "count bots as well; default false"),
        ("segment" = Option<String>, Query, description = "only the people that this saved segment holds"),
        IfNoneMatchParams,
    ),
    responses((status = 200, body = RetentionAnswer), (status = 304, description = NOT_MODIFIED))
)]
pub(super) async fn retention(
    State(state): State<ApiState>,
    Reader(caller): Reader,
    params: Params,
    held: IfNoneMatch,
) -> Result<Response, ApiError> {
    let request = &by_days(params.request()?)?;
    let retention = &RetentionRequest {
        days: retention_days(&params)?,
        mode: params
            .choice("mode", &RetentionMode::NAMES)?
            .unwrap_or_default(),
    };
    let caller = &caller;
    let question = Question::new("retention", caller, request, retention);
    let answer = |query: Arc<QueryService>| async move {
        let ask = query.ask(request, &caller.workspace, "90d").await?;
        ask.at_most(MOST_COHORTS)?;
        Ok(query.retention(&ask, retention).await?)
    };
    state.answer(&question, &held, answer).await
}

/// Returns a request by weeks, unless it asks for other buckets of whole days.
pub(super) fn by_days(mut request: Request) -> Result<Request, ApiError> {
    let width = request.group_by.get_or_insert_with(|| "week".to_owned());
    match Grain::parse(width) {
        Some(Grain::Day | Grain::Week(_) | Grain::Month) => Ok(request),
        Some(Grain::Hour) | None => Err(AskError::GrainOfDays(shortened(width)).into()),
    }
}

/// Returns the days after sign-up that are asked for.
fn retention_days(params: &Params) -> Result<Vec<u32>, ApiError> {
    let Some(text) = params.text("days")? else {
        return Ok(RETENTION_DAYS.to_vec());
    };
    let day = |text: &str| {
        let day = text.trim().parse().ok();
        day.filter(|day| (1..=MOST_RETENTION_DAYS).contains(day))
    };
    let days: Option<Vec<u32>> = text.split(',').map(day).collect();
    let is_answered = |days: &Vec<u32>| {
        let different: BTreeSet<&u32> = days.iter().collect();
        different.len() == days.len() && days.len() <= MOST_RETENTION_COLUMNS
    };
    days.filter(is_answered).ok_or_else(|| {
        let message = format!(
            "must be up to {MOST_RETENTION_COLUMNS} different whole numbers from 1 to \
             {MOST_RETENTION_DAYS}, separated by commas"
        );
        wrong("days", message)
    })
}
