//! `GET /api/analytics/changes`: what a change is made of.

use std::sync::Arc;

use axum::{extract::State, response::Response};
use domain::{dimension::Dimension, metric::Metric};

use super::{
    cached::{IfNoneMatch, IfNoneMatchParams, NOT_MODIFIED, Question},
    error::ApiError,
    guard::Reader,
    name::NameError,
    params::{CompareParams, ExplainParams, Params, ScopeParams, SpanParams, shortened, wrong},
    state::ApiState,
};
use crate::query::{ChangesAnswer, ChangesRequest, QueryService, adds_up, dimension_name};

/// What a change is split by where the request does not say.
const BY: [Dimension; 4] = [
    Dimension::Channel,
    Dimension::User,
    Dimension::EventType,
    Dimension::HourOfDay,
];

/// Answers which channels, people, kinds and hours a change comes from: contributions that add up to it
/// exactly. Without a span it is about `30d`.
#[utoipa::path(
    get, path = "/api/analytics/changes", tag = "numbers",
    params(
        SpanParams,
        ScopeParams,
        CompareParams,
        ExplainParams,
        IfNoneMatchParams,
        ("metric" = Option<String>, Query, description = "A metric whose parts add up, such as `messages` (default), `reactions` or `words`; or `activeUsers`, whose change is told as new, returning and churned people"),
        ("by" = Option<String>, Query, description = "Dimensions, separated by commas: default `channel,user,eventType,hourOfDay`"),
        ("limit" = Option<u32>, Query, description = "1 to 1000 contributions of each dimension, default 10; all others are one rest"),
    ),
    responses((status = 200, body = ChangesAnswer), (status = 304, description = NOT_MODIFIED))
)]
pub(super) async fn changes(
    State(state): State<ApiState>,
    Reader(caller): Reader,
    params: Params,
    held: IfNoneMatch,
) -> Result<Response, ApiError> {
    let metric = metric(&params)?;
    let by = dimensions(&params, metric)?;
    let changes = &ChangesRequest {
        metric,
        names: by
            .iter()
            .map(|dimension| dimension_name(*dimension))
            .collect(),
        by,
        limit: params.number("limit", 10, 1, 1_000)?,
    };
    let request = &params.request()?;
    let caller = &caller;
    let question = Question::new("changes", caller, request, changes);
    let answer = |query: Arc<QueryService>| async move {
        let ask = query.ask(request, &caller.workspace, "30d").await?;
        if ask.window.previous.is_none() {
            let message = "a change is one since another span: `previous`, `weekday`, `year` or `from..to`, \
                           and a period that has something before it";
            return Err(wrong("compare", message));
        }
        Ok(query.changes(&ask, changes).await?)
    };
    state.answer(&question, &held, answer).await
}

/// Returns the metric whose change is asked for.
fn metric(params: &Params) -> Result<Metric, ApiError> {
    let name = params.text("metric")?.unwrap_or(Metric::Messages.name());
    let has_parts = |metric: &Metric| adds_up(*metric) || *metric == Metric::ActivePeople;
    Metric::parse(name).filter(has_parts).ok_or_else(|| {
        let known = Metric::ALL.iter().copied().filter(has_parts);
        unknown("metric", name, known.map(Metric::name))
    })
}

/// Returns the dimensions that it is split by.
fn dimensions(params: &Params, metric: Metric) -> Result<Vec<Dimension>, ApiError> {
    let splits = |dimension: &Dimension| {
        adds_up(metric)
            && !dimension.is_multi_valued()
            && !matches!(dimension, Dimension::Time(_))
            && dimension.allows(metric)
    };
    let Some(text) = params.text("by")? else {
        return Ok(BY.into_iter().filter(splits).collect());
    };
    if !adds_up(metric) {
        let message = format!("parts of `{}` do not add up: leave it out", metric.name());
        return Err(wrong("by", message));
    }
    let mut dimensions = Vec::new();
    for name in text.split(',').map(str::trim) {
        let mut known = Dimension::ALL.iter().copied().filter(splits);
        let found = known.find(|dimension| dimension_name(*dimension) == name);
        let dimension = found.ok_or_else(|| {
            let known = Dimension::ALL.iter().copied().filter(splits);
            unknown("by", name, known.map(dimension_name))
        })?;
        if dimensions.contains(&dimension) {
            return Err(wrong("by", format!("`{name}` stands twice")));
        }
        dimensions.push(dimension);
    }
    Ok(dimensions)
}

fn unknown(
    parameter: &'static str,
    name: &str,
    known: impl Iterator<Item = &'static str>,
) -> ApiError {
    NameError::UnknownValue {
        parameter,
        name: shortened(name),
        known: known.map(str::to_owned).collect(),
    }
    .into()
}
