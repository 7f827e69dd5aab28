//! How rare a novelty is among past ones.

use std::collections::VecDeque;

/// How many past values are looked at.
const PAST: usize = 4_000;
/// The power of ten that is as rare as can be told.
const RAREST: f64 = 3.0;

/// Turns values into how rare they are by their rank in the past (conformal prediction: Laxhammar and Falkman 2014).
#[derive(Debug, Clone, Default)]
pub(super) struct Calibrate {
    past: VecDeque<f32>,
}

impl Calibrate {
    /// Returns 0 for nothing new, and 1 for what is as large as one value in a thousand.
    pub(super) fn next(&mut self, value: f64) -> f64 {
        let value = value as f32;
        let above = if value > 0.0 {
            self.past.iter().filter(|past| **past >= value).count()
        } else {
            0
        };
        let p = (1 + above) as f64 / (self.past.len() + 1) as f64;
        if self.past.len() == PAST {
            self.past.pop_front();
        }
        self.past.push_back(value);
        if value > 0.0 {
            (-p.log10() / RAREST).min(1.0)
        } else {
            0.0
        }
    }
}
