//! Rows that are few: fresh numbers and dead letters.

use ::duckdb::{Connection, params};

use super::{dictionary::Dictionary, failure::classify, names::Subject};
use crate::{Batch, Quotas, StoreError};

/// Writes the numbers that the open transaction gave.
pub(super) fn write_dictionary(
    connection: &Connection,
    dictionary: &Dictionary,
) -> Result<(), StoreError> {
    if !dictionary.fresh_workspaces.is_empty() {
        let mut appender = connection.appender("workspace").map_err(classify)?;
        for fresh in &dictionary.fresh_workspaces {
            appender
                .append_row(params![
                    fresh.number,
                    fresh.id.as_ref(),
                    fresh.begun_by.as_deref()
                ])
                .map_err(classify)?;
        }
        appender.flush().map_err(classify)?;
    }
    for (table, name) in [(Subject::Person, "person"), (Subject::Channel, "channel")] {
        let mut fresh = dictionary.fresh().filter(|(of, _)| *of == table).peekable();
        if fresh.peek().is_none() {
            continue;
        }
        let mut appender = connection.appender(name).map_err(classify)?;
        for (_, fresh) in fresh {
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
    if !dictionary.fresh_workspace_kinds.is_empty() {
        let mut appender = connection.appender("workspace_kind").map_err(classify)?;
        for (workspace, code) in &dictionary.fresh_workspace_kinds {
            appender
                .append_row(params![workspace, code])
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
) -> Result<u32, StoreError> {
    if batches.iter().all(|batch| batch.dead_letters.is_empty()) {
        return Ok(0);
    }
    let mut count = 0;
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
        count += 1;
    }
    appender.flush().map_err(classify)?;
    Ok(count)
}

/// How many times as many dead letters as of one workspace there may be in all.
const WORKSPACES_OF_LETTERS: u64 = 10;

/// Removes the oldest of what could not be accepted, where there is more of it than there may be.
pub(super) fn prune_dead_letters(
    connection: &Connection,
    quotas: &Quotas,
) -> Result<(), StoreError> {
    let most = u64::from(quotas.dead_letters);
    connection
        .execute(
            "--sql\nDELETE FROM dead_letter WHERE id IN (SELECT id FROM (\
               SELECT id, row_number() OVER newest AS place, \
                      sum(strlen(body) + strlen(reason)) OVER newest AS bytes, \
                      row_number() OVER (ORDER BY received_ms DESC, id) AS of_all \
               FROM dead_letter \
               WINDOW newest AS (PARTITION BY workspace_id ORDER BY received_ms DESC, id)\
             ) WHERE place > ? OR bytes > ? OR of_all > ?)",
            params![
                most,
                quotas.dead_letter_bytes,
                most.saturating_mul(WORKSPACES_OF_LETTERS)
            ],
        )
        .map(drop)
        .map_err(classify)
}
