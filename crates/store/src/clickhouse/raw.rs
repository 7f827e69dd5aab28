//! Questions asked of the events themselves.

use domain::time::Range;
use engine::{
    Origin, Table, TableRow,
    plan::{Plan, Source},
};
use serde_json::Value as Json;

use super::{dialect::ClickHouseDialect, open::Shared};
use crate::{
    Cell, StoreError,
    sql::{self, Scope, Sql},
};

/// Returns the statement that counts the events of a span.
pub(super) fn count(scope: Scope, range: Range) -> Sql {
    Sql::raw("SELECT count(*) FROM event WHERE ").with(scope.events_in(range))
}

/// Returns how many events a question looks at, and refuses it when those are too many.
pub(super) fn check_scan(
    shared: &Shared,
    scope: Scope,
    range: Range,
    most: Option<u64>,
) -> Result<u64, StoreError> {
    let counted = {
        let ledgers = shared.engine.ledgers();
        let ledger = ledgers.ledger(scope.workspace_ref);
        ledger.map_or(Some(0), |ledger| {
            ledger.events_in(range, shared.engine.zone())
        })
    };
    // The ledger counts whole days; only where that would be too many it is counted exactly.
    let fits = |events: u64| most.is_none_or(|most| events <= most);
    if let Some(events) = counted.filter(|events| fits(*events)) {
        return Ok(events);
    }
    let server = &shared.server;
    let events = server.wait(server.number(&count(scope, range)))?;
    let events = u64::try_from(events.unwrap_or(0)).unwrap_or(0);
    match most {
        Some(most) if events > most => Err(StoreError::TooMuch { rows: events, most }),
        _ => Ok(events),
    }
}

pub(super) fn origin(events_read: u64) -> Origin {
    Origin {
        source: Source::Raw,
        events_read,
        ..Origin::default()
    }
}

/// Returns the weights of the events in the span of a plan, where they make a difference to it.
pub(super) async fn weights(
    shared: &Shared,
    scope: Scope,
    plan: &Plan,
) -> Result<Vec<f64>, StoreError> {
    if !sql::needs_weights(plan) || !shared.sampled.is_in(scope.workspace_ref, plan.query.range) {
        return Ok(Vec::new());
    }
    let rows = shared.server.table(&sql::weights(plan, scope)).await?;
    let weight = |row: &Vec<Json>| row.first().and_then(Json::as_f64);
    Ok(rows.iter().filter_map(weight).collect())
}

/// Answers a plan, given the weights of the events in its span.
pub(super) async fn table(
    shared: &Shared,
    scope: Scope,
    plan: &Plan,
    weights: &[f64],
    events: u64,
) -> Result<Table, StoreError> {
    let (rows, mut total) = select(shared, scope, plan, weights).await?;
    if rows.is_empty() && (plan.query.offset > 0 || plan.limit == 0) {
        // Each row tells how many there are; on an empty page there is none to tell.
        let mut first = plan.clone();
        (first.query.offset, first.limit) = (0, 1);
        total = select(shared, scope, &first, weights).await?.1;
    }
    Ok(Table {
        rows,
        total,
        origin: origin(events),
    })
}

/// Returns the first metric of all rows.
pub(super) async fn values(
    shared: &Shared,
    scope: Scope,
    plan: &Plan,
    weights: &[f64],
) -> Result<Vec<Option<f64>>, StoreError> {
    let mut all = plan.clone();
    all.limit = u32::MAX;
    (all.query.having, all.query.offset) = (None, 0);
    let (rows, _) = select(shared, scope, &all, weights).await?;
    let first = |row: &TableRow| row.values.first().copied().flatten();
    Ok(rows.iter().map(first).collect())
}

async fn select(
    shared: &Shared,
    scope: Scope,
    plan: &Plan,
    weights: &[f64],
) -> Result<(Vec<TableRow>, u64), StoreError> {
    let statement = sql::select(plan, scope, weights, &ClickHouseDialect);
    let found = shared.server.table(&statement).await?;
    let (keys, metrics) = (plan.query.dimensions.len(), plan.query.metrics.len());
    let total = found
        .first()
        .and_then(|row| row.get(keys + metrics)?.as_u64());
    let row = |row: Vec<Json>| TableRow {
        keys: plan
            .query
            .dimensions
            .iter()
            .zip(&row)
            .map(|(dimension, value)| sql::named(cell(value), *dimension, plan))
            .collect(),
        values: row[keys..keys + metrics].iter().map(Json::as_f64).collect(),
    };
    Ok((found.into_iter().map(row).collect(), total.unwrap_or(0)))
}

fn cell(value: &Json) -> Cell {
    match value {
        Json::String(text) => Cell::Text(text.clone()),
        value => value.as_i64().map_or(Cell::None, Cell::Int),
    }
}
