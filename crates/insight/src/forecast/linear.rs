//! Autoregression with a penalty (ridge: Hoerl and Kennard 1970), which forecasts step by step.

use super::Grain;

/// Lags and penalties of a grain.
struct Design {
    lags: Vec<usize>,
    of_logs: f64,
    of_values: f64,
}

fn design(grain: Grain) -> Design {
    let join =
        |parts: &[std::ops::RangeInclusive<usize>]| parts.iter().cloned().flatten().collect();
    match grain {
        Grain::Hourly => Design {
            lags: join(&[
                1..=25,
                47..=49,
                71..=73,
                96..=96,
                120..=120,
                143..=145,
                167..=169,
            ]),
            of_logs: 1.0,
            of_values: 1.0,
        },
        Grain::Daily => Design {
            lags: join(&[1..=14, 21..=21, 28..=28, 35..=35, 42..=42, 49..=49, 56..=56]),
            of_logs: 20.0,
            of_values: 5.0,
        },
        Grain::Weekly => Design {
            lags: join(&[
                1..=13,
                26..=26,
                39..=39,
                51..=53,
                65..=65,
                78..=78,
                91..=91,
                103..=105,
            ]),
            of_logs: 5.0,
            of_values: 5.0,
        },
    }
}

/// Lags of the differences of weeks.
const OF_DIFFERENCES: [usize; 11] = [1, 2, 3, 4, 5, 6, 7, 8, 51, 52, 53];

/// Forecasts logarithms; of weeks, their levels.
pub(super) fn of_logs(history: &[f64], horizon: usize, grain: Grain) -> Option<Vec<f64>> {
    let design = design(grain);
    let logs: Vec<f64> = history.iter().map(|value| value.ln_1p()).collect();
    let ahead = autoregress(&logs, horizon, &design.lags, design.of_logs)?;
    Some(ahead.into_iter().map(f64::exp_m1).collect())
}

/// Forecasts values; of weeks, differences of logarithms.
pub(super) fn of_values(history: &[f64], horizon: usize, grain: Grain) -> Option<Vec<f64>> {
    let design = design(grain);
    if grain != Grain::Weekly {
        return autoregress(history, horizon, &design.lags, design.of_values);
    }
    let logs: Vec<f64> = history.iter().map(|value| value.ln_1p()).collect();
    let moves: Vec<f64> = logs.windows(2).map(|two| two[1] - two[0]).collect();
    let ahead = autoregress(&moves, horizon, &OF_DIFFERENCES, design.of_values)?;
    let start = *logs.last()?;
    let sums = ahead.into_iter().scan(start, |level, step| {
        *level += step;
        Some(level.exp_m1())
    });
    Some(sums.collect())
}

/// Fits a standardised series on its own lags and continues it.
fn autoregress(series: &[f64], horizon: usize, lags: &[usize], penalty: f64) -> Option<Vec<f64>> {
    let n = series.len();
    let lags: Vec<usize> = lags.iter().copied().filter(|lag| 2 * lag < n).collect();
    let longest = *lags.iter().max()?;
    if n < longest + 2 * lags.len() {
        return None;
    }
    let mean = series.iter().sum::<f64>() / n as f64;
    let spread = (series
        .iter()
        .map(|value| (value - mean).powi(2))
        .sum::<f64>()
        / n as f64)
        .sqrt();
    if spread <= 1e-12 * (1.0 + mean.abs()) {
        return None;
    }
    let mut scaled: Vec<f64> = series.iter().map(|value| (value - mean) / spread).collect();
    let weights = solve(&scaled, &lags, longest, penalty)?;
    for _ in 0..horizon {
        let at = scaled.len();
        let next: f64 = lags
            .iter()
            .zip(&weights)
            .map(|(lag, weight)| weight * scaled[at - lag])
            .sum();
        scaled.push(next + weights[lags.len()]);
    }
    Some(
        scaled[n..]
            .iter()
            .map(|value| value * spread + mean)
            .collect(),
    )
}

/// Returns the weights of the lags and the constant, which has no penalty, by the normal equations and Cholesky's method.
fn solve(series: &[f64], lags: &[usize], longest: usize, penalty: f64) -> Option<Vec<f64>> {
    let p = lags.len() + 1;
    let mut matrix = vec![0.0; p * p];
    let mut right = vec![0.0; p];
    let mut row = vec![1.0; p];
    for at in longest..series.len() {
        for (slot, lag) in row.iter_mut().zip(lags) {
            *slot = series[at - lag];
        }
        for i in 0..p {
            let own = row[i];
            right[i] += own * series[at];
            for (sum, other) in matrix[i * p..=i * p + i].iter_mut().zip(&row) {
                *sum += own * other;
            }
        }
    }
    for i in 0..p - 1 {
        matrix[i * p + i] += penalty;
    }
    crate::solve::cholesky(&mut matrix, &mut right, p).then_some(right)
}
