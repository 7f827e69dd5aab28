//! How events become answers, whatever database holds them.
//!
//! A question is planned ([`plan`]) and routed to the rollups that answer each of its metrics exactly
//! ([`rollup`]). The ledger ([`ledger`]) says which days these cover; what arrived since stands beside
//! them ([`Engine`] keeps it folded), and whatever is left is folded from the events. The outcome is
//! evaluated ([`evaluate`]) and put in order ([`Table`]). A database gives facts, blocks and identifiers
//! through the narrow traits of [`storage`]; nothing here knows which one it is, and nothing is async.
//!
//! | word | meaning |
//! |---|---|
//! | fact | an event as far as rollups look at it: numbers in place of identifiers |
//! | rollup | what is kept of a day or month so that its events need not be read again |
//! | block | one rollup of one day or month of one workspace |
//! | block version | which making of a day's or month's blocks it is |
//! | ledger | which days are complete in the rollups, and which events they hold |
//! | position | place of an event in the order of arrival |
//! | tail | events that arrived after their day was filled, folded in memory |
//! | fill | making the blocks of a day from its events |
#![warn(missing_docs)]

mod engine;
mod error;
mod table;

pub mod analysis;
pub mod changes;
pub mod measured;
pub mod plan;
pub mod privacy;
pub mod storage;

pub mod evaluate;
pub mod ledger;
pub mod rollup;

mod ahead;
mod answer;
mod blocks;
mod contexts;
mod fill;
mod joined;
mod outline;
mod pieces;
mod tail;

pub use answer::Answered;
pub use blocks::{BlockRow, Blocks};
pub use contexts::{ContextJob, ContextPlan, DayRun};
pub use engine::Engine;
pub use error::{QuotaError, QuotaSpan, StoreError, chain};
pub use fill::DayFill;
pub use table::{Cell, Origin, Table, TableRow};
