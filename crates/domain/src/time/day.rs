//! A local day and its hours, as exact instants.

use jiff::{ToSpan as _, civil, tz::TimeZone};

use super::{Grain, Instant, Range, spine};

/// A local day, counted from 1970-01-01.
pub type Day = i32;

const HOUR: i64 = 3_600_000;
const EPOCH: civil::Date = civil::date(1970, 1, 1);

/// Returns the number of a date.
pub fn day_number(date: civil::Date) -> Day {
    date.since(EPOCH).map_or(0, |span| span.get_days())
}

/// Returns the date of a number.
pub fn date_of(day: Day) -> civil::Date {
    EPOCH.saturating_add(i64::from(day).days())
}

/// Returns the number of the month of a day: months since January 1970.
pub fn month_of(day: Day) -> i32 {
    let date = date_of(day);
    (i32::from(date.year()) - 1970) * 12 + i32::from(date.month()) - 1
}

/// Returns the first day of a month.
pub fn first_day_of(month: i32) -> Day {
    day_number(EPOCH.saturating_add(i64::from(month).months()))
}

/// A local day with its hours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayClock {
    /// Which day.
    pub day: Day,
    /// First instant.
    pub start: Instant,
    /// First instant after.
    pub end: Instant,
    /// First instant of each hour; 23 to 25 of them, more where a clock change cuts an hour.
    slots: Vec<Instant>,
    /// Local hour of each.
    hours: Vec<u8>,
}

impl DayClock {
    /// Returns a day as it is in a zone.
    pub fn new(day: Day, zone: &TimeZone) -> Self {
        let date = date_of(day);
        let start = Instant::start_of(date, zone);
        let end = Instant::start_of(date.saturating_add(1.day()), zone);
        let begins = start.in_zone(zone);
        let is_plain = end.as_millis() - start.as_millis() == 24 * HOUR
            && begins.time() == civil::Time::midnight()
            && zone
                .following(begins.timestamp())
                .next()
                .is_none_or(|change| change.timestamp().as_millisecond() >= end.as_millis());
        let (slots, hours) = if is_plain {
            (0..24u8)
                .map(|hour| (start.plus_millis(i64::from(hour) * HOUR), hour))
                .unzip()
        } else {
            spine(Range::new(start, end), Grain::Hour, zone)
                .into_iter()
                .map(|bucket| {
                    let begin = bucket.start.max(start);
                    let hour = begin.in_zone(zone).hour();
                    (begin, u8::try_from(hour).unwrap_or(0))
                })
                .unzip()
        };
        Self {
            day,
            start,
            end,
            slots,
            hours,
        }
    }

    /// Returns how many hours the day has.
    pub fn slots(&self) -> u8 {
        u8::try_from(self.slots.len()).unwrap_or(u8::MAX)
    }

    /// Returns the hour that holds an instant of the day.
    pub fn slot_at(&self, at: Instant) -> u8 {
        let after = self.slots.partition_point(|slot| *slot <= at);
        u8::try_from(after.saturating_sub(1)).unwrap_or(u8::MAX)
    }

    /// Returns the first instant of an hour; of the one after the last, the end of the day.
    pub fn slot_start(&self, slot: u8) -> Instant {
        self.slots
            .get(usize::from(slot))
            .copied()
            .unwrap_or(self.end)
    }

    /// Returns the local hour, 0 to 23.
    pub fn hour_of(&self, slot: u8) -> u8 {
        self.hours.get(usize::from(slot)).copied().unwrap_or(0)
    }

    /// Returns the whole day as a span.
    pub fn range(&self) -> Range {
        Range::new(self.start, self.end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(date: civil::Date, zone: &str) -> DayClock {
        DayClock::new(day_number(date), &TimeZone::get(zone).unwrap())
    }

    #[test]
    fn days_and_months_are_counted_from_1970() {
        assert_eq!(day_number(civil::date(1970, 1, 2)), 1);
        assert_eq!(day_number(civil::date(1969, 12, 31)), -1);
        assert_eq!(
            date_of(day_number(civil::date(2026, 3, 1))),
            civil::date(2026, 3, 1)
        );
        assert_eq!(month_of(day_number(civil::date(2026, 3, 31))), 56 * 12 + 2);
        assert_eq!(
            first_day_of(56 * 12 + 2),
            day_number(civil::date(2026, 3, 1))
        );
    }

    #[test]
    fn hours_follow_clock_changes() {
        let spring = clock(civil::date(2026, 3, 8), "America/New_York");
        assert_eq!(spring.slots(), 23);
        assert_eq!((spring.hour_of(1), spring.hour_of(2)), (1, 3));
        let autumn = clock(civil::date(2026, 11, 1), "America/New_York");
        assert_eq!(autumn.slots(), 25);
        assert_eq!((autumn.hour_of(1), autumn.hour_of(2)), (1, 1));
        let plain = clock(civil::date(2026, 6, 1), "Asia/Kathmandu");
        assert_eq!(plain.slots(), 24);
        for slot in 0..24 {
            assert_eq!(plain.slot_at(plain.slot_start(slot)), slot);
            assert_eq!(
                plain.slot_at(plain.slot_start(slot + 1).plus_millis(-1)),
                slot
            );
        }
        // Lord Howe moves by half an hour.
        let cut = clock(civil::date(2026, 4, 5), "Australia/Lord_Howe");
        assert!(cut.slots() >= 25);
    }
}
