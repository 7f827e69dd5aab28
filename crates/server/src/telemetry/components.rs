//! Which parts of the service work only in part, for health.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use domain::time::Instant;

/// A part that does not work as it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Degradation {
    /// What happened, as a sentence that anybody may read.
    pub message: String,
    /// When it was first noticed.
    pub since: Instant,
}

/// The parts that do not work as they should, for all who share it.
#[derive(Debug, Clone, Default)]
pub struct Components(Arc<Mutex<BTreeMap<&'static str, Degradation>>>);

impl Components {
    fn lock(&self) -> MutexGuard<'_, BTreeMap<&'static str, Degradation>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that a part fails; one that failed before has done so since then.
    pub fn degrade(&self, component: &'static str, message: String, now: Instant) {
        let mut degraded = self.lock();
        let since = degraded.get(component).map_or(now, |before| before.since);
        degraded.insert(component, Degradation { message, since });
    }

    /// Notes that a part works; returns whether it did not before.
    pub fn restore(&self, component: &'static str) -> bool {
        self.lock().remove(component).is_some()
    }

    /// Returns the parts that fail.
    pub fn degraded(&self) -> BTreeMap<&'static str, Degradation> {
        self.lock().clone()
    }
}
