//! Numbers of events, and what arrived.

use std::collections::BTreeMap;

use domain::{
    event::{Event, EventType, Kind},
    filter::Filter,
    id::WorkspaceId,
    metric::{Condition, Predicate},
    query::Population,
    time::{Grain, Range, zone},
};
use engine::measured::{ArrivalScan, EventNumber, KEPT, KeptNumber, ValueScan};
use serde_json::{Map, Value, json};
use store::{Batch, EventStore};

use super::{analyses::fill, dead_letters::letter, place::Place};
use crate::support::{at, batch, message, range};

/// Events of the first two days of March with how late each came.
fn late() -> Vec<Event> {
    let arrived = |number: u128, happened: &str, arrived: &str| Event {
        received_at: at(arrived),
        ..message(number, at(happened), "ann", "c1")
    };
    let robot = Event {
        is_bot: true,
        received_at: at("2026-03-01T10:00:30Z"),
        ..message(5, at("2026-03-01T10:00:00Z"), "robot", "c1")
    };
    let sampled = Event {
        weight: 4.0,
        ..arrived(6, "2026-03-02T09:00:00Z", "2026-03-02T09:00:00Z")
    };
    vec![
        // Within its second, from one second to the next, and a clock that is ahead.
        arrived(1, "2026-03-01T10:00:00.100Z", "2026-03-01T10:00:00.900Z"),
        arrived(2, "2026-03-01T10:00:00.999Z", "2026-03-01T10:00:01.001Z"),
        arrived(3, "2026-03-01T10:05:00Z", "2026-03-01T10:03:00Z"),
        // An hour and a second late, where an hour is the most.
        arrived(4, "2026-03-01T23:59:59Z", "2026-03-02T01:00:00Z"),
        robot,
        sampled,
    ]
}

fn scan(range: Range, number: EventNumber) -> ValueScan {
    ValueScan {
        workspace: WorkspaceId::default(),
        range,
        population: Population::People,
        predicate: Predicate::ALL,
        filter: Filter::default(),
        number,
        grain: Grain::Day,
        zone: zone("UTC").unwrap(),
        from_events: false,
    }
}

/// Returns how many events have which number, by bucket.
async fn counted(store: &dyn EventStore, scan: &ValueScan) -> Value {
    let mut found: BTreeMap<(String, i64), f64> = BTreeMap::new();
    for count in store.values(scan).await.unwrap().0 {
        let bucket = count.bucket.to_string();
        *found.entry((bucket, count.value)).or_default() += count.weight;
    }
    let rows = found
        .into_iter()
        .map(|((bucket, value), weight)| json!([bucket, value, weight]));
    rows.collect()
}

const HOUR: EventNumber = EventNumber::Lag { most: 3_600 };

pub(super) async fn events_are_counted_by_how_late_they_came(place: &mut impl Place) {
    place.store().append(batch(late())).await.unwrap();
    let first = "2026-03-01T00:00:00Z";
    for _ in 0..2 {
        let store = place.store();
        let days = json!([
            [first, 0, 2.0],
            [first, 1, 1.0],
            [first, 3_601, 1.0],
            ["2026-03-02T00:00:00Z", 0, 4.0],
        ]);
        let all = scan(range("2026-03-01", "2026-03-03"), HOUR);
        assert_eq!(counted(store, &all).await, days);
        let everyone = ValueScan {
            population: Population::Everyone,
            range: range("2026-03-01T10:00:00Z", "2026-03-01T10:05:00Z"),
            ..all.clone()
        };
        let expected = json!([[first, 0, 1.0], [first, 1, 1.0], [first, 30, 1.0]]);
        assert_eq!(counted(store, &everyone).await, expected);
        // Midnight in Kathmandu is 18:15 in UTC, so that all of the first evening is the second day.
        let kathmandu = ValueScan {
            zone: zone("Asia/Kathmandu").unwrap(),
            ..all.clone()
        };
        let expected = json!([
            ["2026-02-28T18:15:00Z", 0, 2.0],
            ["2026-02-28T18:15:00Z", 1, 1.0],
            ["2026-03-01T18:15:00Z", 0, 4.0],
            ["2026-03-01T18:15:00Z", 3_601, 1.0],
        ]);
        assert_eq!(counted(store, &kathmandu).await, expected);
        for grain in ["hour", "week", "month"] {
            let grain = Grain::parse(grain).unwrap();
            let start = grain.floor(at("2026-03-02T09:00:00Z"), &all.zone);
            let morning = ValueScan {
                grain,
                range: range("2026-03-02", "2026-03-03"),
                ..all.clone()
            };
            let expected = json!([[start.to_string(), 0, 4.0]]);
            assert_eq!(counted(store, &morning).await, expected, "{grain:?}");
        }
        fill(store).await;
        place.reopen().await;
    }
}

pub(super) async fn events_are_counted_by_a_property_that_is_a_number(place: &mut impl Place) {
    const NAMES: EventNumber = EventNumber::Property(&["a/b", "took"]);
    let mut events = Vec::new();
    for (number, properties) in (1..).zip([
        json!({"took": 120}),
        json!({"took": 119.5}),
        json!({"took": 120.4, "other": 1}),
        // The first name counts where it is a number, and else the second.
        json!({"a/b": 7, "took": 120}),
        json!({"a/b": "7", "took": 120}),
        json!({"a/b": null, "took": 9e8}),
        json!({"a/b": -1, "took": 120}),
        json!({"took": 1e9}),
        json!({"took": 1_000_000_001_u64}),
        json!({"took": 1e300}),
        json!({"took": -0.2}),
        json!({"took": true}),
        json!({"took": [5]}),
        json!({"took": u64::MAX}),
        json!({}),
    ]) {
        let Value::Object(properties) = properties else {
            panic!("no object");
        };
        events.push(Event {
            properties,
            ..message(number, at("2026-03-01T10:00:00Z"), "ann", "c1")
        });
    }
    place.store().append(batch(events)).await.unwrap();
    let asked = scan(range("2026-03-01", "2026-03-02"), NAMES);
    let day = "2026-03-01T00:00:00Z";
    let expected = json!([
        [day, 7, 1.0],
        [day, 120, 4.0],
        [day, 900_000_000, 1.0],
        [day, 1_000_000_000, 1.0],
    ]);
    assert_eq!(counted(place.store(), &asked).await, expected);
}

/// The numbers that rollups keep are those of the events, whatever is filled, over whole days and parts.
pub(super) async fn numbers_that_are_kept_are_those_of_the_events(place: &mut impl Place) {
    let mut events = late();
    for (number, (took, happened)) in (10..).zip([
        (json!(120), "2026-03-01T08:00:00Z"),
        (json!(119.5), "2026-03-01T09:00:00Z"),
        (json!(7), "2026-03-02T09:30:00Z"),
        (json!(-1), "2026-03-02T10:00:00Z"),
    ]) {
        let mut properties = Map::new();
        properties.insert("api_latency_ms".to_owned(), took);
        events.push(Event {
            event_type: EventType::Known(Kind::PerformanceMark),
            message_type: None,
            weight: if number == 12 { 4.0 } else { 1.0 },
            properties,
            ..message(number, at(happened), "ann", "c1")
        });
    }
    place.store().append(batch(events)).await.unwrap();
    let [lag, latency] = KEPT;
    let (first, second) = ("2026-03-01T00:00:00Z", "2026-03-02T00:00:00Z");
    for _ in 0..3 {
        let store = place.store();
        let asked = |kept: KeptNumber, from: &str, to: &str| ValueScan {
            predicate: kept.predicate,
            ..scan(range(from, to), kept.number)
        };
        let both = asked(latency, "2026-03-01", "2026-03-03");
        let expected = json!([[first, 120, 2.0], [second, 7, 4.0]]);
        assert_eq!(counted(store, &both).await, expected);
        let morning = asked(latency, "2026-03-01T08:30:00Z", "2026-03-02T09:30:00Z");
        assert_eq!(counted(store, &morning).await, json!([[first, 120, 1.0]]));
        let everyone = ValueScan {
            population: Population::Everyone,
            ..asked(lag, "2026-03-01", "2026-03-02")
        };
        let expected = json!([
            [first, 0, 4.0],
            [first, 1, 1.0],
            [first, 30, 1.0],
            [first, 3_601, 1.0],
        ]);
        assert_eq!(counted(store, &everyone).await, expected);
        let of_ann = ValueScan {
            filter: Filter::parse("user is ann").unwrap(),
            ..both
        };
        let expected = json!([[first, 120, 2.0], [second, 7, 1.0]]);
        assert_eq!(counted(store, &of_ann).await, expected);
        fill(store).await;
        place.reopen().await;
    }
}

pub(super) async fn only_events_that_are_asked_for_have_numbers(place: &mut impl Place) {
    const ERRORS: Predicate = Predicate(&[Condition::Kind(&[Kind::ApiError])]);
    let mut events = late();
    events[1].event_type = EventType::Known(Kind::ApiError);
    events[1].message_type = None;
    let store = place.store();
    store.append(batch(events)).await.unwrap();
    let all = scan(range("2026-03-01", "2026-03-03"), HOUR);
    let errors = ValueScan {
        predicate: ERRORS,
        ..all.clone()
    };
    let first = "2026-03-01T00:00:00Z";
    assert_eq!(counted(store, &errors).await, json!([[first, 1, 1.0]]));
    let nowhere = ValueScan {
        filter: Filter::parse("channel is c2").unwrap(),
        ..all.clone()
    };
    assert_eq!(counted(store, &nowhere).await, json!([]));
    // Of given people every event counts once.
    let ann = ValueScan {
        filter: Filter::parse("user is ann").unwrap(),
        range: range("2026-03-02", "2026-03-03"),
        ..all.clone()
    };
    let expected = json!([["2026-03-02T00:00:00Z", 0, 1.0]]);
    assert_eq!(counted(store, &ann).await, expected);
    let unknown = ValueScan {
        workspace: WorkspaceId::new("unheard-of").unwrap(),
        ..all
    };
    assert_eq!(counted(store, &unknown).await, json!([]));
}

async fn arrived(store: &dyn EventStore, workspace: &str, range: Range) -> Value {
    let scan = ArrivalScan {
        workspace: WorkspaceId::new(workspace).unwrap(),
        range,
        grain: Grain::Day,
        zone: zone("UTC").unwrap(),
    };
    let found = store.arrivals(&scan).await.unwrap();
    let rows = found
        .iter()
        .map(|one| json!([one.bucket.to_string(), one.accepted, one.refused]));
    rows.collect()
}

pub(super) async fn what_arrived_is_counted_whenever_it_happened(place: &mut impl Place) {
    let old = Event {
        received_at: at("2026-03-02T12:00:00.500Z"),
        ..message(9, at("2020-01-01"), "ann", "c1")
    };
    let sent = Batch {
        dead_letters: vec![
            letter(1, "2026-03-01T10:00:00.001Z", "primary"),
            letter(2, "2026-03-04T10:00:00Z", "primary"),
            letter(3, "2026-03-04T11:00:00Z", "primary"),
            letter(4, "2026-03-04T11:00:00Z", "nobody-knows"),
        ],
        ..batch([late(), vec![old]].concat())
    };
    place.store().append(sent).await.unwrap();
    place.reopen().await;
    let store = place.store();
    let days = json!([
        // Three of a person and one of a robot.
        ["2026-03-01T00:00:00Z", 4.0, 1],
        // The one that is an hour late, the one that stands for four, and the old one.
        ["2026-03-02T00:00:00Z", 6.0, 0],
        ["2026-03-04T00:00:00Z", 0.0, 2],
    ]);
    let all = range("2026-03-01", "2026-03-05");
    assert_eq!(arrived(store, "primary", all).await, days);
    assert_eq!(arrived(store, "primary", Range::ALL).await, days);
    // Arrivals are known to the second: the old event came at 12:00:00.
    for (from, to, expected) in [
        (
            "2026-03-02T12:00:00Z",
            "2026-03-02T12:00:00.001Z",
            json!([["2026-03-02T00:00:00Z", 1.0, 0]]),
        ),
        ("2026-03-02T12:00:00.001Z", "2026-03-03", json!([])),
        ("2019-12-31", "2020-01-02", json!([])),
    ] {
        let found = arrived(store, "primary", range(from, to)).await;
        assert_eq!(found, expected, "{from} to {to}");
    }
    let letters = json!([["2026-03-04T00:00:00Z", 0.0, 1]]);
    assert_eq!(arrived(store, "nobody-knows", all).await, letters);
    assert_eq!(arrived(store, "unheard-of", all).await, json!([]));
}
