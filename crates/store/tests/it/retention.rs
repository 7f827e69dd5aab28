//! Who came back, asked of so many events and cohorts that the engine could not hold them together.

use std::collections::{BTreeMap, BTreeSet};

use domain::{
    event::Event,
    query::Population,
    ratio::Amount,
    time::{Instant, Range},
};
use jiff::tz::TimeZone;
use store::{EventLog, duckdb::DuckDbStore};

use crate::support::{Scratch, at, batch, message, retention};

const EVENTS: i64 = 352_000;
const PEOPLE: i64 = 2_000;
const DAYS: i64 = 790;
const COHORTS: i64 = 182;
const DAY: i64 = 86_400_000;

/// Who did something, and on which day: everybody begins on a day of their own and comes back by
/// chance.
fn act(number: i64) -> (i64, i64) {
    // Numbers that look like chance, and are the same every time.
    let drawn = number
        .wrapping_mul(6_364_136_223_846_793_005)
        .wrapping_add(1)
        >> 17;
    let person = drawn.rem_euclid(PEOPLE);
    let first = person * DAYS / PEOPLE;
    (person, first + (drawn >> 20).rem_euclid(DAYS - first))
}

fn event(number: i64, begin: Instant) -> Event {
    let (person, day) = act(number);
    let when = begin.plus_millis(day * DAY + number % DAY);
    message(
        u128::from(number.unsigned_abs()) + 1,
        when,
        &format!("u{person}"),
        "c",
    )
}

#[tokio::test]
async fn no_number_of_cohorts_is_too_large_for_the_usual_memory() {
    let scratch = Scratch::new();
    let mut options = scratch.options();
    options.rollups = false;
    let store = DuckDbStore::open(&options).unwrap();
    let begin = at("2024-01-01");
    let numbers: Vec<i64> = (0..EVENTS).collect();
    for chunk in numbers.chunks(50_000) {
        let events = chunk.iter().map(|number| event(*number, begin)).collect();
        store.append(batch(events)).await.unwrap();
    }

    let first_cohort = 400;
    let day = |day: i64| begin.plus_millis(day * DAY);
    let cohorts: Vec<Range> = (0..COHORTS)
        .map(|cohort| Range::new(day(first_cohort + cohort), day(first_cohort + cohort + 1)))
        .collect();
    let (asked, as_of) = ([1u32, 7, 30], day(DAYS));
    let people = (&TimeZone::UTC, Population::People);
    let (found, origin) = retention(&store, &cohorts, &asked, as_of, people).await;
    assert!(origin.events_read > 0);

    let mut days: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
    for (person, day) in numbers.iter().map(|number| act(*number)) {
        days.entry(person).or_default().insert(day);
    }
    for (cohort, found) in (first_cohort..).zip(&found) {
        let of = |days: &&BTreeSet<i64>| days.first() == Some(&cohort);
        let people: Vec<&BTreeSet<i64>> = days.values().filter(of).collect();
        let count = |came: &dyn Fn(&BTreeSet<i64>) -> bool| {
            Amount::whole(people.iter().filter(|days| came(days)).count() as u64)
        };
        let returned = asked.map(|after| {
            let then = cohort + i64::from(after);
            [
                count(&|days| days.contains(&then)),
                count(&|days| days.range(then..).next().is_some()),
                count(&|days| days.range(cohort + 1..=then).next().is_some()),
            ]
        });
        assert_eq!(
            (found.size, found.returned.as_slice()),
            (Amount::whole(people.len() as u64), returned.as_slice())
        );
    }
    let sizes: Amount = found.iter().map(|cohort| cohort.size).sum();
    assert!(sizes > Amount::whole(100), "{sizes:?}");
}
