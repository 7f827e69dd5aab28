//! The overview: who is active, how much is said, which channels live.

use domain::{
    compare::Trend, dimension::Dimension, metric::Metric, query::Population, ratio::Ratio,
    time::Grain,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Ask, Change, DayCount, DayValue, Explained, Meta, QueryError, QueryService, RollingActivity,
    Run,
    meta::Fields,
    series::Point,
    value::{amount, count, share, total},
};

/// The overview in both shapes that are in use, with the same numbers in both.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DashboardAnswer {
    /// People active in the period.
    pub active_users: u64,
    /// Messages in the period.
    pub total_messages: u64,
    /// Channels known.
    pub total_channels: u64,
    /// Channels with a message in the 7 days before the end of the period.
    pub active_channels: u64,
    /// People known.
    pub total_users: u64,
    /// Files shared in the period.
    pub total_files: u64,
    /// Reactions in the period.
    pub total_reactions: u64,
    /// Events in the period, those of bots always included: as many as the export of events has.
    pub total_events: u64,
    /// Messages for each active person, one decimal.
    pub avg_messages_per_user: f64,
    /// People active on a local day, averaged over the days of the period ÷ people active in the
    /// 30 × 24 hours before its end, three decimals; `null` without any.
    pub stickiness: Option<f64>,
    /// The period's name.
    pub period: String,
    /// People active lately, rolling.
    pub active: RollingActivity,
    /// Values beside those before them.
    pub trends: Trends,
    /// The documented shape.
    pub overview: Overview,
    /// Charts.
    pub charts: Charts,
    /// What the answer is about.
    pub meta: Meta,
    /// How the numbers came about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explain: Option<Vec<Explained>>,
}

/// Values beside those before them.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Trends {
    /// People active.
    pub active_users: Change,
    /// Messages.
    pub messages: Change,
    /// Channels with messages.
    pub channels: Change,
    /// Files shared.
    pub files: Change,
    /// Reactions.
    pub reactions: Change,
}

/// The documented overview.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Overview {
    /// People active.
    pub active_users: Change,
    /// Messages.
    pub messages: MessageOverview,
    /// Channels.
    pub channels: ChannelOverview,
}

/// Messages in the overview.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MessageOverview {
    /// Messages in the period.
    pub total: u64,
    /// Messages a day, rounded down.
    pub average: u64,
    /// Direction of the change; `null` when nothing is compared.
    #[schema(value_type = Option<String>, example = "up")]
    pub trend: Option<Trend>,
    /// Messages in the period before.
    pub previous: Option<u64>,
    /// The change in percent.
    pub change: Option<String>,
    /// The same change as a number, one decimal.
    pub change_percent: Option<f64>,
}

/// Channels in the overview.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ChannelOverview {
    /// Channels known.
    pub total: u64,
    /// Channels with a message in the 7 days before the end of the period.
    pub active: u64,
    /// Active ÷ total.
    #[schema(example = "57%")]
    pub engagement: Option<String>,
}

/// Charts of the overview.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Charts {
    /// People active in each bucket.
    pub active_users: Vec<DayValue>,
    /// Messages in each bucket.
    pub message_volume: Vec<DayCount>,
    /// The channels with the most messages.
    pub channel_activity: Vec<ChannelActivity>,
}

/// Messages of a channel.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChannelActivity {
    /// Which channel.
    pub channel_id: String,
    /// Its name.
    pub name: String,
    /// Its messages.
    pub count: u64,
}

const TOTALS: [Metric; 5] = [
    Metric::ActivePeople,
    Metric::Messages,
    Metric::ActiveChannels,
    Metric::Files,
    Metric::Reactions,
];

/// Channels shown in the overview's chart.
const TOP_CHANNELS: u32 = 10;

const DAY: u64 = 86_400_000;

/// Which metric each field is.
const FIELDS: Fields = &[
    ("activeUsers", Metric::ActivePeople),
    ("totalMessages", Metric::Messages),
    ("totalFiles", Metric::Files),
    ("totalReactions", Metric::Reactions),
    ("totalEvents", Metric::Events),
    ("trends.activeUsers", Metric::ActivePeople),
    ("trends.messages", Metric::Messages),
    ("trends.files", Metric::Files),
    ("trends.reactions", Metric::Reactions),
    ("overview.activeUsers", Metric::ActivePeople),
    ("overview.messages.total", Metric::Messages),
    ("overview.channels.active", Metric::ActiveChannels),
    ("charts.activeUsers.value", Metric::ActivePeople),
    ("charts.messageVolume.count", Metric::Messages),
    ("charts.channelActivity.count", Metric::Messages),
];

impl QueryService {
    /// Answers the overview.
    pub async fn dashboard(&self, ask: &Ask) -> Result<DashboardAnswer, QueryError> {
        let run = self.begin(ask);
        let top = ask
            .now(&[Metric::Messages])
            .by(&[Dimension::Channel])
            .top(TOP_CHANNELS);
        let events = ask.now(&[Metric::Events]).of(Population::Everyone);
        // What charts and rolling numbers tell already is not asked again.
        let people = [Metric::ActivePeople];
        let by_day =
            (ask.grain != Grain::Day).then(|| ask.now(&people).by(&[Dimension::Time(Grain::Day)]));
        let ended = ask.window.range.to() != ask.window.as_of;
        let month = ended.then(|| ask.over(ask.before_end(30 * DAY), &people));
        let (now, before, series, top, events, rolling, lively, by_day, month, known) = tokio::try_join!(
            run.query("totals", ask.now(&TOTALS)),
            run.query_if("totals before", ask.before(&TOTALS)),
            run.series(&[Metric::ActivePeople, Metric::Messages]),
            run.query("top channels", top),
            run.query("events", events),
            run.rolling(),
            run.active_channels(),
            run.query_if("active people by day", by_day),
            run.query_if("active people of 30 days", month),
            run.known(),
        )?;
        let change = |metric: usize| {
            Change::of(
                total(&now, metric),
                before.as_ref().map(|table| total(table, metric)),
            )
        };
        let [active_users, messages, channels, files, reactions] =
            [change(0), change(1), change(2), change(3), change(4)];
        let charts = charts(&series, run.channel_activity(&top).await?);
        let daily = by_day.map_or_else(
            || series.iter().map(|point| point.values[0]).sum(),
            |by_day| by_day.rows.iter().map(|row| amount(row, 0)).sum(),
        );
        let (active, last_month) = rolling;
        let monthly = month.map_or(last_month, |month| total(&month, 0));
        let stickiness = Ratio::of(daily, monthly.times(ask.window.days));
        let per_person = Ratio::of(total(&now, 1), total(&now, 0));
        Ok(DashboardAnswer {
            active_users: active_users.current,
            total_messages: messages.current,
            total_channels: known.channels,
            active_channels: lively,
            total_users: known.people,
            total_files: files.current,
            total_reactions: reactions.current,
            total_events: total(&events, 0).rounded(),
            avg_messages_per_user: per_person.map_or(0.0, |messages| messages.rounded(1)),
            stickiness: stickiness.map(|stickiness| stickiness.rounded(3)),
            period: ask.window.name.clone(),
            active,
            overview: Overview {
                active_users: active_users.clone(),
                messages: MessageOverview::of(&messages, total(&now, 1).each_of(ask.window.days)),
                channels: ChannelOverview {
                    total: known.channels,
                    active: lively,
                    engagement: share(lively, known.channels),
                },
            },
            trends: Trends {
                active_users,
                messages,
                channels,
                files,
                reactions,
            },
            charts,
            meta: run
                .meta(Metric::ActivePeople.definition().text)
                .with(FIELDS),
            explain: run.explanation(),
        })
    }
}

fn charts(series: &[Point], channel_activity: Vec<ChannelActivity>) -> Charts {
    Charts {
        active_users: series.iter().map(|point| point.day_value(0)).collect(),
        message_volume: series.iter().map(|point| point.day_count(1)).collect(),
        channel_activity,
    }
}

impl MessageOverview {
    fn of(messages: &Change, average: u64) -> Self {
        Self {
            total: messages.current,
            average,
            trend: messages.trend,
            previous: messages.previous,
            change: messages.change.clone(),
            change_percent: messages.change_percent,
        }
    }
}

impl Run<'_> {
    /// Returns how many channels had a message in the 7 days before the end of the span.
    async fn active_channels(&self) -> Result<u64, QueryError> {
        let week = self.ask.before_end(7 * DAY);
        let query = self.ask.over(week, &[Metric::ActiveChannels]);
        Ok(total(&self.query("active channels", query).await?, 0).rounded())
    }

    async fn channel_activity(
        &self,
        top: &store::Table,
    ) -> Result<Vec<ChannelActivity>, QueryError> {
        let ids = top.rows.iter().filter_map(|row| row.keys[0].as_text());
        let ids: Vec<String> = ids.map(str::to_owned).collect();
        let names = self
            .store()
            .channel_names(&self.ask.workspace, &ids)
            .await?;
        let name = |id: &str| names.get(id).cloned().unwrap_or_else(|| id.to_owned());
        Ok(top
            .rows
            .iter()
            .filter_map(|row| {
                let id = row.keys[0].as_text()?;
                let count = count(row, 0);
                Some(ChannelActivity {
                    channel_id: id.to_owned(),
                    name: name(id),
                    count,
                })
            })
            .filter(|channel| channel.count > 0)
            .collect())
    }
}
