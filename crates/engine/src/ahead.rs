//! Joining days before a question needs them.
//!
//! A window that rolls on with time holds other whole days after midnight, and after a day of it was
//! filled again: the first question would pay for joining them. Windows that were asked for are
//! remembered, moved to the present and joined in the background.

use std::collections::{HashMap, VecDeque};

use domain::time::{Day, Instant, Range, day_number};
use jiff::{ToSpan as _, tz::TimeZone};

use crate::{
    Engine, StoreError,
    analysis::{KeepDays, Shape as DaysShape},
    joined::join_whole,
    plan::Plan,
    rollup::{Rollup, may_use_months},
};

/// Most windows that are remembered: those of all pages of some workspaces.
const MOST_WINDOWS: usize = 64;
/// Days after which a window that nobody asked for again is forgotten.
const MOST_IDLE_DAYS: Day = 2;

/// What is joined for a question over a window, and where the window lies.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Shape {
    workspace: u16,
    rollups: Vec<Rollup>,
    by_month: bool,
    /// First and last day, counted from the newest day that there was.
    first: Day,
    last: Day,
}

/// A window that was asked for.
#[derive(Debug, Clone)]
struct Window {
    shape: Shape,
    /// The last question over it.
    plan: Plan,
    /// The newest day at that time.
    newest: Day,
}

/// Whole days of which an analysis was made.
struct Analysed {
    workspace: u16,
    shape: DaysShape,
    /// First and last day, counted from the newest day of which there is a digest.
    first: Day,
    last: Day,
    newest: Day,
    /// The analysis of that time, to which nothing was given.
    analysis: Box<dyn KeepDays>,
}

/// What decides which days are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Present {
    today: Day,
    changes: (i64, u64, usize),
}

/// Windows that were asked for.
#[derive(Default)]
pub(crate) struct Ahead {
    /// The one that was asked for last comes last.
    windows: VecDeque<Window>,
    joined_for: Option<Present>,
    /// The same of analyses of digests, with what they were made for last.
    analysed: VecDeque<Analysed>,
    analysed_for: i64,
}

impl Ahead {
    /// Notes that days were joined for a question. Spans of long ago do not move, and are left out:
    /// what counts is whether it ends on the newest day or later, or is compared with a span that does.
    pub(crate) fn note(&mut self, workspace: u16, plan: &Plan, rollups: &[Rollup], newest: Day) {
        let (range, zone) = (plan.query.range, &plan.query.zone);
        let first = day_number(range.from().day(zone)).saturating_sub(newest);
        let last = day_number(range.to().plus_millis(-1).day(zone)).saturating_sub(newest);
        let shape = Shape {
            workspace,
            rollups: rollups.to_vec(),
            by_month: may_use_months(&plan.query),
            first,
            last,
        };
        if range.is_empty() || !moves(first, last) {
            return;
        }
        if let Some(known) = self.windows.iter().position(|known| known.shape == shape) {
            self.windows.remove(known);
        } else if self.windows.len() == MOST_WINDOWS {
            self.windows.pop_front();
        }
        self.windows.push_back(Window {
            shape,
            plan: plan.clone(),
            newest,
        });
    }

    /// Notes that an analysis is made of whole days, each with its version: ascending.
    pub(crate) fn note_days(
        &mut self,
        workspace: u16,
        analysis: &dyn KeepDays,
        days: &[(Day, i64)],
        newest: Day,
    ) {
        let (Some((first, _)), Some((last, _))) = (days.first(), days.last()) else {
            return;
        };
        let (first, last) = (first - newest, last - newest);
        if !moves(first, last) {
            return;
        }
        let shape = analysis.shape();
        self.analysed.retain(|known| {
            (known.workspace, known.shape, known.first, known.last)
                != (workspace, shape, first, last)
        });
        if self.analysed.len() == MOST_WINDOWS {
            self.analysed.pop_front();
        }
        let fresh = analysis.over(analysis.about().range, analysis.about().end);
        self.analysed.extend(fresh.map(|analysis| Analysed {
            workspace,
            shape,
            first,
            last,
            newest,
            analysis,
        }));
    }

    /// Returns the analyses as of today, where digests have changed since the last time.
    fn due_analyses(
        &mut self,
        digests: i64,
        newest: impl Fn(u16) -> Option<Day>,
        zone: &TimeZone,
    ) -> Vec<(u16, Box<dyn KeepDays>)> {
        if std::mem::replace(&mut self.analysed_for, digests) == digests {
            return Vec::new();
        }
        let age = |known: &Analysed| newest(known.workspace).map(|newest| newest - known.newest);
        self.analysed
            .retain(|known| age(known).is_some_and(|age| age <= MOST_IDLE_DAYS));
        let moved = |known: &Analysed| {
            let (about, days) = (known.analysis.about(), age(known)?);
            let range = moved(about.range, days, zone);
            // What was known by then is known as many days later.
            let end = later(about.end, days, zone);
            Some((known.workspace, known.analysis.over(range, end)?))
        };
        self.analysed.iter().filter_map(moved).collect()
    }

    /// Returns the windows as they are today, where days have changed since the last time.
    fn due(&mut self, present: Present) -> Vec<Window> {
        if self.joined_for.replace(present) == Some(present) {
            return Vec::new();
        }
        let age = |window: &Window| present.today.saturating_sub(window.newest);
        self.windows.retain(|window| age(window) <= MOST_IDLE_DAYS);
        let mut due: Vec<Window> = self.windows.iter().cloned().collect();
        for window in &mut due {
            let days = age(window);
            let query = &mut window.plan.query;
            query.range = moved(query.range, days, &query.zone);
        }
        due
    }
}

/// Returns whether a window rolls on with time: it ends on the newest day or later, or is compared with one that
/// does.
const fn moves(first: Day, last: Day) -> bool {
    last.saturating_add(last.saturating_sub(first)) >= -1
}

/// Returns a span moved by local days.
fn moved(range: Range, days: Day, zone: &TimeZone) -> Range {
    let end = |at| later(at, days, zone);
    Range::new(end(range.from()), end(range.to()))
}

fn later(at: Instant, days: Day, zone: &TimeZone) -> Instant {
    let reading = at.reading(zone).checked_add(days.days());
    reading.map_or(at, |reading| Instant::at(reading, zone))
}

/// Joins the days of the windows that were asked for, as they are at `now`.
pub(crate) fn join_ahead(engine: &Engine, now: Instant) -> Result<(), StoreError> {
    let present = Present {
        today: day_number(now.day(engine.zone())),
        changes: engine.ledgers().changes(),
    };
    let due = engine.ahead().due(present);
    for window in due {
        let Shape {
            workspace, rollups, ..
        } = &window.shape;
        join_whole(engine, *workspace, &window.plan, rollups)?;
    }
    let (digests, newest) = {
        let ledgers = engine.ledgers();
        let newest = ledgers.ledgers().filter_map(|(workspace, ledger)| {
            let (newest, _) = ledger.contexts.last_key_value()?;
            Some((workspace, *newest))
        });
        (ledgers.digests(), newest.collect::<HashMap<u16, Day>>())
    };
    let newest = |workspace: u16| newest.get(&workspace).copied();
    let due = engine.ahead().due_analyses(digests, newest, engine.zone());
    for (workspace, analysis) in due {
        engine.analyse_ahead(workspace, analysis)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use domain::id::WorkspaceId;

    use super::*;
    use crate::analysis::{Analysing, responses::Welcome};

    #[test]
    fn an_analysis_of_whole_days_moves_with_what_is_known() {
        let at = |day: i64, hour: i64| Instant::from_millis((day * 24 + hour) * 3_600_000);
        let welcome = |from, end| Welcome::new(WorkspaceId::default(), Range::new(from, end), end);
        let mut ahead = Ahead::default();
        let asked = Analysing::new(welcome(at(70, 18), at(100, 18)));
        ahead.note_days(3, &asked, &[(71, 1), (98, 1)], 98);
        // One that does not roll on is left to whoever asks again.
        let past = Analysing::new(welcome(at(10, 0), at(20, 0)));
        ahead.note_days(3, &past, &[(10, 1), (19, 1)], 98);
        let mut due = |digests, newest| {
            let due = ahead.due_analyses(digests, |_| Some(newest), &TimeZone::UTC);
            let about = |(workspace, analysis): &(u16, Box<dyn KeepDays>)| {
                let about = analysis.about();
                (*workspace, about.range, about.end)
            };
            due.iter().map(about).collect::<Vec<_>>()
        };
        let moved = Range::new(at(71, 18), at(101, 18));
        // The day that was added is whole by the end that has moved, and was not by the one before.
        assert_eq!(due(7, 99), [(3, moved, at(101, 18))]);
        assert_eq!(due(7, 99), []);
        assert_eq!(due(8, 98 + MOST_IDLE_DAYS + 1), []);
    }
}
