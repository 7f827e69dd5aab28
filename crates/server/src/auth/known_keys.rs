//! Keys that were made, found by what is shown of them.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use domain::{clock::Clock, time::Instant};
use store::meta::{ApiKey, MetaStore};

use super::{AuthError, Fault, key};

/// How long a key is taken for known without asking again: after this at the latest, a revoked key
/// is refused.
pub(super) const REMEMBERED_FOR: Duration = Duration::from_secs(10);

/// How many keys are remembered at most.
const CAPACITY: usize = 1024;

/// Keys that were made, with those remembered that were asked for a moment ago.
///
/// Keys that are not known are not remembered: there is no end of them.
pub(super) struct KnownKeys {
    meta: Arc<dyn MetaStore>,
    clock: Arc<dyn Clock>,
    remembered: Mutex<HashMap<String, Remembered>>,
}

struct Remembered {
    key: Arc<ApiKey>,
    at: Instant,
}

impl Remembered {
    fn holds(&self, now: Instant) -> bool {
        // A clock that was set back makes an age negative: then it is asked again.
        u128::try_from(now.as_millis().saturating_sub(self.at.as_millis()))
            .is_ok_and(|age| age < REMEMBERED_FOR.as_millis())
    }
}

impl KnownKeys {
    pub(super) fn new(meta: Arc<dyn MetaStore>, clock: Arc<dyn Clock>) -> Self {
        let remembered = Mutex::default();
        Self {
            meta,
            clock,
            remembered,
        }
    }

    /// Returns the key that was shown, if it is known and was not revoked.
    pub(super) async fn find(&self, shown: &[u8]) -> Result<Arc<ApiKey>, AuthError> {
        let well_formed = str::from_utf8(shown)
            .ok()
            .filter(|text| key::is_well_formed(text));
        let Some(text) = well_formed else {
            return Err(Fault::MalformedKey.into());
        };
        let hash = key::hash(text);
        // TRICKY: taken before the question, because a key may be revoked while it is answered.
        let now = self.clock.now();
        if let Some(key) = self.recall(&hash, now) {
            return Ok(key);
        }
        match self.meta.key_by_hash(&hash).await? {
            Some(key) => {
                let key = Arc::new(key);
                self.remember(hash, Arc::clone(&key), now);
                Ok(key)
            }
            None => Err(Fault::UnknownKey.into()),
        }
    }

    fn recall(&self, hash: &str, now: Instant) -> Option<Arc<ApiKey>> {
        let remembered = self
            .remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let found = remembered.get(hash).filter(|found| found.holds(now))?;
        Some(Arc::clone(&found.key))
    }

    fn remember(&self, hash: String, key: Arc<ApiKey>, at: Instant) {
        let mut remembered = self
            .remembered
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if remembered.len() >= CAPACITY {
            remembered.retain(|_, one| one.holds(at));
        }
        if remembered.len() < CAPACITY {
            remembered.insert(hash, Remembered { key, at });
        }
    }
}
