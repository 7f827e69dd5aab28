//! What analyses are made of.

use std::collections::BTreeMap;

use domain::{
    dimension::Dimension,
    event::{Event, EventType, Kind},
    filter::{Field, Filter},
    id::{UserId, WorkspaceId},
    metric::Metric,
    query::{Population, Query},
    ratio::Amount,
    record::PersonRecord,
    time::{Day, Instant, Range, day_number},
};
use engine::{
    analysis::{Cohort, Needs, Pair, SetOf, Stages},
    plan::plan,
};
use jiff::tz::TimeZone;
use store::EventStore;

use super::place::Place;
use crate::support::{at, batch, lifecycle, message, range, retention};

fn day(text: &str) -> Day {
    day_number(at(text).day(&TimeZone::UTC))
}

/// Fills every day that may be filled.
pub(super) async fn fill(store: &dyn EventStore) {
    for dirty in store.dirty_days() {
        let filled = store.fill(&dirty.workspace, dirty.day, at("2028-01-01"));
        assert!(filled.await.unwrap().is_some());
    }
}

async fn put(store: &dyn EventStore, people: Vec<PersonRecord>) {
    let put = store.put_records(WorkspaceId::default(), people, Vec::new(), at("2026-04-01"));
    put.await.unwrap();
}

/// Ann signs up on the first by an event, after she was seen; Ben by the record of his account; Cem was
/// first seen on the second, and Dot by a record on the first, twice told. A robot is there from the first.
async fn add_people(store: &dyn EventStore) {
    let event = |number, when: &str, user: &str| message(number, at(when), user, "c1");
    let sign_up = |number, when: &str, user: &str| Event {
        event_type: EventType::Known(Kind::SignedUp),
        ..event(number, when, user)
    };
    let says_bot = Event {
        is_bot: true,
        ..event(20, "2026-03-01T10:00:00Z", "robot")
    };
    let events = vec![
        event(1, "2026-02-20T10:00:00Z", "ann"),
        sign_up(2, "2026-03-01T09:00:00Z", "ann"),
        event(3, "2026-03-02T10:00:00Z", "ann"),
        // Long after the account was made.
        event(4, "2026-03-04T10:00:00Z", "ben"),
        event(5, "2026-03-02T10:00:00Z", "cem"),
        event(6, "2026-03-03T10:00:00Z", "cem"),
        event(7, "2026-03-02T11:00:00Z", "dot"),
        // After the present of what is asked.
        event(8, "2026-03-05T12:00:00Z", "ann"),
        sign_up(9, "2026-03-05T12:00:00Z", "cem"),
        says_bot,
        event(21, "2026-03-02T10:00:00Z", "robot"),
    ];
    store.append(batch(events)).await.unwrap();
    let record = |id: &str| PersonRecord::new(UserId::new(id).unwrap());
    let seen = |when: &str| PersonRecord {
        first_seen_at: Some(at(when)),
        ..record("dot")
    };
    let ben = PersonRecord {
        created_at: Some(at("2026-03-01T23:59:59Z")),
        ..record("ben")
    };
    put(store, vec![ben, seen("2026-03-01T08:00:00Z")]).await;
    // Somebody who was seen earlier was first seen then.
    put(store, vec![seen("2026-03-01T12:00:00Z")]).await;
}

fn cohort(size: f64, returned: [[f64; 3]; 2]) -> Cohort {
    Cohort {
        size: Amount::of(size),
        returned: returned.map(|returned| returned.map(Amount::of)).into(),
    }
}

const AS_OF: &str = "2026-03-05T12:00:00Z";

async fn cohorts(store: &dyn EventStore, population: Population) -> Vec<Cohort> {
    let spans = [
        range("2026-02-20", "2026-02-21"),
        range("2026-03-01", "2026-03-02"),
        range("2026-03-02", "2026-03-03"),
    ];
    let whose = (&TimeZone::UTC, population);
    retention(store, &spans, &[1, 3], at(AS_OF), whose).await.0
}

pub(super) async fn who_signed_up_when_and_came_back(place: &mut impl Place) {
    add_people(place.store()).await;
    let nobody = cohort(0.0, [[0.0; 3]; 2]);
    // Ann, Ben and Dot. Ann and Dot came on day 1, and Ben on day 3.
    let first = cohort(3.0, [[2.0, 3.0, 2.0], [1.0, 1.0, 3.0]]);
    // Cem, who came on day 1.
    let second = cohort(1.0, [[1.0, 1.0, 1.0], [0.0, 0.0, 1.0]]);
    let with_robot = cohort(4.0, [[3.0, 4.0, 3.0], [1.0, 1.0, 4.0]]);
    for _ in 0..2 {
        let found = cohorts(place.store(), Population::People).await;
        assert_eq!(found, [nobody.clone(), first.clone(), second.clone()]);
        let found = cohorts(place.store(), Population::Everyone).await;
        assert_eq!(found, [nobody.clone(), with_robot.clone(), second.clone()]);
        fill(place.store()).await;
        place.reopen().await;
    }
}

/// How many people each set has, by day.
async fn sizes(
    store: &dyn EventStore,
    sets: &[(Metric, Range)],
    population: Population,
) -> Vec<BTreeMap<Day, u64>> {
    let set = |(metric, range): &(Metric, Range)| SetOf {
        metric: *metric,
        range: *range,
        by_day: true,
    };
    let needs = Needs {
        from_events: false,
        named: Vec::new(),
        workspace: WorkspaceId::default(),
        population,
        zone: TimeZone::UTC,
        sign_ups: None,
        only: None,
        sets: sets.iter().map(set).collect(),
    };
    let (material, _) = store.gather(&needs).await.unwrap();
    assert_eq!(material.sign_ups, []);
    let sizes = material.sets.into_iter().map(|days| {
        let sizes = days
            .into_iter()
            .map(|(day, people)| (day, people.everybody().len()));
        sizes.collect()
    });
    sizes.collect()
}

/// Members of a list are what a filter that names each of them lets through, however many there are.
pub(super) async fn a_list_narrows_as_its_values_do(place: &mut impl Place) {
    add_people(place.store()).await;
    let texts = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
    for _ in 0..2 {
        let store = place.store();
        for (field, ids) in [
            (Field::User, vec!["ann", "cem"]),
            (Field::User, vec!["\"quoted\"", "ann"]),
            (Field::Channel, vec!["c1"]),
            (Field::Channel, vec!["nowhere"]),
            (Field::User, vec![]),
        ] {
            let list = Filter::Among(field.clone(), texts(&ids).into());
            // No identifier is empty.
            let plain = if ids.is_empty() { vec![""] } else { ids };
            let plain = Filter::Is(field, texts(&plain));
            let not = |filter: &Filter| Filter::Not(Box::new(filter.clone()));
            for (list, plain) in [(list.clone(), plain.clone()), (not(&list), not(&plain))] {
                for by in [Dimension::User, Dimension::Channel, Dimension::Weekday] {
                    let ask = async |filter: &Filter| {
                        let metrics = [Metric::Messages, Metric::Posters];
                        let query = Query::totals(
                            WorkspaceId::default(),
                            TimeZone::UTC,
                            Range::ALL,
                            &metrics,
                        );
                        let plan = plan(query.by(&[by]).only(filter.clone())).unwrap();
                        store.query(&plan).await.unwrap().rows
                    };
                    assert_eq!(ask(&list).await, ask(&plain).await, "{list}");
                }
            }
        }
        let set = SetOf {
            metric: Metric::Posters,
            range: range("2026-03-02", "2026-03-03"),
            by_day: true,
        };
        let needs = Needs {
            workspace: WorkspaceId::default(),
            population: Population::People,
            zone: TimeZone::UTC,
            sign_ups: Some(at("2026-04-01")),
            from_events: false,
            named: Vec::new(),
            only: Some(texts(&["ann", "ben", "nobody"]).into()),
            sets: vec![set],
        };
        let (material, _) = store.gather(&needs).await.unwrap();
        // Ann, Cem and Dot wrote on the second; Ann and Ben signed up.
        let people = material.sets[0]
            .values()
            .map(|people| people.everybody().len());
        assert_eq!((people.collect(), material.sign_ups.len()), (vec![1], 2));
        fill(place.store()).await;
        place.reopen().await;
    }
}

pub(super) async fn sets_of_people_by_day(place: &mut impl Place) {
    add_people(place.store()).await;
    let until = |to: &str| Range::new(at("2026-03-01"), at(to));
    let by_day = |sizes: &[(&str, u64)]| -> BTreeMap<Day, u64> {
        sizes
            .iter()
            .map(|(text, size)| (day(text), *size))
            .collect()
    };
    let asked = [
        (Metric::ActivePeople, until("2026-03-06")),
        (Metric::Posters, until("2026-03-06")),
        (Metric::ActivePeople, until("2026-03-02T10:30:00Z")),
        (Metric::ActivePeople, until("2026-03-01")),
    ];
    for _ in 0..2 {
        let store = place.store();
        let found = sizes(store, &asked, Population::People).await;
        let expected = [
            by_day(&[
                ("2026-03-01", 1),
                ("2026-03-02", 3),
                ("2026-03-03", 1),
                ("2026-03-04", 1),
                ("2026-03-05", 2),
            ]),
            by_day(&[
                ("2026-03-02", 3),
                ("2026-03-03", 1),
                ("2026-03-04", 1),
                ("2026-03-05", 1),
            ]),
            by_day(&[("2026-03-01", 1), ("2026-03-02", 2)]),
            by_day(&[]),
        ];
        assert_eq!(found, expected);
        let found = sizes(store, &asked[2..3], Population::Everyone).await;
        assert_eq!(found, [by_day(&[("2026-03-01", 2), ("2026-03-02", 3)])]);
        fill(store).await;
        place.reopen().await;
    }
}

pub(super) async fn nothing_is_gathered_of_a_workspace_that_is_not_known(place: &mut impl Place) {
    let asked = [(Metric::ActivePeople, Range::ALL)];
    let found = sizes(place.store(), &asked, Population::Everyone).await;
    assert_eq!(found, [BTreeMap::new()]);
    let present: Instant = at(AS_OF);
    let whose = (&TimeZone::UTC, Population::Everyone);
    let span = Range::before(present);
    let (cohorts, _) = retention(place.store(), &[span], &[], present, whose).await;
    let empty = Cohort {
        size: Amount::ZERO,
        returned: Vec::new(),
    };
    assert_eq!(cohorts, [empty]);
}

/// Ann is seen by a whole message and a sampled one on the first, and later by sampled ones; Ben by sampled
/// ones on the first, and by a whole one on the second; Cem by sampled ones from the second on.
async fn add_sampled(store: &dyn EventStore) {
    let acts = [
        ("2026-03-01T10:00:00Z", "ann", 1.0),
        ("2026-03-01T11:00:00Z", "ann", 4.0),
        ("2026-03-01T12:00:00Z", "ben", 10.0),
        ("2026-03-01T13:00:00Z", "ben", 4.0),
        ("2026-03-02T09:00:00Z", "ann", 4.0),
        ("2026-03-02T10:00:00Z", "ben", 1.0),
        ("2026-03-02T11:00:00Z", "cem", 10.0),
        ("2026-03-03T09:00:00Z", "cem", 2.5),
        ("2026-03-04T09:00:00Z", "ann", 10.0),
    ];
    let events = (1..).zip(acts).map(|(number, (when, user, weight))| Event {
        weight,
        ..message(number, at(when), user, "c1")
    });
    store.append(batch(events.collect())).await.unwrap();
}

pub(super) async fn who_comes_back_by_sampled_events_counts_by_their_weights(
    place: &mut impl Place,
) {
    add_sampled(place.store()).await;
    let spans = [
        range("2026-03-01", "2026-03-02"),
        range("2026-03-02", "2026-03-03"),
    ];
    // Ann and Ben, each known by a whole event. On day 1 Ann counts 4 and Ben 1; from day 2 on there is
    // Ann alone, and counts 10.
    let first = cohort(2.0, [[5.0, 5.0, 5.0], [0.0, 10.0, 5.0]]);
    // Cem, whose least weight is that of day 1.
    let back = [[2.5, 2.5, 2.5], [0.0, 0.0, 2.5]];
    let recorded = PersonRecord {
        created_at: Some(at("2026-03-02")),
        ..PersonRecord::new(UserId::new("cem").unwrap())
    };
    // Whom a record tells of stands for nobody else.
    for (records, size) in [(vec![], 2.5), (vec![], 2.5), (vec![recorded], 1.0)] {
        put(place.store(), records).await;
        let store = place.store();
        let (whose, as_of) = ((&TimeZone::UTC, Population::People), at("2026-03-05"));
        let (found, _) = retention(store, &spans, &[1, 2], as_of, whose).await;
        assert_eq!(found, [first.clone(), cohort(size, back)]);
        fill(store).await;
        place.reopen().await;
    }
}

pub(super) async fn stages_of_sampled_people_are_weighted(place: &mut impl Place) {
    add_sampled(place.store()).await;
    let day = |day: i8| {
        let on = |day: i8| format!("2026-03-{day:02}");
        range(&on(day), &on(day + 1))
    };
    let pairs = [2, 3, 4].map(|today| Pair {
        now: day(today),
        before: day(today - 1),
    });
    let stages = |[new, kept, returning, before, churned]: [f64; 5]| Stages {
        new: Amount::of(new),
        kept: Amount::of(kept),
        returning: Amount::of(returning),
        before: Amount::of(before),
        churned: Amount::of(churned),
    };
    let expected = [
        // Cem is new and counts 10; Ann and Ben stayed and count 4 and 1, the day before 1 and 4.
        stages([10.0, 5.0, 0.0, 5.0, 0.0]),
        // Cem stayed and counts 2.5; Ann and Ben left, who counted 4 and 1.
        stages([0.0, 2.5, 0.0, 15.0, 5.0]),
        // Ann is back and counts 10; Cem left.
        stages([0.0, 0.0, 10.0, 2.5, 2.5]),
    ];
    for _ in 0..2 {
        let found = lifecycle(place.store(), &pairs).await;
        assert_eq!(found, expected);
        fill(place.store()).await;
        place.reopen().await;
    }
}
