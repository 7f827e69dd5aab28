//! Memory of the engine's pool, and who may have more of it.
//!
//! 1. Of the memory that the engine may use its pool is three eighths. What it holds beside the pool
//!    (what it knows of row groups, what it compresses with) comes to as much, measured over a hundred
//!    million events.
//! 2. A question over many events has three quarters, and is asked alone: it uses every thread of the
//!    engine anyway, and two of them at once would need twice the memory. A year of terms with their
//!    people needs as much of 256 MB.
//! 3. Whoever waits for that turn has no connection meanwhile, so that others are answered. Of each
//!    asker only one question stands in the line that all share.

use std::{sync::Arc, time::Duration};

use ::duckdb::Connection;
use domain::filter::Filter;

use crate::{Asker, Share, Shares, StoreError};

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
    turns: Arc<Shares>,
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
            turns: Arc::new(Shares::new(1, 1)),
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
        let asker = Asker::current();
        let alone = self.turns.take(asker.name(), 1, patience).await;
        Ok(Turn {
            pool: self.clone(),
            alone: alone.map_err(|_full| StoreError::Crowded)?,
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
    alone: Share,
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
    _alone: Share,
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
    use std::{pin::pin, time::Instant};

    use domain::filter::Field;
    use tokio::time::timeout;

    use super::*;
    use crate::{
        EventStore as _,
        duckdb::{DuckDbStore, OpenOptions},
    };

    async fn as_asker<F: Future>(name: &str, asking: F) -> F::Output {
        let asker = Asker::default();
        asker.is(name.to_owned());
        asker.scope(asking).await
    }

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
    #[tokio::test]
    async fn a_flood_of_one_asker_stands_in_line_once() {
        let pool = EnginePool::of(512 * 1024 * 1024);
        let long = Duration::from_secs(20);
        let first = as_asker("flood", pool.turn(long)).await.unwrap();
        // The flood comes first, and the other one still is next.
        let mut second = pin!(as_asker("flood", pool.turn(long)));
        let mut third = pin!(as_asker("flood", pool.turn(long)));
        let mut other = pin!(as_asker("other", pool.turn(long)));
        let soon = Duration::from_millis(20);
        assert!(timeout(soon, &mut second).await.is_err());
        assert!(timeout(soon, &mut third).await.is_err());
        assert!(timeout(soon, &mut other).await.is_err());
        drop(first);
        let turn = timeout(Duration::from_secs(5), &mut other).await;
        drop(turn.unwrap().unwrap());
        drop(second.await.unwrap());
        drop(third.await.unwrap());
    }

    #[tokio::test]
    async fn waiting_for_the_turn_takes_no_reader_and_counts_as_time_of_the_question() {
        let folder = tempfile::tempdir().unwrap();
        let store = DuckDbStore::open(&OpenOptions {
            readers: 1,
            query_timeout: Duration::from_secs(2),
            ..OpenOptions::new(folder.path())
        })
        .unwrap();
        let turn = store.shared.pool.turn(Duration::ZERO).await.unwrap();
        let large = |turn: Option<Turn>| move |_: &Connection| Ok(turn.map(drop));
        let crowd = async {
            let large = ["a", "b", "c", "d"].map(|name| as_asker(name, store.ask_in_turn(large)));
            let [a, b, c, d] = large;
            let refused = tokio::join!(a, b, c, d);
            for refused in [refused.0, refused.1, refused.2, refused.3] {
                assert!(matches!(refused, Err(StoreError::Crowded)));
            }
        };
        let small = async {
            for _ in 0..50 {
                let asked = as_asker("e", store.readers.run(|_| Ok(())));
                asked.await.unwrap();
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::join!(crowd, small);
        drop(turn);
        // It finds out late that it is large, and has only the rest of its time then.
        let begun = Instant::now();
        let late = |turn: Option<Turn>| {
            move |connection: &Connection| {
                let Some(_turn) = turn else {
                    std::thread::sleep(Duration::from_millis(1_500));
                    return Ok(None);
                };
                let endless = "SELECT count(*) FROM range(1000000) a, range(1000000) b \
                               WHERE a.range * b.range % 7 = 3";
                let asked = connection.execute_batch(endless);
                asked.map_err(crate::duckdb::failure::classify).map(Some)
            }
        };
        let asked = store.ask_in_turn(late).await;
        assert!(matches!(asked, Err(StoreError::Timeout(2))), "{asked:?}");
        assert!(begun.elapsed() < Duration::from_millis(3_400));
        store.close().await.unwrap();
    }
}
