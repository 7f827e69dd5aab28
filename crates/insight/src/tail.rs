//! How rare a value is among past ones.

use crate::robust::{mean, variance};

/// How many past values are looked at.
pub const REMEMBERED: usize = 400;
/// The share of past values whose excess shapes the tail, and how many there are at least.
const TAIL: (f64, usize) = (0.05, 10);
/// Fewer past values have no tail.
const FEWEST: usize = 40;

/// Returns the probability of a value as large as this one by its rank among past ones, `(1 + #{past ≥ value}) / (n + 1)`:
/// valid whatever the distribution, when past and present are exchangeable (Vovk, Gammerman, Shafer 2005).
///
/// A value beyond every past one is placed in the generalised Pareto tail over their 95 % quantile, as in SPOT (Siffer
/// et al., KDD 2017), fitted by moments (Hosking and Wallis 1987). Returns 1 when there is no past.
pub fn rarity(past: &[f64], value: f64) -> f64 {
    let n = past.len();
    let above = past.iter().filter(|one| **one >= value).count();
    let rank = (1 + above) as f64 / (n + 1) as f64;
    if above > 0 || n < FEWEST {
        return rank;
    }
    rank.min(pareto(past, value))
}

/// Returns the probability beyond `value` in the tail of the past.
fn pareto(past: &[f64], value: f64) -> f64 {
    let n = past.len();
    let kept = ((n as f64 * TAIL.0) as usize).max(TAIL.1);
    let mut sorted = past.to_vec();
    sorted.sort_unstable_by(|a, b| b.total_cmp(a));
    let threshold = sorted[kept];
    let excess: Vec<f64> = sorted[..kept].iter().map(|one| one - threshold).collect();
    let (Some(centre), Some(spread)) = (mean(&excess), variance(&excess)) else {
        return 1.0;
    };
    let share = kept as f64 / n as f64;
    if spread <= 0.0 || centre <= 0.0 {
        return 1.0;
    }
    let ratio = centre * centre / spread;
    // A tail that ends would call everything beyond its end impossible.
    let shape = (0.5 * (1.0 - ratio)).max(0.0);
    let scale = centre * (1.0 - shape);
    let beyond = (value - threshold) / scale;
    share
        * if shape < 1e-6 {
            (-beyond).exp()
        } else {
            (1.0 + shape * beyond).powf(-1.0 / shape)
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rank_counts_equal_values_and_no_past_says_nothing() {
        assert_eq!(rarity(&[], 3.0), 1.0);
        assert_eq!(rarity(&[1.0, 2.0, 3.0], 3.0), 0.5);
        assert_eq!(rarity(&[1.0, 2.0, 3.0], 4.0), 0.25);
    }

    #[test]
    fn a_tail_of_exponential_values_falls_exponentially() {
        let n = 399;
        let past: Vec<f64> = (1..=n)
            .map(|i| -(f64::from(i) / f64::from(n + 1)).ln())
            .collect();
        let p = rarity(&past, 9.0);
        let exact = (-9.0_f64).exp();
        assert!(p > exact / 3.0 && p < exact * 8.0, "{p} against {exact}");
        assert!(rarity(&[1.0; 100], 2.0) <= 1.0);
    }
}
