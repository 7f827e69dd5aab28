//! Blocks in the file, and the most wanted of them in memory.

use std::{collections::HashSet, sync::Arc, time::Duration};

use ::duckdb::{
    Connection,
    arrow::{
        array::{Array as _, AsArray as _},
        datatypes::{Int32Type, Int64Type},
    },
    params,
};
use domain::rollup::{Block, BlockGrain, Rollup};
use moka::{policy::EvictionPolicy, sync::Cache};

use crate::{
    StoreError,
    duckdb::{failure::classify, reader::each_chunk},
};

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
    let plain =
        zstd::stream::decode_all(body).map_err(|error| StoreError::Engine(Box::new(error)))?;
    postcard::from_bytes(&plain).map_err(|error| StoreError::Engine(Box::new(error)))
}

/// Blocks in memory, bounded in bytes.
pub(in crate::duckdb) struct Blocks {
    cache: Cache<Held, Arc<Block>>,
}

impl Blocks {
    /// Returns room for blocks of so many bytes.
    pub(super) fn new(bytes: u64) -> Self {
        let weigh = |_: &Held, block: &Arc<Block>| u32::try_from(block.bytes()).unwrap_or(u32::MAX);
        Self {
            cache: Cache::builder()
                .weigher(weigh)
                .max_capacity(bytes)
                // What was made just now is what is asked for next.
                .eviction_policy(EvictionPolicy::lru())
                .time_to_idle(IDLE)
                .build(),
        }
    }

    /// Returns the bytes that are held.
    pub(in crate::duckdb) fn bytes(&self) -> u64 {
        self.cache.weighted_size()
    }

    /// Returns the blocks of these periods, each with the version it must have; `None` when one of
    /// them is not there any more. Blocks that are needed once are not remembered.
    pub(super) fn get(
        &self,
        connection: &Connection,
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
        Self::read(
            connection,
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
        connection: &Connection,
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
        Self::read(
            connection,
            (workspace, grain, rollup),
            (first, last),
            |stored, body| {
                if wanted.contains(&stored) {
                    found += 1;
                    take(stored.0, &unpack(body)?);
                }
                Ok(())
            },
        )?;
        Ok(found == wanted.len())
    }

    fn read(
        connection: &Connection,
        (workspace, grain, rollup): (u16, BlockGrain, Rollup),
        (first, last): (i32, i32),
        mut take: impl FnMut((i32, i64), &[u8]) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let text = format!(
            "--sql\nSELECT period, version, body FROM {} WHERE workspace_ref = ? \
             AND grain = ? AND period BETWEEN ? AND ?",
            rollup.name()
        );
        let values = params![workspace, grain.code(), first, last];
        each_chunk(connection, &text, values, |chunk| {
            let columns = chunk.columns();
            let (Some(periods), Some(versions), Some(bodies)) = (
                columns[0].as_primitive_opt::<Int32Type>(),
                columns[1].as_primitive_opt::<Int64Type>(),
                columns[2].as_binary_opt::<i32>(),
            ) else {
                return Err(StoreError::Engine("blocks have other columns".into()));
            };
            for row in 0..chunk.len() {
                take((periods.value(row), versions.value(row)), bodies.value(row))?;
            }
            Ok(())
        })
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

    /// Replaces the blocks of a period; belongs to the transaction that is open.
    pub(in crate::duckdb) fn put(
        connection: &Connection,
        workspace: u16,
        version: i64,
        rows: &[BlockRow],
    ) -> Result<(), StoreError> {
        for row in rows {
            let table = row.rollup.name();
            let replaced =
                format!("DELETE FROM {table} WHERE workspace_ref = ? AND grain = ? AND period = ?");
            connection
                .execute(&replaced, params![workspace, row.grain.code(), row.period])
                .map_err(classify)?;
            let mut appender = connection.appender(table).map_err(classify)?;
            appender
                .append_row(params![
                    workspace,
                    row.grain.code(),
                    row.period,
                    version,
                    row.body,
                    u32::try_from(row.body.len()).unwrap_or(u32::MAX)
                ])
                .map_err(classify)?;
            appender.flush().map_err(classify)?;
        }
        Ok(())
    }

    /// Removes blocks that meet a condition from every table; belongs to the transaction that is open.
    pub(in crate::duckdb) fn remove(
        connection: &Connection,
        condition: &str,
        values: &[&dyn ::duckdb::ToSql],
    ) -> Result<(), StoreError> {
        for rollup in Rollup::ALL {
            let removed = format!("DELETE FROM {} WHERE {condition}", rollup.name());
            connection.execute(&removed, values).map_err(classify)?;
        }
        Ok(())
    }

    /// Returns the bytes of all blocks that are stored.
    pub(in crate::duckdb) fn bytes_on_disk(connection: &Connection) -> Result<u64, StoreError> {
        let each = Rollup::ALL
            .iter()
            .map(|rollup| format!("(SELECT coalesce(sum(bytes), 0) FROM {})", rollup.name()));
        let each: Vec<String> = each.collect();
        let sum = format!("SELECT CAST({} AS UBIGINT)", each.join(" + "));
        connection
            .query_row(&sum, [], |row| row.get(0))
            .map_err(classify)
    }
}
