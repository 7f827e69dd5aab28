//! Events listed, newest first.

use domain::{
    event::{Event, EventType, MessageType},
    filter::Filter,
    id::{ChannelId, EventId, Key64, UserId, WorkspaceId},
    record::{ChannelRecord, PersonRecord},
    time::Range,
};
use serde_json::json;
use store::{EventListing, EventRow, EventStore};
use uuid::Uuid;

use super::place::Place;
use crate::support::{at, batch, message, message_keys, range};

/// Every event of the default workspace.
pub(super) fn everything() -> EventListing {
    EventListing {
        workspace: WorkspaceId::default(),
        range: Range::ALL,
        event_type: None,
        filter: Filter::default(),
        include_bots: true,
        limit: 100,
        offset: 0,
    }
}

/// Returns which event it is of those that have numbers.
pub(super) fn number(row: &EventRow) -> u128 {
    row.event_id.0.as_u128()
}

async fn numbers(store: &dyn EventStore, listing: &EventListing) -> Vec<u128> {
    let rows = store.events(listing).await.unwrap();
    rows.iter().map(number).collect()
}

/// Six events, of which two happened at once, one is of a bot and one of nobody, in another order than
/// they happened in.
pub(super) async fn add_six(store: &dyn EventStore) {
    let click = Event {
        event_type: EventType::Custom("button_click".into()),
        message_type: None,
        ..message(2, at("2026-03-01T12:00:00Z"), "u2", "c1")
    };
    let bot = Event {
        is_bot: true,
        ..message(4, at("2026-03-02T09:00:00Z"), "robot", "c2")
    };
    let reply = Event {
        event_type: EventType::parse("thread_reply").unwrap(),
        ..message(5, at("2026-02-28T23:59:59.999Z"), "u1", "c2")
    };
    let nobody = Event {
        user: None,
        ..message(6, at("2026-03-03"), "u1", "c1")
    };
    let events = vec![
        message(1, at("2026-03-01T12:00:00Z"), "u1", "c1"),
        click,
        message(3, at("2026-03-01"), "u1", "c1"),
        bot,
    ];
    store.append(batch(events)).await.unwrap();
    let elsewhere = Event {
        workspace: WorkspaceId::new("other").unwrap(),
        ..message(7, at("2026-03-01"), "u1", "c1")
    };
    let events = vec![reply, nobody, elsewhere];
    store.append(batch(events)).await.unwrap();
}

pub(super) async fn the_newest_come_first(place: &mut impl Place) {
    add_six(place.store()).await;
    place.reopen().await;
    let store = place.store();
    let page = |limit, offset| EventListing {
        limit,
        offset,
        ..everything()
    };
    let within = |from: &str, to: &str| EventListing {
        range: range(from, to),
        ..everything()
    };
    let filtered = |text: &str| EventListing {
        filter: Filter::parse(text).unwrap(),
        ..everything()
    };
    let kind = |name: &str| EventListing {
        event_type: Some(name.to_owned()),
        ..everything()
    };
    let of = |workspace: &str| EventListing {
        workspace: WorkspaceId::new(workspace).unwrap(),
        ..everything()
    };
    let people = EventListing {
        include_bots: false,
        ..everything()
    };
    let cases: Vec<(&str, EventListing, &[u128])> = vec![
        ("all", everything(), &[6, 4, 2, 1, 3, 5]),
        ("the first page", page(2, 0), &[6, 4]),
        ("a page between two of one instant", page(2, 3), &[1, 3]),
        ("the last page", page(4, 4), &[3, 5]),
        ("after the last page", page(4, 6), &[]),
        ("none of them", page(0, 0), &[]),
        (
            "its end left out",
            within("2026-03-01", "2026-03-02T09:00:00Z"),
            &[2, 1, 3],
        ),
        (
            "its begin taken in",
            within("2026-03-02T09:00:00Z", "2026-03-02T09:00:00.001Z"),
            &[4],
        ),
        ("empty", within("2026-03-01", "2026-03-01"), &[]),
        ("without bots", people, &[6, 2, 1, 3, 5]),
        ("a kind", kind("message_sent"), &[6, 4, 1, 3]),
        ("a kind by another name", kind("threadReplied"), &[5]),
        ("a kind of the sender's own", kind("button_click"), &[2]),
        ("a kind that nobody heard of", kind("unheard_of"), &[]),
        (
            "a filter",
            filtered("channel is c1 and not user is u1"),
            &[6, 2],
        ),
        ("another workspace", of("other"), &[7]),
        ("a workspace that is not known", of("unheard-of"), &[]),
    ];
    for (what, listing, expected) in cases {
        assert_eq!(numbers(store, &listing).await, expected, "{what}");
    }
}

pub(super) async fn an_event_is_shown_with_all_that_is_known(place: &mut impl Place) {
    let (when, arrived) = (
        at("2026-03-01T12:00:00.123Z"),
        at("2026-03-01T12:00:05.999Z"),
    );
    let properties =
        json!({"text": "ä \"b\"", "number": 0.5, "list": [1, null], "inner": {"x": true}});
    let event = Event {
        received_at: arrived,
        message: Some(Key64::of("m1")),
        thread: Some(Key64::of("t1")),
        message_type: Some(MessageType::Image),
        weight: 2.5,
        properties: properties.as_object().unwrap().clone(),
        ..message(1, when, "u1", "c1")
    };
    let bare = Event {
        user: None,
        channel: None,
        message_type: None,
        ..message(2, when.plus_millis(-1), "u1", "c1")
    };
    place
        .store()
        .append(batch(vec![event, bare]))
        .await
        .unwrap();
    let people = vec![PersonRecord {
        name: Some("Ada".into()),
        is_bot: Some(true),
        ..PersonRecord::new(UserId::new("u1").unwrap())
    }];
    let channels = vec![ChannelRecord {
        name: Some("General".into()),
        ..ChannelRecord::new(ChannelId::new("c1").unwrap())
    }];
    let put = place
        .store()
        .put_records(WorkspaceId::default(), people, channels, when);
    put.await.unwrap();
    place.reopen().await;
    let shown = EventRow {
        event_id: EventId(Uuid::from_u128(1)),
        event_type: "message_sent".into(),
        timestamp: when,
        received_at: at("2026-03-01T12:00:05Z"),
        user_id: Some("u1".into()),
        user_name: Some("Ada".into()),
        channel_id: Some("c1".into()),
        channel_name: Some("General".into()),
        message_id: Some(Key64::of("m1")),
        thread_id: Some(Key64::of("t1")),
        message_type: Some("image".into()),
        // The record says so.
        is_bot: true,
        weight: 2.5,
        properties,
    };
    let bare = EventRow {
        event_id: EventId(Uuid::from_u128(2)),
        timestamp: when.plus_millis(-1),
        received_at: at("2026-03-01T12:00:00Z"),
        user_id: None,
        user_name: None,
        channel_id: None,
        channel_name: None,
        message_id: None,
        thread_id: None,
        message_type: None,
        is_bot: false,
        weight: 1.0,
        properties: json!({}),
        ..shown.clone()
    };
    let listed = place.store().events(&everything()).await.unwrap();
    assert_eq!(listed, [shown, bare]);
}

pub(super) async fn the_key_of_the_message_is_shown_wherever_it_is_kept(place: &mut impl Place) {
    let expected = message_keys();
    let events = expected.into_iter().map(|(id, message_key)| Event {
        id,
        message: message_key,
        ..message(0, at("2026-03-28T12:00:00Z"), "u1", "c1")
    });
    let events = events.collect();
    place.store().append(batch(events)).await.unwrap();
    let mut listed = place.store().events(&everything()).await.unwrap();
    listed.reverse();
    let keys = listed
        .iter()
        .map(|event| (event.event_id, event.message_id));
    assert_eq!(keys.collect::<Vec<_>>(), expected);
}
