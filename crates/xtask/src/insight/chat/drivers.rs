//! Whether the channels that changed are named: one to three of them are multiplied in real weeks.

use insight::drivers::{PERIODS, USUAL_DISPERSION, additive};
use rand::{RngExt, SeedableRng, seq::IndexedRandom};
use rand_chacha::ChaCha8Rng;

use super::{super::figure::Figure, History, SUITE};

const SEED: u64 = 17;
const WEEK: usize = 7;
/// What a channel's week is multiplied by.
const FACTORS: [f64; 4] = [0.3, 0.5, 2.0, 3.0];
/// Channels with fewer messages a week are not changed.
const FEWEST: f64 = 20.0;

/// Scores drivers: how often the first is one that was changed, and which share of the changed are listed.
pub(super) fn score(history: &History) -> Vec<Figure> {
    let mut draws = ChaCha8Rng::seed_from_u64(SEED);
    let (mut cases, mut first, mut recall) = (0.0, 0.0, 0.0);
    let last = history.messages.len() - WEEK;
    for (case, start) in (history.from..last).step_by(WEEK).enumerate() {
        let week = |back: usize| -> Vec<f64> {
            let from = start - back * WEEK;
            history
                .channels
                .iter()
                .map(|days| days[from..from + WEEK].iter().sum())
                .collect()
        };
        let past: Vec<Vec<f64>> = (1..=PERIODS).map(week).collect();
        let mean = |at: usize| past.iter().map(|week| week[at]).sum::<f64>() / PERIODS as f64;
        let before: Vec<f64> = (0..history.channels.len()).map(mean).collect();
        let mut after = week(0);
        let busy: Vec<usize> = (0..after.len())
            .filter(|at| before[*at].min(after[*at]) >= FEWEST)
            .collect();
        let changed: Vec<usize> = busy.sample(&mut draws, 1 + case % 3).copied().collect();
        for at in &changed {
            after[*at] *= FACTORS[draws.random_range(0..FACTORS.len())];
        }
        let Ok(found) = additive(&before, &after, USUAL_DISPERSION, 0.0) else {
            continue;
        };
        let listed: Vec<usize> = found.drivers.iter().map(|driver| driver.element).collect();
        let hits = changed.iter().filter(|at| listed.contains(at)).count();
        cases += 1.0;
        first += f64::from(u8::from(
            listed.first().is_some_and(|at| changed.contains(at)),
        ));
        recall += hits as f64 / changed.len() as f64;
    }
    let figure = |what: &str, value| Figure::new(SUITE, format!("why: {what}"), value).seeded(SEED);
    vec![
        figure("cases", cases),
        figure("first driver is one that was changed", first / cases).at_least(0.72),
        figure("share of the changed that is listed", recall / cases).at_least(0.58),
    ]
}
