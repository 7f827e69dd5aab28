//! Numbers as they are shown.

use domain::compare::{Trend, change_percent, round, signed_percent, trend};
use serde::Serialize;
use store::{Table, TableRow};
use utoipa::ToSchema;

/// A value beside the one before it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Change {
    /// The value over the asked span.
    pub current: u64,
    /// The value over the span compared with; `null` when nothing is compared.
    pub previous: Option<u64>,
    /// The change in percent, signed; `null` when there was nothing before.
    #[schema(example = "+12.2%")]
    pub change: Option<String>,
    /// Direction of the change.
    #[schema(value_type = String, example = "up")]
    pub trend: Trend,
}

impl Change {
    /// Returns the comparison of two counts.
    pub fn of(current: u64, previous: Option<u64>) -> Self {
        let percent = percent(current, previous);
        Self {
            current,
            previous,
            change: percent.map(signed_percent),
            trend: trend(percent),
        }
    }
}

/// Returns the change in percent; `None` when there was nothing before.
pub(super) fn percent(current: u64, previous: Option<u64>) -> Option<f64> {
    change_percent(current as f64, previous? as f64)
}

/// Returns a count as a whole number: weights of sampled events may leave a fraction.
pub(super) fn whole(value: Option<f64>) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "counts are neither negative nor beyond 2^53"
    )]
    let whole = value.unwrap_or(0.0).max(0.0).round() as u64;
    whole
}

/// Returns the metric of a row as a count.
pub(super) fn count(row: &TableRow, metric: usize) -> u64 {
    whole(row.values.get(metric).copied().flatten())
}

/// Returns the metric of the only row as a count.
pub(super) fn total(table: &Table, metric: usize) -> u64 {
    table.rows.first().map_or(0, |row| count(row, metric))
}

/// Returns a share as a whole percentage, `57%`; `None` when there is no whole.
pub(super) fn share(part: u64, whole: u64) -> Option<String> {
    (whole > 0).then(|| format!("{}%", round(part as f64 / whole as f64 * 100.0, 0)))
}
