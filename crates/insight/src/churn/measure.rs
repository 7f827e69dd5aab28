//! How good probabilities are.

/// Returns the probability that one who left has a larger risk than one who stayed (Hanley and McNeil 1982); `None` when all
/// are of one kind.
pub fn auc(rows: &[(f64, bool)]) -> Option<f64> {
    let mut sorted = rows.to_vec();
    sorted.sort_by(|a, b| a.0.total_cmp(&b.0));
    let positive = rows.iter().filter(|row| row.1).count() as f64;
    let negative = rows.len() as f64 - positive;
    let mut sum = 0.0;
    let mut below = 0.0;
    for equal in sorted.chunk_by(|a, b| a.0 == b.0) {
        let hits = equal.iter().filter(|row| row.1).count() as f64;
        // The mean rank where risks are equal.
        sum += hits * (below + f64::midpoint(equal.len() as f64, 1.0));
        below += equal.len() as f64;
    }
    let both = positive * negative;
    (both > 0.0).then(|| (sum - positive * (positive + 1.0) / 2.0) / both)
}

/// Returns the mean squared error of probabilities (Brier 1950).
pub fn brier(rows: &[(f64, bool)]) -> f64 {
    rows.iter()
        .map(|(p, is)| (p - f64::from(u8::from(*is))).powi(2))
        .sum::<f64>()
        / rows.len().max(1) as f64
}

/// What was expected and seen of a tenth of the people, by risk.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Calibration {
    /// Mean risk.
    pub expected: f64,
    /// Share that left.
    pub observed: f64,
    /// People.
    pub n: usize,
}

/// Returns expected and observed shares of each tenth of the range of risks that has people.
pub fn calibration(rows: &[(f64, bool)]) -> Vec<Calibration> {
    let mut bins = [(0.0, 0.0, 0_usize); 10];
    for (p, is) in rows {
        let bin = &mut bins[((p * 10.0).max(0.0) as usize).min(9)];
        *bin = (bin.0 + p, bin.1 + f64::from(u8::from(*is)), bin.2 + 1);
    }
    let filled = bins.iter().filter(|bin| bin.2 > 0);
    filled
        .map(|(p, is, n)| Calibration {
            expected: p / *n as f64,
            observed: is / *n as f64,
            n: *n,
        })
        .collect()
}

/// Returns the expected calibration error: by how much expected and observed shares differ, weighted by people.
pub fn ece(rows: &[(f64, bool)]) -> f64 {
    let sum: f64 = calibration(rows)
        .iter()
        .map(|bin| bin.n as f64 * (bin.expected - bin.observed).abs())
        .sum();
    sum / rows.len().max(1) as f64
}
