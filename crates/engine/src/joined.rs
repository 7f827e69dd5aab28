//! Whole days and months of blocks as one block, made once for all questions over that time.
//!
//! A window that rolls on by the second holds the same whole days until midnight, so most of what
//! it is answered from does not change between questions.

use std::sync::Arc;

use domain::time::Range;

use crate::{
    Engine, StoreError,
    blocks::{CacheKey, Joined, Part},
    outline::{Outline, outline},
    pieces::kinds_of_blocks,
    plan::Plan,
    rollup::{Block, BlockGrain, Join, Rollup},
};

/// Joins the whole days and months that a plan would be answered from.
pub(crate) fn join_whole(
    engine: &Engine,
    workspace: u16,
    plan: &Plan,
    wanted: &[Rollup],
) -> Result<(), StoreError> {
    let kinds = kinds_of_blocks(wanted, &plan.query.metrics);
    // What parts of days hold makes no difference to the whole ones.
    let is_sampled = |_: Range| false;
    let tail = engine.tail();
    let outline = outline(engine, &tail, workspace, plan, wanted, &kinds, &is_sampled);
    drop(tail);
    let Some(outline) = outline else {
        return Ok(());
    };
    for rollup in wanted.iter().filter(|rollup| outline.joins(**rollup)) {
        join_settled(engine, workspace, &outline, *rollup)?;
    }
    Ok(())
}

/// Returns everything that has settled as one block; `None` when a day was filled meanwhile.
pub(crate) fn join_settled(
    engine: &Engine,
    workspace: u16,
    outline: &Outline,
    rollup: Rollup,
) -> Result<Option<Arc<Block>>, StoreError> {
    let months = outline.months.iter();
    let months = months.map(|(month, made_from)| (BlockGrain::Month, *month, *made_from));
    let days = outline.days.iter().filter(|day| day.is_settled);
    let days = days.map(|day| (BlockGrain::Day, day.clock.day, day.version));
    let parts: Vec<Part> = months.chain(days).collect();
    joined(engine, workspace, rollup, &parts)
}

/// Returns the blocks of whole days and months as one; `None` when one of them has been made anew.
fn joined(
    engine: &Engine,
    workspace: u16,
    rollup: Rollup,
    parts: &[Part],
) -> Result<Option<Arc<Block>>, StoreError> {
    let held = CacheKey::Joined(Joined {
        workspace,
        rollup,
        parts: parts.into(),
    });
    if let Some(block) = engine.blocks().held(&held) {
        return Ok(Some(block));
    }
    let Some(block) = join(engine, workspace, rollup, parts)? else {
        return Ok(None);
    };
    let block = Arc::new(block);
    engine.blocks().hold(held, &block);
    Ok(Some(block))
}

/// Joins the blocks of whole days and months, one after the other.
pub(crate) fn join(
    engine: &Engine,
    workspace: u16,
    rollup: Rollup,
    parts: &[Part],
) -> Result<Option<Block>, StoreError> {
    let of = |wanted: BlockGrain| -> Vec<(i32, i64)> {
        let parts = parts.iter().filter(|(grain, _, _)| *grain == wanted);
        parts
            .map(|(_, period, version)| (*period, *version))
            .collect()
    };
    let (months, days) = (of(BlockGrain::Month), of(BlockGrain::Day));
    let mut join = Join::of(rollup);
    let mut complete =
        engine
            .blocks()
            .each(workspace, BlockGrain::Month, rollup, &months, |_, block| {
                join.add_month(block);
            })?;
    for kind in Join::kinds_of_days(rollup) {
        complete &=
            engine
                .blocks()
                .each(workspace, BlockGrain::Day, *kind, &days, |day, block| {
                    join.add_day(&engine.clock(day), block);
                })?;
    }
    Ok(complete.then(|| join.finish()))
}
