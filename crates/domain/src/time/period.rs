//! Named periods, explicit ranges and what they are compared with.

use jiff::{ToSpan, civil, tz::TimeZone};

use super::{Instant, Range};

/// A span named in a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Period {
    /// The last N local calendar days, today included.
    Days(u16),
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
    /// Monday to Sunday.
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
    ("24h", Period::Days(1)),
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
}

impl Calendar {
    fn start(self, day: civil::Date) -> civil::Date {
        match self {
            Self::Week => super::Grain::Week.floor_day(day),
            Self::Month => day.first_of_month(),
            Self::Quarter => {
                let month = (day.month() - 1) / 3 * 3 + 1;
                civil::date(day.year(), month, 1)
            }
            Self::Year => day.first_of_year(),
        }
    }

    fn back(self, start: civil::Date) -> civil::Date {
        self.start(start.saturating_sub(1.day()))
    }
}

/// What an answer is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Compare {
    /// The same span, directly before.
    #[default]
    Previous,
    /// The same span, one calendar year before.
    Year,
    /// Nothing.
    None,
    /// A span of its own.
    Range(Range),
}

/// What a request says about time, as text.
#[derive(Debug, Clone, Copy, Default)]
pub struct WindowRequest<'a> {
    /// Name of a period.
    pub period: Option<&'a str>,
    /// First instant or day.
    pub from: Option<&'a str>,
    /// Instant or day after the last one.
    pub to: Option<&'a str>,
    /// The present for this answer.
    pub as_of: Option<&'a str>,
    /// What to compare with: `previous`, `year`, `none` or `from..to`.
    pub compare: Option<&'a str>,
}

/// Why a request's time cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// The period has an unknown name.
    #[error("`{0}` is not a period; known are 1d, 7d, 30d, 90d, 365d and all")]
    UnknownPeriod(String),
    /// An instant cannot be read.
    #[error("{parameter}: {source}")]
    Instant {
        /// Which parameter.
        parameter: &'static str,
        /// What is wrong with it.
        source: super::ParseInstantError,
    },
    /// `from` does not lie before `to`.
    #[error("`from` ({from}) must lie before `to` ({to})")]
    Backwards {
        /// The first instant.
        from: Instant,
        /// The instant that should be later.
        to: Instant,
    },
    /// The comparison is not one of the known ones.
    #[error("`{0}` is not a comparison; known are previous, year, none and from..to")]
    UnknownCompare(String),
    /// Both a period and a range were given and they are not the same thing.
    #[error("give either `period` or `from`/`to`, not both")]
    Both,
}

/// A request's time, resolved: what is asked, and what it is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// The period's name as it was asked, or `custom`.
    pub name: String,
    /// The span asked about, cut at the present.
    pub range: Range,
    /// The span it is compared with.
    pub previous: Option<Range>,
    /// How many local days of the span count for averages: those that have begun.
    pub days: u32,
    /// The present for this answer.
    pub as_of: Instant,
}

impl Window {
    /// Resolves a request.
    ///
    /// Rules, in order:
    /// 1. `asOf` is the present; without it `now`.
    /// 2. `Nd` is the N local days that end with today, today included, cut at the present.
    /// 3. `from`/`to` are taken as they are; a missing `to` is the present, a missing `from` the
    ///    first event.
    /// 4. The previous span is the same one shifted back by its N local days, so it ends at the
    ///    same elapsed point; a span that is not whole days is shifted by its own length.
    /// 5. `all` has nothing before it.
    pub fn resolve(
        request: WindowRequest<'_>,
        default_period: &str,
        now: Instant,
        first_event: Option<Instant>,
        zone: &TimeZone,
    ) -> Result<Self, PeriodError> {
        let read = |parameter, text: Option<&str>| {
            text.map(|text| Instant::parse(text, zone))
                .transpose()
                .map_err(|source| PeriodError::Instant { parameter, source })
        };
        let as_of = read("asOf", request.as_of)?.unwrap_or(now);
        let (from, to) = (read("from", request.from)?, read("to", request.to)?);
        let explicit = from.is_some() || to.is_some();
        if explicit && request.period.is_some() {
            return Err(PeriodError::Both);
        }
        let beginning = first_event.unwrap_or(as_of).min(as_of);
        let (name, from, to, open) = if explicit {
            let to = to.unwrap_or(as_of);
            (
                "custom".to_owned(),
                from.unwrap_or(beginning.min(to)),
                to,
                false,
            )
        } else {
            let name = request.period.unwrap_or(default_period);
            let period = Period::parse(name)
                .ok_or_else(|| PeriodError::UnknownPeriod(name.chars().take(64).collect()))?;
            let (from, to) = period.bounds(as_of, beginning, zone);
            (name.to_owned(), from, to, period == Period::All)
        };
        // TRICKY: at the first instant of a day "today" has no length yet; one millisecond keeps
        // the span valid and holds the events of that very instant.
        let to = if explicit {
            to
        } else {
            to.max(from.plus_millis(1))
        };
        let range = Range::new(from, to).ok_or(PeriodError::Backwards { from, to })?;
        let compare = match request.compare {
            None => Compare::Previous,
            Some(text) => parse_compare(text, zone)?,
        };
        let previous = match compare {
            Compare::None => None,
            _ if open && !matches!(compare, Compare::Range(_)) => None,
            Compare::Previous => Some(shift_back(range, zone)),
            Compare::Year => shift_year(range, zone),
            Compare::Range(range) => Some(range),
        };
        let days = day_count(range, zone);
        Ok(Self {
            name,
            range,
            previous,
            days,
            as_of,
        })
    }
}

impl Period {
    fn bounds(self, as_of: Instant, beginning: Instant, zone: &TimeZone) -> (Instant, Instant) {
        let today = as_of.day(zone);
        let start = |day| Instant::start_of(day, zone);
        match self {
            Self::Days(days) => {
                let first = today.saturating_sub((i64::from(days) - 1).days());
                (start(first), as_of)
            }
            Self::ToDate(unit) => (start(unit.start(today)), as_of),
            Self::Last(unit) => {
                let this = unit.start(today);
                (start(unit.back(this)), start(this))
            }
            Self::Yesterday => (start(today.saturating_sub(1.day())), start(today)),
            Self::All => (beginning, as_of),
        }
    }
}

fn parse_compare(text: &str, zone: &TimeZone) -> Result<Compare, PeriodError> {
    match text {
        "previous" => return Ok(Compare::Previous),
        "year" => return Ok(Compare::Year),
        "none" => return Ok(Compare::None),
        _ => {}
    }
    let unknown = || PeriodError::UnknownCompare(text.chars().take(64).collect());
    let (from, to) = text.split_once("..").ok_or_else(unknown)?;
    let read = |text: &str| {
        Instant::parse(text, zone).map_err(|source| PeriodError::Instant {
            parameter: "compare",
            source,
        })
    };
    let (from, to) = (read(from)?, read(to)?);
    let range = Range::new(from, to).ok_or(PeriodError::Backwards { from, to })?;
    Ok(Compare::Range(range))
}

/// Returns how many local days a range touches.
fn day_count(range: Range, zone: &TimeZone) -> u32 {
    let first = range.from.day(zone);
    let last = range.to.plus_millis(-1).day(zone);
    let days = first.until(last).map_or(0, |span| span.get_days()) + 1;
    u32::try_from(days).unwrap_or(1)
}

/// Returns the instant with the same local clock reading, `days` local days earlier.
fn back_by_days(instant: Instant, days: u32, zone: &TimeZone) -> Instant {
    let local = instant.in_zone(zone);
    local
        .datetime()
        .checked_sub(i64::from(days).days())
        .ok()
        .and_then(|earlier| zone.to_ambiguous_zoned(earlier).compatible().ok())
        .map_or(instant, |zoned| {
            Instant::from_millis(zoned.timestamp().as_millisecond())
        })
}

fn shift_back(range: Range, zone: &TimeZone) -> Range {
    let whole_start = Instant::start_of(range.from.day(zone), zone) == range.from;
    if !whole_start {
        let length = range.millis();
        return Range {
            from: range.from.plus_millis(-length),
            to: range.to.plus_millis(-length),
        };
    }
    let days = day_count(range, zone);
    let from = back_by_days(range.from, days, zone);
    let to = back_by_days(range.to, days, zone);
    Range {
        from,
        to: to.max(from.plus_millis(1)),
    }
}

fn shift_year(range: Range, zone: &TimeZone) -> Option<Range> {
    let back = |instant: Instant| {
        let earlier = instant
            .in_zone(zone)
            .datetime()
            .checked_sub(1.year())
            .ok()?;
        let zoned = zone.to_ambiguous_zoned(earlier).compatible().ok()?;
        Some(Instant::from_millis(zoned.timestamp().as_millisecond()))
    };
    Range::new(back(range.from)?, back(range.to)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(request: WindowRequest<'_>, now: &str, zone: &TimeZone) -> Window {
        let now = Instant::parse(now, zone).unwrap();
        let first = Instant::parse("2020-01-01T00:21:00Z", zone).unwrap();
        Window::resolve(request, "30d", now, Some(first), zone).unwrap()
    }

    fn text(range: Range) -> String {
        format!("{}..{}", range.from, range.to)
    }

    #[test]
    fn days_end_with_today_and_the_previous_span_ends_at_the_same_elapsed_point() {
        let window = resolve(
            WindowRequest {
                period: Some("7d"),
                ..Default::default()
            },
            "2026-02-10T10:00:00Z",
            &TimeZone::UTC,
        );
        assert_eq!(
            text(window.range),
            "2026-02-04T00:00:00Z..2026-02-10T10:00:00Z"
        );
        assert_eq!(
            text(window.previous.unwrap()),
            "2026-01-28T00:00:00Z..2026-02-03T10:00:00Z"
        );
        assert_eq!(window.days, 7);
    }

    #[test]
    fn the_shift_keeps_local_time_over_a_clock_change() {
        let new_york = TimeZone::get("America/New_York").unwrap();
        // 2026-03-08 has 23 hours there.
        let window = resolve(
            WindowRequest {
                period: Some("1d"),
                ..Default::default()
            },
            "2026-03-09T10:00:00-04:00",
            &new_york,
        );
        assert_eq!(
            text(window.range),
            "2026-03-09T04:00:00Z..2026-03-09T14:00:00Z"
        );
        assert_eq!(
            text(window.previous.unwrap()),
            "2026-03-08T05:00:00Z..2026-03-08T14:00:00Z"
        );
    }

    #[test]
    fn june_is_compared_with_the_thirty_days_before() {
        let request = WindowRequest {
            from: Some("2022-06-01"),
            to: Some("2022-07-01"),
            ..Default::default()
        };
        let window = resolve(request, "2022-07-01T00:00:00Z", &TimeZone::UTC);
        assert_eq!(
            text(window.previous.unwrap()),
            "2022-05-02T00:00:00Z..2022-06-01T00:00:00Z"
        );
        assert_eq!(window.days, 30);
    }

    #[test]
    fn all_starts_at_the_first_event_and_has_nothing_before_it() {
        let window = resolve(
            WindowRequest {
                period: Some("all"),
                ..Default::default()
            },
            "2022-07-01T00:00:00Z",
            &TimeZone::UTC,
        );
        assert_eq!(
            text(window.range),
            "2020-01-01T00:21:00Z..2022-07-01T00:00:00Z"
        );
        assert_eq!(window.previous, None);
    }

    #[test]
    fn refusals_say_what_is_wrong() {
        let now = Instant::from_millis(1_770_000_000_000);
        let ask = |request| {
            Window::resolve(request, "30d", now, None, &TimeZone::UTC)
                .unwrap_err()
                .to_string()
        };
        assert_eq!(
            ask(WindowRequest {
                period: Some("3w"),
                ..Default::default()
            }),
            "`3w` is not a period; known are 1d, 7d, 30d, 90d, 365d and all"
        );
        let backwards = WindowRequest {
            from: Some("2026-02-02"),
            to: Some("2026-02-02"),
            ..Default::default()
        };
        assert_eq!(
            ask(backwards),
            "`from` (2026-02-02T00:00:00Z) must lie before `to` (2026-02-02T00:00:00Z)"
        );
        let both = WindowRequest {
            period: Some("7d"),
            from: Some("2026-02-02"),
            ..Default::default()
        };
        assert_eq!(ask(both), "give either `period` or `from`/`to`, not both");
        let compare = WindowRequest {
            compare: Some("last"),
            ..Default::default()
        };
        assert_eq!(
            ask(compare),
            "`last` is not a comparison; known are previous, year, none and from..to"
        );
    }
}
