//! Analyses: questions that are answered from sets of people, and not by one aggregate.
//!
//! 1. An analysis says what it [needs](Analysis::needs): who signed up when, and whom metrics that count
//!    people count on each local day.
//! 2. That is gathered by rollups or, where these do not tell, by running through the events once
//!    ([`Material`]). Either way gives the same.
//! 3. [`Analysis::run`] makes the outcome of it: it is pure, and knows neither rollups nor events.
//!
//! What depends on the order of events is an [`Ordered`] analysis, which is given them one after the other.

mod gather;
mod lifecycle;
mod minutes;
mod ordered;
pub mod responses;
mod retention;

use std::collections::BTreeMap;

use domain::{
    id::WorkspaceId,
    metric::Metric,
    query::Population,
    time::{Day, Instant, Range},
};
use jiff::tz::TimeZone;
use roaring::RoaringBitmap;

pub(crate) use gather::{by_events, by_rollups};
pub use lifecycle::{Lifecycle, Pair, Stages};
pub use minutes::{ChannelLately, Lately, Minute, Minutes, Weighted};
pub use ordered::{Act, Ordered, OrderedScan, TakeActs};
pub use retention::{Cohort, Retention, Returned};

/// A question that is answered from sets of people.
pub trait Analysis {
    /// What comes of it.
    type Outcome;

    /// Returns what it is made of.
    fn needs(&self) -> Needs;

    /// Makes the outcome of what it needs.
    fn run(&self, material: &Material) -> Self::Outcome;
}

/// What an analysis is made of.
#[derive(Debug, Clone)]
pub struct Needs {
    /// Whose chat.
    pub workspace: WorkspaceId,
    /// Who counts.
    pub population: Population,
    /// In whose local days.
    pub zone: TimeZone,
    /// Whether it needs to know who signed up when, and before which instant.
    pub sign_ups: Option<Instant>,
    /// Which sets of people it needs, by local day.
    pub sets: Vec<SetOf>,
}

/// Sets of people by local day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetOf {
    /// A metric that counts people: whom it counts.
    pub metric: Metric,
    /// Over which span.
    pub range: Range,
}

/// What was gathered for an analysis; people by number.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Material {
    /// Who signed up when, of those who did in time: at the sign-up event, else when the record says that the account was made,
    /// else when first seen, by the record or by the first event.
    pub sign_ups: Vec<(u32, Instant)>,
    /// The sets, in the order in which they were asked for: of each day on which there was anybody.
    pub sets: Vec<BTreeMap<Day, RoaringBitmap>>,
}
