//! The file that blocks are kept in.
//!
//! Blocks are replaced whole, again and again, and each is up to some megabytes. The engine of the
//! events would write the whole table of a rollup anew for one of them, so they are in a `SQLite` file
//! beside it. What belongs together is held together by versions:
//!
//! 1. A block is named by its period and by the version of it, and only what the ledger names is read.
//! 2. New blocks are on disk before the ledger names them, and the ones before them go after that.
//! 3. What the ledger names and is not here is made again from the events: the file may be deleted
//!    while the service does not run.
//! 4. Blocks of a rollup that an older program wrote in another form are deleted when the file is opened,
//!    and those of the other rollups stay.
//! 5. A file that turns out to be damaged is deleted and not read any more: questions go to the events,
//!    and the next start makes it again.

use std::{
    collections::{HashMap, HashSet},
    path::{Path, PathBuf},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use domain::time::{Day, month_of};
use engine::{
    BlockRow, StoreError,
    rollup::{BlockGrain, Rollup, RollupSet},
    storage::{BlockStore, BlockVersion, TakeBlock},
};
use rusqlite::{Connection, params};

use crate::sqlite::{Layout, bytes_of, classify, connect, remove, rewrite};

/// File name of the blocks within the data folder.
const FILE_NAME: &str = "rollups.sqlite";
const LAYOUT: Layout = Layout {
    number: 1,
    schema: TABLE,
    // The system remembers what was read of the file, and blocks that are wanted are held unpacked.
    cache_kib: 128,
    is_durable: true,
    prepare,
    damaged: "ledger.blocks_damaged: they are made again from the events",
};
const TABLE: &str = "--sql
    DROP TABLE IF EXISTS block;
    CREATE TABLE block (
        workspace_ref INTEGER NOT NULL,
        rollup TEXT NOT NULL,           -- engine::rollup::Rollup
        grain INTEGER NOT NULL,         -- 0 day, 1 month, 2 day in context
        period INTEGER NOT NULL,        -- day since 1970-01-01, month since January 1970
        version INTEGER NOT NULL,       -- of the day; of all else the fingerprint of the days that it is made from
        body BLOB NOT NULL,             -- postcard of engine::rollup::Block, zstd
        PRIMARY KEY (workspace_ref, rollup, grain, period, version)
    ) STRICT";
/// In which form the blocks of each rollup are, where it is not the first.
const FORMS: &str =
    "CREATE TABLE IF NOT EXISTS form (rollup TEXT PRIMARY KEY, form INTEGER NOT NULL) STRICT";
const FIRST_FORM: u32 = 1;

/// The file that blocks are kept in.
pub(crate) struct BlockFile {
    path: PathBuf,
    writing: Mutex<Writing>,
    /// Connections that read and that nobody uses at the moment.
    idle: Mutex<Vec<Connection>>,
    /// Whether it turned out to be damaged.
    is_damaged: AtomicBool,
}

struct Writing {
    connection: Connection,
    /// What was replaced and goes with the next write.
    replaced: Vec<BlockVersion>,
}

/// Nothing is kept behind these locks that a panic could leave half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl BlockFile {
    /// Opens the file in `folder`. One that is missing, damaged or laid out otherwise is made anew.
    pub(crate) fn open(folder: &Path) -> Result<Self, StoreError> {
        let path = folder.join(FILE_NAME);
        let connection = LAYOUT.open(&path)?;
        Ok(Self {
            path,
            writing: Mutex::new(Writing {
                connection,
                replaced: Vec::new(),
            }),
            idle: Mutex::default(),
            is_damaged: AtomicBool::new(false),
        })
    }

    fn failed(&self, error: rusqlite::Error) -> StoreError {
        classify(&self.path, error)
    }

    fn is_damaged(&self) -> bool {
        self.is_damaged.load(Ordering::Relaxed)
    }

    /// Takes damage for blocks that are not there; other failures stay what they are.
    fn tolerate<T: Default>(&self, result: Result<T, StoreError>) -> Result<T, StoreError> {
        let Err(StoreError::Corrupt { reason, .. }) = &result else {
            return result;
        };
        if !self.is_damaged.swap(true, Ordering::Relaxed) {
            tracing::error!(
                path = %self.path.display(),
                reason,
                "ledger.blocks_damaged: questions go to the events until the next start, which makes them again"
            );
            remove(&self.path)?;
        }
        Ok(T::default())
    }

    fn read_sound(
        &self,
        (workspace, grain, rollup): (u16, BlockGrain, Rollup),
        (first, last): (i32, i32),
        take: &mut TakeBlock<'_>,
    ) -> Result<(), StoreError> {
        let idle = lock(&self.idle).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => connect(&self.path, LAYOUT.cache_kib).map_err(|error| self.failed(error))?,
        };
        {
            let mut statement = connection
                .prepare_cached(
                    "--sql\nSELECT period, version, body FROM block WHERE workspace_ref = ? \
                     AND rollup = ? AND grain = ? AND period BETWEEN ? AND ? ORDER BY period",
                )
                .map_err(|error| self.failed(error))?;
            let mut rows = statement
                .query(params![workspace, rollup.name(), grain.code(), first, last])
                .map_err(|error| self.failed(error))?;
            while let Some(row) = rows.next().map_err(|error| self.failed(error))? {
                let wrong = |error: rusqlite::types::FromSqlError| self.failed(error.into());
                let period = row.get(0).map_err(|error| self.failed(error))?;
                let version = row.get(1).map_err(|error| self.failed(error))?;
                let body = row.get_ref(2).map_err(|error| self.failed(error))?;
                take((period, version), body.as_blob().map_err(wrong)?)?;
            }
        }
        lock(&self.idle).push(connection);
        Ok(())
    }

    fn write(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<()>,
    ) -> Result<(), StoreError> {
        if self.is_damaged() {
            return Ok(());
        }
        let mut writing = lock(&self.writing);
        let Writing {
            connection,
            replaced,
        } = &mut *writing;
        let done = (|| {
            let transaction = connection.transaction()?;
            for version in replaced.iter() {
                for rollup in Rollup::of(version.grain) {
                    transaction
                        .prepare_cached(
                            "--sql\nDELETE FROM block WHERE workspace_ref = ? AND rollup = ? \
                             AND grain = ? AND period = ? AND version = ?",
                        )?
                        .execute(params![
                            version.workspace,
                            rollup.name(),
                            version.grain.code(),
                            version.period,
                            version.version
                        ])?;
                }
            }
            work(&transaction)?;
            transaction.commit()
        })();
        if done.is_ok() {
            replaced.clear();
        }
        self.tolerate(done.map_err(|error| self.failed(error)))
    }
}

impl BlockStore for BlockFile {
    fn read(
        &self,
        of: (u16, BlockGrain, Rollup),
        span: (i32, i32),
        take: &mut TakeBlock<'_>,
    ) -> Result<(), StoreError> {
        if self.is_damaged() {
            return Ok(());
        }
        self.tolerate(self.read_sound(of, span, take))
    }

    fn put(&self, blocks: &[(u16, i64, &[BlockRow])]) -> Result<(), StoreError> {
        self.write(|connection| {
            let rows = blocks.iter().flat_map(|(workspace, version, rows)| {
                rows.iter().map(move |row| (workspace, version, row))
            });
            for (workspace, version, row) in rows {
                connection
                    .prepare_cached("INSERT OR REPLACE INTO block VALUES (?, ?, ?, ?, ?, ?)")?
                    .execute(params![
                        workspace,
                        row.rollup.name(),
                        row.grain.code(),
                        row.period,
                        version,
                        row.body
                    ])?;
            }
            Ok(())
        })
    }

    fn replaced(&self, version: BlockVersion) {
        lock(&self.writing).replaced.push(version);
    }

    fn versions(&self) -> Result<Vec<(BlockVersion, RollupSet)>, StoreError> {
        if self.is_damaged() {
            return Ok(Vec::new());
        }
        let writing = lock(&self.writing);
        let found = (|| {
            let mut statement = writing.connection.prepare(
                "--sql\nSELECT workspace_ref, grain, period, version, group_concat(rollup) FROM block \
                 GROUP BY 1, 2, 3, 4",
            )?;
            let mut rows = statement.query([])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let Some(grain) = BlockGrain::of_code(row.get(1)?) else {
                    continue;
                };
                let there: String = row.get(4)?;
                let lacks = |rollup: &Rollup| there.split(',').all(|name| name != rollup.name());
                let version = BlockVersion {
                    workspace: row.get(0)?,
                    grain,
                    period: row.get(2)?,
                    version: row.get(3)?,
                };
                let missing = Rollup::of(grain).filter(lacks).collect();
                found.push((version, missing));
            }
            Ok(found)
        })();
        self.tolerate(found.map_err(|error| self.failed(error)))
    }

    fn remove(&self, days: &[(u16, Day)]) -> Result<(), StoreError> {
        let mut periods: HashMap<u16, HashSet<(BlockGrain, i32)>> = HashMap::new();
        for (workspace, day) in days {
            let periods = periods.entry(*workspace).or_default();
            periods.insert((BlockGrain::Day, *day));
            periods.insert((BlockGrain::Month, month_of(*day)));
            // Whatever the zone, nothing reaches further.
            periods.extend((day - 2..=day + 2).map(|day| (BlockGrain::DayInContext, day)));
        }
        self.write(|connection| {
            for (workspace, periods) in &periods {
                for ((grain, period), rollup) in periods
                    .iter()
                    .flat_map(|of| Rollup::of(of.0).map(move |rollup| (of, rollup)))
                {
                    connection
                        .prepare_cached(
                            "--sql\nDELETE FROM block WHERE workspace_ref = ? AND rollup = ? \
                             AND grain = ? AND period = ?",
                        )?
                        .execute(params![workspace, rollup.name(), grain.code(), period])?;
                }
            }
            Ok(())
        })
    }

    fn remove_before(&self, day: Day) -> Result<(), StoreError> {
        self.write(|connection| {
            connection.execute(
                "DELETE FROM block WHERE (grain = 0 AND period < ?1) OR (grain = 1 AND period <= ?2) \
                 OR (grain = 2 AND period < ?1 + 2)",
                params![day, month_of(day)],
            )?;
            Ok(())
        })
    }

    fn clear(&self) -> Result<(), StoreError> {
        self.write(|connection| connection.execute("DELETE FROM block", []).map(drop))
    }

    fn rewrite(&self) -> Result<Option<(&'static str, u64, u64)>, StoreError> {
        // What was replaced goes first.
        self.write(|_| Ok(()))?;
        if self.is_damaged() {
            return Ok(None);
        }
        lock(&self.idle).clear();
        let writing = lock(&self.writing);
        let rewritten = rewrite(&writing.connection);
        let rewritten = self.tolerate(rewritten.map_err(|error| self.failed(error)))?;
        Ok(Some((FILE_NAME, rewritten.0, rewritten.1)))
    }

    fn settle(&self) -> Result<(), StoreError> {
        if self.is_damaged() {
            return Ok(());
        }
        lock(&self.idle).clear();
        let writing = lock(&self.writing);
        let sql = "PRAGMA wal_checkpoint(TRUNCATE)";
        let settled = writing.connection.query_row(sql, [], |_| Ok(()));
        self.tolerate(settled.map_err(|error| self.failed(error)))
    }

    fn bytes_on_disk(&self) -> Result<u64, StoreError> {
        let writing = lock(&self.writing);
        bytes_of(&writing.connection).map_err(|error| self.failed(error))
    }
}

fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    remove_other_forms(connection)?;
    // Reads the whole index, and none of the bodies.
    connection.query_row("SELECT count(*) FROM block", [], |_| Ok(()))
}

/// Deletes the blocks of rollups that are in another form than the one they have now, and of rollups
/// that are no more.
fn remove_other_forms(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(FORMS)?;
    let mut statement = connection.prepare("SELECT rollup, form FROM form")?;
    let stored: HashMap<String, u32> = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let form_of = |name: &str| stored.get(name).copied().unwrap_or(FIRST_FORM);
    let now = Rollup::ALL
        .iter()
        .map(|rollup| (rollup.name(), Some(rollup.form())));
    let is_known = |name: &&String| {
        Rollup::ALL
            .iter()
            .any(|rollup| rollup.name() == name.as_str())
    };
    let gone = stored.keys().filter(|name| !is_known(name));
    let changed: Vec<(&str, Option<u32>)> = now
        .filter(|(name, form)| *form != Some(form_of(name)))
        .chain(gone.map(|name| (name.as_str(), None)))
        .collect();
    for (name, form) in changed {
        let transaction = connection.unchecked_transaction()?;
        let deleted = transaction.execute("DELETE FROM block WHERE rollup = ?", [name])?;
        transaction.execute("DELETE FROM form WHERE rollup = ?", [name])?;
        if let Some(form) = form {
            transaction.execute("INSERT INTO form VALUES (?, ?)", params![name, form])?;
        }
        transaction.commit()?;
        if deleted > 0 {
            tracing::info!(
                rollup = name,
                "ledger.rollup_form_changed: its blocks are made again, and no others"
            );
        }
    }
    Ok(())
}
