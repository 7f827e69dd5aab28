//! Numbered migrations, each applied once and whole.

use std::collections::BTreeSet;

use ::duckdb::Connection;

use super::failure::classify;
use crate::StoreError;

/// Every migration, in order: number and text.
const MIGRATIONS: &[(u32, &str)] = &[
    (1, include_str!("../../migrations/duckdb/V0001__events.sql")),
    (2, include_str!("../../migrations/duckdb/V0002__views.sql")),
    (
        3,
        include_str!("../../migrations/duckdb/V0003__prelude.sql"),
    ),
    (
        4,
        include_str!("../../migrations/duckdb/V0004__rollups.sql"),
    ),
    (
        6,
        include_str!("../../migrations/duckdb/V0006__blocks_apart.sql"),
    ),
    (7, include_str!("../../migrations/duckdb/V0007__quotas.sql")),
    (9, include_str!("../../migrations/duckdb/V0009__bots.sql")),
    (
        10,
        include_str!("../../migrations/duckdb/V0010__sampled.sql"),
    ),
    (
        11,
        include_str!("../../migrations/duckdb/V0011__replies.sql"),
    ),
    (
        12,
        include_str!("../../migrations/duckdb/V0012__channel_slug.sql"),
    ),
    (
        13,
        include_str!("../../migrations/duckdb/V0013__content.sql"),
    ),
    (
        15,
        include_str!("../../migrations/duckdb/V0015__erased.sql"),
    ),
    (
        16,
        include_str!("../../migrations/duckdb/V0016__merges.sql"),
    ),
];

/// Brings the schema up to date and writes the known kinds of events.
pub(super) fn migrate(connection: &Connection) -> Result<(), StoreError> {
    connection
        .execute_batch("CREATE TABLE IF NOT EXISTS schema_migration (version UINTEGER NOT NULL)")
        .map_err(classify)?;
    let applied = applied(connection)?;
    let known = MIGRATIONS.last().map_or(0, |(version, _)| *version);
    if let Some(found) = applied.last().copied().filter(|found| *found > known) {
        return Err(StoreError::TooNew { found, known });
    }
    let missing = |(version, _): &&(u32, &str)| !applied.contains(version);
    for (version, text) in MIGRATIONS.iter().filter(missing) {
        let whole =
            format!("BEGIN;\n{text}\nINSERT INTO schema_migration VALUES ({version});\nCOMMIT;");
        if let Err(error) = connection.execute_batch(&whole) {
            // The first error tells; a failing ROLLBACK after it adds nothing.
            let _ = connection.execute_batch("ROLLBACK").is_ok();
            return Err(classify(error));
        }
    }
    write_known_kinds(connection)
}

fn applied(connection: &Connection) -> Result<BTreeSet<u32>, StoreError> {
    let mut statement = connection
        .prepare("SELECT version FROM schema_migration")
        .map_err(classify)?;
    let rows = statement
        .query_map([], |row| row.get(0))
        .map_err(classify)?;
    rows.collect::<Result<_, _>>().map_err(classify)
}

fn write_known_kinds(connection: &Connection) -> Result<(), StoreError> {
    let first_custom = domain::event::FIRST_CUSTOM_CODE;
    let values: Vec<String> = domain::event::Kind::ALL
        .iter()
        .map(|kind| format!("({}, '{}')", kind.code(), kind.name()))
        .collect();
    let stored: i64 = connection
        .query_row(
            &format!("SELECT count(*) FROM event_type WHERE code < {first_custom}"),
            [],
            |row| row.get(0),
        )
        .map_err(classify)?;
    if usize::try_from(stored) == Ok(values.len()) {
        return Ok(());
    }
    connection
        .execute_batch(&format!(
            "BEGIN; DELETE FROM event_type WHERE code < {first_custom}; \
             INSERT INTO event_type VALUES {}; COMMIT;",
            values.join(", ")
        ))
        .map_err(classify)
}

#[cfg(test)]
mod tests {
    use domain::metric::Metric;
    use engine::storage::{FactScan, FactSource as _};

    use super::{
        super::{facts::Facts, sampled::Sampled},
        *,
    };

    /// Returns a store as it was before a migration.
    fn before(version: u32) -> Connection {
        let connection = Connection::open_in_memory().unwrap();
        connection
            .execute_batch("CREATE TABLE schema_migration (version UINTEGER NOT NULL)")
            .unwrap();
        for (version, text) in MIGRATIONS.iter().filter(|(known, _)| *known < version) {
            let noted = format!("{text}; INSERT INTO schema_migration VALUES ({version});");
            connection.execute_batch(&noted).unwrap();
        }
        connection
    }

    #[test]
    fn channels_that_were_stored_before_have_no_name_in_addresses() {
        let connection = before(12);
        connection
            .execute_batch(
                "INSERT INTO channel VALUES (0, 0, 'c1'); \
                 INSERT INTO channel_record VALUES (0, 0, 5, 'General', 'public', false, 3, 'u1', 4)",
            )
            .unwrap();
        migrate(&connection).unwrap();
        let told: (String, String, Option<String>) = connection
            .query_row("SELECT name, owner_id, slug FROM channel_now", [], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .unwrap();
        assert_eq!(told, ("General".to_owned(), "u1".to_owned(), None));
    }

    #[test]
    fn replies_that_were_stored_before_are_known_afterwards() {
        let connection = before(11);
        let events = [
            (1, "NULL"),
            (2, "NULL"),
            (1, r#"'{"isReply":true}'"#),
            (1, r#"'{"isReply":false}'"#),
            (1, r#"'{"quoted":{"isReply":true}}'"#),
            (1, r#"'{"text":"\"isReply\":true"}'"#),
            (3, r#"'{"isReply":true}'"#),
        ];
        for (seq, (kind, properties)) in events.iter().enumerate() {
            let row = format!(
                "INSERT INTO event (seq, event_id, workspace_ref, timestamp_ms, received_s, \
                 type_code, is_bot, weight, properties) \
                 VALUES ({seq}, uuid(), 0, 0, 0, {kind}, false, 1, {properties})"
            );
            connection.execute_batch(&row).unwrap();
        }
        migrate(&connection).unwrap();
        let mut replies = Vec::new();
        let facts = Facts {
            connection: &connection,
            sampled: &Sampled::default(),
        };
        facts
            .each_fact(&FactScan::default(), &mut |seq, _, fact| {
                if Metric::Replies.definition().predicate.holds(fact) {
                    replies.push(seq);
                }
            })
            .unwrap();
        replies.sort_unstable();
        assert_eq!(replies, [1, 2]);
    }

    #[test]
    fn terms_that_were_stored_before_are_there_afterwards() {
        let connection = before(13);
        connection
            .execute_batch(
                "INSERT INTO event (seq, event_id, workspace_ref, timestamp_ms, received_s, \
                 type_code, is_bot, weight, mentions, links) \
                 VALUES (0, uuid(), 0, 0, 0, 1, false, 1, ['ana', 'bo'], ['example.org'])",
            )
            .unwrap();
        migrate(&connection).unwrap();
        let scan = FactScan {
            with_details: true,
            ..FactScan::default()
        };
        let mut found = Vec::new();
        let facts = Facts {
            connection: &connection,
            sampled: &Sampled::default(),
        };
        facts
            .each_fact(&scan, &mut |_, _, fact| {
                let texts = fact.terms.iter().map(|(_, text)| (*text).to_owned());
                found.push((fact.mentions, fact.is_question, texts.collect::<Vec<_>>()));
            })
            .unwrap();
        assert_eq!(found, [(2, false, vec!["example.org".to_owned()])]);
    }
}
