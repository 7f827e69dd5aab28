//! Which spans hold sampled events: kept for as long as the events are.

use domain::{id::WorkspaceId, time::Range};
use store::{EventLog, EventStore, Questions};

use crate::support::{Scratch, at, batch, message, range};

#[tokio::test]
async fn a_span_is_an_estimate_for_as_long_as_it_holds_sampled_events() {
    let scratch = Scratch::new();
    let mut store = scratch.open();
    let events = [
        ("2026-03-01T10:00:00Z", 10.0),
        ("2026-03-02T10:00:00Z", 1.0),
        ("1969-12-31T23:59:00Z", 2.0),
    ];
    let events = events.iter().zip(1..).map(|((when, weight), number)| {
        let mut event = message(number, at(when), "u1", "c1");
        event.weight = *weight;
        event
    });
    store.append(batch(events.collect())).await.unwrap();
    let spans = [
        ("2026-03-01", "2026-03-02", true),
        ("2026-03-02", "2026-03-03", false),
        ("2026-02-01", "2026-03-01", false),
        ("2026-03-01T11:00:00Z", "2026-04-01", false),
        ("2026-03-01T09:00:00Z", "2026-03-01T10:00:00Z", false),
        ("1969-12-31", "1970-01-01", true),
        ("1970-01-01", "1971-01-01", false),
        ("1960-01-01", "2100-01-01", true),
    ];
    let workspace = WorkspaceId::default();
    let other = WorkspaceId::new("other").unwrap();
    for turn in 0..2 {
        for (from, to, expected) in spans {
            let found = store.is_sampled(&workspace, range(from, to));
            assert_eq!(found, expected, "{from} .. {to}, turn {turn}");
            assert!(!store.is_sampled(&other, range(from, to)));
        }
        store.close().await.unwrap();
        store = scratch.open();
    }
    let empty = Range::new(at("2026-03-02"), at("2026-03-01"));
    assert!(!store.is_sampled(&workspace, empty));

    // What is removed makes nothing an estimate any more.
    store.delete_before(at("2026-03-02")).await.unwrap();
    for _ in 0..2 {
        assert!(!store.is_sampled(&workspace, range("1960-01-01", "2100-01-01")));
        store.close().await.unwrap();
        store = scratch.open();
    }
}
