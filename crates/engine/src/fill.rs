//! Filling a day from its events, and making a month from its days.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use domain::time::{Day, DayClock, LocalDays, Range};

use crate::{
    BlockRow, Engine, StoreError,
    blocks::Part,
    joined::join,
    ledger::{DayEntry, Extent, FillJob},
    rollup::{BlockGrain, Fold, Rollup, RollupSet},
    storage::{FactScan, FactSource, Position},
    tail::Taken,
};

/// Events read at a time, about: the more, the more memory.
const AT_A_TIME: u64 = 100_000;

/// The rollups of a day, counted.
#[derive(Debug)]
pub struct DayFill {
    /// The blocks.
    pub rows: Vec<BlockRow>,
    /// Events counted.
    pub events: u64,
    /// First and last of them.
    pub extent: Option<Extent>,
    /// Events that arrived before this place are counted.
    pub before: Position,
    /// The ledger knows what arrived meanwhile from how many were counted.
    pub is_topped_up: bool,
}

/// Fills days of one workspace with everything that has arrived.
///
/// 1. Where later events of a day stand folded beside its stored blocks, the new blocks are both
///    together: the cost is that of what is kept of a day, not that of its events. Of a day that lacks
///    some rollups only these are counted from its events.
/// 2. A single other day is counted anew from its events, a part of it at a time.
/// 3. Several others are counted in one scan: whoever asks for them together knows that they are small.
pub(crate) fn fill_days(
    facts: &dyn FactSource,
    engine: &Engine,
    jobs: &[FillJob],
) -> Result<Vec<DayFill>, StoreError> {
    let mut fills: Vec<Option<DayFill>> = Vec::with_capacity(jobs.len());
    for job in jobs {
        fills.push(top_up(facts, engine, job)?);
    }
    let anew = |place: &usize| fills[*place].is_none();
    let anew: Vec<usize> = (0..jobs.len()).filter(anew).collect();
    match anew.as_slice() {
        [] => {}
        [place] => fills[*place] = Some(count_day(facts, engine, &jobs[*place])?),
        places => {
            let wanted: Vec<FillJob> = places.iter().map(|place| jobs[*place]).collect();
            let counted = count_days(facts, engine, &wanted)?;
            for (place, fill) in places.iter().zip(counted) {
                fills[*place] = Some(fill);
            }
        }
    }
    Ok(fills.into_iter().flatten().collect())
}

fn top_up(
    facts: &dyn FactSource,
    engine: &Engine,
    job: &FillJob,
) -> Result<Option<DayFill>, StoreError> {
    let (taken, entry) = {
        let mut tail = engine.tail();
        tail.catch_up(facts, engine)?;
        let entry = engine.ledgers().entry(job.workspace, job.day).copied();
        // Without its first and last event a day is counted, so that both are known.
        let is_known = |entry: &DayEntry| entry.version > 0 && entry.filled.is_some();
        let Some(entry) = entry.filter(is_known) else {
            return Ok(None);
        };
        let taken = tail.take(job.workspace, job.day, entry.version);
        let adds = |taken: &Taken| !taken.segments.is_empty() || !entry.missing.is_empty();
        let Some(taken) = taken.filter(adds) else {
            return Ok(None);
        };
        (taken, entry)
    };
    let mut rows = count_missing(facts, engine, job, entry.missing, taken.before)?;
    let wanted = [(job.day, entry.version)];
    for rollup in Rollup::of(BlockGrain::Day) {
        if entry.missing.contains(rollup) {
            continue;
        }
        let mut fold = Fold::of(&[rollup]);
        let stored = engine.blocks().each(
            job.workspace,
            BlockGrain::Day,
            rollup,
            &wanted,
            |_, block| fold.absorb(block),
        )?;
        if !stored {
            engine.tail().give_back(job.workspace, job.day);
            return Ok(None);
        }
        let blocks = taken.segments.iter().flat_map(|segment| &segment.blocks);
        for (_, block) in blocks.filter(|(kind, _)| *kind == rollup) {
            fold.absorb(block);
        }
        for (_, block) in fold.freeze() {
            rows.push(BlockRow::new(BlockGrain::Day, job.day, rollup, &block)?);
        }
    }
    let added: u64 = taken.segments.iter().map(|segment| segment.events).sum();
    let extents = taken.segments.iter().map(|segment| Some(segment.extent));
    Ok(Some(DayFill {
        rows,
        events: entry.events + added,
        extent: extents.fold(entry.filled, Extent::of_both),
        before: taken.before,
        is_topped_up: true,
    }))
}

/// Counts the rollups that a day lacks, of its events before a place.
fn count_missing(
    facts: &dyn FactSource,
    engine: &Engine,
    job: &FillJob,
    missing: RollupSet,
    before: Position,
) -> Result<Vec<BlockRow>, StoreError> {
    if missing.is_empty() {
        return Ok(Vec::new());
    }
    let clock = DayClock::new(job.day, engine.zone());
    let fold = Fold::of(&missing.rollups());
    let (fold, _, _) = count(fold, facts, job.workspace, &clock, before, job.total)?;
    pack(job.day, fold)
}

/// Packs the blocks of a day.
fn pack(day: Day, fold: Fold) -> Result<Vec<BlockRow>, StoreError> {
    let blocks = fold.freeze();
    let rows = blocks
        .iter()
        .map(|(rollup, block)| BlockRow::new(BlockGrain::Day, day, *rollup, block));
    rows.collect()
}

fn count_day(
    facts: &dyn FactSource,
    engine: &Engine,
    job: &FillJob,
) -> Result<DayFill, StoreError> {
    let clock = DayClock::new(job.day, engine.zone());
    let fold = Fold::default();
    let (fold, events, extent) = count(fold, facts, job.workspace, &clock, job.before, job.total)?;
    counted(job, fold, events, extent)
}

fn counted(
    job: &FillJob,
    fold: Fold,
    events: u64,
    extent: Option<Extent>,
) -> Result<DayFill, StoreError> {
    Ok(DayFill {
        rows: pack(job.day, fold)?,
        events,
        extent,
        before: job.before,
        is_topped_up: false,
    })
}

/// Counts several days in one scan over the time that they cover.
fn count_days(
    facts: &dyn FactSource,
    engine: &Engine,
    jobs: &[FillJob],
) -> Result<Vec<DayFill>, StoreError> {
    let mut days: BTreeMap<Day, (Arc<DayClock>, Fold, u64, Option<Extent>)> = BTreeMap::new();
    for job in jobs {
        let clock = engine.clock(job.day);
        days.insert(job.day, (clock, Fold::default(), 0, None));
    }
    let begin = days.values().map(|(clock, ..)| clock.start).min();
    let end = days.values().map(|(clock, ..)| clock.end).max();
    let (Some(begin), Some(end), Some(first)) = (begin, end, jobs.first()) else {
        return Ok(Vec::new());
    };
    let scan = FactScan {
        workspace: Some(first.workspace),
        range: Some(Range::new(begin, end)),
        before: jobs.iter().map(|job| job.before).max(),
        with_details: true,
        ..FactScan::default()
    };
    let before: HashMap<Day, Position> = jobs.iter().map(|job| (job.day, job.before)).collect();
    let mut local_days = LocalDays::new(engine.zone().clone());
    facts.each_fact(&scan, &mut |position, _, fact| {
        let day = local_days.day(fact.timestamp);
        let Some((clock, fold, events, extent)) = days.get_mut(&day) else {
            return;
        };
        if before.get(&day).is_some_and(|before| position < *before) {
            fold.add(clock, fact);
            *events += 1;
            *extent = Extent::of_both(*extent, Some(Extent::one(fact.timestamp)));
        }
    })?;
    let fills = jobs.iter().filter_map(|job| {
        let (_, fold, events, extent) = days.remove(&job.day)?;
        Some(counted(job, fold, events, extent))
    });
    fills.collect()
}

/// Counts a day anew and returns in which rollups that differs from what is stored; `None` when the
/// day has no rollups or is being filled.
pub(crate) fn count_again(
    facts: &dyn FactSource,
    engine: &Engine,
    workspace: u16,
    day: Day,
) -> Result<Option<Vec<&'static str>>, StoreError> {
    let entry = engine.ledgers().entry(workspace, day).copied();
    let Some(entry) = entry.filter(|entry| entry.version > 0) else {
        return Ok(None);
    };
    let clock = DayClock::new(day, engine.zone());
    let fold = Fold::default();
    let (before, total) = (entry.filled_before, entry.total());
    let (fold, _, _) = count(fold, facts, workspace, &clock, before, total)?;
    let mut different = Vec::new();
    for (rollup, block) in fold.freeze() {
        let wanted = [(day, entry.version)];
        let stored = engine
            .blocks()
            .get(workspace, BlockGrain::Day, rollup, &wanted, false)?;
        match stored.as_deref() {
            None | Some([]) => return Ok(None),
            Some([stored, ..]) if **stored == block => {}
            Some(_) => different.push(rollup.name()),
        }
    }
    Ok(Some(different))
}

type Counted = (Fold, u64, Option<Extent>);

/// Counts the events of a day that arrived before a place.
fn count(
    mut fold: Fold,
    facts: &dyn FactSource,
    workspace: u16,
    clock: &DayClock,
    before: Position,
    total: Option<u64>,
) -> Result<Counted, StoreError> {
    let mut events = 0u64;
    let mut extent = None;
    for range in parts(clock, total) {
        let scan = FactScan {
            workspace: Some(workspace),
            range: Some(range),
            before: Some(before),
            with_details: fold.wants_details(),
            ..FactScan::default()
        };
        facts.each_fact(&scan, &mut |_, _, fact| {
            extent = Extent::of_both(extent, Some(Extent::one(fact.timestamp)));
            events += 1;
            fold.add(clock, fact);
        })?;
    }
    Ok((fold, events, extent))
}

/// Cuts a day so that not all of its events are in memory at once.
fn parts(clock: &DayClock, total: Option<u64>) -> Vec<Range> {
    let slots = clock.slots();
    let wanted = total.map_or(u64::from(slots), |total| total.div_ceil(AT_A_TIME));
    let parts = u8::try_from(wanted)
        .unwrap_or(u8::MAX)
        .clamp(1, slots.max(1));
    let begin = |part: u8| {
        let slot = u16::from(slots) * u16::from(part) / u16::from(parts);
        clock.slot_start(u8::try_from(slot).unwrap_or(u8::MAX))
    };
    (0..parts)
        .filter_map(|part| {
            let from = if part == 0 { clock.start } else { begin(part) };
            let to = if part + 1 == parts {
                clock.end
            } else {
                begin(part + 1)
            };
            Range::new(from, to).non_empty()
        })
        .collect()
}

/// Makes the blocks of a month from those of its days; `None` when one of them has changed.
pub(crate) fn make_month(
    engine: &Engine,
    workspace: u16,
    month: i32,
    days: &[(Day, i64)],
) -> Result<Option<Vec<BlockRow>>, StoreError> {
    let parts = days
        .iter()
        .map(|(day, version)| (BlockGrain::Day, *day, *version));
    let parts: Vec<Part> = parts.collect();
    let mut rows = Vec::new();
    // One after the other, so that never more than one rollup of a month is in memory.
    for rollup in Rollup::of(BlockGrain::Month) {
        let Some(block) = join(engine, workspace, rollup, &parts)? else {
            return Ok(None);
        };
        rows.push(BlockRow::new(BlockGrain::Month, month, rollup, &block)?);
    }
    Ok(Some(rows))
}
