//! What an answer says of itself.

use std::collections::BTreeMap;

use domain::{
    metric::Metric,
    time::{Instant, WeekStart},
};
use engine::plan::Source;
use serde::Serialize;
use utoipa::ToSchema;

use super::{AnnotationAnswer, Merged, PrivacyNote, Unknown};

/// One statement of an answer, explained.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Explained {
    /// What it is for.
    pub name: String,
    /// The metrics it computes, each with its definition.
    pub metrics: Vec<MetricNote>,
    /// The SQL that asks the events themselves, with its values written in; rollups answer the same.
    pub sql: String,
    /// Where the rows come from.
    #[schema(value_type = String, example = "rollup")]
    pub source: Source,
    /// The rollups that answer its metrics, each by name, where rollups do.
    pub rollups: Vec<&'static str>,
    /// Whole days that came from rollups.
    pub days: usize,
    /// Whole months that came from rollups.
    pub months: usize,
    /// How many events were read besides.
    pub rows_scanned: u64,
}

/// A metric and its definition.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct MetricNote {
    /// Name.
    pub name: &'static str,
    /// Definition.
    pub definition: &'static str,
}

/// What an answer is about, and where it comes from.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Meta {
    /// Names the request in the log, as the header `X-Request-Id` does; left out where the answer was not
    /// made for one request.
    // TRICKY: it stands first, so that it is found in an answer that was written for somebody else.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub request_id: String,
    /// The present for this answer.
    #[schema(value_type = String, format = DateTime)]
    pub as_of: Instant,
    /// Whose local time days and hours are.
    pub timezone: String,
    /// The day that weeks begin with.
    #[schema(value_type = String, example = "monday")]
    pub week_start: WeekStart,
    /// First instant of the span.
    #[schema(value_type = String, format = DateTime)]
    pub from: Instant,
    /// First instant after the span.
    #[schema(value_type = String, format = DateTime)]
    pub to: Instant,
    /// Whether the span begins only after the present, so that it is empty.
    pub future: bool,
    /// First instant of the span compared with.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub previous_from: Option<Instant>,
    /// First instant after the span compared with.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub previous_to: Option<Instant>,
    /// Where the numbers come from: the events themselves, or rollups of them.
    #[schema(value_type = String, example = "rollup")]
    pub source: Source,
    /// Which days of the span, of those that have events, the rollups hold in full, as it was when the answer
    /// was computed; `null` where there are no rollups.
    pub ledger: Option<Ledger>,
    /// Whether the answer was remembered from an earlier question.
    pub cached: bool,
    /// How long both ways took, with `source=raw`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timing: Option<Timing>,
    /// Whether some numbers are estimates: the span, or the one compared with, holds sampled events, or
    /// percentiles are of more than 1,000 durations, and less than 1 % from what they stand for.
    pub approximate: bool,
    /// What the answer may say of people, and how much is withheld. Left out in the mode `full`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub privacy: Option<PrivacyNote>,
    /// Channels and people that the request names and nobody knows: the numbers are zero because of
    /// them. Left out when there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<Unknown>,
    /// Identifiers that the request names and that were merged into another person, whose numbers these
    /// are. Left out when there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub merged: Vec<Merged>,
    /// What happened within the span, in order of time; at most 500, the latest. Left out when nothing did.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub annotations: Vec<AnnotationAnswer>,
    /// What the main number means.
    pub definition: String,
    /// Which metric a field is, by the path to it; `/api/analytics/metrics` says what each means. Left out
    /// where no field is one.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    #[schema(value_type = BTreeMap<String, String>, example = json!({"totalMessages": "messages"}))]
    pub fields: BTreeMap<String, &'static str>,
}

/// Days of a span that have events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct Ledger {
    /// Days whose rollups hold every event.
    pub clean: u64,
    /// Days of which events are read beside the rollups, or that have none.
    pub dirty: u64,
}

/// Which metric a field of an answer is, by the path to it through objects and the rows of lists. It stands
/// beside what composes the answer.
pub(super) type Fields = &'static [(&'static str, Metric)];

impl Meta {
    /// Returns the same of an answer with these fields.
    pub(super) fn with(mut self, fields: Fields) -> Self {
        let named = fields
            .iter()
            .map(|(path, metric)| ((*path).to_owned(), metric.name()));
        self.fields.extend(named);
        self
    }

    /// Returns the same of an answer of which some numbers may be estimates.
    pub(super) const fn estimated(mut self, are_estimated: bool) -> Self {
        self.approximate |= are_estimated;
        self
    }

    /// Returns the same of an answer about one metric, which these fields are.
    pub(super) fn of_one(mut self, metric: Metric, paths: &[&str]) -> Self {
        let named = paths.iter().map(|path| ((*path).to_owned(), metric.name()));
        self.fields.extend(named);
        self
    }

    /// Returns the same of an answer with a column for each metric.
    pub(super) fn of_columns(mut self, metrics: &[Metric]) -> Self {
        for metric in metrics.iter().map(|metric| metric.name()) {
            for part in ["totals", "rows"] {
                self.fields
                    .insert(format!("{part}.values.{metric}"), metric);
            }
        }
        self
    }
}

/// The same answer, from rollups where they can give it, and from the events themselves.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Timing {
    /// Milliseconds that the answer took with rollups.
    pub rollup_ms: f64,
    /// Milliseconds that it took from the events alone.
    pub raw_ms: f64,
    /// Whether both are the same; events that came in between may tell them apart.
    pub equal: bool,
}
