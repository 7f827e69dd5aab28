//! What nChat's own database tells: its rows as events and records.
//!
//! [`row`] says what a row of each table means, whichever way it comes: [`postgres`] reads the
//! tables themselves, [`hasura`] takes what event triggers send. Both make the same identities of
//! the same row (`pg:<table>:<id>[:verb]`), so that what comes both ways counts once.
//!
//! Not here: validation, deduplication, storing. Nothing is ever written to the chat's database.

pub mod hasura;
pub mod postgres;
pub mod row;

mod moment;
mod recent;
mod told;

pub use moment::Moment;
pub use recent::RecentMessages;
pub use told::Told;
