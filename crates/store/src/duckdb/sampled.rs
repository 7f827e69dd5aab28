//! When there are sampled events: quarters of an hour by workspace, whatever the settings are now.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

use ::duckdb::{Connection, params};
use domain::time::{Instant, Range};

use super::{
    failure::classify,
    quarter::{Quarter, quarter_of},
};
use crate::StoreError;

/// Quarters of an hour of a transaction, each with its workspace.
pub(super) type Quarters = HashSet<(u16, Quarter)>;

/// Quarters of an hour that hold sampled events, as committed.
#[derive(Debug, Default)]
pub(super) struct Sampled {
    of: RwLock<HashMap<u16, BTreeSet<Quarter>>>,
}

impl Sampled {
    fn read(&self) -> RwLockReadGuard<'_, HashMap<u16, BTreeSet<Quarter>>> {
        self.of.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, HashMap<u16, BTreeSet<Quarter>>> {
        self.of.write().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes in what is stored.
    pub(super) fn load(&self, connection: &Connection) -> Result<(), StoreError> {
        let mut of: HashMap<u16, BTreeSet<Quarter>> = HashMap::new();
        let mut statement = connection
            .prepare("SELECT workspace_ref, quarter FROM sampled_quarter")
            .map_err(classify)?;
        let mut rows = statement.query([]).map_err(classify)?;
        while let Some(row) = rows.next().map_err(classify)? {
            let workspace = row.get(0).map_err(classify)?;
            let quarter = row.get(1).map_err(classify)?;
            of.entry(workspace).or_default().insert(quarter);
        }
        *self.write() = of;
        Ok(())
    }

    /// Writes those of a transaction's quarters that are new, and returns them.
    pub(super) fn put(
        &self,
        connection: &Connection,
        mut quarters: Quarters,
    ) -> Result<Quarters, StoreError> {
        {
            let known = self.read();
            quarters.retain(|(workspace, quarter)| {
                let of = known.get(workspace);
                !of.is_some_and(|of| of.contains(quarter))
            });
        }
        if quarters.is_empty() {
            return Ok(quarters);
        }
        let mut appender = connection.appender("sampled_quarter").map_err(classify)?;
        for (workspace, quarter) in &quarters {
            appender
                .append_row(params![workspace, quarter])
                .map_err(classify)?;
        }
        appender.flush().map_err(classify)?;
        Ok(quarters)
    }

    /// Takes in quarters that a transaction wrote.
    pub(super) fn add(&self, quarters: Quarters) {
        let mut of = self.write();
        for (workspace, quarter) in quarters {
            of.entry(workspace).or_default().insert(quarter);
        }
    }

    /// Removes the quarters that are over before an instant; they are forgotten with
    /// [`Self::forget_before`].
    pub(super) fn remove_before(connection: &Connection, at: Instant) -> Result<(), StoreError> {
        connection
            .execute(
                "DELETE FROM sampled_quarter WHERE quarter < ?",
                [quarter_of(at)],
            )
            .map_err(classify)?;
        Ok(())
    }

    /// Forgets the quarters that are over before an instant.
    pub(super) fn forget_before(&self, at: Instant) {
        let first = quarter_of(at);
        for quarters in self.write().values_mut() {
            *quarters = quarters.split_off(&first);
        }
    }

    /// Returns whether a span holds sampled events, to a quarter of an hour at either end.
    pub(super) fn is_in(&self, workspace: u16, range: Range) -> bool {
        let (first, last) = (
            quarter_of(range.from()),
            quarter_of(range.to().plus_millis(-1)),
        );
        let of = self.read();
        first <= last
            && of
                .get(&workspace)
                .is_some_and(|quarters| quarters.range(first..=last).next().is_some())
    }
}
