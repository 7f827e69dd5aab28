//! The embedded engine: `DuckDB` in one file.
//!
//! One thread writes, a few connections read, and no async thread ever waits for either. The
//! engine is held to the memory and threads it is given; external files and extensions are off.

mod ad_hoc;
mod aged;
mod bots;
mod columns;
mod dialect;
mod dictionary;
mod erase;
mod event_log;
mod facts;
mod failure;
mod free_disk;
mod known;
mod ledger_table;
mod listing;
mod load;
mod mark;
mod measured;
mod members;
mod merges;
mod message_key;
mod migrate;
mod names;
mod open;
mod ordered;
mod pool;
mod quarter;
mod questions;
mod raw;
mod read_only;
mod reader;
mod records;
mod recovery;
mod rollups;
mod rows;
mod sampled;
mod seen;
mod shown;
mod small_rows;
mod statement;
mod store;
mod untimed;
mod watch;
mod writer;

pub use ad_hoc::{SqlRows, read_only_sql};
pub use aged::aged_in;
pub use open::{DuckDbStore, OpenOptions};
pub use read_only::is_in_use;
