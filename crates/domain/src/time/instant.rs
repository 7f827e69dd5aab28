//! A point in time, to the millisecond.

use std::fmt;

use jiff::{
    Timestamp, Zoned, civil,
    tz::{AmbiguousOffset, TimeZone},
};

use super::change::last_change;

/// A point in time: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Instant(i64);

/// The text is neither an RFC 3339 instant nor a date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is neither an RFC 3339 instant (2026-02-01T09:30:00Z) nor a date (2026-02-01)")]
pub struct ParseInstantError(String);

impl Instant {
    /// The first instant of the calendar, in the year -9999.
    pub const MIN: Self = Self(-377_705_023_201_000);
    /// The last instant of the calendar, in the year 9999.
    pub const MAX: Self = Self(253_402_207_200_999);

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

    /// Returns the instant as a timestamp; those beyond the calendar are held at its ends.
    pub(super) fn timestamp(self) -> Timestamp {
        let end = if self.0 < 0 {
            Timestamp::MIN
        } else {
            Timestamp::MAX
        };
        Timestamp::from_millisecond(self.0).unwrap_or(end)
    }

    /// Returns the local date and time in `zone`; instants beyond year 9999 are held at its end.
    pub fn in_zone(self, zone: &TimeZone) -> Zoned {
        self.timestamp().to_zoned(zone.clone())
    }

    /// Returns what the local clock in `zone` reads.
    pub fn reading(self, zone: &TimeZone) -> civil::DateTime {
        zone.to_datetime(self.timestamp())
    }

    /// Returns the first instant at which the local clock in `zone` has reached `reading`: of one
    /// that a clock change skips, the first instant after the gap; of one that occurs twice, the
    /// first occurrence. Readings beyond all instants are held at the first or last of them.
    pub fn at(reading: civil::DateTime, zone: &TimeZone) -> Self {
        let ambiguous = zone.to_ambiguous_timestamp(reading);
        let is_skipped = matches!(ambiguous.offset(), AmbiguousOffset::Gap { .. });
        let Ok(found) = ambiguous.compatible() else {
            return if reading.year() < 0 {
                Self::MIN
            } else {
                Self::MAX
            };
        };
        let found = Self(found.as_millisecond());
        if is_skipped {
            return last_change(found, zone).map_or(found, |change| change.at);
        }
        found
    }

    /// Returns the local calendar day in `zone`: the one that began last. A day begins once, with
    /// its first instant, also where clocks are set back over midnight.
    pub fn day(self, zone: &TimeZone) -> civil::Date {
        let date = self.reading(zone).date();
        match date.tomorrow() {
            Ok(next) if Self::start_of(next, zone) <= self => next,
            _ => date,
        }
    }

    /// Returns the first instant of a local day, which is not midnight where a clock change skips
    /// midnight.
    pub fn start_of(day: civil::Date, zone: &TimeZone) -> Self {
        Self::at(day.to_datetime(civil::Time::midnight()), zone)
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
    fn the_ends_of_time_are_those_of_the_calendar() {
        assert_eq!(Instant::MIN.0, Timestamp::MIN.as_millisecond());
        assert_eq!(Instant::MAX.0, Timestamp::MAX.as_millisecond());
        for zone in ["UTC", "Pacific/Kiritimati", "Pacific/Niue"].map(TimeZone::get) {
            let zone = zone.unwrap();
            for beyond in [i64::MIN, i64::MAX].map(Instant) {
                let day = beyond.day(&zone);
                let start = Instant::start_of(day, &zone);
                assert!((Instant::MIN..=Instant::MAX).contains(&start));
            }
        }
    }

    #[test]
    fn a_skipped_reading_is_the_end_of_the_gap_and_a_repeated_one_its_first_occurrence() {
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        let at = |reading: civil::DateTime| Instant::at(reading, &berlin).to_string();
        let spring = civil::date(2026, 3, 29);
        for minute in [0, 1, 59] {
            assert_eq!(at(spring.at(2, minute, 0, 0)), "2026-03-29T01:00:00Z");
        }
        assert_eq!(at(spring.at(3, 30, 0, 0)), "2026-03-29T01:30:00Z");
        let autumn = civil::date(2026, 10, 25);
        assert_eq!(at(autumn.at(2, 30, 0, 0)), "2026-10-25T00:30:00Z");
    }

    #[test]
    fn a_day_begins_once_where_clocks_are_set_back_over_midnight() {
        // Clocks in St. John's went from 00:01 back to 23:01 of the day before.
        let zone = TimeZone::get("America/St_Johns").unwrap();
        let day = civil::date(2010, 11, 7);
        let start = Instant::start_of(day, &zone);
        assert_eq!(start.to_string(), "2010-11-07T02:30:00Z");
        let repeated = start.plus_millis(30 * 60_000);
        assert_eq!(
            repeated.reading(&zone),
            civil::date(2010, 11, 6).at(23, 30, 0, 0)
        );
        assert_eq!(repeated.day(&zone), day);
        assert_eq!(start.plus_millis(-1).day(&zone), civil::date(2010, 11, 6));
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
