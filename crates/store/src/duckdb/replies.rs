//! Replies: stored ones, and those computed from events in order of time.

use ::duckdb::Connection;
use domain::{
    dimension::Subject,
    filter::{Field, Filter},
    id::WorkspaceId,
    time::Range,
};
use engine::{
    BlockRow, ContextJob, DayRun, Engine, Origin, RepliesPlan,
    analysis::{
        Ordered,
        responses::{About, Counted, Replies, RepliesByDay},
    },
    plan::Source,
    rollup::{Block, conditions},
    storage::{BlockVersion, Identities},
};
use roaring::RoaringBitmap;

use super::{names::Names, ordered::each_act};
use crate::{StoreError, sql::Scope};

/// Makes the replies of days, packed.
pub(super) fn make(
    connection: &Connection,
    engine: &Engine,
    job: &ContextJob,
) -> Result<Vec<(BlockVersion, Vec<BlockRow>)>, StoreError> {
    let mut made = Vec::new();
    let about = job.about(WorkspaceId::default());
    let scope = Scope {
        workspace_ref: job.workspace,
    };
    each_day(connection, engine, scope, about, &job.run, |_, replies| {
        made.push(replies);
    })?;
    let packed = job.pack(made)?.into_iter();
    Ok(packed.map(|(version, row)| (version, vec![row])).collect())
}

/// Hands the replies of a range to `take`, kept ones and those that are read from the events.
pub(super) fn each(
    connection: &Connection,
    engine: &Engine,
    scope: Scope,
    about: &About,
    (mut plan, counted): (RepliesPlan, &Counted),
    take: &mut (dyn FnMut(&Replies, &Counted) + Send),
) -> Result<usize, StoreError> {
    engine.kept_replies(&mut plan, &mut |replies| take(replies, counted))?;
    for run in plan.left(engine) {
        let about = plan.about_left(about, &run);
        each_day(connection, engine, scope, about, &run, |day, replies| {
            if let Block::Replies(replies) = &*plan.hold(engine, day, replies) {
                take(replies, counted);
            }
        })?;
    }
    Ok(plan.days_kept())
}

fn each_day(
    connection: &Connection,
    engine: &Engine,
    scope: Scope,
    about: About,
    run: &DayRun,
    take: impl FnMut(Range, Replies) + Send,
) -> Result<(), StoreError> {
    let mut by_day = RepliesByDay::new(about, run.days.clone(), take);
    let scan = by_day.scan();
    each_act(connection, engine, scope, &scan, &mut |acts| {
        by_day.take(acts);
    })?;
    by_day.finish();
    Ok(())
}

/// Returns whose messages a filter counts, by number; `None` where it asks for more than channels and people.
pub(super) fn counted(
    filter: &Filter,
    names: &Names,
    workspace: u16,
) -> Result<Option<Counted>, StoreError> {
    let mut counted = Counted::default();
    if filter.is_everything() {
        return Ok(Some(counted));
    }
    let Some(conditions) = conditions(filter) else {
        return Ok(None);
    };
    for (field, ids) in conditions {
        let (subject, of) = match field {
            Field::Channel => (Subject::Channel, &mut counted.channels),
            Field::User => (Subject::Person, &mut counted.people),
            _ => return Ok(None),
        };
        let numbers = Identities::numbers(names, subject, workspace, ids)?;
        let numbers: RoaringBitmap = numbers.into_iter().collect();
        *of = Some(of.take().map_or(numbers.clone(), |all| all & numbers));
    }
    Ok(Some(counted))
}

/// Returns the span of the events that are read for the days that a plan leaves.
pub(super) fn read_for(plan: &RepliesPlan, engine: &Engine, about: &About) -> Vec<Range> {
    let scan = |run: DayRun| plan.about_left(about, &run).scan().range;
    plan.left(engine).into_iter().map(scan).collect()
}

/// Returns where replies come from.
pub(super) fn origin(days: usize, events_read: u64) -> Origin {
    let source = match (days, events_read) {
        (0, _) => Source::Raw,
        (_, 0) => Source::Rollup,
        _ => Source::Mixed,
    };
    Origin {
        source,
        days,
        events_read,
        ..Origin::default()
    }
}
