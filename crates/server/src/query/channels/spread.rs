//! How messages spread over channels, channel by channel.

use domain::{
    metric::Metric,
    ratio::{Amount, Ratio},
    record::ChannelKind,
};
use serde::Serialize;
use utoipa::ToSchema;

use super::{ChannelSort, PageRequest, request::sort};
use crate::query::{Ask, Change, Distribution, Explained, Meta, QueryError, QueryService};

/// How messages spread over channels.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DistributionAnswer {
    /// The channels, those with the most messages first; ties by identifier.
    pub channels: Vec<ShareRow>,
    /// How many channels there are without limit and offset.
    pub total: u64,
    /// Messages in channels beside those of the span before.
    pub messages: Change,
    /// How they spread over the channels.
    pub distribution: Distribution,
    /// How those of the span before did; `null` when nothing is compared.
    pub previous: Option<Distribution>,
    /// The period's name.
    pub period: String,
    /// What the answer is about.
    pub meta: Meta,
    /// How the numbers came about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explain: Option<Vec<Explained>>,
}

/// A channel's share of the messages.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ShareRow {
    /// Which.
    pub channel_id: String,
    /// Its name.
    pub name: String,
    /// Who may see it.
    #[schema(value_type = Option<String>, example = "public")]
    pub kind: Option<ChannelKind>,
    /// Messages in the period.
    pub message_count: u64,
    /// Share of all messages in channels, in percent, one decimal; `null` without any.
    pub share: Option<f64>,
    /// Share of this channel and those with more messages together.
    pub cumulative_share: Option<f64>,
    /// Whether it is one of the fewest channels that hold half of the messages.
    pub is_in_half: bool,
    /// Messages in the period before; `null` when nothing is compared.
    pub previous_message_count: Option<u64>,
    /// Share of all messages in channels in the period before; `null` without any.
    pub previous_share: Option<f64>,
}

impl QueryService {
    /// Answers how messages spread over channels.
    pub async fn distribution(
        &self,
        ask: &Ask,
        page: PageRequest,
    ) -> Result<DistributionAnswer, QueryError> {
        let run = self.begin(ask);
        let mut rows = run.counted_channels().await?;
        sort(&mut rows, ChannelSort::Activity, false);
        let distribution = Distribution::of(rows.iter().map(|counted| counted.messages));
        let is_compared = ask.window.previous.is_some();
        let before = || rows.iter().filter_map(|counted| counted.previous);
        let previous = is_compared.then(|| Distribution::of(before()));
        let all: Amount = rows.iter().map(|counted| counted.messages).sum();
        let all_before: Option<Amount> = is_compared.then(|| before().sum());
        let percent = |part, whole| Ratio::of(part, whole).map(|share| share.percent(1));
        let mut held = Amount::ZERO;
        let total = rows.len() as u64;
        let mut shares = Vec::with_capacity(rows.len());
        for (counted, place) in rows.into_iter().zip(1..) {
            held = held + counted.messages;
            let row = *counted.row;
            shares.push(ShareRow {
                channel_id: row.channel_id,
                name: row.name,
                kind: row.kind,
                message_count: row.message_count,
                share: percent(counted.messages, all),
                cumulative_share: percent(held, all),
                is_in_half: place <= distribution.channels_for_half,
                previous_message_count: row.previous_message_count,
                previous_share: counted
                    .previous
                    .and_then(|previous| percent(previous, all_before?)),
            });
        }
        Ok(DistributionAnswer {
            channels: page.of(shares),
            total,
            messages: Change::of(all, all_before),
            distribution,
            previous,
            period: ask.window.name.clone(),
            meta: run.meta(Metric::Messages.definition().text),
            explain: run.explanation(),
        })
    }
}
