//! The store as a whole: what it holds, and its end.

use domain::{
    event::{Event, EventType, MessageType},
    id::{ChannelId, Key64, UserId, WorkspaceId},
    metric::Metric,
    record::{ChannelRecord, PersonRecord},
    time::{Instant, Range},
};
use engine::plan;
use store::{Batch, EventStore, StoreError, StoreFacts};

use super::{listing::everything, place::Place};
use crate::support::{at, batch, message, query};

/// What a store says of itself, but for its size.
async fn facts(store: &dyn EventStore, workspace: &str) -> StoreFacts {
    let workspace = WorkspaceId::new(workspace).unwrap();
    let facts = store.facts(&workspace).await.unwrap();
    StoreFacts { bytes: 0, ..facts }
}

/// Eight events of one workspace, a millisecond after the other, and one of another.
fn events(first: Instant) -> Vec<Event> {
    let event = |number: i64, user: &str, channel: &str| {
        let when = first.plus_millis(number);
        message(number.unsigned_abs().into(), when, user, channel)
    };
    let threaded = |number, thread, user: &str| Event {
        thread: Some(Key64(thread)),
        ..event(number, user, "c1")
    };
    let reaction = Event {
        event_type: EventType::parse("reaction_added").unwrap(),
        message_type: None,
        ..threaded(5, 3, "u1")
    };
    let of_chat = Event {
        message_type: Some(MessageType::System),
        ..threaded(6, 4, "u1")
    };
    let says_bot = Event {
        is_bot: true,
        ..event(7, "robot", "c2")
    };
    let nowhere = Event {
        user: None,
        channel: None,
        ..event(8, "u1", "c1")
    };
    let elsewhere = Event {
        workspace: WorkspaceId::new("other").unwrap(),
        ..event(9, "u1", "c9")
    };
    vec![
        event(0, "u1", "c1"),
        threaded(1, 1, "u1"),
        threaded(2, 1, "u2"),
        threaded(3, 2, "u2"),
        reaction,
        of_chat,
        says_bot,
        nowhere,
        elsewhere,
    ]
}

pub(super) async fn workspaces_are_those_of_events_and_of_records(place: &mut impl Place) {
    let named = |name: &str| WorkspaceId::new(name).unwrap();
    assert_eq!(place.store().workspaces().await.unwrap(), []);
    let when = at("2026-03-01T10:00:00Z");
    let of_events = Event {
        workspace: named("events"),
        ..message(1, when, "u1", "c1")
    };
    let store = place.store();
    store.append(batch(vec![of_events])).await.unwrap();
    let person = PersonRecord::new(UserId::new("u1").unwrap());
    let channel = ChannelRecord::new(ChannelId::new("c1").unwrap());
    for (workspace, people, channels) in [
        ("channels", vec![], vec![channel]),
        ("people", vec![person], vec![]),
    ] {
        let put = store.put_records(named(workspace), people, channels, when);
        assert_eq!(put.await.unwrap(), 1);
    }
    // Events go, and what they named stays.
    store.delete_before(Instant::MAX).await.unwrap();
    for _ in 0..2 {
        let mut workspaces = place.store().workspaces().await.unwrap();
        workspaces.sort_unstable();
        assert_eq!(workspaces, ["channels", "events", "people"].map(named));
        place.reopen().await;
    }
}

pub(super) async fn facts_are_those_of_a_workspace(place: &mut impl Place) {
    let first = at("2026-03-01T10:00:00Z");
    let events = events(first);
    place.store().append(batch(events)).await.unwrap();
    let record = PersonRecord::new(UserId::new("u3").unwrap());
    let workspace = WorkspaceId::default();
    let put = place
        .store()
        .put_records(workspace, vec![record], Vec::new(), first);
    put.await.unwrap();
    let expected = StoreFacts {
        events: 8,
        bot_events: 1,
        people: 3,
        bots: 1,
        channels: 2,
        authors: 3,
        bot_authors: 1,
        channels_with_events: 2,
        // Of a reaction and of the chat itself as well.
        threads: 4,
        first_event: Some(first),
        last_event: Some(first.plus_millis(8)),
        dead_letters: 0,
        bytes: 0,
    };
    let elsewhere = StoreFacts {
        events: 1,
        people: 1,
        channels: 1,
        authors: 1,
        channels_with_events: 1,
        first_event: Some(first.plus_millis(9)),
        last_event: Some(first.plus_millis(9)),
        ..StoreFacts::default()
    };
    for _ in 0..2 {
        let store = place.store();
        assert_eq!(facts(store, "primary").await, expected);
        assert_eq!(facts(store, "other").await, elsewhere);
        assert_eq!(facts(store, "unheard-of").await, StoreFacts::default());
        place.reopen().await;
    }
}

/// What comes after the end is told so.
pub(super) async fn nothing_is_read_or_written_after_the_end(place: &mut impl Place) {
    fn is_stopped<T>(answer: &Result<T, StoreError>) -> bool {
        matches!(answer, Err(StoreError::Stopped(_)))
    }
    let event = || vec![message(1, at("2026-03-01"), "u1", "c1")];
    let store = place.store();
    store.ping().await.unwrap();
    store.append(batch(event())).await.unwrap();
    store.close().await.unwrap();
    assert!(is_stopped(&store.append(batch(event())).await));
    assert!(is_stopped(&store.append(Batch::default()).await));
    let (workspace, now) = (WorkspaceId::default(), at("2026-03-02"));
    let put = store.put_records(workspace.clone(), Vec::new(), Vec::new(), now);
    assert!(is_stopped(&put.await));
    assert!(is_stopped(&store.delete_before(now).await));
    let plan = plan::plan(query(Range::ALL, &[Metric::Messages])).unwrap();
    assert!(is_stopped(&store.query(&plan).await));
    assert!(is_stopped(&store.query_with_distribution(&plan).await));
    assert!(is_stopped(&store.events(&everything()).await));
    let export = store.export_events(everything(), None, Box::new(|_| true));
    assert!(is_stopped(&export.await));
    assert!(is_stopped(&store.dead_letters(&workspace, 9, 0).await));
    assert!(is_stopped(&store.rows_in(&workspace, Range::ALL).await));
    assert!(is_stopped(&store.first_event(&workspace).await));
    assert!(is_stopped(&store.facts(&workspace).await));
    assert!(is_stopped(&store.aged(now).await));
    assert!(is_stopped(&store.ping().await));
    assert!(is_stopped(&store.close().await));
}
