//! The local days of the history, and which of them are special.

use domain::time::Instant;
use jiff::{
    civil::{Date, Weekday},
    tz::TimeZone,
};

const DAY_MILLIS: i64 = 86_400_000;

/// One local day: `[start, end)`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Day {
    /// Its date.
    pub(super) date: Date,
    /// First millisecond.
    pub(super) start: i64,
    /// First millisecond after it.
    pub(super) end: i64,
    /// Days since 1970: the same for this date whatever the period.
    pub(super) serial: u32,
}

/// The days of the period, and the ones on which something happens to everybody.
#[derive(Debug)]
pub(super) struct Calendar {
    /// The days, without gap.
    pub(super) days: Vec<Day>,
    /// Days on which production was down.
    pub(super) outages: Vec<usize>,
    /// The day of the big launch.
    pub(super) launch: Option<usize>,
}

impl Calendar {
    /// Returns the `count` local days that end with the one of `end`.
    pub(super) fn new(end: Instant, count: u32, zone: &TimeZone) -> Self {
        let mut date = end.day(zone);
        let mut days = Vec::new();
        for _ in 0..count {
            let next = date.tomorrow().unwrap_or(date);
            days.push(Day {
                date,
                start: Instant::start_of(date, zone).as_millis(),
                end: Instant::start_of(next, zone).as_millis(),
                serial: serial(date),
            });
            match date.yesterday() {
                Ok(before) => date = before,
                Err(_) => break, // The calendar begins here.
            }
        }
        days.reverse();
        let mut calendar = Self {
            days,
            outages: Vec::new(),
            launch: None,
        };
        calendar.place_spikes();
        calendar
    }

    /// Returns the number of days.
    pub(super) fn len(&self) -> i32 {
        i32::try_from(self.days.len()).unwrap_or(i32::MAX)
    }

    /// Returns the day of that number, which must lie in the period.
    pub(super) fn day(&self, index: i32) -> Option<&Day> {
        self.days.get(usize::try_from(index).ok()?)
    }

    /// Returns how far into the period a day lies, from 0 to 1.
    pub(super) fn progress(&self, index: usize) -> f64 {
        index as f64 / self.days.len().max(1) as f64
    }

    /// Returns that day or the next one that is a usual working day, or the last day.
    pub(super) fn working_day_from(&self, index: i32) -> i32 {
        (index.max(0)..self.len())
            .find(|index| self.day(*index).is_some_and(|day| is_working_day(day.date)))
            .unwrap_or(self.len() - 1)
    }

    /// A recent outage and launch, so that the last quarter shows both, and an outage long ago.
    fn place_spikes(&mut self) {
        let count = self.days.len();
        let place = |from_end: usize| {
            (0..count.checked_sub(from_end)?)
                .rev()
                .find(|index| is_midweek(self.days[*index].date))
        };
        let launch = (count >= 21)
            .then(|| place(46.min(count * 2 / 3)))
            .flatten();
        let recent = (count >= 14).then(|| place(18.min(count / 2))).flatten();
        let distant = (count >= 200).then(|| place(160)).flatten();
        self.launch = launch;
        self.outages = recent.into_iter().chain(distant).collect();
        self.outages.retain(|outage| Some(*outage) != launch);
    }
}

fn serial(date: Date) -> u32 {
    let days = Instant::start_of(date, &TimeZone::UTC).as_millis() / DAY_MILLIS;
    u32::try_from(days).unwrap_or_default()
}

/// Returns how much of a usual day's work is done on a date: little on holidays and in the week
/// in August in which the company is closed.
pub(super) fn presence_on(date: Date) -> f64 {
    match (date.month(), date.day()) {
        (12, 24..=26) | (1, 1) => 0.05,
        (12, 27..=31) | (1, 2) => 0.4,
        (8, day) => {
            // The week of the 12th.
            let monday = 12
                - date
                    .with()
                    .day(12)
                    .build()
                    .map_or(0, |twelfth| twelfth.weekday().to_monday_zero_offset());
            if (monday..monday + 7).contains(&day) {
                0.08
            } else {
                1.0
            }
        }
        _ => 1.0,
    }
}

/// Returns whether a date is a Saturday or Sunday.
pub(super) fn is_weekend(date: Date) -> bool {
    matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// Returns whether a date is neither weekend nor holiday.
pub(super) fn is_working_day(date: Date) -> bool {
    !is_weekend(date) && presence_on(date) >= 1.0
}

fn is_midweek(date: Date) -> bool {
    is_working_day(date) && !matches!(date.weekday(), Weekday::Monday | Weekday::Friday)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn days_are_local_and_without_gap_over_clock_changes() {
        let berlin = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
        let end = Instant::parse("2026-04-02T10:00:00Z", &berlin).unwrap();
        let calendar = Calendar::new(end, 10, &berlin);
        assert_eq!(calendar.days[0].date, date(2026, 3, 24));
        assert!(
            calendar
                .days
                .windows(2)
                .all(|pair| pair[0].end == pair[1].start)
        );
        let hours = |day: &Day| (day.end - day.start) / 3_600_000;
        assert_eq!(hours(&calendar.days[5]), 23);
        assert_eq!(hours(&calendar.days[6]), 24);
    }

    #[test]
    fn holidays_and_the_closed_week_are_quiet() {
        for quiet in [
            date(2026, 12, 25),
            date(2026, 1, 1),
            date(2026, 8, 12),
            date(2026, 8, 10),
        ] {
            assert!(presence_on(quiet) < 0.1, "{quiet}");
        }
        let closed = (1..=31)
            .filter(|day| presence_on(date(2026, 8, *day)) < 1.0)
            .count();
        assert_eq!(closed, 7);
        assert!(is_working_day(date(2026, 12, 23)));
    }

    #[test]
    fn spikes_fall_on_different_usual_days() {
        let end = Instant::parse("2026-01-11T10:00:00Z", &TimeZone::UTC).unwrap();
        for days in [14, 30, 60, 400] {
            let calendar = Calendar::new(end, days, &TimeZone::UTC);
            for index in calendar.outages.iter().chain(&calendar.launch) {
                assert!(is_working_day(calendar.days[*index].date));
            }
            assert!(
                !calendar
                    .outages
                    .contains(&calendar.launch.unwrap_or(usize::MAX))
            );
        }
    }
}
