//! Order statistics and moments.

/// What makes a median absolute deviation estimate the standard deviation of normal values.
pub const MAD_TO_SIGMA: f64 = 1.4826;

/// Returns the median, of an even number the mean of the middle two; `None` of nothing.
pub fn median(values: &mut [f64]) -> Option<f64> {
    let n = values.len();
    if n == 0 {
        return None;
    }
    let (below, middle, _) = values.select_nth_unstable_by(n / 2, f64::total_cmp);
    let middle = *middle;
    if n % 2 == 1 {
        return Some(middle);
    }
    let lower = below.iter().copied().max_by(f64::total_cmp)?;
    Some(f64::midpoint(lower, middle))
}

/// Returns the median absolute deviation from the median; 0 of nothing.
pub fn mad(values: &mut [f64]) -> f64 {
    let Some(centre) = median(values) else {
        return 0.0;
    };
    for value in values.iter_mut() {
        *value = (*value - centre).abs();
    }
    median(values).unwrap_or(0.0)
}

/// Returns the quantile of sorted values, interpolated linearly (type 7 of Hyndman and Fan 1996); `None` of nothing.
pub fn quantile(sorted: &[f64], level: f64) -> Option<f64> {
    let place = (sorted.len().checked_sub(1)? as f64) * level.clamp(0.0, 1.0);
    let below = place.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    Some(sorted[below] + (place - place.floor()) * (sorted[above] - sorted[below]))
}

/// Returns the mean; `None` of nothing.
pub fn mean(values: &[f64]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// Returns the variance with `n − 1`; `None` of fewer than two values.
pub fn variance(values: &[f64]) -> Option<f64> {
    let centre = mean(values)?;
    let squares: f64 = values.iter().map(|value| (value - centre).powi(2)).sum();
    (values.len() > 1).then(|| squares / (values.len() - 1) as f64)
}

#[test]
fn order_statistics_agree_with_those_by_hand() {
    assert_eq!(median(&mut []), None);
    assert_eq!(median(&mut [3.0, 1.0, 2.0]), Some(2.0));
    assert_eq!(median(&mut [4.0, 1.0, 3.0, 2.0]), Some(2.5));
    assert_eq!(mad(&mut [1.0, 1.0, 2.0, 2.0, 4.0, 6.0, 9.0]), 1.0);
    assert_eq!(quantile(&[1.0, 2.0, 3.0, 4.0], 0.5), Some(2.5));
    assert_eq!(variance(&[1.0]), None);
    assert_eq!(variance(&[1.0, 3.0]), Some(2.0));
}
