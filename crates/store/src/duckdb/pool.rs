//! Memory of the engine's pool, and who may have more of it.
//!
//! 1. Of the memory that the engine may use its pool is three eighths. What it holds beside the pool
//!    (what it knows of row groups, pages that are free but not given back) comes to as much, measured
//!    over a hundred million events, and blocks of rollups need little of it.
//! 2. A checkpoint needs more for a moment: it compresses columns of a row group side by side, beside
//!    what has not been written yet. Without it the engine gives the store up.
//! 3. A question over many events has more, too, and is asked alone: it uses every thread of the
//!    engine anyway, and two of them at once would need twice the memory. A year of terms with their
//!    people needs three quarters of 256 MB.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ::duckdb::Connection;

/// Questions over more events than this are large.
const LARGE: u64 = 2_000_000;
/// How many eighths of the engine's memory are its pool, and the least of it in MiB.
const USUAL: (u64, u64) = (3, 96);
/// The same while somebody needs more.
const RAISED: (u64, u64) = (6, 128);

/// The engine's pool.
#[derive(Debug, Clone)]
pub(super) struct EnginePool {
    /// Sizes in MiB.
    usual: u64,
    raised: u64,
    /// How many need more at the moment.
    needs: Arc<Mutex<u32>>,
    turn: Arc<Mutex<()>>,
}

/// Nothing is kept behind these locks that a panic could leave half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl EnginePool {
    /// Returns the pool of an engine that may use so many bytes.
    pub(super) fn of(memory_bytes: u64) -> Self {
        let part =
            |(eighths, least): (u64, u64)| (memory_bytes / 8 * eighths / (1024 * 1024)).max(least);
        Self {
            usual: part(USUAL),
            raised: part(RAISED),
            needs: Arc::default(),
            turn: Arc::default(),
        }
    }

    /// Returns the usual size as the engine writes it.
    pub(super) fn usual(&self) -> String {
        format!("{}MiB", self.usual)
    }

    /// Waits until it is the turn of a question over so many events; a small one need not wait.
    pub(super) fn turn<'a>(&'a self, connection: &'a Connection, events: u64) -> Option<Turn<'a>> {
        (events > LARGE).then(|| Turn {
            _turn: lock(&self.turn),
            _raised: self.raise(connection),
        })
    }

    /// Makes the pool larger until the answer of this goes.
    pub(super) fn raise<'a>(&'a self, connection: &'a Connection) -> Raised<'a> {
        let mut needs = lock(&self.needs);
        *needs += 1;
        if *needs == 1 {
            resize(connection, self.raised);
        }
        Raised {
            pool: self,
            connection,
        }
    }

    /// Empties the pool: what was read at the start is not asked for again.
    pub(super) fn empty(&self, connection: &Connection) {
        resize(connection, 1);
        resize(connection, self.usual);
    }
}

/// The turn of a large question; ends with this.
pub(super) struct Turn<'a> {
    // Fields go in this order: the next one finds the pool as it is usually.
    _raised: Raised<'a>,
    _turn: MutexGuard<'a, ()>,
}

/// The pool is larger while there is one of these.
pub(super) struct Raised<'a> {
    pool: &'a EnginePool,
    connection: &'a Connection,
}

impl Drop for Raised<'_> {
    fn drop(&mut self) {
        let mut needs = lock(&self.pool.needs);
        *needs -= 1;
        if *needs == 0 {
            resize(self.connection, self.pool.usual);
        }
    }
}

/// Sets the size of the pool. The engine refuses to make it smaller than what is in use at the moment;
/// then it stays larger until the next time.
fn resize(connection: &Connection, mebibytes: u64) {
    let resized = connection.execute_batch(&format!("SET GLOBAL memory_limit = '{mebibytes}MiB'"));
    if let Err(error) = resized {
        tracing::debug!(%error, mebibytes, "store.pool keeps its size");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pool_is_larger_while_somebody_needs_it() {
        let connection = Connection::open_in_memory().unwrap();
        let other = connection.try_clone().unwrap();
        let limit = || -> String {
            let sql = "SELECT current_setting('memory_limit')";
            other.query_row(sql, [], |row| row.get(0)).unwrap()
        };
        let pool = EnginePool::of(512 * 1024 * 1024);
        pool.empty(&connection);
        assert_eq!(limit(), "192.0 MiB");
        assert!(pool.turn(&connection, 1_000).is_none());
        let turn = pool.turn(&connection, 3_000_000);
        assert_eq!(limit(), "384.0 MiB");
        let also = pool.raise(&other);
        drop(turn);
        assert_eq!(limit(), "384.0 MiB");
        drop(also);
        assert_eq!(limit(), "192.0 MiB");
    }
}
