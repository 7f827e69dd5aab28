//! Records as the engine keeps them, and reading what is known now.

use std::{
    collections::HashMap,
    ops::{Range, RangeInclusive},
};

use ::duckdb::{Connection, Row};

use super::{ByNumber, Channel, LISTED, Person, is_one_of};
use crate::{
    StoreError,
    duckdb::{failure::classify, names::Record},
};

/// Of whom or what records are read.
pub(in crate::duckdb) enum Which<'a> {
    /// Of these numbers of a workspace.
    Of(u16, &'a [u32]),
    /// Of the numbers of a range, of a range of workspaces.
    Between(RangeInclusive<u16>, Range<u32>),
}

impl Which<'_> {
    /// Returns the condition; `column` holds the number.
    pub(in crate::duckdb) fn condition(&self, column: &str) -> String {
        match self {
            Self::Of(workspace, numbers) => {
                format!(
                    "workspace_ref = {workspace} AND {}",
                    is_one_of(column, numbers)
                )
            }
            Self::Between(workspaces, Range { start, end }) => {
                let (first, last) = workspaces.clone().into_inner();
                format!(
                    "workspace_ref BETWEEN {first} AND {last} AND {column} >= {start} AND {column} < {end}"
                )
            }
        }
    }
}

/// A record as the engine keeps it.
pub(in crate::duckdb) trait Stored: Record {
    /// Which table, which column of it holds the number, and which the record.
    const PLACE: (&str, &str, &str);

    /// Reads a record that begins at column 2.
    fn read(row: &Row<'_>) -> ::duckdb::Result<Self>;
}

impl Stored for Person {
    const PLACE: (&str, &str, &str) = (
        "person_record",
        "person_ref",
        "name, email, role, is_bot, is_deactivated, created_ms, first_seen_ms",
    );

    fn read(row: &Row<'_>) -> ::duckdb::Result<Self> {
        Ok(Self {
            name: row.get(2)?,
            email: row.get(3)?,
            role: row.get(4)?,
            is_bot: row.get(5)?,
            is_deactivated: row.get(6)?,
            created_ms: row.get(7)?,
            first_seen_ms: row.get(8)?,
        })
    }
}

impl Stored for Channel {
    const PLACE: (&str, &str, &str) = (
        "channel_record",
        "channel_ref",
        "name, kind, is_archived, member_count, owner_id, created_ms, slug",
    );

    fn read(row: &Row<'_>) -> ::duckdb::Result<Self> {
        Ok(Self {
            name: row.get(2)?,
            kind: row.get(3)?,
            is_archived: row.get(4)?,
            member_count: row.get(5)?,
            owner_id: row.get(6)?,
            created_ms: row.get(7)?,
            slug: row.get(8)?,
        })
    }
}

/// Returns what is known now, by workspace and number.
pub(in crate::duckdb) fn known<T: Stored>(
    connection: &Connection,
    which: &Which<'_>,
) -> Result<HashMap<(u16, u32), T>, StoreError> {
    let (table, column, columns) = T::PLACE;
    let mut statement = connection
        .prepare(&format!(
            "--sql\nSELECT workspace_ref, {column}, {columns} FROM {table} WHERE {} \
             ORDER BY valid_from_ms, rowid",
            which.condition(column)
        ))
        .map_err(classify)?;
    let rows = statement
        .query_map([], |row| Ok(((row.get(0)?, row.get(1)?), T::read(row)?)))
        .map_err(classify)?;
    rows.collect::<Result<_, _>>().map_err(classify)
}

/// Returns what is known now of these numbers.
pub(super) fn known_of<T: Stored>(
    connection: &Connection,
    workspace: u16,
    numbers: &[u32],
) -> Result<ByNumber<T>, StoreError> {
    let mut all = HashMap::new();
    for part in numbers.chunks(LISTED) {
        let found = known::<T>(connection, &Which::Of(workspace, part))?;
        all.extend(
            found
                .into_iter()
                .map(|((_, number), record)| (number, record)),
        );
    }
    Ok(all)
}

/// Returns how many records there are.
pub(in crate::duckdb) fn count(connection: &Connection) -> Result<i64, StoreError> {
    let sql = "--sql\nSELECT (SELECT count(*) FROM person_record) + (SELECT count(*) FROM channel_record)";
    connection
        .query_row(sql, [], |row| row.get(0))
        .map_err(classify)
}
