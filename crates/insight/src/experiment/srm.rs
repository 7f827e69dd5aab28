//! Whether the arms have the sizes they were to have (sample ratio mismatch).

use statrs::{
    distribution::{ChiSquared, ContinuousCDF},
    function::gamma::ln_gamma,
};

/// Fewer exposures are not judged.
pub const FEWEST: u64 = 100;
/// How many exposures the prior weighs.
const CONCENTRATION: f64 = 100.0;

/// Returns the p-value that holds at any time: one by the Bayes factor of a Dirichlet–multinomial against the planned
/// shares (Lindon and Malek, NeurIPS 2022). The least over all looks so far counts. `None` below [`FEWEST`] exposures.
pub fn sequential(counts: &[u64], shares: &[f64]) -> Option<f64> {
    let (n, shares) = usable(counts, shares)?;
    let prior: Vec<f64> = shares.iter().map(|share| CONCENTRATION * share).collect();
    let mut log = ln_gamma(CONCENTRATION) - ln_gamma(CONCENTRATION + n);
    for ((count, prior), share) in counts.iter().zip(&prior).zip(&shares) {
        let count = *count as f64;
        log += ln_gamma(prior + count) - ln_gamma(*prior) - count * share.ln();
    }
    Some((-log).exp().min(1.0))
}

/// Returns the p-value of the chi-squared test (Pearson 1900), right once, at the end. `None` below [`FEWEST`] exposures.
pub fn at_the_end(counts: &[u64], shares: &[f64]) -> Option<f64> {
    let (n, shares) = usable(counts, shares)?;
    let terms = counts.iter().zip(&shares).map(|(count, share)| {
        let expected = n * share;
        (*count as f64 - expected).powi(2) / expected
    });
    let freedom = (counts.len() - 1) as f64;
    Some(ChiSquared::new(freedom).ok()?.sf(terms.sum()))
}

fn usable(counts: &[u64], shares: &[f64]) -> Option<(f64, Vec<f64>)> {
    let n: u64 = counts.iter().sum();
    let sum: f64 = shares.iter().sum();
    let is_usable = n >= FEWEST && counts.len() == shares.len() && counts.len() > 1;
    let is_usable = is_usable && shares.iter().all(|share| *share > 0.0) && sum.is_finite();
    is_usable.then(|| (n as f64, shares.iter().map(|share| share / sum).collect()))
}
