//! Filling a day from its events, and making a month from its days.

use ::duckdb::Connection;
use domain::{
    ledger::{DayEntry, Extent},
    rollup::{BlockGrain, Day, DayClock, Fold, Rollup},
    time::Range,
};

use super::{
    Rollups, Ticket,
    blocks::{BlockRow, Part},
    facts::each_fact,
    joined::join,
};
use crate::{
    StoreError,
    sql::{Sql, all},
};

/// Events read at a time, about: the more, the more memory.
const AT_A_TIME: u64 = 100_000;

/// The rollups of a day, counted.
#[derive(Debug)]
pub(in crate::duckdb) struct Filled {
    pub(in crate::duckdb) rows: Vec<BlockRow>,
    /// Events counted.
    pub(in crate::duckdb) events: u64,
    /// First and last of them.
    pub(in crate::duckdb) extent: Option<Extent>,
    /// Events that arrived before this place are counted.
    pub(in crate::duckdb) before: i64,
    /// The ledger knows what arrived meanwhile from how many were counted.
    pub(in crate::duckdb) is_topped_up: bool,
}

/// Fills a day with everything that has arrived.
///
/// 1. Where later events of the day stand folded beside its stored blocks, the new blocks are both
///    together: the cost is that of what is kept of a day, not that of its events.
/// 2. Any other day is counted anew from its events.
pub(in crate::duckdb) fn fill_day(
    connection: &Connection,
    rollups: &Rollups,
    ticket: &Ticket,
) -> Result<Filled, StoreError> {
    if let Some(filled) = top_up(connection, rollups, ticket)? {
        return Ok(filled);
    }
    count_day(connection, rollups, ticket)
}

fn top_up(
    connection: &Connection,
    rollups: &Rollups,
    ticket: &Ticket,
) -> Result<Option<Filled>, StoreError> {
    let (taken, entry) = {
        let mut tail = rollups.tail();
        tail.catch_up(connection, rollups)?;
        let entry = rollups.books().entry(ticket.workspace, ticket.day).copied();
        // Without its first and last event a day is counted, so that both are known.
        let is_known = |entry: &DayEntry| entry.version > 0 && entry.filled.is_some();
        let Some(entry) = entry.filter(is_known) else {
            return Ok(None);
        };
        let Some(taken) = tail.take(ticket.workspace, ticket.day, entry.version) else {
            return Ok(None);
        };
        (taken, entry)
    };
    let wanted = [(ticket.day, entry.version)];
    let mut rows = Vec::new();
    for rollup in Rollup::ALL {
        let mut fold = Fold::of(std::slice::from_ref(rollup));
        let stored = rollups.blocks.each(
            ticket.workspace,
            BlockGrain::Day,
            *rollup,
            &wanted,
            |_, block| fold.absorb(block),
        )?;
        if !stored {
            rollups.tail().give_back(ticket.workspace, ticket.day);
            return Ok(None);
        }
        let blocks = taken.segments.iter().flat_map(|segment| &segment.blocks);
        for (_, block) in blocks.filter(|(kind, _)| kind == rollup) {
            fold.absorb(block);
        }
        for (_, block) in fold.freeze() {
            rows.push(BlockRow::new(BlockGrain::Day, ticket.day, *rollup, &block)?);
        }
    }
    let added: u64 = taken.segments.iter().map(|segment| segment.events).sum();
    let extents = taken.segments.iter().map(|segment| Some(segment.extent));
    Ok(Some(Filled {
        rows,
        events: entry.events + added,
        extent: extents.fold(entry.filled, Extent::of_both),
        before: taken.before,
        is_topped_up: true,
    }))
}

fn count_day(
    connection: &Connection,
    rollups: &Rollups,
    ticket: &Ticket,
) -> Result<Filled, StoreError> {
    let clock = DayClock::new(ticket.day, &rollups.zone);
    let (fold, events, extent) = count(
        connection,
        ticket.workspace,
        &clock,
        ticket.before,
        ticket.total,
    )?;
    let rows = fold.freeze();
    let rows = rows
        .iter()
        .map(|(rollup, block)| BlockRow::new(BlockGrain::Day, ticket.day, *rollup, block));
    Ok(Filled {
        rows: rows.collect::<Result<_, _>>()?,
        events,
        extent,
        before: ticket.before,
        is_topped_up: false,
    })
}

/// Counts a day anew and returns in which rollups that differs from what is stored; `None` when the
/// day has no rollups or is being filled.
pub(in crate::duckdb) fn count_again(
    connection: &Connection,
    rollups: &Rollups,
    workspace: u16,
    day: Day,
) -> Result<Option<Vec<&'static str>>, StoreError> {
    let entry = rollups.books().entry(workspace, day).copied();
    let Some(entry) = entry.filter(|entry| entry.version > 0) else {
        return Ok(None);
    };
    let clock = DayClock::new(day, &rollups.zone);
    let (fold, _, _) = count(
        connection,
        workspace,
        &clock,
        entry.filled_before,
        entry.total(),
    )?;
    let mut different = Vec::new();
    for (rollup, block) in fold.freeze() {
        let wanted = [(day, entry.version)];
        let stored = rollups
            .blocks
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
    connection: &Connection,
    workspace: u16,
    clock: &DayClock,
    before: i64,
    total: Option<u64>,
) -> Result<Counted, StoreError> {
    let mut fold = Fold::default();
    let mut events = 0u64;
    let mut extent = None;
    for range in parts(clock, total) {
        let condition = part_of_day(workspace, range, None, Some(before));
        each_fact(connection, &condition, |_, _, fact| {
            extent = Extent::of_both(extent, Some(Extent::one(fact.timestamp)));
            events += 1;
            fold.add(clock, fact);
        })?;
    }
    Ok((fold, events, extent))
}

/// Returns the condition on events of a workspace within a span that arrived from a place on and
/// before another.
pub(super) fn part_of_day(
    workspace: u16,
    range: Range,
    from: Option<i64>,
    before: Option<i64>,
) -> Sql {
    let mut conditions = vec![
        Sql::raw(format!("workspace_ref = {workspace}")),
        Sql::raw("timestamp_ms >= ").with(Sql::int(range.from().as_millis())),
        Sql::raw("timestamp_ms < ").with(Sql::int(range.to().as_millis())),
    ];
    conditions.extend(from.map(|from| Sql::raw("seq >= ").with(Sql::int(from))));
    conditions.extend(before.map(|before| Sql::raw("seq < ").with(Sql::int(before))));
    all(conditions)
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
pub(in crate::duckdb) fn make_month(
    rollups: &Rollups,
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
    for rollup in Rollup::ALL.iter().filter(|rollup| rollup.has_months()) {
        let Some(block) = join(rollups, workspace, *rollup, &parts)? else {
            return Ok(None);
        };
        rows.push(BlockRow::new(BlockGrain::Month, month, *rollup, &block)?);
    }
    Ok(Some(rows))
}
