//! How likely people are to stay away, and what speaks for it.
//!
//! A logistic regression on four facts that are known of everybody: when somebody was last active, for how long they have been
//! here, and on how many days of the last 28 and 90. More features and other models did no better on a real history.

mod logistic;
mod measure;
#[cfg(test)]
mod tests;

use crate::Unknown;

pub use logistic::Logistic;
pub use measure::{Calibration, auc, brier, calibration, ece};

/// How many facts the model has.
pub const FEATURES: usize = 4;
/// Names of the facts, as answers give them.
pub const NAMES: [&str; FEATURES] = [
    "daysSinceLast",
    "daysSinceFirst",
    "activeDays28",
    "activeDays90",
];

/// What is known of a person on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Person {
    /// Days since the last activity.
    pub since_last: u32,
    /// Days since the first activity.
    pub since_first: u32,
    /// Days active of the last 28.
    pub active_28: u32,
    /// Days active of the last 90.
    pub active_90: u32,
}

impl Person {
    /// Returns the facts as the model takes them: logarithms, since a day more matters less the more there are.
    pub fn facts(self) -> [f64; FEATURES] {
        let Self {
            since_last,
            since_first,
            active_28,
            active_90,
        } = self;
        [since_last, since_first, active_28, active_90].map(|days| f64::from(days).ln_1p())
    }
}

/// Rows, and rows of either kind, that a model needs.
const NEEDED: (usize, usize) = (200, 50);

/// Fits the model on people of past days and whether they then stayed away.
pub fn fit(rows: &[(Person, bool)]) -> Result<Logistic<FEATURES>, Unknown> {
    let gone = rows.iter().filter(|(_, gone)| *gone).count();
    if rows.len() < NEEDED.0 {
        return Err(Unknown::few(NEEDED.0, rows.len(), "people"));
    }
    let rarer = gone.min(rows.len() - gone);
    if rarer < NEEDED.1 {
        return Err(Unknown::few(
            NEEDED.1,
            rarer,
            "people who left and who stayed",
        ));
    }
    let rows: Vec<([f64; FEATURES], bool)> = rows
        .iter()
        .map(|(person, gone)| (person.facts(), *gone))
        .collect();
    Logistic::fit(&rows).ok_or_else(|| Unknown::constant(rows.len(), "people"))
}
