//! How much there is, since when, and whether it is an estimate.

use domain::{
    event::Event,
    id::WorkspaceId,
    metric::Metric,
    query::Query,
    time::{Instant, Range},
};
use engine::plan;
use jiff::tz::TimeZone;
use store::{EventStore, Known, Table};

use super::{listing::add_six, place::Place};
use crate::support::{at, batch, message, range};

pub(super) async fn rows_and_the_first_event_are_those_of_a_workspace(place: &mut impl Place) {
    add_six(place.store()).await;
    for _ in 0..2 {
        let store = place.store();
        let primary = WorkspaceId::default();
        for (from, to, rows) in [
            ("2026-02-01", "2026-04-01", 6),
            ("2026-03-01", "2026-03-02T09:00:00Z", 3),
            ("2026-03-02T09:00:00Z", "2026-03-03", 1),
            ("2026-03-01", "2026-03-01", 0),
        ] {
            let found = store.rows_in(&primary, range(from, to)).await.unwrap();
            assert_eq!(found, rows, "{from} .. {to}");
        }
        for (workspace, rows, first) in [
            ("primary", 6, Some("2026-02-28T23:59:59.999Z")),
            ("other", 1, Some("2026-03-01")),
            ("unheard-of", 0, None),
        ] {
            let workspace = WorkspaceId::new(workspace).unwrap();
            assert_eq!(store.rows_in(&workspace, Range::ALL).await.unwrap(), rows);
            let found = store.first_event(&workspace).await.unwrap();
            assert_eq!(found, first.map(at), "{workspace}");
        }
        place.reopen().await;
    }
    let earlier = message(9, at("1969-07-20"), "u1", "c1");
    place.store().append(batch(vec![earlier])).await.unwrap();
    let first = place.store().first_event(&WorkspaceId::default()).await;
    assert_eq!(first.unwrap(), Some(at("1969-07-20")));
}

/// A workspace of which nothing is stored has nothing, and that is no error.
pub(super) async fn a_workspace_that_is_not_known_has_nothing(place: &mut impl Place) {
    let store = place.store();
    add_six(store).await;
    let nowhere = WorkspaceId::new("unheard-of").unwrap();
    let metrics = [Metric::Messages];
    let query = Query::totals(nowhere.clone(), TimeZone::UTC, Range::ALL, &metrics);
    let plan = plan::plan(query).unwrap();
    assert_eq!(store.query(&plan).await.unwrap(), Table::default());
    let (table, values) = store.query_with_distribution(&plan).await.unwrap();
    assert_eq!((table, values), (Table::default(), vec![]));
    assert_eq!(store.statement(&plan).await.unwrap(), None);
    assert_eq!(store.known(&nowhere).await.unwrap(), Known::default());
    let ids = ["u1".to_owned(), "c1".to_owned()];
    assert_eq!(store.people(&nowhere, &ids).await.unwrap(), []);
    assert!(
        store
            .channel_names(&nowhere, &ids)
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(store.channels(&nowhere).await.unwrap(), []);
}

fn check_sampled(store: &dyn EventStore, spans: &[(&str, &str, bool)]) {
    let (primary, other) = (WorkspaceId::default(), WorkspaceId::new("other").unwrap());
    for (from, to, expected) in spans {
        let found = store.is_sampled(&primary, range(from, to));
        assert_eq!(found, *expected, "{from} .. {to}");
        assert!(!store.is_sampled(&other, range(from, to)));
    }
}

pub(super) async fn a_span_is_an_estimate_while_it_holds_sampled_events(place: &mut impl Place) {
    let events = [
        ("2026-03-01T10:00:00Z", 10.0),
        ("2026-03-02T10:00:00Z", 1.0),
        ("1969-12-31T23:59:00Z", 2.0),
    ];
    let events = events
        .iter()
        .zip(1..)
        .map(|((when, weight), number)| Event {
            weight: *weight,
            ..message(number, at(when), "u1", "c1")
        });
    place.store().append(batch(events.collect())).await.unwrap();
    let spans = [
        ("2026-03-01", "2026-03-02", true),
        ("2026-03-02", "2026-03-03", false),
        ("2026-02-01", "2026-03-01", false),
        ("2026-03-01T11:00:00Z", "2026-04-01", false),
        ("2026-03-01T09:00:00Z", "2026-03-01T10:00:00Z", false),
        ("1969-12-31", "1970-01-01", true),
        ("1970-01-01", "1971-01-01", false),
        ("1960-01-01", "2100-01-01", true),
        ("2026-03-02", "2026-03-01", false),
    ];
    for _ in 0..2 {
        check_sampled(place.store(), &spans);
        place.reopen().await;
    }
    // What is removed makes nothing an estimate any more.
    let cut: Instant = at("2026-03-02");
    place.store().delete_before(cut).await.unwrap();
    for _ in 0..2 {
        check_sampled(place.store(), &[("1960-01-01", "2100-01-01", false)]);
        place.reopen().await;
    }
}
