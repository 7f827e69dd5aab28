//! Questions asked of the events themselves.

use ::duckdb::Connection;
use domain::time::{Day, DayClock, Instant, Range};
use engine::{
    Engine,
    plan::{Plan, Source},
};

use super::{dialect::DuckDbDialect, reader::each_row, rows::table_row, sampled::Sampled};
use crate::{
    Origin, StoreError, Table,
    sql::{self, Scope, Sql},
};

/// Returns the statement that counts the events of a span.
pub(super) fn count(scope: Scope, range: Range) -> Sql {
    Sql::raw(format!(
        "--sql\nSELECT count(*) FROM event WHERE workspace_ref = {} AND timestamp_ms >= ",
        scope.workspace_ref
    ))
    .with(Sql::int(range.from().as_millis()))
    .then(" AND timestamp_ms < ")
    .with(Sql::int(range.to().as_millis()))
}

/// Returns how many events a question looks at, and refuses it when those are too many.
pub(super) fn check_scan(
    connection: &Connection,
    engine: &Engine,
    scope: Scope,
    range: Range,
    most: Option<u64>,
) -> Result<u64, StoreError> {
    let counted = {
        let ledgers = engine.ledgers();
        let ledger = ledgers.ledger(scope.workspace_ref);
        ledger.map_or(Some(0), |ledger| ledger.events_in(range, engine.zone()))
    };
    // The ledger counts whole days; only where that would be too many it is counted exactly.
    let fits = |events: u64| most.is_none_or(|most| events <= most);
    if let Some(events) = counted.filter(|events| fits(*events)) {
        return Ok(events);
    }
    let mut events = 0;
    each_row(connection, &count(scope, range), |row| {
        events = row.get(0)?;
        Ok(false)
    })?;
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

/// Returns the weights of the events in the span of a plan, where they make a difference to it: it
/// counts people, and the span holds sampled events.
pub(super) fn weights(
    connection: &Connection,
    sampled: &Sampled,
    scope: Scope,
    plan: &Plan,
) -> Result<Vec<f64>, StoreError> {
    let mut weights = Vec::new();
    if sql::needs_weights(plan) && sampled.is_in(scope.workspace_ref, plan.query.range) {
        each_row(connection, &sql::weights(plan, scope), |row| {
            weights.push(row.get(0)?);
            Ok(true)
        })?;
    }
    Ok(weights)
}

/// Answers a plan, given the weights of the events in its span.
pub(super) fn table(
    connection: &Connection,
    scope: Scope,
    plan: &Plan,
    weights: &[f64],
    events: u64,
) -> Result<Table, StoreError> {
    let mut table = Table {
        origin: origin(events),
        ..Table::default()
    };
    let statement = sql::select(plan, scope, weights, &DuckDbDialect);
    each_row(connection, &statement, |row| {
        let (values, total) = table_row(row, plan)?;
        table.rows.push(values);
        table.total = total;
        Ok(true)
    })?;
    if table.rows.is_empty() && (plan.query.offset > 0 || plan.limit == 0) {
        // Each row tells how many there are; on an empty page there is none to tell.
        let mut first = plan.clone();
        (first.query.offset, first.limit) = (0, 1);
        let statement = sql::select(&first, scope, weights, &DuckDbDialect);
        each_row(connection, &statement, |row| {
            table.total = table_row(row, &first)?.1;
            Ok(true)
        })?;
    }
    Ok(table)
}

/// Returns the first metric of all rows.
pub(super) fn values(
    connection: &Connection,
    scope: Scope,
    plan: &Plan,
    weights: &[f64],
) -> Result<Vec<Option<f64>>, StoreError> {
    let mut all = plan.clone();
    all.limit = u32::MAX;
    (all.query.having, all.query.offset) = (None, 0);
    let statement = sql::select(&all, scope, weights, &DuckDbDialect);
    let mut values = Vec::new();
    each_row(connection, &statement, |row| {
        values.push(table_row(row, &all)?.0.values.first().copied().flatten());
        Ok(true)
    })?;
    Ok(values)
}

/// Returns the first event of a workspace.
pub(super) fn first_event(
    connection: &Connection,
    engine: &Engine,
    scope: Scope,
) -> Result<Option<Instant>, StoreError> {
    let days: Vec<(Day, Option<Instant>)> = {
        let ledgers = engine.ledgers();
        let ledger = ledgers.ledger(scope.workspace_ref);
        let days = ledger.into_iter().flat_map(|ledger| &ledger.days);
        days.map(|(day, entry)| (*day, entry.extent().map(|extent| extent.first)))
            .collect()
    };
    for (day, first) in days {
        if first.is_some() {
            return Ok(first);
        }
        let range = DayClock::new(day, engine.zone()).range();
        let statement = Sql::raw(format!(
            "--sql\nSELECT min(timestamp_ms) FROM event WHERE workspace_ref = {} AND timestamp_ms >= ",
            scope.workspace_ref
        ))
        .with(Sql::int(range.from().as_millis()))
        .then(" AND timestamp_ms < ")
        .with(Sql::int(range.to().as_millis()));
        let mut found: Option<i64> = None;
        each_row(connection, &statement, |row| {
            found = row.get(0)?;
            Ok(false)
        })?;
        if let Some(found) = found {
            return Ok(Some(Instant::from_millis(found)));
        }
    }
    Ok(None)
}
