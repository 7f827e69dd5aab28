//! The answer to a semantic query, as it is written.

use domain::{dimension::Dimension, metric::Metric, ratio::Ratio, time::Grain};
use serde::{Serialize, Serializer};
use utoipa::ToSchema;

use super::{
    split::dimension_name,
    value::{Shown, Value},
};
use crate::query::{Explained, Meta, aligned::BucketSpan};

/// Something for each name, in the order of the request.
#[derive(Debug, Clone, PartialEq)]
pub struct ByName<T>(pub Vec<(&'static str, T)>);

impl<T: Serialize> Serialize for ByName<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, one)| (name, one)))
    }
}

/// Metrics, split as asked.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SemanticAnswer {
    /// What the rows hold.
    pub columns: SemanticColumns,
    /// The rows within limit and offset; none where nothing is split.
    pub rows: Vec<SemanticRow>,
    /// How many rows there are without limit and offset.
    pub total: u64,
    /// The metrics over the whole span: asked for by themselves, and not the sums of the rows.
    pub totals: Compared,
    /// What the rows are sorted by, with `-` before it where the largest come first; ties go by time and
    /// keys. `null` where nothing is split.
    #[schema(example = "-messages")]
    pub order_by: Option<String>,
    /// Width of the buckets of time; `null` without `groupBy`.
    #[schema(value_type = Option<String>, example = "day")]
    pub group_by: Option<Grain>,
    /// How many rows were asked for at most.
    pub limit: u32,
    /// How many rows were passed over.
    pub offset: u32,
    /// The period's name.
    pub period: String,
    /// What the answer is about.
    pub meta: Meta,
    /// How the numbers came about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explain: Option<Vec<Explained>>,
}

/// What the rows of an answer hold.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SemanticColumns {
    /// The names in `keys`; buckets of time first.
    pub dimensions: Vec<DimensionColumn>,
    /// The names in `values`.
    pub metrics: Vec<MetricColumn>,
}

/// A dimension of an answer.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DimensionColumn {
    /// Name.
    pub name: &'static str,
    /// What it is, and what its keys are.
    pub definition: &'static str,
}

/// A metric of an answer.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MetricColumn {
    /// Name.
    pub name: &'static str,
    /// Unit of the values; an `instant` is in milliseconds since 1970-01-01 UTC.
    pub unit: &'static str,
    /// What it means.
    pub definition: &'static str,
    /// How values over parts of a span make the value over the whole.
    pub additivity: &'static str,
}

/// A row: what it is about, and its values.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SemanticRow {
    /// What the row is about: for each dimension an identifier, a name, a number, or `null` where the
    /// events have none.
    #[schema(value_type = BTreeMap<String, Object>)]
    pub keys: ByName<Key>,
    /// The names of the channel and the person, where the row is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<BTreeMap<String, String>>)]
    pub names: Option<ByName<String>>,
    /// The bucket of time, where the row is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bucket: Option<SemanticBucket>,
    /// The values.
    #[serde(flatten)]
    pub compared: Compared,
}

/// Values, and what they are compared with.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Compared {
    /// The value of each metric; `null` where it is unknown or has no meaning.
    #[schema(value_type = BTreeMap<String, Option<f64>>)]
    pub values: ByName<Option<Shown>>,
    /// The same over the span compared with; `null` where nothing is compared, or no bucket of that
    /// span stands beside this one.
    #[schema(value_type = Option<BTreeMap<String, Option<f64>>>)]
    pub previous: Option<ByName<Option<Shown>>>,
    /// The change of each in percent, signed; `null` where there was nothing before.
    #[schema(value_type = Option<BTreeMap<String, Option<String>>>)]
    pub change: Option<ByName<Option<String>>>,
    /// The same changes as numbers, one decimal.
    #[schema(value_type = Option<BTreeMap<String, Option<f64>>>)]
    pub change_percent: Option<ByName<Option<f64>>>,
}

/// A bucket of time, and the one that it is compared with.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SemanticBucket {
    /// The bucket.
    #[serde(flatten)]
    pub span: BucketSpan,
    /// The bucket that `previous` is about; `null` where nothing is compared, or none stands beside.
    pub previous: Option<BucketSpan>,
}

/// What a row is about, in one dimension.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Key {
    /// Nothing: the events have no such value.
    None,
    /// Yes or no.
    Flag(bool),
    /// A number, such as an hour.
    Number(i64),
    /// An identifier, a name, or a day.
    Text(String),
}

impl SemanticColumns {
    pub(super) fn of(dimensions: &[Dimension], metrics: &[Metric]) -> Self {
        let dimension = |dimension: &Dimension| DimensionColumn {
            name: dimension_name(*dimension),
            definition: dimension.text(),
        };
        let metric = |metric: &Metric| {
            let definition = metric.definition();
            MetricColumn {
                name: definition.name,
                unit: definition.unit,
                definition: definition.text,
                additivity: definition.additivity().name(),
            }
        };
        Self {
            dimensions: dimensions.iter().map(dimension).collect(),
            metrics: metrics.iter().map(metric).collect(),
        }
    }
}

impl Compared {
    /// Returns values of metrics beside those before them.
    pub(super) fn of(
        metrics: &[Metric],
        values: &[Option<Value>],
        before: Option<&[Option<Value>]>,
    ) -> Self {
        let shown = |values: &[Option<Value>]| {
            let values = values.iter().map(|value| value.map(Value::shown));
            named(metrics, values)
        };
        let changes: Option<Vec<Option<Ratio>>> = before.map(|before| {
            let pairs = values.iter().zip(before);
            pairs
                .map(|(now, before)| (*now)?.change((*before)?))
                .collect()
        });
        let changes = changes.as_deref();
        Self {
            values: shown(values),
            previous: before.map(shown),
            change: changes.map(|changes| {
                let texts = changes.iter().map(|change| change.map(Ratio::as_change));
                named(metrics, texts)
            }),
            change_percent: changes.map(|changes| {
                let numbers = changes
                    .iter()
                    .map(|change| change.map(|change| change.percent(1)));
                named(metrics, numbers)
            }),
        }
    }
}

fn named<T>(metrics: &[Metric], values: impl Iterator<Item = T>) -> ByName<T> {
    let names = metrics.iter().map(|metric| metric.name());
    ByName(names.zip(values).collect())
}
