//! Readers: a bounded number of connections, always off the async threads.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use ::duckdb::{Connection, types::ToSqlOutput};
use tokio::sync::Semaphore;

use super::failure::classify;
use crate::{
    StoreError,
    sql::{Sql, Value},
};

/// A pool of connections that read.
#[derive(Clone)]
pub(super) struct Readers {
    idle: Arc<Mutex<Vec<Connection>>>,
    places: Arc<Semaphore>,
    timeout: Duration,
}

impl Readers {
    /// Returns a pool of `count` connections to the store of `connection`.
    pub(super) fn new(
        connection: &Connection,
        count: usize,
        timeout: Duration,
    ) -> Result<Self, StoreError> {
        let idle: Result<Vec<_>, _> = (0..count).map(|_| connection.try_clone()).collect();
        Ok(Self {
            idle: Arc::new(Mutex::new(idle.map_err(classify)?)),
            places: Arc::new(Semaphore::new(count)),
            timeout,
        })
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
        let connection = self.take().ok_or_else(stopped)?;
        let interrupt = connection.interrupt_handle();
        let idle = Arc::clone(&self.idle);
        let mut task = tokio::task::spawn_blocking(move || {
            let result = work(&connection);
            idle.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(connection);
            drop(place);
            result
        });
        let joined = match timeout {
            None => (&mut task).await,
            Some(timeout) => match tokio::time::timeout(timeout, &mut task).await {
                Ok(joined) => joined,
                Err(_elapsed) => {
                    interrupt.interrupt();
                    let _interrupted = task.await;
                    return Err(StoreError::Timeout(timeout.as_secs()));
                }
            },
        };
        joined.unwrap_or_else(|error| Err(StoreError::Engine(Box::new(error))))
    }

    fn take(&self) -> Option<Connection> {
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop()
    }

    /// Closes every connection; later calls fail.
    pub(super) async fn close(&self) {
        let count = u32::try_from(self.places.available_permits()).unwrap_or(0);
        let _all = self.places.acquire_many(count).await;
        self.places.close();
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
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
