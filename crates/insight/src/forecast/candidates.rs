//! The candidates.

use super::{CEILING, Candidates, Grain, linear, smooth};
use crate::robust::median;

/// Names of the candidates, the naive one first.
pub const NAMES: [&str; 9] = [
    "seasonalNaive",
    "alignedMean",
    "seasonalMedian",
    "levelProfile",
    "theta",
    "dampedTrend",
    "ridgeLog",
    "ridgeLinear",
    "yearAgo",
];

/// Returns what each candidate says of the next buckets, within what the past makes possible.
pub(super) fn all(history: &[f64], horizon: usize, grain: Grain) -> Candidates {
    // Hours have two seasons; each candidate keeps to one.
    let short = grain.season();
    let season = if history.len() >= 2 * grain.long() && grain != Grain::Weekly {
        grain.long()
    } else {
        grain.season()
    };
    let last = &history[history.len().saturating_sub(grain.memory().1)..];
    let ceiling = CEILING * last.iter().copied().fold(0.0, f64::max);
    let raw = [
        Some(naive(history, horizon, short)),
        aligned(history, horizon, season),
        medians(history, horizon, season),
        smooth::profile(history, horizon, short),
        smooth::theta(history, horizon, short),
        smooth::damped(history, horizon, short),
        linear::of_logs(history, horizon, grain),
        linear::of_values(history, horizon, grain),
        year_ago(history, horizon, grain),
    ];
    let bounded = |values: Vec<f64>| {
        let values: Vec<f64> = values
            .into_iter()
            .map(|value| value.clamp(0.0, ceiling))
            .collect();
        values
            .iter()
            .all(|value| value.is_finite())
            .then_some(values)
    };
    raw.into_iter()
        .map(|values| values.and_then(bounded))
        .collect()
}

/// Returns the values a season before.
fn naive(history: &[f64], horizon: usize, season: usize) -> Vec<f64> {
    let season = season.clamp(1, history.len().max(1));
    let start = history.len() - season.min(history.len());
    (0..horizon)
        .map(|ahead| history.get(start + ahead % season).copied().unwrap_or(0.0))
        .collect()
}

/// Returns the mean of the last four seasons, newer ones weighing more, each brought to the level of the last one.
fn aligned(history: &[f64], horizon: usize, season: usize) -> Option<Vec<f64>> {
    const SEASONS: usize = 4;
    const DECAY: f64 = 0.8;
    if season < 2 || history.len() < SEASONS * season {
        return None;
    }
    let n = history.len();
    let part = |back: usize| &history[n - (back + 1) * season..n - back * season];
    let level =
        |back: usize| part(back).iter().map(|value| value.ln_1p()).sum::<f64>() / season as f64;
    let now = level(0);
    let value = |place: usize| {
        let terms = (0..SEASONS).map(|back| {
            let weight = DECAY.powf(back as f64);
            (
                weight * (part(back)[place].ln_1p() - level(back) + now),
                weight,
            )
        });
        let (sum, weight) = terms.fold((0.0, 0.0), |all, one| (all.0 + one.0, all.1 + one.1));
        (sum / weight).exp_m1()
    };
    let one: Vec<f64> = (0..season.min(horizon)).map(value).collect();
    Some((0..horizon).map(|ahead| one[ahead % season]).collect())
}

/// Returns the median of the last eight seasons.
fn medians(history: &[f64], horizon: usize, season: usize) -> Option<Vec<f64>> {
    const SEASONS: usize = 8;
    let seasons = SEASONS.min(history.len() / season);
    if season < 2 || seasons < 3 {
        return None;
    }
    let start = history.len() - season;
    let value = |ahead: usize| {
        let place = start + ahead % season;
        let mut values: Vec<f64> = (0..seasons)
            .map(|back| history[place - back * season])
            .collect();
        median(&mut values).unwrap_or(0.0)
    };
    Some((0..horizon).map(value).collect())
}

/// Returns the last value, moved as it moved in the same weeks of past years, by seven tenths of it.
fn year_ago(history: &[f64], horizon: usize, grain: Grain) -> Option<Vec<f64>> {
    const SHARE: f64 = 0.7;
    const YEARS: usize = 5;
    let year = match grain {
        Grain::Hourly => return None,
        Grain::Daily => 364,
        Grain::Weekly => 52,
    };
    let n = history.len();
    let width = grain.season();
    let level = |end: usize| {
        (end >= width).then(|| {
            history[end - width..end]
                .iter()
                .map(|one| one.ln_1p())
                .sum::<f64>()
                / width as f64
        })
    };
    let years = (1..=YEARS).filter(|back| n > back * year + width);
    let bases: Vec<(usize, f64)> = years
        .filter_map(|back| Some((back * year, level(n - back * year)?)))
        .collect();
    if bases.is_empty() {
        return None;
    }
    let now = level(n)?;
    let value = |ahead: usize| {
        let moves = bases
            .iter()
            .filter_map(|(back, base)| Some(history.get(n - back + ahead)?.ln_1p() - base));
        let (sum, count) = moves.fold((0.0, 0.0), |(sum, count), one| (sum + one, count + 1.0));
        if count == 0.0 {
            now.exp_m1()
        } else {
            (now + SHARE * sum / count).exp_m1()
        }
    };
    Some((0..horizon).map(value).collect())
}
