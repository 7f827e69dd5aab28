//! Memory of the engine's pool, and who may have more of it.
//!
//! 1. Of the memory that the engine may use its pool is three eighths. What it holds beside the pool
//!    (what it knows of row groups, pages that are free but not given back) comes to as much, measured
//!    over a hundred million events, and blocks of rollups need little of it.
//! 2. A checkpoint has half of the memory: it compresses columns of a row group side by side, beside what
//!    has not been written yet. When there is too little, the engine gives the store up.
//!    Meanwhile memory that is free goes back to the system at once.
//! 3. A question over many events has three quarters, and is asked alone: it uses every thread of the
//!    engine anyway, and two of them at once would need twice the memory. A year of terms with their
//!    people needs as much of 256 MB.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ::duckdb::Connection;

use super::allocator;

/// Questions over more events than this are large.
const LARGE: u64 = 2_000_000;
/// How many eighths of the engine's memory are its pool, and the least of it in MiB: usually, and for
/// each need.
const SIZES: [(u64, u64); 3] = [(3, 96), (4, 128), (6, 128)];

/// What needs a larger pool.
#[derive(Debug, Clone, Copy)]
pub(super) enum Need {
    /// The log is moved into the file.
    Checkpoint = 1,
    /// A question over many events is asked.
    LargeQuestion = 2,
}

/// The engine's pool.
#[derive(Debug, Clone)]
pub(super) struct EnginePool {
    /// In MiB: usually, and for each need.
    sizes: [u64; 3],
    /// How many have each need at the moment.
    needs: Arc<Mutex<[u32; 3]>>,
    turn: Arc<Mutex<()>>,
}

/// Nothing is kept behind these locks that a panic could leave half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl EnginePool {
    /// Returns the pool of an engine that may use so many bytes.
    pub(super) fn of(memory_bytes: u64) -> Self {
        let mebibytes = memory_bytes / (1024 * 1024);
        Self {
            sizes: SIZES.map(|(eighths, least)| (mebibytes * eighths / 8).max(least)),
            needs: Arc::default(),
            turn: Arc::default(),
        }
    }

    /// Returns the usual size as the engine writes it.
    pub(super) fn usual(&self) -> String {
        format!("{}MiB", self.sizes[0])
    }

    /// Waits until it is the turn of a question over so many events; a small one need not wait.
    pub(super) fn turn<'a>(&'a self, connection: &'a Connection, events: u64) -> Option<Turn<'a>> {
        (events > LARGE).then(|| Turn {
            _turn: lock(&self.turn),
            _raised: self.raise(connection, Need::LargeQuestion),
        })
    }

    /// Makes the pool as large as a need has it, until the answer of this goes.
    pub(super) fn raise<'a>(&'a self, connection: &'a Connection, need: Need) -> Raised<'a> {
        self.change(connection, |needs| needs[need as usize] += 1);
        Raised {
            pool: self,
            connection,
            need,
        }
    }

    /// Changes who needs what, and has the pool follow.
    fn change(&self, connection: &Connection, change: impl FnOnce(&mut [u32; 3])) {
        let mut needs = lock(&self.needs);
        let size = |needs: &[u32; 3]| {
            let largest = needs.iter().rposition(|count| *count > 0);
            self.sizes[largest.unwrap_or(0)]
        };
        let before = size(&needs);
        change(&mut needs);
        let after = size(&needs);
        if after > before {
            allocator::keep(0);
            resize(connection, after);
        } else if after < before {
            resize(connection, after);
            if after == self.sizes[0] {
                allocator::keep(allocator::USUALLY);
            }
        }
    }

    /// Empties the pool: what was read at the start is not asked for again.
    pub(super) fn empty(&self, connection: &Connection) {
        resize(connection, 1);
        resize(connection, self.sizes[0]);
    }
}

/// The turn of a large question; ends with this.
pub(super) struct Turn<'a> {
    // Fields go in this order: the next one finds the pool as it is usually.
    _raised: Raised<'a>,
    _turn: MutexGuard<'a, ()>,
}

/// A need, while there is this.
pub(super) struct Raised<'a> {
    pool: &'a EnginePool,
    connection: &'a Connection,
    need: Need,
}

impl Drop for Raised<'_> {
    fn drop(&mut self) {
        let need = self.need as usize;
        self.pool.change(self.connection, |needs| needs[need] -= 1);
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
        let checkpoint = pool.raise(&other, Need::Checkpoint);
        assert_eq!(limit(), "384.0 MiB");
        drop(turn);
        assert_eq!(limit(), "256.0 MiB");
        drop(checkpoint);
        assert_eq!(limit(), "192.0 MiB");
    }
}
