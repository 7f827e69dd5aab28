//! Events in order of time.

use std::sync::{Arc, Mutex};

use domain::{
    content::Content,
    event::{Event, EventType, Kind},
    filter::Filter,
    id::{EventId, Key64, WorkspaceId},
    query::Population,
    time::Range,
};
use engine::{
    analysis::{Act, OrderedScan},
    storage::Subject,
};
use serde_json::json;
use store::EventStore;

use super::{analyses::fill, place::Place};
use crate::support::{at, batch, message, range};

/// An act with the names of what it is about.
#[derive(Debug, PartialEq)]
struct Named {
    minute: i64,
    kind: String,
    person: Option<String>,
    channel: Option<String>,
    thread: Option<Key64>,
    message: Option<Key64>,
}

/// Ann writes on two days, Ben answers her in a thread in the same millisecond, and a robot writes between;
/// what Cem did before them arrives last, and a custom event has neither a channel nor a message.
async fn add_events(store: &dyn EventStore) {
    let thread = Some(Key64::of("t1"));
    let first = Event {
        thread,
        message: Some(Key64::of("m1")),
        id: EventId::about(Key64::of("m1"), Key64::of("message_sent")),
        ..message(1, at("2026-03-01T23:59:00Z"), "ann", "c1")
    };
    let answer = Event {
        event_type: EventType::Known(Kind::ThreadReply),
        thread,
        message: Some(Key64::of("m2")),
        content: Content {
            words: Some(3),
            ..Content::default()
        },
        ..message(2, at("2026-03-02T00:01:00Z"), "ben", "c1")
    };
    let at_once = Event {
        content: Content {
            is_question: true,
            ..Content::default()
        },
        ..message(3, at("2026-03-02T00:01:00Z"), "ann", "c2")
    };
    let robot = Event {
        is_bot: true,
        ..message(4, at("2026-03-02T00:00:00Z"), "robot", "c1")
    };
    let mut custom = Event {
        event_type: EventType::parse("cake_eaten").unwrap(),
        channel: None,
        message_type: None,
        session: Some(Key64::of("s1")),
        ..message(5, at("2026-03-04T00:00:00Z"), "ann", "c1")
    };
    custom.properties.insert("cake".to_owned(), json!("plum"));
    store.append(batch(vec![first, answer])).await.unwrap();
    store
        .append(batch(vec![at_once, robot, custom]))
        .await
        .unwrap();
    let mut late = message(6, at("2026-03-01T23:58:00Z"), "cem", "c2");
    late.properties.insert("cake".to_owned(), json!(3));
    store.append(batch(vec![late])).await.unwrap();
}

fn scan(range: Range) -> OrderedScan {
    OrderedScan {
        workspace: WorkspaceId::default(),
        range,
        population: Population::People,
        filter: Filter::default(),
        with_messages: true,
        marks: Vec::new(),
    }
}

async fn acts(store: &dyn EventStore, scan: &OrderedScan) -> Vec<Act> {
    let taken = Arc::new(Mutex::new(Vec::new()));
    let taking = Arc::clone(&taken);
    let take = move |acts: &[Act]| taking.lock().unwrap().extend_from_slice(acts);
    store.in_order(scan, Box::new(take)).await.unwrap();
    let acts = taken.lock().unwrap();
    acts.clone()
}

/// Returns acts with their names.
async fn named(store: &dyn EventStore, acts: Vec<Act>) -> Vec<Named> {
    let workspace = WorkspaceId::default();
    let mut all = Vec::new();
    for act in acts {
        let kinds = store.kind_names(&workspace, vec![act.kind]).await.unwrap();
        let mut ids = Vec::new();
        for (subject, number) in [
            (Subject::Person, act.person),
            (Subject::Channel, act.channel),
        ] {
            let numbers = Vec::from_iter(number);
            let found = store
                .identifiers(&workspace, subject, numbers)
                .await
                .unwrap();
            ids.push(found.into_iter().next().flatten());
        }
        all.push(Named {
            minute: (act.timestamp.as_millis() - at("2026-03-02").as_millis()) / 60_000,
            kind: kinds.into_iter().next().flatten().unwrap(),
            channel: ids.pop().flatten(),
            person: ids.pop().flatten(),
            thread: act.thread,
            message: act.message,
        });
    }
    all
}

fn wrote(minute: i64, person: &str, channel: &str) -> Named {
    Named {
        minute,
        kind: "message_sent".to_owned(),
        person: Some(person.to_owned()),
        channel: Some(channel.to_owned()),
        thread: None,
        message: None,
    }
}

pub(super) async fn events_come_in_order_of_time_and_of_arrival(place: &mut impl Place) {
    add_events(place.store()).await;
    let expected = || {
        vec![
            wrote(-2, "cem", "c2"),
            Named {
                thread: Some(Key64::of("t1")),
                message: Some(Key64::of("m1")),
                ..wrote(-1, "ann", "c1")
            },
            wrote(0, "robot", "c1"),
            Named {
                kind: "thread_reply".to_owned(),
                thread: Some(Key64::of("t1")),
                message: Some(Key64::of("m2")),
                ..wrote(1, "ben", "c1")
            },
            wrote(1, "ann", "c2"),
            Named {
                kind: "cake_eaten".to_owned(),
                channel: None,
                ..wrote(2 * 24 * 60, "ann", "c1")
            },
        ]
    };
    let everyone = OrderedScan {
        population: Population::Everyone,
        ..scan(Range::ALL)
    };
    for _ in 0..2 {
        let store = place.store();
        let found = named(store, acts(store, &everyone).await).await;
        assert_eq!(found, expected());
        fill(store).await;
        place.reopen().await;
    }
}

pub(super) async fn only_what_is_asked_for_comes(place: &mut impl Place) {
    add_events(place.store()).await;
    let store = place.store();
    // The end of a span is not in it, and the robot is nobody.
    let span = range("2026-03-01T23:58:01Z", "2026-03-04");
    let plain = OrderedScan {
        with_messages: false,
        ..scan(span)
    };
    let threads = |found: &[Act]| -> Vec<_> { found.iter().map(|act| act.thread).collect() };
    let found = acts(store, &plain).await;
    assert_eq!(
        threads(&found),
        [Some(Key64::of("t1")), Some(Key64::of("t1")), None]
    );
    assert!(found.iter().all(|act| act.message.is_none()));
    let replies: Vec<bool> = found.iter().map(|act| act.is_reply).collect();
    assert_eq!(replies, [false, true, false]);
    // Of the first one nobody saw the text, and Ann says that she asks.
    let questions: Vec<Option<bool>> = found.iter().map(|act| act.is_question).collect();
    assert_eq!(questions, [None, Some(false), Some(true)]);
    let one_channel = OrderedScan {
        filter: Filter::parse("channel is c2").unwrap(),
        ..scan(Range::ALL)
    };
    let found = named(store, acts(store, &one_channel).await).await;
    let minutes: Vec<i64> = found.iter().map(|act| act.minute).collect();
    assert_eq!(minutes, [-2, 1]);
    // The events of the people: Cem, Ann, Ben and Ann at once, and Ann's of a kind of her own.
    let marked = OrderedScan {
        marks: [
            "channel is c2",
            "type is cake_eaten,thread_replied",
            "",
            "property.cake is 3",
        ]
        .map(|text| Filter::parse(text).unwrap())
        .to_vec(),
        ..scan(Range::ALL)
    };
    let found = acts(store, &marked).await;
    let marks: Vec<u32> = found.iter().map(|act| act.marks).collect();
    assert_eq!(marks, [0b1101, 0b100, 0b110, 0b101, 0b110]);
    let unmarked = OrderedScan {
        marks: vec![Filter::Any(Vec::new())],
        ..scan(Range::ALL)
    };
    assert!(
        acts(store, &unmarked)
            .await
            .iter()
            .all(|act| act.marks == 0)
    );
    let empty = scan(range("2026-03-02", "2026-03-02"));
    assert_eq!(acts(store, &empty).await, []);
}

pub(super) async fn nothing_comes_of_a_workspace_that_is_not_known(place: &mut impl Place) {
    let store = place.store();
    assert_eq!(acts(store, &scan(Range::ALL)).await, []);
    let workspace = WorkspaceId::default();
    let ids = store.identifiers(&workspace, Subject::Channel, vec![0, 7]);
    assert_eq!(ids.await.unwrap(), [None, None]);
}
