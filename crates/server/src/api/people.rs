//! `GET` about people beside their list: one person, people by days, life with the chat, habits and features.

use std::sync::Arc;

use axum::{
    extract::{Path, State, rejection::PathRejection},
    response::Response,
};

use super::{
    cached::{IfNoneMatch, IfNoneMatchParams, NOT_MODIFIED, Question},
    error::{ApiError, ErrorAnswer},
    guard::Reader,
    overview::{MOST_COHORTS, by_days},
    params::{
        CompareParams, ExplainParams, Named, Params, ScopeParams, SpanParams, shortened, wrong,
    },
    state::ApiState,
    users::listed,
};
use crate::query::{
    AdoptionAnswer, LifecycleAnswer, LifecycleRequest, MOST_DAYS, MatrixAnswer, NewcomersAnswer,
    NewcomersRequest, PersonAnswer, PersonRequest, QueryService, Reception, Standing,
    StickinessAnswer, Unknown,
};

/// Most local days of an answer about habits: more than ten years.
const MOST_HABIT_DAYS: i64 = 4_000;
/// Lengths in days of the window of power users.
const WINDOWS: [Named<u16>; 2] = [(28, &["28"]), (30, &["30"])];

/// Answers what one person does. Without a span it is about `30d`.
#[utoipa::path(
    get, path = "/api/analytics/users/{id}", tag = "numbers",
    params(
        ("id" = String, Path, description = "Identifier of the person"),
        SpanParams,
        CompareParams,
        ("groupBy" = Option<String>, Query, description = "Width of a bucket of engagement over time: `day`, `week` (default) or `month`"),
        ("channelId" = Option<String>, Query, description = "Only what the person did in this channel"),
        ("filter" = Option<String>, Query, description = "Which events of the person count, as everywhere"),
        ExplainParams,
        IfNoneMatchParams,
        ("limit" = Option<u32>, Query, description = "1 to 1000 channels, default 10"),
    ),
    responses(
        (status = 200, body = PersonAnswer), (status = 304, description = NOT_MODIFIED),
        (status = 404, description = "Nobody has that identifier", body = ErrorAnswer),
    )
)]
pub(super) async fn user(
    State(state): State<ApiState>,
    Reader(caller): Reader,
    id: Result<Path<String>, PathRejection>,
    params: Params,
    held: IfNoneMatch,
) -> Result<Response, ApiError> {
    let Path(id) = id.map_err(|_| ApiError::NoRoute)?;
    let person = &PersonRequest {
        id,
        channels: params.number("limit", 10, 1, 1_000)?,
        with_email: caller.sees_email,
    };
    let mut request = by_days(params.request()?)?;
    request.user_id = Some(person.id.clone());
    let (request, caller) = (&request, &caller);
    let question = Question::new("user", caller, request, person);
    let answer = |query: Arc<QueryService>| async move {
        let mut ask = query.ask(request, &caller.workspace, "30d").await?;
        ask.at_most(MOST_COHORTS)?;
        let is_meant = |unknown: &Unknown| unknown.field == "user" && unknown.value == person.id;
        if let Some(place) = ask.unknown.iter().position(is_meant) {
            let unknown = ask.unknown.swap_remove(place);
            return Err(ApiError::NotKnown(Unknown {
                value: shortened(&unknown.value),
                ..unknown
            }));
        }
        let merged = ask.merged.iter().find(|merged| merged.value == person.id);
        let id = merged.map_or(&person.id, |merged| &merged.counts_as);
        let counted = PersonRequest {
            id: id.clone(),
            ..*person
        };
        query.person(&ask, &counted).await?.ok_or(ApiError::NoRoute)
    };
    state.answer(&question, &held, answer).await
}

/// Answers what people did on each local day of a span of at most 400. Without a span it is about `30d`.
#[utoipa::path(
    get, path = "/api/analytics/users/matrix", tag = "numbers",
    params(
        SpanParams,
        ScopeParams,
        ExplainParams,
        IfNoneMatchParams,
        ("sort" = Option<String>, Query, description = "as of `users`; default is engagement"),
        ("order" = Option<String>, Query, description = "as of `users`"),
        ("limit" = Option<u32>, Query, description = "1 to 200 people, default 50"),
        ("offset" = Option<u32>, Query, description = "people passed over"),
        ("search" = Option<String>, Query, description = "part of a name or identifier"),
        ("role" = Option<String>, Query, description = "only people of this role"),
        ("level" = Option<String>, Query, description = "low, medium or high engagement"),
        ("lifecycle" = Option<String>, Query, description = "new, kept, returning or churned, beside the span directly before"),
        ("active" = Option<bool>, Query, description = "as of `users`"),
        ("posted" = Option<bool>, Query, description = "as of `users`"),
    ),
    responses((status = 200, body = MatrixAnswer), (status = 304, description = NOT_MODIFIED))
)]
pub(super) async fn matrix(
    State(state): State<ApiState>,
    Reader(caller): Reader,
    params: Params,
    held: IfNoneMatch,
) -> Result<Response, ApiError> {
    let users = &listed(&params, caller.sees_email, (50, 200))?;
    let request = &params.request()?.compared_if_asked();
    let caller = &caller;
    let question = Question::new("matrix", caller, request, users);
    let answer = |query: Arc<QueryService>| async move {
        let ask = query.ask(request, &caller.workspace, "30d").await?;
        ask.at_most_days(MOST_DAYS)?;
        Ok(query.matrix(&ask, users).await?)
    };
    state.answer(&question, &held, answer).await
}

/// Answers who is new, stayed, came back or left, and lists them. Without a span it is about `90d`.
#[utoipa::path(
    get, path = "/api/analytics/lifecycle", tag = "numbers",
    params(
        SpanParams,
        ("groupBy" = Option<String>, Query, description = "Width of a bucket: `day`, `week` (default) or `month`"),
        ("includeBots" = Option<bool>, Query, description = "count bots as well; default false"),
        ("segment" = Option<String>, Query, description = "only the people that this saved segment holds"),
        ("list" = Option<String>, Query, description = "new, kept, returning or churned: lists the people behind this number of `summary`"),
        ("limit" = Option<u32>, Query, description = "1 to 1000 people of the list, default 100"),
        ("offset" = Option<u32>, Query, description = "people of the list passed over"),
        IfNoneMatchParams,
    ),
    responses((status = 200, body = LifecycleAnswer), (status = 304, description = NOT_MODIFIED))
)]
pub(super) async fn lifecycle(
    State(state): State<ApiState>,
    Reader(caller): Reader,
    params: Params,
    held: IfNoneMatch,
) -> Result<Response, ApiError> {
    let standing = params.choice("list", &Standing::NAMES)?;
    let (limit, offset) = (
        params.number("limit", 100, 1, 1_000)?,
        params.number("offset", 0, 0, u32::MAX)?,
    );
    for name in ["limit", "offset"] {
        if standing.is_none() && params.text(name)?.is_some() {
            return Err(wrong(name, "there is no list: say which by `list`"));
        }
    }
    let listed = &standing.map(|standing| LifecycleRequest {
        standing,
        limit,
        offset,
        with_email: caller.sees_email,
    });
    let request = &by_days(params.request()?)?;
    let caller = &caller;
    let question = Question::new("lifecycle", caller, request, listed);
    let answer = |query: Arc<QueryService>| async move {
        let ask = query.ask(request, &caller.workspace, "90d").await?;
        ask.at_most(MOST_COHORTS)?;
        Ok(query.lifecycle(&ask, *listed).await?)
    };
    state.answer(&question, &held, answer).await
}

/// Answers how regularly people come. Without a span it is about `30d`.
#[utoipa::path(
    get, path = "/api/analytics/stickiness", tag = "numbers",
    params(
        SpanParams,
        CompareParams,
        ("days" = Option<String>, Query, description = "28 (default) or 30: of how many of the last local days power users are counted"),
        ("includeBots" = Option<bool>, Query, description = "count bots as well; default false"),
        IfNoneMatchParams,
    ),
    responses((status = 200, body = StickinessAnswer), (status = 304, description = NOT_MODIFIED))
)]
pub(super) async fn stickiness(
    State(state): State<ApiState>,
    Reader(caller): Reader,
    params: Params,
    held: IfNoneMatch,
) -> Result<Response, ApiError> {
    let days = params.choice("days", &WINDOWS)?.unwrap_or(28);
    let request = &params.request()?;
    let caller = &caller;
    let question = Question::new("stickiness", caller, request, &days);
    let answer = |query: Arc<QueryService>| async move {
        let ask = query.ask(request, &caller.workspace, "30d").await?;
        ask.at_most_days(MOST_HABIT_DAYS)?;
        Ok(query.stickiness(&ask, days).await?)
    };
    state.answer(&question, &held, answer).await
}

/// Answers who uses which features. Without a span it is about `30d`.
#[utoipa::path(
    get, path = "/api/analytics/adoption", tag = "numbers",
    params(
        SpanParams,
        CompareParams,
        ("includeBots" = Option<bool>, Query, description = "count bots as well; default false"),
        ("limit" = Option<u32>, Query, description = "1 to 1000 features, default 100"),
        IfNoneMatchParams,
    ),
    responses((status = 200, body = AdoptionAnswer), (status = 304, description = NOT_MODIFIED))
)]
pub(super) async fn adoption(
    State(state): State<ApiState>,
    Reader(caller): Reader,
    params: Params,
    held: IfNoneMatch,
) -> Result<Response, ApiError> {
    let limit = params.number("limit", 100, 1, 1_000)?;
    let request = &params.request()?;
    let caller = &caller;
    let question = Question::new("adoption", caller, request, &limit);
    let answer = |query: Arc<QueryService>| async move {
        let ask = query.ask(request, &caller.workspace, "30d").await?;
        Ok(query.adoption(&ask, limit).await?)
    };
    state.answer(&question, &held, answer).await
}

/// Answers how people who signed up in a span were received. Without a span it is about `30d`.
#[utoipa::path(
    get, path = "/api/analytics/newcomers", tag = "numbers",
    params(
        SpanParams,
        ("state" = Option<String>, Query, description = "waiting, unanswered, answered or silent, or several of them, separated by commas: only those"),
        ("limit" = Option<u32>, Query, description = "1 to 1000 people, default 100"),
        ("offset" = Option<u32>, Query, description = "people passed over"),
        IfNoneMatchParams,
    ),
    responses((status = 200, body = NewcomersAnswer), (status = 304, description = NOT_MODIFIED))
)]
pub(super) async fn newcomers(
    State(state): State<ApiState>,
    Reader(caller): Reader,
    params: Params,
    held: IfNoneMatch,
) -> Result<Response, ApiError> {
    let listed = NewcomersRequest {
        states: params.choices("state", &Reception::NAMES)?,
        limit: params.number("limit", 100, 1, 1_000)?,
        offset: params.number("offset", 0, 0, u32::MAX)?,
    };
    let request = &params.request()?;
    let (caller, listed) = (&caller, &listed);
    let question = Question::new("newcomers", caller, request, listed);
    let answer = |query: Arc<QueryService>| async move {
        let ask = query.ask(request, &caller.workspace, "30d").await?;
        Ok(query.newcomers(&ask, listed).await?)
    };
    state.answer(&question, &held, answer).await
}
