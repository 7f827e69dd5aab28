//! Forecasts of real chat volume, made at the end of weeks since 2019 from what was known then.

use insight::forecast::{Adaptive, Errors, Grain, forecast};

use super::{super::figure::Figure, History, SUITE};

/// How far ahead forecasts look, in days.
const HORIZON: usize = 28;
/// How many days apart forecasts of totals, of channels, and intervals are made.
const APART: (usize, usize, usize) = (7, 56, 7 * 3);
/// Fewer messages a day make no channel that is forecast.
const FEWEST: f64 = 3.0;
/// The levels of intervals, and between what their coverage should be.
const LEVELS: [(f64, f64, f64); 2] = [(0.8, 0.78, 0.83), (0.95, 0.935, 0.965)];

/// Scores forecasts and their intervals.
pub(super) fn score(history: &History) -> Vec<Figure> {
    let mut figures = Vec::new();
    let totals = [
        ("messages", &history.messages, [0.75, 0.77]),
        ("DAU", &history.people, [0.77, 0.81]),
    ];
    for (name, series, goals) in totals {
        let relative = errors(series, history.from, APART.0, 0.0);
        figures.extend(named(name, relative, goals));
        figures.extend(coverage(name, series, history.from));
    }
    let all = history
        .channels
        .iter()
        .map(|series| errors(series, history.from, APART.1, FEWEST));
    let all: Vec<[f64; 2]> = all.filter(|one| one[0].is_finite()).collect();
    let mean = |at: usize| all.iter().map(|one| one[at]).sum::<f64>() / all.len() as f64;
    figures.extend(named("channels", [mean(0), mean(1)], [0.68, 0.65]));
    figures
}

fn named(name: &str, relative: [f64; 2], goals: [f64; 2]) -> impl Iterator<Item = Figure> {
    let days = [7, HORIZON].into_iter().zip(relative).zip(goals);
    days.map(move |((days, value), goal)| {
        let what = format!("{name}: {days} d error by seasonal naive");
        Figure::new(SUITE, what, value).at_most(goal)
    })
}

fn known(series: &[f64]) -> Vec<Option<f64>> {
    series.iter().copied().map(Some).collect()
}

/// Returns the mean absolute error over 7 and 28 days by that of the naive forecast.
fn errors(series: &[f64], from: usize, apart: usize, fewest: f64) -> [f64; 2] {
    let mut sums = [[0.0; 2]; 2];
    for origin in (from..series.len() - HORIZON).step_by(apart) {
        let year = &series[origin.saturating_sub(364)..origin];
        if year.iter().sum::<f64>() < fewest * year.len() as f64 {
            continue;
        }
        let Ok(found) = forecast(&known(&series[..origin]), HORIZON, Grain::Daily) else {
            continue;
        };
        for (sums, days) in sums.iter_mut().zip([7, HORIZON]) {
            for at in 0..days {
                sums[0] += (found.values[at] - series[origin + at]).abs();
                sums[1] += (found.naive[at] - series[origin + at]).abs();
            }
        }
    }
    sums.map(|[own, naive]| own / naive)
}

/// Returns how often intervals held.
fn coverage(name: &str, series: &[f64], from: usize) -> Vec<Figure> {
    let mut held = [0.0; 2];
    let mut count = 0.0;
    let mut levels = LEVELS.map(|(level, ..)| Adaptive::new(level));
    for origin in (from..series.len() - HORIZON).step_by(APART.2) {
        let start = origin.saturating_sub(728);
        let Some((forecast, errors)) = Errors::of(&series[start..origin], HORIZON, Grain::Daily)
        else {
            continue;
        };
        for (at, level) in levels.iter_mut().enumerate() {
            let ranges = errors
                .ranges(&forecast.values, level.level(), Grain::Daily)
                .ranges;
            for (actual, (low, high)) in series[origin..].iter().zip(ranges) {
                let is_held = low <= *actual && *actual <= high;
                held[at] += f64::from(u8::from(is_held));
                level.learn(is_held);
            }
        }
        count += HORIZON as f64;
    }
    let figures = LEVELS.iter().zip(held).map(|((level, least, most), held)| {
        let what = format!("{name}: {HORIZON} d intervals of {} % hold", level * 100.0);
        Figure::new(SUITE, what, held / count).within(*least, *most)
    });
    figures.collect()
}
