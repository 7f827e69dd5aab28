//! Analyses: questions that are answered from sets of people and facts, and not by one aggregate.

mod cohort;
mod retention;

pub use cohort::Returned;
pub use retention::{Cohorts, RetentionQuestion};
pub(crate) use retention::{by_events, by_rollups};
