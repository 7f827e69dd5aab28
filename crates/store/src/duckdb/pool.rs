//! Memory of the engine's pool, and who may have more of it.
//!
//! 1. Of the memory that the engine may use its pool is three eighths. What it holds beside the pool
//!    (what it knows of row groups, what it compresses with) comes to as much, measured over a hundred
//!    million events.
//! 2. A question over many events has three quarters, and is asked alone: it uses every thread of the
//!    engine anyway, and two of them at once would need twice the memory. A year of terms with their
//!    people needs as much of 256 MB.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use ::duckdb::Connection;
use domain::filter::Filter;

/// Questions over more events than this are large, and so are all that look at properties: these may
/// take thousands of bytes each.
const LARGE: u64 = 2_000_000;
/// How many eighths of the engine's memory are its pool, and the least of it in MiB.
const USUAL: (u64, u64) = (3, 96);
/// The same, while a large question is asked.
const LARGER: (u64, u64) = (6, 128);

/// The engine's pool.
#[derive(Debug, Clone)]
pub(super) struct EnginePool {
    usual: Mebibytes,
    larger: Mebibytes,
    turn: Arc<Mutex<()>>,
}

type Mebibytes = u64;

impl EnginePool {
    /// Returns the pool of an engine that may use so many bytes.
    pub(super) fn of(memory_bytes: u64) -> Self {
        let mebibytes = memory_bytes / (1024 * 1024);
        let size = |(eighths, least): (u64, u64)| (mebibytes * eighths / 8).max(least);
        Self {
            usual: size(USUAL),
            larger: size(LARGER),
            turn: Arc::default(),
        }
    }

    /// Returns the usual size as the engine writes it.
    pub(super) fn usual(&self) -> String {
        format!("{}MiB", self.usual)
    }

    /// Waits until it is the turn of a question over so many events; a small one need not wait.
    pub(super) fn turn<'a>(
        &'a self,
        connection: &'a Connection,
        events: u64,
        filter: &Filter,
    ) -> Option<Turn<'a>> {
        (events > LARGE || filter.reads_properties()).then(|| {
            // Nothing is kept behind the lock that a panic could leave half done.
            let alone = self.turn.lock().unwrap_or_else(PoisonError::into_inner);
            resize(connection, self.larger);
            Turn {
                pool: self,
                connection,
                _alone: alone,
            }
        })
    }

    /// Empties the pool: what was read at the start is not asked for again.
    pub(super) fn empty(&self, connection: &Connection) {
        resize(connection, 1);
        resize(connection, self.usual);
    }
}

/// The turn of a large question; ends with this.
pub(super) struct Turn<'a> {
    pool: &'a EnginePool,
    connection: &'a Connection,
    _alone: MutexGuard<'a, ()>,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        resize(self.connection, self.pool.usual);
    }
}

/// Sets the size of the pool. The engine refuses to make it smaller than what is in use at the moment;
/// then it stays larger until the next time.
fn resize(connection: &Connection, size: Mebibytes) {
    let resized = connection.execute_batch(&format!("SET GLOBAL memory_limit = '{size}MiB'"));
    if let Err(error) = resized {
        tracing::debug!(%error, size, "store.pool keeps its size");
    }
}

#[cfg(test)]
mod tests {
    use domain::filter::Field;

    use super::*;

    #[test]
    fn the_pool_is_larger_while_a_large_question_is_asked() {
        let connection = Connection::open_in_memory().unwrap();
        let other = connection.try_clone().unwrap();
        let limit = || -> String {
            let sql = "SELECT current_setting('memory_limit')";
            other.query_row(sql, [], |row| row.get(0)).unwrap()
        };
        let pool = EnginePool::of(512 * 1024 * 1024);
        pool.empty(&connection);
        assert_eq!(limit(), "192.0 MiB");
        let property = Field::Property("feature".to_owned());
        let some = Filter::Not(Box::new(Filter::Is(property, vec!["voice".to_owned()])));
        let all = Filter::default();
        assert!(pool.turn(&connection, 1_000, &all).is_none());
        for (events, filter) in [(3_000_000, &all), (1_000, &some)] {
            let turn = pool.turn(&connection, events, filter);
            assert_eq!(limit(), "384.0 MiB");
            drop(turn);
            assert_eq!(limit(), "192.0 MiB");
        }
    }
}
