//! How long events are kept.

use std::fmt;

use domain::time::Instant;

const DAY_MILLIS: i64 = 24 * 3_600_000;

/// How long events are kept: the longer, the greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kept {
    /// For so many days.
    Days(u32),
    /// For ever.
    ForEver,
}

impl Kept {
    /// Returns what a number of days stands for; 0 is for ever, as in the settings.
    pub const fn of(days: u32) -> Self {
        match days {
            0 => Self::ForEver,
            days => Self::Days(days),
        }
    }

    /// Returns the number that stands for it.
    pub const fn days(self) -> u32 {
        match self {
            Self::Days(days) => days,
            Self::ForEver => 0,
        }
    }

    /// Returns the first instant whose events are kept at `now`; `None` when all are.
    pub fn oldest(self, now: Instant) -> Option<Instant> {
        match self {
            Self::Days(days) => Some(now.plus_millis(-i64::from(days) * DAY_MILLIS)),
            Self::ForEver => None,
        }
    }
}

impl fmt::Display for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Days(1) => f.write_str("1 day"),
            Self::Days(days) => write!(f, "{days} days"),
            Self::ForEver => f.write_str("for ever"),
        }
    }
}
