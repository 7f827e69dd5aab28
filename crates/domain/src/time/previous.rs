//! What a span is compared with.
//!
//! Spans are moved in wall-clock time: what the local clock reads at both ends is moved by whole
//! days, so that 23- and 25-hour days are whole days. The first instant of a local day stands for
//! its midnight, also where a clock change skips midnight.

use jiff::{
    SignedDuration, ToSpan,
    civil::{self, DateTimeArithmetic},
    tz::TimeZone,
};

use super::{Calendar, Instant, Period, Range, WeekStart};

/// What an answer is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Compare {
    /// The span moved back by its length in local days; of the presets of the calendar, the same
    /// elapsed part of the week, month, quarter or year before.
    #[default]
    Previous,
    /// The span moved back by the smallest whole number of weeks that is at least its length.
    Weekday,
    /// The same dates a year before; 28 February for 29 February.
    Year,
    /// Nothing.
    None,
    /// A span of its own.
    Range(Range),
}

impl Compare {
    /// Returns the span that `range` is compared with: the one that `period` names, `days` long.
    pub(super) fn range(
        self,
        range: Range,
        period: Option<Period>,
        days: u32,
        week: WeekStart,
        zone: &TimeZone,
    ) -> Option<Range> {
        match (self, period) {
            (Self::Range(range), _) => Some(range),
            // Nothing was before the beginning.
            (Self::None, _) | (_, Some(Period::All)) => None,
            (Self::Previous, _) => before(range, period, days, 1, (week, zone)),
            (Self::Weekday, _) => Some(back(range, by_days(days.next_multiple_of(7)), zone)),
            (Self::Year, _) => Some(back(range, 1.year(), zone)),
        }
    }
}

/// Returns the span of the same length that lies `times` lengths before: of the presets of the
/// calendar, the same elapsed part of the unit that many units before. `None` where nothing was before.
pub(super) fn before(
    range: Range,
    period: Option<Period>,
    days: u32,
    times: u32,
    (week, zone): (WeekStart, &TimeZone),
) -> Option<Range> {
    match period {
        Some(Period::All) => None,
        Some(Period::ToDate(unit)) => Some(same_part(range, unit, times, week, zone)),
        Some(Period::Last(unit)) => {
            let end = units_back(range.from().day(zone), unit, times - 1, week);
            let [from, to] = [unit.back(end, week), end].map(|day| Instant::start_of(day, zone));
            Some(Range::new(from, to))
        }
        _ => Some(back(range, by_days(days.saturating_mul(times)), zone)),
    }
}

/// Returns the first day of the unit so many units before the one that begins with `start`.
fn units_back(start: civil::Date, unit: Calendar, times: u32, week: WeekStart) -> civil::Date {
    (0..times).fold(start, |day, _| unit.back(day, week))
}

/// Returns the length of a span in local wall-clock time, in days, rounded up; at least 1, so that
/// averages by day can be taken.
pub fn days_in(range: Range, zone: &TimeZone) -> u32 {
    const DAY: i128 = 86_400_000;
    let (from, to) = (wall_clock(range.from(), zone), wall_clock(range.to(), zone));
    let millis = to.duration_since(from).as_millis().max(1);
    u32::try_from((millis + DAY - 1) / DAY).unwrap_or(u32::MAX)
}

/// Returns the spans of the same length directly before one of so many days, the latest first.
pub fn spans_before(range: Range, days: u32, count: u32, zone: &TimeZone) -> Vec<Range> {
    let before = |times: u32| back(range, by_days(days.saturating_mul(times)), zone);
    (1..=count).map(before).collect()
}

/// Returns what the local clock reads, with midnight for the first instant of a day.
fn wall_clock(instant: Instant, zone: &TimeZone) -> civil::DateTime {
    let day = instant.day(zone);
    if Instant::start_of(day, zone) == instant {
        day.to_datetime(civil::Time::midnight())
    } else {
        instant.reading(zone)
    }
}

fn by_days(days: u32) -> SignedDuration {
    SignedDuration::from_hours(i64::from(days) * 24)
}

/// Returns the span with both ends moved back in wall-clock time.
fn back(range: Range, by: impl Into<DateTimeArithmetic> + Copy, zone: &TimeZone) -> Range {
    let end = |instant| Instant::at(wall_clock(instant, zone).saturating_sub(by), zone);
    Range::new(end(range.from()), end(range.to()))
}

/// Returns the part of the calendar unit `times` units before that has passed of this one at the end
/// of `range`; a day that that month lacks is cut to its end.
fn same_part(range: Range, unit: Calendar, times: u32, week: WeekStart, zone: &TimeZone) -> Range {
    let now = wall_clock(range.to(), zone);
    let moved = now.saturating_sub(unit.length() * i64::from(times));
    let to = if unit != Calendar::Week && moved.day() < now.day() {
        let next_month = moved.date().first_of_month().saturating_add(1.month());
        next_month.to_datetime(civil::Time::midnight())
    } else {
        moved
    };
    let from = units_back(range.from().day(zone), unit, times, week);
    Range::new(Instant::start_of(from, zone), Instant::at(to, zone))
}
