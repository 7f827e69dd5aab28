//! Storing a batch, and what is done when the store does not take it.
//!
//! 1. A store that is away, busy or full is waited for, however long that takes: nothing is lost by it, and nothing
//!    that it does not take counts as a try.
//! 2. A batch that fails for another reason is stored entry by entry. An entry that fails alone [`TRIES`] times,
//!    while the store takes what is written, becomes a dead letter.

use std::time::Duration;

use async_trait::async_trait;
use store::StoreError;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;

use super::reply::RawEntry;

/// Times that an entry is tried alone.
pub(super) const TRIES: u64 = 5;
/// First pause before the next try, and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(10));

/// Where entries go.
#[async_trait]
pub(super) trait Sink: Send + Sync {
    /// Stores entries: all of them or none.
    async fn put(&self, entries: &[RawEntry]) -> Result<(), StoreError>;
    /// Keeps an entry as a dead letter that the store did not take in so many tries.
    async fn bury(&self, entry: &RawEntry, tries: u64) -> Result<(), StoreError>;
    /// Returns whether the store takes what is written.
    async fn works(&self) -> bool;
    /// Is told that the store is waited for, and why.
    fn waits(&self, error: &StoreError);
}

/// Stores entries; returns false when the end was asked for before they were.
pub(super) async fn deliver(
    sink: &impl Sink,
    entries: &[RawEntry],
    stop: &CancellationToken,
) -> bool {
    let mut pauses = Pauses::new(stop);
    while let Err(error) = sink.put(entries).await {
        if may_be_an_entry(&error) {
            for entry in entries {
                if !deliver_alone(sink, entry, stop).await {
                    return false;
                }
            }
            return true;
        }
        sink.waits(&error);
        if !pauses.next().await {
            return false;
        }
    }
    true
}

/// Stores one entry, or makes it a dead letter; returns false when the end was asked for before.
pub(super) async fn deliver_alone(
    sink: &impl Sink,
    entry: &RawEntry,
    stop: &CancellationToken,
) -> bool {
    let mut pauses = Pauses::new(stop);
    let mut tries = 0;
    while let Err(error) = sink.put(std::slice::from_ref(entry)).await {
        if may_be_an_entry(&error) && sink.works().await {
            tries += 1;
        } else {
            sink.waits(&error);
        }
        if tries == TRIES {
            return bury(sink, entry, tries, stop).await;
        }
        if !pauses.next().await {
            return false;
        }
    }
    true
}

/// Makes an entry a dead letter; returns false when the end was asked for before.
pub(super) async fn bury(
    sink: &impl Sink,
    entry: &RawEntry,
    tries: u64,
    stop: &CancellationToken,
) -> bool {
    let mut pauses = Pauses::new(stop);
    while let Err(error) = sink.bury(entry, tries).await {
        sink.waits(&error);
        if !pauses.next().await {
            return false;
        }
    }
    true
}

/// Returns whether an entry may be why the store failed.
const fn may_be_an_entry(error: &StoreError) -> bool {
    matches!(
        error,
        StoreError::Engine(_) | StoreError::Stopped(_) | StoreError::Quota(_)
    )
}

/// Pauses that grow.
struct Pauses<'s> {
    next: Duration,
    stop: &'s CancellationToken,
}

impl<'s> Pauses<'s> {
    const fn new(stop: &'s CancellationToken) -> Self {
        Self {
            next: PAUSES.0,
            stop,
        }
    }

    /// Waits; returns false when the end is asked for.
    async fn next(&mut self) -> bool {
        let pause = self.next;
        self.next = (pause * 2).min(PAUSES.1);
        tokio::select! {
            () = self.stop.cancelled() => false,
            () = sleep(pause) => true,
        }
    }
}
