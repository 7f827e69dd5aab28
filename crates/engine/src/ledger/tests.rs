use super::*;

const DAY_MILLIS: i64 = 86_400_000;

fn at(day: i64, hour: i64) -> Instant {
    Instant::from_millis(day * DAY_MILLIS + hour * 3_600_000)
}

fn clean(version: i64, day: i64) -> DayEntry {
    DayEntry {
        state: DayState::Clean,
        version,
        filled_before: 10,
        events: 5,
        filled: Some(Extent {
            first: at(day, 6),
            last: at(day, 18),
        }),
        late: Some(0),
        later: None,
        filled_at: None,
        dirty_since: None,
        missing: RollupSet::NONE,
    }
}

/// Days 0 to 62: January, February and four days of March 1970.
fn ledger() -> Ledger {
    let mut ledger = Ledger::default();
    for day in 0..63 {
        ledger
            .days
            .insert(day, clean(i64::from(day) + 1, i64::from(day)));
    }
    for month in [0, 1] {
        let fingerprint = ledger.fingerprint(month).unwrap();
        ledger.months.insert(month, fingerprint);
    }
    ledger
}

fn cover(ledger: &Ledger, from: Instant, to: Instant) -> Cover {
    ledger.cover(Range::new(from, to), &TimeZone::UTC, true)
}

#[test]
fn months_days_and_parts_cover_a_span() {
    let ledger = ledger();
    let covered = cover(&ledger, at(30, 12), at(60, 12));
    assert_eq!(
        covered
            .months
            .iter()
            .map(|month| month.0)
            .collect::<Vec<_>>(),
        [1]
    );
    assert_eq!(covered.days, [59]);
    assert_eq!(
        covered
            .edges
            .iter()
            .map(|edge| (edge.day, edge.range.from(), edge.range.to()))
            .collect::<Vec<_>>(),
        [(30, at(30, 12), at(31, 0)), (60, at(60, 0), at(60, 12))]
    );
    // All events of the day lie before 19:00, and none before 6:00.
    assert_eq!(cover(&ledger, at(60, 6), at(60, 19)).days, [60]);
    assert_eq!(cover(&ledger, at(60, 0), at(60, 6)), Cover::default());
    assert_eq!(cover(&ledger, at(100, 0), at(200, 0)), Cover::default());
}

#[test]
fn a_late_event_makes_day_and_month_dirty_but_not_wrong() {
    let mut ledger = ledger();
    let arrival = Arrival::one(at(3, 23));
    assert!(ledger.arrived(3, arrival, at(70, 0)));
    assert!(!ledger.arrived(3, arrival, at(70, 1)));
    let entry = ledger.days[&3];
    assert_eq!(
        (entry.state, entry.version, entry.total()),
        (DayState::Dirty, 4, Some(7))
    );
    assert_eq!(entry.dirty_since, Some(at(70, 0)));
    let covered = cover(&ledger, at(0, 0), at(59, 0));
    assert_eq!(covered.months.len(), 1);
    assert_eq!(covered.days.len(), 31);
    // Now its last event is later.
    assert_eq!(cover(&ledger, at(3, 0), at(3, 19)).edges.len(), 1);
}

#[test]
fn a_month_made_from_other_days_is_not_used() {
    let mut ledger = ledger();
    ledger.days.get_mut(&5).unwrap().version = 1_000;
    assert_eq!(cover(&ledger, at(0, 0), at(59, 0)).months.len(), 1);
    ledger.days.insert(58, clean(99, 58));
    assert_eq!(cover(&ledger, at(0, 0), at(59, 0)).months.len(), 0);
}

#[test]
fn months_are_made_once_from_clean_days() {
    let mut ledger = ledger();
    assert_eq!(
        ledger.months_to_make(3),
        [(2, ledger.fingerprint(2).unwrap())]
    );
    assert_eq!(ledger.months_to_make(2), []);
    ledger.days.get_mut(&40).unwrap().version = 1_000;
    assert_eq!(
        ledger.months_to_make(2),
        [(1, ledger.fingerprint(1).unwrap())]
    );
    ledger.arrived(40, Arrival::one(at(40, 1)), at(70, 0));
    assert_eq!(ledger.months_to_make(2), []);
}

#[test]
fn events_are_counted_only_where_all_are_known() {
    let mut ledger = ledger();
    let range = Range::new(at(0, 0), at(2, 0));
    assert_eq!(ledger.events_in(range, &TimeZone::UTC), Some(10));
    let nothing = Range::new(at(1, 0), at(1, 0));
    assert_eq!(ledger.events_in(nothing, &TimeZone::UTC), Some(0));
    assert_eq!(
        ledger.cover(nothing, &TimeZone::UTC, true),
        Cover::default()
    );
    ledger.invalidate(1, Some(at(70, 0)), false);
    assert_eq!(ledger.events_in(range, &TimeZone::UTC), Some(10));
    ledger.invalidate(1, None, true);
    assert_eq!(ledger.events_in(range, &TimeZone::UTC), None);
    assert_eq!(ledger.days[&1].state, DayState::Dirty);
}

#[test]
fn parts_are_cut_at_days_and_leave_nothing_out() {
    let mut ledger = Ledger::default();
    for (day, events) in [(1, 4), (2, 5), (3, 20), (7, 1)] {
        let entry = DayEntry::unfilled(None, Some(events));
        ledger.days.insert(day, entry);
    }
    let span = Range::new(at(1, 6), at(9, 0));
    let starts = |ledger: &Ledger, most| {
        let parts = ledger.parts(span, &TimeZone::UTC, most);
        for pair in parts.windows(2) {
            assert_eq!(pair[0].to(), pair[1].from());
        }
        assert_eq!(parts.last().unwrap().to(), span.to());
        let starts = parts.iter().map(|part| part.from());
        starts.collect::<Vec<Instant>>()
    };
    // The third day has twice as many, and with the days after it none.
    let expected = [at(1, 6), at(3, 0), at(3, 12), at(7, 0)];
    assert_eq!(starts(&ledger, 10), expected);
    assert_eq!(starts(&ledger, 1_000), [at(1, 6)]);
    assert_eq!(starts(&Ledger::default(), 10), [at(1, 6)]);
    // Of a day that was not counted nobody knows how much it is.
    ledger.days.insert(4, DayEntry::unfilled(None, None));
    let found = starts(&ledger, 30);
    assert_eq!(found[..3], [at(1, 6), at(4, 0), at(4, 1)]);
    assert_eq!((found.len(), found.last()), (26, Some(&at(7, 0))));
    let nothing = Range::new(at(2, 0), at(2, 0));
    assert_eq!(ledger.parts(nothing, &TimeZone::UTC, 10), []);
}

#[test]
fn a_day_in_context_depends_on_24_hours_before_and_after_it() {
    let day = |text: &str| day_number(text.parse().unwrap());
    let around = |name: &str, of: &str| {
        let zone = TimeZone::get(name).unwrap();
        let Context { first, last } = Context::of(day(of), &zone);
        (first - day(of), last - day(of))
    };
    assert_eq!(around("UTC", "2026-03-30"), (-1, 1));
    assert_eq!(around("Asia/Kolkata", "2026-03-30"), (-1, 1));
    // 29 March has 23 hours in Berlin, so 24 hours before the 30th are on the 28th.
    assert_eq!(around("Europe/Berlin", "2026-03-28"), (-1, 2));
    assert_eq!(around("Europe/Berlin", "2026-03-30"), (-2, 1));
    // 25 October has 25 hours, and holds 24 of them on both sides.
    assert_eq!(around("Europe/Berlin", "2026-10-26"), (-1, 1));
    // 6 September begins at one o'clock in Santiago.
    assert_eq!(around("America/Santiago", "2020-09-07"), (-2, 1));
}

#[test]
fn contexts_are_made_newest_first_of_what_is_over_and_complete() {
    let mut ledger = ledger();
    let due = |ledger: &Ledger| -> Vec<Day> {
        let due = ledger.contexts_to_make(62, &TimeZone::UTC);
        due.into_iter().map(|(day, _)| day).collect()
    };
    // 62 is today, so what is said of 61 is not known yet.
    assert_eq!(due(&ledger)[..3], [60, 59, 58]);
    assert_eq!(due(&ledger).len(), 61);
    for (period, version) in ledger.contexts_to_make(62, &TimeZone::UTC) {
        let grain = BlockGrain::DayInContext;
        let made = BlockVersion {
            workspace: 0,
            grain,
            period,
            version,
        };
        assert!(ledger.is_current(&made, &TimeZone::UTC));
        ledger.made(made);
    }
    assert!(due(&ledger).is_empty());
    // A late event makes its day dirty, and those beside it wait for it.
    ledger.arrived(30, Arrival::one(at(30, 7)), at(62, 0));
    let made = |ledger: &Ledger, day: Day| ledger.context(day, &TimeZone::UTC);
    assert!([29, 30, 31].iter().all(|day| made(&ledger, *day).is_none()));
    assert!(due(&ledger).is_empty());
    ledger.days.insert(30, clean(100, 30));
    assert_eq!(due(&ledger), [31, 30, 29]);
}

#[test]
fn the_state_in_context_changes_with_whatever_arrives_for_it() {
    let mut ledger = ledger();
    let state = |ledger: &Ledger| ledger.state_in_context(30, &TimeZone::UTC);
    let before = state(&ledger);
    ledger.arrived(28, Arrival::one(at(28, 7)), at(62, 0));
    assert_eq!(state(&ledger), before);
    for day in [29, 30, 31] {
        let before = state(&ledger);
        ledger.arrived(day, Arrival::one(at(i64::from(day), 7)), at(62, 0));
        assert_ne!(state(&ledger), before);
    }
    ledger.days.get_mut(&30).unwrap().late = None;
    assert_eq!(state(&ledger), None);
}
