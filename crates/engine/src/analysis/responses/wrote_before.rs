//! Who wrote before.

use domain::{
    id::WorkspaceId,
    metric::Metric,
    query::Population,
    time::{Instant, Range},
};
use jiff::tz::TimeZone;
use roaring::RoaringBitmap;

use crate::analysis::{Analysis, Material, Needs, SetOf};

/// The analysis of who wrote before an instant, wherever it was: whoever did is no newcomer.
#[derive(Debug, Clone)]
pub struct WroteBefore {
    /// Whose chat.
    pub workspace: WorkspaceId,
    /// In whose local days sets are kept.
    pub zone: TimeZone,
    /// Before when.
    pub before: Instant,
}

impl Analysis for WroteBefore {
    type Outcome = RoaringBitmap;

    fn needs(&self) -> Needs {
        Needs {
            workspace: self.workspace.clone(),
            population: Population::People,
            zone: self.zone.clone(),
            sign_ups: None,
            from_events: false,
            named: Vec::new(),
            only: None,
            sets: vec![SetOf {
                metric: Metric::Posters,
                range: Range::before(self.before),
                by_day: false,
            }],
        }
    }

    fn run(&self, material: &Material) -> RoaringBitmap {
        let days = material.sets.iter().flat_map(|days| days.values());
        days.fold(RoaringBitmap::new(), |all, day| {
            all | day.everybody().as_ref()
        })
    }
}
