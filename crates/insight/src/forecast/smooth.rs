//! Exponential smoothing, around the usual shape of a season.

use crate::robust::median;

/// Returns the deviation of each place of the season from the mean of the season around it, of logarithms; counted from the end,
/// so that place 0 is the next bucket. Zeros without a season.
fn shape(logs: &[f64], season: usize) -> Vec<f64> {
    const SEASONS: usize = 12;
    if season < 2 || logs.len() < 2 * season {
        return vec![0.0; season.max(1)];
    }
    let seasons = SEASONS.min(logs.len() / season);
    let start = logs.len() - seasons * season;
    let parts: Vec<&[f64]> = logs[start..].chunks_exact(season).collect();
    let means: Vec<f64> = parts
        .iter()
        .map(|part| part.iter().sum::<f64>() / season as f64)
        .collect();
    let mut places: Vec<f64> = (0..season)
        .map(|place| {
            let mut values: Vec<f64> = parts
                .iter()
                .zip(&means)
                .map(|(part, mean)| part[place] - mean)
                .collect();
            median(&mut values).unwrap_or(0.0)
        })
        .collect();
    let centre = places.iter().sum::<f64>() / season as f64;
    for place in &mut places {
        *place -= centre;
    }
    places
}

/// Takes the season's shape off.
fn flat(logs: &[f64], shape: &[f64]) -> Vec<f64> {
    let season = shape.len();
    let offset = season - logs.len() % season;
    logs.iter()
        .enumerate()
        .map(|(at, log)| log - shape[(at + offset) % season])
        .collect()
}

fn logs(history: &[f64]) -> Vec<f64> {
    history.iter().map(|value| value.ln_1p()).collect()
}

/// Returns the level, smoothed over the last season, with the season's shape.
pub(super) fn profile(history: &[f64], horizon: usize, season: usize) -> Option<Vec<f64>> {
    const RATE: f64 = 0.2;
    let logs = logs(history);
    let shape = shape(&logs, season);
    let flat = flat(&logs, &shape);
    let mut level = *flat.first()?;
    for value in &flat {
        level += RATE * (value - level);
    }
    Some(
        (0..horizon)
            .map(|ahead| (level + shape[ahead % shape.len()]).exp_m1())
            .collect(),
    )
}

/// Returns the Theta method (Assimakopoulos and Nikolopoulos 2000) with the lines 0 and 2, which is exponential smoothing with
/// half the slope as drift (Hyndman and Billah 2003).
pub(super) fn theta(history: &[f64], horizon: usize, season: usize) -> Option<Vec<f64>> {
    let logs = logs(history);
    let shape = shape(&logs, season);
    let flat = flat(&logs, &shape);
    let n = flat.len() as f64;
    if n < 3.0 {
        return None;
    }
    let centre = (n - 1.0) / 2.0;
    let slope = flat
        .iter()
        .enumerate()
        .map(|(at, value)| (at as f64 - centre) * value)
        .sum::<f64>()
        / (n * (n * n - 1.0) / 12.0);
    let (level, rate) = (1..=19)
        .map(|step| f64::from(step) * 0.05)
        .map(|rate| {
            let mut level = flat[0];
            let mut squares = 0.0;
            for value in &flat {
                squares += (value - level).powi(2);
                level += rate * (value - level);
            }
            (squares, level, rate)
        })
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, level, rate)| (level, rate))?;
    let start = (1.0 - (1.0 - rate).powf(n)) / rate;
    let value = |ahead: usize| {
        let drift = 0.5 * slope * (ahead as f64 + start);
        (level + drift.clamp(-1.0, 1.0) + shape[ahead % shape.len()]).exp_m1()
    };
    Some((0..horizon).map(value).collect())
}

/// Returns exponential smoothing with a damped trend (Gardner and McKenzie 1985), its rates from a grid.
pub(super) fn damped(history: &[f64], horizon: usize, season: usize) -> Option<Vec<f64>> {
    let logs = logs(history);
    let shape = shape(&logs, season);
    let flat = flat(&logs, &shape);
    let first = *flat.first()?;
    let grid = [0.1, 0.3, 0.5, 0.7, 0.9].into_iter().flat_map(|rate| {
        [0.02, 0.1, 0.3].into_iter().flat_map(move |of_trend| {
            [0.8, 0.9, 0.98]
                .into_iter()
                .map(move |damping| (rate, of_trend, damping))
        })
    });
    let fits = grid.map(|(rate, of_trend, damping)| {
        let (mut level, mut trend, mut squares) = (first, 0.0, 0.0);
        for value in &flat {
            let expected = level + damping * trend;
            let error = value - expected;
            squares += error * error;
            level = expected + rate * error;
            trend = damping * trend + rate * of_trend * error;
        }
        (squares, level, trend, damping)
    });
    let (_, level, trend, damping) = fits.min_by(|a, b| a.0.total_cmp(&b.0))?;
    let mut reach = 0.0;
    let values = (0..horizon).map(|ahead| {
        reach = damping * (reach + 1.0);
        (level + reach * trend + shape[ahead % shape.len()]).exp_m1()
    });
    Some(values.collect())
}
