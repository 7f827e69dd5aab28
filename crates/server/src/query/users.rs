//! People: who does what, and how engaged they are.

use std::collections::{BTreeMap, HashMap, HashSet};

use domain::{
    dimension::Dimension,
    engagement::{FORMULA, Level, mean_score, points, score},
    filter::{Field, Filter},
    metric::Metric,
    query::{Having, Order, OrderBy},
    ratio::{Amount, Ratio},
    time::{Instant, Range},
};
use serde::Serialize;
use store::{Cell, PersonRow, Search, TableRow};
use utoipa::ToSchema;

use super::{
    Ask, Change, Explained, Meta, QueryError, QueryService, Run,
    value::{amount, count},
};

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
    /// Returns the order of that name.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "engagement" | "engagementScore" => Some(Self::Engagement),
            "messages" | "messageCount" => Some(Self::Messages),
            "activity" | "events" => Some(Self::Activity),
            "daysActive" => Some(Self::DaysActive),
            "lastActive" | "lastActivity" => Some(Self::LastActive),
            _ => None,
        }
    }

    const fn metric(self) -> usize {
        match self {
            Self::Engagement => 0,
            Self::Messages => 1,
            Self::Activity => 6,
            Self::DaysActive => 5,
            Self::LastActive => 7,
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

/// People and their activity; the rows stand under both names that are in use.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UsersAnswer {
    /// The period's name.
    pub period: String,
    /// The metric asked for.
    pub metric: String,
    /// The rows.
    pub users: Vec<UserRow>,
    /// The same rows.
    pub data: Vec<UserRow>,
    /// Everybody together.
    pub summary: UsersSummary,
    /// How many rows there are without limit and offset.
    pub total: u64,
    /// Everybody together in each bucket; only where the request says how wide these are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub timeline: Option<Vec<UsersBucket>>,
    /// What the answer is about.
    pub meta: Meta,
    /// How the numbers came about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explain: Option<Vec<Explained>>,
}

/// Everybody together in a bucket of time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UsersBucket {
    /// Local day (first day of a week or month), or instant of an hour.
    #[schema(example = "2026-02-01")]
    pub date: String,
    /// People active.
    pub active_users: u64,
    /// Messages written.
    pub message_count: u64,
    /// First instant after the bucket.
    #[schema(value_type = String, format = DateTime)]
    pub end: Instant,
    /// Whether the span holds all of the bucket: not one that is not over at `asOf`.
    pub complete: bool,
    /// The bucket that it is compared with; left out where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<UsersBucketBefore>,
}

/// Everybody together in the bucket that another one is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UsersBucketBefore {
    /// People active.
    pub active_users: u64,
    /// Messages written.
    pub message_count: u64,
}

/// Everybody together.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UsersSummary {
    /// People known, of those that the request is about.
    pub total_users: u64,
    /// People active in the period.
    pub active_users: u64,
    /// Mean of the clamped, unrounded scores of the people active, rounded once; 0 without any.
    pub average_engagement: u64,
    /// People active at each level of engagement.
    pub levels: Levels,
    /// How the score is computed.
    pub formula: &'static str,
    /// The same values beside those before them; only where the request says what to compare with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trends: Option<UsersTrends>,
}

/// Values of everybody together beside those before them.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UsersTrends {
    /// People active.
    pub active_users: Change,
    /// Mean engagement score.
    pub average_engagement: Change,
    /// People of low engagement.
    pub low: Change,
    /// People of medium engagement.
    pub medium: Change,
    /// People of high engagement.
    pub high: Change,
}

/// People at each level of engagement.
#[derive(Debug, Clone, Copy, Default, Serialize, ToSchema)]
pub struct Levels {
    /// Score 0 to 30.
    pub low: u64,
    /// Score 31 to 60.
    pub medium: u64,
    /// Score 61 to 100.
    pub high: u64,
}

/// A person's activity, with both names of each value.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserRow {
    /// Who.
    pub user_id: String,
    /// Name shown to others.
    pub name: String,
    /// The same name.
    pub display_name: String,
    /// E-mail address; empty unless the caller may see it.
    pub email: String,
    /// Role in the chat.
    pub role: Option<String>,
    /// Messages written.
    pub message_count: u64,
    /// Reactions given.
    pub reactions: u64,
    /// Files shared.
    pub files: u64,
    /// Channels written in.
    pub channels_active: u64,
    /// The same number.
    pub channel_count: u64,
    /// Days with activity.
    pub days_active: u64,
    /// Events of any kind.
    pub events: u64,
    /// Engagement score, 0 to 100.
    pub engagement_score: u32,
    /// The score before it is clamped and rounded, four decimals; `null` without activity.
    pub engagement_raw: Option<f64>,
    /// Level of the score.
    #[schema(value_type = String, example = "high")]
    pub engagement_level: Level,
    /// Last activity in the period; `null` without activity.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_active: Option<Instant>,
    /// The counts and the score beside those before them, each under its name; only where the request
    /// says what to compare with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trends: Option<BTreeMap<&'static str, Change>>,
}

impl UserRow {
    /// Returns what is compared, each value under its name and the score unrounded.
    fn compared(&self) -> [(&'static str, Amount); 7] {
        let score = self.engagement_raw.unwrap_or_default();
        [
            ("messageCount", Amount::whole(self.message_count)),
            ("reactions", Amount::whole(self.reactions)),
            ("files", Amount::whole(self.files)),
            ("channelsActive", Amount::whole(self.channels_active)),
            ("daysActive", Amount::whole(self.days_active)),
            ("events", Amount::whole(self.events)),
            ("engagementScore", Amount::of(score.clamp(0.0, 100.0))),
        ]
    }
}

/// Most people that a search may find among those who were active: each is named in the question.
const MOST_FOUND: usize = 10_000;

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
        let mut summary = summary(known, &scores);
        if let Some(before) = ask.window.previous {
            run.add_trends(&mut rows, &mut summary, &scores, before)
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

    /// Puts the values of another span beside those of the asked one.
    async fn add_trends(
        &self,
        rows: &mut [UserRow],
        summary: &mut UsersSummary,
        scores_now: &[Option<f64>],
        before: Range,
    ) -> Result<(), QueryError> {
        let ask = self.ask;
        let scores = ask.over(before, &[Metric::Engagement]);
        let scores = scores.by(&[Dimension::User]).top(1);
        let ids: Vec<String> = rows.iter().map(|row| row.user_id.clone()).collect();
        let values = (!ids.is_empty()).then(|| {
            ask.over(before, &METRICS)
                .only(Filter::Is(Field::User, ids))
                .by(&[Dimension::User])
                .in_any_order()
        });
        let ((_, scores), values) = tokio::try_join!(
            self.query_with_distribution("scores before", scores),
            self.query_if("people before", values),
        )?;
        let then = self::summary(0, &scores);
        let change =
            |now: u64, then: u64| Change::of(Amount::whole(now), Some(Amount::whole(then)));
        summary.trends = Some(UsersTrends {
            active_users: change(summary.active_users, then.active_users),
            average_engagement: Change::of(mean(scores_now), Some(mean(&scores))),
            low: change(summary.levels.low, then.levels.low),
            medium: change(summary.levels.medium, then.levels.medium),
            high: change(summary.levels.high, then.levels.high),
        });
        let values = values.unwrap_or_default();
        let by_id: HashMap<&str, &TableRow> = values
            .rows
            .iter()
            .filter_map(|row| Some((row.keys[0].as_text()?, row)))
            .collect();
        for row in rows {
            let then = by_id.get(row.user_id.as_str()).copied();
            let then = user_row(&row.user_id, None, then, false);
            let pairs = row.compared().into_iter().zip(then.compared());
            let trends = pairs.map(|((name, now), (_, then))| (name, Change::of(now, Some(then))));
            row.trends = Some(trends.collect());
        }
        Ok(())
    }

    /// Returns what everybody did over time, where that is asked for.
    async fn timeline(
        &self,
        request: &UsersRequest,
    ) -> Result<Option<Vec<UsersBucket>>, QueryError> {
        if !request.timeline {
            return Ok(None);
        }
        let points = self
            .series(&[Metric::ActivePeople, Metric::Messages])
            .await?;
        let buckets = points.into_iter().map(|point| UsersBucket {
            active_users: point.values[0].rounded(),
            message_count: point.values[1].rounded(),
            end: point.span.end,
            complete: point.span.complete,
            previous: point.before.map(|before| UsersBucketBefore {
                active_users: before[0].rounded(),
                message_count: before[1].rounded(),
            }),
            date: point.date,
        });
        Ok(Some(buckets.collect()))
    }

    /// Returns whom a search finds, unless these are too many.
    async fn found(&self, search: Search) -> Result<Vec<String>, QueryError> {
        let ask = self.ask;
        let found = self
            .store()
            .find_people(&ask.workspace, ask.population, search, MOST_FOUND);
        let (found, count) = found.await?;
        if count > found.len() as u64 {
            return Err(QueryError::TooMany {
                parameter: "search",
                advice: format!(
                    "{count} people are found, more than the {MOST_FOUND} that may be: look for a longer text"
                ),
            });
        }
        Ok(found)
    }

    /// Returns everybody who was active.
    async fn active_people(&self) -> Result<HashSet<String>, QueryError> {
        // An event of the chat itself makes nobody active.
        let active = self.ask.now(&[Metric::DaysActive]).by(&[Dimension::User]);
        let (mut people, mut offset) = (HashSet::new(), 0);
        loop {
            let mut page = active.clone();
            page.offset = offset;
            let table = self.query("active people", page).await?;
            // TRICKY: rows are in the order of identifiers, so that whoever becomes active meanwhile
            // moves others to a later page, and nobody to one that was read.
            let rows = u32::try_from(table.rows.len()).unwrap_or(u32::MAX);
            offset = offset.saturating_add(rows);
            let is_whole = rows == 0 || u64::from(offset) >= table.total;
            people.extend(table.rows.into_iter().filter_map(
                |mut row| match row.keys.swap_remove(0) {
                    Cell::Text(id) => Some(id),
                    Cell::None | Cell::Int(_) => None,
                },
            ));
            if is_whole {
                return Ok(people);
            }
        }
    }

    async fn active_rows(&self, request: &UsersRequest) -> Result<Page, QueryError> {
        let ask = self.ask;
        let mut query = ask.now(&METRICS).by(&[Dimension::User]);
        if let Some(search) = request.search() {
            let found = self.found(search).await?;
            if found.is_empty() {
                return Ok(Page {
                    rows: Vec::new(),
                    total: 0,
                    scores: self.scores().await?,
                });
            }
            query = query.only(Filter::Is(Field::User, found));
        }
        // An event of the chat itself makes nobody active.
        query.having = Some(Having {
            metric: 5,
            at_least: Some(1.0),
            below: None,
        });
        if let Some(level) = request.level {
            let (low, high) = level.scores();
            let at_least = (low > 0).then(|| f64::from(low) - 0.5);
            let below = (high < 100).then(|| f64::from(high) + 0.5);
            query.having = Some(Having {
                metric: 0,
                at_least,
                below,
            });
        }
        query.order = Order {
            by: OrderBy::Metric(request.sort.metric()),
            descending: !request.ascending,
        };
        query.limit = Some(request.limit);
        query.offset = request.offset;
        let (mut table, mut scores) = self.query_with_distribution("people", query).await?;
        if request.search.is_some() {
            scores = self.scores().await?;
        }
        if request.level.is_some() {
            table.rows.retain(|row| count(row, 5) > 0);
        }
        let ids: Vec<String> = table
            .rows
            .iter()
            .filter_map(|row| row.keys[0].as_text().map(str::to_owned))
            .collect();
        let named = self.store().people(&ask.workspace, &ids).await?;
        let by_id: HashMap<&str, &PersonRow> = named
            .iter()
            .map(|person| (person.id.as_str(), person))
            .collect();
        let rows = table
            .rows
            .iter()
            .filter_map(|row| {
                let id = row.keys[0].as_text()?;
                Some(user_row(
                    id,
                    by_id.get(id).copied(),
                    Some(row),
                    request.with_email,
                ))
            })
            .collect();
        Ok(Page {
            rows,
            total: table.total,
            scores,
        })
    }

    /// Returns people without activity, by identifier.
    async fn inactive_rows(&self, request: &UsersRequest) -> Result<Page, QueryError> {
        let ask = self.ask;
        let active = self.active_people().await?;
        let search = request.search();
        let filter = ask.filter.clone();
        let level_fits = request.level.is_none_or(|level| level == Level::Low);
        let is_silent = move |person: &PersonRow| {
            let (name, email) = (person.name.as_deref(), person.email.as_deref());
            let is_found = |search: &Search| search.finds(&person.id, name, email);
            level_fits
                && !active.contains(&person.id)
                && filter.admits(&Field::User, &person.id)
                && search.as_ref().is_none_or(is_found)
        };
        let (silent, total) = self
            .store()
            .pick_people(
                &ask.workspace,
                ask.population,
                Box::new(is_silent),
                request.offset,
                request.limit,
            )
            .await?;
        let rows = silent
            .iter()
            .map(|person| user_row(&person.id, Some(person), None, request.with_email))
            .collect();
        Ok(Page {
            rows,
            total,
            scores: self.scores().await?,
        })
    }
}

fn user_row(
    id: &str,
    person: Option<&PersonRow>,
    row: Option<&TableRow>,
    with_email: bool,
) -> UserRow {
    let value = |metric: usize| row.map_or(0, |row| count(row, metric));
    let raw = row.and_then(|row| row.values[0]);
    let engagement = row.and_then(|row| {
        let points = points(amount(row, 1), amount(row, 2), amount(row, 3));
        Ratio::of(points, amount(row, 5))
    });
    let name = person
        .and_then(|person| person.name.clone())
        .unwrap_or_else(|| id.to_owned());
    let email = person
        .filter(|_| with_email)
        .and_then(|person| person.email.clone());
    let score = raw.map_or(0, score);
    UserRow {
        user_id: id.to_owned(),
        display_name: name.clone(),
        name,
        email: email.unwrap_or_default(),
        role: person.and_then(|person| person.role.clone()),
        message_count: value(1),
        reactions: value(2),
        files: value(3),
        channels_active: value(4),
        channel_count: value(4),
        days_active: value(5),
        events: value(6),
        engagement_score: score,
        engagement_raw: engagement.map(|score| score.rounded(4)),
        engagement_level: Level::of(score),
        #[expect(
            clippy::cast_possible_truncation,
            reason = "milliseconds stay far below 2^53"
        )]
        last_active: row
            .and_then(|row| row.values[7])
            .map(|millis| Instant::from_millis(millis as i64)),
        trends: None,
    }
}

/// Returns the mean of the clamped scores, unrounded; nothing of nobody.
fn mean(scores: &[Option<f64>]) -> Amount {
    let (mut sum, mut people) = (0.0, 0u32);
    for raw in scores.iter().copied().flatten() {
        sum += raw.clamp(0.0, 100.0);
        people += 1;
    }
    Amount::of(sum / f64::from(people.max(1)))
}

fn summary(total_users: u64, scores: &[Option<f64>]) -> UsersSummary {
    let mut levels = Levels::default();
    // Without a day of activity there is no score: such rows hold events of the chat itself.
    let active = || scores.iter().copied().flatten();
    for raw in active() {
        match Level::of(score(raw)) {
            Level::Low => levels.low += 1,
            Level::Medium => levels.medium += 1,
            Level::High => levels.high += 1,
        }
    }
    UsersSummary {
        total_users,
        active_users: active().count() as u64,
        average_engagement: mean_score(active()).unwrap_or(0).into(),
        levels,
        formula: FORMULA,
        trends: None,
    }
}
