//! What holds for any small chat.

use std::collections::HashSet;

use domain::time::Instant;
use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::{Demo, Knobs};

const ZONES: [&str; 4] = [
    "UTC0",
    "EST5EDT,M3.2.0,M11.1.0",
    "IST-5:30",
    "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
];

prop_compose! {
    fn any_knobs()(
        seed: u64,
        people in 0_u32..30,
        bots in 0_u32..6,
        channels in 0_u32..45,
        days in 0_u32..50,
        per_person in 0_u64..200,
        end in 1_600_000_000_000_i64..1_900_000_000_000,
        zone in 0..ZONES.len(),
    ) -> Knobs {
        Knobs {
            seed,
            people,
            bots,
            channels,
            days,
            events: per_person * u64::from(people),
            end: Instant::from_millis(end),
            zone: TimeZone::posix(ZONES[zone]).unwrap(),
            ..Knobs::demo(Instant::default())
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn any_chat_is_sorted_within_its_period_and_told_once(knobs in any_knobs()) {
        let demo = Demo::new(knobs.clone());
        let people = demo.people();
        let channels = demo.channels();
        let days: Vec<_> = demo.days().collect();
        prop_assert_eq!(days.len(), knobs.days.max(1) as usize);
        let events: Vec<_> = days.into_iter().flatten().collect();
        prop_assert!(events.is_sorted_by_key(|event| event.timestamp));
        prop_assert!(events.iter().all(|event| event.timestamp <= knobs.end));
        let ids: HashSet<_> = events.iter().map(|event| event.id).collect();
        prop_assert_eq!(ids.len(), events.len());
        let users: HashSet<_> = people.iter().map(|person| &person.id).collect();
        let places: HashSet<_> = channels.iter().map(|channel| &channel.id).collect();
        prop_assert_eq!(users.len(), people.len());
        prop_assert_eq!(places.len(), channels.len());
        for event in &events {
            prop_assert!(event.user.as_ref().is_some_and(|user| users.contains(user)));
            prop_assert!(event.channel.as_ref().is_none_or(|place| places.contains(place)));
        }
        let again: Vec<_> = Demo::new(knobs).days().flatten().collect();
        prop_assert_eq!(events, again);
    }

    #[test]
    fn any_chat_is_about_as_long_as_asked_for(
        seed: u64,
        people in 20_u32..60,
        days in 60_u32..120,
    ) {
        let events = u64::from(people * days) * 6;
        // The last millisecond of a day: nothing is cut.
        let end = Instant::from_millis(1_790_000_000_000 / 86_400_000 * 86_400_000 - 1);
        let knobs = Knobs { seed, people, days, events, ..Knobs::demo(end) };
        let found = Demo::new(knobs).days().map(|day| day.len()).sum::<usize>();
        prop_assert!((found as f64 / events as f64 - 1.0).abs() < 0.1, "{} {}", found, events);
    }
}
