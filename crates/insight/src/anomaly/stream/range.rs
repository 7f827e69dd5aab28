//! The range of a stream's past.

/// The least and the largest value so far.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Range {
    least: f64,
    most: f64,
}

impl Range {
    pub(super) const fn new() -> Self {
        Self {
            least: f64::INFINITY,
            most: f64::NEG_INFINITY,
        }
    }

    /// Widens the range by a value, and returns whether that was needed.
    pub(super) fn add(&mut self, value: f64) -> bool {
        let before = self.clone();
        self.least = self.least.min(value);
        self.most = self.most.max(value);
        before != *self
    }

    /// Returns where a value lies in it: 0 at the least, 1 at the largest.
    pub(super) fn place(&self, value: f64) -> f64 {
        (value - self.least) / (self.most - self.least).max(1e-9)
    }
}
