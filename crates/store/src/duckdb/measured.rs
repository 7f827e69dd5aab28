//! Numbers of events, and what arrived.

use std::collections::BTreeMap;

use ::duckdb::Connection;
use domain::time::Range;
use engine::{
    Engine,
    measured::{ArrivalScan, Arrivals, EventNumber, ValueCount, ValueScan},
};

use super::{dialect::DuckDbDialect, pool::EnginePool, reader::each_row};
use crate::{
    StoreError,
    sql::{self, Scope, bucket_start},
};

/// Returns whether a scan over so many events has to wait for its turn.
pub(super) fn is_large(scan: &ValueScan, events: u64) -> bool {
    let reads_properties = matches!(scan.number, EventNumber::Property(_));
    reads_properties || EnginePool::is_large(events, &scan.filter)
}

/// Counts events by bucket and by number.
pub(super) fn values(
    connection: &Connection,
    scope: Scope,
    scan: &ValueScan,
) -> Result<Vec<ValueCount>, StoreError> {
    let mut values = Vec::new();
    let statement = sql::values(scan, scope, &DuckDbDialect);
    each_row(connection, &statement, |row| {
        values.push(ValueCount {
            bucket: bucket_start(row.get(0)?, scan.grain, &scan.zone),
            value: row.get(1)?,
            weight: row.get(2)?,
        });
        Ok(true)
    })?;
    Ok(values)
}

/// Counts what arrived, by bucket.
pub(super) fn arrivals(
    connection: &Connection,
    engine: &Engine,
    scope: Option<Scope>,
    scan: &ArrivalScan,
    most: Option<u64>,
) -> Result<Vec<Arrivals>, StoreError> {
    let mut buckets = BTreeMap::new();
    let mut of = |number: i64, accepted: f64, refused: u64| {
        let bucket = bucket_start(number, scan.grain, &scan.zone);
        let arrivals = buckets.entry(bucket).or_insert(Arrivals {
            bucket,
            accepted: 0.0,
            refused: 0,
        });
        arrivals.accepted += accepted;
        arrivals.refused += refused;
    };
    if let Some(scope) = scope {
        check(connection, engine, scope, scan.range, most)?;
        let statement = sql::accepted(scan, scope, &DuckDbDialect);
        each_row(connection, &statement, |row| {
            of(row.get(0)?, row.get(1)?, 0);
            Ok(true)
        })?;
    }
    each_row(connection, &sql::refused(scan, &DuckDbDialect), |row| {
        of(row.get(0)?, 0.0, row.get(1)?);
        Ok(true)
    })?;
    Ok(buckets.into_values().collect())
}

/// Refuses to count more events than a question may read. They are counted only where there are as many.
fn check(
    connection: &Connection,
    engine: &Engine,
    scope: Scope,
    range: Range,
    most: Option<u64>,
) -> Result<(), StoreError> {
    let Some(most) = most else {
        return Ok(());
    };
    let stored = {
        let ledgers = engine.ledgers();
        let ledger = ledgers.ledger(scope.workspace_ref);
        ledger.map_or(Some(0), |ledger| {
            ledger.events_in(Range::ALL, engine.zone())
        })
    };
    if stored.is_some_and(|stored| stored <= most) {
        return Ok(());
    }
    let mut rows = 0;
    each_row(connection, &sql::count_arrived(scope, range), |row| {
        rows = row.get(0)?;
        Ok(false)
    })?;
    if rows > most {
        return Err(StoreError::TooMuch { rows, most });
    }
    Ok(())
}
