//! Events as they are shown: what the store leaves out of a row is put back.

use std::fmt::Write as _;

use domain::{
    dimension::Dimension,
    filter::{Field, Filter},
    id::{EventId, Key64, WorkspaceId},
    metric::Metric,
};
use store::{EventListing, EventLog, EventStore};

use crate::support::{Scratch, ask, at, batch, message, message_keys, query, range};

#[tokio::test]
async fn the_view_shows_the_key_of_the_message_wherever_it_is_kept() {
    let expected = message_keys();
    let scratch = Scratch::new();
    let store = scratch.open();
    let events = expected.into_iter().map(|(id, key)| {
        let mut event = message(0, at("2026-03-28T12:00:00Z"), "u1", "c1");
        event.id = id;
        event.message = key;
        event
    });
    store.append(batch(events.collect())).await.unwrap();

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

/// Every byte of them comes from memory that is bounded.
#[tokio::test]
async fn a_property_is_looked_for_among_large_ones() {
    let scratch = Scratch::new();
    let store = scratch.open();
    let when = at("2026-03-01T10:00:00Z");
    // Text that repeats nothing, of which every event has another part.
    let mut state = 1u128;
    let mut text = String::new();
    while text.len() < 20_000 {
        state = state
            .wrapping_mul(0xda94_2042_e4dd_58b5_1234_5678_9abc_def1)
            .rotate_left(29);
        let _infallible = write!(text, "{state:032x}");
    }
    let mut number = 0u16;
    for _ in 0..10 {
        let events = (0..400).map(|_| {
            number += 1;
            let at = when.plus_millis(number.into());
            let mut event = message(number.into(), at, "u1", "c1");
            let begin = usize::from(number);
            let pad = text[begin..begin + 15_900].to_owned();
            event.properties.insert("pad".to_owned(), pad.into());
            let feature = if number.is_multiple_of(100) {
                "rare"
            } else {
                "usual"
            };
            event
                .properties
                .insert("feature".to_owned(), feature.into());
            event
        });
        store.append(batch(events.collect())).await.unwrap();
    }
    let span = range("2026-03-01", "2026-03-02");
    let filter = Filter::Is(
        Field::Property("feature".to_owned()),
        vec!["rare".to_owned()],
    );
    let mut counted = query(span, &[Metric::Messages, Metric::ActivePeople]);
    counted.filter = filter.clone();
    let mut by_channel = counted.clone().by(&[Dimension::Channel]);
    by_channel.limit = Some(10);
    for _ in 0..2 {
        assert_eq!(
            ask(&store, counted.clone()).await.rows[0].values,
            [Some(40.0), Some(1.0)]
        );
        assert_eq!(ask(&store, by_channel.clone()).await.rows.len(), 1);
    }
    let listing = EventListing {
        workspace: WorkspaceId::default(),
        range: span,
        event_type: None,
        filter,
        include_bots: false,
        limit: 100,
        offset: 0,
    };
    assert_eq!(store.events(&listing).await.unwrap().len(), 40);
    // Page by page, each event once and in order of arrival.
    let page = EventListing {
        limit: 15,
        ..listing
    };
    let (mut after, mut pages) = (None, Vec::new());
    loop {
        let (told, seen) = std::sync::mpsc::channel();
        let take = move |event: store::EventRow| told.send(event.event_id.0).is_ok();
        let exported = store.export_events(page.clone(), after.as_ref(), Box::new(take));
        after = exported.await.unwrap();
        pages.push(seen.iter().collect::<Vec<_>>());
        if after.is_none() {
            break;
        }
    }
    let sizes: Vec<usize> = pages.iter().map(Vec::len).collect();
    assert_eq!(sizes, [15, 15, 10]);
    let mut all = pages.concat();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 40);
}
