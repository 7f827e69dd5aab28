//! Rows that are few: fresh numbers and dead letters.

use ::duckdb::{Connection, params};

use super::{dictionary::Dictionary, failure::classify};
use crate::{Batch, StoreError};

/// Writes the numbers that the open transaction gave.
pub(super) fn write_dictionary(
    connection: &Connection,
    dictionary: &Dictionary,
) -> Result<(), StoreError> {
    if !dictionary.fresh_workspaces.is_empty() {
        let mut appender = connection.appender("workspace").map_err(classify)?;
        for (number, id) in &dictionary.fresh_workspaces {
            appender
                .append_row(params![number, id.as_ref()])
                .map_err(classify)?;
        }
        appender.flush().map_err(classify)?;
    }
    for (table, fresh) in [
        ("person", &dictionary.fresh_people),
        ("channel", &dictionary.fresh_channels),
    ] {
        if fresh.is_empty() {
            continue;
        }
        let mut appender = connection.appender(table).map_err(classify)?;
        for fresh in fresh {
            appender
                .append_row(params![fresh.workspace, fresh.number, fresh.id.as_ref()])
                .map_err(classify)?;
        }
        appender.flush().map_err(classify)?;
    }
    if !dictionary.fresh_kinds.is_empty() {
        let mut appender = connection.appender("event_type").map_err(classify)?;
        for (code, name) in &dictionary.fresh_kinds {
            appender
                .append_row(params![code, name.as_ref()])
                .map_err(classify)?;
        }
        appender.flush().map_err(classify)?;
    }
    Ok(())
}

/// Writes what could not be accepted.
pub(super) fn write_dead_letters(
    connection: &Connection,
    batches: &[&Batch],
) -> Result<(), StoreError> {
    if batches.iter().all(|batch| batch.dead_letters.is_empty()) {
        return Ok(());
    }
    let mut appender = connection.appender("dead_letter").map_err(classify)?;
    for letter in batches.iter().flat_map(|batch| &batch.dead_letters) {
        appender
            .append_row(params![
                letter.id.to_string(),
                letter.workspace_id,
                letter.received_at.as_millis(),
                letter.source,
                letter.code,
                letter.reason,
                letter.body
            ])
            .map_err(classify)?;
    }
    appender.flush().map_err(classify)
}
