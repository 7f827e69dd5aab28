//! `GET /api/analytics/metrics`: what every number means.

use axum::Json;
use domain::metric::Metric;
use serde::Serialize;
use utoipa::ToSchema;

use super::{error::ApiError, guard::Reader};

/// Every metric.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CatalogueAnswer {
    /// The metrics.
    pub metrics: Vec<MetricRow>,
}

/// A metric and what it means.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MetricRow {
    /// Name.
    pub name: &'static str,
    /// Unit of the value.
    pub unit: &'static str,
    /// What it means.
    pub definition: &'static str,
    /// How values over parts of a span make the value over the whole.
    pub additivity: &'static str,
    /// What is taken from which events.
    pub computed: String,
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
                unit: definition.unit,
                definition: definition.text,
                additivity: definition.additivity().name(),
                computed: definition.computed(),
            }
        })
        .collect();
    Ok(Json(CatalogueAnswer { metrics }))
}
