//! What is stored from before an instant: asked before it is removed.

use ::duckdb::Connection;
use domain::time::Instant;

use super::{failure::classify, open::OpenOptions, read_only};
use crate::{Aged, StoreError};

/// Returns the events before an instant of a store that nobody has open, changing nothing; `None`
/// when there are none, or no store.
///
/// # Errors
/// [`StoreError::Locked`] while another process has the store.
pub fn aged_in(options: &OpenOptions, before: Instant) -> Result<Option<Aged>, StoreError> {
    match read_only::open(options)? {
        Some(connection) => aged(&connection, before),
        None => Ok(None),
    }
}

/// Returns the events of all workspaces that happened before an instant.
pub(super) fn aged(connection: &Connection, before: Instant) -> Result<Option<Aged>, StoreError> {
    connection
        .query_row(
            "--sql\nSELECT count(*), min(timestamp_ms), max(timestamp_ms) FROM event \
             WHERE timestamp_ms < ?",
            [before.as_millis()],
            |row| {
                let span: (Option<i64>, Option<i64>) = (row.get(1)?, row.get(2)?);
                let events = row.get(0)?;
                Ok(span.0.zip(span.1).map(|(first, last)| Aged {
                    events,
                    first: Instant::from_millis(first),
                    last: Instant::from_millis(last),
                }))
            },
        )
        .map_err(classify)
}
