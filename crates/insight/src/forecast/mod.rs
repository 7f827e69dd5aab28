//! What is likely next, how sure that is, and whether it is better than "as last week".
//!
//! A handful of small forecasters are weighted by how well each would have done lately ([`candidates`]): a combination beats
//! the choice of one (Bates and Granger 1969; the M4 competition, Makridakis et al. 2020). Intervals are what errors were
//! at past origins ([`interval`]): valid without a distribution.

mod candidates;
mod interval;
mod linear;
mod smooth;
#[cfg(test)]
mod tests;

use crate::{Reason, Unknown, robust::median};

pub use candidates::NAMES;
pub use interval::{Adaptive, Errors, Ranges};

/// How long the buckets of a series are, and what follows from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grain {
    /// Hours, with days and weeks as seasons.
    Hourly,
    /// Days, with weeks as seasons.
    Daily,
    /// Weeks, with years as seasons.
    Weekly,
}

impl Grain {
    /// Returns after how many buckets a series repeats itself; 1 where seasons are too long to rely on.
    pub const fn season(self) -> usize {
        match self {
            Self::Hourly => 24,
            Self::Daily => 7,
            Self::Weekly => 1,
        }
    }

    /// Returns the longer season: a week of hours, a year of weeks, four weeks of days.
    const fn long(self) -> usize {
        match self {
            Self::Hourly => 168,
            Self::Daily => 7,
            Self::Weekly => 52,
        }
    }

    /// Returns how many past origins weigh the candidates.
    const fn origins(self) -> usize {
        match self {
            Self::Hourly => 3,
            Self::Daily => 6,
            Self::Weekly => 4,
        }
    }

    /// Returns how far apart origins are for a horizon.
    const fn step(self, horizon: usize) -> usize {
        match self {
            Self::Daily => 7,
            Self::Hourly | Self::Weekly => horizon,
        }
    }

    /// Returns the buckets of four weeks, and how many days each has.
    const fn four_weeks(self) -> (usize, f64) {
        match self {
            Self::Hourly => (672, 1.0 / 24.0),
            Self::Daily => (28, 1.0),
            Self::Weekly => (4, 7.0),
        }
    }

    /// Returns how much of the past is looked at, and over how much of it the largest value limits forecasts.
    const fn memory(self) -> (usize, usize) {
        match self {
            Self::Hourly => (1_000, 1_000),
            Self::Daily => (728, 364),
            Self::Weekly => (usize::MAX, 104),
        }
    }

    /// Returns how many buckets a forecast needs at all, and how many more than a naive one does.
    const fn needed(self) -> (usize, usize) {
        match self {
            Self::Hourly => (96, 192),
            Self::Daily => (28, 56),
            Self::Weekly => (8, 26),
        }
    }

    /// Returns what buckets are called.
    const fn unit(self) -> &'static str {
        match self {
            Self::Hourly => "hours",
            Self::Daily => "days",
            Self::Weekly => "weeks",
        }
    }
}

/// A forecast beside the naive one.
#[derive(Debug, Clone, PartialEq)]
pub struct Forecast {
    /// Expected values.
    pub values: Vec<f64>,
    /// The values a season before.
    pub naive: Vec<f64>,
    /// Weight of each candidate by name; those of weight 0 are left out.
    pub weights: Vec<(&'static str, f64)>,
    /// Mean absolute error at past origins, and that of the naive forecast.
    pub errors: Option<(f64, f64)>,
}

impl Forecast {
    /// Returns whether it did better than the naive forecast; where not, the naive one is the answer.
    pub fn is_better(&self) -> bool {
        self.errors.is_some_and(|(own, naive)| own < naive)
    }
}

/// The mean of a day below which a series is sparse: weights of candidates would follow noise, their median does not.
const SPARSE: f64 = 20.0;
/// How fast a candidate loses weight with its error.
const SHARPNESS: f64 = 3.0;
/// Forecasts stay below this multiple of the largest value.
const CEILING: f64 = 1.3;
/// The largest share of missing buckets.
const MISSING: f64 = 0.2;

/// Forecasts a series of closed buckets.
pub fn forecast(series: &[Option<f64>], horizon: usize, grain: Grain) -> Result<Forecast, Unknown> {
    let history = complete(series, grain)?;
    Ok(combined(&history, horizon, grain))
}

/// Returns the part of a series that is looked at, with gaps filled by what was a season before.
pub(crate) fn complete(series: &[Option<f64>], grain: Grain) -> Result<Vec<f64>, Unknown> {
    let start = series.len().saturating_sub(grain.memory().0);
    let valid = |value: &Option<f64>| value.filter(|value| value.is_finite() && *value >= 0.0);
    let kept: Vec<Option<f64>> = series[start..]
        .iter()
        .map(valid)
        .skip_while(Option::is_none)
        .collect();
    let have = kept.iter().flatten().count();
    let (needed, _) = grain.needed();
    if have < needed {
        return Err(Unknown::history(needed, have, grain.unit()));
    }
    if (kept.len() - have) as f64 > MISSING * kept.len() as f64 {
        return Err(Unknown {
            reason: Reason::Masked,
            needed: kept.len(),
            have,
            unit: grain.unit(),
        });
    }
    let mut full: Vec<f64> = Vec::with_capacity(kept.len());
    for (at, value) in kept.iter().enumerate() {
        let before = at
            .checked_sub(grain.long())
            .or_else(|| at.checked_sub(grain.season()));
        let usual = || {
            before
                .or_else(|| at.checked_sub(1))
                .map_or(0.0, |before| full[before])
        };
        full.push(value.unwrap_or_else(usual));
    }
    Ok(full)
}

/// Forecasts a complete history.
pub(crate) fn combined(history: &[f64], horizon: usize, grain: Grain) -> Forecast {
    let all = candidates::all(history, horizon, grain);
    let naive = all[0].clone().unwrap_or_default();
    if history.len() < grain.needed().1 {
        return Forecast {
            values: naive.clone(),
            naive,
            weights: vec![(NAMES[0], 1.0)],
            errors: None,
        };
    }
    let step = grain.step(horizon);
    let origins =
        (1..=grain.origins()).map(|back| history.len().saturating_sub(horizon + (back - 1) * step));
    let origins: Vec<usize> = origins
        .filter(|origin| *origin >= grain.needed().1 / 2)
        .collect();
    let past: Vec<_> = origins
        .iter()
        .map(|origin| {
            let actual = &history[*origin..(*origin + horizon).min(history.len())];
            (candidates::all(&history[..*origin], horizon, grain), actual)
        })
        .collect();
    let weights = weigh(&all, &past, history);
    let values = mix(&all, &weights, is_sparse(history, grain));
    let error = |of: &dyn Fn(&Candidates) -> Vec<f64>| {
        let errors = past.iter().map(|(all, actual)| absolute(&of(all), actual));
        errors.sum::<f64>() / past.len() as f64
    };
    let errors = (!past.is_empty()).then(|| {
        let own = error(&|all| mix(all, &weights, is_sparse(history, grain)));
        (own, error(&|all| all[0].clone().unwrap_or_default()))
    });
    let named = NAMES
        .into_iter()
        .zip(weights)
        .filter(|(_, weight)| *weight > 0.0)
        .collect();
    Forecast {
        values,
        naive,
        weights: named,
        errors,
    }
}

/// What each candidate says, in the order of [`NAMES`]; `None` where it cannot.
type Candidates = Vec<Option<Vec<f64>>>;

fn is_sparse(history: &[f64], grain: Grain) -> bool {
    let (buckets, days) = grain.four_weeks();
    let last = &history[history.len().saturating_sub(buckets)..];
    last.iter().sum::<f64>() < SPARSE * days * last.len() as f64
}

/// Returns weights `∝ exp(−3(E/E_min − 1))` of the mean absolute errors at past origins.
fn weigh(now: &Candidates, past: &[(Candidates, &[f64])], history: &[f64]) -> Vec<f64> {
    let errors: Vec<f64> = (0..now.len())
        .map(|at| {
            let each = past.iter().map(|(all, actual)| {
                all[at]
                    .as_ref()
                    .map_or(f64::INFINITY, |values| absolute(values, actual))
            });
            if now[at].is_none() {
                f64::INFINITY
            } else {
                each.sum::<f64>()
            }
        })
        .collect();
    let least = errors.iter().copied().fold(f64::INFINITY, f64::min);
    let scale = history.iter().sum::<f64>() / history.len() as f64;
    if past.is_empty() || !least.is_finite() || least <= 1e-9 * scale {
        // Several are exact, or nothing can be told: the first of the best.
        let best = errors.iter().position(|error| *error <= least).unwrap_or(0);
        return (0..now.len())
            .map(|at| f64::from(u8::from(at == best)))
            .collect();
    }
    let raw: Vec<f64> = errors
        .iter()
        .map(|error| (-SHARPNESS * (error / least - 1.0)).exp())
        .collect();
    let sum: f64 = raw.iter().sum();
    raw.into_iter()
        .map(|weight| {
            if weight < 1e-4 * sum {
                0.0
            } else {
                weight / sum
            }
        })
        .collect()
}

/// Returns the weighted mean of the candidates, their median where the series is sparse.
fn mix(all: &Candidates, weights: &[f64], is_sparse: bool) -> Vec<f64> {
    let horizon = all[0].as_ref().map_or(0, Vec::len);
    (0..horizon)
        .map(|at| {
            if is_sparse {
                let mut values: Vec<f64> = all.iter().flatten().map(|values| values[at]).collect();
                return median(&mut values).unwrap_or(0.0);
            }
            let terms = all
                .iter()
                .zip(weights)
                .filter_map(|(values, weight)| Some((values.as_ref()?[at], weight)));
            let (sum, total) = terms.fold((0.0, 0.0), |(sum, total), (value, weight)| {
                (sum + value * weight, total + weight)
            });
            if total > 0.0 { sum / total } else { 0.0 }
        })
        .collect()
}

fn absolute(values: &[f64], actual: &[f64]) -> f64 {
    let errors = values
        .iter()
        .zip(actual)
        .map(|(value, actual)| (value - actual).abs());
    errors.sum::<f64>() / actual.len().max(1) as f64
}
