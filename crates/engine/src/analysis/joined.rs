//! Who signed up in a span.

use domain::{
    id::WorkspaceId,
    query::Population,
    time::{Instant, Range},
};
use jiff::tz::TimeZone;

use super::{Analysis, Material, Needs, SignUp};

/// The analysis of who signed up in a span.
#[derive(Debug, Clone)]
pub struct Joined {
    /// Whose chat.
    pub workspace: WorkspaceId,
    /// Who counts.
    pub population: Population,
    /// In whose local days rollups are kept.
    pub zone: TimeZone,
    /// The span.
    pub span: Range,
    /// The present: nobody signed up later.
    pub as_of: Instant,
}

impl Analysis for Joined {
    type Outcome = Vec<SignUp>;

    fn needs(&self) -> Needs {
        Needs {
            workspace: self.workspace.clone(),
            population: self.population,
            zone: self.zone.clone(),
            sign_ups: Some(self.as_of),
            from_events: false,
            named: Vec::new(),
            only: None,
            sets: Vec::new(),
        }
    }

    fn run(&self, material: &Material) -> Vec<SignUp> {
        let sign_ups = material.sign_ups.iter();
        let within = sign_ups.filter(|sign_up| self.span.contains(sign_up.at));
        within.copied().collect()
    }
}
