//! Events exported in the order of arrival, a few at a time.

use std::sync::mpsc;

use domain::filter::Filter;
use store::{EventListing, EventRow, EventStore, ExportCursor};

use super::{
    listing::{add_six, everything, number},
    place::Place,
};
use crate::support::{at, batch, message, range};

/// Exports until no more than `most` were handed over; returns which events, and where to go on.
async fn export(
    store: &dyn EventStore,
    listing: &EventListing,
    after: Option<&ExportCursor>,
    most: usize,
) -> (Vec<u128>, Option<ExportCursor>) {
    let (told, seen) = mpsc::channel();
    let mut left = most;
    let take = move |event: EventRow| {
        left -= 1;
        told.send(number(&event)).unwrap();
        left > 0
    };
    let next = store.export_events(listing.clone(), after, Box::new(take));
    let next = next.await.unwrap();
    (seen.iter().collect(), next)
}

/// Exports to the end; returns which events came together. Nothing may be left when a store says that
/// there may be more.
async fn export_all(store: &dyn EventStore, listing: &EventListing, most: usize) -> Vec<Vec<u128>> {
    let (mut pages, mut after) = (Vec::new(), None);
    loop {
        let (page, next) = export(store, listing, after.as_ref(), most).await;
        if !page.is_empty() {
            pages.push(page);
        }
        after = next;
        if after.is_none() {
            return pages;
        }
    }
}

pub(super) async fn every_event_comes_once_in_the_order_of_arrival(place: &mut impl Place) {
    add_six(place.store()).await;
    place.reopen().await;
    let store = place.store();
    let limited = |limit| EventListing {
        limit,
        ..everything()
    };
    for (what, listing, most, expected) in [
        ("at once", everything(), 100, vec![vec![1, 2, 3, 4, 5, 6]]),
        (
            "by its limit",
            limited(4),
            100,
            vec![vec![1, 2, 3, 4], vec![5, 6]],
        ),
        (
            "to the last one",
            limited(3),
            100,
            vec![vec![1, 2, 3], vec![4, 5, 6]],
        ),
        (
            "as many as are wanted",
            limited(4),
            5,
            vec![vec![1, 2, 3, 4], vec![5, 6]],
        ),
        (
            "fewer than its limit",
            limited(4),
            2,
            vec![vec![1, 2], vec![3, 4], vec![5, 6]],
        ),
        (
            "none",
            EventListing {
                range: range("2027-01-01", "2027-02-01"),
                ..everything()
            },
            9,
            vec![],
        ),
    ] {
        assert_eq!(export_all(store, &listing, most).await, expected, "{what}");
    }
    let narrowed = EventListing {
        filter: Filter::parse("channel is c1").unwrap(),
        include_bots: false,
        event_type: Some("message_sent".to_owned()),
        range: range("2026-03-01", "2026-03-03"),
        limit: 1,
        ..everything()
    };
    assert_eq!(export_all(store, &narrowed, 9).await, [[1], [3]]);
}

pub(super) async fn what_arrives_meanwhile_comes_last(place: &mut impl Place) {
    add_six(place.store()).await;
    let (page, next) = export(place.store(), &everything(), None, 4).await;
    assert_eq!(page, [1, 2, 3, 4]);
    let late = message(8, at("2020-01-01"), "u1", "c1");
    place.store().append(batch(vec![late])).await.unwrap();
    place.reopen().await;
    let (page, next) = export(place.store(), &everything(), next.as_ref(), 9).await;
    assert_eq!((page, next), (vec![5, 6, 8], None));
}

pub(super) async fn what_is_removed_meanwhile_holds_nothing_up(place: &mut impl Place) {
    let store = place.store();
    add_six(store).await;
    let (page, next) = export(store, &everything(), None, 3).await;
    assert_eq!(page, [1, 2, 3]);
    // The last that was exported, and one of those to come.
    assert_eq!(
        store
            .delete_before(at("2026-03-01T01:00:00Z"))
            .await
            .unwrap(),
        3
    );
    let (page, next) = export(store, &everything(), next.as_ref(), 9).await;
    assert_eq!((page, next), (vec![4, 6], None));
}
