//! Blocks packed and unpacked, and the most wanted of them in memory.

use std::{collections::HashSet, path::Path, sync::Arc, time::Duration};

use domain::rollup::{Block, BlockGrain, Day, Rollup};
use moka::{policy::EvictionPolicy, sync::Cache};

use super::block_file::{BlockFile, Making, damaged};
use crate::StoreError;

/// Time after which a block that nobody asked for leaves memory.
const IDLE: Duration = Duration::from_mins(10);
/// Level of compression: blocks are written rarely and read often.
const LEVEL: i32 = 3;

/// Which block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::duckdb) struct BlockId {
    pub(super) workspace: u16,
    pub(super) grain: BlockGrain,
    pub(super) period: i32,
    pub(super) rollup: Rollup,
    pub(super) version: i64,
}

/// A whole day or month of blocks: over which time, which one, and the making of it.
pub(super) type Part = (BlockGrain, i32, i64);

/// Blocks of one rollup that were joined.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct Joined {
    pub(super) workspace: u16,
    pub(super) rollup: Rollup,
    pub(super) parts: Arc<[Part]>,
}

/// Whole hours of a day that is complete, folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Hours {
    pub(super) workspace: u16,
    pub(super) rollup: Rollup,
    pub(super) day: i32,
    pub(super) version: i64,
    /// The first of them, and the one after the last.
    pub(super) slots: (u8, u8),
}

/// What is held in memory.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Held {
    Stored(BlockId),
    Joined(Joined),
    Hours(Hours),
}

/// A block as it is stored.
#[derive(Debug)]
pub(in crate::duckdb) struct BlockRow {
    pub(super) grain: BlockGrain,
    pub(super) period: i32,
    pub(super) rollup: Rollup,
    pub(super) body: Vec<u8>,
}

impl BlockRow {
    /// Packs a block.
    pub(super) fn new(
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

/// Blocks in the file, and of those in memory as many as fit.
pub(in crate::duckdb) struct Blocks {
    file: BlockFile,
    cache: Cache<Held, Arc<Block>>,
}

impl Blocks {
    /// Opens the file of blocks in `folder`, with room for so many bytes in memory.
    pub(in crate::duckdb) fn open(folder: &Path, bytes: u64) -> Result<Self, StoreError> {
        let file = BlockFile::open(folder)?;
        let weigh = |_: &Held, block: &Arc<Block>| u32::try_from(block.bytes()).unwrap_or(u32::MAX);
        let cache = Cache::builder()
            .weigher(weigh)
            .max_capacity(bytes)
            // What was made just now is what is asked for next.
            .eviction_policy(EvictionPolicy::lru())
            .time_to_idle(IDLE)
            .build();
        Ok(Self { file, cache })
    }

    /// Returns the bytes that are held in memory.
    pub(in crate::duckdb) fn bytes(&self) -> u64 {
        self.cache.weighted_size()
    }

    /// Returns the blocks of these periods, each with the version it must have; `None` when one of
    /// them is not there any more. Blocks that are needed once are not remembered.
    pub(super) fn get(
        &self,
        workspace: u16,
        grain: BlockGrain,
        rollup: Rollup,
        wanted: &[(i32, i64)],
        remember: bool,
    ) -> Result<Option<Vec<Arc<Block>>>, StoreError> {
        let id = |(period, version): (i32, i64)| {
            Held::Stored(BlockId {
                workspace,
                grain,
                period,
                rollup,
                version,
            })
        };
        let mut found: Vec<Option<Arc<Block>>> = wanted
            .iter()
            .map(|wanted| self.cache.get(&id(*wanted)))
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
        self.file.read(
            (workspace, grain, rollup),
            (*first, *last),
            |stored, body| {
                let place = wanted.iter().position(|wanted| *wanted == stored);
                if let Some(place) = place.filter(|place| found[*place].is_none()) {
                    let block = Arc::new(unpack(body)?);
                    if remember {
                        self.cache.insert(id(stored), Arc::clone(&block));
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
    pub(super) fn each(
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
        self.file
            .read((workspace, grain, rollup), (first, last), |stored, body| {
                if wanted.contains(&stored) {
                    found += 1;
                    take(stored.0, &unpack(body)?);
                }
                Ok(())
            })?;
        Ok(found == wanted.len())
    }

    /// Returns a block that is in memory.
    pub(super) fn held(&self, held: &Held) -> Option<Arc<Block>> {
        self.cache.get(held)
    }

    /// Holds a block in memory.
    pub(super) fn hold(&self, held: Held, block: &Arc<Block>) {
        self.cache.insert(held, Arc::clone(block));
        self.cache.run_pending_tasks();
    }

    /// Puts the blocks of a period away; they are on disk when this returns. Those of the making
    /// before stay until they are [`Self::replaced`].
    pub(in crate::duckdb) fn put(
        &self,
        workspace: u16,
        version: i64,
        rows: &[BlockRow],
    ) -> Result<(), StoreError> {
        self.file.put(workspace, version, rows)
    }

    /// Notes that the ledger names another making now.
    pub(in crate::duckdb) fn replaced(&self, making: Making) {
        self.file.replaced(making);
    }

    /// Returns every making that is whole.
    pub(in crate::duckdb) fn makings(&self) -> Result<Vec<Making>, StoreError> {
        self.file.makings()
    }

    /// Removes the blocks of days, and of the months that they are in.
    pub(in crate::duckdb) fn remove(&self, days: &[(u16, Day)]) -> Result<(), StoreError> {
        self.file.remove(days)
    }

    /// Removes the blocks of everything before a day, and of the month that it is in.
    pub(in crate::duckdb) fn remove_before(&self, day: Day) -> Result<(), StoreError> {
        self.file.remove_before(day)
    }

    /// Removes all blocks.
    pub(in crate::duckdb) fn clear(&self) -> Result<(), StoreError> {
        self.file.clear()
    }

    /// Moves everything into the file itself: the end is near.
    pub(in crate::duckdb) fn settle(&self) -> Result<(), StoreError> {
        self.file.settle()
    }

    /// Returns the bytes that blocks take on disk.
    pub(in crate::duckdb) fn bytes_on_disk(&self) -> Result<u64, StoreError> {
        self.file.bytes()
    }
}
