//! How sure credits are.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::{Model, Path, computed};
use crate::robust::quantile;

/// How often paths are drawn again.
const DRAWS: usize = 200;
/// The share of draws within an interval.
const LEVEL: f64 = 0.9;

/// Returns for each label the interval of 90 % of its credit, when paths are drawn again with replacement (Efron 1979).
pub fn intervals(paths: &[Path], labels: usize, model: Model, seed: u64) -> Vec<(f64, f64)> {
    let mut draws = ChaCha8Rng::seed_from_u64(seed);
    let mut found: Vec<Vec<f64>> = vec![Vec::with_capacity(DRAWS); labels];
    if paths.is_empty() {
        return vec![(0.0, 0.0); labels];
    }
    for _ in 0..DRAWS {
        let sample: Vec<Path> = paths
            .iter()
            .map(|_| paths[draws.random_range(0..paths.len())].clone())
            .collect();
        for (all, credit) in found.iter_mut().zip(computed(&sample, labels, model)) {
            all.push(credit);
        }
    }
    let interval = |mut all: Vec<f64>| {
        all.sort_unstable_by(f64::total_cmp);
        let at = |level| quantile(&all, level).unwrap_or(0.0);
        (at((1.0 - LEVEL) / 2.0), at(f64::midpoint(1.0, LEVEL)))
    };
    found.into_iter().map(interval).collect()
}
