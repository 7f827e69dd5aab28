//! A point in time, to the millisecond.

use std::fmt;

use jiff::{Timestamp, Zoned, civil, tz::TimeZone};

/// A point in time: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Instant(i64);

/// The text is neither an RFC 3339 instant nor a date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is neither an RFC 3339 instant (2026-02-01T09:30:00Z) nor a date (2026-02-01)")]
pub struct ParseInstantError(String);

impl Instant {
    /// Returns the instant `millis` after the Unix epoch.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Returns milliseconds since the Unix epoch.
    pub const fn as_millis(self) -> i64 {
        self.0
    }

    /// Returns the instant moved by `millis`, which may be negative.
    #[must_use]
    pub const fn plus_millis(self, millis: i64) -> Self {
        Self(self.0.saturating_add(millis))
    }

    /// Returns the local date and time in `zone`; instants beyond year 9999 are held at its end.
    pub fn in_zone(self, zone: &TimeZone) -> Zoned {
        let timestamp = Timestamp::from_millisecond(self.0).unwrap_or(if self.0 < 0 {
            Timestamp::MIN
        } else {
            Timestamp::MAX
        });
        timestamp.to_zoned(zone.clone())
    }

    /// Returns the local calendar day in `zone`.
    pub fn day(self, zone: &TimeZone) -> civil::Date {
        self.in_zone(zone).date()
    }

    /// Returns the first instant of a local day: the earliest one that reads that date, which is
    /// not midnight where a clock change skips midnight. Days beyond all instants begin with the
    /// first or last of them.
    pub fn start_of(day: civil::Date, zone: &TimeZone) -> Self {
        let start = zone
            .to_ambiguous_zoned(day.to_datetime(civil::Time::midnight()))
            .compatible()
            .map(|zoned| zoned.timestamp());
        let start = start.unwrap_or(if day.year() < 0 {
            Timestamp::MIN
        } else {
            Timestamp::MAX
        });
        Self(start.as_millisecond())
    }

    /// Reads an RFC 3339 instant, or a date as the first instant of that local day.
    pub fn parse(text: &str, zone: &TimeZone) -> Result<Self, ParseInstantError> {
        if let Ok(timestamp) = text.parse::<Timestamp>() {
            return Ok(Self(timestamp.as_millisecond()));
        }
        let bytes = text.as_bytes();
        if bytes.len() == 10
            && let Ok(day) = text.parse::<civil::Date>()
        {
            return Ok(Self::start_of(day, zone));
        }
        // TRICKY: an unescaped `+` of an offset arrives as a space.
        if bytes.len() > 19
            && text.contains(' ')
            && let Ok(timestamp) = text.replace(' ', "+").parse::<Timestamp>()
        {
            return Ok(Self(timestamp.as_millisecond()));
        }
        Err(ParseInstantError(text.chars().take(64).collect()))
    }
}

impl fmt::Display for Instant {
    /// Writes RFC 3339 in UTC, with milliseconds only where there are any.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Timestamp::from_millisecond(self.0) {
            Ok(timestamp) => timestamp.fmt(f),
            Err(_) => write!(f, "{}ms", self.0),
        }
    }
}

impl serde::Serialize for Instant {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_instants_and_dates() {
        let kolkata = TimeZone::get("Asia/Kolkata").unwrap();
        let utc = TimeZone::UTC;
        let at = |text: &str, zone| Instant::parse(text, zone).unwrap().to_string();
        assert_eq!(at("2026-02-01T09:30:00Z", &utc), "2026-02-01T09:30:00Z");
        assert_eq!(
            at("2026-02-01T09:30:00.250+05:30", &utc),
            "2026-02-01T04:00:00.25Z"
        );
        assert_eq!(
            at("2026-02-01T09:30:00 05:30", &utc),
            "2026-02-01T04:00:00Z"
        );
        assert_eq!(at("2026-02-01", &kolkata), "2026-01-31T18:30:00Z");
        for bad in [
            "",
            "yesterday",
            "2026-13-01",
            "2026-02-30",
            "1",
            "2026-02-01T25:00:00Z",
        ] {
            assert!(Instant::parse(bad, &utc).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_day_without_midnight_starts_at_its_first_instant() {
        // Clocks in Beirut went from 23:59:59 to 01:00:00 on 2022-03-27.
        let beirut = TimeZone::get("Asia/Beirut").unwrap();
        let start = Instant::start_of(civil::date(2022, 3, 27), &beirut);
        assert_eq!(start.to_string(), "2022-03-26T22:00:00Z");
        assert_eq!(start.day(&beirut), civil::date(2022, 3, 27));
        assert_eq!(start.plus_millis(-1).day(&beirut), civil::date(2022, 3, 26));
    }
}
