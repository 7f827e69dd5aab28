//! One person: what they did, when, where, and how that changes.

use domain::{
    dimension::Dimension,
    engagement::{points, score},
    metric::Metric,
    query::{Population, Query},
    ratio::{Amount, Ratio},
    time::{Bucket, Grain, Instant, Range},
};
use jiff::civil::Date;
use serde::Serialize;
use store::{Cell, Table, TableRow};
use utoipa::ToSchema;

use super::{METRICS, UsersRequest, answer::UserRow};
use crate::query::{
    Ask, Explained, Meta, QueryError, QueryService, Run,
    aligned::{Aligned, BucketSpan},
    heatmap::Heatmap,
    meta::Fields,
    value::{amount, count, instant},
};

/// Which metric each field is.
const FIELDS: Fields = &[
    ("user.messageCount", Metric::Messages),
    ("user.reactions", Metric::Reactions),
    ("user.files", Metric::Files),
    ("user.channelCount", Metric::ActiveChannels),
    ("user.channelsActive", Metric::ActiveChannels),
    ("user.daysActive", Metric::DaysActive),
    ("user.events", Metric::Events),
    ("user.engagementRaw", Metric::Engagement),
    ("calendar.messageCount", Metric::Messages),
    ("calendar.reactions", Metric::Reactions),
    ("calendar.files", Metric::Files),
    ("calendar.events", Metric::Events),
    ("channels.messageCount", Metric::Messages),
];

/// What is asked of one person.
#[derive(Debug, Clone, Serialize)]
pub struct PersonRequest {
    /// Who.
    pub id: String,
    /// How many channels at most.
    pub channels: u32,
    /// Whether e-mail addresses may be shown to the caller.
    pub with_email: bool,
}

/// One person.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PersonAnswer {
    /// Who it is and what they did in the span, as the list of people has it, with `trends` where something
    /// is compared; `lastActive` is the last activity before the end of the span.
    pub user: UserRow,
    /// Whether it is a bot. What bots do is shown here although lists leave them out.
    pub is_bot: bool,
    /// The sign-up cohort; `null` where nothing says when that was.
    pub cohort: Option<PersonCohort>,
    /// Each local day of the span with events, in order; on all others there were none.
    pub calendar: Vec<PersonDay>,
    /// Messages by local hour of day, from 0 to 23.
    #[schema(value_type = Vec<u64>)]
    pub hours: [u64; 24],
    /// Messages by weekday (Monday first) and local hour.
    #[schema(value_type = Vec<Vec<u64>>)]
    pub heatmap: Vec<[u64; 24]>,
    /// Local hour with the most messages, the earliest on a tie; `null` without any.
    #[schema(example = "14:00")]
    pub peak_hour: Option<String>,
    /// The channels with the most messages of the person.
    pub channels: Vec<PersonChannel>,
    /// Channels with messages of the person, those left out by the limit included.
    pub channels_total: u64,
    /// Engagement over time.
    pub engagement: Vec<PersonBucket>,
    /// Width of a bucket.
    #[schema(value_type = String, example = "week")]
    pub group_by: Grain,
    /// The period's name.
    pub period: String,
    /// What the answer is about.
    pub meta: Meta,
    /// How the numbers came about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explain: Option<Vec<Explained>>,
}

/// First local days of the buckets that a sign-up lies in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PersonCohort {
    /// The day itself.
    #[schema(example = "2026-02-05")]
    pub day: String,
    /// Monday of its week.
    #[schema(example = "2026-02-02")]
    pub week: String,
    /// First of its month.
    #[schema(example = "2026-02-01")]
    pub month: String,
}

/// What somebody did on a local day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PersonDay {
    /// The day.
    #[schema(example = "2026-02-01")]
    pub date: String,
    /// Messages written.
    pub message_count: u64,
    /// Reactions given.
    pub reactions: u64,
    /// Files shared.
    pub files: u64,
    /// Events of any kind.
    pub events: u64,
    /// Whether any event was the person's own act: not only of the chat about them.
    pub active: bool,
}

/// Messages of somebody in a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PersonChannel {
    /// Which channel.
    pub channel_id: String,
    /// Its name, else its identifier.
    pub name: String,
    /// Messages written there in the span.
    pub message_count: u64,
    /// The last of them.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_message: Option<Instant>,
}

/// How engaged somebody was in a bucket of time.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PersonBucket {
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
    pub numbers: PersonNumbers,
    /// Those of the bucket that it is compared with; left out where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous: Option<PersonNumbers>,
}

/// What an engagement score is made of.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PersonNumbers {
    /// Messages written.
    pub message_count: u64,
    /// Local days with activity.
    pub days_active: u64,
    /// Engagement score, 0 to 100; `null` without activity.
    pub engagement_score: Option<u32>,
    /// The score before it is clamped and rounded, four decimals; `null` without activity.
    pub engagement_raw: Option<f64>,
}

/// What is asked of each local day.
const BY_DAY: [Metric; 5] = [
    Metric::Messages,
    Metric::Reactions,
    Metric::Files,
    Metric::Events,
    Metric::FirstActivity,
];

impl QueryService {
    /// Answers what one person does; the request's filter names nobody else. `None` for who is not known.
    pub async fn person(
        &self,
        ask: &Ask,
        request: &PersonRequest,
    ) -> Result<Option<PersonAnswer>, QueryError> {
        let named = std::slice::from_ref(&request.id);
        let found = self.store.people(&ask.workspace, named).await?;
        let Some(person) = found.into_iter().next() else {
            return Ok(None);
        };
        let population = if person.is_bot {
            Population::Everyone
        } else {
            ask.population
        };
        let ask = &Ask {
            population,
            ..ask.clone()
        };
        let run = self.begin(ask);
        let by_person = |query: Query| query.by(&[Dimension::User]);
        let by_day = |query: Query| query.by(&[Dimension::Time(Grain::Day)]);
        let by_hour = ask
            .now(&[Metric::Messages])
            .by(&[Dimension::Weekday, Dimension::HourOfDay]);
        let channels = ask.now(&[Metric::Messages, Metric::LastMessage]);
        let channels = channels.by(&[Dimension::Channel]).top(request.channels);
        let ever = ask.over(
            Range::before(ask.window.range.to()),
            &[Metric::LastActivity],
        );
        let (totals, before, days, days_before, by_hour, channels, last) = tokio::try_join!(
            run.query("totals", by_person(ask.now(&METRICS))),
            run.query_if("totals before", ask.before(&METRICS).map(by_person)),
            run.query("by day", by_day(ask.now(&BY_DAY))),
            run.query_if("by day before", ask.before(&BY_DAY).map(by_day)),
            run.query("by hour", by_hour),
            run.query("channels", channels),
            run.query("last activity", by_person(ever)),
        )?;
        let row = totals.rows.first();
        let mut user = UserRow::of(&request.id, Some(&person), row, request.with_email);
        run.complete(std::slice::from_mut(&mut user), &UsersRequest::default())
            .await?;
        if let Some(before) = &before {
            user.compare_with(before.rows.first());
        }
        user.last_active = last.rows.first().and_then(|row| instant(row, 0));
        let heatmap = Heatmap::of(&by_hour);
        Ok(Some(PersonAnswer {
            is_bot: person.is_bot,
            cohort: user.signed_up_at.map(|at| cohort(ask, at)),
            calendar: calendar(ask, &days),
            hours: heatmap.hours(),
            peak_hour: heatmap.peak_hour(),
            heatmap: heatmap.shown(ask.first_weekday),
            channels_total: channels.total,
            channels: run.channels_of_person(&channels).await?,
            engagement: engagement(ask, &days, days_before.as_ref()),
            group_by: ask.grain,
            period: ask.window.name.clone(),
            meta: run.meta(Metric::Engagement.definition().text).with(FIELDS),
            explain: run.explanation(),
            user,
        }))
    }
}

impl Run<'_> {
    async fn channels_of_person(&self, table: &Table) -> Result<Vec<PersonChannel>, QueryError> {
        let ids = table.rows.iter().filter_map(|row| row.keys[0].as_text());
        let ids: Vec<String> = ids.map(str::to_owned).collect();
        let names = self
            .store()
            .channel_names(&self.ask.workspace, &ids)
            .await?;
        let channel = |row: &TableRow| {
            let id = row.keys[0].as_text()?;
            Some(PersonChannel {
                channel_id: id.to_owned(),
                name: names.get(id).map_or(id, String::as_str).to_owned(),
                message_count: count(row, 0),
                last_message: instant(row, 1),
            })
        };
        Ok(table.rows.iter().filter_map(channel).collect())
    }
}

fn cohort(ask: &Ask, at: Instant) -> PersonCohort {
    let day: Date = at.day(&ask.zone);
    PersonCohort {
        day: day.to_string(),
        week: Grain::Week(ask.week_start).floor_day(day).to_string(),
        month: Grain::Month.floor_day(day).to_string(),
    }
}

/// Returns the first instants of the local days of a table with its rows.
fn by_start(table: &Table) -> impl Iterator<Item = (Instant, &TableRow)> {
    table.rows.iter().filter_map(|row| {
        let start = row.keys.first().and_then(Cell::as_int)?;
        Some((Instant::from_millis(start), row))
    })
}

fn calendar(ask: &Ask, days: &Table) -> Vec<PersonDay> {
    let day = |(start, row): (Instant, &TableRow)| PersonDay {
        date: start.day(&ask.zone).to_string(),
        message_count: count(row, 0),
        reactions: count(row, 1),
        files: count(row, 2),
        events: count(row, 3),
        active: row.values[4].is_some(),
    };
    by_start(days).map(day).collect()
}

fn engagement(ask: &Ask, days: &Table, before: Option<&Table>) -> Vec<PersonBucket> {
    let aligned = Aligned::of(ask);
    let bucket = |(place, bucket): (usize, &Bucket)| {
        let span = BucketSpan::of(*bucket, ask.window.range);
        let then = before.zip(aligned.before(place));
        PersonBucket {
            date: bucket.label(ask.grain, &ask.zone),
            end: span.end,
            complete: span.complete,
            numbers: PersonNumbers::of(days, *bucket),
            previous: then.map(|(days, bucket)| PersonNumbers::of(days, bucket)),
        }
    };
    aligned.now.iter().enumerate().map(bucket).collect()
}

impl PersonNumbers {
    /// Returns the numbers of the days of a bucket.
    fn of(days: &Table, bucket: Bucket) -> Self {
        let mut sums = [Amount::ZERO; 3];
        let mut days_active = 0;
        let bucket = Range::new(bucket.start, bucket.end);
        for (_, row) in by_start(days).filter(|(start, _)| bucket.contains(*start)) {
            for (place, sum) in sums.iter_mut().enumerate() {
                *sum = *sum + amount(row, place);
            }
            days_active += u64::from(row.values[4].is_some());
        }
        let [messages, reactions, files] = sums;
        let raw = Ratio::of(
            points(messages, reactions, files),
            Amount::whole(days_active),
        );
        let raw = raw.map(|ratio| ratio.rounded(4));
        Self {
            message_count: messages.rounded(),
            days_active,
            engagement_score: raw.map(score),
            engagement_raw: raw,
        }
    }
}
