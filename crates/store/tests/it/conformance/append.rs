//! Nothing lost, nothing twice.

use domain::{
    dimension::Dimension,
    event::{Event, EventType},
    id::{ChannelId, EventId, UserId, WorkspaceId},
    metric::Metric,
    time::{Grain, Range},
};
use store::{Appended, Batch, EventStore, Known};
use uuid::Uuid;

use super::place::Place;
use crate::support::{ask, at, batch, message, query, range, totals};

const WHEN: &str = "2026-02-01T10:00:00Z";

/// A message that counts once by its number.
fn event(number: u128) -> Event {
    message(number, at(WHEN), "u1", "c1")
}

/// Appends events; returns how many were stored, and how many were duplicates.
async fn append(store: &dyn EventStore, events: Vec<Event>) -> (u64, u64) {
    let appended = store.append(batch(events)).await.unwrap();
    (appended.stored, appended.duplicates)
}

async fn count(store: &dyn EventStore) -> Vec<Option<f64>> {
    totals(store, Range::ALL, &[Metric::Events]).await
}

pub(super) async fn an_event_counts_once(place: &mut impl Place) {
    let store = place.store();
    assert_eq!(
        store.append(Batch::default()).await.unwrap(),
        Appended::default()
    );
    let events = || vec![event(1), event(2), event(1)];
    assert_eq!(append(store, events()).await, (2, 1));
    assert_eq!(append(store, events()).await, (0, 3));
    place.reopen().await;
    let store = place.store();
    assert_eq!(append(store, events()).await, (0, 3));
    // The same identity stamped anew is the same event.
    let later = message(1, at("2026-02-01T11:00:00Z"), "u1", "c1");
    assert_eq!(append(store, vec![later]).await, (0, 1));
    // In another workspace it is another event.
    let mut elsewhere = event(1);
    elsewhere.workspace = WorkspaceId::new("other").unwrap();
    assert_eq!(append(store, vec![elsewhere]).await, (1, 0));
    assert_eq!(append(store, vec![event(3)]).await, (1, 0));
    assert_eq!(count(store).await, [Some(3.0)]);
}

pub(super) async fn an_identity_without_a_time_counts_once_for_a_week(place: &mut impl Place) {
    let untimed = |when: &str| Event {
        timed: false,
        ..message(1, at(when), "u1", "c1")
    };
    for (when, appended) in [
        ("2026-03-01T10:00:00Z", (1, 0)),
        ("2026-03-01T10:00:01Z", (0, 1)),
        ("2026-03-05T10:00:00Z", (0, 1)),
        ("2026-03-08T10:00:00Z", (0, 1)),
    ] {
        let found = append(place.store(), vec![untimed(when)]).await;
        assert_eq!(found, appended, "{when}");
        place.reopen().await;
    }
    assert_eq!(count(place.store()).await, [Some(1.0)]);
}

pub(super) async fn another_identity_is_looked_for_and_not_kept(place: &mut impl Place) {
    let store = place.store();
    let id = |number: u128| EventId(Uuid::from_u128(number));
    let also = |number: u128, other: u128| Event {
        also: Some(id(other)),
        ..event(number)
    };
    for (what, events, appended) in [
        ("in one batch", vec![event(1), also(2, 1)], (1, 1)),
        ("in another one", vec![also(3, 1)], (0, 1)),
        ("under its own", vec![also(1, 4)], (0, 1)),
        ("under neither", vec![also(5, 6)], (1, 0)),
        ("the same again", vec![also(5, 6)], (0, 1)),
        ("what it would have been", vec![event(6)], (1, 0)),
        ("what was a duplicate keeps nothing", vec![event(2)], (1, 0)),
    ] {
        assert_eq!(append(store, events).await, appended, "{what}");
    }
    assert_eq!(count(store).await, [Some(4.0)]);
}

pub(super) async fn what_the_sender_gave_no_identity_is_never_a_duplicate(place: &mut impl Place) {
    let made_here = |number: u128| Event {
        keyed: false,
        ..event(number)
    };
    let events = vec![made_here(1), made_here(2), event(3), event(3)];
    assert_eq!(append(place.store(), events).await, (3, 1));
    place.reopen().await;
    assert_eq!(append(place.store(), vec![made_here(4)]).await, (1, 0));
    assert_eq!(count(place.store()).await, [Some(4.0)]);
}

/// Whatever else it says: the event is the one that is stored.
pub(super) async fn a_duplicate_changes_nothing(place: &mut impl Place) {
    let store = place.store();
    append(store, vec![event(1)]).await;
    let version = store.version();
    let other = Event {
        user: Some(UserId::new("u2").unwrap()),
        channel: Some(ChannelId::new("c2").unwrap()),
        event_type: EventType::Custom("button_click".into()),
        is_bot: true,
        weight: 10.0,
        ..event(1)
    };
    let bot = Event {
        is_bot: true,
        ..event(1)
    };
    assert_eq!(append(store, vec![other, bot]).await, (0, 2));
    assert_eq!(store.version(), version);
    let workspace = WorkspaceId::default();
    let known = Known {
        people: 1,
        bots: 0,
        channels: 1,
    };
    assert_eq!(store.known(&workspace).await.unwrap(), known);
    assert!(!store.is_sampled(&workspace, Range::ALL));
    assert_eq!(count(store).await, [Some(1.0)]);
}

pub(super) async fn batches_at_once_are_as_good_as_one_after_the_other(place: &mut impl Place) {
    let store = place.store();
    let events = || (0..50).map(event).collect::<Vec<Event>>();
    let (one, two, three) = tokio::join!(
        append(store, events()),
        append(store, events()),
        append(store, events())
    );
    assert_eq!(one.0 + two.0 + three.0, 50);
    assert_eq!(one.1 + two.1 + three.1, 100);
    assert_eq!(count(store).await, [Some(50.0)]);
}

pub(super) async fn the_order_of_arrival_changes_nothing<P: Place>(sorted: &mut P) {
    const EVENTS: u128 = 60;
    let made = |number: u128| {
        let when = at("2026-02-01").plus_millis(i64::try_from(number).unwrap() * 3_600_000);
        let (user, channel) = (format!("u{}", number % 7), format!("c{}", number % 3));
        message(number, when, &user, &channel)
    };
    let question = || {
        let metrics = [Metric::Messages, Metric::Posters, Metric::LastMessage];
        query(range("2026-02-01", "2026-02-05"), &metrics)
            .by(&[Dimension::Channel, Dimension::Time(Grain::Day)])
    };
    append(sorted.store(), (0..EVENTS).map(made).collect()).await;
    let expected = ask(sorted.store(), question()).await.rows;
    // Three channels on each of three days, of which the third has half as many hours.
    assert_eq!(expected.len(), 9);
    // Numbers that share nothing with how many there are reach every event once.
    for (step, size) in [(7, 1), (59, 13), (31, 20)] {
        let shuffled = P::open(&jiff::tz::TimeZone::UTC).await;
        let order: Vec<u128> = (0..EVENTS).map(|place| place * step % EVENTS).collect();
        for part in order.chunks(size) {
            append(shuffled.store(), part.iter().copied().map(made).collect()).await;
        }
        let found = ask(shuffled.store(), question()).await.rows;
        assert_eq!(found, expected, "by steps of {step}, {size} at a time");
    }
}
