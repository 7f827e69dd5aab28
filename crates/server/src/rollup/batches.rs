//! Days that are filled in one go.

use std::cmp::Reverse;

use domain::time::{Day, Instant, Range, date_of};
use jiff::tz::TimeZone;
use store::DirtyDay;

/// Most days of a batch.
const MOST_DAYS: usize = 100;
/// Most events of a batch of several days: what is counted of them is in memory together.
pub(super) const MOST_EVENTS: u64 = 50_000;
/// Days between two of a batch: what lies between is read for nothing.
const MOST_APART: Day = 3;

/// Neighbouring days of one workspace, newest first.
#[derive(Debug)]
pub(super) struct Batch<'a> {
    pub(super) days: Vec<&'a DirtyDay>,
    /// Events of those days of which that is known.
    events: u64,
    /// Whether that is all of them.
    is_known: bool,
}

impl<'a> Batch<'a> {
    fn of(dirty: &'a DirtyDay) -> Self {
        let total = dirty.entry.total();
        Self {
            days: vec![dirty],
            events: total.unwrap_or(0),
            is_known: total.is_some(),
        }
    }

    /// Adds an older day, if it fits.
    fn add(&mut self, dirty: &'a DirtyDay) -> bool {
        let total = dirty.entry.total();
        let events = self.events.saturating_add(total.unwrap_or(0));
        let fits = self.days.len() < MOST_DAYS
            && events <= MOST_EVENTS
            && self.days.last().is_some_and(|last| {
                last.workspace == dirty.workspace && last.day - dirty.day <= MOST_APART
            });
        if fits {
            self.days.push(dirty);
            self.events = events;
            self.is_known &= total.is_some();
        }
        fits
    }

    /// Returns a span that holds all of its days, where their events have to be counted before it is
    /// known that these are not too many. The span is that of any zone: a little more does no harm.
    pub(super) fn to_count(&self) -> Option<Range> {
        let (Some(newest), Some(oldest)) = (self.days.first(), self.days.last()) else {
            return None;
        };
        let start = |day: Day| Instant::start_of(date_of(day), &TimeZone::UTC);
        let span = || Range::new(start(oldest.day - 1), start(newest.day + 2));
        (!self.is_known && self.days.len() > 1).then(span)
    }

    /// Returns the newer and the older half.
    pub(super) fn halves(mut self) -> [Self; 2] {
        let older = self.days.split_off(self.days.len() / 2);
        let half = |days| Self {
            days,
            events: 0,
            is_known: false,
        };
        [half(self.days), half(older)]
    }
}

/// Puts days together that are filled in one go: neighbours of one workspace whose events are few. The
/// newest days of all workspaces come first.
pub(super) fn batches(due: &[DirtyDay]) -> Vec<Batch<'_>> {
    let mut by_workspace: Vec<&DirtyDay> = due.iter().collect();
    by_workspace.sort_by_key(|dirty| (&dirty.workspace, Reverse(dirty.day)));
    let mut batches: Vec<Batch<'_>> = Vec::new();
    for dirty in by_workspace {
        if !batches.last_mut().is_some_and(|last| last.add(dirty)) {
            batches.push(Batch::of(dirty));
        }
    }
    batches.sort_by_key(|batch| batch.days.first().map(|dirty| Reverse(dirty.day)));
    batches
}

#[cfg(test)]
mod tests {
    use domain::id::WorkspaceId;
    use engine::ledger::DayEntry;

    use super::*;

    fn dirty(workspace: &str, day: Day, events: Option<u64>) -> DirtyDay {
        DirtyDay {
            workspace: WorkspaceId::new(workspace).unwrap(),
            day,
            entry: DayEntry::unfilled(None, events),
        }
    }

    fn days(batches: &[Batch<'_>]) -> Vec<Vec<Day>> {
        let days = |batch: &Batch<'_>| batch.days.iter().map(|dirty| dirty.day).collect();
        batches.iter().map(days).collect()
    }

    #[test]
    fn neighbours_with_few_events_go_together() {
        let due = [
            dirty("a", 1, Some(10)),
            dirty("a", 2, Some(10)),
            dirty("b", 3, Some(10)),
            dirty("a", 5, Some(MOST_EVENTS)),
            dirty("a", 9, Some(10)),
        ];
        assert_eq!(
            days(&batches(&due)),
            [vec![9], vec![5], vec![3], vec![2, 1]]
        );
    }

    #[test]
    fn days_of_unknown_size_go_together_and_are_counted_first() {
        let due = [7, 8, 9].map(|day| dirty("a", day, None));
        let mut batches = batches(&due);
        assert_eq!(days(&batches), [[9, 8, 7]]);
        let batch = batches.remove(0);
        let span = batch.to_count().unwrap();
        let hours = |range: Range| (range.to().as_millis() - range.from().as_millis()) / 3_600_000;
        assert_eq!(hours(span), 5 * 24);
        let [newer, older] = batch.halves();
        assert_eq!(days(&[newer, older]), [vec![9], vec![8, 7]]);
        assert!(Batch::of(&due[0]).to_count().is_none());
    }
}
