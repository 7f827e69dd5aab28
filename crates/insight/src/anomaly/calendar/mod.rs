//! Whether a day (hour, week) is out of the ordinary, given the level, the season and what usually deviates.
//!
//! On `L = ln(1 + x)` a level follows by exponential smoothing, with residuals clipped so that one day moves it little
//! (robust smoothing: Gelper, Fried, Croux 2010); a profile holds the median deviation of each place in the season; the
//! spread is the larger of the residuals' median absolute deviation and what counts deviate by themselves (Poisson). A
//! point alarm needs a large `z` that is rarer than the budget allows ([`crate::tail::rarity`]); a shift alarm is a two-sided
//! CUSUM (Page 1954), after which the level starts again where the shift began.

mod detector;
mod profile;
#[cfg(test)]
mod tests;

use serde::Serialize;

pub use detector::Detector;

use crate::Unknown;

/// What a kind of series is judged with.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Parameters {
    /// Buckets of a season; 1 without one.
    pub season: usize,
    /// Buckets of a season within it, to which places with little history shrink; 1 without one.
    pub inner: usize,
    /// How fast the level follows.
    pub rate: f64,
    /// Where the sum of deviations becomes a shift.
    pub shift: f64,
    /// How many buckets of history a verdict needs.
    pub needed: usize,
    /// What a bucket is called.
    pub unit: &'static str,
    /// The largest probability of a point alarm: false alarms a year by tests a year.
    pub budget: f64,
}

impl Parameters {
    /// Days, with a week as season and one false alarm of each kind a year.
    pub const DAILY: Self = Self {
        season: 7,
        inner: 1,
        rate: 0.2,
        shift: 5.0,
        needed: 56,
        unit: "days",
        budget: 1.0 / 365.0,
    };
    /// Hours, with a week of hours as season.
    pub const HOURLY: Self = Self {
        season: 168,
        inner: 24,
        rate: 0.05,
        shift: 8.0,
        needed: 8 * 168,
        unit: "hours",
        budget: 1.0 / 8_760.0,
    };
    /// Weeks, for series that are too small to be judged by day.
    pub const WEEKLY: Self = Self {
        season: 1,
        inner: 1,
        rate: 0.2,
        shift: 5.0,
        needed: 12,
        unit: "weeks",
        budget: 1.0 / 52.0,
    };
}

/// To which side something is out of the ordinary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// Above what was expected.
    Up,
    /// Below it.
    Down,
}

impl Side {
    /// Returns the side of a deviation.
    pub fn of(z: f64) -> Self {
        if z > 0.0 { Self::Up } else { Self::Down }
    }
}

/// A level that has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Shift {
    /// Whether it is higher or lower.
    pub side: Side,
    /// For how many buckets before this one.
    pub since: usize,
}

/// A value beside what was expected before it was known.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Judged {
    /// What was expected.
    pub expected: f64,
    /// Lower end of what 95 of 100 values are within.
    pub lower: f64,
    /// Upper end of it.
    pub upper: f64,
    /// How many usual deviations the value is away.
    pub z: f64,
    /// The probability of a deviation as large, by past ones.
    pub p: f64,
    /// A point alarm: this value alone is out of the ordinary.
    pub point: Option<Side>,
    /// A shift alarm: with this bucket, the sum of deviations is.
    pub shift: Option<Shift>,
}

/// What is said of a bucket.
pub type Verdict = Result<Judged, Unknown>;
