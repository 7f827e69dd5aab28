use proptest::prelude::*;

use super::{Ratio, USUAL_DISPERSION, additive, dispersion, factors, ratio};
use crate::Reason;

#[test]
fn the_channel_that_fell_comes_first_though_a_larger_one_moved_more() {
    let before = [1_000.0, 100.0, 50.0];
    let after = [960.0, 40.0, 52.0];
    let found = additive(&before, &after, USUAL_DISPERSION, 30.0).unwrap();
    let elements: Vec<usize> = found.drivers.iter().map(|driver| driver.element).collect();
    assert_eq!(elements, [1, 0]);
    assert_eq!((found.delta, found.rest), (-98.0, (2.0, 1)));
    assert!(!found.within_noise && found.explained > 0.67);
    assert!(
        additive(&before, &after, USUAL_DISPERSION, 100.0)
            .unwrap()
            .within_noise
    );
}

#[test]
fn opposing_elements_share_the_gross_change() {
    let found = additive(&[100.0, 100.0], &[160.0, 42.0], 1.0, 1.0).unwrap();
    let shares: f64 = found.drivers.iter().map(|driver| driver.share).sum();
    assert!((shares - 1.0).abs() < 1e-12 && found.drivers.iter().all(|driver| driver.share > 0.0));
}

#[test]
fn what_did_not_change_or_is_not_there_has_a_reason() {
    let reason = |before: &[f64], after: &[f64]| {
        additive(before, after, 8.0, 1.0)
            .err()
            .map(|unknown| unknown.reason)
    };
    assert_eq!(reason(&[], &[]), Some(Reason::TooFewPeople));
    assert_eq!(reason(&[1.0], &[1.0, 2.0]), Some(Reason::TooFewPeople));
    assert_eq!(reason(&[3.0, 4.0], &[3.0, 4.0]), Some(Reason::NoVariation));
    assert_eq!(reason(&[3.0], &[f64::NAN]), Some(Reason::NoVariation));
    assert!(factors(&[(0.0, 1.0)]).is_err());
    assert!(
        ratio(&[Ratio {
            before: (0.0, 0.0),
            after: (1.0, 2.0)
        }])
        .is_err()
    );
    assert_eq!(dispersion(&[vec![1.0], vec![2.0]]), None);
}

#[test]
fn counts_that_vary_as_counts_do_have_a_dispersion_of_one() {
    // Poisson quantiles with mean 100, in another order for each element.
    let values = [
        87.0, 90.0, 93.0, 95.0, 98.0, 100.0, 102.0, 105.0, 107.0, 110.0, 113.0,
    ];
    let past: Vec<Vec<f64>> = (0..11)
        .map(|period| {
            (0..20)
                .map(|element| values[(period + element * 3) % 11])
                .collect()
        })
        .collect();
    assert!((dispersion(&past).unwrap() - 1.0).abs() < 0.3);
}

#[test]
fn a_whole_that_moves_against_all_its_elements_is_mix() {
    let elements = [
        Ratio {
            before: (81.0, 87.0),
            after: (234.0, 270.0),
        },
        Ratio {
            before: (192.0, 263.0),
            after: (55.0, 80.0),
        },
    ];
    let splits = ratio(&elements).unwrap();
    assert!(splits.iter().all(|split| split.rate < 0.0));
    let sum: f64 = splits.iter().map(|split| split.mix + split.rate).sum();
    assert!((sum - (289.0 / 350.0 - 273.0 / 350.0)).abs() < 1e-12);
}

proptest! {
    #[test]
    fn additive_drivers_and_the_rest_sum_to_the_change(
        values in prop::collection::vec((0.0..1e4_f64, 0.0..1e4_f64), 1..60),
    ) {
        let (before, after): (Vec<f64>, Vec<f64>) = values.into_iter().unzip();
        let Ok(found) = additive(&before, &after, USUAL_DISPERSION, 1.0) else { return Ok(()) };
        let listed: f64 = found.drivers.iter().map(|driver| driver.delta).sum();
        let change = after.iter().sum::<f64>() - before.iter().sum::<f64>();
        prop_assert!((listed + found.rest.0 - change).abs() < 1e-6);
        prop_assert_eq!(found.drivers.len() + found.rest.1, before.len());
        prop_assert!(found.drivers.len() <= 5);
    }

    #[test]
    fn mix_and_rate_sum_to_the_change(
        values in prop::collection::vec((0.0..1.0_f64, 0.0..1e3_f64, 0.0..1.0_f64, 0.0..1e3_f64), 1..30),
    ) {
        let part = |(p, b, q, c): &(f64, f64, f64, f64)| Ratio { before: (p * b, *b), after: (q * c, *c) };
        let elements: Vec<Ratio> = values.iter().map(part).collect();
        let Ok(splits) = ratio(&elements) else { return Ok(()) };
        let sum = |part: fn(&Ratio) -> f64| elements.iter().map(part).sum::<f64>();
        let change = sum(|one| one.after.0) / sum(|one| one.after.1) - sum(|one| one.before.0) / sum(|one| one.before.1);
        let found: f64 = splits.iter().map(|split| split.mix + split.rate).sum();
        prop_assert!((found - change).abs() < 1e-9, "{} against {}", found, change);
    }

    #[test]
    fn factors_sum_to_the_change(parts in prop::collection::vec((0.01..100.0_f64, 0.01..100.0_f64), 1..4)) {
        let before: f64 = parts.iter().map(|part| part.0).product();
        let after: f64 = parts.iter().map(|part| part.1).product();
        let found: f64 = factors(&parts).unwrap().iter().sum();
        prop_assert!((found - (after - before)).abs() < 1e-9 * before.max(after).max(1.0));
    }
}
