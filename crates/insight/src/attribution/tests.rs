use proptest::prelude::*;

use super::{Model, Path, Touch, agreement, computed, credits, intervals, unattributed};
use crate::Reason;

fn path(labels: &[usize], converted: bool) -> Path {
    let n = labels.len();
    let touch = |(at, label): (usize, &usize)| Touch {
        label: *label,
        days_before: (n - at) as f64,
    };
    Path {
        touches: labels.iter().enumerate().map(touch).collect(),
        converted,
    }
}

/// `A > B` converts, `A` does not, `B` converts.
fn by_hand() -> Vec<Path> {
    vec![path(&[0, 1], true), path(&[0], false), path(&[1], true)]
}

#[test]
fn credits_are_those_by_hand() {
    let third = 2.0 / 3.0;
    let cases = [
        (Model::First, [1.0, 1.0]),
        (Model::Last, [0.0, 2.0]),
        (Model::LastNonDirect(1), [1.0, 1.0]),
        (Model::Linear, [0.5, 1.5]),
        (Model::Position, [0.5, 1.5]),
        (Model::Markov, [third, 2.0 * third]),
        (Model::Shapley, [0.5, 1.5]),
    ];
    for (model, expected) in cases {
        let found = computed(&by_hand(), 2, model);
        let is_close = found
            .iter()
            .zip(expected)
            .all(|(found, expected)| (found - expected).abs() < 1e-12);
        assert!(is_close, "{model:?}: {found:?}");
    }
    let decayed = computed(&[path(&[0, 1], true)], 2, Model::TimeDecay);
    let older = 0.5_f64.powf(1.0 / 7.0);
    assert!((decayed[0] - older / (1.0 + older)).abs() < 1e-12);
    let four = computed(&[path(&[0, 1, 2, 3], true)], 4, Model::Position);
    assert!(
        four.iter()
            .zip([0.4, 0.1, 0.1, 0.4])
            .all(|(found, expected)| (found - expected).abs() < 1e-12)
    );
}

#[test]
fn what_cannot_be_credited_has_a_reason() {
    let reason = |paths: &[Path], model| {
        credits(paths, 2, model)
            .err()
            .map(|unknown| (unknown.reason, unknown.needed))
    };
    assert_eq!(reason(&[], Model::Linear), Some((Reason::TooFewPeople, 1)));
    assert_eq!(
        reason(&[path(&[0], false)], Model::First),
        Some((Reason::TooFewPeople, 1))
    );
    assert_eq!(
        reason(&by_hand(), Model::Markov),
        Some((Reason::TooFewPeople, 100))
    );
    let many = vec![path(&[0], true); 100];
    assert_eq!(
        reason(&many, Model::Shapley),
        Some((Reason::TooFewPeople, 30))
    );
    assert_eq!(reason(&by_hand(), Model::Linear), None);
    assert_eq!(unattributed(&[path(&[], true), path(&[], false)]), 1);
}

#[test]
fn intervals_hold_the_credit_and_are_the_same_for_the_same_seed() {
    let paths: Vec<Path> = std::iter::repeat_with(by_hand).take(60).flatten().collect();
    let credits = credits(&paths, 2, Model::Markov).unwrap();
    let found = intervals(&paths, 2, Model::Markov, 7);
    assert!(
        credits
            .iter()
            .zip(&found)
            .all(|(credit, (low, high))| low < credit && credit < high)
    );
    assert_eq!(found, intervals(&paths, 2, Model::Markov, 7));
    assert_ne!(found, intervals(&paths, 2, Model::Markov, 8));
}

#[test]
fn agreement_is_that_of_ranks() {
    assert_eq!(agreement(&[1.0, 2.0, 3.0], &[10.0, 20.0, 90.0]), Some(1.0));
    assert_eq!(agreement(&[1.0, 2.0, 3.0], &[3.0, 2.0, 1.0]), Some(-1.0));
    assert_eq!(agreement(&[1.0, 1.0], &[1.0, 2.0]), None);
}

proptest! {
    #[test]
    fn credits_sum_to_conversions_with_a_touchpoint(
        paths in prop::collection::vec((prop::collection::vec(0_usize..5, 0..30), any::<bool>()), 1..40),
    ) {
        let paths: Vec<Path> = paths.iter().map(|(labels, converted)| path(labels, *converted)).collect();
        let conversions = paths.iter().filter(|path| path.converted && !path.touches.is_empty()).count() as f64;
        let models = [
            Model::First, Model::Last, Model::LastNonDirect(0), Model::Linear, Model::TimeDecay, Model::Position,
            Model::Markov, Model::Shapley,
        ];
        for model in models {
            let found = computed(&paths, 5, model);
            prop_assert!(found.iter().all(|credit| *credit >= 0.0));
            prop_assert!((found.iter().sum::<f64>() - conversions).abs() < 1e-9, "{:?}: {:?}", model, found);
        }
    }
}
