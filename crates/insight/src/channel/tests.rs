use proptest::prelude::*;

use super::{Band, Facts, Part, Waited, health, log_rank, survival};

const FACTS: Facts = Facts {
    days: 28,
    messages: 400,
    posters: (20, 20),
    answered: Some((90, 100)),
    top_three: 0.4,
    welcomed: (9, 10),
};

#[test]
fn a_living_channel_is_healthy_and_a_fading_one_is_quiet() {
    let alive = health(&FACTS).unwrap();
    assert_eq!((alive.band(), alive.parts.len()), (Band::Healthy, 5));
    let fading = Facts {
        days: 6,
        messages: 25,
        posters: (5, 30),
        answered: Some((1, 9)),
        top_three: 0.9,
        welcomed: (0, 1),
    };
    let fading = health(&fading).unwrap();
    assert_eq!(fading.band(), Band::Quiet);
    assert!(fading.parts.iter().all(|part| part.0 != Part::Welcome));
}

#[test]
fn what_nobody_may_do_is_no_part() {
    let news = health(&Facts {
        answered: None,
        ..FACTS
    })
    .unwrap();
    assert!(news.parts.iter().all(|part| part.0 != Part::Answering));
    assert!(
        health(&Facts {
            posters: (4, 4),
            ..FACTS
        })
        .is_err()
    );
    assert!(
        health(&Facts {
            messages: 19,
            ..FACTS
        })
        .is_err()
    );
}

fn waited(times: &[(f64, bool)]) -> Vec<Waited> {
    times
        .iter()
        .map(|(time, came)| Waited {
            time: *time,
            came: *came,
        })
        .collect()
}

#[test]
fn survival_is_that_of_the_textbook() {
    // Remission under 6-MP (Freireich et al. 1963), with the figures of Kalbfleisch and Prentice.
    let came = [6.0, 6.0, 6.0, 7.0, 10.0, 13.0, 16.0, 22.0, 23.0];
    let not = [
        6.0, 9.0, 10.0, 11.0, 17.0, 19.0, 20.0, 25.0, 32.0, 32.0, 34.0, 35.0,
    ];
    let treated: Vec<(f64, bool)> = came
        .iter()
        .map(|time| (*time, true))
        .chain(not.iter().map(|time| (*time, false)))
        .collect();
    let treated = waited(&treated);
    let found = survival(&treated, &[6.0, 10.0, 23.0]).unwrap();
    for (found, expected) in found.iter().zip([0.857, 0.753, 0.448]) {
        assert!((found.share - expected).abs() < 1e-3, "{found:?}");
        assert!(found.interval.0 < found.share && found.share < found.interval.1);
    }
    let placebo = [
        1., 1., 2., 2., 3., 4., 4., 5., 5., 8., 8., 8., 8., 11., 11., 12., 12., 15., 17., 22., 23.,
    ];
    let placebo = waited(&placebo.map(|time| (time, true)));
    assert!(log_rank(&treated, &placebo).unwrap() < 1e-4);
    assert!(log_rank(&treated, &treated).unwrap() > 0.99);
    assert_eq!(log_rank(&[], &[]), None);
    assert!(survival(&[], &[1.0]).is_err());
}

proptest! {
    #[test]
    fn scores_stay_within_their_range(
        days in 0_u32..=28, messages in 20_u32..9_999, posters in (5_u32..500, 0_u32..500),
        answered in prop::option::of((0_u32..50, 0_u32..50)), top_three in 0.0..=1.0, welcomed in (0_u32..9, 0_u32..9),
    ) {
        let found = health(&Facts { days, messages, posters, answered, top_three, welcomed }).unwrap();
        prop_assert!((0.0..=100.0).contains(&found.score));
        prop_assert!((found.parts.iter().map(|part| part.2).sum::<f64>() - 1.0).abs() < 1e-9);
    }
}
