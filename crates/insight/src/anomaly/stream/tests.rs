use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::{ALARM, Detector, WARM_UP};
use crate::Reason;

/// A day of 144 measurements, over and over, with noise.
fn rhythm(seed: u64, count: usize) -> Vec<f64> {
    let mut draws = ChaCha8Rng::seed_from_u64(seed);
    (0..count)
        .map(|at| {
            50.0 + 30.0 * (at as f64 / 144.0 * std::f64::consts::TAU).sin()
                + 4.0 * draws.random::<f64>()
        })
        .collect()
}

fn alarms(series: &[f64]) -> Vec<usize> {
    let mut detector = Detector::default();
    let scores = series.iter().map(|value| detector.next(*value));
    scores
        .enumerate()
        .filter(|(_, score)| score.is_ok_and(|score| score >= ALARM))
        .map(|(at, _)| at)
        .collect()
}

#[test]
fn an_outage_is_found_and_a_rhythm_is_quiet() {
    let mut series = rhythm(1, 4_000);
    let before = alarms(&series).iter().filter(|at| **at > 1_000).count();
    assert!(before <= 2, "{before}");
    series[3_000..3_040].fill(0.0);
    let found = alarms(&series);
    assert!(
        found.iter().any(|at| (3_000..3_060).contains(at)),
        "{found:?}"
    );
}

#[test]
fn what_cannot_be_judged_has_a_reason() {
    let mut detector = Detector::default();
    let mut reason = |value: f64| detector.next(value).err().map(|unknown| unknown.reason);
    assert_eq!(reason(f64::NAN), Some(Reason::Masked));
    for _ in 1..WARM_UP {
        assert_eq!(reason(5.0), Some(Reason::TooLittleHistory));
    }
    assert_eq!(reason(5.0), None);
    assert_eq!(reason(f64::INFINITY), Some(Reason::Masked));
}

#[test]
fn a_constant_stream_never_alarms_and_its_end_does() {
    let mut series = vec![5.0; 3_000];
    assert!(alarms(&series).is_empty());
    series[2_500..].fill(9.0);
    assert!(alarms(&series).iter().any(|at| (2_500..2_560).contains(at)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn scores_stay_within_their_range(
        series in prop::collection::vec(prop_oneof![-1e3..1e3, Just(1e300), Just(-1e300), Just(0.0), Just(f64::NAN)], 0..700),
    ) {
        let mut detector = Detector::default();
        for value in series {
            if let Ok(score) = detector.next(value) {
                prop_assert!((0.0..=1.0).contains(&score));
            }
        }
    }
}
