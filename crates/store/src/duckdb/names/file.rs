//! People and channels that memory has no room for, in a `SQLite` file.
//!
//! The tables of the engine hold every identifier with its number, and every record. This file holds
//! the same of those that are not in memory, in the order of number and of identifier, so that one is
//! found in microseconds where the engine would read the whole table.
//!
//! 1. Identifiers are here before the engine commits the events that name them. A number that the
//!    engine did not commit means nothing: whoever reads says from which number on there is none, and
//!    whoever gets that number next takes its place.
//! 2. Records are here after the engine has committed them, beside how many it had then: where that
//!    differs at the start the file is behind, and is made again.
//! 3. A file that is missing or damaged is made again from the engine's tables at the start.

use std::{
    collections::HashMap,
    ops::Range,
    path::{Path, PathBuf},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::Subject;
use crate::{
    StoreError,
    sqlite::{Layout, classify, connect, is_damage},
};

/// File name within the data folder.
const FILE_NAME: &str = "names.sqlite";
const LAYOUT: Layout = Layout {
    number: 1,
    schema: TABLES,
    cache_kib: 1024,
    is_durable: false,
    prepare: |connection| connection.query_row("SELECT records FROM basis", [], |_| Ok(())),
    damaged: "store.names_damaged: the file is made again",
};
const TABLES: &str = "--sql
    DROP TABLE IF EXISTS named;
    DROP TABLE IF EXISTS basis;
    CREATE TABLE named (
        kind INTEGER NOT NULL,          -- 0 person, 1 channel
        workspace_ref INTEGER NOT NULL,
        ref INTEGER NOT NULL,
        id TEXT NOT NULL,
        record TEXT,                    -- what is known of it, as JSON; NULL where nothing is
        PRIMARY KEY (kind, workspace_ref, ref)
    ) STRICT, WITHOUT ROWID;
    CREATE UNIQUE INDEX named_id ON named (kind, workspace_ref, id);
    CREATE TABLE basis (records INTEGER NOT NULL) STRICT;
    INSERT INTO basis VALUES (0)";
/// Connections that are kept for who reads next, each with its pages.
const MOST_IDLE: usize = 4;

/// One that is kept in the file.
pub(super) struct Kept {
    pub(super) number: u32,
    pub(super) id: Box<str>,
    pub(super) record: Option<String>,
}

/// In which order they are read.
#[derive(Debug, Clone, Copy)]
pub(super) enum Order {
    Number,
    Id,
}

/// The file.
#[derive(Debug)]
pub(super) struct NamesFile {
    path: PathBuf,
    writing: Mutex<Connection>,
    /// Connections that read and that nobody uses at the moment.
    idle: Mutex<Idle>,
    /// Whether it turned out to be damaged.
    is_damaged: AtomicBool,
}

/// Connections to the file as it was made last.
#[derive(Debug, Default)]
struct Idle {
    connections: Vec<Connection>,
    /// How often the file was made anew: a connection from before is to one that is gone.
    generation: u64,
}

/// Nothing is kept behind these locks that a panic could leave half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

const fn code(table: Subject) -> u8 {
    match table {
        Subject::Person => 0,
        Subject::Channel => 1,
    }
}

fn kept(row: &Row<'_>) -> rusqlite::Result<Kept> {
    Ok(Kept {
        number: row.get(0)?,
        id: row.get::<_, String>(1)?.into(),
        record: row.get(2)?,
    })
}

impl NamesFile {
    /// Opens the file in `folder`. One that is missing, damaged or laid out otherwise is made anew.
    pub(super) fn open(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join(FILE_NAME);
        Ok(Self {
            writing: Mutex::new(LAYOUT.open(&path)?),
            path,
            idle: Mutex::default(),
            is_damaged: AtomicBool::new(false),
        })
    }

    /// Returns whether the file turned out to be damaged, so that it must be made anew.
    pub(super) fn is_damaged(&self) -> bool {
        self.is_damaged.load(Ordering::Relaxed)
    }

    /// Makes an empty file in place of a damaged one.
    pub(super) fn make_anew(&self) -> Result<(), StoreError> {
        let mut writing = lock(&self.writing);
        {
            let mut idle = lock(&self.idle);
            idle.connections.clear();
            idle.generation += 1;
        }
        *writing = LAYOUT.make_anew(&self.path)?;
        self.is_damaged.store(false, Ordering::Relaxed);
        Ok(())
    }

    fn failed(&self, error: rusqlite::Error) -> StoreError {
        self.is_damaged
            .fetch_or(is_damage(&error), Ordering::Relaxed);
        classify(&self.path, error)
    }

    fn read<T>(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let (idle, generation) = {
            let mut idle = lock(&self.idle);
            (idle.connections.pop(), idle.generation)
        };
        let connection = match idle {
            Some(connection) => connection,
            None => connect(&self.path, LAYOUT.cache_kib).map_err(|error| self.failed(error))?,
        };
        let found = work(&connection).map_err(|error| self.failed(error))?;
        let mut idle = lock(&self.idle);
        if idle.generation == generation && idle.connections.len() < MOST_IDLE {
            idle.connections.push(connection);
        }
        Ok(found)
    }

    fn write(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<()>,
    ) -> Result<(), StoreError> {
        let mut connection = lock(&self.writing);
        let done = (|| {
            let transaction = connection.transaction()?;
            work(&transaction)?;
            transaction.commit()
        })();
        done.map_err(|error| self.failed(error))
    }

    /// Puts identifiers away, in the place of those that had their numbers.
    pub(super) fn put<'a>(
        &self,
        fresh: impl Iterator<Item = (Subject, u16, u32, &'a str, Option<&'a str>)>,
    ) -> Result<(), StoreError> {
        self.write(|connection| {
            let mut statement =
                connection.prepare_cached("INSERT OR REPLACE INTO named VALUES (?, ?, ?, ?, ?)")?;
            for (table, workspace, number, id, record) in fresh {
                statement.execute(params![code(table), workspace, number, id, record])?;
            }
            Ok(())
        })
    }

    /// Puts records away, beside how many the engine has.
    pub(super) fn put_records<'a>(
        &self,
        records: impl Iterator<Item = (Subject, u16, u32, &'a str)>,
        in_engine: i64,
    ) -> Result<(), StoreError> {
        self.write(|connection| {
            let mut statement = connection.prepare_cached(
                "--sql\nUPDATE named SET record = ? WHERE kind = ? AND workspace_ref = ? AND ref = ?",
            )?;
            for (table, workspace, number, record) in records {
                statement.execute(params![record, code(table), workspace, number])?;
            }
            connection.execute("UPDATE basis SET records = ?", [in_engine])?;
            Ok(())
        })
    }

    /// Returns how many records the engine had when they were put away last.
    pub(super) fn records_in_engine(&self) -> Result<i64, StoreError> {
        self.read(|connection| {
            connection.query_row("SELECT records FROM basis", [], |row| row.get(0))
        })
    }

    /// Returns between which numbers those of each numbering are.
    pub(super) fn extents(&self) -> Result<HashMap<(Subject, u16), Range<u32>>, StoreError> {
        self.read(|connection| {
            let mut statement = connection.prepare(
                "--sql\nSELECT kind, workspace_ref, min(ref), max(ref) + 1 FROM named GROUP BY 1, 2",
            )?;
            let extents = statement.query_map([], |row| {
                let is_channel: bool = row.get(0)?;
                let table = if is_channel {
                    Subject::Channel
                } else {
                    Subject::Person
                };
                Ok(((table, row.get(1)?), row.get(2)?..row.get(3)?))
            })?;
            extents.collect()
        })
    }

    /// Removes the numbers of a numbering from one on.
    pub(super) fn remove_from(
        &self,
        table: Subject,
        workspace: u16,
        first: u32,
    ) -> Result<(), StoreError> {
        self.write(|connection| {
            let sql = "DELETE FROM named WHERE kind = ? AND workspace_ref = ? AND ref >= ?";
            connection.execute(sql, params![code(table), workspace, first])?;
            Ok(())
        })
    }

    /// Returns the number of an identifier.
    pub(super) fn number(
        &self,
        table: Subject,
        workspace: u16,
        id: &str,
    ) -> Result<Option<u32>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT ref FROM named WHERE kind = ? AND workspace_ref = ? AND id = ?",
                )?
                .query_row(params![code(table), workspace, id], |row| row.get(0))
                .optional()
        })
    }

    /// Returns what is kept under a number.
    pub(super) fn get(
        &self,
        table: Subject,
        workspace: u16,
        number: u32,
    ) -> Result<Option<Kept>, StoreError> {
        self.read(|connection| {
            connection
                .prepare_cached(
                    "--sql\nSELECT ref, id, record FROM named \
                     WHERE kind = ? AND workspace_ref = ? AND ref = ?",
                )?
                .query_row(params![code(table), workspace, number], kept)
                .optional()
        })
    }

    /// Hands over what is kept under numbers of a range, by number or by identifier.
    pub(super) fn each(
        &self,
        table: Subject,
        workspace: u16,
        numbers: &Range<u32>,
        order: Order,
        mut take: impl FnMut(Kept),
    ) -> Result<(), StoreError> {
        self.read(|connection| {
            let order = match order {
                Order::Number => "ref",
                Order::Id => "id",
            };
            let mut statement = connection.prepare_cached(&format!(
                "--sql\nSELECT ref, id, record FROM named WHERE kind = ? AND workspace_ref = ? \
                 AND ref >= ? AND ref < ? ORDER BY {order}"
            ))?;
            let of = params![code(table), workspace, numbers.start, numbers.end];
            let mut rows = statement.query(of)?;
            while let Some(row) = rows.next()? {
                take(kept(row)?);
            }
            Ok(())
        })
    }
}
