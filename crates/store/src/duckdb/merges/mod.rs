//! Identifiers that are one person (ADR 0026).
//!
//! `event.person_ref` holds the number of the person that counts, and `event.original_ref` that of the
//! identifier that the event came with where it is another one. So whoever reads events or rollups need
//! not know of merges; who reads records does (`names`).
//!
//! | file | what it does |
//! |---|---|
//! | `forest` | which numbers count as which |
//! | `merged` | that with identifiers and records, for those who read |
//! | `ask` | the trait of the contract |

mod ask;
mod forest;
mod merged;

pub(super) use self::{
    forest::{Forest, Link},
    merged::Merged,
};
