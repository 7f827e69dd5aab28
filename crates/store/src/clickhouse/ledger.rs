//! The ledgers on the server.
//!
//! Each change of a day is a row that stands above those before it.

use std::collections::HashMap;

use clickhouse::Row;
use domain::time::{Day, Instant};
use engine::{
    ledger::{DayEntry, DayState, Extent, Ledger},
    rollup::RollupSet,
};
use serde::{Deserialize, Serialize};

use super::server::Server;
use crate::{StoreError, sql::Sql};

const COLUMNS: &str = "workspace_ref, day, state, version, filled_before, events, first_ms, last_ms, filled_ms, \
                       dirty_ms, revision, is_removed";

/// A day as it is stored.
#[derive(Debug, Clone, Row, Serialize, Deserialize)]
pub(super) struct LedgerRow {
    workspace_ref: u16,
    day: Day,
    state: u8,
    version: i64,
    filled_before: i64,
    events: u64,
    first_ms: Option<i64>,
    last_ms: Option<i64>,
    filled_ms: Option<i64>,
    dirty_ms: Option<i64>,
    revision: u64,
    is_removed: u8,
}

impl LedgerRow {
    /// Returns the row of a day.
    pub(super) fn new(workspace: u16, day: Day, entry: &DayEntry, revision: u64) -> Self {
        let millis = |at: Option<Instant>| at.map(Instant::as_millis);
        Self {
            workspace_ref: workspace,
            day,
            // A fill that is broken off has changed nothing.
            state: if entry.is_clean() {
                DayState::Clean.code()
            } else {
                DayState::Dirty.code()
            },
            version: entry.version,
            filled_before: entry.filled_before,
            events: entry.events,
            first_ms: millis(entry.filled.map(|extent| extent.first)),
            last_ms: millis(entry.filled.map(|extent| extent.last)),
            filled_ms: millis(entry.filled_at),
            dirty_ms: millis(entry.dirty_since),
            revision,
            is_removed: 0,
        }
    }

    /// Returns the row that takes a day away.
    fn removed(workspace: u16, day: Day, revision: u64) -> Self {
        let nothing = DayEntry::unfilled(None, None);
        Self {
            is_removed: 1,
            ..Self::new(workspace, day, &nothing, revision)
        }
    }

    fn entry(&self) -> DayEntry {
        let instant = |millis: Option<i64>| millis.map(Instant::from_millis);
        let is_clean = self.state == DayState::Clean.code();
        let extent = instant(self.first_ms).zip(instant(self.last_ms));
        DayEntry {
            state: if is_clean {
                DayState::Clean
            } else {
                DayState::Dirty
            },
            version: self.version,
            filled_before: self.filled_before,
            events: self.events,
            filled: extent.map(|(first, last)| Extent { first, last }),
            late: is_clean.then_some(0),
            later: None,
            filled_at: instant(self.filled_ms),
            dirty_since: instant(self.dirty_ms),
            missing: RollupSet::NONE,
        }
    }
}

/// Returns the ledgers as they are stored, and the last revision. Where the events that arrived last were removed,
/// their places are given again, so that nothing is filled before a place that comes.
pub(super) async fn load(
    server: &Server,
    committed: i64,
) -> Result<(HashMap<u16, Ledger>, u64), StoreError> {
    let mut ledgers: HashMap<u16, Ledger> = HashMap::new();
    let select = Sql::raw(format!("SELECT {COLUMNS} FROM ledger_day FINAL"));
    for row in server.rows::<LedgerRow>(&select).await? {
        let mut entry = row.entry();
        entry.filled_before = entry.filled_before.min(committed);
        let ledger = ledgers.entry(row.workspace_ref).or_default();
        ledger.days.insert(row.day, entry);
    }
    // Of days that were taken away as well.
    let last = Sql::raw("SELECT coalesce(max(revision), 0) FROM ledger_day");
    let last = server.number(&last).await?.unwrap_or(0);
    Ok((ledgers, u64::try_from(last).unwrap_or(0)))
}

/// Takes days away.
pub(super) async fn forget(
    server: &Server,
    days: impl Iterator<Item = (u16, Day)>,
    revision: u64,
) -> Result<(), StoreError> {
    let rows: Vec<LedgerRow> = days
        .map(|(workspace, day)| LedgerRow::removed(workspace, day, revision))
        .collect();
    server.insert("ledger_day", &rows).await
}
