//! `GET /api/analytics/metrics` and `/dimensions`: what every number means, and what it may be split by.

use axum::Json;
use domain::{dimension::Dimension, metric::Metric, time::Grain};
use serde::Serialize;
use utoipa::ToSchema;

use super::{error::ApiError, guard::Reader};
use crate::query::{dimension_name, metrics_by, splits_of};

/// Every metric.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CatalogueAnswer {
    /// The metrics.
    pub metrics: Vec<MetricRow>,
}

/// A metric and what it means.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct MetricRow {
    /// Name.
    pub name: &'static str,
    /// Title in pages and reports.
    pub title: &'static str,
    /// Unit of the value.
    pub unit: &'static str,
    /// Whether more (`up`) or less (`down`) is good news; `null` for neither.
    #[schema(example = "up")]
    pub better: Option<&'static str>,
    /// What it means.
    pub definition: &'static str,
    /// How values over parts of a span make the value over the whole.
    pub additivity: &'static str,
    /// What is taken from which events.
    pub computed: String,
    /// Whether a bucket or a row without events has a 0, and not `null`.
    pub zero_when_absent: bool,
    /// The dimensions that it may be split by; `time` stands for `groupBy`.
    #[schema(example = json!(["time", "channel", "user"]))]
    pub dimensions: Vec<&'static str>,
}

/// Every dimension.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct DimensionsAnswer {
    /// The dimensions.
    pub dimensions: Vec<DimensionRow>,
}

/// A dimension and what may be split by it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct DimensionRow {
    /// Name.
    #[schema(example = "channel")]
    pub name: &'static str,
    /// What it is, and what its keys are.
    pub definition: &'static str,
    /// Whether the keys depend on the time zone.
    pub is_local: bool,
    /// Whether an event may have several values, so that the rows together exceed the whole. Only one
    /// such dimension is answered at a time.
    pub is_multi_valued: bool,
    /// The widths of buckets, for `groupBy`; left out for all but `time`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = json!(["hour", "day", "week", "month"]))]
    pub grains: Option<Vec<&'static str>>,
    /// The metrics that may be split by it.
    #[schema(example = json!(["messages", "posters"]))]
    pub metrics: Vec<&'static str>,
}

/// Answers what every number means.
#[utoipa::path(
    get, path = "/api/analytics/metrics", tag = "numbers",
    responses((status = 200, body = CatalogueAnswer))
)]
pub(super) async fn metrics(_reader: Reader) -> Result<Json<CatalogueAnswer>, ApiError> {
    let metrics = Metric::ALL
        .iter()
        .map(|metric| {
            let definition = metric.definition();
            MetricRow {
                name: definition.name,
                title: definition.title,
                unit: definition.unit,
                better: definition.better.name(),
                definition: definition.text,
                additivity: definition.additivity().name(),
                computed: definition.computed(),
                zero_when_absent: metric.is_zero_when_absent(),
                dimensions: splits_of(*metric),
            }
        })
        .collect();
    Ok(Json(CatalogueAnswer { metrics }))
}

/// Answers what metrics may be split by.
#[utoipa::path(
    get, path = "/api/analytics/dimensions", tag = "numbers",
    responses((status = 200, body = DimensionsAnswer))
)]
pub(super) async fn dimensions(_reader: Reader) -> Result<Json<DimensionsAnswer>, ApiError> {
    let row = |dimension: Dimension| {
        let is_time = matches!(dimension, Dimension::Time(_));
        DimensionRow {
            name: dimension_name(dimension),
            definition: dimension.text(),
            is_local: dimension.is_local(),
            is_multi_valued: dimension.is_multi_valued(),
            grains: is_time.then(|| Grain::ALL.map(Grain::name).to_vec()),
            metrics: metrics_by(dimension),
        }
    };
    let dimensions = Dimension::ALL.iter().copied().map(row).collect();
    Ok(Json(DimensionsAnswer { dimensions }))
}
