//! People: who does what, and how engaged they are.

mod active;
mod answer;
mod beginning;
mod listed;
mod matrix;
mod page;
mod person;
mod request;
mod returned;
mod standing;
mod timeline;
mod trends;

use domain::{dimension::Dimension, metric::Metric, ratio::Amount, time::Range};

use answer::UsersSummary;
pub use answer::{UserRow, UsersAnswer};
pub use matrix::{MOST_DAYS, MatrixAnswer};
pub use person::{PersonAnswer, PersonRequest};
pub use request::{UserMetric, UserSort, UsersRequest};
pub use standing::Standing;

use super::{Ask, QueryError, QueryService, Run, meta::Fields, value::total};

/// What is asked about each person.
const METRICS: [Metric; 8] = [
    Metric::Engagement,
    Metric::Messages,
    Metric::Reactions,
    Metric::Files,
    Metric::ActiveChannels,
    Metric::DaysActive,
    Metric::Events,
    Metric::LastActivity,
];

/// The places of the metrics in [`METRICS`].
mod place {
    pub(super) const ENGAGEMENT: usize = 0;
    pub(super) const MESSAGES: usize = 1;
    pub(super) const REACTIONS: usize = 2;
    pub(super) const FILES: usize = 3;
    pub(super) const CHANNELS: usize = 4;
    pub(super) const DAYS_ACTIVE: usize = 5;
    pub(super) const EVENTS: usize = 6;
    pub(super) const LAST_ACTIVITY: usize = 7;
}

/// Which metric each field is.
const FIELDS: Fields = &[
    ("users.messageCount", Metric::Messages),
    ("users.reactions", Metric::Reactions),
    ("users.files", Metric::Files),
    ("users.channelCount", Metric::ActiveChannels),
    ("users.channelsActive", Metric::ActiveChannels),
    ("users.daysActive", Metric::DaysActive),
    ("users.events", Metric::Events),
    ("users.engagementRaw", Metric::Engagement),
    ("users.lastActive", Metric::LastActivity),
    ("data.messageCount", Metric::Messages),
    ("data.reactions", Metric::Reactions),
    ("data.files", Metric::Files),
    ("data.channelCount", Metric::ActiveChannels),
    ("data.channelsActive", Metric::ActiveChannels),
    ("data.daysActive", Metric::DaysActive),
    ("data.events", Metric::Events),
    ("data.engagementRaw", Metric::Engagement),
    ("data.lastActive", Metric::LastActivity),
    ("summary.activeUsers", Metric::ActivePeople),
];

/// The same of the timeline, where there is one.
const TIMELINE_FIELDS: Fields = &[
    ("timeline.activeUsers", Metric::ActivePeople),
    ("timeline.messageCount", Metric::Messages),
];

impl QueryService {
    /// Answers what people do.
    pub async fn users(
        &self,
        ask: &Ask,
        request: &UsersRequest,
    ) -> Result<UsersAnswer, QueryError> {
        let run = self.begin(ask);
        let returned = async {
            match request.metric {
                UserMetric::Retention => Box::pin(self.returned(ask)).await.map(Some),
                UserMetric::Engagement | UserMetric::Activity | UserMetric::Adoption => Ok(None),
            }
        };
        let (known, page, timeline, returned) = tokio::try_join!(
            run.known_people(),
            run.page(request),
            run.timeline(request),
            returned
        )?;
        let Page {
            mut rows,
            total,
            scores,
            features,
        } = page;
        let active = run.count_active(ask.window.range, &scores).await?;
        let mut summary = UsersSummary::of(known, active, &scores);
        summary.retention = returned;
        summary.adoption = features.map(|features| summary.adoption_of(&features));
        if let Some(before) = ask.window.previous {
            run.add_trends(&mut rows, &mut summary, (active, &scores), before)
                .await?;
        }
        let of_timeline = timeline.as_ref().map_or(&[][..], |_| TIMELINE_FIELDS);
        Ok(UsersAnswer {
            period: ask.window.name.clone(),
            metric: request.metric.name(),
            users: rows.clone(),
            data: rows,
            summary,
            total,
            timeline,
            meta: run
                .meta(request.metric.text())
                .with(FIELDS)
                .with(of_timeline),
            explain: run.explanation(),
        })
    }
}

/// Rows of people, how many there are in all, and the score of everybody active.
pub(super) struct Page {
    pub(super) rows: Vec<UserRow>,
    pub(super) total: u64,
    scores: Vec<Option<f64>>,
    /// How many different features each of those who used any used, where it matters.
    features: Option<Vec<u64>>,
}

impl Run<'_> {
    /// Returns the people asked for.
    pub(super) async fn page(&self, request: &UsersRequest) -> Result<Page, QueryError> {
        let mut page = if request.is_of_one_question() {
            Box::pin(self.active_rows(request)).await?
        } else {
            Box::pin(self.listed_rows(request)).await?
        };
        Box::pin(self.complete(&mut page.rows, request)).await?;
        Ok(page)
    }

    /// Returns the score of everybody active.
    async fn scores(&self) -> Result<Vec<Option<f64>>, QueryError> {
        let scores = self.ask.now(&[Metric::Engagement]).by(&[Dimension::User]);
        Ok(self
            .query_with_distribution("scores", scores.top(1))
            .await?
            .1)
    }

    /// Returns how many people were active in a span, given the scores of those that are seen: sampled
    /// ones stand for others.
    async fn count_active(
        &self,
        range: Range,
        scores: &[Option<f64>],
    ) -> Result<Amount, QueryError> {
        if !self.store().is_sampled(&self.ask.workspace, range) {
            return Ok(Amount::whole(scores.iter().flatten().count() as u64));
        }
        let query = self.ask.over(range, &[Metric::ActivePeople]);
        Ok(total(&self.query("active people", query).await?, 0))
    }
}
