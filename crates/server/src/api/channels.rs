//! `GET` channels: what they do, and which of them need somebody.

use std::{collections::HashSet, ops::RangeInclusive, sync::Arc};

use axum::{
    extract::{Path, State, rejection::PathRejection},
    response::Response,
};
use domain::metric::Metric;

use super::{
    cached::{IfNoneMatch, IfNoneMatchParams, NOT_MODIFIED, Question},
    error::{ApiError, ErrorAnswer},
    guard::Reader,
    params::{
        CompareParams, ExplainParams, GroupByParams, Named, Params, ScopeParams, SpanParams,
        WithinChannelParams, wrong,
    },
    state::ApiState,
};
use crate::query::{
    CareAnswer, CareRequest, ChannelAnswer, ChannelSort, ChannelState, ChannelsAnswer,
    ChannelsComparison, ChannelsRequest, DistributionAnswer, HEATMAPS, HeatmapAnswer,
    OverlapRequest, PageRequest, ParticipationAnswer, QueryService,
};

/// Fewest and most channels that are compared.
const COMPARED: RangeInclusive<usize> = 2..=10;
/// The states that need somebody.
const CARE: [Named<ChannelState>; 3] = [
    (ChannelState::Dying, &["dying"]),
    (ChannelState::Orphan, &["orphan"]),
    (ChannelState::Dormant, &["dormant"]),
];

/// What rows may have besides.
const INCLUDE: [Named<bool>; 1] = [(true, &["series"])];

/// Answers what channels do. Without a span it is about `30d`.
#[utoipa::path(
    get, path = "/api/analytics/channels", tag = "numbers",
    params(
        SpanParams,
        ScopeParams,
        CompareParams,
        ExplainParams,
        IfNoneMatchParams,
        ("state" = Option<String>, Query, description = "Only channels that are active, dormant, growing, orphan or dying at the end of the span"),
        ("search" = Option<String>, Query, description = "part of a name, a name in addresses or an identifier"),
        ("include" = Option<String>, Query, description = "`series`: gives each row its messages in buckets of `groupBy`, beside those before"),
        ("groupBy" = Option<String>, Query, description = "Width of the buckets of `include=series`: `hour`, `day` (default, wider over decades), `week`, `month`"),
        ("sort" = Option<String>, Query, description = "activity (default), members, growth, engagement, lastActivity, name, or any other field of a row"),
        ("order" = Option<String>, Query, description = "desc or asc; default is desc, and asc for texts such as names"),
        ("limit" = Option<u32>, Query, description = "1 to 10000, default 20"),
        ("offset" = Option<u32>, Query, description = "rows passed over"),
    ),
    responses((status = 200, body = ChannelsAnswer), (status = 304, description = NOT_MODIFIED))
)]
pub(super) async fn channels(
    State(state): State<ApiState>,
    Reader(caller): Reader,
    params: Params,
    held: IfNoneMatch,
) -> Result<Response, ApiError> {
    let request = &channels_request(&params)?;
    let common = &params.request()?;
    let caller = &caller;
    let question = Question::new("channels", caller, common, request);
    let answer = |query: Arc<QueryService>| async move {
        let ask = query.ask(common, &caller.workspace, "30d").await?;
        Ok(query.channels(&ask, request).await?)
    };
    state.answer(&question, &held, answer).await
}

fn channels_request(params: &Params) -> Result<ChannelsRequest, ApiError> {
    let with_series = params.choice("include", &INCLUDE)?.unwrap_or(false);
    if !with_series && params.text("groupBy")?.is_some() {
        let message = "has no effect without `include=series`: add that, or leave it out";
        return Err(wrong("groupBy", message));
    }
    let sort = params
        .choice("sort", &ChannelSort::NAMES)?
        .unwrap_or_default();
    Ok(ChannelsRequest {
        state: params.choice("state", &ChannelState::NAMES)?,
        search: params.text("search")?.map(str::to_owned),
        with_series,
        sort,
        ascending: params.ascending(sort.is_text())?,
        page: page(params, 20, 10_000)?,
    })
}

/// Returns which rows of a list are asked for.
fn page(params: &Params, usual: u32, most: u32) -> Result<PageRequest, ApiError> {
    Ok(PageRequest {
        limit: params.number("limit", usual, 1, most)?,
        offset: params.number("offset", 0, 0, u32::MAX)?,
    })
}

/// Answers who a channel is and what happens there. Without a span it is about `30d`.
#[utoipa::path(
    get, path = "/api/analytics/channels/{id}", tag = "numbers",
    params(
        ("id" = String, Path, description = "The channel"),
        SpanParams,
        WithinChannelParams,
        CompareParams,
        GroupByParams,
        ExplainParams,
        IfNoneMatchParams,
    ),
    responses(
        (status = 200, body = ChannelAnswer), (status = 304, description = NOT_MODIFIED),
        (status = 404, description = "No such channel; `details.nearest` is what may have been meant", body = ErrorAnswer),
    )
)]
pub(super) async fn channel(
    State(state): State<ApiState>,
    Reader(caller): Reader,
    id: Result<Path<String>, PathRejection>,
    params: Params,
    held: IfNoneMatch,
) -> Result<Response, ApiError> {
    let Path(id) = id.map_err(|_no_text| ApiError::NoRoute)?;
    let request = &params.request()?;
    let (caller, id) = (&caller, &id);
    let question = Question::new("channel", caller, request, id);
    let answer = |query: Arc<QueryService>| async move {
        let ask = query.ask(request, &caller.workspace, "30d").await?;
        match query.channel(&ask, id).await? {
            Some(answer) => Ok(answer),
            None => Err(query.no_channel(&ask, std::slice::from_ref(id)).await?),
        }
    };
    state.answer(&question, &held, answer).await
}

/// Answers what several channels do, side by side. Without a span it is about `30d`.
#[utoipa::path(
    get, path = "/api/analytics/channels/compare", tag = "numbers",
    params(
        ("ids" = String, Query, description = "2 to 10 channels, separated by commas"),
        SpanParams,
        WithinChannelParams,
        CompareParams,
        GroupByParams,
        ExplainParams,
        IfNoneMatchParams,
    ),
    responses(
        (status = 200, body = ChannelsComparison), (status = 304, description = NOT_MODIFIED),
        (status = 404, description = "No such channel; `details.nearest` is what may have been meant", body = ErrorAnswer),
    )
)]
pub(super) async fn compare(
    State(state): State<ApiState>,
    Reader(caller): Reader,
    params: Params,
    held: IfNoneMatch,
) -> Result<Response, ApiError> {
    let ids = &compared(params.text("ids")?.unwrap_or_default())?;
    let request = &params.request()?;
    let caller = &caller;
    let question = Question::new("channels/compare", caller, request, ids);
    let answer = |query: Arc<QueryService>| async move {
        let ask = query.ask(request, &caller.workspace, "30d").await?;
        match query.compare_channels(&ask, ids).await? {
            Some(answer) => Ok(answer),
            None => Err(query.no_channel(&ask, ids).await?),
        }
    };
    state.answer(&question, &held, answer).await
}

/// Returns the channels that are to be compared.
fn compared(text: &str) -> Result<Vec<String>, ApiError> {
    let ids: Vec<String> = text.split(',').map(|id| id.trim().to_owned()).collect();
    let different: HashSet<&String> = ids.iter().filter(|id| !id.is_empty()).collect();
    if different.len() != ids.len() || !COMPARED.contains(&ids.len()) {
        let (least, most) = COMPARED.into_inner();
        let message = format!("must be {least} to {most} different channels, separated by commas");
        return Err(wrong("ids", message));
    }
    Ok(ids)
}

/// Answers which channels need somebody: those that die, fall asleep, or belong to nobody.
/// Without a span it is about `30d`.
#[utoipa::path(
    get, path = "/api/analytics/channels/care", tag = "numbers",
    params(
        SpanParams,
        ScopeParams,
        ExplainParams,
        IfNoneMatchParams,
        ("state" = Option<String>, Query, description = "Only channels that are dying, orphan or dormant"),
        ("limit" = Option<u32>, Query, description = "1 to 1000, default 20"),
        ("offset" = Option<u32>, Query, description = "rows passed over"),
    ),
    responses((status = 200, body = CareAnswer), (status = 304, description = NOT_MODIFIED))
)]
pub(super) async fn care(
    State(state): State<ApiState>,
    Reader(caller): Reader,
    params: Params,
    held: IfNoneMatch,
) -> Result<Response, ApiError> {
    let care = &CareRequest {
        state: params.choice("state", &CARE)?,
        page: page(&params, 20, 1_000)?,
    };
    let request = &params.request()?.compared_if_asked();
    let caller = &caller;
    let question = Question::new("channels/care", caller, request, care);
    let answer = |query: Arc<QueryService>| async move {
        let ask = query.ask(request, &caller.workspace, "30d").await?;
        Ok(query.care(&ask, *care).await?)
    };
    state.answer(&question, &held, answer).await
}

/// Answers how messages spread over channels. Without a span it is about `30d`.
#[utoipa::path(
    get, path = "/api/analytics/distribution", tag = "numbers",
    params(
        SpanParams,
        ScopeParams,
        CompareParams,
        ExplainParams,
        IfNoneMatchParams,
        ("limit" = Option<u32>, Query, description = "1 to 10000, default 100"),
        ("offset" = Option<u32>, Query, description = "rows passed over"),
    ),
    responses((status = 200, body = DistributionAnswer), (status = 304, description = NOT_MODIFIED))
)]
pub(super) async fn distribution(
    State(state): State<ApiState>,
    Reader(caller): Reader,
    params: Params,
    held: IfNoneMatch,
) -> Result<Response, ApiError> {
    let page = &page(&params, 100, 10_000)?;
    let request = &params.request()?;
    let caller = &caller;
    let question = Question::new("distribution", caller, request, page);
    let answer = |query: Arc<QueryService>| async move {
        let ask = query.ask(request, &caller.workspace, "30d").await?;
        Ok(query.distribution(&ask, *page).await?)
    };
    state.answer(&question, &held, answer).await
}

/// Answers who takes part in channels, and which of them have the same people.
/// Without a span it is about `30d`.
#[utoipa::path(
    get, path = "/api/analytics/participation", tag = "numbers",
    params(
        SpanParams,
        ScopeParams,
        CompareParams,
        ExplainParams,
        IfNoneMatchParams,
        ("limit" = Option<u32>, Query, description = "1 to 1000 channels, default 50"),
        ("offset" = Option<u32>, Query, description = "channels passed over"),
        ("pairs" = Option<u32>, Query, description = "1 to 1000 pairs of channels, default 20"),
        ("minPosters" = Option<u32>, Query, description = "1 to 1000: fewest people who wrote in a channel that is compared with others, default 5"),
    ),
    responses((status = 200, body = ParticipationAnswer), (status = 304, description = NOT_MODIFIED))
)]
pub(super) async fn participation(
    State(state): State<ApiState>,
    Reader(caller): Reader,
    params: Params,
    held: IfNoneMatch,
) -> Result<Response, ApiError> {
    let overlap = OverlapRequest {
        least_posters: params.number("minPosters", 5, 1, 1_000)?,
        pairs: params.number("pairs", 20, 1, 1_000)?,
    };
    let asked = &(page(&params, 50, 1_000)?, overlap);
    let request = &params.request()?;
    let caller = &caller;
    let question = Question::new("participation", caller, request, asked);
    let answer = |query: Arc<QueryService>| async move {
        let ask = query.ask(request, &caller.workspace, "30d").await?;
        Ok(query.participation(&ask, asked.0, asked.1).await?)
    };
    state.answer(&question, &held, answer).await
}

/// Answers what happens by weekday and local hour. Without a span it is about `30d`.
#[utoipa::path(
    get, path = "/api/analytics/heatmap", tag = "numbers",
    params(
        SpanParams,
        ScopeParams,
        CompareParams,
        ExplainParams,
        IfNoneMatchParams,
        ("metric" = Option<String>, Query, description = "messages (default), events, reactions, files, activeUsers or posters"),
    ),
    responses((status = 200, body = HeatmapAnswer), (status = 304, description = NOT_MODIFIED))
)]
pub(super) async fn heatmap(
    State(state): State<ApiState>,
    Reader(caller): Reader,
    params: Params,
    held: IfNoneMatch,
) -> Result<Response, ApiError> {
    let metric = params
        .choice("metric", &HEATMAPS)?
        .unwrap_or(Metric::Messages);
    let request = &params.request()?;
    let caller = &caller;
    let name = &metric.name();
    let question = Question::new("heatmap", caller, request, name);
    let answer = |query: Arc<QueryService>| async move {
        let ask = query.ask(request, &caller.workspace, "30d").await?;
        Ok(query.week(&ask, metric).await?)
    };
    state.answer(&question, &held, answer).await
}
