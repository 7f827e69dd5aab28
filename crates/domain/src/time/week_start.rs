//! The day that weeks begin with.

use serde::Serialize;

use super::Day;

/// The day that weeks begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum WeekStart {
    /// Weeks of ISO 8601.
    #[default]
    Monday,
    /// As in North America.
    Sunday,
    /// As in much of the Arab world.
    Saturday,
}

impl WeekStart {
    /// Every day that weeks may begin with.
    pub const ALL: [Self; 3] = [Self::Monday, Self::Sunday, Self::Saturday];

    /// Returns the name used in requests and answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Monday => "monday",
            Self::Sunday => "sunday",
            Self::Saturday => "saturday",
        }
    }

    /// Returns how many days of its week had passed on 1970-01-01, a Thursday: `(day + shift) / 7`
    /// numbers weeks.
    pub const fn shift(self) -> Day {
        match self {
            Self::Monday => 3,
            Self::Sunday => 4,
            Self::Saturday => 5,
        }
    }

    /// Returns how many days of its week have passed on a day, 0 to 6.
    pub const fn days_into(self, day: Day) -> Day {
        (day + self.shift()).rem_euclid(7)
    }

    /// Returns the place of its first day in a week that begins on Monday, 0 to 6.
    pub const fn place(self) -> usize {
        match self {
            Self::Monday => 0,
            Self::Saturday => 5,
            Self::Sunday => 6,
        }
    }
}
