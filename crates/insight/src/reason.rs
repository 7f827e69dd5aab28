//! Why there is no verdict.

use serde::Serialize;

/// Why a statement cannot be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The history is too short.
    TooLittleHistory,
    /// Too few people or counts stand behind it.
    TooFewPeople,
    /// All values are the same.
    NoVariation,
    /// What it waits for has not ended yet.
    NotMatured,
    /// The events are a sample whose rate changed.
    Sampled,
    /// The bucket has no trustworthy value.
    Masked,
    /// Privacy withholds it.
    Private,
}

/// A missing verdict: why, and how much of what is needed there is.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Unknown {
    /// Why there is none.
    pub reason: Reason,
    /// How much is needed.
    pub needed: usize,
    /// How much there is.
    pub have: usize,
    /// What is counted.
    pub unit: &'static str,
}

impl Unknown {
    /// Says that a history is too short.
    pub const fn history(needed: usize, have: usize, unit: &'static str) -> Self {
        Self {
            reason: Reason::TooLittleHistory,
            needed,
            have,
            unit,
        }
    }

    /// Says that too few people or counts stand behind a statement.
    pub const fn few(needed: usize, have: usize, unit: &'static str) -> Self {
        Self {
            reason: Reason::TooFewPeople,
            needed,
            have,
            unit,
        }
    }

    /// Says that values do not vary.
    pub const fn constant(have: usize, unit: &'static str) -> Self {
        Self {
            reason: Reason::NoVariation,
            needed: have,
            have,
            unit,
        }
    }
}
