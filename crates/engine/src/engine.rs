//! What the writer, those who ask and the filler share of the rollups.

use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use domain::time::{Day, DayClock, Instant};
use jiff::tz::TimeZone;
use rustc_hash::FxHashMap;

use crate::{
    Answered, BlockRow, Blocks, DayFill, Origin, StoreError,
    ahead::{self, Ahead},
    analysis::{self, Material, Needs},
    answer, fill,
    ledger::{DayEntry, FillJob, LedgerState},
    measured::{self, ValueCount, ValueScan},
    plan::Plan,
    storage::{FactSource, Identities, Position},
    tail::Tail,
};

/// What the writer, those who ask and the filler share of the rollups: the ledgers as last committed,
/// blocks in memory, and what arrived since days were filled.
pub struct Engine {
    zone: TimeZone,
    enabled: bool,
    blocks: Blocks,
    ledgers: RwLock<LedgerState>,
    tail: Mutex<Tail>,
    clocks: RwLock<FxHashMap<Day, Arc<DayClock>>>,
    ahead: Mutex<Ahead>,
}

/// Days whose hours are remembered: more than any answer covers, few enough for memory.
const MOST_CLOCKS: usize = 10_000;

impl Engine {
    /// Returns what is shared, before anything is known.
    pub fn new(zone: TimeZone, enabled: bool, blocks: Blocks) -> Self {
        Self {
            zone,
            enabled,
            blocks,
            ledgers: RwLock::default(),
            tail: Mutex::default(),
            clocks: RwLock::default(),
            ahead: Mutex::default(),
        }
    }

    /// Returns a day with its hours.
    pub fn clock(&self, day: Day) -> Arc<DayClock> {
        let known = self.clocks.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(clock) = known.get(&day) {
            return Arc::clone(clock);
        }
        drop(known);
        let clock = Arc::new(DayClock::new(day, &self.zone));
        let mut known = self.clocks.write().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= MOST_CLOCKS {
            known.clear();
        }
        known.insert(day, Arc::clone(&clock));
        clock
    }

    /// Returns whether questions in the local time of a zone are answered from rollups.
    pub fn answers_in(&self, zone: &TimeZone) -> bool {
        self.enabled && zone.iana_name() == self.zone.iana_name()
    }

    /// Returns the zone that days are cut in.
    pub const fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// Returns whether questions are answered from rollups at all.
    pub const fn is_enabled(&self) -> bool {
        self.enabled
    }

    /// Returns the blocks.
    pub const fn blocks(&self) -> &Blocks {
        &self.blocks
    }

    /// Returns the ledgers as last committed.
    pub fn ledgers(&self) -> RwLockReadGuard<'_, LedgerState> {
        self.ledgers.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the ledgers, for whoever commits.
    pub fn ledgers_mut(&self) -> RwLockWriteGuard<'_, LedgerState> {
        self.ledgers.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns whether at least so many events were committed that nobody has folded or is folding.
    pub fn is_behind(&self, committed: Position, least: i64) -> bool {
        match self.tail.try_lock() {
            Ok(tail) => tail.behind(committed) >= least,
            Err(_) => false,
        }
    }

    /// Notes that a fill was given up.
    pub fn abandon(&self, job: &FillJob) {
        // TRICKY: whoever asks takes these two in the same order.
        let mut tail = self.tail();
        self.ledgers_mut().abandon(job);
        tail.give_back(job.workspace, job.day);
    }

    /// Notes that a fill was committed: the day is as `entry` says. Returns the version it replaces.
    pub fn filled(&self, job: &FillJob, entry: DayEntry) -> Option<i64> {
        // TRICKY: whoever asks takes these two in the same order.
        let mut tail = self.tail();
        let before = self.ledgers_mut().finish(job, entry);
        tail.filled(job.workspace, job.day, entry.filled_before, entry.version);
        before
    }

    /// Notes that events already counted were changed or removed: `change` says of which days.
    pub fn invalidated<T>(&self, change: impl FnOnce(&mut LedgerState) -> T) -> T {
        // TRICKY: whoever asks takes these two in the same order.
        let mut tail = self.tail();
        let changed = change(&mut self.ledgers_mut());
        tail.clear();
        changed
    }

    /// Answers a plan by rollups where they can; with the first metric of every row where
    /// `with_distribution` asks for it.
    pub fn answer(
        &self,
        facts: &dyn FactSource,
        identities: &dyn Identities,
        workspace: u16,
        plan: &Plan,
        with_distribution: bool,
    ) -> Result<Answered, StoreError> {
        answer::answer(self, facts, identities, workspace, plan, with_distribution)
    }

    /// Gathers what an analysis is made of, by rollups; `None` when the events have to be asked
    /// ([`Self::gather_from_events`]).
    pub fn gather(
        &self,
        facts: &dyn FactSource,
        identities: &dyn Identities,
        workspace: u16,
        needs: &Needs,
    ) -> Result<Option<(Material, Origin)>, StoreError> {
        if needs.from_events || !self.answers_in(&needs.zone) {
            return Ok(None);
        }
        analysis::by_rollups(self, facts, identities, workspace, needs)
    }

    /// Gathers what an analysis is made of, by the events.
    pub fn gather_from_events(
        facts: &dyn FactSource,
        identities: &dyn Identities,
        workspace: u16,
        needs: &Needs,
    ) -> Result<Material, StoreError> {
        analysis::by_events(facts, identities, workspace, needs)
    }

    /// Counts the numbers of events by value, by rollups; `None` when the events have to be asked.
    pub fn values(
        &self,
        facts: &dyn FactSource,
        workspace: u16,
        scan: &ValueScan,
    ) -> Result<Option<(Vec<ValueCount>, Origin)>, StoreError> {
        measured::by_rollups(self, facts, workspace, scan)
    }

    /// Fills days of one workspace with everything that has arrived, or as much of it as the jobs began
    /// with; returns what was counted, in the order of the jobs.
    pub fn fill_days(
        &self,
        facts: &dyn FactSource,
        jobs: &[FillJob],
    ) -> Result<Vec<DayFill>, StoreError> {
        fill::fill_days(facts, self, jobs)
    }

    /// Counts a day anew and returns in which rollups that differs from what is stored; `None` when
    /// the day has no rollups or is being filled.
    pub fn verify_day(
        &self,
        facts: &dyn FactSource,
        workspace: u16,
        day: Day,
    ) -> Result<Option<Vec<&'static str>>, StoreError> {
        fill::count_again(facts, self, workspace, day)
    }

    /// Makes the blocks of a month from those of its days, each with its version; `None` when one of
    /// them has changed.
    pub fn make_month(
        &self,
        workspace: u16,
        month: i32,
        days: &[(Day, i64)],
    ) -> Result<Option<Vec<BlockRow>>, StoreError> {
        fill::make_month(self, workspace, month, days)
    }

    /// Folds what was committed since the last time.
    pub fn catch_up(&self, facts: &dyn FactSource) -> Result<(), StoreError> {
        self.tail().catch_up(facts, self)
    }

    /// Joins the whole days of windows that were asked for before as they are at `now`, so that the next
    /// question finds them joined. Costs nothing much as long as no day has changed.
    pub fn join_ahead(&self, now: Instant) -> Result<(), StoreError> {
        ahead::join_ahead(self, now)
    }

    /// Returns how many events are held folded beside the stored blocks.
    pub fn folded_events(&self) -> u64 {
        self.tail().events()
    }

    pub(crate) fn ahead(&self) -> std::sync::MutexGuard<'_, Ahead> {
        self.ahead.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn tail(&self) -> std::sync::MutexGuard<'_, Tail> {
        self.tail.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
