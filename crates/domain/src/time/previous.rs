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
            (Self::Previous, Some(Period::ToDate(unit))) => {
                Some(same_part(range, unit, week, zone))
            }
            (Self::Previous, Some(Period::Last(unit))) => {
                let this = range.from().day(zone);
                let start = Instant::start_of(unit.back(this, week), zone);
                Some(Range::new(start, range.from()))
            }
            (Self::Previous, _) => Some(back(range, by_days(days), zone)),
            (Self::Weekday, _) => Some(back(range, by_days(days.next_multiple_of(7)), zone)),
            (Self::Year, _) => Some(back(range, 1.year(), zone)),
        }
    }
}

/// Returns the length of a span in local wall-clock time, in days, rounded up; at least 1, so that
/// averages by day can be taken.
pub fn days_in(range: Range, zone: &TimeZone) -> u32 {
    const DAY: i128 = 86_400_000;
    let (from, to) = (wall_clock(range.from(), zone), wall_clock(range.to(), zone));
    let millis = to.duration_since(from).as_millis().max(1);
    u32::try_from((millis + DAY - 1) / DAY).unwrap_or(u32::MAX)
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

/// Returns the part of the calendar unit before that has passed of this one at the end of `range`;
/// a day that the month before lacks is cut to its end.
fn same_part(range: Range, unit: Calendar, week: WeekStart, zone: &TimeZone) -> Range {
    let now = wall_clock(range.to(), zone);
    let moved = now.saturating_sub(unit.length());
    let to = if unit != Calendar::Week && moved.day() < now.day() {
        let next_month = moved.date().first_of_month().saturating_add(1.month());
        next_month.to_datetime(civil::Time::midnight())
    } else {
        moved
    };
    let from = unit.back(range.from().day(zone), week);
    Range::new(Instant::start_of(from, zone), Instant::at(to, zone))
}
