//! What a request says, understood.

use std::{fmt, sync::Arc};

use domain::{
    filter::{Field, Filter, FilterError},
    id::WorkspaceId,
    metric::Metric,
    privacy::PrivacyError,
    query::{Population, Query},
    time::{Grain, Instant, PeriodError, Range, WeekStart, Window, WindowRequest, zone},
};
use jiff::tz::TimeZone;
use serde::Serialize;
use utoipa::ToSchema;

use super::{AnnotationAnswer, Members};

/// The parameters that every question has, as text.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Request {
    /// Name of a period.
    pub period: Option<String>,
    /// First instant or day.
    pub from: Option<String>,
    /// Instant or day after the last.
    pub to: Option<String>,
    /// The present for this answer.
    pub as_of: Option<String>,
    /// Time zone of this answer.
    pub tz: Option<String>,
    /// What to compare with.
    pub compare: Option<String>,
    /// Width of the buckets of charts.
    pub group_by: Option<String>,
    /// The day that weeks begin with.
    pub week_start: Option<WeekStart>,
    /// Only this channel.
    pub channel_id: Option<String>,
    /// Only this person.
    pub user_id: Option<String>,
    /// Which events count.
    pub filter: Option<String>,
    /// Only what this segment holds.
    pub segment: Option<String>,
    /// Count bots as well.
    pub include_bots: bool,
    /// Say how the numbers came about.
    pub explain: bool,
    /// Ask the events, whatever rollups could answer, and compare both.
    pub from_events: bool,
}

impl Request {
    /// Returns the request compared with nothing unless it says with what.
    #[must_use]
    pub fn compared_if_asked(mut self) -> Self {
        self.compare.get_or_insert_with(|| "none".to_owned());
        self
    }
}

/// Why a request cannot be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AskError {
    /// Its time cannot be.
    #[error(transparent)]
    Period(#[from] PeriodError),
    /// Its zone is unknown.
    #[error("`tz`: `{0}` is not an IANA time zone, such as Europe/Berlin or UTC")]
    Zone(String),
    /// Its grain is unknown.
    #[error("`groupBy`: `{0}` is not known; known are hour, day, week and month")]
    Grain(String),
    /// It is about people of whole days, and has a grain that is unknown or narrower than a day.
    #[error("`groupBy`: `{0}` is no width that is known here; known are day, week and month")]
    GrainOfDays(String),
    /// Its charts would have too many points.
    #[error(
        "`groupBy`: {buckets} buckets by {grain} are too many; at most {limit} are answered, ask for a wider one or a shorter span"
    )]
    TooManyBuckets {
        /// How many there would be.
        buckets: i64,
        /// By which grain.
        grain: &'static str,
        /// How many there may be.
        limit: i64,
    },
    /// It says more of people than it may.
    #[error(transparent)]
    Private(#[from] PrivacyError),
    /// It asks for more than the link shows that it came by; what.
    #[error("the link shows one page with fixed filters: {0} is no part of it")]
    Shared(&'static str),
    /// Its filter cannot be read.
    #[error("`filter`: {0}")]
    Filter(#[from] FilterError),
    /// It names a segment that is not there.
    #[error("there is no segment `{0}`; see /api/analytics/segments")]
    UnknownSegment(String),
    /// It names a segment of what it is not about: which, and of what.
    #[error("the segment `{0}` is one of {1}, which does not fit here")]
    SegmentOf(String, &'static str),
    /// It names a segment that needs itself.
    #[error("the segment `{0}` is a part of itself")]
    SegmentLoop(String),
    /// Its segments ask for too much.
    #[error("its segments have more than {0} conditions that begin with `did` together")]
    TooManyDeeds(usize),
}

/// Most points of a chart.
const MAX_BUCKETS: i64 = 10_000;

/// A request, understood.
#[derive(Debug, Clone)]
pub struct Ask {
    /// Whose chat.
    pub workspace: WorkspaceId,
    /// Over which span, compared with which.
    pub window: Window,
    /// The span directly before the asked one, whatever is compared with; `all` has none.
    pub directly_before: Option<Range>,
    /// In whose local time.
    pub zone: TimeZone,
    /// Width of the buckets of charts.
    pub grain: Grain,
    /// The day that weeks begin with.
    pub week_start: WeekStart,
    /// The first row of charts by weekday: Monday unless the request says with what weeks begin.
    pub first_weekday: WeekStart,
    /// Whose events count.
    pub population: Population,
    /// Which events count.
    pub filter: Filter,
    /// The segment that the request names as a whole.
    pub segment: Option<String>,
    /// Say how the numbers came about.
    pub explain: bool,
    /// Identifiers that the request names and nothing stored has.
    pub unknown: Vec<Unknown>,
    /// Identifiers that the request names and that count as another person.
    pub merged: Vec<Merged>,
    /// What happened within the span.
    pub annotations: Vec<AnnotationAnswer>,
}

/// An identifier in a request that counts as another person, who is meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Merged {
    /// The identifier as it was given.
    pub value: String,
    /// The person that counts.
    pub counts_as: String,
}

/// An identifier in a request that no channel or person has: a wrong one would otherwise look like
/// one of which nothing happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Unknown {
    /// What it should be: `channel` or `user`.
    #[schema(example = "channel")]
    pub field: &'static str,
    /// The identifier as it was given.
    pub value: String,
    /// What is known and most like it, the likest first; empty when nothing is.
    pub nearest: Vec<Nearest>,
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { field, value, .. } = self;
        let value: String = value.chars().take(64).collect();
        write!(f, "no {field} has the identifier `{value}`")?;
        match self.nearest.first() {
            None => write!(f, "; see /api/analytics/{field}s"),
            Some(likest) => write!(f, "; did you mean `{}`?", likest.id),
        }
    }
}

/// A channel or person that is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Nearest {
    /// Identity.
    pub id: String,
    /// Name, where one is known.
    pub name: Option<String>,
}

impl Ask {
    /// Understands a request; `now` and `first_event` are facts it may refer to. Zone and weeks are
    /// the default ones where it does not say.
    pub fn resolve(
        request: &Request,
        workspace: WorkspaceId,
        default_period: &str,
        (default_zone, default_week): (&TimeZone, WeekStart),
        now: Instant,
        first_event: Option<Instant>,
    ) -> Result<Self, AskError> {
        let short = |text: &str| text.chars().take(64).collect::<String>();
        let zone = match request.tz.as_deref() {
            None => default_zone.clone(),
            Some(name) => zone(name).ok_or_else(|| AskError::Zone(short(name)))?,
        };
        let week_start = request.week_start.unwrap_or(default_week);
        let times = WindowRequest {
            period: request.period.as_deref(),
            from: request.from.as_deref(),
            to: request.to.as_deref(),
            as_of: request.as_of.as_deref(),
            compare: request.compare.as_deref(),
            week_start,
        };
        let window = Window::resolve(times, default_period, now, first_event, &zone)?;
        let unasked = WindowRequest {
            compare: None,
            ..times
        };
        let before = Window::resolve(unasked, default_period, now, first_event, &zone)?;
        let grain = match request.group_by.as_deref() {
            None => window.grain.unwrap_or_else(|| default_grain(window.range)),
            Some(name) => Grain::parse(name).ok_or_else(|| AskError::Grain(short(name)))?,
        };
        let grain = grain.starting(week_start);
        check_buckets(window.range, grain, MAX_BUCKETS)?;
        if let Some(previous) = window.previous {
            check_buckets(previous, Grain::Month, MAX_BUCKETS)?;
        }
        let mut filter = Filter::parse(request.filter.as_deref().unwrap_or_default())?;
        let is = |field, id: &String| Filter::Is(field, vec![id.clone()]);
        if let Some(id) = &request.channel_id {
            filter = filter.and(is(Field::Channel, id));
        }
        if let Some(id) = &request.user_id {
            filter = filter.and(is(Field::User, id));
        }
        if let Some(id) = &request.segment {
            filter = filter.and(Filter::Segment(id.clone()));
        }
        let population = if request.include_bots {
            Population::Everyone
        } else {
            Population::People
        };
        let explain = request.explain;
        Ok(Self {
            workspace,
            window,
            directly_before: before.previous,
            zone,
            grain,
            week_start,
            first_weekday: request.week_start.unwrap_or_default(),
            population,
            filter,
            segment: request.segment.clone(),
            explain,
            unknown: Vec::new(),
            merged: Vec::new(),
            annotations: Vec::new(),
        })
    }

    /// Refuses spans of more buckets than this, where each of them costs much.
    pub fn at_most(&self, buckets: i64) -> Result<(), AskError> {
        check_buckets(self.window.range, self.grain, buckets)
    }

    /// Refuses spans of more local days than this.
    pub fn at_most_days(&self, days: i64) -> Result<(), AskError> {
        check_buckets(self.window.range, Grain::Day, days)
    }

    /// Returns the people whom a request is about that narrows by segments and nothing else.
    pub(super) fn only_people(&self) -> Result<Option<Members>, AskError> {
        match &self.filter {
            Filter::Among(Field::User, members) => Ok(Some(Arc::clone(members))),
            filter if filter.is_everything() => Ok(None),
            _ => Err(AskError::SegmentOf(
                self.segment.clone().unwrap_or_default(),
                "channels",
            )),
        }
    }

    /// Returns a question over `range`, with everything else as this request says.
    pub fn over(&self, range: Range, metrics: &[Metric]) -> Query {
        Query::totals(self.workspace.clone(), self.zone.clone(), range, metrics)
            .of(self.population)
            .only(self.filter.clone())
    }

    /// Returns the `millis` before the end of the asked span; nothing where that is to come.
    pub fn before_end(&self, millis: u64) -> Range {
        let millis = if self.window.future { 0 } else { millis };
        Range::ending(self.window.range.to(), millis)
    }

    /// Returns a question over the asked span.
    pub fn now(&self, metrics: &[Metric]) -> Query {
        self.over(self.window.range, metrics)
    }

    /// Returns the same question over the span compared with, if there is one.
    pub fn before(&self, metrics: &[Metric]) -> Option<Query> {
        self.window.previous.map(|range| self.over(range, metrics))
    }
}

/// Returns the grain of charts where none is asked: days, or what is wider where a single old event
/// would make them too many.
fn default_grain(range: Range) -> Grain {
    [Grain::Day, Grain::Week(WeekStart::Monday)]
        .into_iter()
        .find(|grain| buckets(range, *grain) <= MAX_BUCKETS)
        .unwrap_or(Grain::Month)
}

fn buckets(range: Range, grain: Grain) -> i64 {
    let width = match grain {
        Grain::Hour => 3_600_000,
        Grain::Day => 86_400_000,
        Grain::Week(_) => 7 * 86_400_000,
        Grain::Month => 28 * 86_400_000,
    };
    range.millis() / width
}

fn check_buckets(range: Range, grain: Grain, limit: i64) -> Result<(), AskError> {
    let buckets = buckets(range, grain);
    if buckets > limit {
        return Err(AskError::TooManyBuckets {
            buckets,
            grain: grain.name(),
            limit,
        });
    }
    Ok(())
}
