//! Who comes back after signing up.

use domain::{
    ratio::{Amount, Ratio},
    time::{Grain, Instant, Range, spine},
};
use engine::analysis::{Retention, Returned};
use jiff::{ToSpan as _, tz::TimeZone};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Ask, Meta, QueryError, QueryService};

/// What counts as having come back by day N.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum RetentionMode {
    /// Active on day N.
    #[default]
    Day,
    /// Active on day N or later.
    Unbounded,
    /// Active at least once from day 1 to day N.
    Bracket,
}

impl RetentionMode {
    /// The modes with their names.
    pub const NAMES: [(Self, &'static [&'static str]); 3] = [
        (Self::Day, &["day"]),
        (Self::Unbounded, &["unbounded"]),
        (Self::Bracket, &["bracket"]),
    ];

    const fn place(self) -> usize {
        match self {
            Self::Day => 0,
            Self::Unbounded => 1,
            Self::Bracket => 2,
        }
    }
}

/// What a request about retention has of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RetentionRequest {
    /// After how many local days.
    pub days: Vec<u32>,
    /// What the shares are of.
    pub mode: RetentionMode,
}

/// Sign-up cohorts and how many of each came back.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RetentionAnswer {
    /// Shares over all cohorts that are old enough.
    pub summary: Vec<RetentionShare>,
    /// One row for each cohort.
    pub cohorts: Vec<RetentionRow>,
    /// What the shares are of.
    pub mode: RetentionMode,
    /// Width of a cohort.
    #[schema(value_type = String, example = "week")]
    pub group_by: Grain,
    /// The period's name.
    pub period: String,
    /// What the answer is about.
    pub meta: Meta,
}

/// A cohort: people who signed up in one bucket of time.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RetentionRow {
    /// First local day of the cohort.
    pub cohort: String,
    /// People in it.
    pub size: u64,
    /// How many came back, by day.
    pub days: Vec<RetentionDay>,
}

/// How many of a cohort came back by a day; `null` where the cohort is too young to tell.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RetentionDay {
    /// Local days after the day of sign-up.
    pub day: u32,
    /// Active on that day.
    pub on_day: Option<u64>,
    /// Active on that day or later.
    pub on_or_after: Option<u64>,
    /// Active at least once from day 1 to that day.
    pub within: Option<u64>,
    /// Share that came back as `mode` says, in percent, one decimal.
    pub share: Option<f64>,
}

/// The share that came back over all cohorts that are old enough.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RetentionShare {
    /// Local days after the day of sign-up.
    pub day: u32,
    /// People in cohorts that are old enough.
    pub size: u64,
    /// Active on that day.
    pub on_day: u64,
    /// Active on that day or later.
    pub on_or_after: u64,
    /// Active at least once from day 1 to that day.
    pub within: u64,
    /// Share that came back as `mode` says, in percent, one decimal.
    pub share: Option<f64>,
}

impl QueryService {
    /// Answers who came back, by cohorts of the asked grain.
    pub async fn retention(
        &self,
        ask: &Ask,
        request: &RetentionRequest,
    ) -> Result<RetentionAnswer, QueryError> {
        let run = self.begin(ask);
        let range = ask.window.range;
        let cohorts: Vec<Range> = spine(range, ask.grain, &ask.zone)
            .into_iter()
            .map(|bucket| range.since(bucket.start).until(bucket.end))
            .collect();
        let as_of = ask.window.as_of;
        let counted = run
            .analyse(Retention {
                workspace: ask.workspace.clone(),
                population: ask.population,
                zone: ask.zone.clone(),
                cohorts: cohorts.clone(),
                days: request.days.clone(),
                as_of,
            })
            .await?;
        let share = |returned: Returned, size: Amount| {
            let ratio = Ratio::of(returned[request.mode.place()], size);
            ratio.map(|ratio| ratio.percent(1))
        };
        let mut totals = vec![(Amount::ZERO, Returned::default()); request.days.len()];
        let mut rows = Vec::with_capacity(cohorts.len());
        for (cohort, counted) in cohorts.iter().zip(&counted) {
            let mut days = Vec::with_capacity(request.days.len());
            for (place, day) in request.days.iter().copied().enumerate() {
                let over = end_of_day(*cohort, day, &ask.zone) <= as_of;
                let returned = counted.returned[place];
                if over {
                    let (size, total) = &mut totals[place];
                    *size = *size + counted.size;
                    for (total, more) in total.iter_mut().zip(returned) {
                        *total = *total + more;
                    }
                }
                let [on_day, on_or_after, within] =
                    returned.map(|count| over.then(|| count.rounded()));
                days.push(RetentionDay {
                    day,
                    on_day,
                    on_or_after,
                    within,
                    share: over.then(|| share(returned, counted.size)).flatten(),
                });
            }
            rows.push(RetentionRow {
                cohort: cohort.from().day(&ask.zone).to_string(),
                size: counted.size.rounded(),
                days,
            });
        }
        let summary = request.days.iter().zip(totals).map(|(day, (size, total))| {
            let [on_day, on_or_after, within] = total.map(Amount::rounded);
            RetentionShare {
                day: *day,
                size: size.rounded(),
                on_day,
                on_or_after,
                within,
                share: share(total, size),
            }
        });
        Ok(RetentionAnswer {
            summary: summary.collect(),
            cohorts: rows,
            mode: request.mode,
            group_by: ask.grain,
            period: ask.window.name.clone(),
            meta: run.meta(
                "Share of a sign-up cohort active on local day N after sign-up (`mode=day`), on that \
                 day or later (`unbounded`), or at least once from day 1 to it (`bracket`); sign-up is \
                 the sign-up event, else the account's creation, else when first seen. Over sampled \
                 events both numbers are estimates, and a share may come to more than 100.",
            ),
        })
    }
}

/// Returns the instant at which the Nth local day of the last one to sign up is over.
fn end_of_day(cohort: Range, day: u32, zone: &TimeZone) -> Instant {
    let last = cohort.to().plus_millis(-1).day(zone);
    Instant::start_of(last.saturating_add((i64::from(day) + 1).days()), zone)
}
