//! Numbers as they are shown.

use std::collections::HashMap;

use domain::{
    compare::Trend,
    ratio::{Amount, Ratio},
    time::Instant,
};
use serde::Serialize;
use store::{Table, TableRow};
use utoipa::ToSchema;

/// A value beside the one before it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Change {
    /// The value over the asked span.
    pub current: u64,
    /// The value over the span compared with; `null` when nothing is compared.
    pub previous: Option<u64>,
    /// The change in percent, signed; `null` when there was nothing before.
    #[schema(example = "+12.2%")]
    pub change: Option<String>,
    /// The same change as a number, one decimal.
    #[schema(example = 12.2)]
    pub change_percent: Option<f64>,
    /// Direction of the change; `null` when nothing is compared.
    #[schema(value_type = Option<String>, example = "up")]
    pub trend: Option<Trend>,
}

impl Change {
    /// Returns the comparison of two amounts.
    pub fn of(current: Amount, previous: Option<Amount>) -> Self {
        let change = change(current, previous);
        Self {
            current: current.rounded(),
            previous: previous.map(Amount::rounded),
            change: change.map(Ratio::as_change),
            change_percent: change.map(|change| change.percent(1)),
            trend: previous.map(|previous| Trend::of(current, previous)),
        }
    }
}

/// Returns the change; `None` when there was nothing before.
pub(super) fn change(current: Amount, previous: Option<Amount>) -> Option<Ratio> {
    Ratio::change(current, previous?)
}

/// Returns the metric of a row.
pub(super) fn amount(row: &TableRow, metric: usize) -> Amount {
    Amount::of(row.values.get(metric).copied().flatten().unwrap_or(0.0))
}

/// Returns the metric of a row as a whole number: weights of sampled events may leave a fraction.
pub(super) fn count(row: &TableRow, metric: usize) -> u64 {
    amount(row, metric).rounded()
}

/// Returns the metric of a row that is an instant; `None` where there was nothing.
pub(super) fn instant(row: &TableRow, metric: usize) -> Option<Instant> {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "milliseconds stay far below 2^53"
    )]
    row.values[metric].map(|millis| Instant::from_millis(millis as i64))
}

/// Returns the rows of a table by their first keys, which are texts.
pub(super) fn by_text(table: &Table) -> HashMap<&str, &TableRow> {
    table
        .rows
        .iter()
        .filter_map(|row| Some((row.keys[0].as_text()?, row)))
        .collect()
}

/// Returns the metric of the only row.
pub(super) fn total(table: &Table, metric: usize) -> Amount {
    table
        .rows
        .first()
        .map_or(Amount::ZERO, |row| amount(row, metric))
}

/// Returns a share as a whole percentage, `57%`; `None` when there is no whole.
pub(super) fn share(part: u64, whole: u64) -> Option<String> {
    Ratio::of(Amount::whole(part), Amount::whole(whole)).map(Ratio::as_share)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_compared_has_no_direction() {
        let alone = Change::of(Amount::whole(3), None);
        assert_eq!(
            (alone.previous, alone.change, alone.trend),
            (None, None, None)
        );
        let risen = Change::of(Amount::whole(103), Some(Amount::whole(80)));
        assert_eq!(risen.change.as_deref(), Some("+28.8%"));
        assert_eq!(risen.change_percent, Some(28.8));
        let first = Change::of(Amount::whole(3), Some(Amount::ZERO));
        assert_eq!((first.change, first.trend), (None, Some(Trend::Up)));
    }

    #[test]
    fn sampled_counts_are_compared_before_they_are_rounded() {
        // Both are shown as 2.
        let (current, previous) = (Amount::of(2.4), Amount::of(1.6));
        let change = Change::of(current, Some(previous));
        assert_eq!((change.current, change.previous), (2, Some(2)));
        assert_eq!(change.trend, Some(Trend::Up));
        assert_eq!(change.change_percent, Some(50.0));
    }
}
