//! Analyses: questions that are answered from sets of people, and not by one aggregate.
//!
//! 1. An analysis says what it [needs](Analysis::needs): who signed up when, and whom metrics that count
//!    people count on each local day.
//! 2. That is gathered by rollups or, where these do not tell, by running through the events once
//!    ([`Material`]). Either way gives the same.
//! 3. [`Analysis::run`] makes the outcome of it: it is pure, and knows neither rollups nor events.
//!
//! What depends on the order of events is an [`Ordered`] analysis, which is given them one after the other, or
//! an [`InContext`] analysis, which is given what is kept of each day.

mod adoption;
mod context;
mod durations;
mod funnel;
mod gather;
mod habits;
mod joined;
mod journeys;
mod lifecycle;
mod minutes;
mod ordered;
mod parts;
pub mod responses;
mod retention;
mod sessions;
#[cfg(test)]
mod tests;

use std::{collections::BTreeMap, sync::Arc};

use domain::{
    dimension::Dimension,
    id::WorkspaceId,
    metric::Metric,
    query::Population,
    time::{Day, Instant, Range},
};
use jiff::tz::TimeZone;
use roaring::RoaringBitmap;

use crate::{
    StoreError,
    rollup::WeightedSet,
    storage::{Identities, Subject},
};

pub use adoption::{Adopters, Adoption, FeatureAdopters};
pub use context::{
    About, Analysing, Counted, DaysState, Digest, InContext, KeepDays, Kept, Shape, TakeDay,
    TakeDays,
};
pub use durations::{Durations, MOST_EXACT, Times};
pub use funnel::{
    ANSWERED_WITHIN, Funnel, FunnelOutcome, FunnelRequest, MOST_STEPS, Progress, Step, StepNumbers,
};
pub(crate) use gather::{by_events, by_rollups};
pub use habits::{Habits, Regularity};
pub use joined::Joined;
pub use journeys::{
    JourneyCounts, JourneyRequest, Journeys, MOST_PATHS, PATH, Path, TooManyPaths, Transition,
};
pub use lifecycle::{Lifecycle, Pair, Stages};
pub use minutes::{ChannelLately, Lately, Minute, Minutes};
pub use ordered::{Act, MOST_MARKS, Ordered, OrderedScan, TakeActs};
pub use retention::{Cohort, Retention, Returned};
pub use sessions::{
    LONGEST, PAUSE, Session, SessionLengths, SessionNumbers, SessionSummary, Sessions,
    SessionsByDay,
};

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
    /// Which sets of people it needs.
    pub sets: Vec<SetOf>,
    /// Which sets of active people it needs by the value of a property.
    pub named: Vec<NamedSets>,
    /// Whether the events are asked, whatever rollups could tell.
    pub from_events: bool,
    /// Only these people, by identifier; `None` for everybody.
    pub only: Option<Arc<[String]>>,
}

/// Sets of people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SetOf {
    /// A metric that counts people: whom it counts.
    pub metric: Metric,
    /// Over which span.
    pub range: Range,
    /// Whether they are told apart by local day; else all are of [`WHOLE`].
    pub by_day: bool,
}

/// Sets of the people whose events of one kind have the same value of a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NamedSets {
    /// The property, as a dimension.
    pub dimension: Dimension,
    /// Over which span.
    pub range: Range,
    /// Whether they are told apart by local day; else all are of [`WHOLE`].
    pub by_day: bool,
}

/// Stands for the local day of sets that are not told apart by day.
pub const WHOLE: Day = Day::MIN;

/// Sets of people by local day.
pub type DaySets = BTreeMap<Day, WeightedSet>;

impl Needs {
    /// Leaves out everybody whom it is not about.
    fn narrow(
        &self,
        material: &mut Material,
        identities: &dyn Identities,
        workspace: u16,
    ) -> Result<(), StoreError> {
        let Some(only) = &self.only else {
            return Ok(());
        };
        let numbers = identities.numbers(Subject::Person, workspace, only)?;
        let only: RoaringBitmap = numbers.into_iter().collect();
        material
            .sign_ups
            .retain(|sign_up| only.contains(sign_up.person));
        let named = material.named.iter_mut().flat_map(BTreeMap::values_mut);
        for days in material.sets.iter_mut().chain(named) {
            for people in days.values_mut() {
                people.keep(&only);
            }
            days.retain(|_, people| !people.is_empty());
        }
        Ok(())
    }
}

/// What was gathered for an analysis; people by number.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Material {
    /// Who signed up when, of those who did in time: at the sign-up event, else when the record says that the account was made,
    /// else when first seen, by the record or by the first event.
    pub sign_ups: Vec<SignUp>,
    /// The sets, in the order in which they were asked for: of each day on which there was anybody.
    pub sets: Vec<DaySets>,
    /// The sets by value, in the order in which they were asked for.
    pub named: Vec<BTreeMap<Box<str>, DaySets>>,
}

/// Somebody who signed up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignUp {
    /// Who, by number.
    pub person: u32,
    /// When.
    pub at: Instant,
    /// The first event of any kind, if there is any.
    pub first_event: Option<Instant>,
    /// Whether a record tells of the person, whatever events are kept.
    pub is_recorded: bool,
}
