mod previous;

use super::*;
use crate::time::zone;

const FIRST_EVENT: &str = "2020-01-01T00:21:00Z";

fn resolved(request: WindowRequest<'_>, now: &str, zone_name: &str) -> Window {
    let zone = zone(zone_name).unwrap();
    let now = Instant::parse(now, &zone).unwrap();
    let first = Instant::parse(FIRST_EVENT, &zone).unwrap();
    Window::resolve(request, "30d", now, Some(first), &zone).unwrap()
}

fn period(name: &str) -> WindowRequest<'_> {
    WindowRequest {
        period: Some(name),
        ..Default::default()
    }
}

fn between<'a>(from: &'a str, to: &'a str) -> WindowRequest<'a> {
    WindowRequest {
        from: Some(from),
        to: Some(to),
        ..Default::default()
    }
}

fn text(range: Range) -> String {
    let short = |instant: Instant| instant.to_string().replace(":00Z", "");
    format!("{}..{}", short(range.from()), short(range.to()))
}

/// Asserts the span, its length in days, and what it is compared with.
fn assert_window(window: &Window, range: &str, days: u32, previous: &str) {
    assert_eq!(text(window.range), range, "{}", window.name);
    assert_eq!(window.days, days, "{} {range}", window.name);
    let compared = window.previous.map(text).unwrap_or_default();
    assert_eq!(compared, previous, "{} {range}", window.name);
}

/// Asked on Tuesday 2026-02-10 at 10:00 UTC: period, span, length in days, span compared with.
const PERIODS: &str = "
    1d          2026-02-10T00:00..2026-02-10T10:00    1  2026-02-09T00:00..2026-02-09T10:00
    today       2026-02-10T00:00..2026-02-10T10:00    1  2026-02-09T00:00..2026-02-09T10:00
    yesterday   2026-02-09T00:00..2026-02-10T00:00    1  2026-02-08T00:00..2026-02-09T00:00
    24h         2026-02-09T10:00..2026-02-10T10:00    1  2026-02-08T10:00..2026-02-09T10:00
    7d          2026-02-04T00:00..2026-02-10T10:00    7  2026-01-28T00:00..2026-02-03T10:00
    14d         2026-01-28T00:00..2026-02-10T10:00   14  2026-01-14T00:00..2026-01-27T10:00
    6mo         2025-09-01T00:00..2026-02-10T10:00  163  2025-03-22T00:00..2025-08-31T10:00
    12mo        2025-03-01T00:00..2026-02-10T10:00  347  2024-03-19T00:00..2025-02-28T10:00
    thisWeek    2026-02-09T00:00..2026-02-10T10:00    2  2026-02-02T00:00..2026-02-03T10:00
    thisMonth   2026-02-01T00:00..2026-02-10T10:00   10  2026-01-01T00:00..2026-01-10T10:00
    thisQuarter 2026-01-01T00:00..2026-02-10T10:00   41  2025-10-01T00:00..2025-11-10T10:00
    thisYear    2026-01-01T00:00..2026-02-10T10:00   41  2025-01-01T00:00..2025-02-10T10:00
    lastWeek    2026-02-02T00:00..2026-02-09T00:00    7  2026-01-26T00:00..2026-02-02T00:00
    lastMonth   2026-01-01T00:00..2026-02-01T00:00   31  2025-12-01T00:00..2026-01-01T00:00
    lastQuarter 2025-10-01T00:00..2026-01-01T00:00   92  2025-07-01T00:00..2025-10-01T00:00
    lastYear    2025-01-01T00:00..2026-01-01T00:00  365  2024-01-01T00:00..2025-01-01T00:00
    all         2020-01-01T00:21..2026-02-10T10:00 2233
";

#[test]
fn each_period_has_its_span_its_length_and_its_previous() {
    let now = "2026-02-10T10:00:00Z";
    for row in PERIODS.lines().skip(1) {
        let mut cells = row.split_whitespace();
        let mut cell = || cells.next().unwrap_or_default();
        let (name, range, days, previous) = (cell(), cell(), cell(), cell());
        let window = resolved(period(name), now, "UTC");
        assert_window(&window, range, days.parse().unwrap(), previous);
    }
    assert_eq!(resolved(period("24h"), now, "UTC").grain, Some(Grain::Hour));
    assert_eq!(resolved(period("1d"), now, "UTC").grain, None);
}

/// Asked on Tuesday 2026-02-10 at 10:00 UTC: the day that weeks begin with, and for this week and the
/// last one the span, its length in days, and the span compared with.
#[test]
fn weeks_begin_with_the_day_that_is_asked_for() {
    for (week_start, name, range, days, previous) in [
        (
            WeekStart::Sunday,
            "thisWeek",
            "2026-02-08T00:00..2026-02-10T10:00",
            3,
            "2026-02-01T00:00..2026-02-03T10:00",
        ),
        (
            WeekStart::Sunday,
            "lastWeek",
            "2026-02-01T00:00..2026-02-08T00:00",
            7,
            "2026-01-25T00:00..2026-02-01T00:00",
        ),
        (
            WeekStart::Saturday,
            "thisWeek",
            "2026-02-07T00:00..2026-02-10T10:00",
            4,
            "2026-01-31T00:00..2026-02-03T10:00",
        ),
        (
            WeekStart::Saturday,
            "lastWeek",
            "2026-01-31T00:00..2026-02-07T00:00",
            7,
            "2026-01-24T00:00..2026-01-31T00:00",
        ),
    ] {
        let request = WindowRequest {
            week_start,
            ..period(name)
        };
        let window = resolved(request, "2026-02-10T10:00:00Z", "UTC");
        assert_window(&window, range, days, previous);
    }
}

#[test]
fn length_is_wall_clock_time_rounded_up_to_days() {
    let now = "2026-12-01T00:00:00Z";
    for (zone, from, to, days) in [
        ("UTC", "2026-02-01T06:00:00Z", "2026-02-01T12:00:00Z", 1),
        ("UTC", "2026-02-01T12:00:00Z", "2026-02-02T12:00:00Z", 1),
        ("UTC", "2026-02-01T12:00:00Z", "2026-02-02T12:00:01Z", 2),
        ("UTC", "2022-06-01", "2022-07-01", 30),
        // A day of 23 and one of 25 hours.
        ("America/New_York", "2026-03-08", "2026-03-09", 1),
        ("America/New_York", "2026-11-01", "2026-11-02", 1),
        // A day without midnight at either end.
        ("America/Santiago", "2020-08-30", "2020-09-06", 7),
        ("America/Santiago", "2020-09-06", "2020-09-07", 1),
        // Samoa had no 30 December.
        ("Pacific/Apia", "2011-12-29", "2011-12-31", 2),
        // An hour that is read twice: the end reads earlier than the beginning.
        (
            "Europe/Berlin",
            "2026-10-25T00:50:00Z",
            "2026-10-25T01:10:00Z",
            1,
        ),
    ] {
        let window = resolved(between(from, to), now, zone);
        assert_eq!(window.days, days, "{zone} {from}..{to}");
    }
}

#[test]
fn every_span_ends_at_the_present() {
    let asked = |from, to| {
        let request = WindowRequest {
            from,
            to,
            as_of: Some("2022-06-16"),
            ..Default::default()
        };
        let window = resolved(request, "2026-01-01T00:00:00Z", "UTC");
        (text(window.range), window.days, window.future)
    };
    let june = Some("2022-06-01");
    let cut = ("2022-06-01T00:00..2022-06-16T00:00".to_owned(), 15, false);
    assert_eq!(asked(june, Some("2022-07-01")), cut);
    assert_eq!(asked(june, None), cut);
    let future = ("2022-07-01T00:00..2022-07-01T00:00".to_owned(), 1, true);
    assert_eq!(asked(Some("2022-07-01"), Some("2022-08-01")), future);
    assert_eq!(asked(Some("2022-07-01"), None), future);
    assert!(asked(Some("2022-06-16"), Some("2022-08-01")).2);
    // Before the first event there is nothing, and nothing is wrong with asking.
    let before = ("2010-01-01T00:00..2010-01-01T00:00".to_owned(), 1, false);
    assert_eq!(asked(None, Some("2010-01-01")), before);
}

#[test]
fn no_time_is_too_far() {
    let far = [
        "-009999-01-02T02:00:00Z",
        "0000-01-01",
        "0001-01-01",
        "1969-12-31",
        "1970-01-01",
        "2020-09-06",
        "9999-12-30",
        "9999-12-31",
    ];
    let zones = ["UTC", "Pacific/Kiritimati", "Pacific/Niue", "Europe/Berlin"];
    for name in zones {
        let zone = zone(name).unwrap();
        for as_of in far {
            let resolve = |request| {
                Window::resolve(request, "30d", Instant::from_millis(0), None, &zone).unwrap()
            };
            for compare in ["previous", "weekday", "year", "0001-01-01..9999-12-31"] {
                for name in Period::names() {
                    let window = resolve(WindowRequest {
                        period: Some(name),
                        as_of: Some(as_of),
                        compare: Some(compare),
                        ..Default::default()
                    });
                    assert!(window.range.to() <= window.as_of, "{name} {as_of}");
                }
                for (from, to) in far.iter().zip(&far[1..]).chain([(&far[0], &far[7])]) {
                    let window = resolve(WindowRequest {
                        as_of: Some(as_of),
                        compare: Some(compare),
                        ..between(from, to)
                    });
                    assert!(window.days > 0 && window.previous.is_some());
                }
            }
        }
    }
}

#[test]
fn refusals_say_what_is_wrong() {
    let now = Instant::from_millis(1_770_000_000_000);
    let ask = |request| {
        Window::resolve(request, "30d", now, None, &TimeZone::UTC)
            .unwrap_err()
            .to_string()
    };
    let unknown = ask(period("3w"));
    assert!(unknown.starts_with("`3w` is not a period; known are 1d, 24h, today, 7d"));
    assert!(unknown.contains("6mo, 12mo"));
    assert_eq!(
        ask(between("2026-02-02", "2026-02-02")),
        "`from` (2026-02-02T00:00:00Z) must lie before `to` (2026-02-02T00:00:00Z)"
    );
    let both = WindowRequest {
        from: Some("2026-02-02"),
        ..period("7d")
    };
    assert_eq!(ask(both), "give either `period` or `from`/`to`, not both");
    let compare = WindowRequest {
        compare: Some("last"),
        ..Default::default()
    };
    assert_eq!(
        ask(compare),
        "`last` is not a comparison; known are previous, weekday, year, none and from..to"
    );
}

#[test]
fn whole_days_begin_and_end_with_local_days_that_are_over() {
    // The present is the last millisecond before Monday 2025-03-31 in Berlin; the day before had 23 hours.
    let berlin = zone("Europe/Berlin").unwrap();
    let whole = |request| {
        let window = resolved(request, "2025-03-30T21:59:59.999Z", "Europe/Berlin");
        window.of_whole_days(&berlin)
    };
    for (request, range, days, previous) in [
        (
            period("7d"),
            "2025-03-23T23:00..2025-03-30T22:00",
            7,
            "2025-03-16T23:00..2025-03-23T23:00",
        ),
        (
            period("today"),
            "2025-03-29T23:00..2025-03-30T22:00",
            1,
            "2025-03-28T23:00..2025-03-29T23:00",
        ),
        (
            WindowRequest {
                compare: Some("none"),
                ..between("2025-03-27T10:00:00Z", "2025-03-29T22:00:00Z")
            },
            "2025-03-26T23:00..2025-03-28T23:00",
            2,
            "",
        ),
    ] {
        let window = whole(request).unwrap();
        assert_window(&window, range, days, previous);
        assert_eq!(window.as_of.to_string(), "2025-03-30T22:00:00Z");
    }
    // No day is over within these.
    let part = between("2025-03-29T10:00:00Z", "2025-03-29T12:00:00Z");
    assert_eq!(whole(part), None);
    let to_come = between("2025-03-31", "2025-04-01");
    assert_eq!(whole(to_come), None);
}
