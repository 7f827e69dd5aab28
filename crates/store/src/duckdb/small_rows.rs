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

/// How many times as many dead letters, and bytes of them, as of one workspace there may be in all.
const WORKSPACES_OF_LETTERS: u64 = 10;

/// Removes the oldest of what could not be accepted, where there is more of it than there may be: of the
/// workspaces that have the most, so that nobody drives out what others sent.
pub(super) fn prune_dead_letters(
    connection: &Connection,
    quotas: &Quotas,
) -> Result<usize, StoreError> {
    let most = u64::from(quotas.dead_letters);
    connection
        .execute(
            "--sql\nDELETE FROM dead_letter WHERE id IN (SELECT id FROM (\
               SELECT *, row_number() OVER fair AS place_of_all, sum(length) OVER fair AS bytes_of_all \
               FROM (\
                 SELECT *, row_number() OVER newest AS place, sum(length) OVER newest AS bytes \
                 FROM (SELECT id, workspace_id, received_ms, strlen(body) + strlen(reason) AS length \
                       FROM dead_letter) \
                 WINDOW newest AS (PARTITION BY workspace_id ORDER BY received_ms DESC, id)) \
               WINDOW fair AS (ORDER BY place, received_ms DESC, id)\
             ) WHERE place > ? OR bytes > ? OR place_of_all > ? OR bytes_of_all > ?)",
            params![
                most,
                quotas.dead_letter_bytes,
                most.saturating_mul(WORKSPACES_OF_LETTERS),
                quotas.dead_letter_bytes.saturating_mul(WORKSPACES_OF_LETTERS)
            ],
        )
        .map_err(classify)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A workspace, how many letters it sent, when the first came, and how many bytes each has.
    type Sent = (&'static str, i64, i64, i64);

    fn left(sent: &[Sent], quotas: &Quotas) -> Vec<(String, i64)> {
        let connection = Connection::open_in_memory().unwrap();
        connection
            .execute_batch(
                "CREATE TABLE dead_letter (id UUID, workspace_id VARCHAR, received_ms BIGINT, \
                 reason VARCHAR, body VARCHAR)",
            )
            .unwrap();
        for (workspace, count, from, bytes) in sent {
            let sql = "INSERT INTO dead_letter SELECT uuid(), ?, ? + range, '', repeat('x', ?) \
                       FROM range(?)";
            let values = params![workspace, from, bytes, count];
            connection.execute(sql, values).unwrap();
        }
        prune_dead_letters(&connection, quotas).unwrap();
        let sql = "SELECT workspace_id, count(*) FROM dead_letter GROUP BY 1 ORDER BY 1";
        let mut statement = connection.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)));
        rows.unwrap().collect::<Result<_, _>>().unwrap()
    }

    #[test]
    fn dead_letters_of_many_workspaces_drive_out_nobody_elses() {
        let quotas = Quotas {
            dead_letters: 4,
            dead_letter_bytes: 1_000,
            ..Quotas::unlimited()
        };
        let names: [&'static str; 12] =
            ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"];
        let many = names.map(|name| (name, 9, 1_000, 10));
        let mut sent = vec![("old", 2, 0, 10)];
        sent.extend(many);
        let found = left(&sent, &quotas);
        assert_eq!(found.iter().map(|(_, count)| count).sum::<i64>(), 40);
        assert_eq!(found.last(), Some(&("old".to_owned(), 2)));
        // Each has 900 of its 1,000 bytes, and all together 10,800 of 10,000.
        let large = names.map(|name| (name, 3, 1_000, 300));
        let mut sent = vec![("old", 1, 0, 300)];
        sent.extend(large);
        let found = left(&sent, &quotas);
        assert_eq!(found.iter().map(|(_, count)| count).sum::<i64>(), 33);
        assert_eq!(found.last(), Some(&("old".to_owned(), 1)));
        let found = left(&[("a", 9, 0, 10), ("b", 9, 0, 600)], &quotas);
        assert_eq!(found, [("a".to_owned(), 4), ("b".to_owned(), 1)]);
    }
}
