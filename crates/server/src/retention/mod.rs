//! How long events are kept, and that nobody loses history by a setting.
//!
//! 1. The settings file remembers the retention that the store lives under.
//! 2. Another one holds at once where it keeps as much or would remove no more than a day, and is
//!    remembered by whatever opens the store: the service, an import, a backfill.
//! 3. Any other waits for consent, and the store goes on under the one before; where that is not
//!    known, nothing is removed.
//! 4. Consent is for a number of days. It is given at the start by `ANALYTICS_RETENTION_CONFIRM`,
//!    or at any time by `retention apply`, which writes it to the settings file: a waiting service
//!    looks there, because nobody else may open the store while it runs.
//!
//! | file | what it does |
//! |---|---|
//! | `kept` | a length of time that may be for ever |
//! | `verdict` | whether a retention holds at once or waits |
//! | `remembered` | what the settings file holds |
//! | `outlook` | what a command can say without opening the store |

mod kept;
mod outlook;
mod remembered;
mod verdict;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use domain::{clock::Clock, time::Instant};
use store::{
    EventStore, StoreError,
    meta::{MetaError, MetaStore},
};
use tokio_util::sync::CancellationToken;

pub use kept::Kept;
pub use outlook::Outlook;
pub use remembered::agree;
pub use verdict::Waiting;

/// Time between two removals of what is too old.
const REMOVAL_INTERVAL: Duration = Duration::from_hours(24);
/// Time between two looks for consent, while something waits for it.
const LOOK_INTERVAL: Duration = Duration::from_secs(2);

/// Why it is not known how long events are kept.
#[derive(Debug, thiserror::Error)]
pub enum RetentionError {
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The settings did not answer.
    #[error(transparent)]
    Meta(#[from] MetaError),
}

/// How long events are kept in an open store.
pub struct Retention {
    store: Arc<dyn EventStore>,
    meta: Arc<dyn MetaStore>,
    clock: Arc<dyn Clock>,
    wanted: Kept,
    held: Mutex<Held>,
}

/// What holds now.
#[derive(Debug, Clone, Copy)]
struct Held {
    /// What is removed by; `None` when nothing is.
    by: Option<Kept>,
    /// What waits for consent.
    waiting: Option<Waiting>,
}

impl Retention {
    /// Decides how long the events of a store are kept, and remembers it where it holds at once.
    pub async fn settle(
        store: Arc<dyn EventStore>,
        meta: Arc<dyn MetaStore>,
        clock: Arc<dyn Clock>,
        wanted: Kept,
        confirmed: Option<Kept>,
    ) -> Result<Self, RetentionError> {
        let remembered = remembered::kept(meta.as_ref()).await?;
        let now = clock.now();
        let aged = match wanted.oldest(now) {
            Some(oldest) if remembered.is_none_or(|before| wanted < before) => {
                store.aged(oldest).await?
            }
            _ => None,
        };
        let waiting = verdict::verdict(wanted, remembered, confirmed, aged, now);
        if waiting.is_none() && remembered != Some(wanted) {
            remembered::keep(meta.as_ref(), wanted).await?;
        }
        let by = if waiting.is_none() {
            Some(wanted)
        } else {
            remembered
        };
        Ok(Self {
            store,
            meta,
            clock,
            wanted,
            held: Mutex::new(Held { by, waiting }),
        })
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns what waits for consent.
    pub fn waiting(&self) -> Option<Waiting> {
        self.held().waiting
    }

    /// Returns how long events are kept now; `None` when the store's retention is not known, so that
    /// nothing is removed.
    pub fn by(&self) -> Option<Kept> {
        self.held().by
    }

    /// Says in the log and in the settings file what waits, for who looks for it there.
    pub async fn announce(&self) -> Result<(), MetaError> {
        let waiting = self.waiting();
        if let Some(waiting) = &waiting {
            let (events, next) = (waiting.aged.events, waiting.next_step());
            tracing::warn!(events, first = %waiting.aged.first, last = %waiting.aged.last, next, "retention.waits: {waiting}");
        }
        remembered::wait(self.meta.as_ref(), waiting.as_ref()).await
    }

    /// Removes what is too old, now and every day, until the end is asked for or it cannot be done.
    pub async fn run(&self, stop: CancellationToken) -> Result<(), RetentionError> {
        let mut daily = tokio::time::interval(REMOVAL_INTERVAL);
        let mut look = tokio::time::interval(LOOK_INTERVAL);
        loop {
            tokio::select! {
                () = stop.cancelled() => return Ok(()),
                _ = daily.tick() => self.remove(self.clock.now()).await?,
                _ = look.tick(), if self.waiting().is_some() => self.look().await?,
            }
        }
    }

    /// Looks whether consent was given.
    async fn look(&self) -> Result<(), RetentionError> {
        let agreed = remembered::kept(self.meta.as_ref()).await?;
        let Some(agreed) = agreed.filter(|agreed| *agreed == self.wanted) else {
            return Ok(());
        };
        *self.held() = Held {
            by: Some(agreed),
            waiting: None,
        };
        tracing::info!(days = agreed.days(), "retention.agreed");
        self.remove(self.clock.now()).await
    }

    async fn remove(&self, now: Instant) -> Result<(), RetentionError> {
        let Some(oldest) = self.by().and_then(|kept| kept.oldest(now)) else {
            return Ok(());
        };
        match self.store.delete_before(oldest).await? {
            0 => tracing::debug!(%oldest, "retention.nothing_to_remove"),
            events => tracing::info!(events, before = %oldest, "retention.removed"),
        }
        Ok(())
    }
}
