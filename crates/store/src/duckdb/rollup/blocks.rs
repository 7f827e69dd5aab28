//! Blocks in the file, and the most wanted of them in memory.

use std::sync::Arc;

use ::duckdb::{Connection, params};
use domain::rollup::{Block, BlockGrain, Rollup};
use moka::sync::Cache;

use crate::{StoreError, duckdb::failure::classify};

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
    cache: Cache<BlockId, Arc<Block>>,
}

impl Blocks {
    /// Returns room for blocks of so many bytes.
    pub(super) fn new(bytes: u64) -> Self {
        let weigh =
            |_: &BlockId, block: &Arc<Block>| u32::try_from(block.bytes()).unwrap_or(u32::MAX);
        Self {
            cache: Cache::builder().weigher(weigh).max_capacity(bytes).build(),
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
        let id = |(period, version): (i32, i64)| BlockId {
            workspace,
            grain,
            period,
            rollup,
            version,
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
        let mut statement = connection
            .prepare(
                "--sql\nSELECT period, version, body FROM rollup_block WHERE workspace_ref = ? \
                 AND grain = ? AND rollup = ? AND period BETWEEN ? AND ?",
            )
            .map_err(classify)?;
        let values = params![workspace, grain.code(), rollup.code(), first, last];
        let mut rows = statement.query(values).map_err(classify)?;
        while let Some(row) = rows.next().map_err(classify)? {
            let stored: (i32, i64) = (row.get(0).map_err(classify)?, row.get(1).map_err(classify)?);
            let place = wanted.iter().position(|wanted| *wanted == stored);
            if let Some(place) = place.filter(|place| found[*place].is_none()) {
                let body = row.get_ref(2).map_err(classify)?;
                let body = body
                    .as_blob()
                    .map_err(|error| StoreError::Engine(Box::new(error)))?;
                let block = Arc::new(unpack(body)?);
                if remember {
                    self.cache.insert(id(stored), Arc::clone(&block));
                }
                found[place] = Some(block);
            }
        }
        Ok(found.into_iter().collect())
    }

    /// Replaces the blocks of a period; belongs to the transaction that is open.
    pub(in crate::duckdb) fn put(
        connection: &Connection,
        workspace: u16,
        version: i64,
        rows: &[BlockRow],
    ) -> Result<(), StoreError> {
        let Some(first) = rows.first() else {
            return Ok(());
        };
        connection
            .execute(
                "DELETE FROM rollup_block WHERE workspace_ref = ? AND grain = ? AND period = ?",
                params![workspace, first.grain.code(), first.period],
            )
            .map_err(classify)?;
        let mut appender = connection.appender("rollup_block").map_err(classify)?;
        for row in rows {
            appender
                .append_row(params![
                    workspace,
                    row.grain.code(),
                    row.period,
                    row.rollup.code(),
                    version,
                    row.body
                ])
                .map_err(classify)?;
        }
        appender.flush().map_err(classify)
    }
}
