//! How much happens when.

use std::collections::BTreeMap;

use domain::{
    event::{Event, Kind},
    time::Instant,
};
use jiff::{civil::Date, tz::TimeZone};

use super::{Demo, Knobs, count, history, is_message, kind, knobs};
use crate::{
    calendar::{is_working_day, presence_on},
    world::World,
};

fn by_date(events: &[Event], zone: &TimeZone) -> BTreeMap<Date, Vec<Event>> {
    let mut days: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for event in events {
        days.entry(event.timestamp.day(zone))
            .or_default()
            .push(event.clone());
    }
    days
}

fn mean(numbers: impl Iterator<Item = usize>) -> f64 {
    let numbers: Vec<usize> = numbers.collect();
    numbers.iter().sum::<usize>() as f64 / numbers.len() as f64
}

#[test]
fn the_history_is_as_long_as_asked_for() {
    for events in [20_000, 60_000] {
        let knobs = Knobs { events, ..knobs() };
        let found = history(&knobs).len() as f64;
        assert!(
            (found / events as f64 - 1.0).abs() < 0.1,
            "{found} for {events}"
        );
    }
}

#[test]
fn the_demo_has_the_mix_of_a_real_chat() {
    let end = Instant::parse("2026-11-20T15:30:00Z", &TimeZone::UTC).unwrap();
    let events = history(&Knobs::demo(end));
    assert!(
        (150_000..250_000).contains(&events.len()),
        "{}",
        events.len()
    );
    let share = |wanted: &dyn Fn(&Event) -> bool| {
        100.0 * count(&events, wanted) as f64 / events.len() as f64
    };
    let of = |one: Kind| share(&|event| kind(event) == one);
    let messages = share(&is_message);
    assert!((44.0..51.0).contains(&messages), "{messages}");
    assert!((15.0..20.0).contains(&of(Kind::ReactionAdded)));
    assert!((2.2..3.8).contains(&of(Kind::FileShared)));
    assert!((3.0..5.0).contains(&share(&|event| event.is_bot)));
    for one in [
        Kind::SessionStart,
        Kind::SignIn,
        Kind::Presence,
        Kind::PageView,
        Kind::FeatureUsed,
        Kind::SearchPerformed,
        Kind::PerformanceMark,
        Kind::MessageEdited,
        Kind::MessageDeleted,
        Kind::CallStarted,
        Kind::CallEnded,
        Kind::SettingsChanged,
        Kind::ErrorOccurred,
        Kind::ApiError,
    ] {
        assert!(of(one) > 0.05, "{one:?} {}", of(one));
    }
    for one in [
        Kind::SignedUp,
        Kind::ChannelCreated,
        Kind::ChannelArchived,
        Kind::ChannelJoined,
        Kind::ChannelLeft,
        Kind::DmStarted,
    ] {
        assert!(of(one) > 0.0, "{one:?}");
    }
}

#[test]
fn weekends_nights_and_holidays_are_quiet() {
    let knobs = knobs();
    let days = by_date(&history(&knobs), &knobs.zone);
    let of = |wanted: fn(Date) -> bool| {
        mean(
            days.iter()
                .filter(|(date, _)| wanted(**date))
                .map(|(_, events)| events.len()),
        )
    };
    let working = of(is_working_day);
    let weekend = of(|date| presence_on(date) >= 1.0 && !is_working_day(date));
    let holidays = of(|date| presence_on(date) < 0.1);
    assert!(weekend < 0.35 * working, "{weekend} {working}");
    assert!(holidays < 0.2 * working, "{holidays} {working}");
    let events = history(&knobs);
    let at = |hours: std::ops::Range<i8>| {
        count(&events, |event| {
            hours.contains(&event.timestamp.in_zone(&knobs.zone).hour())
        })
    };
    assert!(at(9..18) > 5 * at(0..6), "{} {}", at(9..18), at(0..6));
}

#[test]
fn the_outage_and_the_launch_stand_out() {
    let knobs = knobs();
    let world = World::new(knobs.clone());
    let days: Vec<Vec<Event>> = Demo::new(knobs.clone()).days().collect();
    let incidents = &world.channel_ids[world.incidents as usize];
    let alarmed = |index: usize| {
        count(&days[index], |event| {
            is_message(event) && event.channel == *incidents
        })
    };
    let outage = world.calendar.outages[0];
    let usual = mean((0..days.len()).filter(|day| *day != outage).map(alarmed));
    assert!(
        alarmed(outage) as f64 > 10.0 * usual,
        "{} {usual}",
        alarmed(outage)
    );
    let mut times: Vec<_> = days[outage]
        .iter()
        .filter(|event| is_message(event) && event.channel == *incidents)
        .map(|event| event.timestamp.as_millis())
        .collect();
    times.dedup();
    let mut gaps: Vec<_> = times.windows(2).map(|pair| pair[1] - pair[0]).collect();
    gaps.sort_unstable();
    assert!(gaps[gaps.len() / 2] < 4 * 60_000, "answers come fast");

    let launch = world.calendar.launch.unwrap();
    let neighbours = (launch.saturating_sub(10)..=launch + 10)
        .filter(|day| *day != launch && is_working_day(world.calendar.days[*day].date));
    let usual = mean(neighbours.map(|day| days[day].len()));
    assert!(days[launch].len() as f64 > 1.3 * usual);
    let tagged = |index: usize| {
        count(&days[index], |event| {
            event.content.hashtags.iter().any(|tag| &**tag == "launch")
        })
    };
    assert!((launch..launch + 4).map(tagged).sum::<usize>() >= 5);
    assert_eq!((0..launch - 5).map(tagged).sum::<usize>(), 0);
}

#[test]
fn some_channels_die_and_others_grow() {
    let knobs = Knobs {
        events: 80_000,
        ..knobs()
    };
    let events = history(&knobs);
    let middle = knobs.end.plus_millis(-60 * 86_400_000);
    let halves = |name: &str| {
        let within = |event: &Event| {
            is_message(event) && event.channel.as_ref().is_some_and(|id| id.as_str() == name)
        };
        let late = count(&events, |event| within(event) && event.timestamp >= middle);
        (count(&events, within) - late, late)
    };
    let (before, after) = halves("project-aurora");
    assert!(before > 4 * after, "{before} {after}");
    let (before, after) = halves("project-borealis");
    assert!(after > 2 * before, "{before} {after}");
}

#[test]
fn large_crowds_have_numbers_for_names() {
    let end = Instant::parse("2026-11-20T15:30:00Z", &TimeZone::UTC).unwrap();
    let knobs = Knobs {
        people: 2_000,
        channels: 100,
        days: 30,
        ..Knobs::benchmark(end, 60_000)
    };
    let demo = Demo::new(knobs);
    assert_eq!(demo.people()[3].name.as_deref(), Some("Person 00003"));
    assert!(
        demo.channels()
            .iter()
            .any(|one| one.name.as_deref() == Some("channel-0007"))
    );
    let events: Vec<Event> = demo.days().flatten().collect();
    assert!((54_000..66_000).contains(&events.len()), "{}", events.len());
}
