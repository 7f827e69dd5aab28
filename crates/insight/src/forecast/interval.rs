//! How far forecasts were off, and therefore may be.

use super::{Forecast, Grain, candidates, combined, mix, weigh};
use crate::robust::quantile;

/// How many past origins are looked at.
const ORIGINS: usize = 26;
/// How many more there are to weigh the candidates at the oldest of them, and how many that takes.
const LEARNED: usize = 8;
const FEWEST: usize = 2;
/// How fast the adaptive level follows.
const ADAPTS: f64 = 0.02;

/// The interval of each bucket ahead, at one level.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranges {
    /// Lower and upper end.
    pub ranges: Vec<(f64, f64)>,
}

/// Errors of logarithms at past origins, by how far ahead.
#[derive(Debug, Clone, PartialEq)]
pub struct Errors {
    blocks: Vec<Vec<f64>>,
}

/// Returns which block of the horizon a bucket ahead belongs to: the first season, the second, and what is beyond.
fn block(ahead: usize, grain: Grain) -> usize {
    let week = if grain == Grain::Weekly {
        4
    } else {
        grain.season()
    };
    (ahead / week).min(2)
}

impl Errors {
    /// Looks at past origins with the weights of today; `None` where there are too few.
    pub fn of(history: &[f64], horizon: usize, grain: Grain) -> Option<(Forecast, Self)> {
        let forecast = combined(history, horizon, grain);
        let step = grain.season().max(1);
        let least = grain.needed().1;
        let mut blocks = vec![Vec::new(); 3];
        let mut past = Vec::new();
        for back in 0..ORIGINS + LEARNED {
            let Some(origin) = history
                .len()
                .checked_sub(1 + back * step)
                .filter(|origin| *origin >= least)
            else {
                break;
            };
            let ahead = horizon.min(history.len() - origin);
            past.push((
                candidates::all(&history[..origin], ahead, grain),
                origin,
                ahead,
            ));
        }
        for (all, origin, ahead) in &past {
            let done: Vec<_> = past
                .iter()
                .filter(|(_, other, reach)| other + reach <= *origin)
                .take(grain.origins())
                .map(|(all, other, reach)| (all.clone(), &history[*other..other + reach]))
                .collect();
            if done.len() < FEWEST {
                continue;
            }
            let weights = weigh(all, &done, &history[..*origin]);
            let values = mix(all, &weights, super::is_sparse(&history[..*origin], grain));
            for at in 0..*ahead {
                let error = history[origin + at].ln_1p() - values[at].max(0.0).ln_1p();
                blocks[block(at, grain)].push(error);
            }
        }
        for block in &mut blocks {
            block.sort_unstable_by(f64::total_cmp);
        }
        (blocks[0].len() >= 20).then_some((forecast, Self { blocks }))
    }

    /// Returns the interval around values in which a share of them is expected.
    pub fn ranges(&self, values: &[f64], level: f64, grain: Grain) -> Ranges {
        let around = |(at, value): (usize, &f64)| {
            // A block that no past origin reached is as wide as the one before it.
            let block = (0..=block(at, grain))
                .rev()
                .map(|one| &self.blocks[one])
                .find(|one| one.len() >= 20);
            let errors = block.unwrap_or(&self.blocks[0]);
            let n = errors.len() as f64;
            let outside = ((1.0 - level) / 2.0 * (1.0 + 1.0 / n) - 0.5 / n).max(0.0);
            let low = quantile(errors, outside).unwrap_or(0.0);
            let high = quantile(errors, 1.0 - outside).unwrap_or(0.0);
            let log = value.max(0.0).ln_1p();
            (
                (log + low).exp_m1().max(0.0),
                (log + high).exp_m1().max(0.0),
            )
        };
        Ranges {
            ranges: values.iter().enumerate().map(around).collect(),
        }
    }
}

/// A level that follows how often intervals held (adaptive conformal inference: Gibbs and Candès 2021).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Adaptive {
    target: f64,
    level: f64,
}

impl Adaptive {
    /// Starts at the level that is to be held.
    pub const fn new(target: f64) -> Self {
        Self {
            target,
            level: target,
        }
    }

    /// Returns the level to ask for.
    pub const fn level(self) -> f64 {
        self.level.clamp(0.01, 0.999)
    }

    /// Learns whether an interval held.
    pub fn learn(&mut self, held: bool) {
        let missed = f64::from(u8::from(!held));
        self.level += ADAPTS * (missed - (1.0 - self.target));
    }
}
