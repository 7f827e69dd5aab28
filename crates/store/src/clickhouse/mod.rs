//! Events in a ClickHouse server.
//!
//! Rows hold the identifiers that events came with, and no numbers: who counts for whom and who is a bot is joined to
//! them when they are read, so that a record, a merge or an undo writes rows of people and none of events. What
//! questions are answered from otherwise (blocks, the ledger, numbers) is on the server as well.
//!
//! | file | what it does |
//! |---|---|
//! | `server` | statements, rows and inserts, and what the server says when it fails |
//! | `schema`, `dialect` | tables and views; what ClickHouse says in its own way |
//! | `rows`, `blocks`, `ledger` | what is stored |
//! | `directory`, `people` | what is known by heart |
//! | `writer`, `draft` | how it changes |
//! | `merges`, `erase`, `erase_events` | identifiers that are one person; people taken out |
//! | `facts`, `ordered`, `listing`, `raw` | events as they are read |
//! | `ask` | how all of that is asked |
//! | `questions`, `rollups`, `event_log`, `store` | the traits of the contract |

mod ask;
mod blocks;
mod dialect;
mod directory;
mod draft;
mod erase;
mod erase_events;
mod event_log;
mod facts;
mod ledger;
mod listing;
mod merges;
mod open;
mod ordered;
mod people;
mod questions;
mod raw;
mod rollups;
mod rows;
mod schema;
mod server;
mod store;
mod writer;

pub use open::{ClickHouseOptions, ClickHouseStore};

use crate::StoreError;

/// Runs what blocks away from the async threads.
async fn off_async<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(StoreError::Engine(Box::new(error))))
}
