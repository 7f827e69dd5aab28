//! Channels: which live, grow or fall asleep.

use std::{cmp::Ordering, collections::HashMap};

use domain::{
    dimension::Dimension,
    filter::{Field, Filter},
    metric::Metric,
    query::Query,
    ratio::{Amount, Ratio},
    record::ChannelKind,
    time::{Instant, Range},
};
use engine::plan::MAX_ROWS;
use serde::Serialize;
use store::{ChannelRow as KnownChannel, Table, TableRow};
use utoipa::ToSchema;

use super::{
    Ask, Distribution, Explained, Meta, QueryError, QueryService, Run,
    heatmap::Heatmap,
    value::{amount, change},
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
    /// Channels known, of those that the request is about.
    pub total: u64,
    /// With a message in the 7 days before the end of the period.
    pub active: u64,
    /// Without a message in the 30 days before the end of the period.
    pub dormant: u64,
    /// With at least 1.2 times the messages of the period before, when that had 20 or more.
    pub growing: u64,
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
    /// Last message before the end of the period; `null` when there was none.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_activity: Option<Instant>,
    /// A message in the 7 days before the end of the period.
    pub is_active: bool,
    /// No message in the 30 days before the end of the period.
    pub is_dormant: bool,
    /// At least 1.2 times the messages of the period before, when that had 20 or more.
    pub is_growing: bool,
}

const DAY: u64 = 86_400_000;
/// Most channels that one question names: each has as many rows as a day has hours.
const MOST_NAMED: usize = MAX_ROWS as usize / 24;
/// A channel with fewer messages before is too small to speak of growth.
const GROWTH_FLOOR: Amount = Amount::whole(20);

type ByChannel<'a> = HashMap<&'a str, &'a TableRow>;

/// A channel beside the exact numbers that it is sorted and summed by.
struct Counted {
    row: ChannelRow,
    messages: Amount,
    growth: Option<Ratio>,
    /// Members who wrote or reacted.
    engagement: Option<Ratio>,
}

/// Refuses a table that has not all of its rows: a channel that is left out would seem silent.
fn whole(table: &Table) -> Result<(), QueryError> {
    let rows = table.rows.len() as u64;
    if table.total > rows {
        let total = table.total;
        return Err(QueryError::TooMany {
            parameter: "channelId",
            advice: format!(
                "{total} channels have messages, more than the {rows} that can be answered: name one, \
                 or narrow them by `filter`"
            ),
        });
    }
    Ok(())
}

fn by_channel(table: &Table) -> ByChannel<'_> {
    table
        .rows
        .iter()
        .filter_map(|row| Some((row.keys[0].as_text()?, row)))
        .collect()
}

impl Counted {
    /// Adds who wrote, the first metric, and who wrote or reacted, the second.
    fn add_people(&mut self, value: impl Fn(usize) -> Amount) {
        let row = &mut self.row;
        let members = row
            .member_count
            .map(|members| Amount::whole(members.into()));
        let of_members = |part| Ratio::of(part, members?);
        row.active_members = value(0).rounded();
        row.participation = of_members(value(0)).map(Ratio::as_share);
        self.engagement = of_members(value(1));
        row.engagement_rate = self.engagement.map(Ratio::as_share);
    }
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
        let ever = Range::before(ask.window.range.to()).until(ask.window.as_of);
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
        whole(&now)?;
        before.as_ref().map_or(Ok(()), whole)?;
        whole(&last)?;
        let facts = Facts {
            ask,
            now: by_channel(&now),
            before: before.as_ref().map(by_channel),
            last: by_channel(&last),
            all: now.rows.iter().map(|row| amount(row, 0)).sum(),
        };
        let mut rows: Vec<Counted> = known
            .iter()
            .filter(|channel| ask.filter.admits(&Field::Channel, &channel.id))
            .map(|channel| facts.row(channel))
            .collect();
        let summary = summarise(&rows);
        let distribution = Distribution::of(rows.iter().map(|counted| counted.messages));
        let total = rows.len() as u64;
        // Who was where is united from many sets: for the rows of the page, unless it sorts them.
        let sorts_by_people = request.sort == ChannelSort::Engagement;
        if sorts_by_people {
            run.add_people(&mut rows).await?;
        }
        sort(&mut rows, *request);
        let page = rows.into_iter().skip(request.offset as usize);
        let mut page: Vec<Counted> = page.take(request.limit as usize).collect();
        if !sorts_by_people {
            run.add_people(&mut page).await?;
        }
        let mut channels: Vec<ChannelRow> = page.into_iter().map(|counted| counted.row).collect();
        run.add_peaks(&mut channels).await?;
        Ok(ChannelsAnswer {
            channels,
            total,
            summary,
            distribution,
            heatmap: Heatmap::of(&week).shown(),
            period: ask.window.name.clone(),
            meta: run.meta(Metric::Messages.definition().text),
            explain: run.explanation(),
        })
    }
}

impl Run<'_> {
    /// Returns a question about just these channels.
    fn about<'r>(&self, rows: impl Iterator<Item = &'r ChannelRow>, metrics: &[Metric]) -> Query {
        let ids = rows.map(|row| row.channel_id.clone()).collect();
        self.ask.now(metrics).only(Filter::Is(Field::Channel, ids))
    }

    /// Adds who wrote and reacted.
    async fn add_people(&self, rows: &mut [Counted]) -> Result<(), QueryError> {
        let metrics = [Metric::Posters, Metric::EngagedPeople];
        for rows in rows.chunks_mut(MOST_NAMED) {
            let people = self
                .about(rows.iter().map(|counted| &counted.row), &metrics)
                .by(&[Dimension::Channel])
                .in_any_order();
            let people = self.query("people by channel", people).await?;
            let people = by_channel(&people);
            for counted in rows {
                let of = people.get(counted.row.channel_id.as_str());
                counted.add_people(|metric| of.map_or(Amount::ZERO, |row| amount(row, metric)));
            }
        }
        Ok(())
    }

    /// Adds the hours with the most messages.
    async fn add_peaks(&self, rows: &mut [ChannelRow]) -> Result<(), QueryError> {
        let by = [Dimension::Channel, Dimension::HourOfDay];
        for rows in rows.chunks_mut(MOST_NAMED) {
            let hours = self
                .about(rows.iter(), &[Metric::Messages])
                .by(&by)
                .in_any_order();
            let hours = self.query("by hour", hours).await?;
            let peaks = peak_hours(&hours);
            for row in rows {
                let peak = peaks.get(row.channel_id.as_str());
                row.peak_hour = peak.map(|hour| format!("{hour:02}:00"));
            }
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
    all: Amount,
}

impl Facts<'_> {
    fn row(&self, channel: &KnownChannel) -> Counted {
        let id = channel.id.as_str();
        let of = |table: &ByChannel<'_>| {
            let row = table.get(id);
            row.map_or(Amount::ZERO, |row| amount(row, 0))
        };
        let messages = of(&self.now);
        let previous = self.before.as_ref().map(of);
        let growth = change(messages, previous);
        let last_activity = self.last.get(id).and_then(|row| row.values[0]);
        #[expect(
            clippy::cast_possible_truncation,
            reason = "milliseconds stay far below 2^53"
        )]
        let last_activity = last_activity.map(|millis| Instant::from_millis(millis as i64));
        let within = |days: u64| {
            let span = self.ask.before_end(days * DAY);
            last_activity.is_some_and(|at| span.contains(at))
        };
        let row = ChannelRow {
            channel_id: id.to_owned(),
            name: channel.name.clone().unwrap_or_else(|| id.to_owned()),
            kind: channel.kind,
            is_archived: channel.is_archived,
            member_count: channel.member_count,
            active_members: 0,
            message_count: messages.rounded(),
            previous_message_count: previous.map(Amount::rounded),
            messages_per_day: messages.each_of(self.ask.window.days),
            peak_hour: None,
            engagement_rate: None,
            participation: None,
            growth: growth.map(Ratio::as_change),
            growth_rate: growth.map(Ratio::as_change),
            growth_percent: growth.map(|growth| growth.percent(2)),
            share: Ratio::of(messages, self.all).map(|share| share.percent(1)),
            last_activity,
            is_active: within(7),
            is_dormant: !within(30),
            is_growing: previous.is_some_and(|previous| {
                previous >= GROWTH_FLOOR && messages.times(5) >= previous.times(6)
            }),
        };
        Counted {
            row,
            messages,
            growth,
            engagement: None,
        }
    }
}

/// Returns the hour with the most messages of each channel; the earliest on a tie.
fn peak_hours(table: &Table) -> HashMap<&str, i64> {
    let mut peaks: HashMap<&str, (Amount, i64)> = HashMap::new();
    for row in &table.rows {
        let (Some(channel), Some(hour)) = (row.keys[0].as_text(), row.keys[1].as_int()) else {
            continue;
        };
        let messages = amount(row, 0);
        let peak = peaks.entry(channel).or_insert((Amount::ZERO, hour));
        if messages > peak.0 || (messages == peak.0 && hour < peak.1) {
            *peak = (messages, hour);
        }
    }
    peaks
        .into_iter()
        .filter(|(_, (messages, _))| !messages.is_zero())
        .map(|(channel, (_, hour))| (channel, hour))
        .collect()
}

fn summarise(rows: &[Counted]) -> ChannelsSummary {
    let count = |test: fn(&ChannelRow) -> bool| {
        let found = rows.iter().filter(|counted| test(&counted.row));
        found.count() as u64
    };
    ChannelsSummary {
        total: rows.len() as u64,
        active: count(|row| row.is_active),
        dormant: count(|row| row.is_dormant),
        growing: count(|row| row.is_growing),
    }
}

/// Ties go by identifier. What is unknown is neither small nor large and stands last either way.
fn sort(rows: &mut [Counted], request: ChannelsRequest) {
    let directed = |order: Ordering| {
        if request.ascending {
            order
        } else {
            order.reverse()
        }
    };
    let by = |left: &Counted, right: &Counted| match request.sort {
        ChannelSort::Activity => directed(left.messages.cmp(&right.messages)),
        ChannelSort::Members => {
            known_first(left.row.member_count, right.row.member_count, directed)
        }
        ChannelSort::Growth => known_first(left.growth, right.growth, directed),
        ChannelSort::Engagement => known_first(left.engagement, right.engagement, directed),
        ChannelSort::LastActivity => {
            known_first(left.row.last_activity, right.row.last_activity, directed)
        }
        ChannelSort::Name => {
            let name = |counted: &Counted| counted.row.name.to_lowercase();
            directed(name(left).cmp(&name(right)))
        }
    };
    rows.sort_by(|left, right| {
        by(left, right).then_with(|| left.row.channel_id.cmp(&right.row.channel_id))
    });
}

fn known_first<T: Ord>(
    left: Option<T>,
    right: Option<T>,
    directed: impl Fn(Ordering) -> Ordering,
) -> Ordering {
    match (left, right) {
        (Some(left), Some(right)) => directed(left.cmp(&right)),
        (left, right) => right.is_some().cmp(&left.is_some()),
    }
}

#[cfg(test)]
mod tests {
    use store::Cell;

    use super::*;

    #[test]
    fn a_part_of_the_channels_is_not_taken_for_all() {
        let row = |id: &str| TableRow {
            keys: vec![Cell::Text(id.to_owned())],
            values: vec![Some(1.0)],
        };
        let mut table = Table {
            rows: vec![row("a"), row("b")],
            total: 2,
            ..Table::default()
        };
        assert!(whole(&table).is_ok());
        table.total = 3;
        let refused = whole(&table).unwrap_err().to_string();
        assert!(refused.starts_with("`channelId`: 3 channels"), "{refused}");
    }

    fn channel(id: &str, messages: f64, previous: f64) -> Counted {
        let (messages, previous) = (Amount::of(messages), Some(Amount::of(previous)));
        let row = ChannelRow {
            channel_id: id.to_owned(),
            name: String::new(),
            kind: None,
            is_archived: false,
            member_count: None,
            active_members: 0,
            message_count: messages.rounded(),
            previous_message_count: previous.map(Amount::rounded),
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
        };
        Counted {
            row,
            messages,
            growth: change(messages, previous),
            engagement: None,
        }
    }

    /// Returns the order of four channels: `b` and `c` are shown alike, and `d` had nothing before.
    fn order(sort_by: ChannelSort, ascending: bool) -> String {
        let mut rows = vec![
            channel("a", 1.0, 1.0),
            channel("b", 2.4, 2.0),
            channel("c", 2.2, 2.0),
            channel("d", 3.0, 0.0),
            channel("e", 3.0, 3.0),
        ];
        let request = ChannelsRequest {
            sort: sort_by,
            ascending,
            ..ChannelsRequest::default()
        };
        sort(&mut rows, request);
        rows.iter()
            .map(|counted| counted.row.channel_id.as_str())
            .collect()
    }

    #[test]
    fn order_is_by_unrounded_numbers_with_ties_by_identifier_and_the_unknown_last() {
        assert_eq!(order(ChannelSort::Activity, false), "debca");
        assert_eq!(order(ChannelSort::Activity, true), "acbde");
        assert_eq!(order(ChannelSort::Growth, false), "bcaed");
        assert_eq!(order(ChannelSort::Growth, true), "aecbd");
        assert_eq!(order(ChannelSort::Name, false), "abcde");
    }
}
