//! What is from before an instant, and its removal.

use domain::{
    event::Event,
    id::WorkspaceId,
    metric::Metric,
    time::{Instant, Range},
};
use store::{Aged, Batch, EventStore, Known, StoreFacts};

use super::{dead_letters::letter, place::Place};
use crate::support::{at, batch, message, totals};

const CUT: &str = "2026-03-02T12:00:00Z";

fn other() -> WorkspaceId {
    WorkspaceId::new("other").unwrap()
}

/// Events before, at and after the cut, and one before it in another workspace.
fn events() -> Vec<Event> {
    let event =
        |number, when: &str, user: &str, channel: &str| message(number, at(when), user, channel);
    vec![
        event(1, "2026-03-01", "u1", "c1"),
        event(2, "2026-03-02T11:59:59.999Z", "u2", "c1"),
        event(3, CUT, "u1", "c1"),
        event(4, "2026-03-04", "u3", "c2"),
        Event {
            workspace: other(),
            ..event(5, "2026-02-01", "u9", "c9")
        },
    ]
}

async fn aged(store: &dyn EventStore, before: &str) -> Option<(u64, Instant, Instant)> {
    let aged = store.aged(at(before)).await.unwrap();
    aged.map(
        |Aged {
             events,
             first,
             last,
         }| (events, first, last),
    )
}

/// What a store says of itself, but for its size.
async fn facts(store: &dyn EventStore, workspace: &WorkspaceId) -> StoreFacts {
    let facts = store.facts(workspace).await.unwrap();
    StoreFacts { bytes: 0, ..facts }
}

pub(super) async fn exactly_what_is_before_goes(place: &mut impl Place) {
    let letters = ["2026-03-02T11:59:59.999Z", CUT, "2026-03-03"];
    let letters = letters.iter().zip(1..);
    let sent = Batch {
        dead_letters: letters
            .map(|(when, number)| letter(number, when, "primary"))
            .collect(),
        ..batch(events())
    };
    let store = place.store();
    store.append(sent).await.unwrap();
    let second = at("2026-03-02T11:59:59.999Z");
    assert_eq!(aged(store, "2026-02-01").await, None);
    assert_eq!(aged(store, CUT).await, Some((3, at("2026-02-01"), second)));
    assert_eq!(store.delete_before(at(CUT)).await.unwrap(), 3);
    assert_eq!(store.delete_before(at(CUT)).await.unwrap(), 0);
    for _ in 0..2 {
        let store = place.store();
        assert_eq!(aged(store, CUT).await, None);
        assert_eq!(
            aged(store, "2026-03-05").await,
            Some((2, at(CUT), at("2026-03-04")))
        );
        let primary = WorkspaceId::default();
        let left = StoreFacts {
            events: 2,
            // Who was named once stays known.
            people: 3,
            channels: 2,
            authors: 2,
            channels_with_events: 2,
            first_event: Some(at(CUT)),
            last_event: Some(at("2026-03-04")),
            dead_letters: 2,
            ..StoreFacts::default()
        };
        assert_eq!(facts(store, &primary).await, left);
        assert_eq!(store.first_event(&primary).await.unwrap(), Some(at(CUT)));
        assert_eq!(store.rows_in(&primary, Range::ALL).await.unwrap(), 2);
        let metrics = [
            Metric::Messages,
            Metric::ActivePeople,
            Metric::FirstActivity,
        ];
        let first = at(CUT).as_millis() as f64;
        let found = totals(store, Range::ALL, &metrics).await;
        assert_eq!(found, [Some(2.0), Some(2.0), Some(first)]);
        let nothing = StoreFacts {
            people: 1,
            channels: 1,
            ..StoreFacts::default()
        };
        assert_eq!(facts(store, &other()).await, nothing);
        assert_eq!(store.first_event(&other()).await.unwrap(), None);
        place.reopen().await;
    }
}

/// A store may remember what was removed or forget it, and says which it did.
pub(super) async fn what_was_removed_counts_at_most_once_more(place: &mut impl Place) {
    let store = place.store();
    store.append(batch(events())).await.unwrap();
    store.delete_before(at(CUT)).await.unwrap();
    let appended = store.append(batch(events())).await.unwrap();
    assert_eq!(appended.stored + appended.duplicates, 5);
    assert!(appended.duplicates >= 2, "what was not removed is there");
    let count = |of| store.rows_in(of, Range::ALL);
    let (primary, other) = (WorkspaceId::default(), other());
    let stored = count(&primary).await.unwrap() + count(&other).await.unwrap();
    assert_eq!(stored, 2 + appended.stored);
    let again = store.append(batch(events())).await.unwrap();
    assert_eq!((again.stored, again.duplicates), (0, 5));
    let known = Known {
        people: 3,
        bots: 0,
        channels: 2,
    };
    assert_eq!(store.known(&primary).await.unwrap(), known);
}

pub(super) async fn everything_may_go(place: &mut impl Place) {
    place.store().append(batch(events())).await.unwrap();
    assert_eq!(
        place.store().delete_before(at("2027-01-01")).await.unwrap(),
        5
    );
    place.reopen().await;
    let store = place.store();
    let primary = WorkspaceId::default();
    assert_eq!(store.first_event(&primary).await.unwrap(), None);
    assert_eq!(aged(store, "2028-01-01").await, None);
    let found = totals(store, Range::ALL, &[Metric::Messages, Metric::LastMessage]).await;
    assert_eq!(found, [Some(0.0), None]);
    let later = message(10, at("2027-02-01"), "u1", "c1");
    store.append(batch(vec![later])).await.unwrap();
    assert_eq!(
        totals(store, Range::ALL, &[Metric::Messages]).await,
        [Some(1.0)]
    );
}
