//! Names from what is stored: what memory has room for, and the file for the rest.

use std::{
    ops::{Range, RangeInclusive},
    sync::{Arc, atomic::Ordering},
};

use ::duckdb::{Connection, OptionalExt as _, Row, params};

use super::{Inner, Names, Record, Subject};
use crate::{
    StoreError,
    duckdb::{
        failure::classify,
        merges::Merged,
        records::{self, Channel, Person, Stored, Which},
    },
};

/// Numbers that are read at a time, in all workspaces together.
const AT_ONCE: u32 = 20_000;

const fn name(table: Subject) -> &'static str {
    match table {
        Subject::Person => "person",
        Subject::Channel => "channel",
    }
}

/// Returns a record as the file keeps it.
pub(super) fn to_text(record: &impl Record) -> Result<String, StoreError> {
    serde_json::to_string(record).map_err(|error| StoreError::Engine(Box::new(error)))
}

fn each(
    connection: &Connection,
    sql: &str,
    mut take: impl FnMut(&Row<'_>) -> ::duckdb::Result<()>,
) -> Result<(), StoreError> {
    let mut statement = connection.prepare(sql).map_err(classify)?;
    let mut rows = statement.query([]).map_err(classify)?;
    while let Some(row) = rows.next().map_err(classify)? {
        take(row).map_err(classify)?;
    }
    Ok(())
}

/// Splits numbers into those that are read at a time.
fn parts(numbers: Range<u32>) -> impl Iterator<Item = Range<u32>> {
    let end = numbers.end;
    numbers
        .step_by(AT_ONCE as usize)
        .map(move |from| from..from.saturating_add(AT_ONCE).min(end))
}

/// Splits workspaces, each with how many numbers were given in it, into those of which a part of the
/// numbers is read at a time.
fn groups(counts: &[(u16, u32)], part: &Range<u32>) -> Vec<RangeInclusive<u16>> {
    let mut groups: Vec<(RangeInclusive<u16>, u32)> = Vec::new();
    for (workspace, count) in counts {
        let count = count.min(&part.end).saturating_sub(part.start);
        match groups.last_mut() {
            _ if count == 0 => {}
            Some((group, all)) if *all + count <= AT_ONCE => {
                *group = *group.start()..=*workspace;
                *all += count;
            }
            _ => groups.push((*workspace..=*workspace, count)),
        }
    }
    groups.into_iter().map(|(group, _)| group).collect()
}

/// A number, its identifier, and what is known of it as the file keeps it.
type FileRow = (u32, String, Option<String>);

fn add_records<T: Stored>(
    connection: &Connection,
    which: &Which<'_>,
    workspace: u16,
    rows: &mut [FileRow],
) -> Result<(), StoreError> {
    let known = records::known::<T>(connection, which)?;
    for (number, _, record) in rows {
        let found = known.get(&(workspace, *number));
        *record = found.map(to_text).transpose()?;
    }
    Ok(())
}

impl Names {
    /// Forgets everything that the file holds: [`Names::load`] makes it again.
    pub(in crate::duckdb) fn forget_file(&self) -> Result<(), StoreError> {
        self.file.make_anew()
    }

    /// Takes in what is stored.
    pub(in crate::duckdb) fn load(&self, connection: &Connection) -> Result<(), StoreError> {
        let mut inner = Inner {
            most_bytes: self.read().most_bytes,
            ..Inner::default()
        };
        inner.load(connection)?;
        // What was found while it was read may lie where the comparison does not look.
        if self.file.is_damaged() {
            self.file.make_anew()?;
        }
        let brought_up = match self.bring_up(connection, &inner) {
            Err(StoreError::Corrupt { .. }) => {
                self.file.make_anew()?;
                self.bring_up(connection, &inner)
            }
            done => done,
        };
        brought_up?;
        self.is_behind.store(false, Ordering::Relaxed);
        *self.write() = inner;
        Ok(())
    }

    /// Has the file hold what memory has no room for, and nothing else.
    fn bring_up(&self, connection: &Connection, inner: &Inner) -> Result<(), StoreError> {
        let mut extents = self.file.extents()?;
        let records = records::count(connection)?;
        let is_behind = !extents.is_empty() && self.file.records_in_engine()? != records;
        let mut is_used = false;
        for workspace in inner.of.keys() {
            for table in [Subject::Person, Subject::Channel] {
                let beyond = inner.beyond(table, *workspace);
                let extent = extents.remove(&(table, *workspace));
                if beyond.is_empty() && extent.is_none() {
                    continue;
                }
                is_used |= !beyond.is_empty();
                let whole = extent.filter(|extent| {
                    !is_behind && extent.start <= beyond.start && !beyond.is_empty()
                });
                let mut from = beyond.start;
                if let Some(extent) = whole {
                    let end = extent.end.min(beyond.end);
                    if end > beyond.start && self.is_same(connection, table, *workspace, end - 1)? {
                        from = end;
                    }
                }
                let keeps = from > beyond.start;
                self.file
                    .remove_from(table, *workspace, if keeps { from } else { 0 })?;
                self.fill(connection, table, *workspace, from..beyond.end)?;
            }
        }
        // What is left is of another store.
        for (table, workspace) in extents.into_keys() {
            self.file.remove_from(table, workspace, 0)?;
        }
        if self.file.records_in_engine()? != records {
            self.file.put_records(std::iter::empty(), records)?;
        }
        self.uses_file.store(is_used, Ordering::Relaxed);
        Ok(())
    }

    /// Returns whether engine and file have the same under a number.
    fn is_same(
        &self,
        connection: &Connection,
        table: Subject,
        workspace: u16,
        number: u32,
    ) -> Result<bool, StoreError> {
        let table_name = name(table);
        let sql = format!("SELECT id FROM {table_name} WHERE workspace_ref = ? AND ref = ?");
        let id: Option<String> = connection
            .query_row(&sql, params![workspace, number], |row| row.get(0))
            .optional()
            .map_err(classify)?;
        let kept = self.file.get(table, workspace, number)?;
        Ok(kept.map(|kept| kept.id.into_string()) == id)
    }

    /// Puts numbers of a numbering into the file, with what is known of them.
    fn fill(
        &self,
        connection: &Connection,
        table: Subject,
        workspace: u16,
        numbers: Range<u32>,
    ) -> Result<(), StoreError> {
        for part in parts(numbers) {
            let which = Which::Between(workspace..=workspace, part);
            let mut rows: Vec<FileRow> = Vec::new();
            let sql = format!(
                "--sql\nSELECT ref, id FROM {} WHERE {}",
                name(table),
                which.condition("ref")
            );
            each(connection, &sql, |row| {
                rows.push((row.get(0)?, row.get(1)?, None));
                Ok(())
            })?;
            match table {
                Subject::Person => add_records::<Person>(connection, &which, workspace, &mut rows)?,
                Subject::Channel => {
                    add_records::<Channel>(connection, &which, workspace, &mut rows)?;
                }
            }
            self.file.put(rows.iter().map(|(number, id, record)| {
                (table, workspace, *number, id.as_str(), record.as_deref())
            }))?;
        }
        Ok(())
    }
}

impl Inner {
    fn load(&mut self, connection: &Connection) -> Result<(), StoreError> {
        each(connection, "SELECT ref, id FROM workspace", |row| {
            let number: u16 = row.get(0)?;
            self.workspaces
                .insert(row.get::<_, String>(1)?.into(), number);
            self.of.entry(number).or_default();
            Ok(())
        })?;
        let kinds = Arc::make_mut(&mut self.kinds);
        each(connection, "SELECT code, name FROM event_type", |row| {
            kinds.insert(row.get(0)?, row.get::<_, String>(1)?.into());
            Ok(())
        })?;
        self.load_named(connection, Self::set_person)?;
        self.load_named(connection, Self::set_channel)?;
        for (workspace, merged) in Merged::load(connection)? {
            self.set_merged(workspace, merged);
        }
        let nobodies = "--sql\nSELECT workspace_ref, count(*) FROM person \
                        WHERE starts_with(id, chr(1)) GROUP BY 1";
        each(connection, nobodies, |row| {
            self.of.entry(row.get(0)?).or_default().nobodies = row.get(1)?;
            Ok(())
        })
    }

    /// Takes in who or what has numbers, and what is known of them: the first numbers of every workspace
    /// before the next ones of any.
    fn load_named<T: Stored>(
        &mut self,
        connection: &Connection,
        set: impl Fn(&mut Self, u16, u32, T),
    ) -> Result<(), StoreError> {
        let sql = format!(
            "SELECT workspace_ref, max(ref) + 1 FROM {} GROUP BY 1 ORDER BY 1",
            name(T::TABLE)
        );
        let mut counts: Vec<(u16, u32)> = Vec::new();
        each(connection, &sql, |row| {
            counts.push((row.get(0)?, row.get(1)?));
            Ok(())
        })?;
        for (workspace, count) in &counts {
            self.give(T::TABLE, *workspace, *count);
        }
        let most = counts.iter().map(|(_, count)| *count).max();
        for numbers in parts(0..most.unwrap_or(0)) {
            for workspaces in groups(&counts, &numbers) {
                let which = Which::Between(workspaces, numbers.clone());
                self.load_ids(connection, T::TABLE, &which)?;
                for ((workspace, number), record) in records::known::<T>(connection, &which)? {
                    set(self, workspace, number, record);
                }
            }
        }
        Ok(())
    }

    /// Takes in identifiers, as far as there is room.
    fn load_ids(
        &mut self,
        connection: &Connection,
        table: Subject,
        which: &Which<'_>,
    ) -> Result<(), StoreError> {
        if !self.has_room(0) {
            return Ok(());
        }
        let sql = format!(
            "--sql\nSELECT workspace_ref, ref, id FROM {} WHERE {} ORDER BY workspace_ref, ref",
            name(table),
            which.condition("ref")
        );
        each(connection, &sql, |row| {
            self.add(table, row.get(0)?, row.get(1)?, &row.get::<_, String>(2)?);
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_at_a_time_is_bounded_over_all_workspaces() {
        let counts = [
            (0, 15_000),
            (1, 5_000),
            (2, 45_000),
            (5, 1),
            (9, 19_999),
            (10, 1),
        ];
        assert_eq!(
            groups(&counts, &(0..20_000)),
            [0..=1, 2..=2, 5..=9, 10..=10]
        );
        assert_eq!(groups(&counts, &(20_000..40_000)), [2..=2]);
        assert_eq!(groups(&counts, &(40_000..60_000)), [2..=2]);
        assert!(groups(&[], &(0..20_000)).is_empty());
    }
}
