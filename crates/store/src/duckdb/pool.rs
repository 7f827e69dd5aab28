//! Memory of the engine's pool, and who may have more of it.
//!
//! 1. Of the memory that the engine may use its pool is a quarter. What it holds beside the pool (rows
//!    that are being written, what it knows of row groups, pages that are free but not given back) comes
//!    to more, measured over a hundred million events, and blocks of rollups need little of it.
//! 2. A question over many events is asked alone, with a pool of three quarters: it uses every thread of
//!    the engine anyway, and two of them at once would need twice the memory. A year of terms with
//!    their people needs as much.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ::duckdb::Connection;

/// Questions over more events than this are large.
const LARGE: u64 = 2_000_000;
/// How many quarters of the engine's memory are its pool: usually, and for a large question.
const QUARTERS: (u64, u64) = (1, 3);
/// The smallest pool that the engine works with, in MiB.
const LEAST: u64 = 64;

/// The engine's pool.
#[derive(Debug, Clone)]
pub(super) struct EnginePool {
    usual: u64,
    large: u64,
    turn: Arc<Mutex<()>>,
}

impl EnginePool {
    /// Returns the pool of an engine that may use so many bytes.
    pub(super) fn of(memory_bytes: u64) -> Self {
        let quarters = |count: u64| (memory_bytes / 4 * count / (1024 * 1024)).max(LEAST);
        Self {
            usual: quarters(QUARTERS.0),
            large: quarters(QUARTERS.1),
            turn: Arc::default(),
        }
    }

    /// Returns the usual size as the engine writes it.
    pub(super) fn usual(&self) -> String {
        format!("{}MiB", self.usual)
    }

    /// Waits until it is the turn of a question over so many events; a small one need not wait.
    pub(super) fn turn<'a>(&'a self, connection: &'a Connection, events: u64) -> Option<Turn<'a>> {
        (events > LARGE).then(|| {
            // Nothing is kept in there that a panic could leave half done.
            let turn = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
            resize(connection, self.large);
            Turn {
                pool: self,
                connection,
                _turn: turn,
            }
        })
    }

    /// Empties the pool: what was read at the start is not asked for again.
    pub(super) fn empty(&self, connection: &Connection) {
        resize(connection, 1);
        resize(connection, self.usual);
    }

    /// Gives all of the large pool to the only one who asks.
    pub(super) fn give_all(&self, connection: &Connection) {
        resize(connection, self.large);
    }
}

/// The turn of a large question; ends with this.
pub(super) struct Turn<'a> {
    pool: &'a EnginePool,
    connection: &'a Connection,
    _turn: MutexGuard<'a, ()>,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        resize(self.connection, self.pool.usual);
    }
}

/// Sets the size of the pool. The engine refuses to make it smaller than what is in use at the moment;
/// then it stays larger until the next turn ends.
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
    fn only_a_large_question_has_a_large_pool() {
        let connection = Connection::open_in_memory().unwrap();
        let other = connection.try_clone().unwrap();
        let limit = || -> String {
            let sql = "SELECT current_setting('memory_limit')";
            other.query_row(sql, [], |row| row.get(0)).unwrap()
        };
        let pool = EnginePool::of(512 * 1024 * 1024);
        pool.empty(&connection);
        assert_eq!(limit(), "128.0 MiB");
        assert!(pool.turn(&connection, 1_000).is_none());
        let turn = pool.turn(&connection, 3_000_000);
        assert_eq!(limit(), "384.0 MiB");
        drop(turn);
        assert_eq!(limit(), "128.0 MiB");
    }
}
