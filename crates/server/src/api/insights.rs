//! `GET /api/analytics/insights`: what is noteworthy. Nothing looks for it yet, and the answer says so:
//! an empty list alone would say that nothing is.

use axum::Json;
use domain::time::Period;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    error::ApiError,
    guard::Reader,
    params::{Named, Params, shortened, wrong},
};

/// Kinds of insights.
const TYPES: [Named<()>; 4] = [
    ((), &["trend"]),
    ((), &["anomaly"]),
    ((), &["recommendation"]),
    ((), &["milestone"]),
];

/// What is noteworthy.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct InsightsAnswer {
    /// The span that was asked about.
    #[schema(example = "30d")]
    pub period: String,
    /// Empty: nothing was looked for.
    pub insights: Vec<Value>,
    /// `pending`: the engine that finds insights comes with a later release.
    #[schema(example = "pending")]
    pub state: &'static str,
    /// The same as a sentence.
    pub message: &'static str,
}

/// Answers what is noteworthy.
#[utoipa::path(
    get, path = "/api/analytics/insights", tag = "numbers",
    params(
        ("period" = Option<String>, Query, description = "the span, default 30d"),
        ("type" = Option<String>, Query, description = "trend, anomaly, recommendation or milestone"),
        ("limit" = Option<u32>, Query, description = "1 to 1000, default 10"),
    ),
    responses((status = 200, body = InsightsAnswer))
)]
pub(super) async fn insights(
    _reader: Reader,
    params: Params,
) -> Result<Json<InsightsAnswer>, ApiError> {
    let period = params.text("period")?.unwrap_or("30d");
    if Period::parse(period).is_none() {
        let period = shortened(period);
        return Err(wrong("period", format!("`{period}` is not a period")));
    }
    params.choice("type", &TYPES)?;
    params.number("limit", 10, 1, 1_000)?;
    Ok(Json(InsightsAnswer {
        period: period.to_owned(),
        insights: Vec::new(),
        state: "pending",
        message: "insights come with a later release: nothing was looked for",
    }))
}
