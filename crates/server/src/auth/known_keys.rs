//! Keys that were made, found by what is shown of them.

use std::{
    collections::{HashMap, HashSet},
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use domain::{clock::Clock, time::Instant};
use store::meta::{ApiKey, KeyUse, MetaError, MetaStore};

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
    remembered: Mutex<HashMap<String, Remembered<ApiKey>>>,
    origins: Mutex<Option<Remembered<HashSet<String>>>>,
    /// Uses that are not written down yet; as many as there are keys at most.
    uses: Mutex<HashMap<String, (Instant, IpAddr)>>,
}

struct Remembered<T> {
    value: Arc<T>,
    at: Instant,
}

impl<T> Remembered<T> {
    fn holds(&self, now: Instant) -> bool {
        // A clock that was set back makes an age negative: then it is asked again.
        u128::try_from(now.as_millis().saturating_sub(self.at.as_millis()))
            .is_ok_and(|age| age < REMEMBERED_FOR.as_millis())
    }
}

impl KnownKeys {
    pub(super) fn new(meta: Arc<dyn MetaStore>, clock: Arc<dyn Clock>) -> Self {
        Self {
            meta,
            clock,
            remembered: Mutex::default(),
            origins: Mutex::default(),
            uses: Mutex::default(),
        }
    }

    /// Returns the key that was shown from an address, if it is known and was neither revoked nor
    /// has expired.
    pub(super) async fn find(
        &self,
        shown: &[u8],
        address: IpAddr,
    ) -> Result<Arc<ApiKey>, AuthError> {
        let well_formed = str::from_utf8(shown)
            .ok()
            .filter(|text| key::is_well_formed(text));
        let Some(text) = well_formed else {
            return Err(Fault::MalformedKey.into());
        };
        let hash = key::hash(text);
        // TRICKY: taken before the question, because a key may be revoked while it is answered.
        let now = self.clock.now();
        let found = match self.recall(&hash, now) {
            Some(key) => key,
            None => match self.meta.key_by_hash(&hash).await? {
                Some(key) => {
                    let key = Arc::new(key);
                    self.remember(hash, Arc::clone(&key), now);
                    key
                }
                None => return Err(Fault::UnknownKey.into()),
            },
        };
        if !found.holds(now) {
            return Err(AuthError::KeyExpired);
        }
        lock(&self.uses).insert(found.id.clone(), (now, address));
        Ok(found)
    }

    /// Returns whether some key is for callers from this web origin.
    pub(super) async fn has_origin(&self, origin: &str) -> Result<bool, MetaError> {
        let now = self.clock.now();
        let known = {
            let origins = lock(&self.origins);
            let known = origins.as_ref().filter(|known| known.holds(now));
            known.map(|known| Arc::clone(&known.value))
        };
        if let Some(known) = known {
            return Ok(known.contains(origin));
        }
        let keys = self.meta.keys().await?;
        let keys = keys.into_iter().filter(|key| key.holds(now));
        let value = Arc::new(keys.flat_map(|key| key.origins).collect::<HashSet<_>>());
        let has = value.contains(origin);
        *lock(&self.origins) = Some(Remembered { value, at: now });
        Ok(has)
    }

    /// Asks for every key again.
    pub(super) fn forget(&self) {
        lock(&self.remembered).clear();
        *lock(&self.origins) = None;
    }

    /// Writes down which keys were used since the last time.
    pub(super) async fn note_uses(&self) -> Result<(), MetaError> {
        let uses = std::mem::take(&mut *lock(&self.uses));
        if uses.is_empty() {
            return Ok(());
        }
        let uses = uses.into_iter().map(|(key_id, (at, address))| KeyUse {
            key_id,
            at,
            by: address.to_string(),
        });
        self.meta.note_uses(&uses.collect::<Vec<_>>()).await
    }

    fn recall(&self, hash: &str, now: Instant) -> Option<Arc<ApiKey>> {
        let remembered = lock(&self.remembered);
        let found = remembered.get(hash).filter(|found| found.holds(now))?;
        Some(Arc::clone(&found.value))
    }

    fn remember(&self, hash: String, value: Arc<ApiKey>, at: Instant) {
        let mut remembered = lock(&self.remembered);
        if remembered.len() >= CAPACITY {
            remembered.retain(|_, one| one.holds(at));
        }
        if remembered.len() < CAPACITY {
            remembered.insert(hash, Remembered { value, at });
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
