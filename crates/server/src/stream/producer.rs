//! Adding what was accepted.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use redis::{RedisError, Value, aio::ConnectionManager, pipe};
use store::Batch;
use tokio::time::Instant;

use super::{
    Settings, StreamError,
    connection::{ANSWER, shared},
    sealed::{ACCEPTED, REFUSED, seal, seal_letter},
    status::{StreamState, User},
};
use crate::{blocking::apart, ingest::Carrier};

/// Entries that are added as one, or not at all: so many keep the server busy for some milliseconds.
const AT_ONCE: usize = 1_000;
/// First time that the server is left alone after it failed, and the longest.
const REST: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(5));

/// Adds what was accepted to the stream. While the server fails, it takes nothing for a while that grows, so that
/// nobody waits for it but one caller each time.
pub struct Producer {
    connection: ConnectionManager,
    stream: String,
    state: StreamState,
    breaker: Mutex<Breaker>,
}

/// Until when the server is left alone.
#[derive(Debug, Default)]
struct Breaker {
    failures: u32,
    until: Option<Instant>,
}

/// An entry to be added: its field and what it holds.
type Added = (&'static str, String);

impl Producer {
    /// Returns what adds to the stream; nothing is connected to yet.
    pub fn new(settings: &Settings, state: StreamState) -> Result<Self, StreamError> {
        Ok(Self {
            connection: shared(&settings.server)?,
            stream: settings.stream.clone(),
            state,
            breaker: Mutex::default(),
        })
    }

    fn breaker(&self) -> MutexGuard<'_, Breaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns whether the server is to be tried now. Where it has failed, one caller tries.
    fn may_try(&self, now: Instant) -> bool {
        let mut breaker = self.breaker();
        match breaker.until {
            Some(until) if now < until => false,
            Some(_) => {
                breaker.until = Some(now + 2 * ANSWER);
                true
            }
            None => true,
        }
    }

    fn tried(&self, worked: bool, now: Instant) {
        let mut breaker = self.breaker();
        if worked {
            if breaker.until.is_some() {
                self.state.used(User::Producer, Ok(()));
            }
            *breaker = Breaker::default();
            return;
        }
        let rest = REST.0.saturating_mul(1 << breaker.failures.min(10));
        breaker.failures = breaker.failures.saturating_add(1);
        breaker.until = Some(now + rest.min(REST.1));
    }

    /// Adds entries; once more where the connection turned out to be gone, as after a restart of the server.
    async fn add(&self, entries: &[Added]) -> Result<(), RedisError> {
        match self.add_once(entries).await {
            Err(error) if error.is_connection_dropped() || error.is_connection_refusal() => {
                self.add_once(entries).await
            }
            added => added,
        }
    }

    async fn add_once(&self, entries: &[Added]) -> Result<(), RedisError> {
        for entries in entries.chunks(AT_ONCE) {
            let mut pipe = pipe();
            pipe.atomic();
            for (field, text) in entries {
                pipe.cmd("XADD")
                    .arg(&self.stream)
                    .arg("*")
                    .arg(*field)
                    .arg(text);
            }
            let mut connection = self.connection.clone();
            let _identifiers: Value = pipe.query_async(&mut connection).await?;
        }
        Ok(())
    }
}

/// Returns the entries of a batch.
fn entries(batch: &Batch) -> Result<Vec<Added>, serde_json::Error> {
    let events = batch
        .events
        .iter()
        .map(|event| Ok((ACCEPTED, seal(event)?)));
    let letters = &batch.dead_letters;
    let letters = letters
        .iter()
        .map(|letter| Ok((REFUSED, seal_letter(letter)?)));
    events.chain(letters).collect()
}

#[async_trait]
impl Carrier for Producer {
    async fn carry(&self, batch: Batch) -> Result<(), Batch> {
        if !self.may_try(Instant::now()) {
            return Err(batch);
        }
        let (batch, entries) = apart(batch.bytes(), move || {
            let entries = entries(&batch);
            (batch, entries)
        })
        .await;
        let entries = match entries {
            Ok(entries) => entries,
            Err(error) => {
                tracing::error!(%error, "stream.seal failed");
                return Err(batch);
            }
        };
        match self.add(&entries).await {
            Ok(()) => {
                self.tried(true, Instant::now());
                Ok(())
            }
            Err(error) => {
                self.tried(false, Instant::now());
                let error = StreamError::from(error);
                if self.state.used(User::Producer, Err(&error)) {
                    tracing::warn!(code = error.code(), "stream.not_added: {error}");
                }
                Err(batch)
            }
        }
    }
}
