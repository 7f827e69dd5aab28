//! The memory of answers.

use std::{sync::Arc, time::Duration};

use axum::http::HeaderValue;
use domain::{clock::Clock, id::WorkspaceId, time::Instant};
use moka::{future::Cache, policy::EvictionPolicy};
use store::{Changes, Reads};

use super::{
    Lasting,
    flight::{End, Flights, Turn},
    written::{Written, WrittenBody},
};
use crate::{api::error::ApiError, query::Answer};

/// Longest age of an answer that depends on the present: half the time after which pages ask again.
const MOST_AGE: Duration = Duration::from_secs(15);
/// Bytes that an entry takes beside its texts.
const OVERHEAD: usize = 256;
/// How often somebody waits for what others compute before they compute it themselves.
const MOST_WAITS: usize = 3;

/// Remembers answers, up to a number of bytes; what was not asked for longest goes first.
pub struct AnswerCache {
    entries: Cache<String, Remembered>,
    flights: Flights,
    clock: Arc<dyn Clock>,
    /// Longest age of an answer that depends on the present; zero remembers nothing at all.
    most_age: Duration,
}

/// An answer that is remembered.
#[derive(Debug, Clone)]
pub(super) struct Remembered {
    body: WrittenBody,
    tag: HeaderValue,
    /// When its computing began.
    made: Instant,
    /// How many changes there were then.
    version: u64,
    /// What it was made of.
    reads: Arc<Reads>,
}

/// What answers are made of, and whose they are.
pub(super) struct Basis<'a> {
    pub(super) changes: &'a dyn Changes,
    pub(super) workspace: &'a WorkspaceId,
}

impl Basis<'_> {
    /// Returns whether nothing that an answer was made of has changed, up to a number of changes.
    fn is_same(&self, entry: &Remembered, version: u64) -> bool {
        entry.version >= version
            || self.changes.last_change(self.workspace, &entry.reads) <= entry.version
    }
}

/// An answer to be sent.
pub(super) struct Given {
    /// What it says.
    pub(super) body: WrittenBody,
    /// What it is recognised by.
    pub(super) tag: HeaderValue,
    /// Whether somebody else had it computed.
    pub(super) remembered: bool,
}

impl AnswerCache {
    /// Returns a memory of at most so many bytes. An answer that depends on the present gets no older
    /// than `most_age`, nor than 15 seconds; a `most_age` of zero remembers nothing at all.
    pub fn new(bytes: u64, most_age: Duration, clock: Arc<dyn Clock>) -> Self {
        // TRICKY: moka's own policy keeps what was asked for often, and so would keep answers that
        // hold no longer, and refuse new ones.
        let entries = Cache::builder()
            .max_capacity(bytes)
            .weigher(weight)
            .eviction_policy(EvictionPolicy::lru())
            .build();
        Self {
            entries,
            flights: Flights::default(),
            clock,
            most_age: most_age.min(MOST_AGE),
        }
    }

    /// Forgets every answer.
    pub(in crate::api) fn clear(&self) {
        self.entries.invalidate_all();
    }

    /// Returns how many bytes the answers take.
    pub(super) fn bytes(&self) -> u64 {
        self.entries.weighted_size()
    }

    /// Gives the answer of this key: the one that is remembered, the one that somebody else has
    /// computed right now, or else what `compute` finds.
    pub(super) async fn give<A: Answer + Send + 'static>(
        &self,
        key: &str,
        lasting: Lasting,
        basis: &Basis<'_>,
        compute: impl Future<Output = Result<(A, Reads), ApiError>>,
    ) -> Result<Given, ApiError> {
        if lasting == Lasting::Never || self.most_age.is_zero() {
            let Written { fresh, tag, .. } = write(compute.await?.0).await?;
            return Ok(Given::computed(fresh, tag));
        }
        let (asked, version) = (self.clock.now(), basis.changes.version());
        let holds = |entry: &Remembered| {
            (lasting == Lasting::Always || self.is_current(entry, asked))
                && basis.is_same(entry, version)
        };
        for _ in 0..MOST_WAITS {
            if let Some(entry) = self.entries.get(key).await.filter(holds) {
                return Ok(Given::remembered(entry));
            }
            let flight = match self.flights.join(key) {
                Turn::Ours(flight) => flight,
                Turn::Theirs(flight) => match flight.end().await {
                    End::Landed(Ok(entry)) if holds(&entry) => return Ok(Given::remembered(entry)),
                    End::Landed(Err(error)) if is_about_asker(&error) => break,
                    End::Landed(Err(error)) => return Err(ApiError::Shared(error)),
                    // Too old for us, made of what has changed since, or given up.
                    End::Landed(Ok(_)) | End::Broken => continue,
                },
            };
            // It may have landed between our two looks.
            if let Some(entry) = self.entries.get(key).await.filter(holds) {
                flight.land(Ok(entry.clone()));
                return Ok(Given::remembered(entry));
            }
            return match self.compute(key, basis, compute).await {
                Ok((entry, fresh)) => {
                    let tag = entry.tag.clone();
                    flight.land(Ok(entry));
                    Ok(Given::computed(fresh, tag))
                }
                Err(error) => {
                    let error = Arc::new(error);
                    flight.land(Err(Arc::clone(&error)));
                    Err(ApiError::Shared(error))
                }
            };
        }
        let (entry, fresh) = self.compute(key, basis, compute).await?;
        Ok(Given::computed(fresh, entry.tag))
    }

    /// Computes an answer and remembers it; returns it as it was written first, too.
    async fn compute<A: Answer + Send + 'static>(
        &self,
        key: &str,
        basis: &Basis<'_>,
        compute: impl Future<Output = Result<(A, Reads), ApiError>>,
    ) -> Result<(Remembered, WrittenBody), ApiError> {
        let (made, version) = (self.clock.now(), basis.changes.version());
        let (answer, reads) = compute.await?;
        let written = write(answer).await?;
        let entry = Remembered {
            body: written.remembered,
            tag: written.tag,
            made,
            version,
            reads: Arc::new(reads),
        };
        self.entries.insert(key.to_owned(), entry.clone()).await;
        // Now, because moka would let more and more in for a while.
        self.entries.run_pending_tasks().await;
        Ok((entry, written.fresh))
    }

    /// Returns whether an answer is about the present of whoever asked then. One from the future is
    /// not: the clock was put back since.
    fn is_current(&self, entry: &Remembered, asked: Instant) -> bool {
        let most_age = i64::try_from(self.most_age.as_millis()).unwrap_or(i64::MAX);
        let age = asked.as_millis() - entry.made.as_millis();
        age <= most_age && entry.made <= self.clock.now()
    }
}

/// Writes an answer away from the async threads: it may have many rows.
async fn write(answer: impl Answer + Send + 'static) -> Result<Written, ApiError> {
    let written = tokio::task::spawn_blocking(move || Written::of(answer)).await;
    written.unwrap_or_else(|error| Err(ApiError::Internal(error.to_string())))
}

/// Returns whether a failure is one of whoever asked, or of the moment, and not of the question.
fn is_about_asker(error: &ApiError) -> bool {
    match error {
        ApiError::Busy | ApiError::Room(_) => true,
        ApiError::Store(error) => error.is_retriable(),
        _ => false,
    }
}

impl Given {
    fn remembered(entry: Remembered) -> Self {
        Self {
            body: entry.body,
            tag: entry.tag,
            remembered: true,
        }
    }

    fn computed(body: WrittenBody, tag: HeaderValue) -> Self {
        Self {
            body,
            tag,
            remembered: false,
        }
    }
}

#[expect(clippy::ptr_arg, reason = "the signature that moka asks for")]
fn weight(key: &String, entry: &Remembered) -> u32 {
    let reads = size_of_val(entry.reads.spans.as_slice());
    let bytes = key.len() + entry.body.len() + entry.tag.len() + reads + OVERHEAD;
    u32::try_from(bytes).unwrap_or(u32::MAX)
}
