//! Time zones.

use jiff::tz::TimeZone;

use super::{Describe, Kind, Refusal};

/// A zone of the IANA database.
pub struct Zone;

/// A zone of the IANA database.
pub const ZONE: Zone = Zone;

impl Describe for Zone {
    fn accepts(&self) -> String {
        "the name of a time zone like `UTC` or `Europe/Berlin`".to_owned()
    }
}

impl Kind for Zone {
    type Value = TimeZone;

    fn parse(&self, text: &str) -> Result<TimeZone, Refusal> {
        domain::time::zone(text).ok_or_else(|| {
            if jiff::tz::db().is_definitively_empty() {
                Refusal::hint("This machine has no time-zone database: install package `tzdata`.")
            } else {
                Refusal::default()
            }
        })
    }

    fn show(&self, value: &TimeZone) -> String {
        value.iana_name().unwrap_or("UTC").to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_read_and_shown_by_name() {
        for name in ["UTC", "Europe/Berlin", "Asia/Kathmandu"] {
            assert_eq!(ZONE.show(&ZONE.parse(name).unwrap()), name);
        }
        assert_eq!(ZONE.show(&ZONE.parse("utc").unwrap()), "UTC");
        for bad in ["local", "Mars/Olympus", "+02:00"] {
            assert!(ZONE.parse(bad).is_err(), "{bad}");
        }
    }
}
