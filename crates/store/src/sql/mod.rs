//! SQL, written once for all engines.
//!
//! A statement is built from fragments that own neither `AND` nor commas; values are bound, and
//! the only texts that are not are our own. What engines say differently is in [`Dialect`].

mod cells;
mod dialect;
mod dimension;
mod filter;
mod listing;
mod measured;
mod metric;
mod select;
mod statement;

pub(crate) use cells::{bucket_start, message_type, named};
pub(crate) use dialect::Dialect;
pub(crate) use dimension::{list_column, named_property};
pub(crate) use filter::condition;
pub(crate) use listing::{channel_members, event_listing, facts};
pub(crate) use measured::{accepted, count_arrived, kept_number, refused, values};
pub(crate) use select::{Scope, needs_weights, select, weights};
pub(crate) use statement::{Sql, Value, all, any};
