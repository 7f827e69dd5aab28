//! Members of channels where no record tells: whoever joined last and did not leave since.
//!
//! Counting them reads every join there ever was, so it is done again only after people joined or
//! left.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use ::duckdb::Connection;

use super::reader::each_row;
use crate::{
    StoreError,
    sql::{self, Scope},
};

/// Members by channel number.
type ByChannel = Arc<HashMap<u32, u32>>;

/// Members as they were counted last.
#[derive(Debug, Default)]
pub(super) struct Members {
    counted: Arc<Mutex<HashMap<u16, (u64, ByChannel)>>>,
}

impl Members {
    /// Returns what counts members; `changes` is a number that changes when people join or leave.
    pub(super) fn counting(
        &self,
        scope: Scope,
        changes: u64,
    ) -> impl FnOnce(&Connection) -> Result<ByChannel, StoreError> + Send + 'static {
        let counted = Arc::clone(&self.counted);
        move |connection| {
            let lock = || counted.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some((at, members)) = lock().get(&scope.workspace_ref)
                && *at == changes
            {
                return Ok(Arc::clone(members));
            }
            let mut members = HashMap::new();
            each_row(connection, &sql::channel_members(scope), |row| {
                members.insert(row.get(0)?, row.get(1)?);
                Ok(true)
            })?;
            let members = Arc::new(members);
            lock().insert(scope.workspace_ref, (changes, Arc::clone(&members)));
            Ok(members)
        }
    }
}
