//! The Bayesian view: a normal posterior of the effect. Not protected against stopping early.

use statrs::distribution::{Continuous, ContinuousCDF, Normal};

use super::effect::Effect;

/// What was thought of the effect before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Prior {
    /// Everything is equally likely.
    Flat,
    /// A normal distribution.
    Normal {
        /// Its mean.
        mean: f64,
        /// Its variance.
        variance: f64,
    },
}

/// What is thought of the effect now.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Posterior {
    /// Its mean.
    pub mean: f64,
    /// Its deviation.
    pub deviation: f64,
    /// The interval of 95 %.
    pub interval: (f64, f64),
    /// The probability that the variant is better.
    pub chance_to_win: f64,
    /// What is lost on average by choosing the control, and by choosing the variant.
    pub risk: (f64, f64),
}

/// Returns the posterior.
pub fn posterior(effect: Effect, prior: Prior, alpha: f64) -> Posterior {
    let (mean, variance) = match prior {
        Prior::Flat => (effect.value, effect.variance),
        Prior::Normal { mean, variance } => {
            let precision = 1.0 / effect.variance + 1.0 / variance;
            (
                (effect.value / effect.variance + mean / variance) / precision,
                1.0 / precision,
            )
        }
    };
    let deviation = variance.sqrt();
    let normal = standard();
    let half = normal.inverse_cdf(1.0 - alpha / 2.0) * deviation;
    Posterior {
        mean,
        deviation,
        interval: (mean - half, mean + half),
        chance_to_win: normal.cdf(mean / deviation),
        risk: risk(mean, deviation),
    }
}

/// Returns what is lost on average by choosing the control, `μΦ(μ/σ) + σφ(μ/σ)`, and by choosing the variant.
pub fn risk(mean: f64, deviation: f64) -> (f64, f64) {
    let normal = standard();
    let z = mean / deviation;
    let bump = deviation * normal.pdf(z);
    (mean * normal.cdf(z) + bump, bump - mean * normal.cdf(-z))
}

fn standard() -> Normal {
    Normal::standard()
}
