//! Rollups: what is kept of a day or month so that its events need not be read again.
//!
//! A day's events are folded once into a handful of blocks ([`Fold`], [`Block`]); a month's blocks
//! are made from those of its days. A question is routed to the blocks that answer each of its
//! metrics exactly ([`route()`]). Blocks of the same day add up: later events of a day are folded apart
//! and stand beside what is stored, so nothing is ever counted by increment.
//!
//! People are exact sets, so distinct people over any span are a union, whatever its length. Who is seen
//! only by sampled events stands for others there ([`WeightedSet`]); rows of single persons count events
//! as they are.

mod block;
mod column;
mod fold;
mod join;
mod key;
mod numbers;
mod rollup_set;
mod route;
mod rows;
mod set;
mod terms;
mod weighted;

pub use block::{Block, BlockGrain, FORMAT, Measure, Rollup, RowPart, person};
pub use column::{Column, Combine};
pub use fold::{Fact, Fold};
pub use join::Join;
pub use key::{ChannelHourKey, ChannelKey, HourKey, NO_MESSAGE_TYPE, PairKey, PersonKey, RowKey};
pub use numbers::Numbers;
pub use rollup_set::RollupSet;
pub(crate) use route::term_kinds;
pub use route::{Route, conditions, may_join, may_use_months, route};
pub use rows::{Rows, Tallies};
pub(crate) use set::flag_of;
pub use set::{ACTIVE, BOT, Pair, Pairs, People};
pub use terms::{Term, TermKind};
pub use weighted::{WeightedSet, weighted_sum};
