//! The ledgers as the writer last committed them.

use std::collections::{BTreeSet, HashMap};

use domain::{
    ledger::{Arrival, DayEntry, DayState, Ledger},
    rollup::Day,
    time::Instant,
};

use super::Filled;

/// What a fill was begun with; it is finished only if this still holds.
#[derive(Debug, Clone, Copy)]
pub(in crate::duckdb) struct Ticket {
    pub(in crate::duckdb) workspace: u16,
    pub(in crate::duckdb) day: Day,
    /// Events that arrived before this place are counted.
    pub(in crate::duckdb) before: i64,
    /// Events on that day, where they are counted.
    pub(in crate::duckdb) total: Option<u64>,
    /// The making of its rollups that is replaced.
    version: i64,
    arrived: u64,
    removals: u64,
}

/// The ledgers of all workspaces.
#[derive(Debug, Default)]
pub(in crate::duckdb) struct Books {
    ledgers: HashMap<u16, Ledger>,
    /// Events that arrived for each day since the start.
    arrived: HashMap<(u16, Day), u64>,
    /// Place of the next event: all before it are committed.
    pub(in crate::duckdb) committed: i64,
    /// The version that the next fill gets.
    pub(in crate::duckdb) next_version: i64,
    /// How often events that were counted were changed or removed.
    removals: u64,
    /// How often people joined or left channels.
    memberships: HashMap<u16, u64>,
}

impl Books {
    /// Takes in what is stored.
    pub(in crate::duckdb) fn load(
        &mut self,
        ledgers: HashMap<u16, Ledger>,
        committed: i64,
        next_version: i64,
    ) {
        self.removals += 1;
        self.ledgers = ledgers;
        self.committed = committed;
        self.next_version = next_version;
    }

    /// Returns a workspace's ledger.
    pub(in crate::duckdb) fn ledger(&self, workspace: u16) -> Option<&Ledger> {
        self.ledgers.get(&workspace)
    }

    /// Returns the ledgers.
    pub(in crate::duckdb) fn ledgers(&self) -> impl Iterator<Item = (u16, &Ledger)> {
        self.ledgers
            .iter()
            .map(|(workspace, ledger)| (*workspace, ledger))
    }

    /// Returns every day of any workspace, ascending.
    pub(in crate::duckdb) fn days(&self) -> Vec<Day> {
        let days = self.ledgers.values().flat_map(|ledger| ledger.days.keys());
        let days: BTreeSet<Day> = days.copied().collect();
        days.into_iter().collect()
    }

    /// Returns what the ledger says of a day.
    pub(in crate::duckdb) fn entry(&self, workspace: u16, day: Day) -> Option<&DayEntry> {
        self.ledger(workspace)?.days.get(&day)
    }

    /// Returns the days that are not clean.
    pub(in crate::duckdb) fn dirty(&self) -> impl Iterator<Item = (u16, Day, &DayEntry)> {
        self.ledgers.iter().flat_map(|(workspace, ledger)| {
            let dirty = ledger.days.iter().filter(|(_, entry)| !entry.is_clean());
            dirty.map(|(day, entry)| (*workspace, *day, entry))
        })
    }

    /// Notes what a transaction added.
    pub(in crate::duckdb) fn arrived(
        &mut self,
        arrivals: &HashMap<(u16, Day), Arrival>,
        now: Instant,
        committed: i64,
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
    pub(in crate::duckdb) fn members_changed(&mut self, workspace: u16) {
        *self.memberships.entry(workspace).or_default() += 1;
    }

    /// Returns a number that changes when people join or leave channels.
    pub(in crate::duckdb) fn memberships(&self, workspace: u16) -> u64 {
        let changes = self.memberships.get(&workspace).copied().unwrap_or(0);
        changes + self.removals
    }

    /// Notes that a fill begins.
    pub(in crate::duckdb) fn begin(&mut self, workspace: u16, day: Day) -> Option<Ticket> {
        let (before, removals) = (self.committed, self.removals);
        let arrived = self.arrived.get(&(workspace, day)).copied().unwrap_or(0);
        let entry = self.ledgers.get_mut(&workspace)?.days.get_mut(&day)?;
        entry.state = DayState::Started;
        Some(Ticket {
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
    pub(in crate::duckdb) fn abandon(&mut self, ticket: &Ticket) {
        let ledger = self.ledgers.get_mut(&ticket.workspace);
        if let Some(entry) = ledger.and_then(|ledger| ledger.days.get_mut(&ticket.day)) {
            entry.state = DayState::Dirty;
        }
    }

    /// Returns the day as it is once the fill is finished; `None` when what it counted has changed
    /// meanwhile.
    pub(in crate::duckdb) fn finished(
        &self,
        ticket: &Ticket,
        filled: &Filled,
        now: Instant,
    ) -> Option<DayEntry> {
        let before = self.entry(ticket.workspace, ticket.day)?;
        if self.removals != ticket.removals || before.version != ticket.version {
            return None;
        }
        let arrived = self.arrived.get(&(ticket.workspace, ticket.day)).copied();
        let late = if filled.is_topped_up {
            before.total()?.checked_sub(filled.events)?
        } else {
            arrived.unwrap_or(0) - ticket.arrived
        };
        let is_clean = late == 0;
        Some(DayEntry {
            state: if is_clean {
                DayState::Clean
            } else {
                DayState::Dirty
            },
            version: self.next_version,
            filled_before: filled.before,
            events: filled.events,
            filled: filled.extent,
            late: Some(late),
            later: before.later.filter(|_| !is_clean),
            filled_at: Some(now),
            dirty_since: (!is_clean).then_some(now),
        })
    }

    /// Notes that a fill is finished; returns the making that it replaces.
    pub(in crate::duckdb) fn finish(&mut self, ticket: &Ticket, entry: DayEntry) -> Option<i64> {
        self.next_version = self.next_version.max(entry.version + 1);
        let ledger = self.ledgers.entry(ticket.workspace).or_default();
        let before = ledger.days.insert(ticket.day, entry)?.version;
        (before > 0).then_some(before)
    }

    /// Notes that a month was made from its days; returns the making that it replaces.
    pub(in crate::duckdb) fn made_month(
        &mut self,
        workspace: u16,
        month: i32,
        made_from: i64,
    ) -> Option<i64> {
        let ledger = self.ledgers.entry(workspace).or_default();
        let before = ledger.months.insert(month, made_from)?;
        (before != made_from).then_some(before)
    }

    /// Notes that events of these days were changed, or some of them removed.
    pub(in crate::duckdb) fn invalidate(
        &mut self,
        days: &[(u16, Day)],
        now: Option<Instant>,
        removed: bool,
    ) {
        self.removals += 1;
        for (workspace, day) in days {
            let ledger = self.ledgers.entry(*workspace).or_default();
            ledger.invalidate(*day, now, removed);
        }
    }

    /// Notes that all events of days before this one are gone.
    pub(in crate::duckdb) fn forget_before(&mut self, day: Day, month: i32) {
        self.removals += 1;
        for ledger in self.ledgers.values_mut() {
            ledger.days = ledger.days.split_off(&day);
            ledger.months = ledger.months.split_off(&(month + 1));
        }
    }
}
