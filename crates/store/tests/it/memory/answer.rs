//! The rows of an answer.

use std::collections::BTreeMap;

use domain::query::Query;
use engine::plan::Plan;
use store::{Cell, Table, TableRow};

use super::{Fact, keys, page, select, state::Workspace, values};

/// Answers a planned question, and returns beside the page the first metric of every row.
pub(super) fn answer(of: &Workspace, plan: &Plan) -> (Table, Vec<Option<f64>>) {
    let rows = rows(of, &plan.query);
    let first = rows.iter().map(|row| row.values[0]).collect();
    (page::page(plan, rows), first)
}

/// Returns every row of an answer, in any order.
fn rows(of: &Workspace, query: &Query) -> Vec<TableRow> {
    let mut groups: BTreeMap<Vec<Cell>, Vec<Fact<'_>>> = BTreeMap::new();
    if query.dimensions.is_empty() {
        // Totals of nothing are a row as well.
        groups.insert(Vec::new(), Vec::new());
    }
    let filter = of.resolved(&query.filter);
    let facts = of
        .facts_in(query.range)
        .filter(|fact| query.population.holds(fact.is_bot) && select::admits(&filter, fact.event));
    for fact in facts {
        for keys in keys::keys(fact, query) {
            groups.entry(keys).or_default().push(fact);
        }
    }
    let row = |(keys, facts): (Vec<Cell>, Vec<Fact<'_>>)| {
        let metrics = query.metrics.iter();
        let is_weighted = query.is_weighted();
        let values = metrics.map(|metric| values::value(*metric, &facts, &query.zone, is_weighted));
        TableRow {
            keys,
            values: values.collect(),
        }
    };
    let rows = groups.into_iter().map(row);
    rows.filter(|row| query.dimensions.is_empty() || page::is_nonempty(row, query))
        .collect()
}
