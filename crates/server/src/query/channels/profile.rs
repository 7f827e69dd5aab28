//! A channel, and several side by side.

use std::collections::HashMap;

use domain::{
    dimension::Dimension,
    filter::{Field, Filter},
    metric::Metric,
    ratio::{Amount, Ratio},
    time::{Grain, Instant},
};
use serde::Serialize;
use store::{Table, TableRow};
use utoipa::ToSchema;

use super::{
    ChannelPerson, ChannelRow,
    row::{Counted, SPANS},
    voices::Writers,
};
use crate::query::{
    Ask, Change, DayCount, DayValue, Explained, Meta, QueryError, QueryService, Run,
    heatmap::Heatmap,
    value::{amount, by_text},
};

/// One channel: who it is and what happens there.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChannelAnswer {
    /// The channel.
    pub channel: ChannelProfile,
    /// Messages of the four spans before, the latest first; `null` for `all`, which has none before it.
    pub spans_before: Option<Vec<SpanBefore>>,
    /// Who wrote most, at most ten people; ties by identifier.
    pub top_people: Vec<TopPerson>,
    /// Width of the buckets of the series.
    #[schema(value_type = String, example = "day")]
    pub group_by: Grain,
    /// The period's name.
    pub period: String,
    /// What the answer is about.
    pub meta: Meta,
    /// How the numbers came about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explain: Option<Vec<Explained>>,
}

/// Channels side by side.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChannelsComparison {
    /// The channels, in the order asked for; their series have the same buckets.
    pub channels: Vec<ChannelProfile>,
    /// Width of the buckets of the series.
    #[schema(value_type = String, example = "day")]
    pub group_by: Grain,
    /// The period's name.
    pub period: String,
    /// What the answer is about.
    pub meta: Meta,
    /// How the numbers came about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explain: Option<Vec<Explained>>,
}

/// What a channel is and does.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChannelProfile {
    /// The same as in the list of channels.
    #[serde(flatten)]
    pub row: ChannelRow,
    /// Numbers of the span beside those of the span before.
    pub trends: ChannelTrends,
    /// The smallest number of people who wrote at least half of the messages; `null` without messages,
    /// and where more than half are of nobody that is known.
    pub writers_for_half: Option<u64>,
    /// Messages in each bucket.
    pub series: Vec<DayCount>,
    /// People who wrote in each bucket.
    pub writer_series: Vec<DayValue>,
    /// Messages by weekday (Monday first) and local hour.
    pub heatmap: Vec<[u64; 24]>,
}

/// Numbers of a span beside those of the span before.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChannelTrends {
    /// Messages.
    pub messages: Change,
    /// Messages in threads that are not the first there.
    pub replies: Change,
    /// Reactions.
    pub reactions: Change,
    /// Files shared.
    pub files: Change,
    /// People who wrote.
    pub active_members: Change,
    /// People who wrote or reacted.
    pub engaged_members: Change,
}

/// Messages of a span before.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SpanBefore {
    /// First instant of the span.
    #[schema(value_type = String, format = DateTime)]
    pub from: Instant,
    /// First instant after the span.
    #[schema(value_type = String, format = DateTime)]
    pub to: Instant,
    /// Messages in it.
    pub message_count: u64,
}

/// A person who wrote in a channel.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TopPerson {
    /// Who.
    #[serde(flatten)]
    pub person: ChannelPerson,
    /// Messages in the channel.
    pub message_count: u64,
    /// Share of the channel's messages, in percent, one decimal.
    pub share: Option<f64>,
}

/// What the trends of a channel are made of.
const METRICS: [Metric; 6] = [
    Metric::Messages,
    Metric::Replies,
    Metric::Reactions,
    Metric::Files,
    Metric::Posters,
    Metric::EngagedPeople,
];

/// Channels as they are shown, and what is not a part of that.
struct Profiles {
    /// In the order asked for.
    counted: Vec<Counted>,
    shown: Vec<ChannelProfile>,
    /// Who wrote most in each channel.
    writers: HashMap<String, Writers>,
}

impl QueryService {
    /// Answers what a channel is and does; `None` where no such channel is let through.
    pub async fn channel(&self, ask: &Ask, id: &str) -> Result<Option<ChannelAnswer>, QueryError> {
        let ids = [id.to_owned()];
        let narrowed = narrowed(ask, &ids);
        let run = self.begin(&narrowed);
        let Some(mut found) = run.profiles(ask, &ids).await? else {
            return Ok(None);
        };
        let (Some(channel), Some(counted)) = (found.shown.pop(), found.counted.pop()) else {
            return Ok(None);
        };
        let writers = found.writers.remove(id).unwrap_or_default();
        Ok(Some(ChannelAnswer {
            channel,
            spans_before: spans_before(ask, &counted),
            top_people: run.top_people(counted.messages, writers).await?,
            group_by: ask.grain,
            period: ask.window.name.clone(),
            meta: run.meta_of_channels(),
            explain: run.explanation(),
        }))
    }

    /// Answers what channels are and do, side by side; `None` where one of them is not let through.
    pub async fn compare_channels(
        &self,
        ask: &Ask,
        ids: &[String],
    ) -> Result<Option<ChannelsComparison>, QueryError> {
        let narrowed = narrowed(ask, ids);
        let run = self.begin(&narrowed);
        let found = run.profiles(ask, ids).await?;
        Ok(found.map(|found| ChannelsComparison {
            channels: found.shown,
            group_by: ask.grain,
            period: ask.window.name.clone(),
            meta: run.meta_of_channels(),
            explain: run.explanation(),
        }))
    }
}

/// Returns the messages of the spans before, each with its span.
fn spans_before(ask: &Ask, counted: &Counted) -> Option<Vec<SpanBefore>> {
    let earlier = counted.earlier?;
    let spans = ask.window.earlier(SPANS, ask.week_start, &ask.zone)?;
    let before = spans.into_iter().zip(earlier);
    let before = before.map(|(span, messages)| SpanBefore {
        from: span.from(),
        to: span.to(),
        message_count: messages.rounded(),
    });
    Some(before.collect())
}

/// Returns the same request about just these channels.
fn narrowed(ask: &Ask, ids: &[String]) -> Ask {
    let mut narrowed = ask.clone();
    let only = Filter::Is(Field::Channel, ids.to_vec());
    narrowed.filter = narrowed.filter.and(only);
    narrowed
}

impl Run<'_> {
    /// Returns channels with what they do; `whole` is the request about all channels, of whose messages
    /// each has a share.
    async fn profiles(&self, whole: &Ask, ids: &[String]) -> Result<Option<Profiles>, QueryError> {
        let ask = self.ask;
        let mut rows: HashMap<String, Counted> = self
            .counted_channels()
            .await?
            .into_iter()
            .map(|counted| (counted.id().to_owned(), counted))
            .collect();
        let ordered = ids.iter().map(|id| rows.remove(id));
        let Some(mut counted) = ordered.collect::<Option<Vec<Counted>>>() else {
            return Ok(None);
        };
        let by_channel = [Dimension::Channel];
        let messages = [Metric::Messages];
        let week = [Dimension::Channel, Dimension::Weekday, Dimension::HourOfDay];
        let shares = whole.now(&messages).by(&by_channel).top(1);
        let split = |query: domain::query::Query| query.by(&by_channel).in_any_order();
        let named: Vec<&str> = ids.iter().map(String::as_str).collect();
        let ((_, shares), now, before, week, series, writers) = tokio::try_join!(
            self.query_with_distribution("all channels", shares),
            self.query("numbers", split(ask.now(&METRICS))),
            self.query_if("numbers before", ask.before(&METRICS).map(split)),
            self.query("heatmaps", ask.now(&messages).by(&week).in_any_order()),
            self.series_of_channels(&named, &[Metric::Messages, Metric::Posters]),
            self.writers(ids),
        )?;
        let all: Amount = shares.into_iter().flatten().map(Amount::of).sum();
        self.add_people(&mut counted).await?;
        let (now, before) = (by_text(&now), before.as_ref().map(by_text));
        let mut heatmaps = heatmaps(&week);
        let mut series = series.into_iter();
        let profiles = counted.iter_mut().map(|one| {
            let heatmap = heatmaps.remove(one.id()).unwrap_or_default();
            one.row.peak_hour = heatmap.peak_hour();
            one.add_share(all);
            let id = one.id();
            let points = series.next().unwrap_or_default();
            let before = before.as_ref().map(|before| numbers(before, id));
            ChannelProfile {
                row: ChannelRow::clone(&one.row),
                trends: ChannelTrends::of(numbers(&now, id), before),
                writers_for_half: writers.get(id).and_then(|of| of.for_half(one.messages)),
                series: points.iter().map(|point| point.day_count(0)).collect(),
                writer_series: points.iter().map(|point| point.day_value(1)).collect(),
                heatmap: heatmap.shown(ask.first_weekday),
            }
        });
        Ok(Some(Profiles {
            shown: profiles.collect(),
            counted,
            writers,
        }))
    }

    async fn top_people(
        &self,
        all: Amount,
        writers: Writers,
    ) -> Result<Vec<TopPerson>, QueryError> {
        let ids = writers.first.iter().map(|(id, _)| id.clone());
        let mut named = self.named_people(ids).await?;
        let people = writers.first.into_iter().filter_map(|(id, messages)| {
            Some(TopPerson {
                person: named.remove(&id)?,
                message_count: messages.rounded(),
                share: Ratio::of(messages, all).map(|share| share.percent(1)),
            })
        });
        Ok(people.collect())
    }
}

/// Returns the heatmap of each channel, from a table by channel, weekday and hour.
fn heatmaps(table: &Table) -> HashMap<&str, Heatmap> {
    let mut rows: HashMap<&str, Vec<&TableRow>> = HashMap::new();
    for row in &table.rows {
        if let Some(channel) = row.keys[0].as_text() {
            rows.entry(channel).or_default().push(row);
        }
    }
    let heatmaps = rows.into_iter().map(|(channel, rows)| {
        let slots = rows
            .into_iter()
            .map(|row| (&row.keys[1], &row.keys[2], amount(row, 0)));
        (channel, Heatmap::of_rows(slots))
    });
    heatmaps.collect()
}

/// The numbers that trends are made of, in the order of the metrics.
type Numbers = [Amount; METRICS.len()];

fn numbers(rows: &HashMap<&str, &TableRow>, id: &str) -> Numbers {
    let row = rows.get(id);
    std::array::from_fn(|metric| row.map_or(Amount::ZERO, |row| amount(row, metric)))
}

impl ChannelTrends {
    fn of(now: Numbers, before: Option<Numbers>) -> Self {
        let change = |metric: usize| Change::of(now[metric], before.map(|before| before[metric]));
        Self {
            messages: change(0),
            replies: change(1),
            reactions: change(2),
            files: change(3),
            active_members: change(4),
            engaged_members: change(5),
        }
    }
}
