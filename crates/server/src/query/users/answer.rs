//! What the page of people is answered with.

use std::collections::BTreeMap;

use domain::{
    engagement::{FORMULA, Level, mean_score, points, score},
    ratio::{Amount, Ratio},
    time::Instant,
};
use serde::Serialize;
use store::{PersonRow, TableRow};
use utoipa::ToSchema;

use super::{Standing, place, returned::UsersRetention};
use crate::query::{
    Change, DayCount, Explained, Meta,
    value::{amount, count, instant},
};

/// People and their activity; the rows stand under both names that are in use.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UsersAnswer {
    /// The period's name.
    pub period: String,
    /// The metric asked for.
    pub metric: &'static str,
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
    /// Mean of the clamped, unrounded scores of the people active, rounded once; 0 without any. Over
    /// sampled events, of those whose events are kept.
    pub average_engagement: u64,
    /// People active at each level of engagement. Over sampled events, of those whose events are kept.
    pub levels: Levels,
    /// How the score is computed.
    pub formula: &'static str,
    /// Who came back of those who signed up in the span; only of `retention`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retention: Option<Vec<UsersRetention>>,
    /// How many features people use; only of `adoption`, and where rows are sorted by them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adoption: Option<UsersAdoption>,
    /// The same values beside those before them; only where the request says what to compare with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trends: Option<UsersTrends>,
}

impl UsersSummary {
    /// Returns the summary of people known, of people active, and of the scores of those that are seen.
    pub(super) fn of(total_users: u64, active_users: Amount, scores: &[Option<f64>]) -> Self {
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
        Self {
            total_users,
            active_users: active_users.rounded(),
            average_engagement: mean_score(active()).unwrap_or(0).into(),
            levels,
            formula: FORMULA,
            retention: None,
            adoption: None,
            trends: None,
        }
    }

    /// Returns how many features people use, by how many each of those who used any used.
    pub(super) fn adoption_of(&self, features: &[u64]) -> UsersAdoption {
        let all = Amount::whole(features.iter().sum());
        let average = Ratio::of(all, Amount::whole(self.active_users));
        UsersAdoption {
            adopters: features.len() as u64,
            average_features: average.map(|average| average.rounded(1)),
        }
    }
}

/// How many features people use.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UsersAdoption {
    /// People who used any feature in the span.
    pub adopters: u64,
    /// Different features of each person active, on average, one decimal; `null` of nobody.
    pub average_features: Option<f64>,
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
    /// When the account was made, where the record says so.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub created_at: Option<Instant>,
    /// The first event of any kind, or when the record says that the person was first seen, whichever
    /// is earlier.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub first_seen: Option<Instant>,
    /// The sign-up event, else when the account was made, else when first seen.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub signed_up_at: Option<Instant>,
    /// Whether the account is switched off.
    pub is_deactivated: bool,
    /// Where the person stands in the span, beside the one directly before it; `null` for who was active
    /// in neither.
    pub lifecycle: Option<Standing>,
    /// Messages written in the span compared with, else in the one directly before; `null` where there
    /// is none.
    pub previous_message_count: Option<u64>,
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
    /// Messages over time; only with `include=series`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub series: Option<Vec<DayCount>>,
    /// Features used, each with how often; only of `adoption`, and where rows are sorted by them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub features: Option<BTreeMap<String, u64>>,
    /// Whether the person came back after sign-up; only of `retention`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retention: Option<UserRetention>,
    /// The counts and the score beside those before them, each under its name; only where the request
    /// says what to compare with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trends: Option<BTreeMap<&'static str, Change>>,
}

/// Whether a person was active on local days after sign-up; `null` where that day is not over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct UserRetention {
    /// On the day after.
    pub day1: Option<bool>,
    /// Seven days after.
    pub day7: Option<bool>,
    /// Thirty days after.
    pub day30: Option<bool>,
}

impl UserRow {
    /// Returns what is known of a person, and what they did where they did anything.
    pub(super) fn of(
        id: &str,
        person: Option<&PersonRow>,
        row: Option<&TableRow>,
        with_email: bool,
    ) -> Self {
        let value = |metric: usize| row.map_or(0, |row| count(row, metric));
        let raw = row.and_then(|row| row.values[place::ENGAGEMENT]);
        let engagement = row.and_then(|row| {
            let points = points(
                amount(row, place::MESSAGES),
                amount(row, place::REACTIONS),
                amount(row, place::FILES),
            );
            Ratio::of(points, amount(row, place::DAYS_ACTIVE))
        });
        let name = person
            .and_then(|person| person.name.clone())
            .unwrap_or_else(|| id.to_owned());
        let email = person
            .filter(|_| with_email)
            .and_then(|person| person.email.clone());
        let score = raw.map_or(0, score);
        Self {
            user_id: id.to_owned(),
            display_name: name.clone(),
            name,
            email: email.unwrap_or_default(),
            role: person.and_then(|person| person.role.clone()),
            created_at: person.and_then(|person| person.created_at),
            first_seen: None,
            signed_up_at: None,
            is_deactivated: person.is_some_and(|person| person.is_deactivated),
            lifecycle: None,
            previous_message_count: None,
            message_count: value(place::MESSAGES),
            reactions: value(place::REACTIONS),
            files: value(place::FILES),
            channels_active: value(place::CHANNELS),
            channel_count: value(place::CHANNELS),
            days_active: value(place::DAYS_ACTIVE),
            events: value(place::EVENTS),
            engagement_score: score,
            engagement_raw: engagement.map(|score| score.rounded(4)),
            engagement_level: Level::of(score),
            last_active: row.and_then(|row| instant(row, place::LAST_ACTIVITY)),
            series: None,
            features: None,
            retention: None,
            trends: None,
        }
    }

    /// Returns what is compared, each value under its name and the score unrounded.
    pub(super) fn compared(&self) -> [(&'static str, Amount); 7] {
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
