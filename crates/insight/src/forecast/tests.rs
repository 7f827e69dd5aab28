use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::{Adaptive, Errors, Grain, forecast};
use crate::Reason;

const GRAINS: [Grain; 3] = [Grain::Hourly, Grain::Daily, Grain::Weekly];

/// Counts around a weekly rhythm.
fn weekly(seed: u64, days: usize, level: f64) -> Vec<f64> {
    let mut draws = ChaCha8Rng::seed_from_u64(seed);
    let shape = [1.1, 1.2, 1.15, 1.1, 1.0, 0.5, 0.6];
    (0..days)
        .map(|day| (level * shape[day % 7] * (0.8 + 0.4 * draws.random::<f64>())).round())
        .collect()
}

fn known(series: &[f64]) -> Vec<Option<f64>> {
    series.iter().copied().map(Some).collect()
}

#[test]
fn a_repeating_series_is_continued() {
    let series: Vec<f64> = (0..400)
        .map(|day| [50.0, 60.0, 70.0, 60.0, 50.0, 10.0, 12.0][day % 7])
        .collect();
    let found = forecast(&known(&series), 28, Grain::Daily).unwrap();
    for (at, value) in found.values.iter().enumerate() {
        assert!(
            (value - series[(400 + at) % 7]).abs() < 1e-6
                || (value - series[(400 + at - 7) % 7]).abs() < 1.0,
            "{at}: {value}"
        );
        assert!((value - series[(1 + at) % 7]).abs() < 0.5, "{at}: {value}");
    }
}

#[test]
fn noise_around_a_rhythm_is_forecast_better_than_last_week() {
    let series = weekly(1, 500, 200.0);
    let found = forecast(&known(&series[..472]), 28, Grain::Daily).unwrap();
    let error = |values: &[f64]| {
        values
            .iter()
            .zip(&series[472..])
            .map(|(a, b)| (a - b).abs())
            .sum::<f64>()
    };
    assert!(
        error(&found.values) < 0.85 * error(&found.naive),
        "{found:?}"
    );
    assert!(found.is_better());
    let sum: f64 = found.weights.iter().map(|(_, weight)| weight).sum();
    assert!((sum - 1.0).abs() < 1e-3);
}

#[test]
fn intervals_hold_as_often_as_they_say() {
    let (mut held, mut count) = ([0.0; 2], 0.0);
    for seed in 0..30 {
        let series = weekly(seed, 420, 200.0);
        let (forecast, errors) = Errors::of(&series[..392], 28, Grain::Daily).unwrap();
        for (held, level) in held.iter_mut().zip([0.8, 0.95]) {
            let ranges = errors.ranges(&forecast.values, level, Grain::Daily).ranges;
            let inside = ranges
                .iter()
                .zip(&series[392..])
                .filter(|((low, high), actual)| low <= actual && *actual <= high);
            *held += inside.count() as f64;
        }
        count += 28.0;
    }
    let shares = held.map(|held| held / count);
    assert!(
        (0.76..=0.86).contains(&shares[0]) && (0.92..=0.98).contains(&shares[1]),
        "{shares:?}"
    );
}

#[test]
fn the_adaptive_level_rises_when_intervals_miss() {
    let mut level = Adaptive::new(0.8);
    level.learn(false);
    assert!(level.level() > 0.8);
    for _ in 0..1_000 {
        level.learn(true);
    }
    assert!(level.level() < 0.2);
}

#[test]
fn what_cannot_be_forecast_has_a_reason() {
    let gaps: Vec<Option<f64>> = (0..100).map(|day| (day % 3 > 0).then_some(5.0)).collect();
    let cases = [
        ("nothing", vec![], Some(Reason::TooLittleHistory)),
        (
            "three weeks",
            vec![Some(4.0); 21],
            Some(Reason::TooLittleHistory),
        ),
        ("only gaps", vec![None; 400], Some(Reason::TooLittleHistory)),
        (
            "no numbers",
            vec![Some(f64::NAN); 400],
            Some(Reason::TooLittleHistory),
        ),
        ("many gaps", gaps, Some(Reason::Masked)),
        ("five weeks", vec![Some(4.0); 35], None),
        ("constant", vec![Some(4.0); 300], None),
        ("zeros", vec![Some(0.0); 300], None),
    ];
    for (case, series, reason) in cases {
        let found = forecast(&series, 14, Grain::Daily);
        assert_eq!(
            found.as_ref().err().map(|unknown| unknown.reason),
            reason,
            "{case}"
        );
        if let (Ok(found), Some(Some(value))) = (found, series.first()) {
            assert!(
                found.values.iter().all(|one| (one - value).abs() < 1e-6),
                "{case}: {found:?}"
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn forecasts_are_numbers_within_what_the_past_makes_possible(
        series in prop::collection::vec(prop_oneof![Just(0.0), 0.0..50.0, 0.0..1e4_f64], 30..260),
        horizon in 1_usize..40,
    ) {
        for grain in GRAINS {
            let Ok(found) = forecast(&known(&series), horizon, grain) else { continue };
            let most = 1.3 * series.iter().copied().fold(0.0, f64::max) + 1e-9;
            prop_assert_eq!(found.values.len(), horizon);
            prop_assert!(found.values.iter().all(|value| (0.0..=most).contains(value)), "{:?}", found);
        }
    }
}
