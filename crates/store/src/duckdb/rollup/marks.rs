//! The ledgers in the file.

use std::collections::{HashMap, HashSet};

use ::duckdb::{Connection, params};
use domain::{
    ledger::{Arrival, DayEntry, DayState, Extent, Ledger},
    rollup::{BlockGrain, Day, FORMAT},
    time::Instant,
};
use jiff::tz::TimeZone;

use super::{Blocks, Books, LocalDays, Making, Ticket};
use crate::{StoreError, duckdb::failure::classify};

/// Most late events that are counted at start; days with older ones are read from the events until
/// they are filled.
const COUNTED_AT_START: i64 = 300_000;
const QUARTER_MILLIS: i64 = 15 * 60_000;

/// Reads and writes the ledgers; what it writes belongs to the transaction that is open.
pub(in crate::duckdb) struct Marks<'a>(pub(in crate::duckdb) &'a Connection);

impl Marks<'_> {
    fn run(&self, sql: &str, values: impl ::duckdb::Params) -> Result<usize, StoreError> {
        self.0.execute(sql, values).map_err(classify)
    }

    /// Reads the ledgers. When days were cut in another zone, or blocks written in another
    /// form, every day is dirty; so is one whose blocks are not there.
    pub(in crate::duckdb) fn load(
        &self,
        books: &mut Books,
        blocks: &Blocks,
        zone: &TimeZone,
        committed: i64,
    ) -> Result<(), StoreError> {
        self.check_basis(blocks, zone)?;
        let mut ledgers = self.days()?;
        let makings = blocks.makings()?;
        let needed = match_blocks(&mut ledgers, &makings);
        for making in makings.iter().filter(|making| !needed.contains(making)) {
            blocks.replaced(*making);
        }
        self.count_late(&mut ledgers, zone, committed)?;
        // Neither a version that the ledger had nor one that blocks were made with comes again.
        let of_days = ledgers
            .values()
            .flat_map(|ledger| ledger.days.values().map(|entry| entry.version));
        let of_blocks = makings
            .iter()
            .filter(|making| making.grain == BlockGrain::Day)
            .map(|making| making.version);
        let newest = of_days.chain(of_blocks).max();
        books.load(ledgers, committed, newest.unwrap_or(0) + 1);
        Ok(())
    }

    fn check_basis(&self, blocks: &Blocks, zone: &TimeZone) -> Result<(), StoreError> {
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
        self.each_quarter(|workspace, at| {
            // A day may begin within the quarter; one day too many does no harm.
            for at in [at, at.plus_millis(QUARTER_MILLIS - 1)] {
                arrivals.insert((workspace, days.day(at)), Arrival::one(at));
            }
        })?;
        self.add_days(arrivals.keys().copied(), None)?;
        self.0.execute_batch("COMMIT").map_err(classify)
    }

    /// Hands over the begin of every quarter of an hour that has events.
    fn each_quarter(&self, mut take: impl FnMut(u16, Instant)) -> Result<(), StoreError> {
        let mut statement = self
            .0
            .prepare(&format!(
                "--sql\nSELECT DISTINCT workspace_ref, timestamp_ms - \
                 ((timestamp_ms % {QUARTER_MILLIS}) + {QUARTER_MILLIS}) % {QUARTER_MILLIS} FROM event"
            ))
            .map_err(classify)?;
        let mut rows = statement.query([]).map_err(classify)?;
        while let Some(row) = rows.next().map_err(classify)? {
            let at = Instant::from_millis(row.get(1).map_err(classify)?);
            take(row.get(0).map_err(classify)?, at);
        }
        Ok(())
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

    /// Counts what arrived after days were filled, as far as that is not long ago.
    fn count_late(
        &self,
        ledgers: &mut HashMap<u16, Ledger>,
        zone: &TimeZone,
        committed: i64,
    ) -> Result<(), StoreError> {
        let oldest = (committed - COUNTED_AT_START).max(0);
        let mut least = None;
        for entry in ledgers
            .values_mut()
            .flat_map(|ledger| ledger.days.values_mut())
        {
            if !entry.is_clean() && entry.filled_before >= oldest {
                entry.late = Some(0);
                least = Some(entry.filled_before.min(least.unwrap_or(i64::MAX)));
            }
        }
        let Some(least) = least else { return Ok(()) };
        let mut days = LocalDays::new(zone.clone());
        let mut statement = self
            .0
            .prepare("SELECT workspace_ref, timestamp_ms, seq FROM event WHERE seq >= ?")
            .map_err(classify)?;
        let mut rows = statement.query([least]).map_err(classify)?;
        while let Some(row) = rows.next().map_err(classify)? {
            let at = Instant::from_millis(row.get(1).map_err(classify)?);
            let (workspace, seq): (u16, i64) =
                (row.get(0).map_err(classify)?, row.get(2).map_err(classify)?);
            let ledger = ledgers.entry(workspace).or_default();
            if let Some(entry) = ledger.days.get_mut(&days.day(at))
                && seq >= entry.filled_before
            {
                entry.late = entry.late.map(|late| late + 1);
                entry.later = Extent::of_both(entry.later, Some(Extent::one(at)));
            }
        }
        Ok(())
    }

    /// Notes what the transaction adds: days that are new, and clean ones that become dirty.
    pub(in crate::duckdb) fn arrived(
        &self,
        books: &Books,
        arrivals: &HashMap<(u16, Day), Arrival>,
        now: Instant,
    ) -> Result<(), StoreError> {
        let mut new = Vec::new();
        for (workspace, day) in arrivals.keys() {
            match books.entry(*workspace, *day) {
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

    /// Notes that a fill begins.
    pub(in crate::duckdb) fn begin(&self, workspace: u16, day: Day) -> Result<(), StoreError> {
        self.run(
            "UPDATE ledger_day SET state = 1 WHERE workspace_ref = ? AND day = ?",
            params![workspace, day],
        )?;
        Ok(())
    }

    /// Notes that a fill is finished.
    pub(in crate::duckdb) fn finish(
        &self,
        ticket: &Ticket,
        entry: &DayEntry,
    ) -> Result<(), StoreError> {
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
                ticket.workspace,
                ticket.day
            ],
        )?;
        Ok(())
    }

    /// Notes that the rollups of days hold no longer.
    pub(in crate::duckdb) fn invalidate(
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

    /// Takes everything away that is before a day.
    pub(in crate::duckdb) fn forget_before(&self, day: Day) -> Result<(), StoreError> {
        self.run("DELETE FROM ledger_day WHERE day < ?", [day])?;
        Ok(())
    }
}

/// Compares what the ledgers say with the blocks that are there: a day whose blocks are missing is as
/// if it had never been filled. Returns the makings that are needed.
fn match_blocks(ledgers: &mut HashMap<u16, Ledger>, makings: &[Making]) -> HashSet<Making> {
    let there: HashSet<Making> = makings.iter().copied().collect();
    let mut known = HashSet::new();
    let mut missing = 0u64;
    for (workspace, ledger) in ledgers.iter_mut() {
        for (day, entry) in &mut ledger.days {
            let making = Making {
                workspace: *workspace,
                grain: BlockGrain::Day,
                period: *day,
                version: entry.version,
            };
            if there.contains(&making) {
                known.insert(making);
            } else if entry.version > 0 {
                missing += 1;
                *entry = DayEntry::unfilled(entry.dirty_since.or(entry.filled_at), None);
            }
        }
    }
    if missing > 0 {
        tracing::warn!(
            days = missing,
            "ledger.blocks_missing: their rollups are not there, so they are filled again"
        );
    }
    for making in makings
        .iter()
        .filter(|making| making.grain == BlockGrain::Month)
    {
        let ledger = ledgers.entry(making.workspace).or_default();
        if ledger.fingerprint(making.period) == Some(making.version) {
            ledger.months.insert(making.period, making.version);
            known.insert(*making);
        }
    }
    known
}
