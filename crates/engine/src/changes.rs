//! Changes of what is stored, counted by workspace and day.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    ops::RangeInclusive,
    sync::{
        PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
};

use domain::time::Day;

/// What one transaction changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changed {
    /// Days whose events are others now.
    pub days: HashSet<(u16, Day)>,
    /// Workspaces with other people or channels, or of which something else is known of them.
    pub names: HashSet<u16>,
    /// Whether there are other dead letters, of any workspace.
    pub letters: bool,
    /// Whether everything may be another.
    pub everything: bool,
}

/// Changes of what is stored: each has a number, and the last one of every day is known.
#[derive(Debug, Default)]
pub struct ChangeCounts {
    version: AtomicU64,
    last: RwLock<Last>,
}

#[derive(Debug, Default)]
struct Last {
    of: HashMap<u16, LastOf>,
    of_letters: u64,
    of_everything: u64,
}

#[derive(Debug, Default)]
struct LastOf {
    days: BTreeMap<Day, u64>,
    names: u64,
}

impl ChangeCounts {
    /// Returns how many changes there were.
    pub fn version(&self) -> u64 {
        self.version.load(Ordering::Acquire)
    }

    /// Counts a change that whoever asks can see by now; nothing where nothing changed.
    pub fn count(&self, changed: &Changed) {
        if *changed == Changed::default() {
            return;
        }
        let mut last = self.last.write().unwrap_or_else(PoisonError::into_inner);
        let number = self.version() + 1;
        for (workspace, day) in &changed.days {
            let of = last.of.entry(*workspace).or_default();
            of.days.insert(*day, number);
        }
        for workspace in &changed.names {
            last.of.entry(*workspace).or_default().names = number;
        }
        if changed.letters {
            last.of_letters = number;
        }
        if changed.everything {
            // It stands for every day.
            last.of.clear();
            last.of_everything = number;
        }
        // TRICKY: last, so that whoever reads this number finds what it is the number of.
        self.version.store(number, Ordering::Release);
    }

    /// Returns the number of the last change of dead letters, of any workspace.
    pub fn last_of_letters(&self) -> u64 {
        let last = self.last.read().unwrap_or_else(PoisonError::into_inner);
        last.of_letters.max(last.of_everything)
    }

    /// Returns the number of the last change of one of these days of a workspace, or of its names where
    /// they count too.
    pub fn last(
        &self,
        workspace: u16,
        days: impl Iterator<Item = RangeInclusive<Day>>,
        names: bool,
    ) -> u64 {
        let last = self.last.read().unwrap_or_else(PoisonError::into_inner);
        let Some(of) = last.of.get(&workspace) else {
            return last.of_everything;
        };
        let of_names = if names { of.names } else { 0 };
        let of_days = days.flat_map(|days| of.days.range(days).map(|(_, number)| *number));
        of_days.fold(last.of_everything.max(of_names), u64::max)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_concerns_its_days_and_names_and_no_others() {
        let counts = ChangeCounts::default();
        let last = |workspace: u16, days: RangeInclusive<Day>, names: bool| {
            counts.last(workspace, std::iter::once(days), names)
        };
        counts.count(&Changed::default());
        assert_eq!((counts.version(), last(0, 0..=9, true)), (0, 0));
        counts.count(&Changed {
            days: HashSet::from([(0, 3), (0, 5)]),
            ..Changed::default()
        });
        counts.count(&Changed {
            names: HashSet::from([0]),
            ..Changed::default()
        });
        counts.count(&Changed {
            days: HashSet::from([(0, 5), (1, 4)]),
            ..Changed::default()
        });
        assert_eq!(counts.version(), 3);
        for (workspace, days, names, number) in [
            (0, 0..=2, false, 0),
            (0, 0..=2, true, 2),
            (0, 0..=3, false, 1),
            (0, 3..=4, true, 2),
            (0, 5..=5, false, 3),
            (1, 0..=9, true, 3),
            (1, 5..=9, true, 0),
            (2, 0..=9, true, 0),
        ] {
            let found = last(workspace, days.clone(), names);
            assert_eq!(found, number, "{workspace} {days:?} {names}");
        }
        counts.count(&Changed {
            everything: true,
            ..Changed::default()
        });
        assert_eq!((last(0, 0..=2, false), last(2, 0..=2, true)), (4, 4));
        counts.count(&Changed {
            days: HashSet::from([(0, 5)]),
            ..Changed::default()
        });
        assert_eq!((last(0, 0..=2, false), last(0, 0..=9, false)), (4, 5));
        assert_eq!(counts.last_of_letters(), 4);
        counts.count(&Changed {
            letters: true,
            ..Changed::default()
        });
        assert_eq!((counts.last_of_letters(), last(0, 0..=9, true)), (6, 5));
    }
}
