//! Whether a question makes sense, held against the registries of metrics and dimensions.
//!
//! 1. Every name is known, and stands once.
//! 2. Every metric has a meaning when split by every dimension.
//! 3. The order names something that the rows have.

use std::fmt;

use domain::{dimension::Dimension, metric::Metric, time::Grain};
use serde_json::{Value, json};

use super::body::QueryBody;
use crate::{
    api::{
        error::ApiError,
        name::NameError,
        params::{Params, shortened, wrong},
    },
    query::{OrderKey, SemanticOrder, SemanticRequest, TIME, dimension_name, only_by, splits_of},
};

/// Most metrics of a question.
const MOST_METRICS: usize = 10;
/// Most dimensions of a question, time among them.
const MOST_DIMENSIONS: usize = 3;
/// Most rows of an answer, and how many there are where the request does not say.
const MOST_ROWS: u32 = 10_000;
const ROWS: u32 = 100;
const BUCKETS: u32 = 1_000;

/// Metrics and dimensions that have no meaning together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CombinationError {
    /// The metric cannot be split by the dimension.
    NotAllowed(Metric, Dimension),
    /// The metric has a meaning only by a dimension that the question is not split by.
    OnlyBy(Metric, Dimension),
    /// Two dimensions of which an event may have several values would multiply.
    TwoTerms(Dimension, Dimension),
}

impl CombinationError {
    /// Returns what is wrong for programs.
    pub fn details(self) -> Value {
        match self {
            Self::NotAllowed(metric, dimension) => json!({
                "parameter": if is_time(dimension) { "groupBy" } else { "dimensions" },
                "metric": metric.name(), "dimension": dimension_name(dimension),
                "allowed": splits_of(metric),
            }),
            Self::OnlyBy(metric, _) => json!({
                "parameter": "dimensions", "metric": metric.name(), "allowed": splits_of(metric),
            }),
            Self::TwoTerms(first, second) => json!({
                "parameter": "dimensions", "dimension": dimension_name(second),
                "beside": dimension_name(first),
            }),
        }
    }
}

impl fmt::Display for CombinationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotAllowed(metric, dimension) => write!(
                f,
                "`{}` cannot be split by `{}`; it can be split by {}",
                metric.name(),
                asked_as(*dimension),
                splits_of(*metric).join(", "),
            ),
            Self::OnlyBy(metric, dimension) => write!(
                f,
                "`{}` has a meaning for one {dimension} only: split it by `{dimension}`",
                metric.name(),
                dimension = dimension_name(*dimension),
            ),
            Self::TwoTerms(first, second) => write!(
                f,
                "`{}` cannot stand beside `{}`, as an event may have several of both: ask for one of emoji, link and hashtag",
                dimension_name(*second),
                dimension_name(*first),
            ),
        }
    }
}

const fn is_time(dimension: Dimension) -> bool {
    matches!(dimension, Dimension::Time(_))
}

/// Returns the field or the name by which a dimension is asked for.
const fn asked_as(dimension: Dimension) -> &'static str {
    if is_time(dimension) {
        "groupBy"
    } else {
        dimension_name(dimension)
    }
}

impl QueryBody {
    /// Returns what is asked for, if it makes sense.
    pub(super) fn request(&self, params: &Params) -> Result<SemanticRequest, ApiError> {
        let metrics = self.metrics()?;
        let dimensions = self.dimensions()?;
        let by_time = params.text("groupBy")?.is_some();
        let most = MOST_DIMENSIONS - usize::from(by_time);
        if dimensions.len() > most {
            let beside = if by_time { " beside `groupBy`" } else { "" };
            return Err(wrong(
                "dimensions",
                format!("at most {most} may stand{beside}"),
            ));
        }
        combine(&metrics, &dimensions, by_time)?;
        let rows = if by_time { BUCKETS } else { ROWS };
        Ok(SemanticRequest {
            order: order(params.text("orderBy")?, &metrics, &dimensions, by_time)?,
            limit: params.number("limit", rows, 1, MOST_ROWS)?,
            offset: params.number("offset", 0, 0, u32::MAX)?,
            metrics,
            dimensions,
            by_time,
        })
    }

    fn metrics(&self) -> Result<Vec<Metric>, ApiError> {
        const FIELD: &str = "metrics";
        let known = || Metric::ALL.iter().map(|metric| metric.name());
        let metrics = each(FIELD, &self.metrics, |name| {
            Metric::parse(name).ok_or_else(|| unknown(FIELD, name, known()))
        })?;
        if metrics.is_empty() {
            return Err(wrong(
                FIELD,
                "give a list of at least one, such as [\"messages\"]",
            ));
        }
        if metrics.len() > MOST_METRICS {
            return Err(wrong(
                FIELD,
                format!("at most {MOST_METRICS} are answered at once"),
            ));
        }
        Ok(metrics)
    }

    fn dimensions(&self) -> Result<Vec<Dimension>, ApiError> {
        const FIELD: &str = "dimensions";
        let known = || Dimension::ALL.iter().copied().filter(|one| !is_time(*one));
        each(FIELD, &self.dimensions, |name| {
            if name == TIME || Grain::parse(name).is_some() {
                let message = format!(
                    "`{name}` is no dimension of its own: buckets of time are asked for by `groupBy`"
                );
                return Err(wrong(FIELD, message));
            }
            known()
                .find(|dimension| dimension_name(*dimension) == name)
                .ok_or_else(|| unknown(FIELD, name, known().map(dimension_name)))
        })
    }
}

/// Reads a list of names, each of which may stand once.
fn each<T: PartialEq>(
    field: &'static str,
    list: &Value,
    read: impl Fn(&str) -> Result<T, ApiError>,
) -> Result<Vec<T>, ApiError> {
    let names = match list {
        Value::Null => return Ok(Vec::new()),
        Value::Array(names) => names,
        _ => return Err(wrong(field, "must be a list of names")),
    };
    let mut found = Vec::new();
    for name in names {
        let Value::String(name) = name else {
            return Err(wrong(field, "must be a list of names"));
        };
        let one = read(name)?;
        if found.contains(&one) {
            return Err(wrong(field, format!("`{name}` stands twice: give it once")));
        }
        found.push(one);
    }
    Ok(found)
}

fn unknown<'a>(
    parameter: &'static str,
    name: &str,
    known: impl Iterator<Item = &'a str>,
) -> ApiError {
    let known = known.map(str::to_owned).collect();
    let name = shortened(name);
    NameError::UnknownValue {
        parameter,
        name,
        known,
    }
    .into()
}

fn combine(
    metrics: &[Metric],
    dimensions: &[Dimension],
    by_time: bool,
) -> Result<(), CombinationError> {
    let time = by_time.then_some(Dimension::Time(Grain::Day));
    for dimension in time.into_iter().chain(dimensions.iter().copied()) {
        let refused = metrics.iter().find(|metric| !dimension.allows(**metric));
        if let Some(metric) = refused {
            return Err(CombinationError::NotAllowed(*metric, dimension));
        }
    }
    let needed = metrics
        .iter()
        .find_map(|metric| Some((*metric, only_by(*metric)?)));
    if let Some((metric, dimension)) = needed.filter(|(_, needed)| !dimensions.contains(needed)) {
        return Err(CombinationError::OnlyBy(metric, dimension));
    }
    let mut terms = dimensions.iter().filter(|one| one.is_multi_valued());
    match (terms.next(), terms.next()) {
        (Some(first), Some(second)) => Err(CombinationError::TwoTerms(*first, *second)),
        _ => Ok(()),
    }
}

/// Returns the order that is asked for, or that holds where none is.
fn order(
    text: Option<&str>,
    metrics: &[Metric],
    dimensions: &[Dimension],
    by_time: bool,
) -> Result<SemanticOrder, ApiError> {
    let Some(text) = text else {
        let by = if by_time {
            OrderKey::Time
        } else {
            OrderKey::Metric(0)
        };
        return Ok(SemanticOrder {
            by,
            descending: !by_time,
        });
    };
    let (name, descending) = match text.strip_prefix('-') {
        Some(name) => (name, true),
        None => (text, false),
    };
    let time = by_time.then_some((TIME, OrderKey::Time)).into_iter();
    let of_metrics = metrics.iter().map(|metric| metric.name());
    let of_dimensions = dimensions
        .iter()
        .map(|dimension| dimension_name(*dimension));
    let known: Vec<(&str, OrderKey)> = of_metrics
        .zip((0..).map(OrderKey::Metric))
        .chain(of_dimensions.zip((0..).map(OrderKey::Dimension)))
        .chain(time)
        .collect();
    let found = known.iter().find(|(known, _)| *known == name);
    let (_, by) =
        found.ok_or_else(|| unknown("orderBy", name, known.iter().map(|(name, _)| *name)))?;
    Ok(SemanticOrder {
        by: *by,
        descending,
    })
}
