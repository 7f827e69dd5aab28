use proptest::prelude::*;

use super::*;

/// Of day 0 to 59.
fn retention(zone: TimeZone, days: Vec<u32>) -> Retention {
    let day = |day: i64| Instant::from_millis(day * 86_400_000);
    Retention {
        workspace: WorkspaceId::default(),
        population: Population::People,
        zone,
        // Twenty days each, with a gap between them.
        cohorts: [0, 25]
            .map(|from| Range::new(day(from), day(from + 20)))
            .into(),
        days,
        as_of: day(60),
    }
}

fn least(acts: &[(Day, u32, u8)], person: u32, first: Day, last: Day) -> Option<Amount> {
    let acts = acts.iter();
    let acts = acts.filter(|(day, who, _)| *who == person && (first..=last).contains(day));
    let least = acts.map(|(.., weight)| *weight).min();
    least.map(|weight| Amount::whole(weight.into()))
}

proptest! {
    #[test]
    fn everybody_is_counted_as_the_definition_says(
        people in prop::collection::vec((0i32..50, any::<bool>()), 0..30),
        acts in prop::collection::vec(
            (0i32..60, 0u32..30, prop::sample::select(vec![1u8, 1, 1, 4, 10])),
            0..200,
        ),
        days in prop::collection::vec(0u32..20, 0..5),
    ) {
        let retention = retention(TimeZone::UTC, days.clone());
        let mut active: BTreeMap<Day, WeightedSet> = BTreeMap::new();
        for (day, person, weight) in &acts {
            active.entry(*day).or_default().insert(*person, f64::from(*weight));
        }
        let mut expected = vec![
            Cohort { size: Amount::ZERO, returned: vec![Returned::default(); days.len()] };
            2
        ];
        let mut sign_ups = Vec::new();
        for (person, (day, is_recorded)) in (0u32..).zip(&people) {
            sign_ups.push(SignUp {
                person,
                at: Instant::from_millis(i64::from(*day) * 86_400_000 + 1),
                first_event: None,
                is_recorded: *is_recorded,
            });
            let Some(cohort) = expected.get_mut(match day {
                0..20 => 0,
                25..45 => 1,
                _ => 2,
            }) else {
                continue;
            };
            let known = least(&acts, person, *day, 60).filter(|_| !is_recorded);
            cohort.size = cohort.size + known.unwrap_or(Amount::whole(1));
            let came = |first: Day, last: Day| least(&acts, person, first, last).unwrap_or_default();
            for (after, returned) in days.iter().zip(&mut cohort.returned) {
                let then = day + i32::try_from(*after).unwrap();
                let more = [came(then, then), came(then, 60), came(day + 1, then)];
                *returned = std::array::from_fn(|mode| returned[mode] + more[mode]);
            }
        }
        let material = Material { sign_ups, sets: vec![active], ..Material::default() };
        prop_assert_eq!(retention.run(&material), expected);
    }
}

#[test]
fn worked_by_hand() {
    let set = |people: &[u32]| Cow::Owned(people.iter().copied().collect::<RoaringBitmap>());
    let sign_ups = [
        SignUps {
            cohort: 0,
            day: 10,
            people: vec![1, 2, 3, 4],
        },
        SignUps {
            cohort: 1,
            day: 12,
            people: vec![5],
        },
    ];
    let active = BTreeMap::from([
        (10, set(&[1, 2, 3, 4])),
        (11, set(&[1, 9])),
        (13, set(&[2, 5])),
        (17, set(&[2, 3])),
        (40, set(&[3])),
    ]);
    let found = returned(&sign_ups, 2, &active, &[1, 7, 30]);
    // Day 1 is the 11th, day 7 the 17th, day 30 the 40th.
    assert_eq!(found[0], [[1, 3, 1], [2, 2, 3], [1, 1, 3]]);
    assert_eq!(found[1], [[1, 1, 1], [0, 0, 1], [0, 0, 1]]);
}
