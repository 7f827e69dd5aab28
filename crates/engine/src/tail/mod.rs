//! Events that arrived after their day was filled, folded in memory.
//!
//! 1. Before a question is answered, what was committed since the last one is read once, by the
//!    order of arrival, and folded into blocks of its days. They stand beside the stored ones.
//! 2. A day is covered when its stored blocks and these hold every event it has; the ledger knows
//!    how many that are. Any other day is read from the events until it is filled.
//! 3. When very much arrived at once, as by an import, it is not folded: its days are uncovered.
//! 4. A fill that counts its day anew takes the blocks of the day away; what arrived during the fill
//!    is read again. A fill that tops up what is stored takes just the blocks that it added to it.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::{Duration, Instant as Stopwatch},
};

use domain::time::{Day, DayClock, LocalDays};

use crate::{
    Engine, StoreError,
    ledger::{DayEntry, Extent},
    rollup::{Block, Fact, Fold, Rollup},
    storage::{FactScan, FactSource, Position},
};

/// Most events that are folded before an answer.
const MOST_AT_ONCE: i64 = 200_000;
/// Most events that are held folded.
const MOST_IN_ALL: u64 = 1_000_000;
/// How long folds stay as they are before they are joined with others.
const YOUTH: Duration = Duration::from_secs(1);

/// Blocks of events that arrived one after the other.
#[derive(Debug, Clone)]
pub(crate) struct Segment {
    /// They are those of the day that arrived from this place on, and before the other.
    pub(crate) from: Position,
    pub(crate) before: Position,
    pub(crate) events: u64,
    pub(crate) extent: Extent,
    /// When the last of them were folded.
    made: Stopwatch,
    pub(crate) blocks: Vec<(Rollup, Arc<Block>)>,
}

/// What a fill adds to the stored blocks of a day.
pub(crate) struct Taken {
    pub(crate) segments: Vec<Segment>,
    /// Events that arrived before this position are in the stored blocks or in these.
    pub(crate) before: Position,
}

/// What arrived for a day since it was filled.
#[derive(Debug, Default)]
struct TailDay {
    /// The fill since which it is.
    version: i64,
    segments: Vec<Segment>,
    /// How many of them, from the first on, a fill under way adds to the stored blocks.
    taken: usize,
}

/// What arrived for all days since they were filled.
#[derive(Debug, Default)]
pub(crate) struct Tail {
    days: HashMap<(u16, Day), TailDay>,
    /// Days whose events are not all in blocks.
    uncovered: HashSet<(u16, Day)>,
    /// Events that arrived before this place are folded, or their days are uncovered.
    next: Option<Position>,
    /// Days that were filled since, with the place from which they are to be read again.
    filled: Vec<((u16, Day), i64)>,
}

impl Tail {
    /// Returns what stands beside the stored blocks of a day of that version; `None` when they do not
    /// make the day complete.
    pub(crate) fn beside(&self, workspace: u16, day: Day, version: i64) -> Option<&[Segment]> {
        let key = (workspace, day);
        if self.uncovered.contains(&key) {
            return None;
        }
        match self.days.get(&key) {
            None => Some(&[]),
            Some(tail) if tail.version == version => Some(&tail.segments),
            Some(_) => None,
        }
    }

    /// Returns how many events are held folded.
    pub(crate) fn events(&self) -> u64 {
        self.days.values().map(TailDay::events).sum()
    }

    /// Returns how many events were committed that are not folded yet.
    pub(crate) fn behind(&self, committed: i64) -> i64 {
        self.next.map_or(0, |next| committed - next)
    }

    /// Takes what stands beside the stored blocks of a day, for a fill to add it to them; `None` when
    /// they are not complete together.
    pub(crate) fn take(&mut self, workspace: u16, day: Day, version: i64) -> Option<Taken> {
        let key = (workspace, day);
        let before = self.next?;
        if self.uncovered.contains(&key) {
            return None;
        }
        let Some(day) = self.days.get_mut(&key) else {
            return Some(Taken {
                segments: Vec::new(),
                before,
            });
        };
        if day.version != version {
            return None;
        }
        day.taken = day.segments.len();
        Some(Taken {
            segments: day.segments.clone(),
            before,
        })
    }

    /// Gives back what was taken: the fill was given up.
    pub(crate) fn give_back(&mut self, workspace: u16, day: Day) {
        if let Some(day) = self.days.get_mut(&(workspace, day)) {
            day.taken = 0;
        }
    }

    /// Notes that a day was filled with everything that arrived before a place, and is of a new
    /// version.
    pub(crate) fn filled(&mut self, workspace: u16, day: Day, before: i64, version: i64) {
        let key = (workspace, day);
        if let Some(tail) = self.days.get_mut(&key).filter(|tail| tail.taken > 0) {
            tail.segments.drain(..tail.taken);
            tail.taken = 0;
            tail.version = version;
            return;
        }
        self.days.remove(&key);
        self.uncovered.remove(&key);
        if self.next.is_some_and(|next| next > before) {
            self.filled.push((key, before));
        }
    }

    /// Forgets everything: what was counted has changed.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Folds what was committed since the last time.
    pub(crate) fn catch_up(
        &mut self,
        facts: &dyn FactSource,
        engine: &Engine,
    ) -> Result<(), StoreError> {
        let (committed, dirty) = {
            let ledgers = engine.ledgers();
            if self.next == Some(ledgers.committed) && self.filled.is_empty() {
                return Ok(());
            }
            let dirty: HashMap<(u16, Day), DayEntry> = ledgers
                .dirty()
                .map(|(workspace, day, entry)| ((workspace, day), *entry))
                .collect();
            (ledgers.committed, dirty)
        };
        self.days.retain(|key, day| {
            dirty
                .get(key)
                .is_some_and(|entry| entry.version == day.version)
        });
        let from = self.begin_of_reading(committed, &dirty);
        if committed - from <= MOST_AT_ONCE && self.events() <= MOST_IN_ALL {
            self.fold(facts, engine, (from, committed), &dirty)?;
        } else {
            self.days.clear();
        }
        self.filled.clear();
        self.next = Some(committed);
        self.uncovered = dirty
            .iter()
            .filter(|(key, entry)| {
                let folded = self.days.get(*key).map_or(0, TailDay::events);
                entry.late != Some(folded)
            })
            .map(|(key, _)| *key)
            .collect();
        Ok(())
    }

    /// Returns the place from which events are to be read.
    fn begin_of_reading(&self, committed: i64, dirty: &HashMap<(u16, Day), DayEntry>) -> i64 {
        let next = match self.next {
            Some(next) => next,
            // At the start: from where the oldest day that was counted lacks something.
            None => dirty
                .values()
                .filter(|entry| entry.late.is_some())
                .map(|entry| entry.filled_before)
                .filter(|before| committed - before <= MOST_AT_ONCE)
                .min()
                .unwrap_or(committed),
        };
        self.filled
            .iter()
            .map(|(_, before)| *before)
            .min()
            .map_or(next, |before| next.min(before))
    }

    fn fold(
        &mut self,
        facts: &dyn FactSource,
        engine: &Engine,
        (from, committed): (i64, i64),
        dirty: &HashMap<(u16, Day), DayEntry>,
    ) -> Result<(), StoreError> {
        if from >= committed {
            return Ok(());
        }
        let again: HashMap<(u16, Day), i64> = self.filled.iter().copied().collect();
        let next = self.next;
        let mut local_days = LocalDays::new(engine.zone().clone());
        let mut folds: HashMap<(u16, Day), Folding> = HashMap::new();
        let scan = FactScan {
            from: Some(from),
            before: Some(committed),
            with_details: true,
            ..FactScan::default()
        };
        facts.each_fact(&scan, &mut |position, workspace, fact| {
            let key = (workspace, local_days.day(fact.timestamp));
            let Some(entry) = dirty.get(&key) else { return };
            let begin = match (again.get(&key), next) {
                (Some(before), _) => *before,
                (None, Some(next)) => next,
                (None, None) => entry.filled_before,
            };
            if position < begin.max(entry.filled_before) {
                return;
            }
            let begin = begin.max(entry.filled_before);
            let folding = folds
                .entry(key)
                .or_insert_with(|| Folding::new(begin, DayClock::new(key.1, engine.zone())));
            folding.add(fact);
        })?;
        for (key, folding) in folds {
            let (Some(entry), Some(segment)) = (dirty.get(&key), folding.finish(committed)) else {
                continue;
            };
            let day = self.days.entry(key).or_default();
            day.version = entry.version;
            day.push(segment);
        }
        Ok(())
    }
}

/// Events of one day that are being folded.
struct Folding {
    from: i64,
    clock: DayClock,
    fold: Fold,
    events: u64,
    extent: Option<Extent>,
}

impl Folding {
    fn new(from: i64, clock: DayClock) -> Self {
        Self {
            from,
            clock,
            fold: Fold::default(),
            events: 0,
            extent: None,
        }
    }

    fn add(&mut self, fact: &Fact<'_>) {
        self.fold.add(&self.clock, fact);
        self.events += 1;
        self.extent = Extent::of_both(self.extent, Some(Extent::one(fact.timestamp)));
    }

    fn finish(self, before: i64) -> Option<Segment> {
        Some(Segment {
            from: self.from,
            before,
            events: self.events,
            extent: self.extent?,
            made: Stopwatch::now(),
            blocks: put_away(self.fold),
        })
    }
}

impl TailDay {
    fn events(&self) -> u64 {
        self.segments.iter().map(|segment| segment.events).sum()
    }

    /// Adds a segment, and joins older ones with those before them that are no larger, so that
    /// there are few and none is joined often. What a fill took stays as it is, and so do the
    /// youngest: a question as of now may need only a part of them.
    fn push(&mut self, segment: Segment) {
        let old = |segment: &Segment| segment.made.elapsed() >= YOUTH;
        self.segments.push(segment);
        let mut last = self.segments.partition_point(old).saturating_sub(1);
        while last > self.taken
            && self.segments[last - 1].events <= self.segments[last].events.saturating_mul(2)
        {
            let joined = self.segments[last - 1].join(&self.segments[last]);
            self.segments[last - 1] = joined;
            self.segments.remove(last);
            last -= 1;
        }
    }
}

impl Segment {
    fn join(&self, other: &Self) -> Self {
        let mut all = Fold::default();
        for (_, block) in self.blocks.iter().chain(&other.blocks) {
            all.absorb(block);
        }
        Self {
            from: self.from,
            before: other.before,
            events: self.events + other.events,
            extent: self.extent.with(other.extent),
            made: other.made,
            blocks: put_away(all),
        }
    }
}

fn put_away(fold: Fold) -> Vec<(Rollup, Arc<Block>)> {
    fold.freeze()
        .into_iter()
        .map(|(rollup, block)| (rollup, Arc::new(block)))
        .collect()
}

#[cfg(test)]
mod tests;
