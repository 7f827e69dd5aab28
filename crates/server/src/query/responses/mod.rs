//! Responses: how fast people answer each other, and whom nobody answered.

mod answer;
mod numbers;
mod rows;
mod unanswered;

use std::collections::HashMap;

use domain::time::{Bucket, Instant, Range, spine};
use engine::analysis::{
    About, Digest, Times,
    responses::{ResponseGroup, ResponseTimes, Responses},
};
use serde::Serialize;
use utoipa::ToSchema;

pub use answer::{ResponseBucket, ResponseRow, ResponseTimesAnswer};
use numbers::{AnsweredShares, ResponseNumbers, ResponseSummary};
pub use unanswered::{UnansweredAnswer, UnansweredRequest, UnansweredRow};

use super::{Ask, BucketSpan, QueryError, QueryService, Run, aligned::Aligned};

/// What rows are by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ResponseBy {
    /// The channel.
    #[default]
    Channel,
    /// The local hour of the day.
    Hour,
    /// The role of whoever wrote.
    Role,
}

impl ResponseBy {
    /// What rows may be by, with its names.
    pub const NAMES: [(Self, &'static [&'static str]); 3] = [
        (Self::Channel, &["channel"]),
        (Self::Hour, &["hour"]),
        (Self::Role, &["role"]),
    ];

    const fn group(self) -> ResponseGroup {
        match self {
            Self::Channel => ResponseGroup::Channel,
            Self::Hour => ResponseGroup::Hour,
            Self::Role => ResponseGroup::Person,
        }
    }
}

/// What a request about response times has of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ResponseTimesRequest {
    /// What rows are by.
    pub by: ResponseBy,
    /// How many rows at most.
    pub limit: u32,
    /// How many rows are passed over.
    pub offset: u32,
}

impl Ask {
    /// Returns what an analysis of responses over a span is about.
    pub(super) fn responses(&self, range: Range) -> About {
        About {
            end: self.window.as_of,
            counted: self.filter.clone(),
            ..About::whole(Digest::Replies, self.workspace.clone(), range)
        }
    }
}

impl Run<'_> {
    async fn response_times(
        &self,
        range: Range,
        by: ResponseGroup,
    ) -> Result<Responses, QueryError> {
        let ask = self.ask;
        let analysis = ResponseTimes::new(ask.responses(range), ask.grain, by, &ask.zone);
        self.analyse_in_context(analysis).await
    }

    /// Returns the times of each bucket beside those of the one that it is compared with.
    fn response_series(&self, now: &Responses, before: Option<&Responses>) -> Vec<ResponseBucket> {
        let ask = self.ask;
        let aligned = Aligned::of(ask);
        let before = before.zip(ask.window.previous).map(|(before, range)| {
            let starts = spine(range, ask.grain, &ask.zone);
            let starts = starts.into_iter().map(|bucket| bucket.start);
            let buckets = starts.zip(before.by_bucket());
            buckets.collect::<HashMap<Instant, Option<Times>>>()
        });
        let buckets = aligned.now.iter().zip(now.by_bucket()).enumerate();
        let bucket = |(place, (bucket, times)): (_, (&Bucket, _))| {
            let span = BucketSpan::of(*bucket, ask.window.range);
            let previous = before.as_ref().and_then(|before| {
                let bucket = aligned.before(place)?;
                before.get(&bucket.start).copied()
            });
            ResponseBucket {
                date: bucket.label(ask.grain, &ask.zone),
                end: span.end,
                complete: span.complete,
                numbers: ResponseNumbers::of(times),
                previous: previous.map(ResponseNumbers::of),
            }
        };
        buckets.map(bucket).collect()
    }
}

impl QueryService {
    /// Answers how long responses take, and how soon starters are answered.
    pub async fn response_times(
        &self,
        ask: &Ask,
        request: &ResponseTimesRequest,
    ) -> Result<ResponseTimesAnswer, QueryError> {
        let run = self.begin(ask);
        let now = run
            .response_times(ask.window.range, request.by.group())
            .await?;
        let before = match ask.window.previous {
            Some(range) => Some(run.response_times(range, ResponseGroup::Hour).await?),
            None => None,
        };
        let times_before = before.as_ref().and_then(Responses::times);
        let summary = ResponseSummary::of(now.times(), times_before, before.is_some());
        let series = run.response_series(&now, before.as_ref());
        let times = [now.times(), times_before];
        let is_exact = times.into_iter().flatten().all(|times| times.is_exact);
        drop(before);
        let answered = AnsweredShares::of(now.answered());
        let (rows, total) = run.response_rows(now, request).await?;
        Ok(ResponseTimesAnswer {
            summary,
            answered,
            series,
            rows,
            total,
            by: request.by,
            group_by: ask.grain,
            period: ask.window.name.clone(),
            meta: run.meta(
                "A response is a message after one of another person in the same thread, or in the same channel \
                 outside of threads, at most 24 hours later and with no message between them; its time is the \
                 gap. A starter is the first message of a thread, or one after 30 minutes of silence outside of \
                 threads, and is answered by the first message of another person within 24 hours. Bots neither \
                 answer nor are answered.",
            )
            .estimated(!is_exact),
        })
    }
}
