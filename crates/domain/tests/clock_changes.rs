//! Every clock change of every zone since 2000: days, buckets, lengths and previous spans.
//!
//! The reference knows nothing but the list of offsets: a local reading is reached at the first
//! instant at which instant plus offset is not below it, which settles skipped and repeated
//! readings alike. A day begins when its midnight is reached.

use std::collections::HashSet;

use domain::time::{
    Bucket, Grain, Instant, LocalClock, Range, WeekStart, Window, WindowRequest, spine,
};
use jiff::{Timestamp, civil, tz::TimeZone};

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// 1999-12-01 to 2040-01-01.
const BEGIN: i64 = 944_006_400_000;
const END: i64 = 2_208_988_800_000;

/// The offsets of a zone: each from an instant on, in milliseconds.
struct Offsets(Vec<(i64, i64)>);

impl Offsets {
    fn of(zone: &TimeZone) -> Self {
        let begin = timestamp(BEGIN);
        let first = i64::from(zone.to_offset(begin).seconds()) * 1_000;
        let mut offsets = vec![(i64::MIN / 2, first)];
        for change in zone.following(begin) {
            let (at, offset) = (change.timestamp().as_millisecond(), change.offset());
            if at >= END {
                break;
            }
            let offset = i64::from(offset.seconds()) * 1_000;
            if offsets.last().is_some_and(|(_, last)| *last != offset) {
                offsets.push((at, offset));
            }
        }
        Self(offsets)
    }

    fn changes(&self) -> impl Iterator<Item = i64> {
        self.0.iter().skip(1).map(|(at, _)| *at)
    }

    fn reading(&self, at: i64) -> i64 {
        let held = self.0.iter().rfind(|(from, _)| *from <= at);
        at + held.map_or(0, |(_, offset)| *offset)
    }

    /// Returns the first instant at which the clock has reached a reading.
    fn reached(&self, reading: i64) -> i64 {
        let ends = self
            .0
            .iter()
            .skip(1)
            .map(|(at, _)| *at)
            .chain([i64::MAX / 2]);
        let part = self.0.iter().zip(ends);
        let mut holds = part.filter(|((_, offset), end)| end + offset > reading);
        let ((from, offset), _) = holds.next().expect("the last offset holds for ever");
        (reading - offset).max(*from)
    }

    /// Returns the number of the day that began last.
    fn day(&self, at: i64) -> i64 {
        let day = self.reading(at).div_euclid(DAY);
        (day..day + 3)
            .rfind(|day| self.reached(day * DAY) <= at)
            .unwrap_or(day)
    }

    fn start_of(&self, day: i64) -> i64 {
        self.reached(day * DAY)
    }

    /// Returns what stands on the wall, with midnight where a day begins.
    fn wall(&self, at: i64) -> i64 {
        let day = self.day(at);
        if self.start_of(day) == at {
            day * DAY
        } else {
            self.reading(at)
        }
    }
}

fn timestamp(millis: i64) -> Timestamp {
    Timestamp::from_millisecond(millis).expect("instants of this century")
}

fn at(millis: i64) -> Instant {
    Instant::from_millis(millis)
}

fn date(day: i64) -> civil::Date {
    timestamp(day * DAY).to_zoned(TimeZone::UTC).date()
}

fn name_of(zone: &TimeZone) -> &str {
    zone.iana_name().unwrap_or_default()
}

/// Hands every zone that has clock changes since 2000 to `check`, those that are the same once;
/// returns how many changes there were.
fn for_each_zone(check: impl Fn(&TimeZone, &Offsets)) -> usize {
    let mut seen = HashSet::new();
    let mut changes = 0;
    for name in jiff::tz::db().available() {
        let zone = TimeZone::get(name.as_str()).expect("a zone of the list");
        let offsets = Offsets::of(&zone);
        if offsets.0.len() > 1 && seen.insert(offsets.0.clone()) {
            changes += offsets.changes().count();
            check(&zone, &offsets);
        }
    }
    changes
}

/// Instants around a change: its own, its neighbours, and some on the days beside it.
fn around(change: i64) -> impl Iterator<Item = i64> {
    let near = [-1, 0, 1, -30 * MINUTE, 30 * MINUTE, -HOUR, HOUR, 3 * HOUR];
    let far = [-2, -1, 1, 2].map(|days| days * DAY + 17 * MINUTE);
    near.into_iter()
        .chain(far)
        .map(move |offset| change + offset)
}

#[test]
fn days_begin_when_their_midnight_is_reached() {
    let changes = for_each_zone(|zone, offsets| {
        let name = name_of(zone);
        for instant in offsets.changes().flat_map(around) {
            let day = offsets.day(instant);
            assert_eq!(at(instant).day(zone), date(day), "{name} {}", at(instant));
            for day in day - 1..=day + 1 {
                let start = at(offsets.start_of(day));
                assert_eq!(
                    Instant::start_of(date(day), zone),
                    start,
                    "{name} {}",
                    date(day)
                );
            }
            let range = Range::new(at(instant), at(instant + 3 * DAY));
            let clock = LocalClock::new(range, zone);
            let days = clock.days();
            for later in [0, 20 * MINUTE, HOUR, 26 * HOUR, 3 * DAY - 1] {
                let later = instant + later;
                let reading = later + clock.offset_at(at(later));
                assert_eq!(reading, offsets.reading(later), "{name} {}", at(later));
                let day = (later + days.offset_at(at(later))).div_euclid(DAY);
                assert_eq!(day, offsets.day(later), "{name} {}", at(later));
            }
        }
    });
    assert!(changes > 5_000, "the zones are missing: {changes} changes");
}

/// Every grain, with weeks that begin on each day.
const GRAINS: [Grain; 6] = [
    Grain::Hour,
    Grain::Day,
    Grain::Week(WeekStart::Monday),
    Grain::Week(WeekStart::Sunday),
    Grain::Week(WeekStart::Saturday),
    Grain::Month,
];

#[test]
fn buckets_have_no_gap_and_no_overlap_and_hold_their_own_instants() {
    for_each_zone(|zone, offsets| {
        let name = name_of(zone);
        for change in offsets.changes() {
            for grain in GRAINS {
                let range = Range::new(at(change - 2 * DAY), at(change + 2 * DAY));
                let buckets = spine(range, grain, zone);
                let (first, last) = (buckets[0], buckets[buckets.len() - 1]);
                assert!(first.start <= range.from() && range.from() < first.end);
                assert!(last.start < range.to() && range.to() <= last.end);
                for pair in buckets.windows(2) {
                    assert_eq!(pair[0].end, pair[1].start, "{name} {grain:?}");
                }
                for Bucket { start, end } in buckets {
                    for inside in [start, end.plus_millis(-1)] {
                        assert_eq!(
                            grain.floor(inside, zone),
                            start,
                            "{name} {grain:?} {inside}"
                        );
                    }
                    let (from, to) = (start.as_millis(), end.as_millis());
                    match grain {
                        // One offset, and an hour at most.
                        Grain::Hour => {
                            let read = offsets.reading(to - 1) - offsets.reading(from);
                            assert_eq!(read, to - 1 - from, "{name} {start}");
                            assert!(to - from <= HOUR, "{name} {start}");
                        }
                        Grain::Day => {
                            let day = offsets.day(from);
                            assert_eq!(from, offsets.start_of(day), "{name} {start}");
                            assert_eq!(offsets.day(to - 1), day, "{name} {start}");
                            let hours = spine(Range::new(start, end), Grain::Hour, zone);
                            let ends = (hours[0].start, hours[hours.len() - 1].end);
                            assert_eq!(ends, (start, end), "{name} {start}");
                        }
                        Grain::Week(_) | Grain::Month => {
                            let day = offsets.day(from);
                            assert_eq!(from, offsets.start_of(day), "{name} {start}");
                        }
                    }
                }
            }
        }
    });
}

#[test]
fn previous_spans_move_both_ends_in_wall_clock_time() {
    for_each_zone(|zone, offsets| {
        let name = name_of(zone);
        for from in offsets.changes().flat_map(around) {
            for length in [HOUR, 9 * HOUR, DAY, 3 * DAY + 5 * HOUR] {
                let to = from + length;
                let window = between(from, to, zone);
                let days = ((offsets.wall(to) - offsets.wall(from)).max(1) + DAY - 1) / DAY;
                assert_eq!(i64::from(window.days), days, "{name} {}", at(from));
                let moved = |end: i64| at(offsets.reached(offsets.wall(end) - days * DAY));
                let expected = Range::new(moved(from), moved(to));
                assert_eq!(window.previous, Some(expected), "{name} {}", at(from));
            }
        }
    });
}

#[test]
fn whole_days_are_compared_with_whole_days() {
    for_each_zone(|zone, offsets| {
        let name = name_of(zone);
        for change in offsets.changes() {
            let day = offsets.day(change);
            for (first, after) in [
                (day, day + 1),
                (day - 6, day + 1),
                (day + 1, day + 2),
                (day - 3, day),
            ] {
                let (from, to) = (offsets.start_of(first), offsets.start_of(after));
                // A day that a change skips has no length, and is the one after it.
                if offsets.day(from) != first || offsets.day(to) != after {
                    continue;
                }
                let days = after - first;
                let window = between(from, to, zone);
                assert_eq!(i64::from(window.days), days, "{name} {}", date(first));
                let start = |day| at(offsets.start_of(day));
                let before = Range::new(start(first - days), start(after - days));
                assert_eq!(window.previous, Some(before), "{name} {}", date(first));
            }
        }
    });
}

fn between(from: i64, to: i64, zone: &TimeZone) -> Window {
    let (from, to) = (at(from).to_string(), at(to).to_string());
    let request = WindowRequest {
        from: Some(&from),
        to: Some(&to),
        ..Default::default()
    };
    Window::resolve(request, "30d", at(END), None, zone).expect("a span of its own")
}
