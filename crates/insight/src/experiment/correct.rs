//! Many comparisons at once.

/// Returns p-values adjusted so that one false finding among all has the level's probability (Holm 1979).
pub fn holm(values: &[f64]) -> Vec<f64> {
    adjusted(values, false)
}

/// Returns p-values adjusted so that the level bounds the share of false findings (Benjamini and Hochberg 1995).
pub fn benjamini_hochberg(values: &[f64]) -> Vec<f64> {
    adjusted(values, true)
}

fn adjusted(values: &[f64], is_rate: bool) -> Vec<f64> {
    let n = values.len();
    let mut order: Vec<usize> = (0..n).collect();
    order.sort_by(|a, b| values[*a].total_cmp(&values[*b]));
    let mut out = vec![1.0; n];
    let mut so_far = if is_rate { 1.0_f64 } else { 0.0 };
    let ranks: Vec<usize> = if is_rate {
        (0..n).rev().collect()
    } else {
        (0..n).collect()
    };
    for rank in ranks {
        let at = order[rank];
        so_far = if is_rate {
            so_far.min(values[at] * n as f64 / (rank + 1) as f64)
        } else {
            so_far.max(values[at] * (n - rank) as f64)
        };
        out[at] = so_far.min(1.0);
    }
    out
}
