//! Laws of the history.

mod messages;
mod people;
mod property;
mod shape;

use std::{
    collections::HashSet,
    hash::{DefaultHasher, Hash, Hasher},
};

use domain::{
    event::{Category, Event, EventType, Kind},
    time::Instant,
};
use jiff::tz::TimeZone;

use super::{Demo, Knobs};

/// Four months over Christmas, in a zone that changes its clocks.
fn knobs() -> Knobs {
    let zone = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
    Knobs {
        seed: 7,
        people: 40,
        bots: 3,
        channels: 24,
        days: 120,
        events: 40_000,
        end: Instant::parse("2026-02-03T14:30:00Z", &zone).unwrap(),
        zone,
        ..Knobs::demo(Instant::default())
    }
}

fn history(knobs: &Knobs) -> Vec<Event> {
    Demo::new(knobs.clone()).days().flatten().collect()
}

fn kind(event: &Event) -> Kind {
    match event.event_type {
        EventType::Known(kind) => kind,
        EventType::Custom(_) => panic!("{event:?}"),
    }
}

fn is_message(event: &Event) -> bool {
    kind(event).category() == Category::Message
}

fn count(events: &[Event], wanted: impl Fn(&Event) -> bool) -> usize {
    events.iter().filter(|event| wanted(event)).count()
}

fn hash(events: &[Event]) -> u64 {
    let mut hasher = DefaultHasher::new();
    for event in events {
        format!("{event:?}").hash(&mut hasher);
    }
    hasher.finish()
}

#[test]
fn the_same_knobs_give_the_same_history_and_another_seed_another() {
    let (knobs, other) = (knobs(), Knobs { seed: 8, ..knobs() });
    let first = hash(&history(&knobs));
    assert_eq!(first, hash(&history(&knobs)));
    assert_ne!(first, hash(&history(&other)));
    let records = |knobs: &Knobs| {
        let demo = Demo::new(knobs.clone());
        (demo.people(), demo.channels())
    };
    assert_eq!(records(&knobs), records(&knobs));
    assert_ne!(records(&knobs).0, records(&other).0);
}

#[test]
fn each_day_is_sorted_and_keeps_to_itself() {
    let knobs = knobs();
    let days: Vec<_> = Demo::new(knobs.clone()).days().collect();
    assert_eq!(days.len(), knobs.days as usize);
    let mut date = days[0][0].timestamp.day(&knobs.zone);
    for day in &days {
        assert!(day.is_sorted_by_key(|event| event.timestamp));
        assert!(
            day.iter()
                .all(|event| event.timestamp.day(&knobs.zone) == date)
        );
        date = date.tomorrow().unwrap();
    }
    let last = days.last().unwrap().last().unwrap();
    assert!(last.timestamp <= knobs.end);
    assert!(
        last.timestamp > knobs.end.plus_millis(-30 * 60_000),
        "it goes on until now"
    );
}

#[test]
fn a_later_end_on_the_same_day_only_adds() {
    let early = history(&knobs());
    let later = Knobs {
        end: knobs().end.plus_millis(3 * 3_600_000),
        ..knobs()
    };
    let later = history(&later);
    assert!(later.len() > early.len());
    assert!(later.starts_with(&early));
}

#[test]
fn no_identity_comes_twice() {
    let events = history(&knobs());
    let ids: HashSet<_> = events.iter().map(|event| event.id).collect();
    assert_eq!(ids.len(), events.len());
    let messages: Vec<_> = events.iter().filter(|event| is_message(event)).collect();
    let keys: HashSet<_> = messages
        .iter()
        .map(|event| event.message.unwrap())
        .collect();
    assert_eq!(keys.len(), messages.len());
    let holds_its_message = |event: &Event| event.id.message() == event.message;
    assert!(events.iter().all(holds_its_message));
}

#[test]
fn every_event_says_what_its_kind_should() {
    for event in history(&knobs()) {
        assert!(event.keyed && event.user.is_some());
        assert!((event.weight - 1.0).abs() < f64::EPSILON);
        let delay = event.received_at.as_millis() - event.timestamp.as_millis();
        assert!((1..2_000).contains(&delay), "{event:?}");
        assert_eq!(event.message_type.is_some(), {
            is_message(&event) || kind(&event) == Kind::FileShared
        });
        let of_client = match kind(&event).category() {
            Category::Session => kind(&event) != Kind::SignedUp,
            Category::Call | Category::Usage | Category::Operation => true,
            _ => false,
        };
        assert_eq!(event.session.is_some(), of_client, "{event:?}");
        assert!(!event.is_bot || kind(&event) == Kind::MessageSent);
    }
}
