//! A request's time, resolved.

use jiff::tz::TimeZone;

use super::{Compare, Grain, Instant, Period, Range, WeekStart, days_in, previous};

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
    /// What to compare with: `previous`, `weekday`, `year`, `none` or `from..to`.
    pub compare: Option<&'a str>,
    /// The day that weeks begin with.
    pub week_start: WeekStart,
}

/// Why a request's time cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PeriodError {
    /// The period has an unknown name.
    #[error("`{0}` is not a period; known are {known}", known = known_periods())]
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
    #[error("`{0}` is not a comparison; known are previous, weekday, year, none and from..to")]
    UnknownCompare(String),
    /// Both a period and a range were given and they are not the same thing.
    #[error("give either `period` or `from`/`to`, not both")]
    Both,
}

fn known_periods() -> String {
    Period::names().collect::<Vec<_>>().join(", ")
}

/// A request's time, resolved: what is asked, and what it is compared with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// The period's name as it was asked, or `custom`.
    pub name: String,
    /// The span asked about, cut at the present.
    pub range: Range,
    /// The span it is compared with, cut at the present.
    pub previous: Option<Range>,
    /// The length of the span in local days, which averages by day divide by: at least 1.
    pub days: u32,
    /// The present for this answer.
    pub as_of: Instant,
    /// Whether the span begins only after the present, so that it is empty.
    pub future: bool,
    /// The width of buckets that the period implies.
    pub grain: Option<Grain>,
    period: Option<Period>,
}

impl Window {
    /// Resolves a request.
    ///
    /// Rules, in order:
    /// 1. `asOf` is the present; without it `now`.
    /// 2. `from`/`to` are a span of their own; a missing `to` is the present, a missing `from` the
    ///    first event.
    /// 3. Every span ends at the present, that compared with too; one that begins later is empty.
    /// 4. The length is that of the period, else the one in local wall-clock time, rounded up to days.
    /// 5. What it is compared with is said by [`Compare`]; `all` has nothing before it.
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
        let is_explicit = from.is_some() || to.is_some();
        if is_explicit && request.period.is_some() {
            return Err(PeriodError::Both);
        }
        if let (Some(from), Some(to)) = (from, to)
            && from >= to
        {
            return Err(PeriodError::Backwards { from, to });
        }
        let beginning = first_event.unwrap_or(as_of);
        let (name, period, range) = if is_explicit {
            let to = to.unwrap_or(as_of).min(as_of);
            let range = Range::new(from.unwrap_or(beginning.min(to)), to);
            ("custom", None, range)
        } else {
            let name = request.period.unwrap_or(default_period);
            let period = Period::parse(name)
                .ok_or_else(|| PeriodError::UnknownPeriod(name.chars().take(64).collect()))?;
            let range = period.range(as_of, beginning.min(as_of), request.week_start, zone);
            (name, Some(period), range)
        };
        let days = match period {
            Some(Period::Days(days)) => days.into(),
            Some(Period::LastHours24) => 1,
            _ => days_in(range, zone),
        };
        let compare = request
            .compare
            .map_or(Ok(Compare::default()), |text| parse_compare(text, zone))?;
        Ok(Self {
            name: name.to_owned(),
            range,
            previous: compare
                .range(range, period, days, request.week_start, zone)
                .map(|previous| previous.until(as_of)),
            days,
            as_of,
            future: from.is_some_and(|from| from >= as_of),
            grain: period.and_then(Period::grain),
            period,
        })
    }

    /// Returns the window made one of whole local days that are over at its present; `None` where the
    /// span holds none.
    ///
    /// A day that lacks its last millisecond counts as whole: such is the present before it.
    pub fn of_whole_days(mut self, zone: &TimeZone) -> Option<Self> {
        let whole = |range: Range| whole_days(range, zone);
        self.range = whole(self.range).non_empty()?;
        self.previous = self.previous.map(whole);
        self.as_of = begun(self.as_of, zone);
        self.days = days_in(self.range, zone);
        Some(self)
    }

    /// Returns the `count` spans of the same length before this one, the latest first, whatever it is
    /// compared with: as `compare=previous` moves a span back, once, twice and so on. `None` for `all`
    /// and for a span that is to come.
    pub fn earlier(&self, count: u32, week: WeekStart, zone: &TimeZone) -> Option<Vec<Range>> {
        let before =
            |times| previous::before(self.range, self.period, self.days, times, (week, zone));
        (1..=count)
            .map(|times| before(times).filter(|_| !self.future))
            .collect()
    }
}

/// Returns the span between the beginnings of the local days in which a span begins and ends; one that
/// ends with the last millisecond of a day ends with that day.
pub fn whole_days(range: Range, zone: &TimeZone) -> Range {
    let from = if range.from() == Range::ALL.from() {
        range.from()
    } else {
        begun(range.from(), zone)
    };
    Range::new(from, begun(range.to(), zone).max(from))
}

fn begun(at: Instant, zone: &TimeZone) -> Instant {
    Grain::Day.floor(at.plus_millis(1), zone)
}

fn parse_compare(text: &str, zone: &TimeZone) -> Result<Compare, PeriodError> {
    match text {
        "previous" => return Ok(Compare::Previous),
        "weekday" => return Ok(Compare::Weekday),
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
    let range = Range::new(from, to).non_empty();
    range
        .map(Compare::Range)
        .ok_or(PeriodError::Backwards { from, to })
}

#[cfg(test)]
mod tests;
