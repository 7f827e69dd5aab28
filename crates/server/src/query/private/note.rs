//! What an answer says of the rules that it keeps to.

use domain::privacy::Privacy;
use serde::Serialize;
use utoipa::ToSchema;

/// What an answer may say of people, and how much of it is withheld.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PrivacyNote {
    /// The mode: pseudonymous or aggregate.
    #[schema(example = "aggregate")]
    pub mode: &'static str,
    /// The fewest people behind a number that is shown; `null` where nothing is withheld.
    pub min_group: Option<u32>,
    /// How many numbers are withheld: they are `null`, or their rows are left out.
    pub withheld: u64,
}

impl PrivacyNote {
    /// Returns what is said of the rules; nothing in the mode `full`.
    pub fn of(privacy: Privacy, withheld: u64) -> Option<Self> {
        let min_group = privacy.is_aggregate().then_some(privacy.min_group);
        (min_group.is_some() || privacy.is_pseudonymous()).then_some(Self {
            mode: privacy.mode.name(),
            min_group,
            withheld,
        })
    }
}
