use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::{Logistic, Person, auc, brier, ece, fit};
use crate::Reason;

/// People whose risk is known.
fn people(seed: u64, count: usize) -> Vec<(Person, bool)> {
    let mut draws = ChaCha8Rng::seed_from_u64(seed);
    (0..count)
        .map(|_| {
            let since_last = draws.random_range(0..28);
            let active_28 = draws.random_range(1..=28 - since_last);
            let person = Person {
                since_last,
                since_first: draws.random_range(28..900),
                active_28,
                active_90: active_28 * 2,
            };
            let logit =
                1.2 * f64::from(since_last).ln_1p() - 1.5 * f64::from(active_28).ln_1p() + 0.5;
            (person, draws.random::<f64>() < 1.0 / (1.0 + (-logit).exp()))
        })
        .collect()
}

#[test]
fn risks_order_people_and_mean_what_they_say() {
    let model = fit(&people(1, 3_000)).unwrap();
    let scored = people(2, 3_000)
        .into_iter()
        .map(|(person, gone)| (model.probability(&person.facts()), gone));
    let scored: Vec<(f64, bool)> = scored.collect();
    assert!(auc(&scored).unwrap() > 0.8 && ece(&scored) < 0.03 && brier(&scored) < 0.2);
}

#[test]
fn reasons_sum_to_the_logit() {
    let rows = people(3, 500);
    let model = fit(&rows).unwrap();
    for (person, _) in &rows {
        let facts = person.facts();
        let p = model.probability(&facts);
        let sum = model.base() + model.reasons(&facts).iter().sum::<f64>();
        assert!((sum - (p / (1.0 - p)).ln()).abs() < 1e-9);
    }
}

#[test]
fn what_cannot_be_fitted_has_a_reason() {
    let rows = people(4, 300);
    let reason = |rows: &[(Person, bool)]| {
        fit(rows)
            .err()
            .map(|unknown| (unknown.reason, unknown.have))
    };
    assert_eq!(reason(&[]), Some((Reason::TooFewPeople, 0)));
    assert_eq!(reason(&rows[..199]), Some((Reason::TooFewPeople, 199)));
    let stayed: Vec<_> = rows.iter().map(|(person, _)| (*person, false)).collect();
    assert_eq!(reason(&stayed), Some((Reason::TooFewPeople, 0)));
    assert_eq!(Logistic::fit(&[([f64::NAN], true), ([1.0], false)]), None);
    // What separates perfectly has finite weights still, and what is constant has none.
    let split = Logistic::fit(&[([0.0, 7.0], false), ([1.0, 7.0], true)]).unwrap();
    assert!(split.probability(&[1.0, 7.0]) > 0.5 && split.reasons(&[1.0, 7.0])[1].abs() < 1e-9);
}

#[test]
fn measures_are_those_by_hand() {
    let rows = [(0.1, false), (0.4, false), (0.35, true), (0.8, true)];
    assert_eq!(auc(&rows), Some(0.75));
    assert_eq!(auc(&[(0.5, true), (0.5, false)]), Some(0.5));
    assert_eq!(auc(&[(0.5, true)]), None);
    assert!((brier(&rows) - (0.01 + 0.16 + 0.4225 + 0.04) / 4.0).abs() < 1e-12);
    assert!((ece(&[(0.95, true), (0.95, false)]) - 0.45).abs() < 1e-12);
}

proptest! {
    #[test]
    fn probabilities_are_probabilities(rows in prop::collection::vec(([-1e6..1e6_f64, -5.0..5.0], any::<bool>()), 2..60)) {
        if let Some(model) = Logistic::fit(&rows) {
            for (row, _) in &rows {
                prop_assert!((0.0..=1.0).contains(&model.probability(row)));
            }
        }
    }
}
