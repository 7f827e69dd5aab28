//! What the writer must know of what is stored, read once at start.

use ::duckdb::Connection;
use domain::{
    id::EventId,
    time::{Instant, Range},
};
use uuid::Uuid;

use super::{failure::classify, seen::SeenEvents};
use crate::StoreError;

/// Returns the memory of the last events before the one that is next, given the days that have any.
pub(super) fn seen(
    connection: &Connection,
    remembered: usize,
    next: i64,
    days: impl DoubleEndedIterator<Item = Range>,
) -> Result<SeenEvents, StoreError> {
    let capacity = i64::try_from(remembered).unwrap_or(i64::MAX);
    let first = next - capacity;
    let mut seen = SeenEvents::new(remembered, last_before(connection, first, days)?);
    let recent = format!(
        "SELECT workspace_ref, CAST(event_id AS VARCHAR), timestamp_ms FROM event WHERE seq >= {first}"
    );
    read(connection, &recent, |row| {
        if let Ok(id) = Uuid::try_parse(&row.get::<_, String>(1)?) {
            seen.insert(row.get(0)?, EventId(id), Instant::from_millis(row.get(2)?));
        }
        Ok(())
    })?;
    Ok(seen)
}

/// Returns the last instant of events that arrived before a place: of the last day that has any, so
/// that no other day is read.
fn last_before(
    connection: &Connection,
    first: i64,
    days: impl DoubleEndedIterator<Item = Range>,
) -> Result<Option<Instant>, StoreError> {
    if first <= 0 {
        return Ok(None);
    }
    for day in days.rev() {
        let found: Option<i64> = connection
            .query_row(
                "--sql\nSELECT max(timestamp_ms) FROM event \
                 WHERE timestamp_ms >= ? AND timestamp_ms < ? AND seq < ?",
                [day.from().as_millis(), day.to().as_millis(), first],
                |row| row.get(0),
            )
            .map_err(classify)?;
        if found.is_some() {
            return Ok(found.map(Instant::from_millis));
        }
    }
    Ok(None)
}

/// Returns the number that the next event gets.
pub(super) fn next_seq(connection: &Connection) -> Result<i64, StoreError> {
    connection
        .query_row("SELECT coalesce(max(seq) + 1, 0) FROM event", [], |row| {
            row.get(0)
        })
        .map_err(classify)
}

fn read(
    connection: &Connection,
    sql: &str,
    mut take: impl FnMut(&::duckdb::Row<'_>) -> ::duckdb::Result<()>,
) -> Result<(), StoreError> {
    let mut statement = connection.prepare(sql).map_err(classify)?;
    let mut rows = statement.query([]).map_err(classify)?;
    while let Some(row) = rows.next().map_err(classify)? {
        take(row).map_err(classify)?;
    }
    Ok(())
}
