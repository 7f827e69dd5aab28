//! Where events and settings live: the event store contract, its engines, and metadata.
//!
//! The contract speaks in the words of `domain`; SQL exists once, in `sql`, over a small `Dialect`, and
//! nothing that only one engine understands leaves that engine's folder.
#![warn(missing_docs)]

mod asker;
mod block_file;
mod contexts;
mod contract;
mod quota;
mod sampled;
mod search;
mod shares;
mod sql;
mod sqlite;

pub mod clickhouse;
pub mod duckdb;
pub mod folder;
pub mod meta;

pub use asker::Asker;
pub use contract::{
    Aged, Appended, Backups, Batch, Changes, ChannelRow, DeadLetter, DirectoryRow, DirtyDay, Erase,
    ErasedCounts, Erasure, EventListing, EventLog, EventRow, EventStore, ExportCursor, Known,
    LedgerDays, MOST_MERGES, Merge, MergeError, MergeRefusal, Merges, PersonRow, Questions, Reads,
    RewrittenFile, Rollups, SqlError, Statement, StatementColumn, StatementRows, Statements,
    StoreFacts,
};
pub use engine::{Cell, Origin, QuotaError, QuotaSpan, StoreError, Table, TableRow, chain};
pub use quota::Quotas;
pub use search::Search;
pub use shares::{Full, Share, Shares};
