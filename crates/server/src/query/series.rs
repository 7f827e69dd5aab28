//! Charts over time: every bucket there, also those in which nothing happened.

use std::collections::HashMap;

use domain::{
    ratio::Amount,
    time::{Instant, spine},
};
use serde::Serialize;
use store::{Cell, Table};
use utoipa::ToSchema;

use super::{Ask, value::amount};

/// A number of people in a bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DayValue {
    /// Local day (first day of a week or month), or instant of an hour.
    #[schema(example = "2026-02-01")]
    pub date: String,
    /// The value.
    pub value: u64,
}

/// A number of events in a bucket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DayCount {
    /// Local day (first day of a week or month), or instant of an hour.
    #[schema(example = "2026-02-01")]
    pub date: String,
    /// The count.
    pub count: u64,
}

/// Returns the metrics of a table by time, one row for each bucket of the asked span; buckets
/// without events are zero, which is what counts of nothing are.
pub(super) fn filled(table: &Table, ask: &Ask, metrics: usize) -> Vec<(String, Vec<Amount>)> {
    let rows: HashMap<Instant, &store::TableRow> = table
        .rows
        .iter()
        .filter_map(|row| {
            let start = row.keys.first().and_then(Cell::as_int)?;
            Some((Instant::from_millis(start), row))
        })
        .collect();
    spine(ask.window.range, ask.grain, &ask.zone)
        .into_iter()
        .map(|bucket| {
            let values = (0..metrics)
                .map(|metric| {
                    rows.get(&bucket.start)
                        .map_or(Amount::ZERO, |row| amount(row, metric))
                })
                .collect();
            (bucket.label(ask.grain, &ask.zone), values)
        })
        .collect()
}
