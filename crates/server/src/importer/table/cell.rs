//! The kinds of values that cells hold.

use domain::time::Instant;
use jiff::tz::TimeZone;

/// Seconds since 1970 above this are milliseconds: the year 5138.
const MOST_SECONDS: u64 = 100_000_000_000;

/// Reads a count.
pub(super) fn count(value: &str) -> Option<u32> {
    value.parse().ok()
}

/// Reads an instant: RFC 3339, a date, or seconds or milliseconds since 1970.
pub(super) fn instant(value: &str) -> Option<Instant> {
    if let Ok(number) = value.parse::<i64>() {
        let is_seconds = number.unsigned_abs() < MOST_SECONDS;
        return Some(Instant::from_millis(if is_seconds {
            number * 1000
        } else {
            number
        }));
    }
    Instant::parse(value, &TimeZone::UTC).ok()
}
