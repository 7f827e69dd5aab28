//! What a question needs: which blocks of which days and months, and which parts of days from events.

use std::{collections::HashMap, sync::Arc};

use domain::{
    metric::{Aggregate, Key, Metric, Predicate},
    time::{Day, DayClock, Range},
};

use crate::{
    Engine,
    ledger::{Cover, DayEntry, Edge, Ledger},
    plan::Plan,
    rollup::{Block, BlockGrain, Rollup, may_join, may_use_months},
    storage::Position,
    tail::{Segment, Tail},
};

/// Most events that are folded for one answer.
const MOST_FOLDED: u64 = 300_000;

/// A day that is needed in blocks.
pub(crate) struct NeededDay {
    pub(crate) clock: Arc<DayClock>,
    pub(crate) version: i64,
    /// Nothing stands beside its stored blocks, and it is not the day under way.
    pub(crate) is_settled: bool,
    pub(crate) beside: HashMap<Rollup, Vec<Arc<Block>>>,
    /// Events of the day to be folded beside them: those within a span that arrived from a place on
    /// and before another.
    pub(crate) straddling: Vec<(Range, Position, Position)>,
}

impl NeededDay {
    /// Returns how many events are read at most to fold what is beside the blocks.
    fn events_straddling(&self) -> u64 {
        let places = self.straddling.iter();
        places.map(|(_, from, before)| before.abs_diff(*from)).sum()
    }
}

/// What is to be folded from events: a part of a day, or all of it.
pub(crate) struct ToFold {
    pub(crate) clock: Arc<DayClock>,
    pub(crate) range: Range,
    pub(crate) rollups: Vec<Rollup>,
    /// The making of the day's blocks, where these hold all of it and it is over.
    pub(crate) version: Option<i64>,
}

/// A part of a day.
pub(crate) struct NeededPart {
    pub(crate) edge: Edge,
    /// The day, where it is there in blocks.
    pub(crate) day: Option<NeededDay>,
    /// Whether it holds sampled events: whoever was active in it does not count alike.
    pub(crate) is_sampled: bool,
}

/// What a question needs.
pub(crate) struct Outline {
    pub(crate) months: Vec<(i32, i64)>,
    pub(crate) days: Vec<NeededDay>,
    pub(crate) edges: Vec<NeededPart>,
    pub(crate) to_fold: Vec<ToFold>,
    /// Whether the question does not tell the days and months apart.
    pub(crate) may_join: bool,
    /// The newest day that has events.
    pub(crate) newest: Option<Day>,
}

impl Outline {
    /// Returns whether whole days and months of a rollup are taken as one block.
    pub(crate) fn joins(&self, rollup: Rollup) -> bool {
        let settled = self.days.iter().filter(|day| day.is_settled).count();
        // Days with their hours stay days: there is nothing to be gained.
        self.may_join && rollup != Rollup::Hours && self.months.len() + settled > 1
    }

    /// Returns the whole days, and those of which parts are needed, in blocks.
    pub(crate) fn all_days(&mut self) -> impl Iterator<Item = &mut NeededDay> {
        let parts = self.edges.iter_mut();
        let of_parts = parts.filter_map(|part| part.day.as_mut());
        self.days.iter_mut().chain(of_parts)
    }

    /// Adds a part of a day; returns about how many events are to be folded for it, or `None` when
    /// that is not known.
    fn add_edge(
        &mut self,
        needs: &Needs<'_>,
        mut edge: Edge,
        wanted: &[Rollup],
        kinds: &[Rollup],
        metrics: &[Metric],
    ) -> Option<u64> {
        let clock = needs.engine.clock(edge.day);
        let asked = edge.range;
        let beside = [Rollup::Persons, Rollup::Hours, Rollup::ChannelHours];
        let kinds = [kinds, &beside].concat();
        let mut to_read = 0;
        let day = if let Some((day, is_whole)) = needs.until(&edge, &kinds) {
            to_read += day.events_straddling();
            if is_whole {
                self.days.push(day);
                return Some(to_read);
            }
            edge.range = Range::new(edge.range.from(), clock.end);
            Some(day)
        } else {
            needs.day(edge.day, &kinds)
        };
        let settled = day.as_ref().filter(|day| day.is_settled);
        let version = settled.map(|day| day.version);
        let is_sampled = (needs.is_sampled)(edge.range);
        for rollup in wanted {
            let tells_active = *rollup == Rollup::People
                && tells_active(&edge, &clock, is_sampled)
                && asks_only_who_was_active(metrics);
            let left = match &day {
                None => vec![edge.range],
                Some(_) if tells_active => Vec::new(),
                Some(_) => left_of(&edge, &clock, *rollup),
            };
            for part in left {
                self.fold(&clock, part.until(asked.to()), *rollup, version);
            }
        }
        if day.is_none() {
            to_read += share(needs.events(edge.day)?, edge.range, clock.range());
        }
        self.edges.push(NeededPart {
            edge,
            day,
            is_sampled,
        });
        Some(to_read)
    }

    /// Has a part of a day folded, once for all that need it.
    fn fold(&mut self, clock: &Arc<DayClock>, range: Range, rollup: Rollup, version: Option<i64>) {
        let same = self.to_fold.iter_mut().find(|part| part.range == range);
        match same {
            Some(part) => part.rollups.push(rollup),
            None => self.to_fold.push(ToFold {
                clock: Arc::clone(clock),
                range,
                rollups: vec![rollup],
                version,
            }),
        }
    }
}

/// Returns what a plan needs whose metrics go to these rollups, given which spans hold sampled events;
/// `None` when too many events would have to be folded for it.
pub(crate) fn outline(
    engine: &Engine,
    tail: &Tail,
    workspace: u16,
    plan: &Plan,
    wanted: &[Rollup],
    kinds: &[Rollup],
    is_sampled: &dyn Fn(Range) -> bool,
) -> Option<Outline> {
    let ledgers = engine.ledgers();
    let query = &plan.query;
    let with_months =
        may_use_months(query) && wanted.iter().all(|rollup| rollup.has(BlockGrain::Month));
    let empty = Ledger::default();
    let ledger = ledgers.ledger(workspace).unwrap_or(&empty);
    let Cover {
        months,
        days,
        edges,
    } = ledger.cover(query.range, &query.zone, with_months);
    let mut outline = Outline {
        months,
        days: Vec::with_capacity(days.len()),
        edges: Vec::new(),
        to_fold: Vec::new(),
        may_join: may_join(query),
        newest: ledger.days.keys().next_back().copied(),
    };
    let needs = Needs {
        engine,
        tail,
        workspace,
        ledger,
        newest: outline.newest,
        is_sampled,
    };
    let mut to_read = 0u64;
    for day in days {
        if let Some(needed) = needs.day(day, kinds) {
            outline.days.push(needed);
        } else {
            to_read += needs.events(day)?;
            let clock = engine.clock(day);
            outline.to_fold.push(ToFold {
                range: clock.range(),
                clock,
                rollups: wanted.to_vec(),
                version: None,
            });
        }
    }
    for edge in edges {
        to_read += outline.add_edge(&needs, edge, wanted, kinds, &query.metrics)?;
    }
    (to_read <= MOST_FOLDED).then_some(outline)
}

/// What days are looked up in.
struct Needs<'a> {
    engine: &'a Engine,
    tail: &'a Tail,
    workspace: u16,
    ledger: &'a Ledger,
    newest: Option<Day>,
    is_sampled: &'a dyn Fn(Range) -> bool,
}

impl Needs<'_> {
    /// Returns a day in blocks of these kinds, where they hold all of it.
    fn day(&self, day: Day, kinds: &[Rollup]) -> Option<NeededDay> {
        let entry = self.entry(day, kinds)?;
        let segments = self.tail.beside(self.workspace, day, entry.version)?;
        let is_complete = entry.version > 0 && segments.is_empty();
        Some(NeededDay {
            clock: self.engine.clock(day),
            version: entry.version,
            is_settled: is_complete && Some(day) != self.newest,
            beside: by_kind(segments.iter(), kinds),
            straddling: Vec::new(),
        })
    }

    /// Returns a day in blocks of these kinds as it was at the end of a part of it, where all that is
    /// stored was before, so that only of what arrived later some has to be left out: that is so of
    /// a day under way, as of now. Also returns whether the part begins before all of it.
    fn until(&self, edge: &Edge, kinds: &[Rollup]) -> Option<(NeededDay, bool)> {
        let entry = self.entry(edge.day, kinds)?;
        let segments = self.tail.beside(self.workspace, edge.day, entry.version)?;
        let (from, to) = (edge.range.from(), edge.range.to());
        let filled = match entry.events {
            0 => None,
            _ => Some(entry.filled.filter(|filled| filled.last < to)?),
        };
        let segments = segments.iter().filter(|segment| segment.extent.first < to);
        let is_whole = segments
            .clone()
            .map(|segment| segment.extent)
            .chain(filled)
            .all(|extent| extent.first >= from);
        let (before, straddling): (Vec<&Segment>, Vec<&Segment>) =
            segments.partition(|segment| segment.extent.last < to);
        let straddling = straddling.into_iter();
        let day = NeededDay {
            clock: self.engine.clock(edge.day),
            version: entry.version,
            is_settled: false,
            beside: by_kind(before.into_iter(), kinds),
            straddling: straddling
                .map(|segment| (edge.range, segment.from, segment.before))
                .collect(),
        };
        Some((day, is_whole))
    }

    /// Returns what the ledger says of a day whose version has all of these kinds.
    fn entry(&self, day: Day, kinds: &[Rollup]) -> Option<&DayEntry> {
        let entry = self.ledger.days.get(&day)?;
        let lacks = kinds.iter().any(|kind| entry.missing.contains(*kind));
        (!lacks).then_some(entry)
    }

    /// Returns how many events a day has, where that is known.
    fn events(&self, day: Day) -> Option<u64> {
        self.ledger.days.get(&day).and_then(DayEntry::total)
    }
}

fn by_kind<'a>(
    segments: impl Iterator<Item = &'a Segment>,
    kinds: &[Rollup],
) -> HashMap<Rollup, Vec<Arc<Block>>> {
    let mut beside: HashMap<Rollup, Vec<Arc<Block>>> =
        kinds.iter().map(|kind| (*kind, Vec::new())).collect();
    for (kind, block) in segments.flat_map(|segment| &segment.blocks) {
        if let Some(blocks) = beside.get_mut(kind) {
            blocks.push(Arc::clone(block));
        }
    }
    beside
}

/// Returns about how many of the events of a whole lie in a part of it.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a part of a count"
)]
fn share(events: u64, part: Range, whole: Range) -> u64 {
    let share = part.millis() as f64 / whole.millis().max(1) as f64;
    (events as f64 * share) as u64
}

/// Returns the parts of an edge that blocks of the rollup do not answer.
fn left_of(edge: &Edge, clock: &DayClock, rollup: Rollup) -> Vec<Range> {
    match rollup {
        Rollup::Hours | Rollup::Kinds | Rollup::ChannelHours | Rollup::ChannelMessages => {
            let (first, after) = whole_hours(edge, clock);
            if first >= after {
                return vec![edge.range];
            }
            let before = Range::new(edge.range.from(), clock.slot_start(first));
            let behind = Range::new(clock.slot_start(after), edge.range.to());
            [before, behind]
                .into_iter()
                .filter_map(Range::non_empty)
                .collect()
        }
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
        | Rollup::Sessions => vec![edge.range],
    }
}

fn asks_only_who_was_active(metrics: &[Metric]) -> bool {
    let counts_others = |metric: &Metric| {
        let definition = metric.definition();
        definition.aggregate == Aggregate::Distinct(Key::Person)
            && definition.predicate != Predicate::ACTIVITY
    };
    !metrics.iter().any(counts_others)
}

/// Returns whether everybody's first and last activity tells who was active in a part of a day, and that
/// each of them counts as one.
pub(crate) fn tells_active(edge: &Edge, clock: &DayClock, is_sampled: bool) -> bool {
    !is_sampled && (edge.range.from() <= clock.start || edge.range.to() >= clock.end)
}

/// Returns the first whole hour of an edge, and the one after the last.
pub(crate) fn whole_hours(edge: &Edge, clock: &DayClock) -> (u8, u8) {
    let mut first = clock.slot_at(edge.range.from());
    if clock.slot_start(first) < edge.range.from() {
        first += 1;
    }
    let after = if edge.range.to() >= clock.end {
        clock.slots()
    } else {
        clock.slot_at(edge.range.to())
    };
    (first, after)
}
