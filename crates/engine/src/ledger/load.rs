//! Ledgers as they are at the start: as stored, beside the blocks that are there and what arrived since.

use std::collections::{HashMap, HashSet};

use domain::time::LocalDays;
use jiff::tz::TimeZone;

use super::{DayEntry, DayState, Extent, Ledger};
use crate::{
    Engine, StoreError,
    rollup::{BlockGrain, RollupSet},
    storage::{BlockVersion, FactScan, FactSource, Position},
};

/// Most late events that are counted at the start; days with older ones are read from the events until
/// they are filled.
const COUNTED_AT_START: i64 = 300_000;

impl Engine {
    /// Takes in the ledgers as they are stored. A day whose blocks are not there is as if it had never
    /// been filled, and one that lacks some rollups is dirty; what arrived after days were filled is
    /// counted, as far as that is not long ago.
    pub fn load(
        &self,
        facts: &dyn FactSource,
        mut ledgers: HashMap<u16, Ledger>,
        committed: Position,
    ) -> Result<(), StoreError> {
        let blocks = self.blocks().store();
        let versions = blocks.versions()?;
        let needed = match_blocks(&mut ledgers, &versions, self.zone());
        let versions = versions.iter().map(|(version, _)| version);
        for version in versions.clone().filter(|version| !needed.contains(version)) {
            blocks.replaced(*version);
        }
        count_late(facts, &mut ledgers, self.zone(), committed)?;
        // Neither a version that the ledger had nor one that blocks were made with comes again.
        let of_days = ledgers
            .values()
            .flat_map(|ledger| ledger.days.values().map(|entry| entry.version));
        let of_blocks = versions
            .filter(|version| version.grain == BlockGrain::Day)
            .map(|version| version.version);
        let next_version = of_days.chain(of_blocks).max().unwrap_or(0) + 1;
        self.invalidated(|state| state.load(ledgers, committed, next_version));
        Ok(())
    }
}

fn count_late(
    facts: &dyn FactSource,
    ledgers: &mut HashMap<u16, Ledger>,
    zone: &TimeZone,
    committed: Position,
) -> Result<(), StoreError> {
    let oldest = (committed - COUNTED_AT_START).max(0);
    let mut least: Option<Position> = None;
    let days = ledgers
        .values_mut()
        .flat_map(|ledger| ledger.days.values_mut());
    for entry in days.filter(|entry| !entry.is_clean() && entry.filled_before >= oldest) {
        entry.late = Some(0);
        least = Some(least.map_or(entry.filled_before, |least| least.min(entry.filled_before)));
    }
    let Some(least) = least else { return Ok(()) };
    let scan = FactScan {
        from: Some(least),
        ..FactScan::default()
    };
    let mut days = LocalDays::new(zone.clone());
    facts.each_fact(&scan, &mut |position, workspace, fact| {
        let ledger = ledgers.entry(workspace).or_default();
        if let Some(entry) = ledger.days.get_mut(&days.day(fact.timestamp))
            && position >= entry.filled_before
        {
            entry.late = entry.late.map(|late| late + 1);
            entry.later = Extent::of_both(entry.later, Some(Extent::one(fact.timestamp)));
        }
    })
}

/// Compares what the ledgers say with the blocks that are there: a day whose blocks are missing is as
/// if it had never been filled. Returns the versions that are needed.
fn match_blocks(
    ledgers: &mut HashMap<u16, Ledger>,
    versions: &[(BlockVersion, RollupSet)],
    zone: &TimeZone,
) -> HashSet<BlockVersion> {
    let there: HashMap<BlockVersion, RollupSet> = versions.iter().copied().collect();
    let mut known = HashSet::new();
    let (mut missing, mut incomplete) = (0u64, 0u64);
    for (workspace, ledger) in ledgers.iter_mut() {
        for (day, entry) in &mut ledger.days {
            let version = BlockVersion {
                workspace: *workspace,
                grain: BlockGrain::Day,
                period: *day,
                version: entry.version,
            };
            if let Some(lacking) = there.get(&version) {
                known.insert(version);
                if !lacking.is_empty() {
                    incomplete += 1;
                    entry.missing = *lacking;
                    entry.state = DayState::Dirty;
                    entry.dirty_since = entry.dirty_since.or(entry.filled_at);
                }
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
    if incomplete > 0 {
        tracing::info!(
            days = incomplete,
            "ledger.rollups_missing: rollups that are new or of another form are counted from the events"
        );
    }
    let whole = versions.iter().filter(|(_, lacking)| lacking.is_empty());
    for (version, _) in whole {
        let ledger = ledgers.entry(version.workspace).or_default();
        if ledger.is_current(version, zone) {
            ledger.made(*version);
            known.insert(*version);
        }
    }
    known
}
