//! The detector, which takes one bucket after the other.

use std::collections::VecDeque;

use super::{Judged, Parameters, Shift, Side, Verdict, profile::Profile};
use crate::{
    Reason, Unknown,
    robust::{MAD_TO_SIGMA, mad, median},
    tail::{REMEMBERED, rarity},
};

/// How many residuals the spread is taken from.
const RESIDUALS: usize = 120;
/// Residuals beyond this many deviations count as if they were there.
const CLIP: (f64, f64) = (2.0, 4.0);
/// The least spread of a logarithm.
const LEAST_SPREAD: f64 = 0.03;
/// The smallest deviation that is a point alarm.
const POINT: f64 = 3.5;
/// Point alarms exceed everything of a year.
const YEAR: usize = 365;
/// A deviation is remembered as at most this many times the largest before it: one holiday silences no year.
const OUTLIER: f64 = 1.1;
/// What a sum of deviations forgets with each bucket, and the most that one bucket adds before.
const DRIFT: (f64, f64) = (0.75, 3.0);
/// Fewer expected counts are not judged.
const FEWEST: f64 = 5.0;
/// The longest time over which a shift is dated.
const LONGEST: usize = 56;

/// Judges a series, one closed bucket after the other.
#[derive(Debug, Clone)]
pub struct Detector {
    parameters: Parameters,
    profile: Profile,
    level: f64,
    seen: usize,
    place: usize,
    residuals: VecDeque<f64>,
    deviations: VecDeque<f64>,
    levels: VecDeque<f64>,
    last: f64,
    same: usize,
    up: Sum,
    down: Sum,
}

/// A sum of deviations to one side and for how many buckets it is above 0.
#[derive(Debug, Clone, Copy, Default)]
struct Sum {
    value: f64,
    length: usize,
}

impl Sum {
    fn add(&mut self, z: f64) {
        self.value = (self.value + z.min(DRIFT.1) - DRIFT.0).max(0.0);
        self.length = if self.value > 0.0 { self.length + 1 } else { 0 };
    }
}

impl Detector {
    /// Starts with a series whose first bucket has a place in the season.
    pub fn new(parameters: Parameters, place: usize) -> Self {
        Self {
            profile: Profile::new(parameters.season, parameters.inner),
            parameters,
            level: 0.0,
            seen: 0,
            place,
            residuals: VecDeque::new(),
            deviations: VecDeque::new(),
            levels: VecDeque::new(),
            last: f64::NAN,
            same: 0,
            up: Sum::default(),
            down: Sum::default(),
        }
    }

    /// Judges the next bucket and learns from it. A masked bucket, or one whose value is no count, teaches nothing.
    pub fn next(&mut self, value: Option<f64>) -> Verdict {
        let place = self.place;
        self.place += 1;
        let Some(value) = value.filter(|value| value.is_finite() && *value >= 0.0) else {
            return Err(Unknown {
                reason: Reason::Masked,
                needed: 1,
                have: 0,
                unit: self.parameters.unit,
            });
        };
        self.same = if value == self.last { self.same + 1 } else { 0 };
        self.last = value;
        let log = value.ln_1p();
        if self.seen == 0 {
            self.level = log;
        }
        let usual = self.profile.at(place);
        let centre = self.level + usual;
        let sigma = self.spread(centre.exp());
        let residual = log - centre;
        let verdict = self.judge(residual, centre, sigma);
        self.learn(place, log, usual, residual, sigma);
        verdict.map(|judged| self.restart_after(judged))
    }

    fn judge(&self, residual: f64, centre: f64, sigma: f64) -> Verdict {
        let Parameters {
            needed,
            unit,
            budget,
            ..
        } = self.parameters;
        if self.seen < needed {
            return Err(Unknown::history(needed, self.seen, unit));
        }
        if self.same >= needed {
            return Err(Unknown::constant(self.seen, unit));
        }
        let expected = centre.exp_m1().max(0.0);
        if expected < FEWEST {
            return Err(Unknown::few(FEWEST as usize, expected as usize, "counts"));
        }
        let z = residual / sigma;
        let past: Vec<f64> = self.deviations.iter().copied().collect();
        let p = rarity(&past, z.abs());
        let year = &past[past.len().saturating_sub(YEAR)..];
        let is_point = z.abs() >= POINT && p <= budget && year.iter().all(|one| *one < z.abs());
        let point = is_point.then(|| Side::of(z));
        let at = |z: f64| (centre + z * sigma).exp_m1().max(0.0);
        Ok(Judged {
            expected,
            lower: at(-1.96),
            upper: at(1.96),
            z,
            p,
            point,
            shift: None,
        })
    }

    fn learn(&mut self, place: usize, log: f64, usual: f64, residual: f64, sigma: f64) {
        let clip = |value: f64, width: f64| value.clamp(-width * sigma, width * sigma);
        let is_new = self.seen < self.parameters.season.max(7);
        // The first season has no spread yet, and its mean is the first level.
        let rate = self.parameters.rate.max(1.0 / (self.seen + 1) as f64);
        let moved = if is_new {
            residual
        } else {
            clip(residual, CLIP.0)
        };
        self.profile.learn(place, log - self.level);
        self.level += rate * moved;
        if !is_new {
            push(&mut self.residuals, clip(residual, CLIP.1), RESIDUALS);
        }
        push(&mut self.levels, log - usual, LONGEST);
        if self.seen >= self.parameters.needed / 2 {
            let z = residual / sigma;
            self.remember(z.abs());
            self.up.add(z);
            self.down.add(-z);
        }
        self.seen += 1;
    }

    fn remember(&mut self, deviation: f64) {
        let year = self.deviations.iter().rev().take(YEAR);
        let largest = year.copied().fold(0.0, f64::max);
        let is_young = self.deviations.len() < self.parameters.needed;
        let most = if is_young {
            f64::INFINITY
        } else {
            OUTLIER * largest
        };
        push(&mut self.deviations, deviation.min(most), REMEMBERED);
    }

    /// Marks a shift once the sum of deviations says so, and lets the level start where it began.
    fn restart_after(&mut self, mut judged: Judged) -> Judged {
        let side = Side::of(self.up.value - self.down.value);
        let sum = if side == Side::Up { self.up } else { self.down };
        if sum.value < self.parameters.shift {
            return judged;
        }
        let length = sum.length.min(self.levels.len());
        let mut since: Vec<f64> = self.levels.iter().rev().take(length).copied().collect();
        self.level = median(&mut since).unwrap_or(self.level);
        (self.up, self.down) = (Sum::default(), Sum::default());
        judged.shift = Some(Shift {
            side,
            since: sum.length - 1,
        });
        judged
    }

    /// Returns the usual deviation of the logarithm: that of past residuals, at least that of counts.
    fn spread(&self, expected: f64) -> f64 {
        let mut residuals: Vec<f64> = self.residuals.iter().copied().collect();
        let own = MAD_TO_SIGMA * mad(&mut residuals);
        own.max(1.0 / expected.max(1.0).sqrt()).max(LEAST_SPREAD)
    }
}

fn push(values: &mut VecDeque<f64>, value: f64, most: usize) {
    if values.len() == most {
        values.pop_front();
    }
    values.push_back(value);
}

impl Parameters {
    /// Judges each bucket of a series by those before it; the first has a place in the season.
    pub fn judge(self, series: &[Option<f64>], place: usize) -> Vec<Verdict> {
        let mut detector = Detector::new(self, place);
        series.iter().map(|value| detector.next(*value)).collect()
    }
}
