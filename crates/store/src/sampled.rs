//! When there are sampled events: quarters of an hour by workspace, whatever the settings are now.
//!
//! Local days begin at a quarter of an hour in almost every zone.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

use domain::time::{Instant, Range};

/// Milliseconds of a quarter of an hour.
pub(crate) const QUARTER_MILLIS: i64 = 15 * 60_000;

/// A quarter of an hour, counted from 1970.
pub(crate) type Quarter = i32;

/// Quarters of an hour, each with its workspace.
pub(crate) type Quarters = HashSet<(u16, Quarter)>;

/// Returns the quarter of an hour that an instant is in.
pub(crate) fn quarter_of(at: Instant) -> Quarter {
    let quarter = at.as_millis().div_euclid(QUARTER_MILLIS);
    let end = if quarter < 0 {
        Quarter::MIN
    } else {
        Quarter::MAX
    };
    Quarter::try_from(quarter).unwrap_or(end)
}

/// Quarters of an hour that hold sampled events, as committed.
#[derive(Debug, Default)]
pub(crate) struct Sampled {
    of: RwLock<HashMap<u16, BTreeSet<Quarter>>>,
}

impl Sampled {
    fn read(&self) -> RwLockReadGuard<'_, HashMap<u16, BTreeSet<Quarter>>> {
        self.of.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, HashMap<u16, BTreeSet<Quarter>>> {
        self.of.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in what is stored.
    pub(crate) fn set(&self, quarters: Quarters) {
        self.write().clear();
        self.add(quarters);
    }

    /// Leaves those that are known already out.
    pub(crate) fn retain_new(&self, quarters: &mut Quarters) {
        let known = self.read();
        quarters.retain(|(workspace, quarter)| {
            let of = known.get(workspace);
            !of.is_some_and(|of| of.contains(quarter))
        });
    }

    /// Takes in quarters that were stored.
    pub(crate) fn add(&self, quarters: Quarters) {
        let mut of = self.write();
        for (workspace, quarter) in quarters {
            of.entry(workspace).or_default().insert(quarter);
        }
    }

    /// Forgets the quarters that are over before an instant.
    pub(crate) fn forget_before(&self, at: Instant) {
        let first = quarter_of(at);
        for quarters in self.write().values_mut() {
            *quarters = quarters.split_off(&first);
        }
    }

    /// Returns whether a span holds sampled events, to a quarter of an hour at either end.
    pub(crate) fn is_in(&self, workspace: u16, range: Range) -> bool {
        let (first, last) = (
            quarter_of(range.from()),
            quarter_of(range.to().plus_millis(-1)),
        );
        let of = self.read();
        first <= last
            && of
                .get(&workspace)
                .is_some_and(|quarters| quarters.range(first..=last).next().is_some())
    }
}
