//! How many people an experiment needs.

use statrs::distribution::{ContinuousCDF, Normal};

/// What a plan is made for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Plan {
    /// Deviation of a unit by the mean.
    pub variation: f64,
    /// Correlation with the time before exposure; 0 without adjustment.
    pub correlation: f64,
    /// False findings.
    pub alpha: f64,
    /// Probability that a real effect is found.
    pub power: f64,
}

impl Plan {
    fn factor(self) -> f64 {
        let normal = Normal::standard();
        let k = normal.inverse_cdf(1.0 - self.alpha / 2.0) + normal.inverse_cdf(self.power);
        k * k * self.variation.powi(2) * (1.0 - self.correlation.powi(2))
    }

    /// Returns the units that each arm needs for a relative effect: `k²(σ/μ)²(1 + (1 + Δ)²)/Δ²`.
    pub fn units(self, effect: f64) -> f64 {
        (self.factor() * (1.0 + (1.0 + effect).powi(2)) / effect.powi(2)).ceil()
    }

    /// Returns the smallest relative effect that so many units an arm find; `None` when even the largest is not.
    pub fn smallest(self, units: f64) -> Option<f64> {
        // n·Δ² = c·(1 + (1 + Δ)²), the positive root.
        let c = self.factor();
        let a = units - c;
        (a > 0.0).then(|| (c + (c * c + 2.0 * a * c).sqrt()) / a)
    }
}
