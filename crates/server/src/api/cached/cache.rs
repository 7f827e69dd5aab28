//! The memory of answers.

use std::{pin::pin, sync::Arc, time::Duration};

use axum::{body::Bytes, http::HeaderValue};
use domain::{clock::Clock, time::Instant};
use moka::{future::Cache, ops::compute::Op, policy::EvictionPolicy};

use super::{Lasting, written::Written};
use crate::{api::error::ApiError, query::Answer};

/// Longest age of an answer that depends on the present: half the time after which pages ask again.
const MOST_AGE: Duration = Duration::from_secs(15);
/// Bytes that an entry takes beside its texts.
const OVERHEAD: usize = 256;

/// Remembers answers, up to a number of bytes; what was not asked for longest goes first.
pub struct AnswerCache {
    entries: Cache<String, Remembered>,
    clock: Arc<dyn Clock>,
    /// Longest age of an answer that depends on the present; zero remembers nothing at all.
    most_age: Duration,
}

/// An answer that is remembered.
#[derive(Clone)]
struct Remembered {
    body: Bytes,
    tag: HeaderValue,
    /// When its computing began.
    made: Instant,
}

/// An answer to be sent.
pub(super) struct Given {
    /// What it says.
    pub(super) body: Bytes,
    /// What it is recognised by.
    pub(super) tag: HeaderValue,
    /// Whether somebody else had it computed.
    pub(super) remembered: bool,
}

impl AnswerCache {
    /// Returns a memory of at most so many bytes. An answer that depends on the present gets no older
    /// than `most_age`, nor than 15 seconds; a `most_age` of zero remembers nothing at all.
    pub fn new(bytes: u64, most_age: Duration, clock: Arc<dyn Clock>) -> Self {
        // TRICKY: moka's own policy keeps what was asked for often, and so would keep answers about
        // earlier versions of the store, which nobody can ask for any more, and refuse new ones.
        let entries = Cache::builder()
            .max_capacity(bytes)
            .weigher(weight)
            .eviction_policy(EvictionPolicy::lru())
            .build();
        Self {
            entries,
            clock,
            most_age: most_age.min(MOST_AGE),
        }
    }

    /// Returns how many bytes the answers take.
    pub(super) fn bytes(&self) -> u64 {
        self.entries.weighted_size()
    }

    /// Gives the answer of this key: the one that is remembered, the one that somebody else has
    /// computed right now, or else what `compute` finds.
    pub(super) async fn give<A: Answer>(
        &self,
        key: &str,
        lasting: Lasting,
        compute: impl Future<Output = Result<A, ApiError>>,
    ) -> Result<Given, ApiError> {
        if lasting == Lasting::Never || self.most_age.is_zero() {
            let Written { fresh, tag, .. } = Written::of(compute.await?)?;
            return Ok(Given::computed(fresh, tag));
        }
        let asked = self.clock.now();
        let mut compute = pin!(compute);
        loop {
            let mut computed = None;
            let entry = self
                .entries
                .try_get_with_by_ref(key, async {
                    let made = self.clock.now();
                    let written = Written::of(compute.as_mut().await?)?;
                    computed = Some(written.fresh);
                    Ok(Remembered {
                        body: written.remembered,
                        tag: written.tag,
                        made,
                    })
                })
                .await
                .map_err(ApiError::Shared)?;
            if let Some(fresh) = computed {
                // Now, because moka would let more and more in for a while.
                self.entries.run_pending_tasks().await;
                return Ok(Given::computed(fresh, entry.tag));
            }
            if lasting == Lasting::Always || self.is_current(&entry, asked) {
                return Ok(Given {
                    body: entry.body,
                    tag: entry.tag,
                    remembered: true,
                });
            }
            self.forget_unless_current(key, asked).await;
        }
    }

    /// Returns whether an answer is about the present of whoever asked then. One from the future is
    /// not: the clock was put back since.
    fn is_current(&self, entry: &Remembered, asked: Instant) -> bool {
        let most_age = i64::try_from(self.most_age.as_millis()).unwrap_or(i64::MAX);
        let age = asked.as_millis() - entry.made.as_millis();
        age <= most_age && entry.made <= self.clock.now()
    }

    /// Forgets an answer, unless somebody has put a new one in its place since.
    async fn forget_unless_current(&self, key: &str, asked: Instant) {
        let _forgotten = self
            .entries
            .entry_by_ref(key)
            .and_compute_with(|entry| {
                let is_old = entry.is_some_and(|entry| !self.is_current(entry.value(), asked));
                std::future::ready(if is_old { Op::Remove } else { Op::Nop })
            })
            .await;
    }
}

impl Given {
    fn computed(body: Bytes, tag: HeaderValue) -> Self {
        Self {
            body,
            tag,
            remembered: false,
        }
    }
}

#[expect(clippy::ptr_arg, reason = "the signature that moka asks for")]
fn weight(key: &String, entry: &Remembered) -> u32 {
    let bytes = key.len() + entry.body.len() + entry.tag.len() + OVERHEAD;
    u32::try_from(bytes).unwrap_or(u32::MAX)
}
