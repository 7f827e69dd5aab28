//! What platform health is answered with.

use domain::{compare::Trend, ratio::Ratio, time::Grain, time::Instant};
use serde::Serialize;
use utoipa::ToSchema;

use crate::query::{Change, Explained, Meta};

/// The score of platform health, its parts, and how they went over time. What cannot be known is `null`,
/// with a reason, and takes no weight.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlatformHealthAnswer {
    /// The score, 0 to 100, beside the one before; `null` where no part that counts is known.
    pub score: NumberChange,
    /// How the score is made of the parts.
    pub formula: &'static str,
    /// The parts.
    pub parts: Vec<HealthPartRow>,
    /// What the parts are made of.
    pub counts: HealthCounts,
    /// The same in each bucket.
    pub series: Vec<HealthBucket>,
    /// Width of a bucket.
    #[schema(value_type = String, example = "day")]
    pub group_by: Grain,
    /// The period's name.
    pub period: String,
    /// What the answer is about.
    pub meta: Meta,
    /// How the numbers came about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explain: Option<Vec<Explained>>,
}

/// A number beside the one before.
#[derive(Debug, Clone, Default, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NumberChange {
    /// The number over the asked span; `null` where it is not known.
    pub current: Option<f64>,
    /// The number over the span compared with; `null` where it is not known, or when nothing is compared.
    pub previous: Option<f64>,
    /// The change in percent, signed; `null` where one of them is unknown or the earlier one is 0.
    #[schema(example = "+12.2%")]
    pub change: Option<String>,
    /// The same change as a number, one decimal.
    #[schema(example = 12.2)]
    pub change_percent: Option<f64>,
    /// Direction of the change; `null` where one of them is unknown.
    #[schema(value_type = Option<String>, example = "up")]
    pub trend: Option<Trend>,
}

impl NumberChange {
    /// Returns a number beside the one before, with so many decimals; the change is that of the exact ones.
    pub(super) fn of(current: Option<Ratio>, previous: Option<Ratio>, decimals: u32) -> Self {
        let shown = |number: Option<Ratio>| number.map(|number| number.rounded(decimals));
        let both = current.zip(previous);
        let change = both.and_then(|(current, previous)| current.change_from(previous));
        Self {
            current: shown(current),
            previous: shown(previous),
            change: change.map(Ratio::as_change),
            change_percent: change.map(|change| change.percent(1)),
            trend: both.map(|(current, previous)| Trend::of_ratios(current, previous)),
        }
    }
}

/// A part of the score.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HealthPartRow {
    /// Which part: `failedEvents`, `ingestLag`, `errors`, `latency` or `deliveries`.
    #[schema(example = "ingestLag")]
    pub part: &'static str,
    /// Its title.
    pub title: &'static str,
    /// What was measured, beside the span before.
    pub value: NumberChange,
    /// Unit of the value.
    pub unit: &'static str,
    /// Whether more (`up`) or less (`down`) is good news.
    #[schema(example = "down")]
    pub better_when: &'static str,
    /// What the value is worth, 0 to 100, beside the span before.
    pub score: NumberChange,
    /// Its weight, by `ANALYTICS_HEALTH_WEIGHTS`.
    pub weight: u32,
    /// Its share of the weights of all parts whose score is known, in percent, one decimal; 0 where its
    /// own is not.
    pub weight_percent: f64,
    /// Why the value is not known; `null` where it is.
    pub reason: Option<&'static str>,
    /// How the score is made of the value, with its limits.
    pub formula: String,
    /// What the value is.
    pub definition: &'static str,
}

/// What the parts are made of; `null` where a question that is narrowed cannot tell.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HealthCounts {
    /// Events that arrived in the span and were stored.
    pub accepted: Option<Change>,
    /// What arrived in the span and was refused.
    pub failed: Option<Change>,
    /// Events of the span that arrived within 24 hours: those that lag is measured of.
    pub timely: Change,
    /// Events of the span that arrived later, as those of an import do.
    pub historical: Change,
    /// Errors of the span; `null` where no source has ever told of any, nor of timings.
    pub errors: Option<Change>,
    /// People active in the span.
    pub active_users: Change,
    /// Operations of the span that tell how long they took.
    pub measured: Change,
}

/// A bucket of time.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HealthBucket {
    /// Local day (first day of a week or month), or instant of an hour.
    #[schema(example = "2026-02-01")]
    pub date: String,
    /// First instant after the bucket.
    #[schema(value_type = String, format = DateTime)]
    pub end: Instant,
    /// Whether the span holds all of the bucket: not one that is not over at `asOf`.
    pub complete: bool,
    /// The score and its parts.
    #[serde(flatten)]
    pub numbers: HealthNumbers,
    /// Those of the bucket that it is compared with; left out where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<HealthNumbers>,
}

/// The score and its parts in a bucket.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct HealthNumbers {
    /// The score; `null` where no part that counts is known.
    pub score: Option<f64>,
    /// Share of what arrived that was refused, in percent.
    pub failed_events: PartNumbers,
    /// How late events came, in seconds.
    pub ingest_lag: PartNumbers,
    /// Errors of each active person.
    pub errors: PartNumbers,
    /// How long operations took, in milliseconds.
    pub latency: PartNumbers,
    /// Share of what was sent that was delivered, in percent.
    pub deliveries: PartNumbers,
}

/// A part in a bucket.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
pub struct PartNumbers {
    /// What was measured; `null` where it is not known.
    pub value: Option<f64>,
    /// What it is worth, 0 to 100.
    pub score: Option<f64>,
}
