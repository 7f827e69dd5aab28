//! Folding parts of days from their events.
//!
//! Of a day that is over and complete in blocks, what was folded of whole hours is held, and so are
//! the facts of the hours in which a part begins or ends: a window that rolls on by the second is
//! answered from memory until it reaches another hour.

use std::{collections::HashMap, sync::Arc};

use domain::{metric::Metric, time::Range};

use super::{Reading, kinds_of_blocks};
use crate::{
    StoreError,
    blocks::{CacheKey, HeldFacts, Hour, Hours},
    evaluate::{Piece, Pieces, When},
    ledger::Edge,
    outline::{ToFold, whole_hours},
    rollup::{Block, Fact, Fold, Rollup},
};

/// Most facts of an hour that are held.
const MOST_HELD: usize = 65_536;

/// How many events were read, and the blocks they were folded into.
type Folded = (u64, Vec<(Rollup, Arc<Block>)>);

impl Reading<'_> {
    /// Folds a part of a day from its events; returns how many were read for it.
    pub(super) fn fold(
        &self,
        part: &ToFold,
        metrics: &[Metric],
        pieces: &mut Pieces,
    ) -> Result<u64, StoreError> {
        let kinds = kinds_of_blocks(&part.rollups, metrics);
        let mut events = 0u64;
        // In one piece: whoever was active in two sections of a day was so on one day.
        let mut folded: HashMap<Rollup, Vec<Arc<Block>>> = HashMap::new();
        let mut add = |(read, blocks): Folded| {
            events += read;
            for (kind, block) in blocks {
                folded.entry(kind).or_default().push(block);
            }
        };
        let edge = Edge {
            day: part.clock.day,
            range: part.range,
        };
        let (first, after) = whole_hours(&edge, &part.clock);
        match part.version {
            Some(version) => {
                let begin = part.clock.slot_start(first);
                let end = part.clock.slot_start(after);
                let broken = if first <= after {
                    [
                        Range::new(part.range.from(), begin),
                        Range::new(end, part.range.to()),
                    ]
                } else {
                    // Within one hour.
                    [part.range, Range::new(end, end)]
                };
                for range in broken.into_iter().filter_map(Range::non_empty) {
                    add(self.fold_part_of_hour(part, range, version, &kinds)?);
                }
                if first < after {
                    let hours = Range::new(begin, end);
                    add(self.fold_hours(part, hours, (version, first, after), &kinds)?);
                }
            }
            None => add(self.fold_range(part, part.range, &kinds)?),
        }
        for rollup in &part.rollups {
            for kind in kinds_of_blocks(std::slice::from_ref(rollup), metrics) {
                if let Some(blocks) = folded.get(&kind) {
                    pieces.entry(*rollup).or_default().push(Piece {
                        when: When::Day(Arc::clone(&part.clock)),
                        slots: None,
                        active: None,
                        blocks: blocks.clone(),
                    });
                }
            }
        }
        Ok(events)
    }

    fn fold_range(
        &self,
        part: &ToFold,
        range: Range,
        kinds: &[Rollup],
    ) -> Result<Folded, StoreError> {
        let mut fold = Fold::of(kinds);
        let mut events = 0u64;
        let scan = self.scan(range, kinds);
        self.facts.each_fact(&scan, &mut |_, _, fact| {
            events += 1;
            fold.add(&part.clock, fact);
        })?;
        Ok((events, frozen(fold)))
    }

    /// Folds a part of one hour of a day that is complete in blocks, from the facts of the whole hour.
    fn fold_part_of_hour(
        &self,
        part: &ToFold,
        range: Range,
        version: i64,
        kinds: &[Rollup],
    ) -> Result<Folded, StoreError> {
        // Details are borrowed from what is scanned.
        if kinds.iter().any(|kind| kind.reads_details()) {
            return self.fold_range(part, range, kinds);
        }
        let slot = part.clock.slot_at(range.from());
        let hour = CacheKey::Facts(Hour {
            workspace: self.workspace,
            day: part.clock.day,
            version,
            slot,
        });
        let blocks = self.engine.blocks();
        let (events, facts) = if let Some(held) = blocks.held_facts(&hour) {
            (0, held)
        } else {
            let whole = Range::new(part.clock.slot_start(slot), part.clock.slot_start(slot + 1));
            let (events, facts) = self.facts_of(whole)?;
            blocks.hold_facts(hour, &facts);
            (events, facts)
        };
        let HeldFacts::All(facts) = facts else {
            return self.fold_range(part, range, kinds);
        };
        let mut fold = Fold::of(kinds);
        for fact in facts.iter().filter(|fact| range.contains(fact.timestamp)) {
            fold.add(&part.clock, fact);
        }
        Ok((events, frozen(fold)))
    }

    /// Returns how many events of an hour were read, and their facts.
    fn facts_of(&self, hour: Range) -> Result<(u64, HeldFacts), StoreError> {
        let mut facts = Vec::new();
        let mut events = 0u64;
        self.facts
            .each_fact(&self.scan(hour, &[]), &mut |_, _, fact| {
                events += 1;
                if facts.len() < MOST_HELD {
                    facts.push(Fact {
                        terms: &[],
                        ..*fact
                    });
                }
            })?;
        let all = facts.len() as u64 == events;
        let held = if all {
            HeldFacts::All(facts.into())
        } else {
            HeldFacts::TooMany
        };
        Ok((events, held))
    }

    fn fold_hours(
        &self,
        part: &ToFold,
        range: Range,
        (version, first, after): (i64, u8, u8),
        kinds: &[Rollup],
    ) -> Result<Folded, StoreError> {
        let id = |kind: Rollup| {
            CacheKey::Hours(Hours {
                workspace: self.workspace,
                rollup: kind,
                day: part.clock.day,
                version,
                slots: (first, after),
            })
        };
        let blocks = self.engine.blocks();
        let (mut found, mut missing) = (Vec::new(), Vec::new());
        for kind in kinds {
            match blocks.held(&id(*kind)) {
                Some(block) => found.push((*kind, block)),
                None => missing.push(*kind),
            }
        }
        if missing.is_empty() {
            return Ok((0, found));
        }
        let (events, folded) = self.fold_range(part, range, &missing)?;
        for (kind, block) in folded {
            blocks.hold(id(kind), &block);
            found.push((kind, block));
        }
        Ok((events, found))
    }
}

fn frozen(fold: Fold) -> Vec<(Rollup, Arc<Block>)> {
    let blocks = fold.freeze().into_iter();
    blocks
        .map(|(kind, block)| (kind, Arc::new(block)))
        .collect()
}
