//! Who comes back after signing up.

use domain::{
    ratio::{Amount, Ratio},
    time::{Grain, Instant, Range, spine},
};
use jiff::{ToSpan as _, tz::TimeZone};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Ask, Meta, QueryError, QueryService};

/// The days after sign-up that are looked at.
const DAYS: [u32; 3] = [1, 7, 30];

/// Sign-up cohorts and how many of each came back.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RetentionAnswer {
    /// Shares over all cohorts that are old enough.
    pub summary: Vec<RetentionShare>,
    /// One row for each cohort.
    pub cohorts: Vec<RetentionRow>,
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
    /// Share active on that day, in percent, one decimal.
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
    /// Share active on that day, in percent, one decimal.
    pub share: Option<f64>,
}

impl QueryService {
    /// Answers who came back, by cohorts of the asked grain.
    pub async fn retention(&self, ask: &Ask) -> Result<RetentionAnswer, QueryError> {
        let run = self.begin(ask);
        let range = ask.window.range;
        let cohorts: Vec<Range> = spine(range, ask.grain, &ask.zone)
            .into_iter()
            .map(|bucket| range.since(bucket.start).until(bucket.end))
            .collect();
        let as_of = ask.window.as_of;
        let (counted, origin) = self
            .store
            .retention(
                &ask.workspace,
                &cohorts,
                DAYS,
                as_of,
                &ask.zone,
                ask.population,
            )
            .await?;
        run.noted(origin);
        let share = |part: u64, whole: u64| {
            let ratio = Ratio::of(Amount::whole(part), Amount::whole(whole));
            ratio.map(|ratio| ratio.percent(1))
        };
        let mut summary = DAYS.map(|day| RetentionShare {
            day,
            size: 0,
            on_day: 0,
            share: None,
        });
        let mut rows = Vec::with_capacity(cohorts.len());
        for (cohort, counted) in cohorts.iter().zip(&counted) {
            let mut days = Vec::with_capacity(DAYS.len());
            for (index, day) in DAYS.into_iter().enumerate() {
                let over = end_of_day(*cohort, day, &ask.zone) <= as_of;
                let [on_day, on_or_after, within] = counted.returned[index];
                if over {
                    summary[index].size += counted.size;
                    summary[index].on_day += on_day;
                }
                days.push(RetentionDay {
                    day,
                    on_day: over.then_some(on_day),
                    on_or_after: over.then_some(on_or_after),
                    within: over.then_some(within),
                    share: over.then(|| share(on_day, counted.size)).flatten(),
                });
            }
            let cohort = cohort.from().day(&ask.zone).to_string();
            rows.push(RetentionRow {
                cohort,
                size: counted.size,
                days,
            });
        }
        for total in &mut summary {
            total.share = share(total.on_day, total.size);
        }
        Ok(RetentionAnswer {
            summary: summary.to_vec(),
            cohorts: rows,
            group_by: ask.grain,
            period: ask.window.name.clone(),
            meta: run.meta(
                "Share of a sign-up cohort active on local day N after sign-up; sign-up is the \
                 sign-up event, else the account's creation, else when first seen.",
            ),
        })
    }
}

/// Returns the instant at which the Nth local day of the last one to sign up is over.
fn end_of_day(cohort: Range, day: u32, zone: &TimeZone) -> Instant {
    let last = cohort.to().plus_millis(-1).day(zone);
    Instant::start_of(last.saturating_add((i64::from(day) + 1).days()), zone)
}
