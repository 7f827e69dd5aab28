//! Which rows are kept, and their order.

use std::cmp::Ordering;

use domain::{
    dimension::Dimension,
    event::MessageType,
    query::{Having, Order, Query},
};
use engine::plan::Plan;
use store::{Cell, Table, TableRow};

/// Returns the page of an answer that a plan asks for.
pub(super) fn page(plan: &Plan, mut rows: Vec<TableRow>) -> Table {
    let query = &plan.query;
    rows.retain(|row| query.having.is_none_or(|having| keeps(having, row)));
    rows.sort_by(|left, right| {
        by_metric(left, right, query).then_with(|| by_keys(left, right, query))
    });
    let total = rows.len() as u64;
    let (offset, limit) = (query.offset as usize, plan.limit as usize);
    Table {
        rows: rows.into_iter().skip(offset).take(limit).collect(),
        total,
        ..Table::default()
    }
}

/// Returns whether a row is more than gaps and zeros.
pub(super) fn is_nonempty(row: &TableRow, query: &Query) -> bool {
    let mut each = row.values.iter().zip(&query.metrics);
    each.any(|(value, metric)| match value {
        None => false,
        Some(value) => !metric.is_zero_when_absent() || *value != 0.0,
    })
}

/// What is unknown is in no bounds.
fn keeps(having: Having, row: &TableRow) -> bool {
    let value = row.values[having.metric];
    let is_beyond = |least: f64| value.is_some_and(|value| value >= least);
    let is_below = |most: f64| value.is_some_and(|value| value < most);
    having.at_least.is_none_or(is_beyond) && having.below.is_none_or(is_below)
}

/// What is unknown stands last, whichever way rows are sorted.
fn by_metric(left: &TableRow, right: &TableRow, query: &Query) -> Ordering {
    let Order::Metric { index, descending } = query.order else {
        return Ordering::Equal;
    };
    match (left.values[index], right.values[index]) {
        (Some(left), Some(right)) if descending => right.total_cmp(&left),
        (Some(left), Some(right)) => left.total_cmp(&right),
        (left, right) => left.is_none().cmp(&right.is_none()),
    }
}

/// Keys ascend, and what has no value stands last.
fn by_keys(left: &TableRow, right: &TableRow, query: &Query) -> Ordering {
    let pairs = left.keys.iter().zip(&right.keys);
    let mut orders = pairs
        .zip(&query.dimensions)
        .map(|((left, right), dimension)| {
            let is_absent = |cell: &Cell| *cell == Cell::None;
            is_absent(left).cmp(&is_absent(right)).then_with(|| {
                if *dimension == Dimension::MessageType {
                    rank(left).cmp(&rank(right))
                } else {
                    left.cmp(right)
                }
            })
        });
    orders
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

/// What messages carry goes in the order of the types.
fn rank(cell: &Cell) -> Option<usize> {
    let kinds = MessageType::ALL.iter();
    kinds
        .map(|kind| kind.name())
        .position(|name| cell.as_text() == Some(name))
}
