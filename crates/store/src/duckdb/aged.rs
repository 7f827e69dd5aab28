//! What is stored from before an instant: asked before it is removed.

use std::path::Path;

use ::duckdb::{AccessMode, Config, Connection};
use domain::time::Instant;

use super::{
    failure::{classify, classify_open},
    open::{DuckDbStore, FILE_NAME},
};
use crate::{Aged, StoreError};

impl DuckDbStore {
    /// Returns the events of a store that happened before an instant, without opening it for
    /// anything else and changing nothing; `None` when there are none, or no store.
    ///
    /// # Errors
    /// [`StoreError::Locked`] when another process has the store.
    pub fn aged_in(folder: &Path, before: Instant) -> Result<Option<Aged>, StoreError> {
        let file = folder.join(FILE_NAME);
        if !file.exists() {
            return Ok(None);
        }
        let config = Config::default()
            .access_mode(AccessMode::ReadOnly)
            .and_then(|config| config.enable_autoload_extension(false))
            .map_err(classify)?;
        let connection = Connection::open_with_flags(&file, config)
            .map_err(|error| classify_open(error, &file))?;
        aged(&connection, before)
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
