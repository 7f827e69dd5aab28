//! Readers: a bounded number of connections, always off the async threads.

#[cfg(test)]
mod tests;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use ::duckdb::{Connection, arrow::array::StructArray, types::ToSqlOutput};
use tokio::{sync::Semaphore, time::Instant};

use super::{failure::classify, watch::watch};
use crate::{
    Asker, Share, Shares, StoreError,
    sql::{Sql, Value},
};

/// Time that a question whose time is up has to end.
const GRACE: Duration = Duration::from_secs(1);
/// Longest time to wait until the engine says that it answers.
const PING: Duration = Duration::from_millis(500);
/// Time between two looks at whether the store is opened again.
const LOOK_INTERVAL: Duration = Duration::from_millis(5);
/// An engine that has not answered for so long is none that works.
const SILENCE: Duration = Duration::from_mins(1);

/// A pool of connections that read.
#[derive(Clone)]
pub(super) struct Readers {
    pool: Arc<Mutex<Pool>>,
    /// Places of those who ask.
    places: Arc<Shares>,
    /// The place that nobody waits for long.
    reserved: Arc<Semaphore>,
    count: usize,
    timeout: Duration,
}

#[derive(Default)]
struct Pool {
    open: bool,
    /// Whether it opens again in a moment, for which whoever asks waits.
    rests: bool,
    idle: Vec<Connection>,
    lent: usize,
    /// When the engine last answered at all.
    answered: Option<Instant>,
}

/// A connection that goes back into the pool by itself.
struct Lent {
    pool: Arc<Mutex<Pool>>,
    connection: Option<Connection>,
    /// One of its own, which ends with this: what is changed of it reaches no other question.
    apart: Option<Connection>,
}

impl Lent {
    fn get(&self) -> Result<&Connection, StoreError> {
        let lent = self.apart.as_ref().or(self.connection.as_ref());
        lent.ok_or_else(stopped)
    }

    fn apart(mut self) -> Result<Self, StoreError> {
        self.apart = Some(self.get()?.try_clone().map_err(classify)?);
        Ok(self)
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        let mut pool = lock(&self.pool);
        let connection = self.connection.take().filter(|_| pool.open);
        pool.idle.extend(connection);
        pool.lent -= 1;
    }
}

fn stopped() -> StoreError {
    StoreError::Stopped("the store is closed".to_owned())
}

/// Returns how much time is left.
pub(super) fn left(deadline: Instant) -> Duration {
    deadline.saturating_duration_since(Instant::now())
}

fn lock(pool: &Mutex<Pool>) -> MutexGuard<'_, Pool> {
    pool.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Readers {
    /// Returns a pool of connections to the store of `connection`: `count` for any one asker, one more
    /// that others have, and one to ask whether the engine answers.
    pub(super) fn new(
        connection: &Connection,
        count: usize,
        timeout: Duration,
    ) -> Result<Self, StoreError> {
        let each = u32::try_from(count).unwrap_or(u32::MAX - 1);
        let readers = Self {
            pool: Arc::default(),
            places: Arc::new(Shares::new(each + 1, each)),
            reserved: Arc::new(Semaphore::new(1)),
            count: count + 2,
            timeout,
        };
        readers.reopen(connection)?;
        Ok(readers)
    }

    /// Opens connections to the store of `connection`, once it is [shut](Self::shut).
    pub(super) fn reopen(&self, connection: &Connection) -> Result<(), StoreError> {
        let idle: Result<Vec<_>, _> = (0..self.count).map(|_| connection.try_clone()).collect();
        let mut pool = lock(&self.pool);
        pool.idle = idle.map_err(classify)?;
        pool.open = true;
        pool.rests = false;
        pool.answered = Some(Instant::now());
        Ok(())
    }

    /// Closes every connection that nobody uses and lets later questions fail; returns whether none is
    /// under way.
    pub(super) fn shut(&self) -> bool {
        let mut pool = lock(&self.pool);
        pool.open = false;
        pool.rests = false;
        pool.idle.clear();
        pool.lent == 0
    }

    /// Closes every connection that nobody uses and lets later questions wait until it is opened again
    /// ([`Self::reopen`]); waits as long as a question may take until none is under way, and returns
    /// whether that is so.
    pub(super) fn rest(&self) -> bool {
        let deadline = Instant::now() + self.timeout + GRACE;
        loop {
            {
                let mut pool = lock(&self.pool);
                pool.open = false;
                pool.rests = true;
                pool.idle.clear();
                if pool.lent == 0 {
                    return true;
                }
            }
            if left(deadline).is_zero() {
                return false;
            }
            std::thread::sleep(LOOK_INTERVAL);
        }
    }

    /// Runs `work` with a connection, at most for the timeout.
    pub(super) async fn run<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        self.run_until(self.deadline(), work).await
    }

    /// Returns when a question that is asked now has to be answered, however often it waits.
    pub(super) fn deadline(&self) -> Instant {
        Instant::now() + self.timeout
    }

    /// Runs `work` with a connection; waits for one and works at most until `deadline`.
    pub(super) async fn run_until<T, F>(&self, deadline: Instant, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        self.run_within(Some(deadline), work).await
    }

    /// Runs `work` with a connection, for as long as it takes.
    pub(super) async fn run_long<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        self.run_within(None, work).await
    }

    async fn run_within<T, F>(&self, deadline: Option<Instant>, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let place = self.place(deadline).await?;
        self.run_at(place, self.lend_soon(deadline).await?, deadline, work)
            .await
    }

    /// Runs `work` with a connection of its own, in a place of those who ask, at most until `deadline`.
    pub(super) async fn run_apart<T, F>(&self, deadline: Instant, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let place = self.place(Some(deadline)).await?;
        let lent = self.lend_soon(Some(deadline)).await?.apart()?;
        self.run_at(place, lent, Some(deadline), work).await
    }

    /// Waits for a place among those of whoever asks, at most until `deadline`.
    pub(super) async fn place(&self, deadline: Option<Instant>) -> Result<Share, StoreError> {
        let asker = Asker::current();
        let patience = deadline.map_or(self.timeout, left);
        let place = self.places.take(asker.name(), 1, patience).await;
        place.map_err(|_full| {
            if self.is_open() {
                StoreError::Crowded
            } else {
                stopped()
            }
        })
    }

    /// Runs `work` with a connection, as long as `place` is taken for it.
    async fn run_at<T, F>(
        &self,
        place: impl Send + 'static,
        lent: Lent,
        deadline: Option<Instant>,
        work: F,
    ) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    {
        let handle = lent.get()?.interrupt_handle();
        let time = deadline.map(left);
        let (running, asking) = watch(handle, time);
        let task = tokio::task::spawn_blocking(move || {
            let result = lent.get().and_then(work);
            drop(running);
            drop(lent);
            drop(place);
            result
        });
        let late = time.unwrap_or(Duration::MAX).saturating_add(GRACE);
        let joined = tokio::time::timeout(late, task).await;
        match joined {
            Ok(Ok(Ok(answer))) => Ok(answer),
            _ if asking.timed_out() => Err(self.timed_out()),
            Ok(Ok(Err(error))) => Err(error),
            Ok(Err(panicked)) => Err(StoreError::Engine(Box::new(panicked))),
            Err(_elapsed) => Err(self.timed_out()),
        }
    }

    pub(super) fn timed_out(&self) -> StoreError {
        StoreError::Timeout(self.timeout.as_secs())
    }

    /// Asks the engine whether it answers at all, over a connection of its own: no question holds that
    /// up. An engine that is slow to say so is at work; one that has been for a minute is not.
    pub(super) async fn ping(&self) -> Result<(), StoreError> {
        let asking = async {
            let place = Arc::clone(&self.reserved).acquire_owned().await;
            let place = place.map_err(|_closed| stopped())?;
            let work =
                |connection: &Connection| connection.execute_batch("SELECT 1").map_err(classify);
            self.run_at(place, self.lend_soon(None).await?, None, work)
                .await
        };
        let last = |readers: &Self| lock(&readers.pool).answered;
        match tokio::time::timeout(PING, asking).await {
            Ok(answer) => {
                answer?;
                lock(&self.pool).answered = Some(Instant::now());
                Ok(())
            }
            Err(_elapsed) if last(self).is_some_and(|at| at.elapsed() < SILENCE) => Ok(()),
            Err(_elapsed) => Err(StoreError::Timeout(SILENCE.as_secs())),
        }
    }

    fn is_open(&self) -> bool {
        let pool = lock(&self.pool);
        pool.open || pool.rests
    }

    /// Lends a connection; while the store is opened anew, once that is done.
    async fn lend_soon(&self, deadline: Option<Instant>) -> Result<Lent, StoreError> {
        loop {
            match self.lend() {
                Err(_resting) if lock(&self.pool).rests => {
                    if deadline.is_some_and(|deadline| left(deadline).is_zero()) {
                        return Err(self.timed_out());
                    }
                    tokio::time::sleep(LOOK_INTERVAL).await;
                }
                lent => return lent,
            }
        }
    }

    fn lend(&self) -> Result<Lent, StoreError> {
        let mut pool = lock(&self.pool);
        let connection = Some(pool.idle.pop().ok_or_else(stopped)?);
        pool.lent += 1;
        Ok(Lent {
            pool: Arc::clone(&self.pool),
            connection,
            apart: None,
        })
    }

    /// Closes every connection that nobody uses; later calls fail.
    pub(super) fn close(&self) {
        self.shut();
        self.places.close();
        self.reserved.close();
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
