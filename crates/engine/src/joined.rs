//! Whole days and months of blocks as one block, made once for all questions over that time.
//!
//! A window that rolls on by the second holds the same whole days until midnight, so most of what
//! it is answered from does not change between questions.

use std::sync::Arc;

use crate::{
    Engine, StoreError,
    blocks::{CacheKey, Joined, Part},
    rollup::{Block, BlockGrain, Join, Rollup},
};

/// Returns the blocks of whole days and months as one; `None` when one of them has been made anew.
pub(crate) fn joined(
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
