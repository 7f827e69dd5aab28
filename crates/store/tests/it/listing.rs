//! Events as they are shown: what the store leaves out of a row is put back.

use domain::{
    filter::Filter,
    id::{EventId, Key64, WorkspaceId},
};
use store::{EventListing, EventStore};
use uuid::Uuid;

use crate::support::{Scratch, at, batch, message, range};

#[tokio::test]
async fn the_key_of_the_message_is_shown_wherever_it_is_kept() {
    let about = |text: &str, act: &str| EventId::about(Key64::of(text), Key64::of(act));
    let of_client = |text: &str| EventId(Uuid::try_parse(text).unwrap());
    let (m1, m2) = (Some(Key64::of("m1")), Some(Key64::of("m2")));
    let expected = [
        (about("m1", "sent"), m1),
        (about("m1", "reacted"), m1),
        (about("m1", "other"), m2),
        (about("m1", "none"), None),
        (of_client("0191d5a0-0000-7000-8000-000000000001"), m1),
        (of_client("0191d5a0-0000-7000-8000-000000000002"), None),
        // Made by a client: neither holds a key, and the second one could not.
        (of_client("0191d5a0-0000-8000-8000-000000000003"), None),
        (of_client("0191d5a0-0000-8000-0000-000000000004"), None),
    ];
    let scratch = Scratch::new();
    let store = scratch.open();
    let events = expected.into_iter().map(|(id, key)| {
        let mut event = message(0, at("2026-03-28T12:00:00Z"), "u1", "c1");
        event.id = id;
        event.message = key;
        event.received_at = at("2026-03-28T12:00:01.999Z");
        event
    });
    store.append(batch(events.collect())).await.unwrap();

    let listing = EventListing {
        workspace: WorkspaceId::default(),
        range: range("2026-03-28", "2026-03-29"),
        event_type: None,
        filter: Filter::default(),
        include_bots: true,
        limit: 100,
        offset: 0,
    };
    let mut listed = store.events(&listing).await.unwrap();
    listed.reverse();
    let arrival = at("2026-03-28T12:00:01Z");
    assert!(listed.iter().all(|event| event.received_at == arrival));
    let listed: Vec<_> = listed
        .into_iter()
        .map(|event| (event.event_id, event.message_id))
        .collect();
    assert_eq!(listed, expected);

    store.close().await.unwrap();
    let viewed = scratch
        .sql("SELECT event_id, message_id FROM analytics_events")
        .unwrap();
    let mut viewed: Vec<_> = viewed
        .rows
        .into_iter()
        .map(|row| (row[0].clone(), row[1].clone()))
        .collect();
    let shown = |(id, key): (EventId, Option<Key64>)| {
        (Some(id.to_string()), key.map(|key| key.to_string()))
    };
    let mut expected = expected.map(shown);
    viewed.sort();
    expected.sort();
    assert_eq!(viewed, expected);
}
