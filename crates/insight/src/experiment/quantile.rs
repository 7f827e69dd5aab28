//! Quantiles as metrics.

use statrs::distribution::{ContinuousCDF, Normal};

use super::effect::Arm;
use crate::{Unknown, robust::quantile};

/// Returns the arm of a quantile of sorted values, with the variance that the order statistics around it give:
/// `v/n = ((Y_U − Y_L)/(2z))²` at the ranks `n(ν ± z√(ν(1 − ν)/n))` (Deng, Knoblich, Lu 2018; Yao 2024). `cluster` is by how
/// much values of one unit are alike: 1 when each unit gives one.
pub fn arm(sorted: &[f64], level: f64, cluster: f64, alpha: f64) -> Result<Arm, Unknown> {
    let n = sorted.len();
    let odds = level / (1.0 - level);
    let needed = (4.0 * odds.max(1.0 / odds)).ceil().min(1e9) as usize;
    if n < needed.max(2) {
        return Err(Unknown::history(needed.max(2), n, "values"));
    }
    let z = Normal::standard().inverse_cdf(1.0 - alpha / 2.0);
    let count = n as f64;
    let reach = z * (level * (1.0 - level) / count).sqrt() * cluster.max(1.0).sqrt();
    let at = |level: f64| {
        let rank = (count * level.clamp(0.0, 1.0)).ceil() as usize;
        sorted[rank.clamp(1, n) - 1]
    };
    let deviation = (at(level + reach) - at(level - reach)) / (2.0 * z);
    let mean = quantile(sorted, level).unwrap_or(f64::NAN);
    if deviation <= 0.0 {
        return Err(Unknown::constant(n, "values"));
    }
    Ok(Arm {
        n: count,
        mean,
        variance: deviation * deviation * count,
    })
}
