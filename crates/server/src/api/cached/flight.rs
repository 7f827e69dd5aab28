//! Answers that are being computed, each of which others wait for.
//!
//! TRICKY: the cache could do this itself, but it panics for whoever has waited for two hundred who went
//! away one after the other, and anybody can go away.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use tokio::sync::watch;

use super::cache::Remembered;
use crate::api::error::ApiError;

type Outcome = Result<Remembered, Arc<ApiError>>;

/// Answers that are being computed, by key.
#[derive(Debug, Default)]
pub(super) struct Flights(Mutex<HashMap<String, watch::Receiver<Option<Outcome>>>>);

/// Who computes an answer.
pub(super) enum Turn<'a> {
    /// Whoever asks now.
    Ours(Flight<'a>),
    /// Somebody else, who has begun.
    Theirs(Waiting),
}

/// An answer that is being computed; others wait until it lands or this is dropped.
pub(super) struct Flight<'a> {
    flights: &'a Flights,
    key: String,
    outcome: watch::Sender<Option<Outcome>>,
}

/// An answer that somebody else computes.
pub(super) struct Waiting(watch::Receiver<Option<Outcome>>);

/// What became of an answer that somebody else computed.
pub(super) enum End {
    /// It is there, or it is known why there is none.
    Landed(Outcome),
    /// Nobody computes it any more.
    Broken,
}

impl Flights {
    /// Returns whose turn it is to compute the answer of a key.
    pub(super) fn join(&self, key: &str) -> Turn<'_> {
        let mut flights = self.lock();
        if let Some(outcome) = flights.get(key) {
            return Turn::Theirs(Waiting(outcome.clone()));
        }
        let (sender, receiver) = watch::channel(None);
        flights.insert(key.to_owned(), receiver);
        Turn::Ours(Flight {
            flights: self,
            key: key.to_owned(),
            outcome: sender,
        })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<String, watch::Receiver<Option<Outcome>>>> {
        // Nothing is kept behind the lock that a panic could leave half done.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Flight<'_> {
    /// Tells everybody who waits.
    pub(super) fn land(self, outcome: Outcome) {
        self.outcome.send_replace(Some(outcome));
    }
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        self.flights.lock().remove(&self.key);
    }
}

impl Waiting {
    /// Waits until it ends.
    pub(super) async fn end(mut self) -> End {
        let ended = self.0.wait_for(Option::is_some).await;
        match ended.as_deref() {
            Ok(Some(outcome)) => End::Landed(outcome.clone()),
            Ok(None) | Err(_) => End::Broken,
        }
    }
}
