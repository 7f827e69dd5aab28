//! The ledgers as last committed.

use std::collections::{BTreeSet, HashMap};

use domain::time::{Day, Instant};
use jiff::tz::TimeZone;

use super::{Arrival, DayEntry, DayState, Ledger};
use crate::{
    DayFill,
    rollup::RollupSet,
    storage::{BlockVersion, Position},
};

/// A fill that has begun; it is finished only if what it began with still holds.
#[derive(Debug, Clone, Copy)]
pub struct FillJob {
    /// Whose chat.
    pub workspace: u16,
    /// Which day.
    pub day: Day,
    /// Events that arrived before this position are counted.
    pub before: Position,
    /// Events on that day, where they are counted.
    pub total: Option<u64>,
    /// The making of its rollups that is replaced.
    version: i64,
    arrived: u64,
    removals: u64,
}

/// The ledgers of all workspaces.
#[derive(Debug, Default)]
pub struct LedgerState {
    ledgers: HashMap<u16, Ledger>,
    /// Events that arrived for each day since the start.
    arrived: HashMap<(u16, Day), u64>,
    /// Position of the next event: all before it are committed.
    pub committed: Position,
    /// The version that the next fill gets.
    next_version: i64,
    /// How often events that were counted were changed or removed.
    removals: u64,
    /// How often people joined or left channels.
    memberships: HashMap<u16, u64>,
}

impl LedgerState {
    /// Takes in what is stored.
    pub fn load(&mut self, ledgers: HashMap<u16, Ledger>, committed: Position, next_version: i64) {
        self.removals += 1;
        self.ledgers = ledgers;
        self.committed = committed;
        self.next_version = next_version;
    }

    /// Returns a workspace's ledger.
    pub fn ledger(&self, workspace: u16) -> Option<&Ledger> {
        self.ledgers.get(&workspace)
    }

    /// Returns the ledgers.
    pub fn ledgers(&self) -> impl Iterator<Item = (u16, &Ledger)> {
        self.ledgers
            .iter()
            .map(|(workspace, ledger)| (*workspace, ledger))
    }

    /// Returns what changes when days are filled, come up, or are taken away.
    pub fn changes(&self) -> (i64, u64, usize) {
        let days = self.ledgers.values().map(|ledger| ledger.days.len());
        (self.next_version, self.removals, days.sum())
    }

    /// Returns a number that changes when digests of days in context are made or go.
    pub fn digests(&self) -> i64 {
        let ledgers = self.ledgers.values();
        let contexts = ledgers.flat_map(|ledger| &ledger.contexts);
        let mixed = |sum: i64, (day, made_from): (&Day, &i64)| {
            sum.wrapping_add(made_from.wrapping_mul(i64::from(*day) | 1))
        };
        contexts.fold(0, mixed)
    }

    /// Returns a number that changes when events that had arrived are changed or removed.
    pub const fn removals(&self) -> u64 {
        self.removals
    }

    /// Returns every day of any workspace, ascending.
    pub fn days(&self) -> Vec<Day> {
        let days = self.ledgers.values().flat_map(|ledger| ledger.days.keys());
        let days: BTreeSet<Day> = days.copied().collect();
        days.into_iter().collect()
    }

    /// Returns what the ledger says of a day.
    pub fn entry(&self, workspace: u16, day: Day) -> Option<&DayEntry> {
        self.ledger(workspace)?.days.get(&day)
    }

    /// Returns the days that are not clean.
    pub fn dirty(&self) -> impl Iterator<Item = (u16, Day, &DayEntry)> {
        self.ledgers.iter().flat_map(|(workspace, ledger)| {
            let dirty = ledger.days.iter().filter(|(_, entry)| !entry.is_clean());
            dirty.map(|(day, entry)| (*workspace, *day, entry))
        })
    }

    /// Returns the version that the next fill gets; those of several ascend from it.
    pub const fn next_version(&self) -> i64 {
        self.next_version
    }

    /// Notes what a transaction added.
    pub fn arrived(
        &mut self,
        arrivals: &HashMap<(u16, Day), Arrival>,
        now: Instant,
        committed: Position,
    ) {
        self.committed = committed;
        for ((workspace, day), arrival) in arrivals {
            *self.arrived.entry((*workspace, *day)).or_default() += arrival.events;
            self.ledgers
                .entry(*workspace)
                .or_default()
                .arrived(*day, *arrival, now);
        }
    }

    /// Notes that people joined or left channels.
    pub fn members_changed(&mut self, workspace: u16) {
        *self.memberships.entry(workspace).or_default() += 1;
    }

    /// Returns a number that changes when people join or leave channels.
    pub fn memberships(&self, workspace: u16) -> u64 {
        let changes = self.memberships.get(&workspace).copied().unwrap_or(0);
        changes + self.removals
    }

    /// Notes that a fill begins.
    pub fn begin(&mut self, workspace: u16, day: Day) -> Option<FillJob> {
        let (before, removals) = (self.committed, self.removals);
        let arrived = self.arrived.get(&(workspace, day)).copied().unwrap_or(0);
        let entry = self.ledgers.get_mut(&workspace)?.days.get_mut(&day)?;
        entry.state = DayState::Started;
        Some(FillJob {
            workspace,
            day,
            before,
            total: entry.total(),
            version: entry.version,
            arrived,
            removals,
        })
    }

    /// Notes that a fill was given up.
    pub fn abandon(&mut self, job: &FillJob) {
        let ledger = self.ledgers.get_mut(&job.workspace);
        if let Some(entry) = ledger.and_then(|ledger| ledger.days.get_mut(&job.day)) {
            entry.state = DayState::Dirty;
        }
    }

    /// Returns the day as it is once the fill is finished, with that version of its blocks; `None` when what it counted has changed
    /// meanwhile.
    pub fn finished(
        &self,
        job: &FillJob,
        filled: &DayFill,
        version: i64,
        now: Instant,
    ) -> Option<DayEntry> {
        let before = self.entry(job.workspace, job.day)?;
        if self.removals != job.removals || before.version != job.version {
            return None;
        }
        let arrived = self.arrived.get(&(job.workspace, job.day)).copied();
        let late = if filled.is_topped_up {
            before.total()?.checked_sub(filled.events)?
        } else {
            arrived.unwrap_or(0) - job.arrived
        };
        let is_clean = late == 0;
        Some(DayEntry {
            state: if is_clean {
                DayState::Clean
            } else {
                DayState::Dirty
            },
            version,
            filled_before: filled.before,
            events: filled.events,
            filled: filled.extent,
            late: Some(late),
            later: before.later.filter(|_| !is_clean),
            filled_at: Some(now),
            dirty_since: (!is_clean).then_some(now),
            missing: RollupSet::NONE,
        })
    }

    /// Notes that a fill is finished; returns the making that it replaces.
    pub fn finish(&mut self, job: &FillJob, entry: DayEntry) -> Option<i64> {
        self.next_version = self.next_version.max(entry.version + 1);
        let ledger = self.ledgers.entry(job.workspace).or_default();
        let before = ledger.days.insert(job.day, entry)?.version;
        (before > 0).then_some(before)
    }

    /// Returns whether blocks of several days were made from these as they are now.
    pub fn is_current(&self, made: &BlockVersion, zone: &TimeZone) -> bool {
        let ledger = self.ledger(made.workspace);
        ledger.is_some_and(|ledger| ledger.is_current(made, zone))
    }

    /// Notes that blocks were made from several days; returns the making that they replace.
    pub fn made(&mut self, made: BlockVersion) -> Option<BlockVersion> {
        let ledger = self.ledgers.entry(made.workspace).or_default();
        let version = ledger.made(made)?;
        (version != made.version).then_some(BlockVersion { version, ..made })
    }

    /// Notes that events of these days were changed, or some of them removed.
    pub fn invalidate(&mut self, days: &[(u16, Day)], now: Option<Instant>, removed: bool) {
        self.removals += 1;
        for (workspace, day) in days {
            let ledger = self.ledgers.entry(*workspace).or_default();
            ledger.invalidate(*day, now, removed);
        }
    }

    /// Notes that all events of days before this one are gone.
    pub fn forget_before(&mut self, day: Day, month: i32) {
        self.removals += 1;
        for ledger in self.ledgers.values_mut() {
            ledger.days = ledger.days.split_off(&day);
            ledger.months = ledger.months.split_off(&(month + 1));
            ledger.contexts = ledger.contexts.split_off(&day);
        }
    }
}
