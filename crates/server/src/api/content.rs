//! `GET` content of one kind: emoji, hashtags, links, files and topics.

use std::sync::Arc;

use axum::{extract::State, response::Response};

use super::{
    cached::{IfNoneMatch, IfNoneMatchParams, NOT_MODIFIED, Question},
    error::ApiError,
    guard::Reader,
    params::{CompareParams, ExplainParams, Params, ScopeParams, SpanParams, shortened, wrong},
    state::ApiState,
};
use crate::{
    auth::Caller,
    query::{
        EmojiPlace, FilePart, LinkPart, QueryService, TermsAnswer, TermsOf, TermsRequest, TopicView,
    },
};

/// Returns the answer to a request for terms.
async fn answer(
    state: &ApiState,
    caller: &Caller,
    params: &Params,
    held: &IfNoneMatch,
    (of, least_used): (TermsOf, bool),
) -> Result<Response, ApiError> {
    let term = params.text("term")?;
    let named = |text: &str| {
        let shown = shortened(text);
        let refused = || wrong("term", format!("`{shown}` is no such term"));
        of.name_of(text).ok_or_else(refused)
    };
    let request = &TermsRequest {
        of,
        search: params.text("search")?.map(str::to_owned),
        term: term.map(named).transpose()?,
        least_used,
        limit: params.number("limit", 50, 1, 1_000)?,
        offset: params.number("offset", 0, 0, u32::MAX)?,
    };
    let common = &params.request()?;
    let question = Question::new("terms", caller, common, request);
    let answer = |query: Arc<QueryService>| async move {
        let ask = query.ask(common, &caller.workspace, "30d").await?;
        Ok(query.terms(&ask, request).await?)
    };
    state.answer(&question, held, answer).await
}

/// Answers which emoji are used, in messages and as reactions. Without a span it is about `30d`.
#[utoipa::path(
    get, path = "/api/analytics/content/emoji", tag = "numbers",
    params(
        SpanParams,
        ScopeParams,
        CompareParams,
        ExplainParams,
        IfNoneMatchParams,
        ("where" = Option<String>, Query, description = "messages, reactions or all (default)"),
        ("sort" = Option<String>, Query, description = "mostUsed (default), or leastUsed: custom emoji alone, the least used first"),
        ("term" = Option<String>, Query, description = "only this emoji, as character or name, and the channels and days of it"),
        ("search" = Option<String>, Query, description = "only emoji with this text in their names"),
        ("limit" = Option<u32>, Query, description = "1 to 1000, default 50"),
        ("offset" = Option<u32>, Query, description = "rows passed over"),
    ),
    responses((status = 200, body = TermsAnswer), (status = 304, description = NOT_MODIFIED))
)]
pub(super) async fn emoji(
    State(state): State<ApiState>,
    Reader(caller): Reader,
    params: Params,
    held: IfNoneMatch,
) -> Result<Response, ApiError> {
    let place = params.choice("where", &EmojiPlace::NAMES)?;
    let orders = [(false, &["mostUsed"][..]), (true, &["leastUsed"][..])];
    let least_used = params.choice("sort", &orders)?.unwrap_or(false);
    let of = TermsOf::Emoji(place.unwrap_or_default());
    answer(&state, &caller, &params, &held, (of, least_used)).await
}

/// Answers which hashtags are used. Without a span it is about `30d`.
#[utoipa::path(
    get, path = "/api/analytics/content/hashtags", tag = "numbers",
    params(
        SpanParams,
        ScopeParams,
        CompareParams,
        ExplainParams,
        IfNoneMatchParams,
        ("term" = Option<String>, Query, description = "only this hashtag, and the channels and days of it"),
        ("search" = Option<String>, Query, description = "only hashtags with this text in them"),
        ("limit" = Option<u32>, Query, description = "1 to 1000, default 50"),
        ("offset" = Option<u32>, Query, description = "rows passed over"),
    ),
    responses((status = 200, body = TermsAnswer), (status = 304, description = NOT_MODIFIED))
)]
pub(super) async fn hashtags(
    State(state): State<ApiState>,
    Reader(caller): Reader,
    params: Params,
    held: IfNoneMatch,
) -> Result<Response, ApiError> {
    answer(&state, &caller, &params, &held, (TermsOf::Hashtags, false)).await
}

/// Answers where links lead. Without a span it is about `30d`.
#[utoipa::path(
    get, path = "/api/analytics/content/links", tag = "numbers",
    params(
        SpanParams,
        ScopeParams,
        CompareParams,
        ExplainParams,
        IfNoneMatchParams,
        ("by" = Option<String>, Query, description = "domain (default, registrable by the public suffix list), host, or url without query and fragment"),
        ("term" = Option<String>, Query, description = "only this domain, host or URL, and the channels and days of it"),
        ("search" = Option<String>, Query, description = "only those with this text in them"),
        ("limit" = Option<u32>, Query, description = "1 to 1000, default 50"),
        ("offset" = Option<u32>, Query, description = "rows passed over"),
    ),
    responses((status = 200, body = TermsAnswer), (status = 304, description = NOT_MODIFIED))
)]
pub(super) async fn links(
    State(state): State<ApiState>,
    Reader(caller): Reader,
    params: Params,
    held: IfNoneMatch,
) -> Result<Response, ApiError> {
    let part = params.choice("by", &LinkPart::NAMES)?;
    let of = TermsOf::Links(part.unwrap_or_default());
    answer(&state, &caller, &params, &held, (of, false)).await
}

/// Answers which files are shared, and how large they are. Without a span it is about `30d`.
#[utoipa::path(
    get, path = "/api/analytics/content/files", tag = "numbers",
    params(
        SpanParams,
        ScopeParams,
        CompareParams,
        ExplainParams,
        IfNoneMatchParams,
        ("by" = Option<String>, Query, description = "name (default), extension, kind or hash"),
        ("term" = Option<String>, Query, description = "only this name, extension, kind or hash, and the channels and days of it"),
        ("search" = Option<String>, Query, description = "only those with this text in them"),
        ("limit" = Option<u32>, Query, description = "1 to 1000, default 50"),
        ("offset" = Option<u32>, Query, description = "rows passed over"),
    ),
    responses((status = 200, body = TermsAnswer), (status = 304, description = NOT_MODIFIED))
)]
pub(super) async fn files(
    State(state): State<ApiState>,
    Reader(caller): Reader,
    params: Params,
    held: IfNoneMatch,
) -> Result<Response, ApiError> {
    let part = params.choice("by", &FilePart::NAMES)?;
    let of = TermsOf::Files(part.unwrap_or_default());
    answer(&state, &caller, &params, &held, (of, false)).await
}

/// Answers what people write of, or suddenly write of. Without a span it is about `30d`.
#[utoipa::path(
    get, path = "/api/analytics/content/topics", tag = "numbers",
    params(
        SpanParams,
        ScopeParams,
        CompareParams,
        ExplainParams,
        IfNoneMatchParams,
        ("view" = Option<String>, Query, description = "top (default, by people × distinctiveness) or trending: what at least three people, and many more than in the eight spans before, write of"),
        ("term" = Option<String>, Query, description = "only this topic, as it is shown, and the channels and days of it"),
        ("search" = Option<String>, Query, description = "only topics with this text in them"),
        ("limit" = Option<u32>, Query, description = "1 to 1000, default 50"),
        ("offset" = Option<u32>, Query, description = "rows passed over"),
    ),
    responses((status = 200, body = TermsAnswer), (status = 304, description = NOT_MODIFIED))
)]
pub(super) async fn topics(
    State(state): State<ApiState>,
    Reader(caller): Reader,
    params: Params,
    held: IfNoneMatch,
) -> Result<Response, ApiError> {
    let view = params.choice("view", &TopicView::NAMES)?;
    let of = TermsOf::Topics(view.unwrap_or_default());
    answer(&state, &caller, &params, &held, (of, false)).await
}
