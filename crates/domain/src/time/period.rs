//! Named periods.

use jiff::{ToSpan, civil, tz::TimeZone};

use super::{Grain, Instant, Range, WeekStart};

/// A span named in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Period {
    /// The last N local calendar days, today included.
    Days(u16),
    /// The last 24 hours, whatever the clocks did.
    LastHours24,
    /// The last N local calendar months, this one included.
    Months(u8),
    /// From the first local day of this week, month, quarter or year until now.
    ToDate(Calendar),
    /// The whole week, month, quarter or year before this one.
    Last(Calendar),
    /// Yesterday, whole.
    Yesterday,
    /// From the first event until now.
    All,
}

/// A calendar unit of the presets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Calendar {
    /// Seven days from the one that weeks begin with.
    Week,
    /// Calendar month.
    Month,
    /// Three calendar months.
    Quarter,
    /// Calendar year.
    Year,
}

/// Every accepted period: name in requests, and what it means.
const PERIODS: &[(&str, Period)] = &[
    ("1d", Period::Days(1)),
    ("24h", Period::LastHours24),
    ("today", Period::Days(1)),
    ("7d", Period::Days(7)),
    ("last7Days", Period::Days(7)),
    ("14d", Period::Days(14)),
    ("30d", Period::Days(30)),
    ("last30Days", Period::Days(30)),
    ("90d", Period::Days(90)),
    ("last90Days", Period::Days(90)),
    ("365d", Period::Days(365)),
    ("1y", Period::Days(365)),
    ("6mo", Period::Months(6)),
    ("12mo", Period::Months(12)),
    ("all", Period::All),
    ("yesterday", Period::Yesterday),
    ("thisWeek", Period::ToDate(Calendar::Week)),
    ("thisMonth", Period::ToDate(Calendar::Month)),
    ("thisQuarter", Period::ToDate(Calendar::Quarter)),
    ("thisYear", Period::ToDate(Calendar::Year)),
    ("lastWeek", Period::Last(Calendar::Week)),
    ("lastMonth", Period::Last(Calendar::Month)),
    ("lastQuarter", Period::Last(Calendar::Quarter)),
    ("lastYear", Period::Last(Calendar::Year)),
];

impl Period {
    /// Returns the period of that name.
    pub fn parse(name: &str) -> Option<Self> {
        PERIODS
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, period)| *period)
    }

    /// Returns every accepted name.
    pub fn names() -> impl Iterator<Item = &'static str> {
        PERIODS.iter().map(|(name, _)| *name)
    }

    /// Returns the width of buckets that the period implies.
    pub fn grain(self) -> Option<Grain> {
        (self == Self::LastHours24).then_some(Grain::Hour)
    }

    /// Returns the span; `beginning` is the first event.
    pub(super) fn range(
        self,
        as_of: Instant,
        beginning: Instant,
        week: WeekStart,
        zone: &TimeZone,
    ) -> Range {
        let today = as_of.day(zone);
        let start = |day| Instant::start_of(day, zone);
        match self {
            Self::Days(days) => {
                let first = today.saturating_sub((i64::from(days) - 1).days());
                Range::new(start(first), as_of)
            }
            Self::LastHours24 => Range::ending(as_of, 24 * 3_600_000),
            Self::Months(months) => {
                let back = (i64::from(months) - 1).months();
                Range::new(start(today.first_of_month().saturating_sub(back)), as_of)
            }
            Self::ToDate(unit) => Range::new(start(unit.start(today, week)), as_of),
            Self::Last(unit) => {
                let this = unit.start(today, week);
                Range::new(start(unit.back(this, week)), start(this))
            }
            Self::Yesterday => Range::new(start(today.saturating_sub(1.day())), start(today)),
            Self::All => Range::new(beginning, as_of),
        }
    }
}

impl Calendar {
    /// Returns the first day of the unit that holds `day`.
    pub(super) fn start(self, day: civil::Date, week: WeekStart) -> civil::Date {
        match self {
            Self::Week => Grain::Week(week).floor_day(day),
            Self::Month => day.first_of_month(),
            Self::Quarter => {
                let month = (day.month() - 1) / 3 * 3 + 1;
                civil::date(day.year(), month, 1)
            }
            Self::Year => day.first_of_year(),
        }
    }

    /// Returns the first day of the unit before the one that begins with `start`.
    pub(super) fn back(self, start: civil::Date, week: WeekStart) -> civil::Date {
        self.start(start.saturating_sub(1.day()), week)
    }

    /// Returns how long the unit is.
    pub(super) fn length(self) -> jiff::Span {
        match self {
            Self::Week => 1.week(),
            Self::Month => 1.month(),
            Self::Quarter => 3.months(),
            Self::Year => 1.year(),
        }
    }
}
