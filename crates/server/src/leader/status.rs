//! What is told of who leads.

use domain::time::Instant;
use serde::Serialize;
use utoipa::ToSchema;

/// What an instance knows of who leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum LeaderStage {
    /// It shares its settings with no other, and so leads.
    Alone,
    /// It has not asked yet.
    Starting,
    /// It leads.
    Leading,
    /// Another leads.
    Following,
    /// The settings database is away, so that nobody knows: it does nothing that is to be done once.
    Away,
    /// It has no part in this work (`ANALYTICS_ROLES`).
    Apart,
}

impl LeaderStage {
    /// Returns whether this instance leads.
    pub const fn leads(self) -> bool {
        matches!(self, Self::Alone | Self::Leading)
    }

    /// Returns the name used in answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Alone => "alone",
            Self::Starting => "starting",
            Self::Leading => "leading",
            Self::Following => "following",
            Self::Away => "away",
            Self::Apart => "apart",
        }
    }
}

/// Whether this instance leads, and who does else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct LeaderStatus {
    /// `alone` (it shares its settings with no other), `leading`, `following`, `starting`, `away` (the
    /// settings database does not answer) or `apart` (it is no worker).
    #[schema(value_type = String, example = "leading")]
    pub stage: LeaderStage,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub since: Instant,
    /// The instance that leads, as host and port; `null` where it is this one, or nobody knows.
    pub leader: Option<String>,
    /// Why the settings database does not answer.
    pub problem: Option<String>,
}
