//! When reports are made: five fields of cron, read in local time.
//!
//! A time that a clock change leaves out comes with the first moment after it, and one that a clock change
//! repeats comes once.

use croner::{
    Cron,
    parser::{CronParser, Seconds, Year},
};
use domain::time::Instant;
use jiff::{Timestamp, tz::TimeZone};

/// Longest schedule, in bytes.
const MAX_LENGTH: usize = 200;
/// Fewest milliseconds between two runs.
const LEAST_BETWEEN: i64 = 5 * 60_000;
/// Runs that are looked at to tell how often a schedule comes: more than two days of the most frequent one
/// that is taken.
const LOOKED_AT: usize = 600;
/// The first instant of 2024, from which it is told how often schedules come.
const BEGINNING: Instant = Instant::from_millis(1_704_067_200_000);

/// When a report is made.
#[derive(Debug, Clone)]
pub struct Schedule(Cron);

/// Why a schedule cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScheduleError {
    /// It is not what cron writes.
    Unreadable,
    /// It never comes, as the 31st of February.
    Never,
    /// It comes more often than every 5 minutes.
    TooOften,
}

impl Schedule {
    /// Reads five fields of cron.
    pub fn parse(text: &str) -> Result<Self, ScheduleError> {
        let parser = CronParser::builder()
            .seconds(Seconds::Disallowed)
            .year(Year::Disallowed)
            .build();
        if text.len() > MAX_LENGTH {
            return Err(ScheduleError::Unreadable);
        }
        let cron = parser.parse(text);
        let schedule = Self(cron.map_err(|_invalid| ScheduleError::Unreadable)?);
        let mut at = BEGINNING;
        for place in 0..LOOKED_AT {
            let next = schedule.next_after(at, &TimeZone::UTC);
            let next = next.ok_or(ScheduleError::Never)?;
            if place > 0 && next.as_millis() - at.as_millis() < LEAST_BETWEEN {
                return Err(ScheduleError::TooOften);
            }
            at = next;
        }
        Ok(schedule)
    }

    /// Returns the first time after an instant.
    pub fn next_after(&self, at: Instant, zone: &TimeZone) -> Option<Instant> {
        let at = Timestamp::from_millisecond(at.as_millis()).ok()?;
        let next = self
            .0
            .find_next_occurrence(&at.to_zoned(zone.clone()), false);
        Some(Instant::from_millis(
            next.ok()?.timestamp().as_millisecond(),
        ))
    }

    /// Returns the first times after an instant, at most so many.
    pub fn next_runs(&self, at: Instant, zone: &TimeZone, most: usize) -> Vec<Instant> {
        let next = |at: &Instant| self.next_after(*at, zone);
        std::iter::successors(next(&at), next).take(most).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns the next times after a local one, as local times with their offsets.
    fn times(cron: &str, zone: &str, after: &str, most: usize) -> Vec<String> {
        let zone = TimeZone::get(zone).unwrap();
        let after = Instant::at(after.parse().unwrap(), &zone);
        let schedule = Schedule::parse(cron).unwrap();
        let local = |at: Instant| {
            at.in_zone(&zone)
                .strftime("%a %Y-%m-%d %H:%M %:z")
                .to_string()
        };
        let next = schedule.next_runs(after, &zone, most);
        next.into_iter().map(local).collect()
    }

    #[test]
    fn reports_are_made_when_people_expect_them() {
        for (cron, zone, after, expected) in [
            // Each Monday, over a clock change.
            (
                "0 9 * * 1",
                "Europe/Berlin",
                "2026-03-23T09:00:00",
                vec!["Mon 2026-03-30 09:00 +02:00", "Mon 2026-04-06 09:00 +02:00"],
            ),
            // 02:30 does not exist on that day.
            (
                "30 2 * * *",
                "Europe/Berlin",
                "2026-03-28T12:00:00",
                vec!["Sun 2026-03-29 03:00 +02:00", "Mon 2026-03-30 02:30 +02:00"],
            ),
            // 02:30 comes twice on that day.
            (
                "30 2 * * *",
                "Europe/Berlin",
                "2026-10-24T12:00:00",
                vec!["Sun 2026-10-25 02:30 +02:00", "Mon 2026-10-26 02:30 +01:00"],
            ),
            // The last days of months, of a leap year.
            (
                "0 0 31 * *",
                "UTC",
                "2028-01-31T00:00:00",
                vec!["Fri 2028-03-31 00:00 +00:00", "Wed 2028-05-31 00:00 +00:00"],
            ),
            (
                "0 6 29 2 *",
                "Asia/Tokyo",
                "2026-01-01T00:00:00",
                vec!["Tue 2028-02-29 06:00 +09:00", "Sun 2032-02-29 06:00 +09:00"],
            ),
            (
                "0 18 L * *",
                "America/New_York",
                "2028-02-01T00:00:00",
                vec!["Tue 2028-02-29 18:00 -05:00", "Fri 2028-03-31 18:00 -04:00"],
            ),
            // Where clocks change at midnight.
            (
                "0 0 * * *",
                "America/Santiago",
                "2026-09-05T12:00:00",
                vec!["Sun 2026-09-06 01:00 -03:00", "Mon 2026-09-07 00:00 -03:00"],
            ),
            (
                "*/30 * * * *",
                "Australia/Lord_Howe",
                "2026-04-05T01:00:00",
                vec!["Sun 2026-04-05 01:30 +11:00"],
            ),
        ] {
            let found = times(cron, zone, after, expected.len());
            assert_eq!(found, expected, "{cron} in {zone}");
        }
    }

    #[test]
    fn what_never_comes_or_comes_too_often_is_refused() {
        for (cron, error) in [
            ("0 0 31 2 *", ScheduleError::Never),
            ("0 0 30 2 *", ScheduleError::Never),
            ("* * * * *", ScheduleError::TooOften),
            ("*/4 * * * *", ScheduleError::TooOften),
            ("0,3 9 * * *", ScheduleError::TooOften),
            ("0,58 * * * *", ScheduleError::TooOften),
            ("every monday", ScheduleError::Unreadable),
            ("* * * * * *", ScheduleError::Unreadable),
        ] {
            assert_eq!(Schedule::parse(cron).unwrap_err(), error, "{cron}");
        }
        for cron in [
            "*/5 * * * *",
            "0 0 29 2 *",
            "0 9 * * 1",
            "0,5 9 * * *",
            "0 0 1 1 *",
        ] {
            assert!(Schedule::parse(cron).is_ok(), "{cron}");
        }
    }
}
