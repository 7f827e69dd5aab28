//! The ledgers in the file.

use std::collections::HashMap;

use ::duckdb::{Connection, params};
use domain::time::{Day, Instant, LocalDays, Range, day_number};
use engine::{
    Engine,
    ledger::{Arrival, DayEntry, DayState, Extent, FillJob, Ledger, LedgerState},
    rollup::{FORMAT, RollupSet},
    storage::{BlockStore, Position},
};
use jiff::tz::TimeZone;

use super::{facts::Facts, failure::classify, quarter};
use crate::{LedgerDays, StoreError};

/// Returns which days of a span are complete in the rollups, of those of a workspace that have events.
pub(super) fn days_of(engine: &Engine, workspace: u16, range: Range) -> LedgerDays {
    let mut days = LedgerDays::default();
    if range.is_empty() {
        return days;
    }
    let zone = engine.zone();
    let first = day_number(range.from().day(zone));
    let last = day_number(range.to().plus_millis(-1).day(zone));
    let ledgers = engine.ledgers();
    let ledger = ledgers.ledger(workspace).into_iter();
    for (_, entry) in ledger.flat_map(|ledger| ledger.days.range(first..=last)) {
        if entry.state == DayState::Clean {
            days.clean += 1;
        } else {
            days.dirty += 1;
        }
    }
    days
}

/// Reads and writes the ledgers; what it writes belongs to the transaction that is open.
pub(super) struct LedgerTable<'a>(pub(super) &'a Connection);

impl LedgerTable<'_> {
    fn run(&self, sql: &str, values: impl ::duckdb::Params) -> Result<usize, StoreError> {
        self.0.execute(sql, values).map_err(classify)
    }

    /// Reads the ledgers into the engine. When days were cut in another zone, or blocks written in
    /// another form, every day is dirty; so is one whose blocks are not there.
    pub(super) fn load(
        &self,
        engine: &Engine,
        facts: &Facts<'_>,
        committed: Position,
    ) -> Result<(), StoreError> {
        self.check_basis(engine.blocks().store(), engine.zone())?;
        // Where the events that arrived last were removed, their places are given again.
        self.hold_before(committed)?;
        engine.load(facts, self.days()?, committed)
    }

    fn check_basis(&self, blocks: &dyn BlockStore, zone: &TimeZone) -> Result<(), StoreError> {
        let name = zone.iana_name().unwrap_or("UTC");
        let mut statement = self
            .0
            .prepare("SELECT zone, format FROM rollup_basis")
            .map_err(classify)?;
        let mut rows = statement.query([]).map_err(classify)?;
        let found: Option<(String, u32)> = match rows.next().map_err(classify)? {
            Some(row) => Some((row.get(0).map_err(classify)?, row.get(1).map_err(classify)?)),
            None => None,
        };
        match found {
            Some((zone, format)) if zone == name && format == FORMAT => return Ok(()),
            Some((zone, _)) if zone == name => tracing::info!(
                "ledger.format_changed: rollups are made anew, so every day is filled again"
            ),
            Some((before, _)) => tracing::warn!(
                before,
                now = name,
                "ledger.zone_changed: days are cut anew, so every day is dirty and is filled again"
            ),
            None => {}
        }
        blocks.clear()?;
        self.0.execute_batch("BEGIN").map_err(classify)?;
        self.run("DELETE FROM rollup_basis", [])?;
        self.run("DELETE FROM ledger_day", [])?;
        self.run(
            "INSERT INTO rollup_basis VALUES (?, ?)",
            params![name, FORMAT],
        )?;
        let mut arrivals: HashMap<(u16, Day), Arrival> = HashMap::new();
        let mut days = LocalDays::new(zone.clone());
        quarter::each_end(self.0, "TRUE", |workspace, at| {
            arrivals.insert((workspace, days.day(at)), Arrival::one(at));
        })?;
        self.add_days(arrivals.keys().copied(), None)?;
        self.0.execute_batch("COMMIT").map_err(classify)
    }

    fn days(&self) -> Result<HashMap<u16, Ledger>, StoreError> {
        let mut ledgers: HashMap<u16, Ledger> = HashMap::new();
        let mut statement = self
            .0
            .prepare(
                "--sql\nSELECT workspace_ref, day, state, version, filled_before, events, first_ms, \
                 last_ms, filled_ms, dirty_ms FROM ledger_day",
            )
            .map_err(classify)?;
        let instant = |millis: Option<i64>| millis.map(Instant::from_millis);
        let rows = statement
            .query_map([], |row| {
                let state: u8 = row.get(2)?;
                let is_clean = state == DayState::Clean.code();
                let span: (Option<i64>, Option<i64>) = (row.get(6)?, row.get(7)?);
                let entry = DayEntry {
                    // A fill that was broken off changed nothing.
                    state: if is_clean {
                        DayState::Clean
                    } else {
                        DayState::Dirty
                    },
                    version: row.get(3)?,
                    filled_before: row.get(4)?,
                    events: row.get(5)?,
                    filled: instant(span.0)
                        .zip(instant(span.1))
                        .map(|(first, last)| Extent { first, last }),
                    late: is_clean.then_some(0),
                    later: None,
                    filled_at: instant(row.get(8)?),
                    dirty_since: instant(row.get(9)?),
                    missing: RollupSet::NONE,
                };
                Ok((row.get::<_, u16>(0)?, row.get::<_, Day>(1)?, entry))
            })
            .map_err(classify)?;
        for row in rows {
            let (workspace, day, entry) = row.map_err(classify)?;
            ledgers
                .entry(workspace)
                .or_default()
                .days
                .insert(day, entry);
        }
        Ok(ledgers)
    }

    /// Notes what the transaction adds: days that are new, and clean ones that become dirty.
    pub(super) fn arrived(
        &self,
        ledgers: &LedgerState,
        arrivals: &HashMap<(u16, Day), Arrival>,
        now: Instant,
    ) -> Result<(), StoreError> {
        let mut new = Vec::new();
        for (workspace, day) in arrivals.keys() {
            match ledgers.entry(*workspace, *day) {
                None => new.push((*workspace, *day)),
                Some(entry) if entry.is_clean() => {
                    self.run(
                        "--sql\nUPDATE ledger_day SET state = 0, dirty_ms = ? \
                         WHERE workspace_ref = ? AND day = ?",
                        params![now.as_millis(), workspace, day],
                    )?;
                }
                Some(_) => {}
            }
        }
        self.add_days(new.into_iter(), Some(now))
    }

    fn add_days(
        &self,
        days: impl Iterator<Item = (u16, Day)>,
        now: Option<Instant>,
    ) -> Result<(), StoreError> {
        let mut days = days.peekable();
        if days.peek().is_none() {
            return Ok(());
        }
        let none: Option<i64> = None;
        let since = now.map(Instant::as_millis);
        let mut appender = self.0.appender("ledger_day").map_err(classify)?;
        for (workspace, day) in days {
            appender
                .append_row(params![
                    workspace,
                    day,
                    DayState::Dirty.code(),
                    0i64,
                    0i64,
                    0u64,
                    none,
                    none,
                    none,
                    since
                ])
                .map_err(classify)?;
        }
        appender.flush().map_err(classify)
    }

    /// Notes that a fill is finished.
    pub(super) fn finish(&self, job: &FillJob, entry: &DayEntry) -> Result<(), StoreError> {
        let millis = |at: Option<Instant>| at.map(Instant::as_millis);
        let first = entry.filled.map(|extent| extent.first);
        let last = entry.filled.map(|extent| extent.last);
        self.run(
            "--sql\nUPDATE ledger_day SET state = ?, version = ?, filled_before = ?, events = ?, \
             first_ms = ?, last_ms = ?, filled_ms = ?, dirty_ms = ? WHERE workspace_ref = ? AND day = ?",
            params![
                entry.state.code(),
                entry.version,
                entry.filled_before,
                entry.events,
                millis(first),
                millis(last),
                millis(entry.filled_at),
                millis(entry.dirty_since),
                job.workspace,
                job.day
            ],
        )?;
        Ok(())
    }

    /// Notes that the rollups of days hold no longer.
    pub(super) fn invalidate(
        &self,
        days: &[(u16, Day)],
        now: Option<Instant>,
    ) -> Result<(), StoreError> {
        for (workspace, day) in days {
            self.run(
                "DELETE FROM ledger_day WHERE workspace_ref = ? AND day = ?",
                params![workspace, day],
            )?;
        }
        self.add_days(days.iter().copied(), now)
    }

    /// Notes that no event is stored from a place on: rollups that hold everything before a later place
    /// hold everything before this one. What comes next gets that place.
    pub(super) fn hold_before(&self, next: Position) -> Result<(), StoreError> {
        self.run(
            "UPDATE ledger_day SET filled_before = ? WHERE filled_before > ?",
            [next, next],
        )?;
        Ok(())
    }

    /// Takes everything away that is before a day.
    pub(super) fn forget_before(&self, day: Day) -> Result<(), StoreError> {
        self.run("DELETE FROM ledger_day WHERE day < ?", [day])?;
        Ok(())
    }
}
