//! Identities of events that came without a time.
//!
//! Such an event happened when it arrived, so when it is sent again it has another time, and the store
//! cannot be asked for it as for others. Its identity is kept here for a week, on disk.
//!
//! 1. Identities are on disk before the engine commits their events, each with the place of its event
//!    in the order of arrival.
//! 2. A place that the engine has not reached means nothing: what was not committed is removed
//!    before the place is given again, and at the start.

use std::path::{Path, PathBuf};

use domain::{id::EventId, time::Instant};
use rusqlite::{Connection, params};

use crate::{
    RewrittenFile, StoreError,
    sqlite::{Layout, classify, is_damage, rewrite},
};

/// File name within the data folder.
const FILE_NAME: &str = "untimed.sqlite";
const LAYOUT: Layout = Layout {
    number: 1,
    schema: TABLE,
    cache_kib: 512,
    is_durable: true,
    prepare: |connection| connection.execute_batch(INDEX),
    damaged: "store.untimed_damaged: the file is made anew; an event without a time that comes again \
              may count again",
};
const TABLE: &str = "--sql
    DROP TABLE IF EXISTS untimed;
    CREATE TABLE untimed (
        day INTEGER NOT NULL,           -- of arrival, since 1970-01-01, UTC
        workspace_ref INTEGER NOT NULL,
        event_id BLOB NOT NULL,
        seq INTEGER NOT NULL,
        PRIMARY KEY (day, workspace_ref, event_id)
    ) STRICT, WITHOUT ROWID";
/// What finds the last ones.
const INDEX: &str = "CREATE INDEX IF NOT EXISTS untimed_seq ON untimed (seq)";
/// Old ones that are removed at a time, so that nobody waits long for it.
const REMOVED_AT_ONCE: usize = 5_000;
const DAY_MILLIS: i64 = 24 * 3_600_000;
/// Whole days for which an identity is kept, beside the one of its arrival.
const KEPT_DAYS: i64 = 8;

/// An event without a time that is going to be stored.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arrived {
    pub(super) workspace: u16,
    pub(super) id: EventId,
    pub(super) seq: i64,
    pub(super) at: Instant,
}

/// The identities.
#[derive(Debug)]
pub(super) struct Untimed {
    path: PathBuf,
    connection: Connection,
    /// The last day of which all old ones are removed.
    swept: i64,
    /// Whether some belong to events of the open transaction.
    is_open: bool,
    /// Whether some may belong to events that were not committed.
    is_ahead: bool,
}

fn day_of(at: Instant) -> i64 {
    at.as_millis().div_euclid(DAY_MILLIS)
}

impl Untimed {
    /// Opens the file in `folder`, of a store that has committed what is before `committed`. One that
    /// is missing, damaged or laid out otherwise is made anew.
    pub(super) fn open(folder: &Path, committed: i64) -> Result<Self, StoreError> {
        let path = folder.join(FILE_NAME);
        let mut untimed = Self {
            connection: LAYOUT.open(&path)?,
            path,
            swept: i64::MIN,
            is_open: false,
            is_ahead: true,
        };
        untimed.settle(committed)?;
        Ok(untimed)
    }

    /// Removes what was put away and not committed: before anything else is committed.
    pub(super) fn settle(&mut self, committed: i64) -> Result<(), StoreError> {
        if !self.is_ahead {
            return Ok(());
        }
        let removed = self
            .connection
            .execute("DELETE FROM untimed WHERE seq >= ?", [committed]);
        self.tolerate(removed)?;
        self.is_ahead = false;
        Ok(())
    }

    /// Returns whether an event came before and is stored.
    pub(super) fn knows(
        &mut self,
        workspace: u16,
        id: EventId,
        now: Instant,
    ) -> Result<bool, StoreError> {
        let found = (|| {
            let mut statement = self.connection.prepare_cached(
                "--sql\nSELECT 1 FROM untimed WHERE day = ? AND workspace_ref = ? AND event_id = ?",
            )?;
            for day in day_of(now) - KEPT_DAYS..=day_of(now) {
                let id = id.0.as_bytes().as_slice();
                if statement.exists(params![day, workspace, id])? {
                    return Ok(true);
                }
            }
            Ok(false)
        })();
        self.tolerate(found)
    }

    /// Puts identities away, before the engine commits their events.
    pub(super) fn put(&mut self, arrived: &[Arrived]) -> Result<(), StoreError> {
        let Some(latest) = arrived.iter().map(|event| day_of(event.at)).max() else {
            return Ok(());
        };
        let sweeps = latest > self.swept;
        let done = (|| {
            let transaction = self.connection.transaction()?;
            let removed = if sweeps {
                transaction.execute(
                    "--sql\nDELETE FROM untimed WHERE (day, workspace_ref, event_id) IN (\
                       SELECT day, workspace_ref, event_id FROM untimed WHERE day < ? LIMIT ?)",
                    params![latest - KEPT_DAYS, REMOVED_AT_ONCE],
                )?
            } else {
                0
            };
            {
                let mut statement = transaction
                    .prepare_cached("INSERT OR REPLACE INTO untimed VALUES (?, ?, ?, ?)")?;
                for event in arrived {
                    let id = event.id.0.as_bytes().as_slice();
                    statement.execute(params![day_of(event.at), event.workspace, id, event.seq])?;
                }
            }
            transaction.commit()?;
            Ok(removed)
        })();
        self.is_open = true;
        if self.tolerate(done)? < REMOVED_AT_ONCE {
            self.swept = self.swept.max(latest);
        }
        Ok(())
    }

    /// Removes the identities of events that are no longer stored; returns how many there were.
    pub(super) fn remove(&mut self, places: &[i64]) -> Result<u64, StoreError> {
        let removed = (|| {
            let transaction = self.connection.transaction()?;
            let mut removed = 0;
            {
                let mut statement =
                    transaction.prepare_cached("DELETE FROM untimed WHERE seq = ?")?;
                for place in places {
                    removed += statement.execute([place])?;
                }
            }
            transaction.commit()?;
            Ok(removed as u64)
        })();
        self.tolerate(removed)
    }

    /// Writes the file anew.
    pub(super) fn rewrite(&mut self) -> Result<RewrittenFile, StoreError> {
        let rewritten = rewrite(&self.connection);
        let (bytes_before, bytes_after) = self.tolerate(rewritten)?;
        Ok(RewrittenFile {
            name: FILE_NAME.to_owned(),
            bytes_before,
            bytes_after,
        })
    }

    /// Writes a copy into a folder.
    pub(super) fn copy_into(&mut self, folder: &Path) -> Result<(), StoreError> {
        let copy = folder.join(FILE_NAME).display().to_string();
        let copied = self.connection.execute("VACUUM INTO ?", [copy]);
        self.tolerate(copied).map(drop)
    }

    /// Notes that the engine has committed what was put away.
    pub(super) fn commit(&mut self) {
        self.is_open = false;
    }

    /// Notes that the engine has not: it is removed by [`Untimed::settle`].
    pub(super) fn rollback(&mut self) {
        self.is_ahead |= std::mem::take(&mut self.is_open);
    }

    /// A damaged file is made anew: what it knew comes again at worst.
    fn tolerate<T: Default>(&mut self, result: rusqlite::Result<T>) -> Result<T, StoreError> {
        match result {
            Err(error) if is_damage(&error) => {
                self.connection = LAYOUT.replace(&self.path, &error)?;
                Ok(T::default())
            }
            result => result.map_err(|error| classify(&self.path, error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn arrived(number: u128, seq: i64, day: i64) -> Arrived {
        Arrived {
            workspace: 0,
            id: EventId(Uuid::from_u128(number)),
            seq,
            at: Instant::from_millis(day * DAY_MILLIS + 5),
        }
    }

    fn count(untimed: &Untimed) -> u32 {
        let sql = "SELECT count(*) FROM untimed";
        untimed
            .connection
            .query_row(sql, [], |row| row.get(0))
            .unwrap()
    }

    #[test]
    fn what_was_committed_is_known_for_a_week_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let mut untimed = Untimed::open(folder.path(), 0).unwrap();
        let knows = |untimed: &mut Untimed, number: u128, day: i64| {
            let Arrived {
                workspace, id, at, ..
            } = arrived(number, 0, day);
            untimed.knows(workspace, id, at).unwrap()
        };
        untimed
            .put(&[arrived(1, 0, 100), arrived(2, 1, 100)])
            .unwrap();
        untimed.commit();
        untimed.settle(2).unwrap();
        assert!(knows(&mut untimed, 1, 100) && knows(&mut untimed, 2, 107));
        assert!(knows(&mut untimed, 1, 100 + KEPT_DAYS) && !knows(&mut untimed, 3, 100));
        for is_restarted in [false, true] {
            // 3 was put away, and the engine failed; others get its place.
            untimed.put(&[arrived(3, 2, 101)]).unwrap();
            if is_restarted {
                drop(untimed);
                untimed = Untimed::open(folder.path(), 2).unwrap();
            } else {
                untimed.rollback();
                // Another transaction, of something else.
                untimed.commit();
            }
            untimed.settle(2).unwrap();
            assert!(!knows(&mut untimed, 3, 101));
            assert!(knows(&mut untimed, 1, 101) && knows(&mut untimed, 2, 101));
        }
        // The clock goes ahead and back again: what was put away is known by its place, not by its day.
        untimed.put(&[arrived(5, 2, 400)]).unwrap();
        untimed.commit();
        untimed.put(&[arrived(6, 3, 101)]).unwrap();
        untimed.rollback();
        untimed.settle(3).unwrap();
        assert!(knows(&mut untimed, 5, 400) && !knows(&mut untimed, 6, 101));
    }

    #[test]
    fn old_ones_are_removed_a_few_at_a_time() {
        let folder = tempfile::tempdir().unwrap();
        let mut untimed = Untimed::open(folder.path(), 0).unwrap();
        let event = |number: u32, day: i64| arrived(number.into(), number.into(), day);
        let many = u32::try_from(REMOVED_AT_ONCE).unwrap() + 1;
        let old: Vec<Arrived> = (0..many).map(|number| event(number, 100)).collect();
        untimed.put(&old).unwrap();
        untimed.commit();
        let mut left = Vec::new();
        for number in many..many + 3 {
            untimed.put(&[event(number, 101 + KEPT_DAYS)]).unwrap();
            untimed.commit();
            left.push(count(&untimed));
        }
        assert_eq!(left, [2, 2, 3]);
    }

    #[test]
    fn a_damaged_file_is_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE_NAME), vec![0x5a; 20_000]).unwrap();
        let mut untimed = Untimed::open(folder.path(), 0).unwrap();
        untimed.put(&[arrived(1, 0, 100)]).unwrap();
        untimed.commit();
        let Arrived {
            workspace, id, at, ..
        } = arrived(1, 0, 100);
        assert!(untimed.knows(workspace, id, at).unwrap());
    }
}
