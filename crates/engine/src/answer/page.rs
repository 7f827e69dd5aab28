//! The rows of a page, in their order.

use domain::query::{Order, Query};

use super::label::Cells;
use crate::{StoreError, evaluate::Groups, plan::Plan, storage::Identities};

/// Returns whether a row is more than gaps and zeros; totals always are a row.
pub(super) fn is_row(groups: &Groups, row: usize, query: &Query) -> bool {
    let mut values = groups.values.iter().zip(&query.metrics);
    query.dimensions.is_empty()
        || values.any(|(values, metric)| {
            let value = values[row];
            !value.is_nan() && (value != 0.0 || !metric.is_zero_when_absent())
        })
}

/// Returns the rows of the page in their order, and how many rows there are in all.
pub(super) fn page(
    plan: &Plan,
    groups: &Groups,
    identities: &dyn Identities,
    workspace: u16,
) -> Result<(Vec<usize>, u64), StoreError> {
    let query = &plan.query;
    let mut rows: Vec<usize> = (0..groups.keys.len())
        .filter(|row| is_row(groups, *row, query))
        .filter(|row| {
            query.having.is_none_or(|having| {
                let value = groups.values[having.metric][*row];
                having.at_least.is_none_or(|least| value >= least)
                    && having.below.is_none_or(|most| value < most)
            })
        })
        .collect();
    let total = rows.len() as u64;
    let by_metric = |left: &usize, right: &usize| match query.order {
        Order::Keys | Order::Any => std::cmp::Ordering::Equal,
        Order::Metric { index, descending } => {
            let (left, right) = (groups.values[index][*left], groups.values[index][*right]);
            match (left.is_nan(), right.is_nan()) {
                (false, false) if descending => right.total_cmp(&left),
                (false, false) => left.total_cmp(&right),
                (left, right) => left.cmp(&right),
            }
        }
    };
    let (offset, limit) = (query.offset as usize, plan.limit as usize);
    let wanted = offset.saturating_add(limit);
    // Only the page needs to be in order, and names are looked at where numbers tie.
    let is_part = wanted > 0 && wanted < rows.len();
    if is_part {
        rows.select_nth_unstable_by(wanted - 1, by_metric);
        let last = rows[wanted - 1];
        rows.retain(|row| by_metric(row, &last).is_le());
    }
    let mut cells = Cells::new(query, &groups.terms, identities, workspace);
    let compare = |cells: &Cells<'_>, left: &usize, right: &usize| {
        let keys = &groups.keys;
        by_metric(left, right).then_with(|| cells.compare(&keys[*left], &keys[*right]))
    };
    if is_part && rows.len() > wanted {
        let mut first: Vec<usize> = Vec::new();
        for part in rows.chunks(cells.at_once().max(wanted)) {
            first.extend_from_slice(part);
            cells.look_up(first.iter().map(|row| &groups.keys[*row]))?;
            if first.len() > wanted {
                first
                    .select_nth_unstable_by(wanted - 1, |left, right| compare(&cells, left, right));
                first.truncate(wanted);
            }
        }
        rows = first;
    }
    if query.order != Order::Any {
        cells.look_up(rows.iter().map(|row| &groups.keys[*row]))?;
        rows.sort_unstable_by(|left, right| compare(&cells, left, right));
    }
    let page = rows.into_iter().skip(offset).take(limit).collect();
    Ok((page, total))
}
