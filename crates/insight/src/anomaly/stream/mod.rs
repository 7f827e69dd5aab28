//! Whether a measurement (latency, errors, load) is out of the ordinary, in a stream of evenly spaced ones.
//!
//! Nothing is assumed of the values: several detectors of novelty are calibrated by their own past and averaged. One looks at the
//! distribution of recent values ([`Entropy`]); the others at the order in which coarse values follow each other
//! ([`Context`]), as they come and averaged over a few. Everything is learnt from the past alone, range included. What is
//! out of the ordinary stays so for a while: after an alarm, only a higher score counts.

mod calibrate;
mod context;
mod entropy;
mod range;
#[cfg(test)]
mod tests;

use self::{calibrate::Calibrate, context::Context, entropy::Entropy, range::Range};
use crate::{Reason, Unknown};

/// Measurements that are only learnt from.
pub const WARM_UP: usize = 300;
/// The score from which a measurement is out of the ordinary.
pub const ALARM: f64 = 0.249;
/// For how many measurements after an alarm only a higher score counts.
const QUIET: usize = 100;
/// What becomes of a score meanwhile.
const QUIETED: f64 = 0.1;
/// Over how many measurements each detector of sequences averages, and the longest sequence it knows.
const STRIDES: [(usize, usize); 3] = [(1, 4), (4, 6), (6, 6)];

/// Judges a stream, one measurement after the other.
#[derive(Debug, Clone)]
pub struct Detector {
    seen: usize,
    range: Range,
    /// The range at the end of the warm-up, which coarse values divide.
    coarse: Option<Range>,
    entropy: Entropy,
    calibrate: Calibrate,
    paces: Vec<Pace>,
    quiet: usize,
    peak: f64,
}

/// A detector of sequences over averages of a few measurements.
#[derive(Debug, Clone)]
struct Pace {
    stride: usize,
    sum: f64,
    count: usize,
    context: Context,
    calibrate: Calibrate,
}

impl Pace {
    fn new((stride, longest): (usize, usize)) -> Self {
        let (context, calibrate) = (Context::new(longest), Calibrate::default());
        Self {
            stride,
            sum: 0.0,
            count: 0,
            context,
            calibrate,
        }
    }

    /// Returns how new the sequence is that a measurement ends, in what share and how rarely: 0 to 1.
    fn next(&mut self, value: f64, range: Option<&Range>) -> f64 {
        self.sum += value;
        self.count += 1;
        let mut new = 0.0;
        if self.count == self.stride {
            let mean = self.sum / self.count as f64;
            (self.sum, self.count) = (0.0, 0);
            new = range.map_or(0.0, |range| self.context.next(range.place(mean)));
        }
        new * self.calibrate.next(new)
    }
}

impl Default for Detector {
    fn default() -> Self {
        Self {
            seen: 0,
            range: Range::new(),
            coarse: None,
            entropy: Entropy::default(),
            calibrate: Calibrate::default(),
            paces: STRIDES.map(Pace::new).into(),
            quiet: 0,
            peak: 0.0,
        }
    }
}

impl Detector {
    /// Returns how far a measurement is out of the ordinary, 0 to 1; [`ALARM`] is where alarms begin.
    pub fn next(&mut self, value: f64) -> Result<f64, Unknown> {
        if !value.is_finite() {
            return Err(Unknown {
                reason: Reason::Masked,
                needed: 1,
                have: 0,
                unit: "measurements",
            });
        }
        self.seen += 1;
        let has_widened = self.range.add(value);
        let distribution = self.entropy.next(value, &self.range, has_widened);
        let mut sum = self.calibrate.next(distribution);
        if self.seen == WARM_UP {
            self.coarse = Some(self.range.clone());
        }
        for pace in &mut self.paces {
            sum += pace.next(value, self.coarse.as_ref());
        }
        if self.seen < WARM_UP {
            return Err(Unknown::history(WARM_UP, self.seen, "measurements"));
        }
        Ok(self.quieted(sum / (1 + self.paces.len()) as f64))
    }

    /// Lowers a score that follows a higher one.
    fn quieted(&mut self, score: f64) -> f64 {
        self.quiet = self.quiet.saturating_sub(1);
        if self.quiet > 0 && score <= self.peak {
            return QUIETED * score;
        }
        if score >= ALARM {
            (self.quiet, self.peak) = (QUIET, score);
        }
        score
    }
}
