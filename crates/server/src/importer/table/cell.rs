//! One cell of a table, and the kinds of values it may hold.

use std::path::Path;

use domain::time::Instant;
use jiff::tz::TimeZone;

use crate::importer::{ImportError, scalar, skip::shorten};

/// Seconds since 1970 above this are milliseconds: the year 5138.
const MOST_SECONDS: u64 = 100_000_000_000;

/// A cell that is not empty.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell<'a> {
    pub(super) path: &'a Path,
    pub(super) line: u64,
    pub(super) column: &'a str,
    pub(super) value: &'a str,
}

impl Cell<'_> {
    /// Returns the error for a cell that does not hold what it should.
    pub(super) fn wrong(&self, expected: &'static str) -> ImportError {
        ImportError::BadCell {
            path: self.path.to_owned(),
            line: self.line,
            column: self.column.to_owned(),
            value: shorten(self.value, 60),
            expected,
        }
    }

    /// Reads a text.
    pub(super) fn text(self) -> String {
        self.value.to_owned()
    }

    /// Reads a flag.
    pub(super) fn flag(self) -> Result<bool, ImportError> {
        scalar::flag(self.value).ok_or_else(|| self.wrong("1 or 0, true or false, yes or no"))
    }

    /// Reads a count.
    pub(super) fn count(self) -> Result<u32, ImportError> {
        self.value.parse().map_err(|_| self.wrong("a whole number"))
    }

    /// Reads an instant: RFC 3339, a date, or seconds or milliseconds since 1970.
    pub(super) fn instant(self) -> Result<Instant, ImportError> {
        if let Ok(number) = self.value.parse::<i64>() {
            let is_seconds = number.unsigned_abs() < MOST_SECONDS;
            return Ok(Instant::from_millis(if is_seconds {
                number * 1000
            } else {
                number
            }));
        }
        Instant::parse(self.value, &TimeZone::UTC)
            .map_err(|_| self.wrong("an instant (2026-02-01T09:30:00Z) or a date (2026-02-01)"))
    }
}
