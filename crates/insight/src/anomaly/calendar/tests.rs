use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::{Parameters, Side, Verdict};
use crate::Reason;

/// Counts around a weekly rhythm that deviate by `spread` on the logarithm.
fn noise(seed: u64, days: usize, level: f64, spread: f64) -> Vec<f64> {
    let mut draws = ChaCha8Rng::seed_from_u64(seed);
    let weekday = [0.1, 0.2, 0.15, 0.1, 0.0, -0.5, -0.4];
    (0..days)
        .map(|day| {
            let sum: f64 = (0..12).map(|_| draws.random::<f64>()).sum();
            (level * (weekday[day % 7] + spread * (sum - 6.0)).exp()).round()
        })
        .collect()
}

fn judge(series: &[f64]) -> Vec<Verdict> {
    let series: Vec<Option<f64>> = series.iter().copied().map(Some).collect();
    Parameters::DAILY.judge(&series, 0)
}

fn reason(series: &[Option<f64>]) -> Option<Reason> {
    Parameters::DAILY
        .judge(series, 0)
        .last()
        .and_then(|last| last.err())
        .map(|last| last.reason)
}

#[test]
fn noise_alarms_no_more_often_than_the_budget_allows() {
    let (seeds, years) = (60, 4);
    let (mut points, mut shifts) = (0, 0);
    for seed in 0..seeds {
        let judged = judge(&noise(seed, 365 * years, 300.0, 0.2));
        points += judged
            .iter()
            .flatten()
            .filter(|day| day.point.is_some())
            .count();
        shifts += judged
            .iter()
            .flatten()
            .filter(|day| day.shift.is_some())
            .count();
    }
    let series_years = seeds as f64 * years as f64;
    assert!(
        points as f64 / series_years <= 1.0,
        "{points} point alarms in {series_years} years"
    );
    assert!(
        shifts as f64 / series_years <= 1.0,
        "{shifts} shift alarms in {series_years} years"
    );
}

#[test]
fn a_drop_is_found_and_a_shift_alarms_once_and_is_dated() {
    let mut series = noise(7, 400, 300.0, 0.1);
    series[300] *= 0.3;
    for value in &mut series[350..] {
        *value *= 0.6;
    }
    let judged = judge(&series);
    assert_eq!(judged[300].unwrap().point, Some(Side::Down));
    assert!(judged[301].unwrap().point.is_none());
    let after = |(at, day): (usize, &Verdict)| day.ok()?.shift.map(|shift| (at, shift));
    let shifts: Vec<_> = judged
        .iter()
        .enumerate()
        .skip(345)
        .filter_map(after)
        .collect();
    assert_eq!(shifts.len(), 1, "{shifts:?}");
    let (at, shift) = shifts[0];
    assert_eq!(shift.side, Side::Down);
    assert!(
        at <= 353 && (348..=351).contains(&(at - shift.since)),
        "{shifts:?}"
    );
    let last = judged[399].unwrap();
    assert!(
        last.lower <= series[399] && series[399] <= last.upper,
        "{last:?}"
    );
}

#[test]
fn what_cannot_be_judged_has_a_reason() {
    let steady: Vec<Option<f64>> = noise(3, 200, 300.0, 0.2).into_iter().map(Some).collect();
    let with = |value| [&steady[..], &[value]].concat();
    let cases = [
        (
            "short",
            reason(&steady[..40]),
            Some(Reason::TooLittleHistory),
        ),
        ("long enough", reason(&steady), None),
        (
            "constant",
            reason(&[Some(20.0); 200]),
            Some(Reason::NoVariation),
        ),
        ("zeros", reason(&[Some(0.0); 90]), Some(Reason::NoVariation)),
        (
            "few",
            reason(&[Some(1.0), Some(0.0), Some(2.0)].repeat(50)),
            Some(Reason::TooFewPeople),
        ),
        ("masked", reason(&with(None)), Some(Reason::Masked)),
        (
            "not a number",
            reason(&with(Some(f64::NAN))),
            Some(Reason::Masked),
        ),
        (
            "infinite",
            reason(&with(Some(f64::INFINITY))),
            Some(Reason::Masked),
        ),
        ("negative", reason(&with(Some(-1.0))), Some(Reason::Masked)),
        ("empty", reason(&[]), None),
    ];
    for (case, found, expected) in cases {
        assert_eq!(found, expected, "{case}");
    }
}

#[test]
fn a_gap_is_no_alarm_and_teaches_nothing() {
    let mut series: Vec<Option<f64>> = noise(5, 300, 300.0, 0.1).into_iter().map(Some).collect();
    series[200..210].fill(None);
    let judged = Parameters::DAILY.judge(&series, 0);
    assert!(judged[200..210].iter().all(Result::is_err));
    let alarms = judged[210..].iter().flatten();
    assert_eq!(
        alarms
            .filter(|day| day.point.is_some() || day.shift.is_some())
            .count(),
        0
    );
}

#[test]
fn hours_know_their_weekday() {
    let hour = |at: usize| {
        if at % 168 < 120 && (8..18).contains(&(at % 24)) {
            60.0
        } else {
            8.0
        }
    };
    let mut draws = ChaCha8Rng::seed_from_u64(1);
    let mut noisy = |mean: f64| (mean * (0.8 + 0.4 * draws.random::<f64>())).round();
    let mut series: Vec<Option<f64>> = (0..168 * 16).map(|at| Some(noisy(hour(at)))).collect();
    let at = 168 * 15 + 34;
    series[at] = Some(300.0);
    let judged = Parameters::HOURLY.judge(&series, 0);
    let points: Vec<usize> = (0..judged.len())
        .filter(|at| judged[*at].is_ok_and(|hour| hour.point.is_some()))
        .collect();
    assert!(points.contains(&at) && points.len() <= 2, "{points:?}");
}

proptest! {
    #[test]
    fn no_series_panics_and_every_number_is_one(
        series in prop::collection::vec(prop::option::of(prop_oneof![
            Just(0.0), 0.0..1e3, Just(1e300), Just(f64::NAN), Just(f64::INFINITY), Just(-1.0),
        ]), 0..300),
        place in 0_usize..400,
    ) {
        for parameters in [Parameters::DAILY, Parameters::WEEKLY] {
            for judged in parameters.judge(&series, place).into_iter().flatten() {
                prop_assert!(judged.z.is_finite() && judged.lower <= judged.upper);
                prop_assert!(judged.p > 0.0 && judged.p <= 1.0);
            }
        }
    }
}
