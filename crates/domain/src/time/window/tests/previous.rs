//! What spans are compared with.

use super::*;

#[test]
fn a_unit_under_way_is_compared_with_the_same_part_of_the_one_before() {
    for (name, now, previous) in [
        (
            "thisMonth",
            "2026-11-26T15:30:00Z",
            "2026-10-01T00:00..2026-10-26T15:30",
        ),
        // A day that the month before lacks is cut to its end.
        (
            "thisMonth",
            "2026-03-30T10:00:00Z",
            "2026-02-01T00:00..2026-03-01T00:00",
        ),
        (
            "thisMonth",
            "2026-03-29T00:00:00Z",
            "2026-02-01T00:00..2026-03-01T00:00",
        ),
        (
            "thisMonth",
            "2026-03-28T10:00:00Z",
            "2026-02-01T00:00..2026-02-28T10:00",
        ),
        (
            "thisQuarter",
            "2026-05-31T10:00:00Z",
            "2026-01-01T00:00..2026-03-01T00:00",
        ),
        (
            "thisYear",
            "2024-02-29T10:00:00Z",
            "2023-01-01T00:00..2023-03-01T00:00",
        ),
        (
            "thisWeek",
            "2026-03-30T10:00:00Z",
            "2026-03-23T00:00..2026-03-23T10:00",
        ),
        // At its first instant nothing of it has passed.
        (
            "thisMonth",
            "2026-03-01T00:00:00Z",
            "2026-02-01T00:00..2026-02-01T00:00",
        ),
    ] {
        let window = resolved(period(name), now, "UTC");
        assert_eq!(text(window.previous.unwrap()), previous, "{name} {now}");
        assert!(!window.future);
    }
}

#[test]
fn both_ends_move_in_wall_clock_time_over_clock_changes() {
    let now = "2026-12-01T00:00:00Z";
    for (zone, from, to, previous) in [
        // Clocks skip midnight on 6 September.
        (
            "America/Santiago",
            "2020-09-06",
            "2020-09-07",
            "2020-09-05T04:00..2020-09-06T04:00",
        ),
        (
            "America/Santiago",
            "2020-09-07",
            "2020-09-08",
            "2020-09-06T04:00..2020-09-07T03:00",
        ),
        (
            "America/Santiago",
            "2020-08-30",
            "2020-09-06",
            "2020-08-23T04:00..2020-08-30T04:00",
        ),
        (
            "Asia/Beirut",
            "2022-03-27",
            "2022-03-28",
            "2022-03-25T22:00..2022-03-26T22:00",
        ),
        (
            "America/Havana",
            "2022-03-13",
            "2022-03-14",
            "2022-03-12T05:00..2022-03-13T05:00",
        ),
        // 02:30 is skipped on the day before, and read twice on the one before that in autumn.
        (
            "Europe/Berlin",
            "2026-03-30T00:30:00Z",
            "2026-03-30T10:00:00Z",
            "2026-03-29T01:00..2026-03-29T10:00",
        ),
        (
            "Europe/Berlin",
            "2026-10-26T01:30:00Z",
            "2026-10-26T11:00:00Z",
            "2026-10-25T00:30..2026-10-25T11:00",
        ),
    ] {
        let window = resolved(between(from, to), now, zone);
        assert_eq!(
            text(window.previous.unwrap()),
            previous,
            "{zone} {from}..{to}"
        );
    }
    let new_york = resolved(
        period("1d"),
        "2026-03-09T10:00:00-04:00",
        "America/New_York",
    );
    assert_window(
        &new_york,
        "2026-03-09T04:00..2026-03-09T14:00",
        1,
        "2026-03-08T05:00..2026-03-08T14:00",
    );
}

#[test]
fn other_comparisons_move_both_ends_too() {
    let now = "2026-12-01T00:00:00Z";
    for (compare, from, to, previous) in [
        (
            "weekday",
            "2026-02-10",
            "2026-02-11",
            "2026-02-03T00:00..2026-02-04T00:00",
        ),
        (
            "weekday",
            "2026-02-03",
            "2026-02-10",
            "2026-01-27T00:00..2026-02-03T00:00",
        ),
        (
            "weekday",
            "2026-02-02",
            "2026-02-10",
            "2026-01-19T00:00..2026-01-27T00:00",
        ),
        (
            "year",
            "2024-02-29",
            "2024-03-01",
            "2023-02-28T00:00..2023-03-01T00:00",
        ),
        (
            "year",
            "2026-02-10",
            "2026-02-11",
            "2025-02-10T00:00..2025-02-11T00:00",
        ),
        ("none", "2026-02-10", "2026-02-11", ""),
        (
            "2025-01-01..2025-01-03",
            "2026-02-10",
            "2026-02-11",
            "2025-01-01T00:00..2025-01-03T00:00",
        ),
        // What it is compared with ends at the present as well.
        (
            "2026-11-30..2027-01-03",
            "2026-02-10",
            "2026-02-11",
            "2026-11-30T00:00..2026-12-01T00:00",
        ),
        (
            "2027-01-01..2027-01-03",
            "2026-02-10",
            "2026-02-11",
            "2027-01-01T00:00..2027-01-01T00:00",
        ),
    ] {
        let mut request = between(from, to);
        request.compare = Some(compare);
        let window = resolved(request, now, "UTC");
        let compared = window.previous.map(text).unwrap_or_default();
        assert_eq!(compared, previous, "{compare} {from}..{to}");
    }
}

/// Four spans before each, the latest first.
#[test]
fn earlier_spans_are_moved_back_as_the_previous_one() {
    const TUESDAY: &str = "2026-02-10T10:00:00Z";
    let earlier = |request, now, zone_name| {
        let window = resolved(request, now, zone_name);
        let spans = window.earlier(4, WeekStart::Monday, &zone(zone_name).unwrap())?;
        assert_eq!(spans.first(), window.previous.as_ref());
        Some(spans.into_iter().map(text).collect::<Vec<_>>().join(" "))
    };
    for (name, now, zone_name, expected) in [
        (
            "7d",
            TUESDAY,
            "UTC",
            "2026-01-28T00:00..2026-02-03T10:00 2026-01-21T00:00..2026-01-27T10:00 \
             2026-01-14T00:00..2026-01-20T10:00 2026-01-07T00:00..2026-01-13T10:00",
        ),
        // Clocks went forward in the night to the Sunday: local midnights are 23:00 and 22:00 UTC.
        (
            "1d",
            "2025-03-31T08:00:00Z",
            "Europe/Berlin",
            "2025-03-29T23:00..2025-03-30T08:00 2025-03-28T23:00..2025-03-29T09:00 \
             2025-03-27T23:00..2025-03-28T09:00 2025-03-26T23:00..2025-03-27T09:00",
        ),
        // February lacks the 31st, and has passed as a whole; January has it.
        (
            "thisMonth",
            "2026-03-31T10:00:00Z",
            "UTC",
            "2026-02-01T00:00..2026-03-01T00:00 2026-01-01T00:00..2026-01-31T10:00 \
             2025-12-01T00:00..2025-12-31T10:00 2025-11-01T00:00..2025-12-01T00:00",
        ),
        (
            "lastQuarter",
            TUESDAY,
            "UTC",
            "2025-07-01T00:00..2025-10-01T00:00 2025-04-01T00:00..2025-07-01T00:00 \
             2025-01-01T00:00..2025-04-01T00:00 2024-10-01T00:00..2025-01-01T00:00",
        ),
    ] {
        let found = earlier(period(name), now, zone_name);
        assert_eq!(found.as_deref(), Some(expected), "{name}");
    }
    assert_eq!(earlier(period("all"), TUESDAY, "UTC"), None);
    let ahead = resolved(between("2026-03-01", "2026-04-01"), TUESDAY, "UTC");
    assert_eq!(ahead.earlier(4, WeekStart::Monday, &TimeZone::UTC), None);
}
