//! Which blocks answer a question, and getting them.
//!
//! 1. Whole months and days come from their stored blocks, with what arrived since beside them. A
//!    question that does not tell them apart takes those that have settled as one block.
//! 2. Of part of a day, counts by hour take the whole hours; what is left of an hour is folded from
//!    its events.
//! 3. Who was active in a part of a day that begins or ends with it is seen from everybody's first
//!    and last activity on that day, unless the part holds sampled events.
//! 4. Any other part of a day, and days that are not complete in blocks, are folded from their
//!    events, when those are few; else the whole question is asked of the events.

mod fold;

use std::sync::Arc;

use domain::{
    metric::{Aggregate, Key, Metric},
    time::Range,
};

use crate::{
    Engine, StoreError,
    evaluate::{Piece, Pieces, When},
    joined::join_settled,
    outline::{NeededDay, NeededPart, Outline, outline, tells_active, whole_hours},
    plan::Plan,
    rollup::{Block, BlockGrain, Fold, Rollup},
    storage::{FactScan, FactSource},
};

/// How often blocks are looked for while days are being filled, before the events are asked.
pub(crate) const MOST_SEARCHES: u32 = 8;

/// The blocks that answer a question.
pub(crate) struct Found {
    pub(crate) pieces: Pieces,
    /// Whole days and months that came from blocks.
    pub(crate) days: usize,
    pub(crate) months: usize,
    /// Events that were read besides.
    pub(crate) events_read: u64,
}

/// What came of looking for blocks.
pub(crate) enum Search {
    Found(Found),
    /// A day was filled meanwhile: look again.
    Again,
    /// The question is to be asked of the events.
    Raw,
}

/// Looks for the blocks of a rollup that answer a plan; `None` when the events have to be asked.
pub(crate) fn find(
    facts: &dyn FactSource,
    engine: &Engine,
    workspace: u16,
    plan: &Plan,
    rollup: Rollup,
) -> Result<Option<Found>, StoreError> {
    for _ in 0..MOST_SEARCHES {
        match search(facts, engine, workspace, plan, &[rollup])? {
            Search::Raw => return Ok(None),
            Search::Again => {}
            Search::Found(found) => return Ok(Some(found)),
        }
    }
    Ok(None)
}

/// Looks for the blocks that answer a plan whose metrics go to these rollups.
pub(crate) fn search(
    facts: &dyn FactSource,
    engine: &Engine,
    workspace: u16,
    plan: &Plan,
    routed: &[Rollup],
) -> Result<Search, StoreError> {
    let query = &plan.query;
    let mut wanted: Vec<Rollup> = routed.to_vec();
    wanted.sort_unstable();
    wanted.dedup();
    let kinds = kinds_of_blocks(&wanted, &query.metrics);
    let outline = {
        let mut tail = engine.tail();
        tail.catch_up(facts, engine)?;
        let is_sampled = |range: Range| facts.is_sampled(workspace, range);
        outline(engine, &tail, workspace, plan, &wanted, &kinds, &is_sampled)
    };
    let Some(mut outline) = outline else {
        return Ok(Search::Raw);
    };
    if let Some(newest) = outline.newest
        && wanted.iter().any(|rollup| outline.joins(*rollup))
    {
        engine.ahead().note(workspace, plan, &wanted, newest);
    }
    let mut found = Found {
        pieces: Pieces::new(),
        days: outline.days.len(),
        months: outline.months.len(),
        events_read: 0,
    };
    let reader = Reading {
        facts,
        engine,
        workspace,
    };
    for day in outline.all_days() {
        found.events_read += reader.fold_straddling(day)?;
    }
    for rollup in &wanted {
        for kind in kinds_of_blocks(std::slice::from_ref(rollup), &query.metrics) {
            let Some(pieces) = reader.whole(&outline, *rollup, kind)? else {
                return Ok(Search::Again);
            };
            found.pieces.entry(*rollup).or_default().extend(pieces);
        }
        for part in &outline.edges {
            if !reader.edge(part, *rollup, &mut found.pieces)? {
                return Ok(Search::Again);
            }
        }
    }
    for part in &outline.to_fold {
        found.events_read += reader.fold(part, query.metrics.as_slice(), &mut found.pieces)?;
    }
    Ok(Search::Found(found))
}

/// Returns the kinds of blocks that answer these rollups' metrics: days active of persons are seen
/// from the sets of the days.
pub(crate) fn kinds_of_blocks(wanted: &[Rollup], metrics: &[Metric]) -> Vec<Rollup> {
    let mut kinds = wanted.to_vec();
    let is_of_days =
        |metric: &Metric| metric.definition().aggregate == Aggregate::Distinct(Key::LocalDay);
    let counts_days = metrics.iter().any(is_of_days);
    if counts_days && wanted.contains(&Rollup::Persons) && !wanted.contains(&Rollup::People) {
        kinds.push(Rollup::People);
    }
    kinds
}

struct Reading<'a> {
    facts: &'a dyn FactSource,
    engine: &'a Engine,
    workspace: u16,
}

impl Reading<'_> {
    fn blocks(
        &self,
        grain: BlockGrain,
        kind: Rollup,
        wanted: &[(i32, i64)],
    ) -> Result<Option<Vec<Arc<Block>>>, StoreError> {
        let blocks = self.engine.blocks();
        blocks.get(self.workspace, grain, kind, wanted, true)
    }

    /// Returns the scan of a span for these rollups.
    fn scan(&self, range: Range, kinds: &[Rollup]) -> FactScan {
        FactScan {
            workspace: Some(self.workspace),
            range: Some(range),
            with_details: kinds.iter().any(|kind| kind.reads_details()),
            ..FactScan::default()
        }
    }

    /// Returns the pieces of whole months and days for a rollup, from blocks of one kind; `None`
    /// when one was filled meanwhile.
    fn whole(
        &self,
        outline: &Outline,
        rollup: Rollup,
        kind: Rollup,
    ) -> Result<Option<Vec<Piece>>, StoreError> {
        let joins = outline.joins(rollup);
        let mut pieces = Vec::new();
        if joins {
            // Days active are in the joined block of persons.
            if kind == rollup {
                let joined = join_settled(self.engine, self.workspace, outline, rollup)?;
                let Some(block) = joined else {
                    return Ok(None);
                };
                pieces.push(Piece {
                    when: When::Span,
                    slots: None,
                    active: None,
                    blocks: vec![block],
                });
            }
        } else if kind.has(BlockGrain::Month) && !outline.months.is_empty() {
            let Some(blocks) = self.blocks(BlockGrain::Month, kind, &outline.months)? else {
                return Ok(None);
            };
            let months = outline.months.iter().zip(blocks);
            pieces.extend(months.map(|((month, _), block)| Piece {
                when: When::Month(*month),
                slots: None,
                active: None,
                blocks: vec![block],
            }));
        }
        let days = outline.days.iter().filter(|day| !(joins && day.is_settled));
        let days: Vec<&NeededDay> = days.collect();
        let stored = days.iter().filter(|day| day.version > 0);
        let stored: Vec<(i32, i64)> = stored.map(|day| (day.clock.day, day.version)).collect();
        let Some(blocks) = self.blocks(BlockGrain::Day, kind, &stored)? else {
            return Ok(None);
        };
        let mut blocks = blocks.into_iter();
        for day in days {
            let mut of_day: Vec<_> = (day.version > 0)
                .then(|| blocks.next())
                .flatten()
                .into_iter()
                .collect();
            of_day.extend(day.beside.get(&kind).into_iter().flatten().cloned());
            pieces.push(Piece {
                when: When::Day(Arc::clone(&day.clock)),
                slots: None,
                active: None,
                blocks: of_day,
            });
        }
        Ok(Some(pieces))
    }

    /// Adds what blocks say of a part of a day; returns whether the day still is what it was.
    fn edge(
        &self,
        part: &NeededPart,
        rollup: Rollup,
        pieces: &mut Pieces,
    ) -> Result<bool, StoreError> {
        let (edge, Some(day)) = (&part.edge, &part.day) else {
            return Ok(true);
        };
        let (kind, slots, active) = match rollup {
            Rollup::Hours | Rollup::Kinds | Rollup::ChannelHours | Rollup::ChannelMessages => {
                let (first, after) = whole_hours(edge, &day.clock);
                if first >= after {
                    return Ok(true);
                }
                // Parts of a day are counted by its hours.
                let by_hour = match rollup {
                    Rollup::Kinds => Rollup::Hours,
                    Rollup::ChannelMessages => Rollup::ChannelHours,
                    other => other,
                };
                (by_hour, Some(first..after), None)
            }
            Rollup::People if tells_active(edge, &day.clock, part.is_sampled) => (
                Rollup::Persons,
                None,
                Some((edge.range.from(), edge.range.to())),
            ),
            Rollup::Channels
            | Rollup::ChannelLast
            | Rollup::Persons
            | Rollup::People
            | Rollup::Pairs
            | Rollup::Terms
            | Rollup::Files
            | Rollup::Properties
            | Rollup::Writers
            | Rollup::Numbers
            | Rollup::Replies
            | Rollup::Sessions => return Ok(true),
        };
        let mut blocks = Vec::new();
        if day.version > 0 {
            let wanted = [(day.clock.day, day.version)];
            let Some(stored) = self.blocks(BlockGrain::Day, kind, &wanted)? else {
                return Ok(false);
            };
            blocks.extend(stored);
        }
        blocks.extend(day.beside.get(&kind).into_iter().flatten().cloned());
        pieces.entry(rollup).or_default().push(Piece {
            when: When::Day(Arc::clone(&day.clock)),
            slots,
            active,
            blocks,
        });
        Ok(true)
    }

    /// Folds those of the later events of a day that are within its part, so that they stand beside
    /// its blocks; returns how many those were.
    fn fold_straddling(&self, day: &mut NeededDay) -> Result<u64, StoreError> {
        let kinds: Vec<Rollup> = day.beside.keys().copied().collect();
        let mut events = 0u64;
        for (range, from, before) in std::mem::take(&mut day.straddling) {
            let mut fold = Fold::of(&kinds);
            let scan = FactScan {
                from: Some(from),
                before: Some(before),
                ..self.scan(range, &kinds)
            };
            self.facts.each_fact(&scan, &mut |_, _, fact| {
                events += 1;
                fold.add(&day.clock, fact);
            })?;
            for (kind, block) in fold.freeze() {
                day.beside.entry(kind).or_default().push(Arc::new(block));
            }
        }
        Ok(events)
    }
}
