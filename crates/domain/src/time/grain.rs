//! The widths of time buckets.

use jiff::{ToSpan, civil, tz::TimeZone};
use serde::{Serialize, Serializer};

use super::{
    Instant, WeekStart,
    change::{changes_after, last_change},
    day_number,
};

const HOUR: i64 = 3_600_000;

/// The width of a time bucket, in local time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Grain {
    /// Sixty minutes of elapsed time, aligned to the local hour.
    Hour,
    /// A local calendar day (23 to 25 hours long).
    Day,
    /// A local week that begins with a day of the week.
    Week(WeekStart),
    /// A local calendar month.
    Month,
}

impl Grain {
    /// Every grain, finest first; weeks begin on Monday.
    pub const ALL: [Self; 4] = [
        Self::Hour,
        Self::Day,
        Self::Week(WeekStart::Monday),
        Self::Month,
    ];

    /// Returns the name used in requests and answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week(_) => "week",
            Self::Month => "month",
        }
    }

    /// Returns the grain of that name; weeks begin on Monday.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grain| grain.name() == name)
    }

    /// Returns the grain with weeks that begin with a day.
    #[must_use]
    pub const fn starting(self, start: WeekStart) -> Self {
        match self {
            Self::Week(_) => Self::Week(start),
            other => other,
        }
    }

    /// Returns the first day of the bucket that holds `day`; hours and days stay as they are.
    pub fn floor_day(self, day: civil::Date) -> civil::Date {
        match self {
            Self::Hour | Self::Day => day,
            Self::Week(start) => {
                day.saturating_sub(i64::from(start.days_into(day_number(day))).days())
            }
            Self::Month => day.first_of_month(),
        }
    }

    /// Returns the first instant of the bucket that holds `instant`.
    pub fn floor(self, instant: Instant, zone: &TimeZone) -> Instant {
        if self != Self::Hour {
            return Instant::start_of(self.floor_day(instant.day(zone)), zone);
        }
        let start = instant.plus_millis(-into_hour(instant, zone));
        // TRICKY: a clock change inside the hour (Lord Howe moves by 30 minutes) would be stepped over.
        last_change(instant, zone).map_or(start, |change| start.max(change.at))
    }

    /// Returns the first instant of the bucket after the one that starts at `start`.
    pub(super) fn next(self, start: Instant, zone: &TimeZone) -> Instant {
        let width = match self {
            Self::Hour => {
                let end = start.plus_millis(HOUR - into_hour(start, zone));
                let change = changes_after(start, zone).next();
                return change.map_or(end, |change| end.min(change.at));
            }
            Self::Day => 1.day(),
            Self::Week(_) => 1.week(),
            Self::Month => 1.month(),
        };
        Instant::start_of(start.day(zone).saturating_add(width), zone)
    }
}

impl Serialize for Grain {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

/// Returns how many milliseconds of its local hour have passed at `instant`.
fn into_hour(instant: Instant, zone: &TimeZone) -> i64 {
    let reading = instant.reading(zone);
    i64::from(reading.minute()) * 60_000
        + i64::from(reading.second()) * 1_000
        + i64::from(reading.millisecond())
}
