//! The overview: who is active, how much is said, which channels live.

use domain::{
    compare::{Trend, round},
    dimension::Dimension,
    metric::Metric,
};
use serde::Serialize;
use store::Known;
use utoipa::ToSchema;

use super::{
    Ask, Change, DayCount, DayValue, Explained, Meta, QueryError, QueryService, RollingActivity,
    Run,
    series::filled,
    value::{count, share, total},
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
    /// Channels with a message in the last 7 days.
    pub active_channels: u64,
    /// People known.
    pub total_users: u64,
    /// Files shared in the period.
    pub total_files: u64,
    /// Reactions in the period.
    pub total_reactions: u64,
    /// Events in the period, those of bots included.
    pub total_events: u64,
    /// Messages for each active person, one decimal.
    pub avg_messages_per_user: f64,
    /// Daily active people on average ÷ people active in the last 30 days; `null` without any.
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
pub struct MessageOverview {
    /// Messages in the period.
    pub total: u64,
    /// Messages a day, rounded down.
    pub average: u64,
    /// Direction of the change.
    #[schema(value_type = String, example = "up")]
    pub trend: Trend,
    /// Messages in the period before.
    pub previous: Option<u64>,
    /// The change in percent.
    pub change: Option<String>,
}

/// Channels in the overview.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ChannelOverview {
    /// Channels known.
    pub total: u64,
    /// Channels with a message in the last 7 days.
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

impl QueryService {
    /// Answers the overview.
    pub async fn dashboard(&self, ask: &Ask) -> Result<DashboardAnswer, QueryError> {
        let run = self.begin(ask);
        let by_time = ask
            .now(&[Metric::ActivePeople, Metric::Messages])
            .by(&[Dimension::Time(ask.grain)]);
        let top = ask
            .now(&[Metric::Messages])
            .by(&[Dimension::Channel])
            .top(TOP_CHANNELS);
        let events = ask
            .now(&[Metric::Events])
            .of(domain::query::Population::Everyone);
        let (now, before, by_time, top, events, active, lively, known) = tokio::try_join!(
            run.query("totals", ask.now(&TOTALS)),
            run.query_if("totals before", ask.before(&TOTALS)),
            run.query("by time", by_time),
            run.query("top channels", top),
            run.query("events", events),
            run.rolling(),
            run.active_channels(),
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
        let charts = charts(&filled(&by_time, ask, 2), run.channel_activity(&top).await?);
        let people = active_users.current;
        let average_daily = charts.active_users.iter().map(|day| day.value).sum::<u64>() as f64
            / f64::from(ask.window.days);
        let stickiness = (active.monthly > 0 && ask.grain == domain::time::Grain::Day)
            .then(|| round(average_daily / active.monthly as f64, 3));
        Ok(DashboardAnswer {
            active_users: people,
            total_messages: messages.current,
            total_channels: known.channels,
            active_channels: lively,
            total_users: known.people,
            total_files: files.current,
            total_reactions: reactions.current,
            total_events: total(&events, 0),
            avg_messages_per_user: if people == 0 {
                0.0
            } else {
                round(messages.current as f64 / people as f64, 1)
            },
            stickiness,
            period: ask.window.name.clone(),
            active,
            overview: overview(ask, &active_users, &messages, lively, known.channels),
            trends: Trends {
                active_users,
                messages,
                channels,
                files,
                reactions,
            },
            charts,
            meta: run.meta(Metric::ActivePeople.definition().text),
            explain: run.explanation(),
        })
    }
}

fn charts(series: &[(String, Vec<u64>)], channel_activity: Vec<ChannelActivity>) -> Charts {
    let day = |(date, values): &(String, Vec<u64>)| DayValue {
        date: date.clone(),
        value: values[0],
    };
    let messages = |(date, values): &(String, Vec<u64>)| DayCount {
        date: date.clone(),
        count: values[1],
    };
    Charts {
        active_users: series.iter().map(day).collect(),
        message_volume: series.iter().map(messages).collect(),
        channel_activity,
    }
}

fn overview(
    ask: &Ask,
    active_users: &Change,
    messages: &Change,
    active: u64,
    channels: u64,
) -> Overview {
    Overview {
        active_users: active_users.clone(),
        messages: MessageOverview {
            total: messages.current,
            average: messages.current / u64::from(ask.window.days),
            trend: messages.trend,
            previous: messages.previous,
            change: messages.change.clone(),
        },
        channels: ChannelOverview {
            total: channels,
            active,
            engagement: share(active, channels),
        },
    }
}

impl Run<'_> {
    /// Returns how many people and channels there are.
    async fn known(&self) -> Result<Known, QueryError> {
        Ok(self.store().known(&self.ask.workspace).await?)
    }

    /// Returns how many channels had a message in the last 7 days.
    async fn active_channels(&self) -> Result<u64, QueryError> {
        let as_of = self.ask.window.as_of;
        let range = domain::time::Range {
            from: as_of.plus_millis(-7 * 86_400_000),
            to: as_of,
        };
        let query = self.ask.over(range, &[Metric::ActiveChannels]);
        Ok(total(&self.query("active channels", query).await?, 0))
    }

    async fn channel_activity(
        &self,
        top: &store::Table,
    ) -> Result<Vec<ChannelActivity>, QueryError> {
        let channels = self.store().channels(&self.ask.workspace).await?;
        let name = |id: &str| {
            let known = channels.iter().find(|channel| channel.id == id);
            known
                .and_then(|channel| channel.name.clone())
                .unwrap_or_else(|| id.to_owned())
        };
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
