//! What happens now.

use std::collections::HashMap;

use domain::{
    filter::Filter,
    metric::Metric,
    ratio::{Amount, Ratio},
    time::{Instant, Range},
};
use engine::{
    analysis::{ChannelLately, Lately, Minutes},
    storage::Subject,
};
use serde::Serialize;
use store::EventRow;
use utoipa::ToSchema;

use super::{Ask, Meta, QueryError, QueryService, Run, meta::Fields};

const MINUTE: i64 = 60_000;
const HOUR: u64 = 60 * 60_000;

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct RealtimeRequest {
    /// Most channels.
    pub limit: u32,
    /// Most of the latest events.
    pub latest: u32,
}

/// What happens now: the last hour, minute by minute.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RealtimeAnswer {
    /// People connected now: a presence heartbeat in the last 60 seconds.
    pub online: u64,
    /// People active in the last 60 minutes.
    pub active_users: u64,
    /// Messages of the minutes below.
    pub messages: u64,
    /// Messages a minute, on average over the minutes below, one decimal.
    pub messages_per_minute: f64,
    /// Events of any kind of the minutes below.
    pub events: u64,
    /// The last 60 minutes of the clock, the one under way included.
    pub minutes: Vec<MinuteBucket>,
    /// The channels with the most messages in these minutes, the most first.
    pub active_channels: Vec<ActiveChannel>,
    /// How many channels had messages.
    pub active_channel_count: u64,
    /// The latest events of these minutes, newest first.
    #[schema(value_type = Vec<Object>)]
    pub latest: Vec<EventRow>,
    /// What the answer is about.
    pub meta: Meta,
}

/// A minute.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MinuteBucket {
    /// When it begins.
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// First instant after it, or the present.
    #[schema(value_type = String, format = DateTime)]
    pub end: Instant,
    /// Whether it is over.
    pub complete: bool,
    /// Messages.
    pub messages: u64,
    /// Events of any kind.
    pub events: u64,
    /// People who were active.
    pub active_users: u64,
}

/// A channel with messages.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ActiveChannel {
    /// Which.
    pub channel_id: String,
    /// Its name, or else its identifier.
    pub name: String,
    /// Messages.
    pub messages: u64,
    /// People who wrote them.
    pub posters: u64,
    /// When the last of them was written.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_message: Option<Instant>,
}

/// Which metric each field is.
const FIELDS: Fields = &[
    ("messages", Metric::Messages),
    ("events", Metric::Events),
    ("activeUsers", Metric::ActivePeople),
    ("minutes.messages", Metric::Messages),
    ("minutes.events", Metric::Events),
    ("minutes.activeUsers", Metric::ActivePeople),
    ("activeChannels.messages", Metric::Messages),
    ("activeChannels.posters", Metric::Posters),
    ("activeChannels.lastMessage", Metric::LastMessage),
];

impl QueryService {
    /// Returns a question made one about the last 60 minutes of the clock before its present.
    pub fn last_hour(mut ask: Ask) -> Ask {
        let as_of = ask.window.as_of;
        let under_way = as_of.as_millis().rem_euclid(MINUTE);
        // A minute that has just ended is the last one.
        let elapsed = if under_way == 0 { MINUTE } else { under_way };
        let from = as_of.plus_millis(-elapsed - 59 * MINUTE);
        ask.window.range = Range::new(from, as_of);
        ask.window.previous = None;
        ask.annotations
            .retain(|one| one.is_within(ask.window.range));
        "60m".clone_into(&mut ask.window.name);
        ask
    }

    /// Answers what happens now; `ask` is about the [last hour](Self::last_hour), and `latest` are its
    /// latest events.
    pub async fn realtime(
        &self,
        ask: &Ask,
        request: RealtimeRequest,
        latest: Vec<EventRow>,
    ) -> Result<RealtimeAnswer, QueryError> {
        let run = self.begin(ask);
        let range = ask.window.range;
        let (workspace, filter) = (ask.workspace.clone(), ask.filter.clone());
        let minutes = Minutes::new(
            (workspace, ask.population, filter),
            range.from(),
            range.to(),
        );
        let (online, active_users, lately) = tokio::try_join!(
            run.online(),
            run.active_lately("active in 60 minutes", HOUR, Filter::default()),
            run.analyse_in_order(minutes),
        )?;
        let sum = |of: fn(&engine::analysis::Minute) -> f64| -> Amount {
            lately
                .minutes
                .iter()
                .map(|minute| Amount::of(of(minute)))
                .sum()
        };
        let messages = sum(|minute| minute.messages);
        let count = Amount::whole(lately.minutes.len() as u64);
        Ok(RealtimeAnswer {
            online: online.rounded(),
            active_users: active_users.rounded(),
            messages: messages.rounded(),
            messages_per_minute: Ratio::of(messages, count).map_or(0.0, |each| each.rounded(1)),
            events: sum(|minute| minute.events).rounded(),
            minutes: buckets(&lately, range),
            active_channel_count: lately.channels.len() as u64,
            active_channels: run.active(lately, request.limit).await?,
            latest,
            meta: run
                .meta("The last 60 minutes of the clock, the one under way included.")
                .with(FIELDS),
        })
    }
}

impl Run<'_> {
    /// Returns the channels with the most messages.
    async fn active(&self, lately: Lately, limit: u32) -> Result<Vec<ActiveChannel>, QueryError> {
        let mut channels: Vec<(u32, ChannelLately)> = lately.channels.into_iter().collect();
        channels.sort_by(|(_, left), (_, right)| right.messages.total_cmp(&left.messages));
        channels.truncate(limit as usize);
        let workspace = &self.ask.workspace;
        let numbers = channels.iter().map(|(number, _)| *number).collect();
        let ids = self
            .store()
            .identifiers(workspace, Subject::Channel, numbers)
            .await?;
        let known: Vec<String> = ids.iter().flatten().cloned().collect();
        let names: HashMap<String, String> = self.store().channel_names(workspace, &known).await?;
        let rows = ids
            .into_iter()
            .zip(channels)
            .filter_map(|(id, (_, channel))| {
                let channel_id = id?;
                Some(ActiveChannel {
                    name: names.get(&channel_id).unwrap_or(&channel_id).clone(),
                    channel_id,
                    messages: Amount::of(channel.messages).rounded(),
                    posters: Amount::of(channel.people.total()).rounded(),
                    last_message: channel.last,
                })
            });
        Ok(rows.collect())
    }
}

fn buckets(lately: &Lately, range: Range) -> Vec<MinuteBucket> {
    let begins = (0..).map(|place| range.from().plus_millis(place * MINUTE));
    let bucket = |(at, minute): (Instant, &engine::analysis::Minute)| {
        let end = at.plus_millis(MINUTE);
        MinuteBucket {
            at,
            end: end.min(range.to()),
            complete: end <= range.to(),
            messages: Amount::of(minute.messages).rounded(),
            events: Amount::of(minute.events).rounded(),
            active_users: Amount::of(minute.people.total()).rounded(),
        }
    };
    begins.zip(&lately.minutes).map(bucket).collect()
}
