//! Digests of days in context: of which days they are stored, and of which they are made from the events.

use std::{collections::HashMap, sync::Arc};

use domain::{
    id::WorkspaceId,
    time::{Day, DayClock, Instant, Range, day_number},
};

use crate::{
    BlockRow, Engine, Origin, StoreError,
    analysis::{About, Counted, Digest, KeepDays, responses::ANSWER_TIME},
    blocks::{Analysed, CacheKey, DayState},
    ledger::Ledger,
    plan::Source,
    rollup::{Block, BlockGrain},
    storage::BlockVersion,
};

/// Days of kept digests that are in memory at a time.
const DAYS_AT_ONCE: usize = 8;
/// Events of a span up to which its kept digests stay in memory: those of more would push out everything
/// else.
const MOST_REMEMBERED: u64 = 2_000_000;
/// Days from which on what is made of them is kept in memory.
const FEWEST_KEPT: usize = 3;
/// Days whose digests are made in one go, at most, and those that are however many events they have: the
/// days around them are read as well.
const MOST_DAYS: usize = 60;
const FEWEST_DAYS: usize = 4;
/// Events of days that are made in one go, about.
const MOST_EVENTS: u64 = 400_000;

/// Days that follow each other, as far as they lie in a span: their digests are made from events together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayRun {
    /// The days, ascending.
    pub days: Vec<Range>,
}

impl DayRun {
    /// Returns the time from the first to the last of them.
    pub fn range(&self) -> Range {
        let from = self.days.first().map_or(Instant::MIN, |day| day.from());
        let to = self.days.last().map_or(Instant::MIN, |day| day.to());
        Range::new(from, to)
    }
}

/// Days of a workspace whose digests are to be made.
#[derive(Debug, Clone)]
pub struct ContextJob {
    /// Whose chat.
    pub workspace: u16,
    /// The days, ascending, with the fingerprints of what they depend on.
    days: Vec<(Day, i64)>,
    /// The days as they are in time.
    pub run: DayRun,
}

impl ContextJob {
    /// Returns what a digest of the days is about.
    pub fn about(&self, digest: Digest, workspace: WorkspaceId) -> About {
        About::whole(digest, workspace, self.run.range())
    }

    /// Packs the blocks of its days, each with the place of its day.
    pub fn pack(
        &self,
        blocks: impl IntoIterator<Item = (usize, Block)>,
    ) -> Result<Vec<(BlockVersion, Vec<BlockRow>)>, StoreError> {
        let grain = BlockGrain::DayInContext;
        let of = |(day, made_from): &(Day, i64)| BlockVersion {
            workspace: self.workspace,
            grain,
            period: *day,
            version: *made_from,
        };
        let mut packed: Vec<_> = self.days.iter().map(|day| (of(day), Vec::new())).collect();
        for (place, block) in blocks {
            if let Some((version, rows)) = packed.get_mut(place) {
                rows.push(BlockRow::new(
                    grain,
                    version.period,
                    block.rollup(),
                    &block,
                )?);
            }
        }
        Ok(packed)
    }
}

/// Where the digests of a range come from.
#[derive(Debug, Clone)]
pub struct ContextPlan {
    digest: Digest,
    workspace: u16,
    range: Range,
    /// Days of which they are kept, with the fingerprints of what these depend on.
    kept: Vec<(Day, i64)>,
    /// Days that are held in memory as they are now.
    held: Vec<Arc<Block>>,
    /// Days that are read from the events.
    left: Vec<Day>,
    /// Under what those are held in memory once they were read, whole.
    keys: HashMap<Day, CacheKey>,
    /// Whether the kept ones stay in memory.
    remember: bool,
    /// Whether whatever the events say is to be read of them.
    from_events: bool,
    /// The newest day of which there is a digest.
    newest: Option<Day>,
}

impl ContextPlan {
    /// Adds a day of which nothing is kept.
    fn leave(&mut self, engine: &Engine, (ledger, removals): (&Ledger, u64), day: Day) {
        let state = ledger.state_in_context(day, engine.zone());
        if let Some(state) = state.filter(|_| engine.is_enabled() && !self.from_events) {
            let key = CacheKey::InContext(
                self.digest.rollup(),
                DayState {
                    workspace: self.workspace,
                    day,
                    state: (state, removals),
                },
            );
            if let Some(block) = engine.blocks().held(&key) {
                self.held.push(block);
                return;
            }
            self.keys.insert(day, key);
        }
        self.left.push(day);
    }

    /// Returns where the digests come from, given how many events are read for those that are not stored.
    /// Days that are held in memory were read from the events, too.
    pub fn origin(&self, events_read: u64) -> Origin {
        let days = self.kept.len();
        let source = match (days, self.held.is_empty() && self.left.is_empty()) {
            (0, _) => Source::Raw,
            (_, true) => Source::Rollup,
            (_, false) => Source::Mixed,
        };
        Origin {
            source,
            days,
            events_read,
            ..Origin::default()
        }
    }

    /// Returns the days that are read from the events: whole, so that they can be held in memory, unless
    /// only events are asked.
    pub fn left(&self, engine: &Engine) -> Vec<DayRun> {
        let runs = self.left.chunk_by(|day, next| *next == day + 1);
        let of = |day: &Day| {
            let clock = engine.clock(*day);
            if self.from_events {
                cut(&clock, self.range)
            } else {
                Some(clock.range())
            }
        };
        let run = |days: &[Day]| DayRun {
            days: days.iter().filter_map(of).collect(),
        };
        runs.map(run).collect()
    }

    /// Returns what the days that are read from the events are about, given what is asked.
    pub fn about_left(&self, asked: &About, run: &DayRun) -> About {
        let range = run.range();
        if self.from_events {
            return About {
                range,
                ..asked.clone()
            };
        }
        About::whole(self.digest, asked.workspace.clone(), range)
    }

    /// Holds the digest of a day that was read from the events in memory, for as long as nothing arrives that it
    /// depends on.
    pub fn hold(&self, engine: &Engine, day: Range, block: Block) -> Arc<Block> {
        let block = Arc::new(block);
        let day = day_number(day.from().day(engine.zone()));
        if let Some(key) = self.keys.get(&day) {
            engine.blocks().hold(key.clone(), &block);
        }
        block
    }
}

impl Engine {
    /// Returns where the digests of the local days in which a range has a part come from; from the events
    /// where `from_events` asks for that.
    pub fn plan_contexts(
        &self,
        digest: Digest,
        workspace: u16,
        range: Range,
        from_events: bool,
    ) -> ContextPlan {
        let mut plan = ContextPlan {
            digest,
            workspace,
            range,
            kept: Vec::new(),
            held: Vec::new(),
            left: Vec::new(),
            keys: HashMap::new(),
            remember: false,
            from_events,
            newest: None,
        };
        if range.is_empty() {
            return plan;
        }
        let zone = self.zone();
        let first = day_number(range.from().day(zone));
        let last = day_number(range.to().plus_millis(-1).day(zone));
        let ledgers = self.ledgers();
        let Some(ledger) = ledgers.ledger(workspace) else {
            return plan;
        };
        plan.newest = ledger.contexts.keys().next_back().copied();
        let mut events = 0;
        for (day, entry) in ledger.days.range(first..=last) {
            events += entry.total().unwrap_or(MOST_REMEMBERED);
            let made_from = ledger.contexts.get(day).copied();
            let made_from = made_from.filter(|_| self.is_enabled() && !from_events);
            match made_from.filter(|made_from| ledger.context(*day, zone) == Some(*made_from)) {
                Some(made_from) => plan.kept.push((*day, made_from)),
                None => plan.leave(self, (ledger, ledgers.removals()), *day),
            }
        }
        plan.remember = events <= MOST_REMEMBERED;
        plan
    }

    /// Hands over the days that are kept and lie wholly within the range, of which all is known by its end: at
    /// once where that was done before. It comes first, and everything of a day has to count.
    pub fn whole_contexts(
        &self,
        plan: &mut ContextPlan,
        analysis: &mut dyn KeepDays,
    ) -> Result<(), StoreError> {
        let (range, end) = (analysis.about().range, analysis.about().end);
        let is_whole = |(day, _): &(Day, i64)| {
            let day = self.clock(*day).range();
            let is_known = day.to().plus_millis(ANSWER_TIME) <= end;
            is_known && range.from() <= day.from() && day.to() <= range.to()
        };
        let (whole, others): (Vec<_>, Vec<_>) = plan.kept.iter().partition(|day| is_whole(day));
        if whole.len() < FEWEST_KEPT {
            return Ok(());
        }
        if let Some(newest) = plan.newest {
            let mut ahead = self.ahead();
            ahead.note_days(plan.workspace, analysis, &whole, newest);
        }
        let key = CacheKey::Analysed(Analysed {
            workspace: plan.workspace,
            shape: analysis.shape(),
            days: whole.as_slice().into(),
        });
        plan.kept = others;
        if let Some(state) = self.blocks().held_days(&key) {
            analysis.resume(&state);
            return Ok(());
        }
        let everything = Counted::default();
        let remember = plan.remember;
        let taken = self.kept_days(plan, &whole, remember, &mut |block| {
            analysis.take(block, &everything);
        })?;
        if taken == whole.len()
            && let Some(state) = analysis.state()
        {
            self.blocks().hold_days(key, state);
        }
        Ok(())
    }

    /// Makes ahead what an analysis makes of whole days.
    pub(crate) fn analyse_ahead(
        &self,
        workspace: u16,
        mut analysis: Box<dyn KeepDays>,
    ) -> Result<(), StoreError> {
        let about = analysis.about();
        let mut plan = self.plan_contexts(about.digest, workspace, about.range, false);
        self.whole_contexts(&mut plan, analysis.as_mut())
    }

    /// Hands over the digests that are kept. What is not there any more is left to be read from the events.
    pub fn kept_contexts(
        &self,
        plan: &mut ContextPlan,
        take: &mut dyn FnMut(&Block),
    ) -> Result<(), StoreError> {
        for block in &plan.held {
            take(block);
        }
        let kept = std::mem::take(&mut plan.kept);
        // What is left over of whole days is asked for again and again.
        let remember = plan.remember || kept.len() < FEWEST_KEPT;
        self.kept_days(plan, &kept, remember, take)?;
        plan.left.sort_unstable();
        Ok(())
    }

    /// Hands over days that are kept; returns how many are there.
    fn kept_days(
        &self,
        plan: &mut ContextPlan,
        kept: &[(Day, i64)],
        remember: bool,
        take: &mut dyn FnMut(&Block),
    ) -> Result<usize, StoreError> {
        let of = (BlockGrain::DayInContext, plan.digest.rollup());
        let mut taken = 0;
        for days in kept.chunks(DAYS_AT_ONCE) {
            let blocks = self
                .blocks()
                .get(plan.workspace, of.0, of.1, days, remember)?;
            let Some(blocks) = blocks else {
                plan.left.extend(days.iter().map(|(day, _)| *day));
                continue;
            };
            taken += days.len();
            for block in &blocks {
                take(block);
            }
        }
        Ok(taken)
    }

    /// Returns some of the days whose digests are to be made, the newest first: everything that they depend
    /// on is over and complete in the rollups.
    pub fn next_context(&self, now: Instant) -> Option<ContextJob> {
        if !self.is_enabled() {
            return None;
        }
        let zone = self.zone();
        let today = day_number(now.day(zone));
        let ledgers = self.ledgers();
        ledgers.ledgers().find_map(|(workspace, ledger)| {
            let mut due = ledger.contexts_to_make(today, zone);
            let (mut count, mut events) = (0, 0);
            for place in 0..due.len().min(MOST_DAYS) {
                let day = due[place].0;
                events += ledger.days.get(&day).map_or(0, |entry| entry.events);
                let is_next = place == 0 || due[place - 1].0 - day == 1;
                if !is_next || place >= FEWEST_DAYS && events > MOST_EVENTS {
                    break;
                }
                count = place + 1;
            }
            due.truncate(count);
            due.reverse();
            let clocks = due.iter().map(|(day, _)| self.clock(*day));
            let run = DayRun {
                days: clocks.map(|clock| clock.range()).collect(),
            };
            (!due.is_empty()).then_some(ContextJob {
                workspace,
                days: due,
                run,
            })
        })
    }
}

/// Returns the part of a day that lies in a range.
fn cut(clock: &DayClock, range: Range) -> Option<Range> {
    let from = clock.start.max(range.from());
    let to = clock.end.min(range.to());
    Range::new(from, to).non_empty()
}
