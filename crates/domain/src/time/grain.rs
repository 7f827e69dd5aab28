//! The widths of time buckets.

use jiff::{ToSpan, civil, tz::TimeZone};
use serde::{Deserialize, Serialize};

use super::Instant;

/// The width of a time bucket, in local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Grain {
    /// Sixty minutes of elapsed time, aligned to the local hour.
    Hour,
    /// A local calendar day (23 to 25 hours long).
    Day,
    /// A local week that starts on Monday.
    Week,
    /// A local calendar month.
    Month,
}

impl Grain {
    /// Every grain, finest first.
    pub const ALL: [Self; 4] = [Self::Hour, Self::Day, Self::Week, Self::Month];

    /// Returns the name used in requests and answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
        }
    }

    /// Returns the grain of that name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grain| grain.name() == name)
    }

    /// Returns the first day of the bucket that holds `day`; hours and days stay as they are.
    pub fn floor_day(self, day: civil::Date) -> civil::Date {
        match self {
            Self::Hour | Self::Day => day,
            Self::Week => {
                let back = i64::from(day.weekday().to_monday_zero_offset());
                day.saturating_sub(back.days())
            }
            Self::Month => day.first_of_month(),
        }
    }

    /// Returns the first instant of the bucket that holds `instant`.
    pub fn floor(self, instant: Instant, zone: &TimeZone) -> Instant {
        if self != Self::Hour {
            return Instant::start_of(self.floor_day(instant.day(zone)), zone);
        }
        let local = instant.in_zone(zone);
        let into_hour = i64::from(local.minute()) * 60_000
            + i64::from(local.second()) * 1_000
            + i64::from(local.millisecond());
        // TRICKY: a clock change inside the hour (Lord Howe moves by 30 minutes) would step over it.
        let start = instant.plus_millis(-into_hour);
        let day_start = Instant::start_of(local.date(), zone);
        let change = last_transition(instant, zone).unwrap_or(start);
        start.max(day_start).max(change.min(instant))
    }

    /// Returns the first instant of the bucket after the one that starts at `start`.
    pub(super) fn next(self, start: Instant, zone: &TimeZone) -> Instant {
        let day = start.day(zone);
        match self {
            Self::Hour => {
                let local = start.in_zone(zone);
                let left = 3_600_000
                    - i64::from(local.minute()) * 60_000
                    - i64::from(local.second()) * 1_000
                    - i64::from(local.millisecond());
                let end = start.plus_millis(left);
                next_transition(start, zone).map_or(end, |change| end.min(change))
            }
            Self::Day => Instant::start_of(day.saturating_add(1.day()), zone),
            Self::Week => Instant::start_of(day.saturating_add(1.week()), zone),
            Self::Month => Instant::start_of(day.saturating_add(1.month()), zone),
        }
    }
}

fn last_transition(instant: Instant, zone: &TimeZone) -> Option<Instant> {
    let at = instant.plus_millis(1).in_zone(zone).timestamp();
    let change = zone.preceding(at).next()?;
    Some(Instant::from_millis(change.timestamp().as_millisecond()))
}

fn next_transition(instant: Instant, zone: &TimeZone) -> Option<Instant> {
    let change = zone.following(instant.in_zone(zone).timestamp()).next()?;
    Some(Instant::from_millis(change.timestamp().as_millisecond()))
}
