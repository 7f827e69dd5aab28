//! Blocks on the server, so that every instance reads the same.
//!
//! A block is named by its period and its version, and only what the ledger names is read. So a day is replaced as a
//! whole once the ledger says so, and what nobody names goes when there is some of it.

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use clickhouse::Row;
use domain::time::{Day, month_of};
use engine::{
    BlockRow,
    rollup::{BlockGrain, Rollup, RollupSet},
    storage::{BlockStore, BlockVersion, TakeBlock},
};
use serde::{Deserialize, Serialize};

use super::server::Server;
use crate::{StoreError, sql::Sql};

/// Replaced versions that are removed in one go: each removal writes parts of the table anew.
const AT_ONCE: usize = 500;

/// A block as it is stored.
#[derive(Debug, Row, Serialize, Deserialize)]
struct Stored {
    workspace_ref: u16,
    rollup: String,
    grain: u8,
    period: i32,
    version: i64,
    form: u32,
    #[serde(with = "serde_bytes")]
    body: Vec<u8>,
}

#[derive(Debug, Row, Serialize, Deserialize)]
#[expect(clippy::struct_field_names, reason = "fields are named as columns")]
struct Body {
    period: i32,
    version: i64,
    #[serde(with = "serde_bytes")]
    body: Vec<u8>,
}

#[derive(Debug, Row, Serialize, Deserialize)]
struct There {
    workspace_ref: u16,
    grain: u8,
    period: i32,
    version: i64,
    rollups: Vec<String>,
}

/// The blocks of all workspaces.
pub(super) struct BlockTable {
    server: Arc<Server>,
    replaced: Mutex<Vec<BlockVersion>>,
}

impl BlockTable {
    pub(super) fn new(server: Arc<Server>) -> Self {
        Self {
            server,
            replaced: Mutex::default(),
        }
    }

    fn run(&self, text: impl Into<String>) -> Result<(), StoreError> {
        let statement = Sql::raw(text);
        self.server.wait(self.server.run(&statement))
    }

    /// Removes what was replaced, where that is enough to be worth it.
    fn remove_replaced(&self, least: usize) -> Result<(), StoreError> {
        let versions = {
            let mut replaced = self.replaced.lock().unwrap_or_else(PoisonError::into_inner);
            if replaced.len() < least.max(1) {
                return Ok(());
            }
            std::mem::take(&mut *replaced)
        };
        let names = versions.iter().map(|of| {
            let (grain, period, version) = (of.grain.code(), of.period, of.version);
            format!("({}, {grain}, {period}, {version})", of.workspace)
        });
        let names: Vec<String> = names.collect();
        self.run(format!(
            "DELETE FROM block WHERE (workspace_ref, grain, period, version) IN ({})",
            names.join(", ")
        ))
    }
}

/// Returns the forms of the rollups as a condition: blocks of another form are as good as none.
fn of_current_form() -> String {
    let forms = Rollup::ALL.iter();
    let forms: Vec<String> = forms
        .map(|rollup| format!("('{}', {})", rollup.name(), rollup.form()))
        .collect();
    format!("(rollup, form) IN ({})", forms.join(", "))
}

impl BlockStore for BlockTable {
    fn read(
        &self,
        (workspace, grain, rollup): (u16, BlockGrain, Rollup),
        (first, last): (i32, i32),
        take: &mut TakeBlock<'_>,
    ) -> Result<(), StoreError> {
        let select = Sql::raw(format!(
            "SELECT period, version, body FROM block FINAL WHERE workspace_ref = {workspace} \
             AND rollup = '{}' AND grain = {} AND period BETWEEN {first} AND {last} AND form = {} ORDER BY period",
            rollup.name(),
            grain.code(),
            rollup.form()
        ));
        self.server.each_chunk::<Body>(&select, |rows| {
            rows.iter()
                .try_for_each(|row| take((row.period, row.version), &row.body))
        })
    }

    fn put(&self, blocks: &[(u16, i64, &[BlockRow])]) -> Result<(), StoreError> {
        let rows = blocks.iter().flat_map(|(workspace, version, rows)| {
            rows.iter().map(move |row| Stored {
                workspace_ref: *workspace,
                rollup: row.rollup.name().to_owned(),
                grain: row.grain.code(),
                period: row.period,
                version: *version,
                form: row.rollup.form(),
                body: row.body.clone(),
            })
        });
        let rows: Vec<Stored> = rows.collect();
        self.server.wait(self.server.insert("block", &rows))?;
        self.remove_replaced(AT_ONCE)
    }

    fn replaced(&self, version: BlockVersion) {
        let mut replaced = self.replaced.lock().unwrap_or_else(PoisonError::into_inner);
        replaced.push(version);
    }

    fn versions(&self) -> Result<Vec<(BlockVersion, RollupSet)>, StoreError> {
        let select = Sql::raw(format!(
            "SELECT workspace_ref, grain, period, version, \
             CAST(groupUniqArray(rollup), 'Array(String)') AS rollups FROM block \
             WHERE {} GROUP BY workspace_ref, grain, period, version",
            of_current_form()
        ));
        let found = self.server.wait(self.server.rows::<There>(&select))?;
        let versions = found.into_iter().filter_map(|row| {
            let grain = BlockGrain::of_code(row.grain)?;
            let lacks = |rollup: &Rollup| row.rollups.iter().all(|name| name != rollup.name());
            let version = BlockVersion {
                workspace: row.workspace_ref,
                grain,
                period: row.period,
                version: row.version,
            };
            Some((version, Rollup::of(grain).filter(lacks).collect()))
        });
        Ok(versions.collect())
    }

    fn remove(&self, days: &[(u16, Day)]) -> Result<(), StoreError> {
        let mut periods: HashMap<u16, BTreeSet<(u8, i32)>> = HashMap::new();
        for (workspace, day) in days {
            let periods = periods.entry(*workspace).or_default();
            periods.insert((BlockGrain::Day.code(), *day));
            periods.insert((BlockGrain::Month.code(), month_of(*day)));
            // Whatever the zone, nothing reaches further.
            let around = (day - 2..=day + 2).map(|day| (BlockGrain::DayInContext.code(), day));
            periods.extend(around);
        }
        for (workspace, periods) in periods {
            let names = periods
                .iter()
                .map(|(grain, period)| format!("({grain}, {period})"));
            let names: Vec<String> = names.collect();
            self.run(format!(
                "DELETE FROM block WHERE workspace_ref = {workspace} AND (grain, period) IN ({})",
                names.join(", ")
            ))?;
        }
        Ok(())
    }

    fn remove_before(&self, day: Day) -> Result<(), StoreError> {
        let (month, around) = (month_of(day), day + 2);
        self.run(format!(
            "DELETE FROM block WHERE (grain = 0 AND period < {day}) OR (grain = 1 AND period <= {month}) \
             OR (grain = 2 AND period < {around})"
        ))
    }

    fn clear(&self) -> Result<(), StoreError> {
        self.run("TRUNCATE TABLE block")
    }

    fn rewrite(&self) -> Result<Option<(&'static str, u64, u64)>, StoreError> {
        self.remove_replaced(1)?;
        let before = self.bytes_on_disk()?;
        self.run("OPTIMIZE TABLE block FINAL")?;
        Ok(Some(("block", before, self.bytes_on_disk()?)))
    }

    fn settle(&self) -> Result<(), StoreError> {
        self.remove_replaced(1)
    }

    fn bytes_on_disk(&self) -> Result<u64, StoreError> {
        self.server.wait(bytes_of(&self.server, "block"))
    }
}

/// Returns the bytes that a table takes on the server's disk.
pub(super) async fn bytes_of(server: &Server, table: &str) -> Result<u64, StoreError> {
    let select = Sql::raw(
        "SELECT coalesce(sum(bytes_on_disk), 0) FROM system.parts \
         WHERE active AND database = currentDatabase() AND table = ",
    )
    .with(Sql::text(table));
    let bytes = server.number(&select).await?.unwrap_or(0);
    Ok(u64::try_from(bytes).unwrap_or(0))
}
