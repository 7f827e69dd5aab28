//! `GET /api/analytics/metrics` and `/dimensions`: what every number means, and what it may be split by.

use std::{collections::BTreeMap, sync::LazyLock};

use axum::Json;
use domain::{
    dimension::Dimension,
    event::Kind,
    metric::{Metric, Sources},
    time::Grain,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
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
    pub better_when: Option<&'static str>,
    /// What it means.
    pub definition: &'static str,
    /// How values over parts of a span make the value over the whole.
    pub additivity: &'static str,
    /// How it is computed.
    pub formula: Formula,
    /// Which kinds of events feed it.
    pub sources: SourceKinds,
    /// Whether a bucket or a row without events has a 0, and not `null`.
    pub zero_when_absent: bool,
    /// The dimensions that it may be split by; `time` stands for `groupBy`.
    #[schema(example = json!(["time", "channel", "user"]))]
    pub dimensions: Vec<&'static str>,
    /// A question about it, and what is answered of the demo data.
    pub example: Example,
}

/// How a metric is computed.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Formula {
    /// What is taken from which events, or the quotient of other metrics by name.
    #[schema(example = "messages / posters")]
    pub text: String,
    /// The metrics that it is made of; none where it is taken from events.
    pub parts: Vec<FormulaPart>,
}

/// A metric that another one is made of.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FormulaPart {
    /// Name.
    pub metric: &'static str,
    /// Title in pages and reports.
    pub title: &'static str,
    /// By how much it is multiplied.
    pub factor: u32,
    /// Whether the sum of the others is divided by it.
    pub divides: bool,
}

/// Which kinds of events feed a metric, each by its name; `docs/reference/events.md` has the other names
/// that they arrive under.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SourceKinds {
    /// The kinds; `null` for every kind, also those of the sender's own.
    #[schema(example = json!(["message_sent", "thread_reply"]))]
    pub kinds: Option<Vec<&'static str>>,
    /// Those left out of every kind.
    pub except: Vec<&'static str>,
}

/// A question, and the numbers of its answer.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(super) struct Example {
    /// The body of `POST /api/analytics/query`.
    #[schema(value_type = Object)]
    pub request: Value,
    /// The `totals` of the answer, or its `rows` where the metric has a meaning for rows only.
    #[schema(value_type = Object)]
    pub answer: Value,
}

/// The examples, by metric: `cargo xtask gen` asks them of the demo data.
static EXAMPLES: LazyLock<BTreeMap<String, Example>> =
    LazyLock::new(|| serde_json::from_str(include_str!("examples.json")).unwrap_or_default());

impl Example {
    fn of(metric: Metric) -> Self {
        let none = || Self {
            request: Value::Null,
            answer: Value::Null,
        };
        EXAMPLES.get(metric.name()).cloned().unwrap_or_else(none)
    }
}

impl Formula {
    fn of(metric: Metric) -> Self {
        let parts = metric.parts().into_iter();
        let parts = parts.map(|part| FormulaPart {
            metric: part.metric.name(),
            title: part.metric.definition().title,
            factor: part.factor,
            divides: part.divides,
        });
        Self {
            text: metric.definition().computed(),
            parts: parts.collect(),
        }
    }
}

impl SourceKinds {
    fn of(metric: Metric) -> Self {
        let names = |kinds: Vec<Kind>| kinds.into_iter().map(Kind::name).collect();
        match metric.sources() {
            Sources::Only(kinds) => Self {
                kinds: Some(names(kinds)),
                except: Vec::new(),
            },
            Sources::AllBut(kinds) => Self {
                kinds: None,
                except: names(kinds),
            },
        }
    }
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
                better_when: definition.better.name(),
                definition: definition.text,
                additivity: definition.additivity().name(),
                formula: Formula::of(*metric),
                sources: SourceKinds::of(*metric),
                zero_when_absent: metric.is_zero_when_absent(),
                dimensions: splits_of(*metric),
                example: Example::of(*metric),
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
