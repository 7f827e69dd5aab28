use proptest::prelude::*;

use super::{
    assign, bayes, correct,
    effect::{Difference, Sums, effect, proportion, ratio},
    group,
    plan::Plan,
    quantile,
    simulate::{Draws, Metric, Size, without_difference},
    srm, test,
};

#[test]
fn assignment_is_that_of_growthbook() {
    let vectors = [
        ("seed", "a", 0.0505),
        ("seed", "b", 0.2696),
        ("foo", "ab", 0.2575),
        ("foo", "def", 0.2019),
    ];
    for (seed, unit, place) in vectors {
        assert_eq!(assign::place(seed, unit), place, "{seed} {unit}");
    }
    let halves = |place, coverage| assign::variant(place, &[0.5, 0.5], coverage);
    assert_eq!(
        [halves(0.1, 1.0), halves(0.5, 1.0), halves(0.999, 1.0)],
        [Some(0), Some(1), Some(1)]
    );
    assert_eq!(
        [halves(0.1, 0.4), halves(0.3, 0.4), halves(0.55, 0.4)],
        [Some(0), None, Some(1)]
    );
    assert_eq!(assign::variant(0.1, &[], 1.0), None);
    assert_eq!(assign::variant(0.1, &[0.0, 0.0], 1.0), None);
}

#[test]
fn what_cannot_be_compared_has_no_effect() {
    let arm = |n, mean| super::effect::Arm {
        n,
        mean,
        variance: 1.0,
    };
    let cases = [
        ("nobody", proportion(0.0, 0.0), proportion(0.0, 0.0)),
        ("one person", proportion(1.0, 1.0), proportion(10.0, 3.0)),
        (
            "nothing varies",
            proportion(50.0, 0.0),
            proportion(50.0, 0.0),
        ),
        ("control without anything", arm(50.0, 0.0), arm(50.0, 1.0)),
        ("no number", arm(50.0, f64::NAN), arm(50.0, 1.0)),
    ];
    for (case, control, variant) in cases {
        assert_eq!(
            effect(control, variant, Difference::Relative),
            None,
            "{case}"
        );
    }
}

#[test]
fn a_plan_needs_what_it_needs_by_hand() {
    let plan = Plan {
        variation: (0.7_f64 / 0.3).sqrt(),
        correlation: 0.0,
        alpha: 0.05,
        power: 0.8,
    };
    let units = plan.units(0.1);
    assert_eq!(units, 4_048.0);
    assert!((plan.smallest(units).unwrap() - 0.1).abs() < 1e-4);
    assert!(
        Plan {
            correlation: 0.7,
            ..plan
        }
        .units(0.1)
            < 0.52 * units
    );
    assert_eq!(plan.smallest(1.0), None);
}

#[test]
fn bounds_are_those_of_lan_and_demets() {
    // Five even looks, two-sided 5 %, O'Brien–Fleming spending (Jennison and Turnbull 2000).
    let bounds = group::bounds(&[0.2, 0.4, 0.6, 0.8, 1.0], 0.05);
    for (found, expected) in bounds.iter().zip([4.877, 3.357, 2.680, 2.290, 2.031]) {
        assert!((found - expected).abs() < 0.01, "{bounds:?}");
    }
    assert!((group::bounds(&[1.0], 0.05)[0] - 1.96).abs() < 1e-3);
}

#[test]
fn many_comparisons_are_those_by_hand() {
    let close = |found: Vec<f64>, expected: [f64; 4]| {
        found
            .iter()
            .zip(expected)
            .all(|(found, expected)| (found - expected).abs() < 1e-12)
    };
    let values = [0.01, 0.04, 0.03, 0.005];
    assert!(close(correct::holm(&values), [0.03, 0.06, 0.06, 0.02]));
    assert!(close(
        correct::benjamini_hochberg(&values),
        [0.02, 0.04, 0.04, 0.02]
    ));
    assert!(correct::holm(&[]).is_empty());
}

#[test]
fn unequal_arms_are_noticed_and_equal_ones_are_not() {
    assert_eq!(srm::sequential(&[40, 40], &[0.5, 0.5]), None);
    assert_eq!(srm::sequential(&[400, 400], &[0.5, 0.0]), None);
    assert!(srm::sequential(&[5_100, 4_900], &[0.5, 0.5]).unwrap() > 0.5);
    assert!(srm::sequential(&[5_500, 4_500], &[0.5, 0.5]).unwrap() < 1e-6);
    assert!(srm::at_the_end(&[5_500, 4_500], &[0.5, 0.5]).unwrap() < 1e-6);
}

#[test]
fn looking_every_day_finds_nothing_where_nothing_is() {
    let size = Size {
        runs: 300,
        looks: 28,
        people: 60,
        seed: 1,
    };
    // Four standard errors.
    let most = |share: f64| share + 4.0 * (share * (1.0 - share) / size.runs as f64).sqrt();
    for metric in [Metric::Normal, Metric::Lognormal(1.5), Metric::Share(0.02)] {
        let found = without_difference(size, metric);
        let all = format!("{metric:?}: {found:?}");
        assert!(found.peeking > 0.08, "{all}");
        assert!(found.always <= 0.05 && found.unequal <= most(0.01), "{all}");
        assert!(
            found.group <= most(0.05) && found.fixed <= most(0.05),
            "{all}"
        );
    }
}

#[test]
fn intervals_of_ratios_and_quantiles_cover() {
    let runs = 1_000;
    let (mut of_ratio, mut of_quantile) = (0, 0);
    for run in 0..runs {
        let mut draws = Draws::new(run);
        let mut arm = || {
            let (mut above, mut below, mut products) = (Sums::default(), Sums::default(), 0.0);
            let mut values = Vec::new();
            for _ in 0..600 {
                let sessions = 1.0 + (draws.uniform() * 5.0).floor();
                let messages = sessions * (2.0 + draws.normal()).abs();
                above.add(messages);
                below.add(sessions);
                products += messages * sessions;
                values.push(draws.normal().exp());
            }
            values.sort_unstable_by(f64::total_cmp);
            (
                ratio(above, below, products).unwrap(),
                quantile::arm(&values, 0.5, 1.0, 0.05).unwrap(),
            )
        };
        let (a, b) = (arm(), arm());
        let covers = |a, b| {
            let effect = effect(a, b, Difference::Absolute).unwrap();
            let (low, high) = test::fixed(effect, 0.05).unwrap().interval;
            u32::from(low <= 0.0 && 0.0 <= high)
        };
        of_ratio += covers(a.0, b.0);
        of_quantile += covers(a.1, b.1);
    }
    let share = |covered| f64::from(covered) / runs as f64;
    assert!(
        (0.93..=0.97).contains(&share(of_ratio)),
        "ratio {}",
        share(of_ratio)
    );
    assert!(
        (0.93..=0.975).contains(&share(of_quantile)),
        "quantile {}",
        share(of_quantile)
    );
}

#[test]
fn a_quantile_of_few_or_equal_values_has_none() {
    assert!(quantile::arm(&[1.0; 3], 0.5, 1.0, 0.05).is_err());
    assert!(quantile::arm(&[1.0; 300], 0.5, 1.0, 0.05).is_err());
    assert!(
        quantile::arm(
            &(0..100).map(f64::from).collect::<Vec<_>>(),
            0.99,
            1.0,
            0.05
        )
        .is_err()
    );
}

proptest! {
    #[test]
    fn tests_agree_with_their_intervals(
        n in 10.0..1e5, m in 10.0..1e5, p in 0.01..0.99_f64, q in 0.01..0.99_f64,
    ) {
        let effect = effect(proportion(n, n * p), proportion(m, m * q), Difference::Absolute).unwrap();
        for tested in [test::fixed(effect, 0.05).unwrap(), test::always(effect, 0.05, test::TUNED_FOR)] {
            prop_assert!((0.0..=1.0).contains(&tested.p));
            let is_out = tested.interval.0 > 0.0 || tested.interval.1 < 0.0;
            // At the very edge rounding decides.
            if (tested.p - 0.05).abs() > 1e-6 {
                prop_assert_eq!(is_out, tested.p < 0.05);
            }
        }
        let (control, variant) = bayes::risk(effect.value, effect.variance.sqrt());
        prop_assert!((control - variant - effect.value).abs() < 1e-9);
    }

    #[test]
    fn a_larger_coverage_moves_nobody(place in 0.0..1.0_f64, a in 0.01..1.0, b in 0.01..1.0, c in 0.0..1.0) {
        if let Some(variant) = assign::variant(place, &[a, b], c) {
            prop_assert_eq!(assign::variant(place, &[a, b], 1.0), Some(variant));
        }
    }
}
