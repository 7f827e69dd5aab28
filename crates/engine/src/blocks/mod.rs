//! Blocks packed and unpacked, and what is wanted most in memory: blocks, and facts of hours.

use std::{collections::HashSet, sync::Arc, time::Duration};

use moka::{policy::EvictionPolicy, sync::Cache};
use rustc_hash::FxBuildHasher;

use crate::{
    StoreError,
    analysis::{DaysState, Shape},
    rollup::{Block, BlockGrain, Fact, Rollup},
    storage::BlockStore,
};

/// Time after which a block that nobody asked for leaves memory.
const IDLE: Duration = Duration::from_mins(10);
/// Level of compression: blocks are written rarely and read often.
const LEVEL: i32 = 3;

/// Which block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct BlockId {
    pub(crate) workspace: u16,
    pub(crate) grain: BlockGrain,
    pub(crate) period: i32,
    pub(crate) rollup: Rollup,
    pub(crate) version: i64,
}

/// A whole day or month of blocks: over which time, which one, and the making of it.
pub(crate) type Part = (BlockGrain, i32, i64);

/// Blocks of one rollup that were joined.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Joined {
    pub(crate) workspace: u16,
    pub(crate) rollup: Rollup,
    pub(crate) parts: Arc<[Part]>,
}

/// Whole hours of a day that is complete, folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Hours {
    pub(crate) workspace: u16,
    pub(crate) rollup: Rollup,
    pub(crate) day: i32,
    pub(crate) version: i64,
    /// The first of them, and the one after the last.
    pub(crate) slots: (u8, u8),
}

/// One hour of a day that is complete in blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Hour {
    pub(crate) workspace: u16,
    pub(crate) day: i32,
    pub(crate) version: i64,
    pub(crate) slot: u8,
}

/// A day as it is now, with those around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct DayState {
    pub(crate) workspace: u16,
    pub(crate) day: i32,
    /// The first changes with whatever arrives for these days, the second with whatever is changed or removed.
    pub(crate) state: (u64, u64),
}

/// Whole days of which an analysis has been made.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Analysed {
    pub(crate) workspace: u16,
    pub(crate) shape: Shape,
    /// The days, each with the version of its digest.
    pub(crate) days: Arc<[(i32, i64)]>,
}

/// By which something is found in memory.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum CacheKey {
    Stored(BlockId),
    Joined(Joined),
    Hours(Hours),
    Facts(Hour),
    InContext(Rollup, DayState),
    Analysed(Analysed),
}

/// The facts of an hour, without terms.
#[derive(Debug, Clone)]
pub(crate) enum HeldFacts {
    All(Arc<[Fact<'static>]>),
    /// More than may be held: they are scanned each time.
    TooMany,
}

/// What is held in memory.
#[derive(Debug, Clone)]
enum Held {
    Block(Arc<Block>),
    Facts(HeldFacts),
    Days(DaysState),
}

impl Held {
    fn bytes(&self) -> usize {
        match self {
            Self::Block(block) => block.bytes(),
            Self::Facts(HeldFacts::All(facts)) => size_of_val(&facts[..]),
            Self::Facts(HeldFacts::TooMany) => 0,
            Self::Days(state) => state.bytes,
        }
    }

    fn block(self) -> Option<Arc<Block>> {
        match self {
            Self::Block(block) => Some(block),
            Self::Facts(_) | Self::Days(_) => None,
        }
    }
}

/// A block as it is stored.
#[derive(Debug)]
pub struct BlockRow {
    /// Of a day or of a month.
    pub grain: BlockGrain,
    /// Day since 1970-01-01, or month since January 1970.
    pub period: i32,
    /// Which rollup.
    pub rollup: Rollup,
    /// The block, packed: postcard, compressed with Zstandard.
    pub body: Vec<u8>,
}

impl BlockRow {
    /// Packs a block.
    pub(crate) fn new(
        grain: BlockGrain,
        period: i32,
        rollup: Rollup,
        block: &Block,
    ) -> Result<Self, StoreError> {
        let plain =
            postcard::to_stdvec(block).map_err(|error| StoreError::Engine(Box::new(error)))?;
        let body = zstd::bulk::compress(&plain, LEVEL)
            .map_err(|error| StoreError::Engine(Box::new(error)))?;
        Ok(Self {
            grain,
            period,
            rollup,
            body,
        })
    }
}

fn unpack(body: &[u8]) -> Result<Block, StoreError> {
    let plain = zstd::stream::decode_all(body).map_err(damaged)?;
    postcard::from_bytes(&plain).map_err(damaged)
}

/// Blocks where they are kept, and of those in memory as many as fit.
pub struct Blocks {
    store: Box<dyn BlockStore>,
    cache: Cache<CacheKey, Held, FxBuildHasher>,
}

impl Blocks {
    /// Returns the blocks of a store, with room for so many bytes in memory.
    pub fn new(store: Box<dyn BlockStore>, bytes: u64) -> Self {
        let weigh = |_: &CacheKey, held: &Held| u32::try_from(held.bytes()).unwrap_or(u32::MAX);
        let cache = Cache::builder()
            .weigher(weigh)
            .max_capacity(bytes)
            // What was made just now is what is asked for next.
            .eviction_policy(EvictionPolicy::lru())
            .time_to_idle(IDLE)
            .build_with_hasher(FxBuildHasher);
        Self { store, cache }
    }

    /// Returns the bytes that are held in memory.
    pub fn bytes(&self) -> u64 {
        self.cache.weighted_size()
    }

    /// Returns the blocks of these periods, each with the version it must have; `None` when one of
    /// them is not there any more. Blocks that are needed once are not remembered.
    pub(crate) fn get(
        &self,
        workspace: u16,
        grain: BlockGrain,
        rollup: Rollup,
        wanted: &[(i32, i64)],
        remember: bool,
    ) -> Result<Option<Vec<Arc<Block>>>, StoreError> {
        let id = |(period, version): (i32, i64)| {
            CacheKey::Stored(BlockId {
                workspace,
                grain,
                period,
                rollup,
                version,
            })
        };
        let mut found: Vec<Option<Arc<Block>>> = wanted
            .iter()
            .map(|wanted| self.held(&id(*wanted)))
            .collect();
        let missing: Vec<i32> = wanted
            .iter()
            .zip(&found)
            .filter(|(_, found)| found.is_none())
            .map(|((period, _), _)| *period)
            .collect();
        let (Some(first), Some(last)) = (missing.iter().min(), missing.iter().max()) else {
            return Ok(found.into_iter().collect());
        };
        self.store.read(
            (workspace, grain, rollup),
            (*first, *last),
            &mut |stored, body| {
                let place = wanted.iter().position(|wanted| *wanted == stored);
                if let Some(place) = place.filter(|place| found[*place].is_none()) {
                    let block = Arc::new(unpack(body)?);
                    if remember {
                        let held = Held::Block(Arc::clone(&block));
                        self.cache.insert(id(stored), held);
                    }
                    found[place] = Some(block);
                }
                Ok(())
            },
        )?;
        // What does not fit leaves now, and not when there is time for it.
        self.cache.run_pending_tasks();
        Ok(found.into_iter().collect())
    }

    /// Hands over one block after the other, so that no more than one of them is in memory; returns
    /// whether all of these periods were there, each with the version it must have.
    pub(crate) fn each(
        &self,
        workspace: u16,
        grain: BlockGrain,
        rollup: Rollup,
        wanted: &[(i32, i64)],
        mut take: impl FnMut(i32, &Block),
    ) -> Result<bool, StoreError> {
        let periods = wanted.iter().map(|(period, _)| *period);
        let (Some(first), Some(last)) = (periods.clone().min(), periods.max()) else {
            return Ok(true);
        };
        let wanted: HashSet<(i32, i64)> = wanted.iter().copied().collect();
        let mut found = 0;
        self.store.read(
            (workspace, grain, rollup),
            (first, last),
            &mut |stored, body| {
                if wanted.contains(&stored) {
                    found += 1;
                    take(stored.0, &unpack(body)?);
                }
                Ok(())
            },
        )?;
        Ok(found == wanted.len())
    }

    /// Returns a block that is in memory.
    pub(crate) fn held(&self, key: &CacheKey) -> Option<Arc<Block>> {
        self.cache.get(key)?.block()
    }

    /// Holds a block in memory.
    pub(crate) fn hold(&self, key: CacheKey, block: &Arc<Block>) {
        self.cache.insert(key, Held::Block(Arc::clone(block)));
        self.cache.run_pending_tasks();
    }

    /// Returns the facts of an hour that are in memory.
    pub(crate) fn held_facts(&self, key: &CacheKey) -> Option<HeldFacts> {
        match self.cache.get(key)? {
            Held::Facts(facts) => Some(facts),
            Held::Block(_) | Held::Days(_) => None,
        }
    }

    /// Returns what an analysis made of whole days, where it is in memory.
    pub(crate) fn held_days(&self, key: &CacheKey) -> Option<DaysState> {
        match self.cache.get(key)? {
            Held::Days(state) => Some(state),
            Held::Block(_) | Held::Facts(_) => None,
        }
    }

    /// Holds what an analysis made of whole days in memory.
    pub(crate) fn hold_days(&self, key: CacheKey, state: DaysState) {
        self.cache.insert(key, Held::Days(state));
        self.cache.run_pending_tasks();
    }

    /// Holds the facts of an hour in memory.
    pub(crate) fn hold_facts(&self, key: CacheKey, facts: &HeldFacts) {
        self.cache.insert(key, Held::Facts(facts.clone()));
        self.cache.run_pending_tasks();
    }

    /// Returns where blocks are kept.
    pub fn store(&self) -> &dyn BlockStore {
        self.store.as_ref()
    }
}

/// Returns what it means that a block cannot be unpacked.
fn damaged(reason: impl std::fmt::Display) -> StoreError {
    StoreError::Corrupt {
        path: "rollups".into(),
        reason: reason.to_string(),
    }
}
