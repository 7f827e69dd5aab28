//! People come, are away, and leave.

use std::collections::HashMap;

use domain::{
    event::{Event, Kind},
    id::UserId,
    record::PersonRecord,
};

use super::{Demo, Knobs, history, kind, knobs};
use crate::world::World;

fn by_user(events: &[Event]) -> HashMap<&UserId, Vec<&Event>> {
    let mut found: HashMap<_, Vec<_>> = HashMap::new();
    for event in events {
        found
            .entry(event.user.as_ref().unwrap())
            .or_default()
            .push(event);
    }
    found
}

#[test]
fn nobody_does_anything_before_signing_up() {
    let knobs = knobs();
    let events = history(&knobs);
    let people = Demo::new(knobs.clone()).people();
    let known = people
        .iter()
        .filter(|person| person.is_bot == Some(false))
        .count();
    assert_eq!(known, knobs.people as usize);
    let start = events[0].timestamp;
    let by_user = by_user(&events);
    let mut sign_ups = 0;
    for person in &people {
        let created_at = person.created_at.unwrap();
        let Some(events) = by_user.get(&person.id) else {
            continue;
        };
        assert!(created_at <= events[0].timestamp, "{person:?}");
        let signed_up: Vec<_> = events
            .iter()
            .filter(|event| kind(event) == Kind::SignedUp)
            .collect();
        if created_at >= start {
            assert_eq!(signed_up.len(), 1, "{person:?}");
            assert_eq!(signed_up[0].timestamp, created_at);
            assert!(events.len() > 3, "a newcomer looks around");
            sign_ups += 1;
        } else {
            assert!(signed_up.is_empty());
        }
    }
    assert!((10..35).contains(&sign_ups), "{sign_ups}");
}

#[test]
fn who_is_away_is_silent_and_some_never_come_back() {
    let knobs = knobs();
    let events = history(&knobs);
    let world = World::new(knobs);
    let by_user = by_user(&events);
    let (mut gone, mut back) = (0, 0);
    for (person, id) in world.people.iter().zip(&world.user_ids) {
        let Some(events) = by_user.get(id.as_ref().unwrap()) else {
            continue;
        };
        for away in &person.absences {
            let from = world.calendar.day(away.start).map(|day| day.start);
            let until = world
                .calendar
                .day(away.end)
                .map_or(i64::MAX, |day| day.start);
            let silence = from.unwrap_or(i64::MAX)..until;
            let during = |event: &&&Event| silence.contains(&event.timestamp.as_millis());
            assert_eq!(events.iter().filter(during).count(), 0, "{id:?} {away:?}");
            let after = |event: &&&Event| event.timestamp.as_millis() >= until;
            let length = away.end.saturating_sub(away.start);
            gone += u32::from(away.end == i32::MAX && from.is_some());
            back += u32::from(length > 18 && events.iter().any(|event| after(&event)));
        }
    }
    assert!(gone >= 2, "{gone}");
    assert!(back >= 1, "{back}");
}

#[test]
fn people_are_the_same_whatever_the_period() {
    let who = |knobs: &Knobs| -> Vec<_> {
        let names = |person: PersonRecord| (person.id, person.name, person.role);
        let names: Vec<_> = Demo::new(knobs.clone())
            .people()
            .into_iter()
            .map(names)
            .collect();
        let world = World::new(knobs.clone());
        let habits = world.people.iter().map(|person| {
            (
                person.zone,
                person.shift,
                person.team,
                person.level.to_bits(),
                person.habits,
            )
        });
        names.into_iter().zip(habits).collect()
    };
    let base = who(&knobs());
    assert_eq!(base.len(), 40);
    assert_eq!(
        base,
        who(&Knobs {
            days: 300,
            ..knobs()
        })
    );
    assert_eq!(
        base,
        who(&Knobs {
            end: knobs().end.plus_millis(3_600_000),
            ..knobs()
        })
    );
    let more = who(&Knobs {
        people: 55,
        events: 90_000,
        ..knobs()
    });
    assert_eq!(base, more[..40], "newcomers change nobody");
}

#[test]
fn only_members_speak_and_only_while_a_channel_is_open() {
    let knobs = knobs();
    let events = history(&knobs);
    let world = World::new(knobs);
    let number = |event: &Event| {
        let found = world.channel_ids.iter().position(|id| *id == event.channel);
        event.channel.as_ref().and(found)
    };
    for event in events.iter().filter(|event| !event.is_bot) {
        let Some(index) = number(event) else { continue };
        let (channel, at) = (&world.channels[index], event.timestamp.as_millis());
        assert!(channel.created_at <= at);
        // A call may outlast its channel.
        let is_open = channel.archived.is_none_or(|(_, end)| at <= end);
        assert!(is_open || kind(event) == Kind::CallEnded, "{event:?}");
        let user = world
            .user_ids
            .iter()
            .position(|id| *id == event.user)
            .unwrap();
        let user = u32::try_from(user).unwrap();
        let mut own = world.memberships_of(user).iter();
        let own = own.find(|one| one.channel as usize == index);
        match kind(event) {
            Kind::ChannelCreated | Kind::DmStarted => assert_eq!(channel.owner, user),
            Kind::ChannelArchived => {
                assert_eq!((channel.owner, channel.archived.unwrap().1), (user, at));
            }
            Kind::ChannelJoined => assert_eq!(own.unwrap().from, at),
            Kind::ChannelLeft => assert_eq!(own.unwrap().until, at),
            Kind::MessageSent | Kind::ThreadReply | Kind::ReactionAdded | Kind::MessageRead => {
                assert!(own.is_some_and(|one| one.holds(at)), "{event:?}");
            }
            _ => {}
        }
    }
}

#[test]
fn channels_are_counted_as_the_events_say() {
    let knobs = Knobs { bots: 0, ..knobs() };
    let demo = Demo::new(knobs.clone());
    let (people, records) = (demo.people(), demo.channels());
    let world = World::new(knobs);
    assert_eq!(records.len(), 24);
    for (record, channel) in records.iter().zip(&world.channels) {
        let members = record.member_count.unwrap() as usize;
        if channel.is_conversation() {
            assert_eq!(members, channel.few.len());
        }
        assert!(members <= world.people.len());
        assert!(record.created_at.unwrap() <= world.knobs.end);
        let owner = people
            .iter()
            .find(|person| Some(&person.id) == record.owner.as_ref());
        assert!(owner.unwrap().created_at <= record.created_at);
    }
    assert_eq!(
        records[0].member_count,
        Some(40),
        "everybody is in the first channel"
    );
    assert!(
        records
            .iter()
            .any(|record| record.is_archived == Some(true))
    );
}
