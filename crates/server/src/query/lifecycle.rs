//! Who is new, stayed, came back or left.

use domain::{
    ratio::Ratio,
    time::{Bucket, Grain, Instant, Range, spine},
};
use engine::analysis::{Lifecycle, Pair, Stages};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Ask, BucketSpan, Meta, QueryError, QueryService, Run, Standing, UserRow, UserSort, UsersRequest,
};

/// Where people stand in their life with the chat.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LifecycleAnswer {
    /// The whole span beside the one before it, which is as long.
    pub summary: LifecycleNumbers,
    /// Each bucket of the span beside the whole bucket before it.
    pub series: Vec<LifecycleBucket>,
    /// The people behind a number of `summary`; only where the request asks for a list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub people: Option<LifecycleList>,
    /// Width of a bucket.
    #[schema(value_type = String, example = "week")]
    pub group_by: Grain,
    /// The period's name.
    pub period: String,
    /// What the answer is about.
    pub meta: Meta,
}

/// The people behind a number.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LifecycleList {
    /// Where they stand.
    pub standing: Standing,
    /// The rows, as the list of people has them: by engagement, those who churned by the messages that they
    /// wrote before.
    pub users: Vec<UserRow>,
    /// How many there are without limit and offset.
    pub total: u64,
}

/// Which people are listed beside the numbers.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct LifecycleRequest {
    /// Where they stand.
    pub standing: Standing,
    /// How many at most.
    pub limit: u32,
    /// How many are passed over.
    pub offset: u32,
    /// Whether e-mail addresses may be shown to the caller.
    pub with_email: bool,
}

/// Numbers of people of a span, beside those of the one before.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LifecycleNumbers {
    /// People active in the span: new, kept and returning together, each of which is rounded by itself.
    pub active_users: u64,
    /// Active in the span for the first time ever.
    pub new: u64,
    /// Active in the span and in the one before.
    pub kept: u64,
    /// Active in the span and not in the one before, but some time earlier.
    pub returning: u64,
    /// Active in the span before and not in this one; `null` where this one is not whole.
    pub churned: Option<u64>,
    /// The share of those active in the span before who are not in this one, in percent, one decimal;
    /// `null` where nobody was, or where this one is not whole.
    pub churn_rate: Option<f64>,
}

/// A bucket of time, and where the people who were active in it stood.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct LifecycleBucket {
    /// First local day of the bucket.
    #[schema(example = "2026-02-02")]
    pub date: String,
    /// First instant after the bucket.
    #[schema(value_type = String, format = DateTime)]
    pub end: Instant,
    /// Whether the span holds all of the bucket: not one that is not over at `asOf`.
    pub complete: bool,
    /// The numbers.
    #[serde(flatten)]
    pub numbers: LifecycleNumbers,
}

impl LifecycleNumbers {
    fn of(stages: Stages, is_whole: bool) -> Self {
        let Stages {
            new,
            kept,
            returning,
            before,
            churned,
        } = stages;
        let rate = Ratio::of(churned, before);
        Self {
            active_users: (new + kept + returning).rounded(),
            new: new.rounded(),
            kept: kept.rounded(),
            returning: returning.rounded(),
            churned: is_whole.then(|| churned.rounded()),
            churn_rate: rate.filter(|_| is_whole).map(|ratio| ratio.percent(1)),
        }
    }
}

impl QueryService {
    /// Answers who is new, stayed, came back or left: over the span, and bucket by bucket.
    pub async fn lifecycle(
        &self,
        ask: &Ask,
        listed: Option<LifecycleRequest>,
    ) -> Result<LifecycleAnswer, QueryError> {
        let run = self.begin(ask);
        let range = ask.window.range;
        let buckets = spine(range, ask.grain, &ask.zone);
        let nothing = Range::new(range.from(), range.from());
        let whole = Pair {
            now: range,
            before: ask.window.previous.unwrap_or(nothing),
        };
        let pair = |bucket: &Bucket| Pair {
            now: range.since(bucket.start).until(bucket.end),
            before: {
                let last = bucket.start.plus_millis(-1);
                Range::new(ask.grain.floor(last, &ask.zone), bucket.start)
            },
        };
        let pairs = std::iter::once(whole).chain(buckets.iter().map(pair));
        let stages = run.analyse(Lifecycle {
            workspace: ask.workspace.clone(),
            population: ask.population,
            zone: ask.zone.clone(),
            pairs: pairs.collect(),
        });
        let (stages, people) = tokio::try_join!(stages, run.people_who_stand(listed))?;
        let mut stages = stages.into_iter();
        let summary = stages.next().unwrap_or_default();
        let series = buckets.iter().zip(stages).map(|(bucket, stages)| {
            let span = BucketSpan::of(*bucket, range);
            LifecycleBucket {
                date: bucket.label(ask.grain, &ask.zone),
                end: span.end,
                complete: span.complete,
                numbers: LifecycleNumbers::of(stages, span.complete),
            }
        });
        Ok(LifecycleAnswer {
            summary: LifecycleNumbers::of(summary, true),
            series: series.collect(),
            people,
            group_by: ask.grain,
            period: ask.window.name.clone(),
            meta: run.meta(
                "People active in the span: for the first time (`new`), in the span before as well (`kept`), \
                 or not then but some time earlier (`returning`); `churned` were active in the span before and \
                 are not in this one.",
            ),
        })
    }
}

impl Run<'_> {
    /// Returns the people that are asked for by where they stand.
    async fn people_who_stand(
        &self,
        listed: Option<LifecycleRequest>,
    ) -> Result<Option<LifecycleList>, QueryError> {
        let Some(listed) = listed else {
            return Ok(None);
        };
        let sort = match listed.standing {
            Standing::New | Standing::Kept | Standing::Returning => UserSort::Engagement,
            Standing::Churned => UserSort::PreviousMessages,
        };
        let request = UsersRequest {
            sort,
            lifecycle: Some(listed.standing),
            limit: listed.limit,
            offset: listed.offset,
            with_email: listed.with_email,
            ..UsersRequest::default()
        };
        let page = self.page(&request).await?;
        Ok(Some(LifecycleList {
            standing: listed.standing,
            users: page.rows,
            total: page.total,
        }))
    }
}
