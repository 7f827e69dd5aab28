//! Digests of days in context: stored ones, and those computed from events in order of time.

use domain::{
    dimension::Subject,
    filter::Field,
    id::WorkspaceId,
    time::{Range, day_number},
};
use engine::{
    BlockRow, ContextJob, ContextPlan, DayRun, Engine,
    analysis::{
        About, Act, Counted, Digest, Ordered, OrderedScan, SessionsByDay, TakeDays,
        responses::RepliesByDay,
    },
    rollup::{Block, conditions},
    storage::{BlockVersion, Identities},
};
use roaring::RoaringBitmap;

use crate::StoreError;

/// Where the events of one workspace are read in order of time.
pub(crate) trait Acts {
    /// Hands every event of a scan to `take`, in order of time and of arrival.
    fn each_act(
        &self,
        scan: &OrderedScan,
        take: &mut (dyn FnMut(&[Act]) + Send),
    ) -> Result<(), StoreError>;

    /// Returns how many events a span holds, and refuses it when those are more than a question may read.
    fn check_scan(&self, range: Range) -> Result<u64, StoreError>;
}

/// Where digests are computed.
#[derive(Clone, Copy)]
pub(crate) struct Reading<'a> {
    pub(crate) acts: &'a dyn Acts,
    pub(crate) engine: &'a Engine,
}

/// Makes the digests of days, packed.
pub(crate) fn make(
    reading: Reading<'_>,
    job: &ContextJob,
) -> Result<Vec<(BlockVersion, Vec<BlockRow>)>, StoreError> {
    let mut made = Vec::new();
    for digest in Digest::ALL {
        let about = job.about(digest, WorkspaceId::default());
        let mut places = 0..;
        reading.each_day(about, &job.run, |_, block| {
            made.extend(places.next().zip(Some(block)));
        })?;
    }
    job.pack(made)
}

/// Hands the digests of a range to `take`, kept ones and those that are read from the events. Returns how many events
/// are read of days whose digests do not tell how they are seen at the end.
pub(crate) fn each(
    reading: Reading<'_>,
    about: &About,
    (mut plan, counted): (ContextPlan, &Counted),
    take: &mut dyn TakeDays,
) -> Result<u64, StoreError> {
    let engine = reading.engine;
    if about.counted.is_everything()
        && let Some(analysis) = take.kept()
    {
        engine.whole_contexts(&mut plan, analysis)?;
    }
    // Days of which only the events tell how they are seen at the end.
    let mut unknown = Vec::new();
    let mut each = |block: &Block| match block {
        Block::Sessions(sessions) if !sessions.is_known_at(about.end, about.range) => {
            let day = day_number(sessions.from().day(engine.zone()));
            unknown.push(engine.clock(day).range());
        }
        block => take.take(block, counted),
    };
    engine.kept_contexts(&mut plan, &mut each)?;
    for run in plan.left(engine) {
        let about = plan.about_left(about, &run);
        reading.each_day(about, &run, |day, block| {
            each(&plan.hold(engine, day, block));
        })?;
    }
    let mut events = 0;
    for day in unknown {
        let about = About {
            end: about.end,
            ..About::whole(about.digest, about.workspace.clone(), day)
        };
        let range = about.scan().range;
        events += reading.acts.check_scan(range)?;
        let run = DayRun { days: vec![day] };
        reading.each_day(about, &run, |_, block| take.take(&block, counted))?;
    }
    Ok(events)
}

impl Reading<'_> {
    fn each_day(
        self,
        about: About,
        run: &DayRun,
        mut take: impl FnMut(Range, Block) + Send,
    ) -> Result<(), StoreError> {
        let days = run.days.clone();
        match about.digest {
            Digest::Replies => {
                let take = |day, replies| take(day, Block::Replies(replies));
                self.read(RepliesByDay::new(about, days, take))
            }
            Digest::Sessions => {
                let take = |day, sessions| take(day, Block::Sessions(sessions));
                self.read(SessionsByDay::new(about, days, take))
            }
        }
    }

    fn read(self, mut by_day: impl Ordered<Outcome = ()> + Send) -> Result<(), StoreError> {
        let scan = by_day.scan();
        let mut take = |acts: &[Act]| by_day.take(acts);
        self.acts.each_act(&scan, &mut take)?;
        by_day.finish();
        Ok(())
    }
}

/// Returns what a filter counts of a digest, by number; `None` where it asks for more than digests tell.
pub(crate) fn counted(
    about: &About,
    names: &dyn Identities,
    workspace: u16,
) -> Result<Option<Counted>, StoreError> {
    let mut counted = Counted::default();
    let filter = &about.counted;
    if filter.is_everything() {
        return Ok(Some(counted));
    }
    let Some(conditions) = conditions(filter) else {
        return Ok(None);
    };
    for (field, ids) in conditions {
        let (subject, of) = match field {
            // The sessions of a channel are others than those of everything that people do.
            Field::Channel if about.digest == Digest::Replies => {
                (Subject::Channel, &mut counted.channels)
            }
            Field::User => (Subject::Person, &mut counted.people),
            _ => return Ok(None),
        };
        let numbers = names.numbers(subject, workspace, ids)?;
        let numbers: RoaringBitmap = numbers.into_iter().collect();
        *of = Some(of.take().map_or(numbers.clone(), |all| all & numbers));
    }
    Ok(Some(counted))
}

/// Returns the span of the events that are read for the days that a plan leaves.
pub(crate) fn read_for(plan: &ContextPlan, engine: &Engine, about: &About) -> Vec<Range> {
    let scan = |run: DayRun| plan.about_left(about, &run).scan().range;
    plan.left(engine).into_iter().map(scan).collect()
}
