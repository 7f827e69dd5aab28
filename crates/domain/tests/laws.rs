//! Laws of time, filters and scores, on random input.

use std::collections::BTreeMap;

use domain::{
    engagement,
    filter::{Field, Filter},
    time::{Grain, Instant, LocalClock, Range, spine},
};
use jiff::tz::TimeZone;
use proptest::prelude::*;

/// 2021-01-01 to 2026-01-01: five years, whole.
const FIVE_YEARS: Range = Range {
    from: Instant::from_millis(1_609_459_200_000),
    to: Instant::from_millis(1_767_225_600_000),
};

fn every_zone() -> impl Iterator<Item = TimeZone> {
    jiff::tz::db()
        .available()
        .filter_map(|name| TimeZone::get(name.as_str()).ok())
}

#[test]
fn the_spine_has_no_gap_and_no_overlap_in_any_zone() {
    let mut zones = 0;
    for zone in every_zone() {
        zones += 1;
        let clock = LocalClock::new(FIVE_YEARS, &zone);
        for grain in [Grain::Hour, Grain::Day, Grain::Week, Grain::Month] {
            let name = zone.iana_name().unwrap_or_default().to_owned();
            let buckets = spine(FIVE_YEARS, grain, &zone);
            assert!(buckets[0].start <= FIVE_YEARS.from, "{name} {grain:?}");
            assert!(
                buckets[buckets.len() - 1].end >= FIVE_YEARS.to,
                "{name} {grain:?}"
            );
            for pair in buckets.windows(2) {
                assert_eq!(pair[0].end, pair[1].start, "{name} {grain:?}");
            }
            for bucket in &buckets {
                assert!(bucket.start < bucket.end, "{name} {grain:?}");
                // Every instant of the bucket must be floored to its start.
                for inside in [bucket.start, bucket.end.plus_millis(-1)] {
                    if grain != Grain::Hour || inside.as_millis() % 7 == 0 {
                        assert_eq!(
                            grain.floor(inside, &zone),
                            bucket.start,
                            "{name} {grain:?} {inside}"
                        );
                    }
                }
            }
            if grain == Grain::Day {
                for bucket in &buckets {
                    let at = bucket.start.max(FIVE_YEARS.from);
                    let offset = i64::from(at.in_zone(&zone).offset().seconds()) * 1_000;
                    assert_eq!(clock.offset_at(at), offset, "{name} {at}");
                }
            }
        }
    }
    assert!(zones > 400, "the zone database is missing: {zones} zones");
}

#[test]
fn hours_summed_to_days_equal_days_in_any_zone() {
    // A year that holds both clock changes.
    let year = Range {
        from: Instant::from_millis(1_640_995_200_000),
        to: Instant::from_millis(1_672_531_200_000),
    };
    for zone in every_zone() {
        let mut by_day: BTreeMap<Instant, i64> = BTreeMap::new();
        for hour in spine(year, Grain::Hour, &zone) {
            let length = hour.end.as_millis() - hour.start.as_millis();
            *by_day
                .entry(Grain::Day.floor(hour.start, &zone))
                .or_default() += length;
        }
        let days = spine(year, Grain::Day, &zone);
        let name = zone.iana_name().unwrap_or_default();
        // The first and last day are cut by the range.
        for day in &days[1..days.len() - 1] {
            let length = day.end.as_millis() - day.start.as_millis();
            assert_eq!(
                by_day.get(&day.start),
                Some(&length),
                "{name} {}",
                day.start
            );
        }
    }
}

fn any_filter() -> impl Strategy<Value = Filter> {
    let field = prop_oneof![
        Just(Field::Channel),
        Just(Field::User),
        Just(Field::EventType),
        Just(Field::MessageType),
        any::<String>()
            .prop_filter("names are not empty", |name| !name.is_empty())
            .prop_map(Field::Property),
    ];
    let is = (field, prop::collection::vec(any::<String>(), 1..4))
        .prop_map(|(field, values)| Filter::Is(field, values));
    is.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(Filter::All),
            prop::collection::vec(inner.clone(), 2..4).prop_map(Filter::Any),
            inner.prop_map(|part| Filter::Not(Box::new(part))),
        ]
    })
}

proptest! {
    #[test]
    fn a_printed_filter_reads_back_as_itself(filter in any_filter()) {
        let text = filter.to_string();
        prop_assume!(text.len() <= domain::filter::MAX_FILTER_LENGTH);
        prop_assert_eq!(Filter::parse(&text), Ok(filter), "{}", text);
    }

    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        if let Ok(filter) = Filter::parse(&text) {
            prop_assert_eq!(Filter::parse(&filter.to_string()), Ok(filter));
        }
    }

    #[test]
    fn engagement_stays_within_its_bounds(
        messages in 0.0..1e6f64, reactions in 0.0..1e6f64, files in 0.0..1e6f64, days in 1.0..366f64,
    ) {
        let raw = engagement::raw_score(messages, reactions, files, days).unwrap();
        prop_assert!(raw >= 0.0);
        prop_assert!(engagement::score(raw) <= 100);
        let more = engagement::raw_score(messages + 1.0, reactions, files, days).unwrap();
        prop_assert!(more > raw);
    }

    #[test]
    fn an_instant_reads_back_as_itself(millis in 0i64..4_102_444_800_000) {
        let instant = Instant::from_millis(millis);
        prop_assert_eq!(Instant::parse(&instant.to_string(), &TimeZone::UTC), Ok(instant));
    }
}
