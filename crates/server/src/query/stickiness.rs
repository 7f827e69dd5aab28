//! How regularly people come.

use domain::{
    dimension::Dimension,
    metric::Metric,
    ratio::{Amount, Ratio},
    time::{Bucket, Grain, Instant, Range, spine},
};
use engine::analysis::{Habits, Regularity};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Ask, BucketSpan, Meta, QueryError, QueryService, Run,
    value::{amount, total},
};

/// Local days of a window of monthly activity.
const MONTH: u16 = 30;
const DAY: u64 = 86_400_000;

/// How regularly people come.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StickinessAnswer {
    /// The whole span.
    pub summary: StickinessSummary,
    /// Each local day of the span.
    pub series: Vec<StickinessDay>,
    /// People by the number of local days of the span that they were active on: from one day to all.
    pub days_active: Vec<PeopleByDays>,
    /// People by the number of the last local days that they were active on.
    pub power_users: PowerUsers,
    /// The period's name.
    pub period: String,
    /// What the answer is about.
    pub meta: Meta,
}

/// Stickiness of a span, and of the one that it is compared with.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct StickinessSummary {
    /// The span.
    #[serde(flatten)]
    pub numbers: StickinessNumbers,
    /// The span compared with; `null` where nothing is compared.
    pub previous: Option<StickinessNumbers>,
}

/// Stickiness of a span.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StickinessNumbers {
    /// People active on a local day, averaged over the days of the span ÷ people active in the
    /// 30 × 24 hours before its end, three decimals; `null` without any.
    pub stickiness: Option<f64>,
    /// People active on a local day, averaged over the days of the span, one decimal.
    pub daily_active: f64,
    /// People active in the 30 × 24 hours before the end of the span.
    pub monthly_active: u64,
}

/// People of a local day beside those of the 30 local days that end with it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct StickinessDay {
    /// The day.
    #[schema(example = "2026-02-01")]
    pub date: String,
    /// First instant after the day.
    #[schema(value_type = String, format = DateTime)]
    pub end: Instant,
    /// Whether the span holds all of the day: not one that is not over at `asOf`.
    pub complete: bool,
    /// People active on the day.
    pub dau: u64,
    /// People active on any of the 30 local days that end with it.
    pub mau: u64,
    /// `dau` ÷ `mau`, three decimals; `null` without any.
    pub stickiness: Option<f64>,
}

/// People active on exactly so many days.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PeopleByDays {
    /// Local days with activity.
    pub days: u64,
    /// People.
    pub users: u64,
    /// Their share of everybody active on any of the days, in percent, one decimal; `null` of nobody.
    pub share: Option<f64>,
}

/// People by the number of the last local days that they were active on.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PowerUsers {
    /// How many local days, the last of which is that of the end of the span.
    pub days: u16,
    /// People active on any of them.
    pub users: u64,
    /// By the number of days: from one day to all.
    pub curve: Vec<PeopleByDays>,
}

impl QueryService {
    /// Answers how regularly people come, and on how many of the last days.
    pub async fn stickiness(&self, ask: &Ask, last: u16) -> Result<StickinessAnswer, QueryError> {
        let run = self.begin(ask);
        let habits = run.analyse(Habits {
            workspace: ask.workspace.clone(),
            population: ask.population,
            zone: ask.zone.clone(),
            span: ask.window.range,
            window: MONTH,
            last,
        });
        let month = async {
            let query = ask.over(
                ask.before_end(u64::from(MONTH) * DAY),
                &[Metric::ActivePeople],
            );
            let table = run.query("active people of 30 days", query).await?;
            Ok::<_, QueryError>(total(&table, 0))
        };
        let (habits, month, previous) = tokio::try_join!(habits, month, run.stickiness_before())?;
        let Regularity {
            days,
            by_days,
            by_last_days,
        } = habits;
        let daily = days.iter().map(|[active, _]| *active).sum();
        let buckets = spine(ask.window.range, Grain::Day, &ask.zone);
        let day = |(bucket, [dau, mau]): (&Bucket, &[Amount; 2])| {
            let span = BucketSpan::of(*bucket, ask.window.range);
            let share = Ratio::of(*dau, *mau);
            StickinessDay {
                date: bucket.label(Grain::Day, &ask.zone),
                end: span.end,
                complete: span.complete,
                dau: dau.rounded(),
                mau: mau.rounded(),
                stickiness: share.map(|share| share.rounded(3)),
            }
        };
        Ok(StickinessAnswer {
            summary: StickinessSummary {
                numbers: StickinessNumbers::of(daily, month, ask.window.days),
                previous,
            },
            series: buckets.iter().zip(&days).map(day).collect(),
            days_active: people_by_days(&by_days),
            power_users: PowerUsers {
                days: last,
                users: by_last_days.iter().copied().sum::<Amount>().rounded(),
                curve: people_by_days(&by_last_days),
            },
            period: ask.window.name.clone(),
            meta: run.meta(
                "People active on a local day, averaged over the days of the span, divided by people active \
                 in the 30 × 24 hours before its end. In the series both are of local days: those of the day, \
                 and those of the 30 days that end with it.",
            ),
        })
    }
}

impl Run<'_> {
    /// Returns the stickiness of the span compared with.
    async fn stickiness_before(&self) -> Result<Option<StickinessNumbers>, QueryError> {
        let ask = self.ask;
        let Some(before) = ask.window.previous else {
            return Ok(None);
        };
        let people = [Metric::ActivePeople];
        let by_day = ask.over(before, &people).by(&[Dimension::Time(Grain::Day)]);
        let month = ask.over(Range::ending(before.to(), u64::from(MONTH) * DAY), &people);
        let (by_day, month) = tokio::try_join!(
            self.query("active people by day before", by_day),
            self.query("active people of 30 days before", month),
        )?;
        let daily = by_day.rows.iter().map(|row| amount(row, 0)).sum();
        let numbers = StickinessNumbers::of(daily, total(&month, 0), ask.window.days);
        Ok(Some(numbers))
    }
}

impl StickinessNumbers {
    /// Returns the numbers of people of each day together, of a month, and of so many days.
    fn of(daily: Amount, monthly: Amount, days: u32) -> Self {
        let stickiness = Ratio::of(daily, monthly.times(days));
        let average = Ratio::of(daily, Amount::whole(days.into()));
        Self {
            stickiness: stickiness.map(|stickiness| stickiness.rounded(3)),
            daily_active: average.map_or(0.0, |average| average.rounded(1)),
            monthly_active: monthly.rounded(),
        }
    }
}

/// Returns the numbers of people by days, from one day on, each with its share.
fn people_by_days(people: &[Amount]) -> Vec<PeopleByDays> {
    let everybody = people.iter().copied().sum();
    (1..)
        .zip(people)
        .map(|(days, users)| PeopleByDays {
            days,
            users: users.rounded(),
            share: Ratio::of(*users, everybody).map(|share| share.percent(1)),
        })
        .collect()
}
