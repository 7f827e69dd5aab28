//! Readers: a bounded number of connections, always off the async threads.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use ::duckdb::{Connection, arrow::array::StructArray, types::ToSqlOutput};
use tokio::sync::Semaphore;

use super::failure::classify;
use crate::{
    StoreError,
    sql::{Sql, Value},
};

/// Time between two looks at whether the questions under way have ended.
const SHUT_INTERVAL: Duration = Duration::from_millis(5);

/// A pool of connections that read.
#[derive(Clone)]
pub(super) struct Readers {
    pool: Arc<Mutex<Pool>>,
    places: Arc<Semaphore>,
    count: usize,
    timeout: Duration,
}

#[derive(Default)]
struct Pool {
    open: bool,
    idle: Vec<Connection>,
    lent: usize,
}

/// A connection that goes back into the pool by itself.
struct Lent {
    pool: Arc<Mutex<Pool>>,
    connection: Option<Connection>,
}

impl Drop for Lent {
    fn drop(&mut self) {
        let mut pool = lock(&self.pool);
        let connection = self.connection.take().filter(|_| pool.open);
        pool.idle.extend(connection);
        pool.lent -= 1;
    }
}

fn lock(pool: &Mutex<Pool>) -> MutexGuard<'_, Pool> {
    pool.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Readers {
    /// Returns a pool of `count` connections to the store of `connection`.
    pub(super) fn new(
        connection: &Connection,
        count: usize,
        timeout: Duration,
    ) -> Result<Self, StoreError> {
        let readers = Self {
            pool: Arc::default(),
            places: Arc::new(Semaphore::new(count)),
            count,
            timeout,
        };
        readers.reopen(connection)?;
        Ok(readers)
    }

    /// Opens connections to the store of `connection`, after [`Self::shut`].
    pub(super) fn reopen(&self, connection: &Connection) -> Result<(), StoreError> {
        let idle: Result<Vec<_>, _> = (0..self.count).map(|_| connection.try_clone()).collect();
        let mut pool = lock(&self.pool);
        pool.idle = idle.map_err(classify)?;
        pool.open = true;
        Ok(())
    }

    /// Waits for the questions under way and closes every connection; later ones fail.
    pub(super) fn shut(&self) {
        while !self.begin_shut() {
            std::thread::sleep(SHUT_INTERVAL);
        }
    }

    /// Lets later questions fail; returns whether none is under way.
    fn begin_shut(&self) -> bool {
        let mut pool = lock(&self.pool);
        pool.open = false;
        pool.idle.clear();
        pool.lent == 0
    }

    /// Runs `work` with a connection, at most for the timeout.
    pub(super) async fn run<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        self.run_within(Some(self.timeout), work).await
    }

    /// Runs `work` with a connection, for as long as it takes.
    pub(super) async fn run_long<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        self.run_within(None, work).await
    }

    async fn run_within<T, F>(&self, timeout: Option<Duration>, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let stopped = || StoreError::Stopped("the store is closed".to_owned());
        let place = Arc::clone(&self.places)
            .acquire_owned()
            .await
            .map_err(|_closed| stopped())?;
        let lent = self.lend().ok_or_else(stopped)?;
        let interrupt = lent.connection.as_ref().map(Connection::interrupt_handle);
        let mut task = tokio::task::spawn_blocking(move || {
            let connection = lent.connection.as_ref().ok_or_else(stopped)?;
            let result = work(connection);
            drop(lent);
            drop(place);
            result
        });
        let joined = match timeout {
            None => (&mut task).await,
            Some(timeout) => match tokio::time::timeout(timeout, &mut task).await {
                Ok(joined) => joined,
                Err(_elapsed) => {
                    if let Some(interrupt) = interrupt {
                        interrupt.interrupt();
                    }
                    let _interrupted = task.await;
                    return Err(StoreError::Timeout(timeout.as_secs()));
                }
            },
        };
        joined.unwrap_or_else(|error| Err(StoreError::Engine(Box::new(error))))
    }

    fn lend(&self) -> Option<Lent> {
        let mut pool = lock(&self.pool);
        let connection = Some(pool.idle.pop()?);
        pool.lent += 1;
        let pool = Arc::clone(&self.pool);
        Some(Lent { pool, connection })
    }

    /// Closes every connection that nobody uses; later calls fail.
    pub(super) fn close(&self) {
        self.begin_shut();
        self.places.close();
    }
}

impl ::duckdb::ToSql for Value {
    fn to_sql(&self) -> ::duckdb::Result<ToSqlOutput<'_>> {
        match self {
            Self::Int(value) => value.to_sql(),
            Self::Text(text) => text.to_sql(),
        }
    }
}

/// Hands every row of a statement to `take`, until it wants no more.
pub(super) fn each_row(
    connection: &Connection,
    sql: &Sql,
    mut take: impl FnMut(&::duckdb::Row<'_>) -> ::duckdb::Result<bool>,
) -> Result<(), StoreError> {
    // TRICKY: a cached plan keeps what the optimiser concluded from the data of its time (a column
    // without NULLs, an empty table) and answers wrongly once the data says otherwise.
    let mut statement = connection.prepare(&sql.text).map_err(classify)?;
    let mut rows = statement
        .query(::duckdb::params_from_iter(&sql.params))
        .map_err(classify)?;
    while let Some(row) = rows.next().map_err(classify)? {
        if !take(row).map_err(classify)? {
            break;
        }
    }
    Ok(())
}

/// Runs a statement and hands over its rows in columns, some thousands at a time, as the engine comes
/// to them: they are never in memory together.
pub(super) fn each_chunk(
    connection: &Connection,
    text: &str,
    values: impl ::duckdb::Params,
    mut take: impl FnMut(&StructArray) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut statement = connection.prepare(text).map_err(classify)?;
    // TRICKY: the iterator would panic when the engine fails between two chunks.
    statement.stream_arrow(values).map(drop).map_err(classify)?;
    while let Some(chunk) = statement.step().map_err(classify)? {
        take(&chunk)?;
    }
    Ok(())
}
