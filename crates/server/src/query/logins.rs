//! When and from where people sign in, and how long they stay.

use std::collections::{BTreeMap, HashMap};

use domain::{
    dimension::Dimension,
    metric::Metric,
    query::{Population, Query},
    ratio::{Amount, Ratio},
    time::{Grain, Instant, Range, spine},
};
use engine::{
    analysis::{About, Digest, SessionLengths, SessionNumbers, SessionSummary},
    plan::MAX_ROWS,
};
use serde::Serialize;
use store::Table;
use utoipa::ToSchema;

use super::{
    Ask, Change, Explained, Meta, QueryError, QueryService, Run,
    aligned::Aligned,
    heatmap::Heatmap,
    meta::Fields,
    series::Point,
    value::{amount, change, total},
};

/// Most platforms that are listed.
const MOST_PLATFORMS: usize = 50;
const SIGN_INS: [Metric; 2] = [Metric::SignIns, Metric::FailedSignIns];

/// Sign-ins and sessions of a period. What no source has ever told of is `null`.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LoginsAnswer {
    /// Sign-ins beside those before.
    pub logins: Option<Change>,
    /// Refused sign-ins beside those before.
    pub failed_logins: Option<Change>,
    /// Sign-ins by weekday (Monday first) and local hour.
    pub heatmap: Option<Vec<[u64; 24]>>,
    /// The local hour with the most sign-ins; the earliest on a tie.
    #[schema(example = "09:00")]
    pub peak_hour: Option<String>,
    /// Sign-ins by the platform that they name, the most frequent first; `null` where none names one.
    pub platforms: Option<Vec<PlatformRow>>,
    /// Sessions that begin in the period.
    pub sessions: SessionsAnswer,
    /// The same in each bucket.
    pub timeline: Vec<LoginBucket>,
    /// Width of the buckets of `timeline`.
    #[schema(value_type = String, example = "day")]
    pub group_by: Grain,
    /// The period's name.
    pub period: String,
    /// What the answer is about.
    pub meta: Meta,
    /// How the numbers came about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explain: Option<Vec<Explained>>,
}

/// Sign-ins from a platform.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PlatformRow {
    /// The platform; `null` for sign-ins that name none, or one beyond those that are listed.
    #[schema(example = "web")]
    pub platform: Option<String>,
    /// Whether these are all those beyond the ones that are listed.
    pub is_rest: bool,
    /// Sign-ins beside those before.
    pub logins: Change,
    /// Their share of all sign-ins, in percent, one decimal.
    pub share: Option<f64>,
}

/// Sessions: runs of events of a person without a pause of more than 30 minutes.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionsAnswer {
    /// Sessions beside those before.
    pub total: Change,
    /// People with at least one, beside those before.
    pub people: Change,
    /// Sessions of each of them, two decimals; `null` without any.
    pub per_person: Option<f64>,
    /// The same before.
    pub previous_per_person: Option<f64>,
    /// Median length in seconds, exact; `null` without any session.
    pub median_seconds: Option<f64>,
    /// The same before.
    pub previous_median_seconds: Option<f64>,
    /// The change of the median in percent, one decimal.
    pub median_change_percent: Option<f64>,
}

/// Sign-ins and sessions of a bucket of time.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LoginBucket {
    /// Local day (first day of a week or month), or instant of an hour.
    #[schema(example = "2026-02-01")]
    pub date: String,
    /// First instant after the bucket.
    #[schema(value_type = String, format = DateTime)]
    pub end: Instant,
    /// Whether the span holds all of the bucket: not one that is not over at `asOf`.
    pub complete: bool,
    /// The numbers.
    #[serde(flatten)]
    pub numbers: LoginNumbers,
    /// Those of the bucket that it is compared with; left out where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<LoginNumbers>,
}

/// Numbers of a bucket.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LoginNumbers {
    /// Sign-ins.
    pub logins: Option<u64>,
    /// Refused sign-ins.
    pub failed_logins: Option<u64>,
    /// Sessions that begin in it.
    pub sessions: u64,
    /// Median of their lengths in seconds; `null` without any.
    pub median_session_seconds: Option<f64>,
}

/// What the sessions of a span come to, with the beginnings of its buckets.
struct Spent {
    summary: SessionSummary,
    starts: Vec<Instant>,
}

/// Whether any source has ever told of sign-ins, and of refused ones.
type Told = [bool; 2];

/// Which metric each field is.
const FIELDS: Fields = &[
    ("logins", Metric::SignIns),
    ("failedLogins", Metric::FailedSignIns),
    ("timeline.logins", Metric::SignIns),
    ("timeline.failedLogins", Metric::FailedSignIns),
    ("platforms.logins", Metric::SignIns),
];

impl QueryService {
    /// Answers when and from where people sign in, and how long they stay.
    pub async fn logins(&self, ask: &Ask) -> Result<LoginsAnswer, QueryError> {
        let run = self.begin(ask);
        let ever = Query::totals(
            ask.workspace.clone(),
            ask.zone.clone(),
            Range::before(ask.window.range.to()),
            &SIGN_INS,
        );
        let by_hour = ask.now(&SIGN_INS[..1]);
        let by_hour = by_hour.by(&[Dimension::Weekday, Dimension::HourOfDay]);
        let (ever, now, before, week, series) = tokio::try_join!(
            run.query("ever", ever.of(Population::Everyone)),
            run.query("totals", ask.now(&SIGN_INS)),
            run.query_if("totals before", ask.before(&SIGN_INS)),
            run.query("by hour", by_hour),
            run.series(&SIGN_INS),
        )?;
        let told = [0, 1].map(|metric| !total(&ever, metric).is_zero());
        let counted = |metric: usize| {
            let before = before.as_ref().map(|table| total(table, metric));
            told[metric].then(|| Change::of(total(&now, metric), before))
        };
        // One after the other: each may be large, and an asker has one turn of these at a time.
        let spent = run.sessions_of(ask.window.range).await?;
        let spent_before = match ask.window.previous {
            None => None,
            Some(previous) => Some(run.sessions_of(previous).await?),
        };
        let platforms = if told[0] {
            let before = before.as_ref().map(|table| total(table, 0));
            run.platforms((total(&now, 0), before)).await?
        } else {
            None
        };
        let heatmap = Heatmap::of(&week);
        let mut spans = std::iter::once(&spent).chain(&spent_before);
        let are_estimated = spans.any(|spent| spent.summary.all.is_approximate);
        Ok(LoginsAnswer {
            logins: counted(0),
            failed_logins: counted(1),
            peak_hour: heatmap.peak_hour(),
            heatmap: told[0].then(|| heatmap.shown(ask.first_weekday)),
            platforms,
            sessions: SessionsAnswer::of(
                &spent.summary,
                spent_before.as_ref().map(|spent| &spent.summary),
            ),
            timeline: timeline(ask, &series, &spent, spent_before.as_ref(), told),
            group_by: ask.grain,
            period: ask.window.name.clone(),
            meta: run.meta(
                "Sign-ins as the chat tells of them, and sessions: runs of events of a person with no \
                 pause of more than 30 minutes. A session belongs to the instant at which it begins, and counts for 24 hours at most.",
            )
            .with(FIELDS)
            .estimated(are_estimated),
            explain: run.explanation(),
        })
    }
}

impl Run<'_> {
    async fn sessions_of(&self, range: Range) -> Result<Spent, QueryError> {
        let ask = self.ask;
        let buckets = spine(range, ask.grain, &ask.zone);
        let starts: Vec<Instant> = buckets.iter().map(|bucket| bucket.start).collect();
        let about = About {
            population: ask.population,
            end: ask.window.as_of,
            counted: ask.filter.clone(),
            ..About::whole(Digest::Sessions, ask.workspace.clone(), range)
        };
        let lengths = SessionLengths::new(about, ask.grain, &ask.zone);
        let summary = self.analyse_in_context(lengths).await?;
        Ok(Spent { summary, starts })
    }

    /// Returns sign-ins by platform beside all of them; `None` where none names one.
    async fn platforms(
        &self,
        all: (Amount, Option<Amount>),
    ) -> Result<Option<Vec<PlatformRow>>, QueryError> {
        let by_platform = |query: Query| query.by(&[Dimension::Platform]).top(MAX_ROWS);
        let (now, before) = tokio::try_join!(
            self.query("platforms", by_platform(self.ask.now(&SIGN_INS[..1]))),
            self.query_if(
                "platforms before",
                self.ask.before(&SIGN_INS[..1]).map(by_platform)
            ),
        )?;
        let before = before.as_ref().zip(all.1);
        let before = before.map(|(table, whole)| by_platform_of(table, whole));
        Ok(platform_rows(
            &by_platform_of(&now, all.0),
            before.as_ref(),
            all.0,
        ))
    }
}

/// Sign-ins by platform.
struct ByPlatform {
    /// By platform; `None` are those that name none.
    counts: BTreeMap<Option<String>, Amount>,
    /// Where there are more platforms than one answer holds: all that are not in `counts`.
    others: Amount,
}

fn by_platform_of(table: &Table, whole: Amount) -> ByPlatform {
    let named = table.rows.iter().filter_map(|row| {
        let platform = row.keys[0].as_text()?;
        Some((Some(platform.to_owned()), amount(row, 0)))
    });
    let mut counts: BTreeMap<_, _> = named.collect();
    let mut others = whole.less(counts.values().copied().sum());
    if table.total <= table.rows.len() as u64 && !others.is_zero() {
        counts.insert(None, others);
        others = Amount::ZERO;
    }
    ByPlatform { counts, others }
}

/// Returns the rows of platforms, those with the most sign-ins first, and of all beyond those that are
/// listed; `None` where no sign-in names one.
fn platform_rows(
    now: &ByPlatform,
    before: Option<&ByPlatform>,
    whole: Amount,
) -> Option<Vec<PlatformRow>> {
    let both = [Some(now), before].into_iter().flatten();
    let mut platforms: Vec<&Option<String>> = both.flat_map(|one| one.counts.keys()).collect();
    if platforms.iter().all(|platform| platform.is_none()) {
        return None;
    }
    platforms.sort_unstable();
    platforms.dedup();
    let count = |of: &ByPlatform, platform: &Option<String>| {
        of.counts.get(platform).copied().unwrap_or_default()
    };
    platforms.sort_by_key(|platform| std::cmp::Reverse(count(now, platform)));
    let rest = platforms.split_off(platforms.len().min(MOST_PLATFORMS));
    let row =
        |platform: Option<String>, is_rest, now: Amount, before: Option<Amount>| PlatformRow {
            platform,
            is_rest,
            share: Ratio::of(now, whole).map(|share| share.percent(1)),
            logins: Change::of(now, before),
        };
    let listed = platforms.into_iter().map(|platform| {
        let before = before.map(|before| count(before, platform));
        row(platform.clone(), false, count(now, platform), before)
    });
    let mut rows: Vec<PlatformRow> = listed.collect();
    let beyond = |of: &ByPlatform| {
        let rest = rest.iter().map(|platform| count(of, platform));
        rest.sum::<Amount>() + of.others
    };
    let rest_now = beyond(now);
    if !rest_now.is_zero() {
        rows.push(row(None, true, rest_now, before.map(beyond)));
    }
    Some(rows)
}

fn seconds(millis: f64) -> f64 {
    millis / 1_000.0
}

impl SessionsAnswer {
    fn of(now: &SessionSummary, before: Option<&SessionSummary>) -> Self {
        let each = |summary: &SessionSummary| {
            let sessions = Amount::of(summary.all.sessions);
            Some(Ratio::of(sessions, Amount::of(summary.people))?.rounded(2))
        };
        let median = |summary: &SessionSummary| summary.all.median_millis;
        let amount = |of: fn(&SessionSummary) -> f64| {
            Change::of(
                Amount::of(of(now)),
                before.map(|before| Amount::of(of(before))),
            )
        };
        let median_before = before.and_then(median);
        let median_change =
            median(now).and_then(|now| change(Amount::of(now), median_before.map(Amount::of)));
        Self {
            total: amount(|summary| summary.all.sessions),
            people: amount(|summary| summary.people),
            per_person: each(now),
            previous_per_person: before.and_then(each),
            median_seconds: median(now).map(seconds),
            previous_median_seconds: median_before.map(seconds),
            median_change_percent: median_change.map(|change| change.percent(1)),
        }
    }
}

fn timeline(
    ask: &Ask,
    series: &[Point],
    spent: &Spent,
    before: Option<&Spent>,
    told: Told,
) -> Vec<LoginBucket> {
    let by_start = |spent: &Spent| -> HashMap<Instant, SessionNumbers> {
        let parts = spent.summary.parts.iter().cloned();
        spent.starts.iter().copied().zip(parts).collect()
    };
    let (spent, before) = (by_start(spent), before.map(by_start));
    let aligned = Aligned::of(ask);
    let numbers = |values: &[Amount], sessions: Option<&SessionNumbers>| {
        let counted = |metric: usize| told[metric].then(|| values[metric].rounded());
        LoginNumbers {
            logins: counted(0),
            failed_logins: counted(1),
            sessions: sessions.map_or(0, |numbers| Amount::of(numbers.sessions).rounded()),
            median_session_seconds: sessions
                .and_then(|numbers| numbers.median_millis)
                .map(seconds),
        }
    };
    let bucket = |(place, point): (usize, &Point)| LoginBucket {
        date: point.date.clone(),
        end: point.span.end,
        complete: point.span.complete,
        numbers: numbers(&point.values, spent.get(&point.span.start)),
        previous: point.before.as_ref().and_then(|values| {
            let bucket = aligned.before(place)?;
            Some(numbers(values, before.as_ref()?.get(&bucket.start)))
        }),
    };
    series.iter().enumerate().map(bucket).collect()
}
