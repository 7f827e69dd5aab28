//! Where events and settings live: the event store contract, its engines, and metadata.
//!
//! The contract speaks in the words of `domain`; SQL exists once, in [`sql`], over a small
//! [`sql::Dialect`], and nothing that only one engine understands leaves that engine's folder.
#![warn(missing_docs)]

mod asker;
mod contract;
mod error;
mod quota;
mod shares;

pub mod duckdb;
pub mod folder;
pub mod meta;
pub mod sql;

pub use asker::Asker;
pub use contract::{
    Aged, Appended, Batch, Cell, ChannelRow, DeadLetter, DirectoryRow, DirtyDay, EventListing,
    EventRow, EventStore, Known, Origin, PersonRow, RetentionCohort, StoreFacts, Table, TableRow,
};
pub use error::{StoreError, chain};
pub use quota::{QuotaError, Quotas, Span as QuotaSpan};
pub use shares::{Share, Shares};
