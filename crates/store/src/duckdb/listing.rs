//! Events as they are shown, newest first or all of them.

use ::duckdb::Connection;
use domain::time::{Day, Instant, date_of, day_number};
use engine::{Engine, ledger::Extent};

use super::{dialect::DuckDbDialect, names::Names, reader::each_row, rows::event_row};
use crate::{
    EventListing, EventRow, StoreError,
    sql::{self, Scope},
};

/// Events of the newest days that are looked through first, for each one that is wanted.
const FIRST_LOOK: u64 = 20;
/// How many times more are looked through when those were too few.
const NEXT_LOOK: u64 = 16;
/// Shortest span that is looked through, in milliseconds.
const SHORTEST_LOOK: i64 = 60_000;

/// Lists the newest events of a span.
///
/// The last days of the span are looked through first, as many as the ledger says should do, and
/// more only when those hold too few: a page never sorts a year.
pub(super) fn newest(
    connection: &Connection,
    engine: &Engine,
    names: &Names,
    scope: Scope,
    listing: &EventListing,
) -> Result<Vec<EventRow>, StoreError> {
    let wanted = u64::from(listing.limit) + u64::from(listing.offset);
    let mut look = wanted.saturating_mul(FIRST_LOOK);
    loop {
        let mut part = listing.clone();
        let begin = begin_of_look(engine, scope, listing, look);
        let is_all = begin.is_none_or(|begin| begin <= listing.range.from());
        if let Some(begin) = begin {
            part.range = listing.range.since(begin);
        }
        let statement = sql::event_listing(&part, scope, None, &DuckDbDialect);
        let mut rows = Vec::new();
        each_row(connection, &statement, |row| {
            rows.push(event_row(row, names, scope.workspace_ref)?.1);
            Ok(true)
        })?;
        if is_all || rows.len() as u64 >= u64::from(listing.limit) {
            return Ok(rows);
        }
        look = look.saturating_mul(NEXT_LOOK);
    }
}

/// Returns where the last days of a span begin that hold so many events; `None` when it has fewer.
fn begin_of_look(
    engine: &Engine,
    scope: Scope,
    listing: &EventListing,
    wanted: u64,
) -> Option<Instant> {
    let ledgers = engine.ledgers();
    let ledger = ledgers.ledger(scope.workspace_ref)?;
    let last: Day = day_number(listing.range.to().day(engine.zone()));
    let mut held = 0u64;
    for (day, entry) in ledger.days.range(..=last).rev() {
        if let (
            0,
            Some(total),
            Some(Extent {
                first,
                last: latest,
            }),
        ) = (held, entry.total(), entry.extent())
            && first < listing.range.to()
        {
            // Most pages lie within a small part of the newest day.
            let end = latest.plus_millis(1).min(listing.range.to()).as_millis();
            let length = (latest.as_millis() - first.as_millis()) as f64;
            #[expect(clippy::cast_possible_truncation, reason = "part of a day")]
            let part = (length * (wanted as f64 / total.max(1) as f64)) as i64;
            let begin = end - part.max(SHORTEST_LOOK);
            if begin > first.as_millis() {
                return Some(Instant::from_millis(begin));
            }
        }
        held += entry.total().unwrap_or(0);
        // The span may end within its last day, which then counts for nothing.
        if held >= wanted && *day < last {
            return Some(Instant::start_of(date_of(*day), engine.zone()));
        }
    }
    None
}

/// Hands over the next events of a listing in the order of arrival, until no more are wanted; returns
/// after which to go on.
pub(super) fn next(
    connection: &Connection,
    names: &Names,
    scope: Scope,
    listing: &EventListing,
    after: Option<i64>,
    sink: &mut (dyn FnMut(EventRow) -> bool + Send),
) -> Result<Option<i64>, StoreError> {
    let mut last = after.unwrap_or(-1);
    let statement = sql::event_listing(listing, scope, Some(last), &DuckDbDialect);
    let (mut handed, mut wanted) = (0u32, true);
    each_row(connection, &statement, |row| {
        let (seq, event) = event_row(row, names, scope.workspace_ref)?;
        last = last.max(seq);
        handed += 1;
        wanted = sink(event);
        Ok(wanted)
    })?;
    Ok((!wanted || handed >= listing.limit).then_some(last))
}
