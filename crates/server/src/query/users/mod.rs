//! People: who does what, and how engaged they are.

mod active;
mod answer;
mod inactive;
mod timeline;
mod trends;

use domain::{dimension::Dimension, engagement::Level, metric::Metric, ratio::Amount, time::Range};
use serde::Serialize;
use store::Search;

use answer::UsersSummary;
pub use answer::{UserRow, UsersAnswer};

use super::{Ask, QueryError, QueryService, Run, value::total};

/// What rows are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub enum UserSort {
    /// The engagement score, unclamped.
    #[default]
    Engagement,
    /// Messages written.
    Messages,
    /// Events of any kind.
    Activity,
    /// Days with activity.
    DaysActive,
    /// Last activity.
    LastActive,
}

impl UserSort {
    /// The orders with their names; the first is shown.
    pub const NAMES: [(Self, &'static [&'static str]); 5] = [
        (Self::Engagement, &["engagement", "engagementScore"]),
        (Self::Messages, &["messages", "messageCount"]),
        (Self::Activity, &["activity", "events"]),
        (Self::DaysActive, &["daysActive"]),
        (Self::LastActive, &["lastActive", "lastActivity"]),
    ];

    /// Returns the place of what it sorts by among [`METRICS`].
    const fn place(self) -> usize {
        match self {
            Self::Engagement => place::ENGAGEMENT,
            Self::Messages => place::MESSAGES,
            Self::Activity => place::EVENTS,
            Self::DaysActive => place::DAYS_ACTIVE,
            Self::LastActive => place::LAST_ACTIVITY,
        }
    }
}

/// Which people are asked for.
#[derive(Debug, Clone, Default, Serialize)]
pub struct UsersRequest {
    /// The name of the metric asked for, as it was asked.
    pub metric: String,
    /// Sorted by what.
    pub sort: UserSort,
    /// Smallest first.
    pub ascending: bool,
    /// Only this level of engagement.
    pub level: Option<Level>,
    /// Only people who were active, or only those who were not.
    pub active: Option<bool>,
    /// Only people whose name or identifier holds this.
    pub search: Option<String>,
    /// How many at most.
    pub limit: u32,
    /// How many are passed over.
    pub offset: u32,
    /// Whether e-mail addresses may be shown to the caller.
    pub with_email: bool,
    /// Whether everybody's activity over time is asked for as well.
    pub timeline: bool,
}

impl UsersRequest {
    fn search(&self) -> Option<Search> {
        let text = self.search.as_ref()?;
        Some(Search::new(text, self.with_email))
    }
}

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

impl QueryService {
    /// Answers what people do.
    pub async fn users(
        &self,
        ask: &Ask,
        request: &UsersRequest,
    ) -> Result<UsersAnswer, QueryError> {
        let run = self.begin(ask);
        let page = async {
            if request.active == Some(false) {
                run.inactive_rows(request).await
            } else {
                run.active_rows(request).await
            }
        };
        let (known, page, timeline) =
            tokio::try_join!(run.known_people(), page, run.timeline(request))?;
        let Page {
            mut rows,
            total,
            scores,
        } = page;
        let active = run.count_active(ask.window.range, &scores).await?;
        let mut summary = UsersSummary::of(known, active, &scores);
        if let Some(before) = ask.window.previous {
            run.add_trends(&mut rows, &mut summary, (active, &scores), before)
                .await?;
        }
        Ok(UsersAnswer {
            period: ask.window.name.clone(),
            metric: request.metric.clone(),
            users: rows.clone(),
            data: rows,
            summary,
            total,
            timeline,
            meta: run.meta(Metric::Engagement.definition().text),
            explain: run.explanation(),
        })
    }
}

/// People, how many there are in all, and the score of everybody active.
struct Page {
    rows: Vec<UserRow>,
    total: u64,
    scores: Vec<Option<f64>>,
}

impl Run<'_> {
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
