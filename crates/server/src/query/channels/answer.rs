//! What the page of channels is answered with.

use domain::{record::ChannelKind, time::Instant};
use serde::Serialize;
use utoipa::ToSchema;

use crate::query::{Distribution, Explained, Meta};

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
    /// Messages by weekday (Monday first, unless `weekStart` says another day) and local hour, all channels together.
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
