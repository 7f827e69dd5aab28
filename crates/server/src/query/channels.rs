//! Channels: which live, grow or fall asleep.

use std::{cmp::Ordering, collections::HashMap};

use domain::{
    compare::{change_percent, round, signed_percent},
    dimension::Dimension,
    filter::{Field, Filter},
    metric::Metric,
    query::Query,
    record::ChannelKind,
    time::{Instant, Range},
};
use serde::Serialize;
use store::{ChannelRow as KnownChannel, Table, TableRow};
use utoipa::ToSchema;

use super::{
    Ask, Explained, Meta, QueryError, QueryService, Run,
    messages::heatmap,
    value::{count, share},
};

/// What channels are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub enum ChannelSort {
    /// Messages in the period.
    #[default]
    Activity,
    /// Members.
    Members,
    /// Growth against the period before.
    Growth,
    /// Share of members who wrote or reacted.
    Engagement,
    /// Last message.
    LastActivity,
    /// Name.
    Name,
}

impl ChannelSort {
    /// Returns the order of that name.
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "activity" | "messages" | "messageCount" => Some(Self::Activity),
            "members" | "memberCount" => Some(Self::Members),
            "growth" => Some(Self::Growth),
            "engagement" | "engagementRate" => Some(Self::Engagement),
            "lastActivity" => Some(Self::LastActivity),
            "name" => Some(Self::Name),
            _ => None,
        }
    }
}

/// Which channels are asked for.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct ChannelsRequest {
    /// Sorted by what.
    pub sort: ChannelSort,
    /// Smallest first.
    pub ascending: bool,
    /// How many at most.
    pub limit: u32,
    /// How many are passed over.
    pub offset: u32,
}

/// Channels and their activity.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChannelsAnswer {
    /// The rows.
    pub channels: Vec<ChannelRow>,
    /// How many rows there are without limit and offset.
    pub total: u64,
    /// All channels together.
    pub summary: ChannelsSummary,
    /// How messages spread over channels.
    pub distribution: Distribution,
    /// Messages by weekday (Monday first) and local hour, all channels together.
    pub heatmap: Vec<[u64; 24]>,
    /// The period's name.
    pub period: String,
    /// What the answer is about.
    pub meta: Meta,
    /// How the numbers came about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explain: Option<Vec<Explained>>,
}

/// All channels together.
#[derive(Debug, Clone, Copy, Default, Serialize, ToSchema)]
pub struct ChannelsSummary {
    /// Channels known.
    pub total: u64,
    /// With a message in the last 7 days.
    pub active: u64,
    /// Without a message in the last 30 days.
    pub dormant: u64,
    /// With at least 1.2 times the messages of the period before, when that had 20 or more.
    pub growing: u64,
}

/// How messages spread over channels.
#[derive(Debug, Clone, Copy, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Distribution {
    /// Gini coefficient over all channels: 0 when all have as many messages; `null` without any.
    pub gini: Option<f64>,
    /// The smallest number of channels that holds half of the messages.
    pub channels_for_half: u64,
}

/// A channel's activity.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "four facts that pages show apart"
)]
pub struct ChannelRow {
    /// Which.
    pub channel_id: String,
    /// Its name.
    pub name: String,
    /// Who may see it.
    #[schema(value_type = Option<String>, example = "public")]
    pub kind: Option<ChannelKind>,
    /// Whether it was put away.
    pub is_archived: bool,
    /// Members; `null` where neither records nor joins tell.
    pub member_count: Option<u32>,
    /// People who wrote in the period.
    pub active_members: u64,
    /// Messages in the period.
    pub message_count: u64,
    /// Messages in the period before; `null` when nothing is compared.
    pub previous_message_count: Option<u64>,
    /// Messages a day, rounded down.
    pub messages_per_day: u64,
    /// Local hour with the most messages; `null` without any.
    #[schema(example = "14:00")]
    pub peak_hour: Option<String>,
    /// Members who wrote or reacted; `null` where members are unknown.
    #[schema(example = "68%")]
    pub engagement_rate: Option<String>,
    /// Members who wrote; `null` where members are unknown.
    pub participation: Option<String>,
    /// Change of messages; `null` when there were none before.
    #[schema(example = "+15%")]
    pub growth: Option<String>,
    /// The same change.
    pub growth_rate: Option<String>,
    /// The same change as a number, two decimals.
    pub growth_percent: Option<f64>,
    /// Share of all messages, in percent, one decimal.
    pub share: Option<f64>,
    /// Last message up to the present; `null` when there never was one.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_activity: Option<Instant>,
    /// A message in the last 7 days.
    pub is_active: bool,
    /// No message in the last 30 days.
    pub is_dormant: bool,
    /// At least 1.2 times the messages of the period before, when that had 20 or more.
    pub is_growing: bool,
}

const DAY: i64 = 86_400_000;
/// A channel with fewer messages before is too small to speak of growth.
const GROWTH_FLOOR: u64 = 20;

type ByChannel<'a> = HashMap<&'a str, &'a TableRow>;

/// Returns the change of messages in percent; `None` when there were none before.
fn growth(messages: u64, previous: Option<u64>) -> Option<f64> {
    change_percent(messages as f64, previous? as f64)
}

fn by_channel(table: &Table) -> ByChannel<'_> {
    table
        .rows
        .iter()
        .filter_map(|row| Some((row.keys[0].as_text()?, row)))
        .collect()
}

impl QueryService {
    /// Answers what channels do.
    pub async fn channels(
        &self,
        ask: &Ask,
        request: &ChannelsRequest,
    ) -> Result<ChannelsAnswer, QueryError> {
        let run = self.begin(ask);
        let channel = [Dimension::Channel];
        let beginning = Instant::from_millis(0);
        let ever = Range {
            from: beginning,
            to: ask.window.as_of,
        };
        let messages = [Metric::Messages];
        let known = async { Ok::<_, QueryError>(self.store.channels(&ask.workspace).await?) };
        let (known, now, before, week, last) = tokio::try_join!(
            known,
            run.query("by channel", ask.now(&messages).by(&channel).in_any_order()),
            run.query_if(
                "by channel before",
                ask.before(&messages)
                    .map(|query| query.by(&channel).in_any_order())
            ),
            run.query(
                "heatmap",
                ask.now(&messages)
                    .by(&[Dimension::Weekday, Dimension::HourOfDay])
            ),
            run.query(
                "last messages",
                ask.over(ever, &[Metric::LastMessage])
                    .by(&channel)
                    .in_any_order()
            ),
        )?;
        let facts = Facts {
            ask,
            now: by_channel(&now),
            before: before.as_ref().map(by_channel),
            last: by_channel(&last),
            all: now.rows.iter().map(|row| count(row, 0)).sum(),
        };
        let mut rows: Vec<ChannelRow> = known.iter().map(|channel| facts.row(channel)).collect();
        let summary = summarise(&rows);
        let distribution = distribute(&rows);
        let total = rows.len() as u64;
        // Who was where is united from many sets: for the rows of the page, unless it sorts them.
        let sorts_by_people = request.sort == ChannelSort::Engagement;
        if sorts_by_people {
            run.add_people(&mut rows).await?;
        }
        sort(&mut rows, *request);
        let page = rows.into_iter().skip(request.offset as usize);
        let mut channels: Vec<ChannelRow> = page.take(request.limit as usize).collect();
        if !sorts_by_people {
            run.add_people(&mut channels).await?;
        }
        run.add_peaks(&mut channels).await?;
        for row in &mut channels {
            row.growth = growth(row.message_count, row.previous_message_count).map(signed_percent);
            row.growth_rate.clone_from(&row.growth);
        }
        Ok(ChannelsAnswer {
            channels,
            total,
            summary,
            distribution,
            heatmap: heatmap(&week),
            period: ask.window.name.clone(),
            meta: run.meta(Metric::Messages.definition().text),
            explain: run.explanation(),
        })
    }
}

impl Run<'_> {
    /// Returns a question about just these channels.
    fn about(&self, rows: &[ChannelRow], metrics: &[Metric]) -> Query {
        let ids = rows.iter().map(|row| row.channel_id.clone()).collect();
        self.ask.now(metrics).only(Filter::Is(Field::Channel, ids))
    }

    /// Adds who wrote and reacted.
    async fn add_people(&self, rows: &mut [ChannelRow]) -> Result<(), QueryError> {
        if rows.is_empty() {
            return Ok(());
        }
        let metrics = [Metric::Posters, Metric::EngagedPeople];
        let people = self
            .about(rows, &metrics)
            .by(&[Dimension::Channel])
            .in_any_order();
        let people = self.query("people by channel", people).await?;
        let people = by_channel(&people);
        for row in rows {
            let of = people.get(row.channel_id.as_str());
            let value = |metric: usize| of.map_or(0, |row| count(row, metric));
            let members = row.member_count;
            let of_members = |part| members.and_then(|members| share(part, u64::from(members)));
            row.active_members = value(0);
            row.participation = of_members(value(0));
            row.engagement_rate = of_members(value(1));
        }
        Ok(())
    }

    /// Adds the hours with the most messages.
    async fn add_peaks(&self, rows: &mut [ChannelRow]) -> Result<(), QueryError> {
        if rows.is_empty() {
            return Ok(());
        }
        let by = [Dimension::Channel, Dimension::HourOfDay];
        let hours = self.about(rows, &[Metric::Messages]).by(&by).in_any_order();
        let hours = self.query("by hour", hours).await?;
        let peaks = peak_hours(&hours);
        for row in rows {
            let peak = peaks.get(row.channel_id.as_str());
            row.peak_hour = peak.map(|hour| format!("{hour:02}:00"));
        }
        Ok(())
    }
}

/// What the tables say of channels.
struct Facts<'a> {
    ask: &'a Ask,
    now: ByChannel<'a>,
    before: Option<ByChannel<'a>>,
    last: ByChannel<'a>,
    all: u64,
}

impl Facts<'_> {
    fn row(&self, channel: &KnownChannel) -> ChannelRow {
        let id = channel.id.as_str();
        let messages = self.now.get(id).map_or(0, |row| count(row, 0));
        let previous = self
            .before
            .as_ref()
            .map(|before| before.get(id).map_or(0, |row| count(row, 0)));
        let percent = growth(messages, previous);
        let last_activity = self.last.get(id).and_then(|row| row.values[0]);
        #[expect(
            clippy::cast_possible_truncation,
            reason = "milliseconds stay far below 2^53"
        )]
        let last_activity = last_activity.map(|millis| Instant::from_millis(millis as i64));
        let as_of = self.ask.window.as_of;
        let within =
            |days: i64| last_activity.is_some_and(|at| at >= as_of.plus_millis(-days * DAY));
        ChannelRow {
            channel_id: id.to_owned(),
            name: channel.name.clone().unwrap_or_else(|| id.to_owned()),
            kind: channel.kind,
            is_archived: channel.is_archived,
            member_count: channel.member_count,
            active_members: 0,
            message_count: messages,
            previous_message_count: previous,
            messages_per_day: messages / u64::from(self.ask.window.days),
            peak_hour: None,
            engagement_rate: None,
            participation: None,
            growth: None,
            growth_rate: None,
            growth_percent: percent.map(|percent| round(percent, 2)),
            share: (self.all > 0).then(|| round(messages as f64 / self.all as f64 * 100.0, 1)),
            last_activity,
            is_active: within(7),
            is_dormant: !within(30),
            is_growing: previous
                .is_some_and(|previous| previous >= GROWTH_FLOOR && messages * 5 >= previous * 6),
        }
    }
}

/// Returns the hour with the most messages of each channel; the earliest on a tie.
fn peak_hours(table: &Table) -> HashMap<&str, i64> {
    let mut peaks: HashMap<&str, (u64, i64)> = HashMap::new();
    for row in &table.rows {
        let (Some(channel), Some(hour)) = (row.keys[0].as_text(), row.keys[1].as_int()) else {
            continue;
        };
        let messages = count(row, 0);
        let peak = peaks.entry(channel).or_insert((0, hour));
        if messages > peak.0 || (messages == peak.0 && hour < peak.1) {
            *peak = (messages, hour);
        }
    }
    peaks
        .into_iter()
        .filter(|(_, (messages, _))| *messages > 0)
        .map(|(channel, (_, hour))| (channel, hour))
        .collect()
}

fn summarise(rows: &[ChannelRow]) -> ChannelsSummary {
    let count = |test: fn(&ChannelRow) -> bool| rows.iter().filter(|row| test(row)).count() as u64;
    ChannelsSummary {
        total: rows.len() as u64,
        active: count(|row| row.is_active),
        dormant: count(|row| row.is_dormant),
        growing: count(|row| row.is_growing),
    }
}

/// Gini by the sorted values: G = 2 Σ `i·x_i` / (n Σ x) − (n + 1) / n, with i from 1.
fn distribute(rows: &[ChannelRow]) -> Distribution {
    let mut counts: Vec<u64> = rows.iter().map(|row| row.message_count).collect();
    counts.sort_unstable();
    let all: u64 = counts.iter().sum();
    if all == 0 {
        return Distribution::default();
    }
    let channels = counts.len() as f64;
    let weighted: f64 = counts
        .iter()
        .zip(1u32..)
        .map(|(count, rank)| *count as f64 * f64::from(rank))
        .sum();
    let gini = 2.0 * weighted / (channels * all as f64) - (channels + 1.0) / channels;
    let mut held = 0;
    let mut channels_for_half = 0;
    for count in counts.iter().rev() {
        if held * 2 >= all {
            break;
        }
        held += count;
        channels_for_half += 1;
    }
    Distribution {
        gini: Some(round(gini, 4)),
        channels_for_half,
    }
}

/// Ties go by identifier. What is unknown is neither small nor large and stands last either way.
fn sort(rows: &mut [ChannelRow], request: ChannelsRequest) {
    let key = |row: &ChannelRow| match request.sort {
        ChannelSort::Activity => Some(row.message_count as f64),
        ChannelSort::Members => row.member_count.map(f64::from),
        ChannelSort::Growth => row.growth_percent,
        ChannelSort::Engagement => {
            let rate = row.engagement_rate.as_deref()?.strip_suffix('%');
            rate.and_then(|rate| rate.parse().ok())
        }
        ChannelSort::LastActivity => row.last_activity.map(|at| at.as_millis() as f64),
        ChannelSort::Name => None,
    };
    let directed = |order: Ordering| {
        if request.ascending {
            order
        } else {
            order.reverse()
        }
    };
    rows.sort_by(|left, right| {
        let by_key = match (key(left), key(right)) {
            (Some(left), Some(right)) => directed(left.total_cmp(&right)),
            (left, right) => right.is_some().cmp(&left.is_some()),
        };
        let by_name = || match request.sort {
            ChannelSort::Name => directed(left.name.to_lowercase().cmp(&right.name.to_lowercase())),
            _ => Ordering::Equal,
        };
        let by_id = || left.channel_id.cmp(&right.channel_id);
        by_key.then_with(by_name).then_with(by_id)
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn channel(messages: u64) -> ChannelRow {
        ChannelRow {
            channel_id: format!("c{messages}"),
            name: String::new(),
            kind: None,
            is_archived: false,
            member_count: None,
            active_members: 0,
            message_count: messages,
            previous_message_count: None,
            messages_per_day: 0,
            peak_hour: None,
            engagement_rate: None,
            participation: None,
            growth: None,
            growth_rate: None,
            growth_percent: None,
            share: None,
            last_activity: None,
            is_active: false,
            is_dormant: true,
            is_growing: false,
        }
    }

    #[test]
    fn spread_worked_by_hand() {
        // 1, 2, 3, 4: Σ i·x = 1 + 4 + 9 + 16 = 30; 60 / 40 − 5 / 4 = 0.25. Half of 10 is 4 + 3.
        let rows: Vec<_> = [3, 1, 4, 2].into_iter().map(channel).collect();
        let spread = distribute(&rows);
        assert_eq!((spread.gini, spread.channels_for_half), (Some(0.25), 2));
        assert_eq!(distribute(&[channel(5), channel(5)]).gini, Some(0.0));
        assert_eq!(distribute(&[channel(0)]).gini, None);
    }

    #[test]
    fn order_by_messages_with_ties_by_identifier() {
        let mut rows: Vec<_> = [1, 3, 2].into_iter().map(channel).collect();
        sort(&mut rows, ChannelsRequest::default());
        let ids: Vec<_> = rows.iter().map(|row| row.channel_id.as_str()).collect();
        assert_eq!(ids, ["c3", "c2", "c1"]);
    }
}
