//! The day ledger: which days are complete in the rollups, and how a span is covered by them.
//!
//! A day's rollups hold the events that had arrived when it was filled, which is known by their
//! order of arrival. Whatever arrives later makes the day dirty but not wrong: what is stored
//! stands, and the later events are read beside it. Only what changes or removes events already
//! counted takes the rollups of a day away.

mod load;
mod state;

use std::{
    collections::BTreeMap,
    hash::{Hash as _, Hasher as _},
};

use domain::time::{Day, Instant, Range, date_of, day_number, first_day_of, month_of};
use jiff::tz::TimeZone;
use rustc_hash::FxHasher;
use serde::Serialize;

use crate::{
    analysis::responses::ANSWER_TIME,
    rollup::{BlockGrain, RollupSet},
    storage::BlockVersion,
};

pub use state::{FillJob, LedgerState};

/// Into how many parts a day is cut of which it is not known how many events it has.
const UNCOUNTED_PARTS: u64 = 24;

/// How far the rollups of a day are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum DayState {
    /// Events have arrived that its rollups do not hold, or it has none.
    Dirty,
    /// It is being filled; until that is done it counts as dirty.
    Started,
    /// Its rollups hold every event.
    Clean,
}

impl DayState {
    /// Every state, in the order of the codes.
    pub const ALL: [Self; 3] = [Self::Dirty, Self::Started, Self::Clean];

    /// Returns the number under which it is stored, which never changes.
    pub const fn code(self) -> u8 {
        match self {
            Self::Dirty => 0,
            Self::Started => 1,
            Self::Clean => 2,
        }
    }
}

/// First and last instant of some events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// The first.
    pub first: Instant,
    /// The last.
    pub last: Instant,
}

impl Extent {
    /// Returns that of one event.
    pub const fn one(at: Instant) -> Self {
        Self {
            first: at,
            last: at,
        }
    }

    /// Returns that of both.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self {
            first: self.first.min(other.first),
            last: self.last.max(other.last),
        }
    }

    /// Returns that of whichever there is, or of both.
    pub fn of_both(left: Option<Self>, right: Option<Self>) -> Option<Self> {
        match (left, right) {
            (Some(left), Some(right)) => Some(left.with(right)),
            (left, right) => left.or(right),
        }
    }

    /// Returns whether all of it lies in a range.
    pub fn is_within(self, range: Range) -> bool {
        self.first >= range.from() && self.last < range.to()
    }

    /// Returns whether nothing of it lies in a range.
    pub fn is_outside(self, range: Range) -> bool {
        self.first >= range.to() || self.last < range.from()
    }
}

/// What the ledger says of one local day of a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayEntry {
    /// How far its rollups are.
    pub state: DayState,
    /// Which making of its rollups this is, over all days; 0 when it has none.
    pub version: i64,
    /// Its rollups hold events that arrived before this place.
    pub filled_before: i64,
    /// How many events its rollups hold.
    pub events: u64,
    /// Of those, the first and the last, where known.
    pub filled: Option<Extent>,
    /// How many have arrived since; `None` until they were counted.
    pub late: Option<u64>,
    /// Of those, the first and the last at most, where known.
    pub later: Option<Extent>,
    /// When its rollups were made.
    pub filled_at: Option<Instant>,
    /// Since when it is dirty.
    pub dirty_since: Option<Instant>,
    /// The rollups that its version should have and has not, as of the start; it is dirty until they
    /// are counted.
    pub missing: RollupSet,
}

impl DayEntry {
    /// Returns a day of which nothing is filled.
    pub const fn unfilled(dirty_since: Option<Instant>, late: Option<u64>) -> Self {
        Self {
            state: DayState::Dirty,
            version: 0,
            filled_before: 0,
            events: 0,
            filled: None,
            late,
            later: None,
            filled_at: None,
            dirty_since,
            missing: RollupSet::NONE,
        }
    }

    /// Returns whether its rollups hold every event.
    pub fn is_clean(&self) -> bool {
        self.state == DayState::Clean
    }

    /// Returns how many events the day has, where that is known.
    pub fn total(&self) -> Option<u64> {
        Some(self.events + self.late?)
    }

    /// Returns the first and the last event of the day at most, where known.
    pub fn extent(&self) -> Option<Extent> {
        let is_known = |events: u64, extent: Option<Extent>| events == 0 || extent.is_some();
        (is_known(self.events, self.filled) && is_known(self.late?, self.later))
            .then(|| Extent::of_both(self.filled, self.later))?
    }
}

/// What arrived for a day in one transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arrival {
    /// How many events.
    pub events: u64,
    /// The first and the last of them by their own time.
    pub extent: Extent,
}

impl Arrival {
    /// Adds an event.
    pub fn add(&mut self, at: Instant) {
        self.events += 1;
        self.extent = self.extent.with(Extent::one(at));
    }

    /// Returns one event.
    pub const fn one(at: Instant) -> Self {
        Self {
            events: 1,
            extent: Extent::one(at),
        }
    }
}

/// Part of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edge {
    /// Which day.
    pub day: Day,
    /// The part.
    pub range: Range,
}

/// The days that the rollups of a day in context depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Context {
    /// The first.
    pub first: Day,
    /// The last.
    pub last: Day,
}

impl Context {
    /// Returns those of a day: all that have a part in the 24 hours before or after it.
    pub fn of(day: Day, zone: &TimeZone) -> Self {
        let start = Instant::start_of(date_of(day), zone);
        let end = Instant::start_of(date_of(day.saturating_add(1)), zone);
        Self {
            first: day_number(start.plus_millis(-ANSWER_TIME).day(zone)),
            last: day_number(end.plus_millis(ANSWER_TIME - 1).day(zone)),
        }
    }
}

/// How a span is covered: whole months and days by their rollups, and parts of days.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cover {
    /// Whole months, with the fingerprint of their days.
    pub months: Vec<(i32, i64)>,
    /// Whole days.
    pub days: Vec<Day>,
    /// Parts of days, at most two.
    pub edges: Vec<Edge>,
}

/// The ledger of one workspace.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger {
    /// Days that have, or had, events.
    pub days: BTreeMap<Day, DayEntry>,
    /// Months that have rollups, with the fingerprint of the days they were made from.
    pub months: BTreeMap<i32, i64>,
    /// Days that have rollups of themselves in context, with the fingerprint of the days these were made
    /// from.
    pub contexts: BTreeMap<Day, i64>,
}

impl Ledger {
    /// Notes what arrived for a day; returns whether that made a clean or unknown day dirty.
    pub fn arrived(&mut self, day: Day, arrival: Arrival, now: Instant) -> bool {
        let known = self.days.contains_key(&day);
        let entry = self
            .days
            .entry(day)
            .or_insert_with(|| DayEntry::unfilled(Some(now), Some(0)));
        let was_clean = entry.is_clean();
        entry.later = match entry.late {
            Some(0) => Some(arrival.extent),
            _ => entry.later.map(|later| later.with(arrival.extent)),
        };
        entry.late = entry.late.map(|late| late + arrival.events);
        if was_clean {
            entry.state = DayState::Dirty;
            entry.dirty_since = Some(now);
        }
        was_clean || !known
    }

    /// Takes the rollups of a day away: what they counted has changed. How many events it has is
    /// still known when none was removed.
    pub fn invalidate(&mut self, day: Day, now: Option<Instant>, removed: bool) {
        let before = self.days.get(&day);
        let since = before.and_then(|entry| entry.dirty_since);
        let total = before.map_or(Some(0), DayEntry::total).filter(|_| !removed);
        let later = before.and_then(DayEntry::extent).filter(|_| !removed);
        let entry = DayEntry::unfilled(since.or(now), total);
        self.days.insert(day, DayEntry { later, ..entry });
    }

    /// Returns what stands for the days of a month, when all of them are clean: it changes with any
    /// of them.
    pub fn fingerprint(&self, month: i32) -> Option<i64> {
        self.fingerprint_of(first_day_of(month), first_day_of(month + 1))
    }

    fn fingerprint_of(&self, first: Day, after: Day) -> Option<i64> {
        let mut hasher = FxHasher::default();
        let mut any = false;
        for (day, entry) in self.days.range(first..after) {
            if !entry.is_clean() {
                return None;
            }
            (day, entry.version).hash(&mut hasher);
            any = true;
        }
        // The sign is left out, so that the number reads the same everywhere.
        any.then(|| (hasher.finish() >> 1).cast_signed())
    }

    /// Returns the months before one whose days are all clean, but whose rollups were not made from
    /// just these; each with the fingerprint of its days.
    pub fn months_to_make(&self, before: i32) -> Vec<(i32, i64)> {
        let mut months: Vec<i32> = self.days.keys().map(|day| month_of(*day)).collect();
        months.dedup();
        let due = |month: &i32| {
            let made_from = self.fingerprint(*month)?;
            (self.months.get(month) != Some(&made_from)).then_some((*month, made_from))
        };
        months
            .iter()
            .filter(|month| **month < before)
            .filter_map(due)
            .collect()
    }

    /// Returns what stands for a day and for those that its rollups in context depend on, when all of them
    /// are clean.
    pub fn context(&self, day: Day, zone: &TimeZone) -> Option<i64> {
        let Context { first, last } = Context::of(day, zone);
        self.fingerprint_of(first, last + 1)
    }

    /// Notes that blocks were made from several days: those of a month, or of a day in context. Returns the
    /// fingerprint of those before.
    pub fn made(&mut self, made: BlockVersion) -> Option<i64> {
        let all = match made.grain {
            BlockGrain::Day => return None,
            BlockGrain::Month => &mut self.months,
            BlockGrain::DayInContext => &mut self.contexts,
        };
        all.insert(made.period, made.version)
    }

    /// Returns whether blocks of several days were made from these as they are now.
    pub fn is_current(&self, made: &BlockVersion, zone: &TimeZone) -> bool {
        let fingerprint = match made.grain {
            BlockGrain::Day => return false,
            BlockGrain::Month => self.fingerprint(made.period),
            BlockGrain::DayInContext => self.context(made.period, zone),
        };
        fingerprint == Some(made.version)
    }

    /// Returns a number that changes with whatever arrives for a day or for those that its rollups in context
    /// depend on; `None` where it is not known how many events they have.
    pub fn state_in_context(&self, day: Day, zone: &TimeZone) -> Option<u64> {
        let Context { first, last } = Context::of(day, zone);
        let mut hasher = FxHasher::default();
        for (day, entry) in self.days.range(first..=last) {
            (day, entry.version, entry.total()?).hash(&mut hasher);
        }
        Some(hasher.finish())
    }

    /// Returns the days, newest first, whose rollups in context are not there or were made from other days,
    /// where everything that these depend on is over before `today`; each with the fingerprint.
    pub fn contexts_to_make(&self, today: Day, zone: &TimeZone) -> Vec<(Day, i64)> {
        let days = self.days.range(..today).rev().map(|(day, _)| *day);
        let is_over = |day: &Day| Context::of(*day, zone).last < today;
        let due = |day: Day| {
            let made_from = self.context(day, zone)?;
            (self.contexts.get(&day) != Some(&made_from)).then_some((day, made_from))
        };
        days.filter(is_over).filter_map(due).collect()
    }

    /// Returns how `range` is covered.
    ///
    /// 1. Days without events need not be looked at; nothing of an empty range is.
    /// 2. A day is whole when the range holds all of its time, or all of its events.
    /// 3. Whole months stand for their days where their rollups were made from just these.
    pub fn cover(&self, range: Range, zone: &TimeZone, with_months: bool) -> Cover {
        let mut cover = Cover::default();
        if range.is_empty() {
            return cover;
        }
        let first = day_number(range.from().day(zone));
        let last = day_number(range.to().plus_millis(-1).day(zone));
        let starts_whole = Instant::start_of(date_of(first), zone) >= range.from();
        let end = Instant::start_of(date_of(last.saturating_add(1)), zone);
        let ends_whole = end <= range.to();
        for (day, entry) in self.days.range(first..=last) {
            let extent = entry.extent();
            let from_start =
                *day > first || starts_whole || extent.is_some_and(|of| of.first >= range.from());
            let to_end = *day < last || ends_whole || extent.is_some_and(|of| of.last < range.to());
            if from_start && to_end {
                cover.days.push(*day);
                continue;
            }
            // Outside of the time of its events there is nothing.
            if !extent.is_some_and(|extent| extent.is_outside(range)) {
                let start = Instant::start_of(date_of(*day), zone);
                let end = Instant::start_of(date_of(day.saturating_add(1)), zone);
                cover.edges.push(Edge {
                    day: *day,
                    range: Range::new(
                        if from_start { start } else { range.from() },
                        if to_end { end } else { range.to() },
                    ),
                });
            }
        }
        if with_months {
            self.join_months(&mut cover);
        }
        cover
    }

    fn join_months(&self, cover: &mut Cover) {
        let days = std::mem::take(&mut cover.days);
        for days in days.chunk_by(|left, right| month_of(*left) == month_of(*right)) {
            let month = month_of(days[0]);
            let first = first_day_of(month);
            let after = first_day_of(month + 1);
            let all = self.days.range(first..after).count() == days.len();
            let made_from = self.months.get(&month).copied();
            match made_from {
                Some(made_from) if all && self.fingerprint(month) == Some(made_from) => {
                    cover.months.push((month, made_from));
                }
                _ => cover.days.extend(days),
            }
        }
    }

    /// Cuts a span into parts of about `most` events, in order of time: at beginnings of local days, and a
    /// day that has more evenly.
    pub fn parts(&self, range: Range, zone: &TimeZone, most: u64) -> Vec<Range> {
        let Some(range) = range.non_empty() else {
            return Vec::new();
        };
        let first = day_number(range.from().day(zone));
        let last = day_number(range.to().plus_millis(-1).day(zone));
        let start_of = |day: Day| Instant::start_of(date_of(day), zone);
        let (mut parts, mut from, mut events) = (Vec::new(), range.from(), 0u64);
        for (day, entry) in self.days.range(first..=last) {
            // As long as a day is not counted it may be as large as any.
            let of_day = entry
                .total()
                .unwrap_or(most.saturating_mul(UNCOUNTED_PARTS));
            let start = start_of(*day).max(from);
            if events.saturating_add(of_day) > most && start > from {
                parts.push(Range::new(from, start));
                (from, events) = (start, 0);
            }
            let pieces = i64::try_from(of_day.div_ceil(most).max(1)).unwrap_or(i64::MAX);
            let end = start_of(day + 1).min(range.to());
            let width = ((end.as_millis() - from.as_millis()) / pieces).max(1);
            for _ in 1..pieces {
                let to = from.plus_millis(width);
                if to >= end {
                    break;
                }
                parts.push(Range::new(from, to));
                from = to;
            }
            events = events.saturating_add(of_day);
        }
        parts.push(Range::new(from, range.to()));
        parts
    }

    /// Returns how many events lie on the days of a span at most, where all of them are counted.
    pub fn events_in(&self, range: Range, zone: &TimeZone) -> Option<u64> {
        if range.is_empty() {
            return Some(0);
        }
        let first = day_number(range.from().day(zone));
        let last = day_number(range.to().plus_millis(-1).day(zone));
        self.days
            .range(first..=last)
            .map(|(_, entry)| entry.total())
            .sum()
    }
}

#[cfg(test)]
mod tests;
