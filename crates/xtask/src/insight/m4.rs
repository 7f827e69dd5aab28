//! The M4 competition (Makridakis, Spiliotis, Assimakopoulos 2020): errors beside those of its Naive2.

use std::{fs, path::Path};

use anyhow::{Context, Result};
use insight::forecast::{Grain, forecast};
use serde::Deserialize;

use super::figure::Figure;

const SUITE: &str = "m4";

/// A series and what came after it.
#[derive(Deserialize)]
struct Series {
    freq: String,
    m: usize,
    train: Vec<f64>,
    test: Vec<f64>,
}

/// Errors of a forecast: symmetric percentage, and scaled by those of a seasonal naive forecast of the past.
#[derive(Default, Clone, Copy)]
struct Errors {
    symmetric: f64,
    scaled: f64,
}

/// Scores every file of a folder.
pub(super) fn score(folder: &Path) -> Result<Vec<Figure>> {
    let mut files: Vec<_> = fs::read_dir(folder)?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    files.retain(|file| file.to_string_lossy().ends_with(".ndjson.zst"));
    files.sort();
    files.iter().map(|file| score_file(file)).collect()
}

fn score_file(file: &Path) -> Result<Figure> {
    let text = zstd::decode_all(fs::File::open(file)?)?;
    let lines = text
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty());
    let series: Vec<Series> = lines
        .map(serde_json::from_slice)
        .collect::<Result<_, _>>()?;
    let first = series.first().context("no series")?;
    let (grain, goal) = match first.freq.as_str() {
        "hourly" => (Grain::Hourly, 0.45),
        _ => (Grain::Weekly, 0.72),
    };
    let (mut own, mut naive) = (Errors::default(), Errors::default());
    for one in &series {
        let past: Vec<Option<f64>> = one.train.iter().copied().map(Some).collect();
        let simple = naive2(&one.train, one.test.len(), one.m);
        let found = forecast(&past, one.test.len(), grain).map(|found| found.values);
        add(&mut own, one, &found.unwrap_or_else(|_| simple.clone()));
        add(&mut naive, one, &simple);
    }
    let overall = 0.5 * (own.symmetric / naive.symmetric + own.scaled / naive.scaled);
    let what = format!("OWA of {} {} series", series.len(), first.freq);
    Ok(Figure::new(SUITE, what, overall).at_most(goal))
}

fn add(errors: &mut Errors, series: &Series, values: &[f64]) {
    let Series { m, train, test, .. } = series;
    let count = test.len() as f64;
    let pairs = || test.iter().zip(values);
    let symmetric = pairs().map(|(actual, value)| {
        2.0 * (actual - value).abs() / (actual.abs() + value.abs()).max(1e-12)
    });
    let scale = train[*m..]
        .iter()
        .zip(train)
        .map(|(now, before)| (now - before).abs())
        .sum::<f64>();
    let scale = scale / (train.len() - m) as f64;
    errors.symmetric += symmetric.sum::<f64>() / count;
    errors.scaled += pairs()
        .map(|(actual, value)| (actual - value).abs())
        .sum::<f64>()
        / count
        / scale.max(1e-12);
}

/// Returns the last value, seasonally adjusted where a test finds a season, as the competition's code does it.
fn naive2(train: &[f64], horizon: usize, m: usize) -> Vec<f64> {
    let factors = if is_seasonal(train, m) {
        factors(train, m)
    } else {
        vec![1.0; m]
    };
    let n = train.len();
    let last = train[n - 1] / factors[(n - 1) % m];
    (0..horizon)
        .map(|ahead| last * factors[(n + ahead) % m])
        .collect()
}

fn is_seasonal(train: &[f64], m: usize) -> bool {
    let n = train.len();
    if m < 2 || n < 3 * m {
        return false;
    }
    let mean = train.iter().sum::<f64>() / n as f64;
    let product = |lag: usize| -> f64 {
        train[lag..]
            .iter()
            .zip(train)
            .map(|(a, b)| (a - mean) * (b - mean))
            .sum()
    };
    let whole = product(0);
    let of = |lag: usize| product(lag) / whole;
    let squares: f64 = (1..m).map(|lag| of(lag).powi(2)).sum();
    of(m).abs() > 1.645 * ((1.0 + 2.0 * squares) / n as f64).sqrt()
}

/// Returns the factors of a classical multiplicative decomposition.
fn factors(train: &[f64], m: usize) -> Vec<f64> {
    let half = m / 2;
    let mut sums = vec![(0.0, 0.0); m];
    for at in half..train.len() - half {
        let window = &train[at - half..=at + half];
        let trend = if m.is_multiple_of(2) {
            let ends = 0.5 * (window[0] + window[m]);
            (window[1..m].iter().sum::<f64>() + ends) / m as f64
        } else {
            window.iter().sum::<f64>() / m as f64
        };
        let slot = &mut sums[at % m];
        *slot = (slot.0 + train[at] / trend, slot.1 + 1.0);
    }
    let means: Vec<f64> = sums.iter().map(|(sum, count)| sum / count).collect();
    let mean = means.iter().sum::<f64>() / m as f64;
    means.iter().map(|one| one / mean).collect()
}
