//! Why a number changed: which elements account for it, and whether it is more than they usually vary. Parts always sum to
//! the whole.

mod split;
#[cfg(test)]
mod tests;

use crate::{Unknown, robust::median};

pub use split::{Factors, Ratio, Split, factors, ratio};

/// What one element of a dimension contributes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Driver {
    /// Number of the element.
    pub element: usize,
    /// Its value before, and now.
    pub before: f64,
    /// Its value now.
    pub after: f64,
    /// By how much it changed.
    pub delta: f64,
    /// Share of the change, of the gross change where elements oppose each other.
    pub share: f64,
    /// How surprising its change is.
    pub z: f64,
}

/// What accounts for a change.
#[derive(Debug, Clone, PartialEq)]
pub struct Drivers {
    /// The whole change.
    pub delta: f64,
    /// Elements that account for most of it, the most surprising first.
    pub drivers: Vec<Driver>,
    /// What the others sum to, and how many there are.
    pub rest: (f64, usize),
    /// Share of the change that the listed ones account for.
    pub explained: f64,
    /// Whether the whole is within what it usually varies: then the drivers are normal variation.
    pub within_noise: bool,
}

/// Elements are listed until they account for this share, each for at least the second; and at most so many.
const LISTED: (f64, f64, usize) = (0.67, 0.1, 5);
/// The median of a squared standard normal value.
const MEDIAN_OF_SQUARE: f64 = 0.455;
/// The dispersion of a dimension without history (measured on chat channels).
pub const USUAL_DISPERSION: f64 = 8.0;
/// The change from which a total is more than noise.
const SURPRISING: f64 = 1.96;
/// How many periods are averaged to compare with, unless a forecast is.
pub const PERIODS: usize = 4;

/// Returns by how much more than counts a dimension's elements vary: the median of squared Pearson residuals of past periods
/// from their mean, by that of normal values; at least 1. `None` of fewer than three periods.
pub fn dispersion(past: &[Vec<f64>]) -> Option<f64> {
    let elements = past.first()?.len();
    let periods = past.len() as f64;
    if past.len() < 3 {
        return None;
    }
    let mut squares = Vec::new();
    for element in 0..elements {
        let values = || past.iter().filter_map(|period| period.get(element));
        let mean = values().sum::<f64>() / periods;
        if mean > 0.0 {
            // The mean was taken from the same values.
            let scale = mean * (periods - 1.0) / periods;
            squares.extend(values().map(|value| (value - mean).powi(2) / scale));
        }
    }
    Some((median(&mut squares)? / MEDIAN_OF_SQUARE).max(1.0))
}

/// Returns what accounts for the change of an additive metric between two like periods.
///
/// Elements are ranked by surprise, `z = δ/√(φ·(x + b)/2 + 1)`, and explained by contribution: the roles that Adtributor
/// (Bhagwan et al., NSDI 2014) gives to surprise and explanatory power. `spread` is the usual deviation of the total's change.
pub fn additive(
    before: &[f64],
    after: &[f64],
    dispersion: f64,
    spread: f64,
) -> Result<Drivers, Unknown> {
    if before.len() != after.len() || before.is_empty() {
        return Err(Unknown::few(1, 0, "elements"));
    }
    let deltas: Vec<f64> = before
        .iter()
        .zip(after)
        .map(|(before, after)| after - before)
        .collect();
    let delta: f64 = deltas.iter().sum();
    let gross: f64 = deltas.iter().map(|delta| delta.abs()).sum();
    if !gross.is_finite() || gross == 0.0 {
        return Err(Unknown::constant(before.len(), "elements"));
    }
    let opposed = gross > 1.5 * delta.abs();
    let whole = if opposed { gross } else { delta };
    let driver = |element: usize| {
        let (before, after, delta) = (before[element], after[element], deltas[element]);
        let usual = (dispersion.max(0.0) * (before + after).max(0.0) / 2.0 + 1.0).sqrt();
        let share = if opposed { delta.abs() } else { delta } / whole;
        Driver {
            element,
            before,
            after,
            delta,
            share,
            z: delta / usual,
        }
    };
    let mut all: Vec<Driver> = (0..deltas.len()).map(driver).collect();
    all.sort_by(|a, b| {
        b.z.abs()
            .total_cmp(&a.z.abs())
            .then(a.element.cmp(&b.element))
    });
    let mut drivers: Vec<Driver> = Vec::new();
    let mut explained = 0.0;
    for one in all.iter().filter(|one| one.share >= LISTED.1) {
        if explained >= LISTED.0 || drivers.len() == LISTED.2 {
            break;
        }
        explained += one.share;
        drivers.push(*one);
    }
    let listed: f64 = drivers.iter().map(|one| one.delta).sum();
    let rest = (delta - listed, deltas.len() - drivers.len());
    Ok(Drivers {
        delta,
        drivers,
        rest,
        explained,
        within_noise: delta.abs() < SURPRISING * spread,
    })
}
