//! Memory of the engine's pool, and who may have more of it.
//!
//! 1. Of the memory that the engine may use its pool is three eighths. What it holds beside the pool
//!    (what it knows of row groups, what it compresses with) comes to as much, measured over a hundred
//!    million events.
//! 2. A question over many events has three quarters, and is asked alone: it uses every thread of the
//!    engine anyway, and two of them at once would need twice the memory. A year of terms with their
//!    people needs as much of 256 MB.

use std::{sync::Arc, time::Duration};

use ::duckdb::Connection;
use domain::filter::Filter;
use tokio::{
    sync::{Mutex, OwnedMutexGuard},
    time::timeout,
};

use crate::StoreError;

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

    /// Returns whether a question over so many events has to wait for its turn.
    pub(super) fn is_large(events: u64, filter: &Filter) -> bool {
        events > LARGE || filter.reads_properties()
    }

    /// Waits for the turn of a large question, at most for `patience`.
    pub(super) async fn turn(&self, patience: Duration) -> Result<Turn, StoreError> {
        let alone = timeout(patience, Arc::clone(&self.turn).lock_owned()).await;
        let alone = alone.map_err(|_elapsed| StoreError::Crowded)?;
        Ok(Turn {
            pool: self.clone(),
            alone,
        })
    }

    /// Empties the pool: what was read at the start is not asked for again.
    pub(super) fn empty(&self, connection: &Connection) {
        resize(connection, 1);
        resize(connection, self.usual);
    }
}

/// The turn of a large question, before it is asked.
pub(super) struct Turn {
    pool: EnginePool,
    alone: OwnedMutexGuard<()>,
}

impl Turn {
    /// Makes the pool larger until what is returned is dropped.
    pub(super) fn begin(self, connection: &Connection) -> LargerPool<'_> {
        resize(connection, self.pool.larger);
        LargerPool {
            usual: self.pool.usual,
            connection,
            _alone: self.alone,
        }
    }
}

/// The pool, larger for a large question; ends with this.
pub(super) struct LargerPool<'a> {
    usual: Mebibytes,
    connection: &'a Connection,
    _alone: OwnedMutexGuard<()>,
}

impl Drop for LargerPool<'_> {
    fn drop(&mut self) {
        resize(self.connection, self.usual);
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

    #[tokio::test]
    async fn the_pool_is_larger_while_a_large_question_is_asked() {
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
        assert!(!EnginePool::is_large(1_000, &all));
        assert!(EnginePool::is_large(3_000_000, &all) && EnginePool::is_large(1_000, &some));
        let patience = Duration::from_millis(20);
        let larger = pool.turn(patience).await.unwrap().begin(&connection);
        assert_eq!(limit(), "384.0 MiB");
        // Nobody waits for longer than they want to.
        let second = pool.turn(patience).await;
        assert!(matches!(second, Err(StoreError::Crowded)));
        drop(larger);
        assert_eq!(limit(), "192.0 MiB");
    }
}
