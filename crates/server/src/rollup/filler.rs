//! Background worker that fills dirty days, newest first, yielding to queries.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant as Stopwatch},
};

use domain::{
    clock::Clock,
    id::WorkspaceId,
    time::{Day, Instant},
};
use store::{DirtyDay, EventStore, StoreError, chain};
use tokio_util::sync::CancellationToken;

use super::{
    batches::{Batch, MOST_EVENTS, batches},
    due::is_due,
};
use crate::telemetry::Telemetry;

/// Longest time between two looks at what is due.
const LOOK_INTERVAL: Duration = Duration::from_secs(1);
/// Time between two looks at what arrived.
const CATCH_UP_INTERVAL: Duration = Duration::from_millis(200);
/// Time that a round spends on storing replies.
const CONTEXT_TIME: Duration = Duration::from_secs(1);
/// Days that are worth a line in the log.
const MANY_DAYS: usize = 10;
/// Time between two lines about a long round.
const LINE_INTERVAL: Duration = Duration::from_secs(10);

/// Fills days and makes months.
pub struct Filler {
    /// Where events and rollups live.
    pub store: Arc<dyn EventStore>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// How long a day that is mostly filled may wait.
    pub interval: Duration,
    /// Counts what is filled.
    pub telemetry: Telemetry,
    /// Keeps which day was filled last.
    pub last: LastFilled,
}

/// A day that was filled.
#[derive(Debug, Clone)]
pub struct Filled {
    /// Whose chat.
    pub workspace: WorkspaceId,
    /// Which day.
    pub day: Day,
    /// Events that were counted.
    pub events: u64,
    /// How long it took.
    pub took: Duration,
}

/// The day that was filled last, for all who share it.
#[derive(Debug, Clone, Default)]
pub struct LastFilled(Arc<Mutex<Option<Filled>>>);

impl LastFilled {
    fn set(&self, filled: Filled) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(filled);
    }

    /// Returns the day, once there was one.
    pub fn get(&self) -> Option<Filled> {
        let last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        last.clone()
    }
}

/// What a round did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Round {
    /// Days that were filled.
    pub days: u64,
    /// Events that were counted.
    pub events: u64,
    /// Months that were made.
    pub months: u64,
    /// Days whose replies were stored.
    pub contexts: u64,
}

impl Filler {
    /// Fills what is due, and keeps the store ready for questions, until the end is asked for or it
    /// cannot be done.
    pub async fn run(&self, stop: CancellationToken) -> Result<(), StoreError> {
        tokio::try_join!(self.fill_all(&stop), self.catch_up(&stop))?;
        Ok(())
    }

    async fn catch_up(&self, stop: &CancellationToken) -> Result<(), StoreError> {
        loop {
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                () = tokio::time::sleep(CATCH_UP_INTERVAL) => {}
            }
            // Whoever asks meets the same failure, and is told.
            if let Err(error) = self.store.catch_up().await {
                tracing::debug!(error = chain(&error), "rollup.catch_up_failed");
            }
        }
    }

    async fn fill_all(&self, stop: &CancellationToken) -> Result<(), StoreError> {
        loop {
            let Round {
                days,
                events,
                months,
                contexts,
            } = self.round(stop).await?;
            // Whoever asks meets the same failure, and is told.
            if let Err(error) = self.store.join_ahead(self.clock.now()).await {
                tracing::debug!(error = chain(&error), "rollup.join_ahead_failed");
            }
            if days > 0 || months > 0 || contexts > 0 {
                tracing::debug!(days, events, months, contexts, "rollup.round");
            }
            // Where there is more to be made, it goes on at once.
            let wait = match contexts {
                0 => LOOK_INTERVAL.min(self.interval),
                _ => Duration::ZERO,
            };
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// Fills what is due now.
    pub async fn round(&self, stop: &CancellationToken) -> Result<Round, StoreError> {
        let now = self.clock.now();
        let mut due = self.store.dirty_days();
        self.telemetry
            .days_waiting(due.len(), longest_wait(&due, now));
        due.retain(|dirty| is_due(&dirty.entry, now, self.interval));
        let mut round = Round::default();
        let mut progress = Progress::begin(due.len());
        let mut waiting = VecDeque::from(batches(&due));
        while let Some(batch) = waiting.pop_front() {
            if stop.is_cancelled() {
                return Ok(round);
            }
            let started = Stopwatch::now();
            if self.is_too_large(&batch).await? {
                let [newer, older] = batch.halves();
                waiting.push_front(older);
                waiting.push_front(newer);
                continue;
            }
            let batch = batch.days;
            let filled = self.fill(&batch).await?;
            let took = started.elapsed() / u32::try_from(batch.len()).unwrap_or(1);
            for (dirty, events) in batch.iter().zip(filled) {
                let Some(events) = events else { continue };
                round.days += 1;
                round.events += events;
                self.telemetry.day_filled(events, took);
                self.last.set(Filled {
                    workspace: dirty.workspace.clone(),
                    day: dirty.day,
                    events,
                    took,
                });
            }
            progress.advance(batch.len());
            // Questions come first: they get at least a third of the time.
            tokio::time::sleep(started.elapsed() / 2).await;
        }
        round.months = self.store.fill_months(self.clock.now()).await?;
        round.contexts = self.fill_contexts(stop).await?;
        Ok(round)
    }

    /// Stores the replies of days, for no longer than a round may take: rollups come first.
    async fn fill_contexts(&self, stop: &CancellationToken) -> Result<u64, StoreError> {
        let (began, mut all) = (Stopwatch::now(), 0);
        while !stop.is_cancelled() && began.elapsed() < CONTEXT_TIME {
            let started = Stopwatch::now();
            let made = self.store.fill_contexts(self.clock.now()).await?;
            if made == 0 {
                break;
            }
            all += made;
            // Questions come first: they get at least a third of the time.
            tokio::time::sleep(started.elapsed() / 2).await;
        }
        Ok(all)
    }

    /// Returns whether the events of a batch are too many to be counted in one go.
    async fn is_too_large(&self, batch: &Batch<'_>) -> Result<bool, StoreError> {
        let (Some(span), Some(first)) = (batch.to_count(), batch.days.first()) else {
            return Ok(false);
        };
        Ok(self.store.rows_in(&first.workspace, span).await? > MOST_EVENTS)
    }

    /// Fills the days of a batch, which are of one workspace.
    async fn fill(&self, batch: &[&DirtyDay]) -> Result<Vec<Option<u64>>, StoreError> {
        let Some(first) = batch.first() else {
            return Ok(Vec::new());
        };
        let days: Vec<Day> = batch.iter().map(|dirty| dirty.day).collect();
        let now = self.clock.now();
        self.store.fill_days(&first.workspace, &days, now).await
    }
}

/// Returns how many seconds the day that waits longest has waited.
fn longest_wait(dirty: &[DirtyDay], now: Instant) -> f64 {
    let since = dirty
        .iter()
        .filter_map(|dirty| dirty.entry.dirty_since)
        .min();
    since.map_or(0.0, |since| {
        (now.as_millis() - since.as_millis()).max(0) as f64 / 1_000.0
    })
}

/// Lines about a long round.
struct Progress {
    days: usize,
    done: usize,
    next_line: Stopwatch,
}

impl Progress {
    fn begin(days: usize) -> Self {
        if days >= MANY_DAYS {
            tracing::info!(
                days,
                "rollup.filling: answers are exact meanwhile, but slower"
            );
        }
        Self {
            days,
            done: 0,
            next_line: Stopwatch::now() + LINE_INTERVAL,
        }
    }

    fn advance(&mut self, days: usize) {
        self.done += days;
        let is_last = self.done == self.days;
        if self.days >= MANY_DAYS && (is_last || Stopwatch::now() >= self.next_line) {
            tracing::info!(done = self.done, days = self.days, "rollup.filled");
            self.next_line = Stopwatch::now() + LINE_INTERVAL;
        }
    }
}
