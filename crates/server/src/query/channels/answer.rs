//! What the page of channels is answered with.

use domain::{record::ChannelKind, time::Instant};
use serde::Serialize;
use utoipa::ToSchema;

use crate::query::{DayCount, Distribution, Explained, Meta};

/// Channels and their activity.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChannelsAnswer {
    /// The rows.
    pub channels: Vec<ListedChannel>,
    /// How many rows there are without limit and offset.
    pub total: u64,
    /// All channels together, whatever their state and name.
    pub summary: ChannelsSummary,
    /// How messages spread over all channels.
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

/// A row of the list of channels.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct ListedChannel {
    /// The channel's activity.
    #[serde(flatten)]
    pub row: ChannelRow,
    /// Its messages in each bucket, where `include=series` asks for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub series: Option<Vec<DayCount>>,
}

/// All channels together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct ChannelsSummary {
    /// Channels known, of those that the request is about.
    pub total: u64,
    /// With a message in the 7 days before the end of the period.
    pub active: u64,
    /// Without a message in the 30 days before the end of the period.
    pub dormant: u64,
    /// With at least 1.2 times the messages of the period before, when that had 20 or more.
    pub growing: u64,
    /// With at most half the median of the four spans before, when that median is 20 or more.
    pub dying: u64,
    /// Whose owner is deactivated, or that have no members.
    pub orphan: u64,
}

/// A channel's activity.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "facts that pages show apart")]
pub struct ChannelRow {
    /// Which.
    pub channel_id: String,
    /// Its name.
    pub name: String,
    /// Its name in addresses; `null` where no record tells.
    pub slug: Option<String>,
    /// Who may see it.
    #[schema(value_type = Option<String>, example = "public")]
    pub kind: Option<ChannelKind>,
    /// Whether it was put away.
    pub is_archived: bool,
    /// When it was made; `null` where no record tells.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub created_at: Option<Instant>,
    /// First message ever; `null` when there was none before the end of the period.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub first_seen: Option<Instant>,
    /// Who made or owns it, by identifier; `null` where no record tells.
    pub owner: Option<String>,
    /// The owner's name; `null` where none is known.
    pub owner_name: Option<String>,
    /// Whether the owner's account is switched off; `null` where no owner is known.
    pub is_deactivated_owner: Option<bool>,
    /// Members; `null` where neither records nor joins tell.
    pub member_count: Option<u32>,
    /// People who wrote in the period.
    pub active_members: u64,
    /// Messages in the period.
    pub message_count: u64,
    /// Messages in the period before; `null` when nothing is compared.
    pub previous_message_count: Option<u64>,
    /// Median of the messages of the four spans before, as `compare=previous` moves them back; `null`
    /// for `all`, which has none before it.
    pub median_before: Option<f64>,
    /// Messages a day, rounded down.
    pub messages_per_day: u64,
    /// Local hour with the most messages; `null` without any.
    #[schema(example = "14:00")]
    pub peak_hour: Option<String>,
    /// Members who wrote or reacted; `null` where members are unknown.
    #[schema(example = "68%")]
    pub engagement_rate: Option<String>,
    /// The same as a number, one decimal.
    pub engagement_percent: Option<f64>,
    /// Members who wrote; `null` where members are unknown.
    pub participation: Option<String>,
    /// The same as a number, one decimal.
    pub participation_percent: Option<f64>,
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
    /// At most half the median of the four spans before, when that median is 20 or more.
    pub is_dying: bool,
    /// The owner is known to be deactivated, or it is known to have no members.
    pub is_orphan: bool,
}

/// A person, by identifier and name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ChannelPerson {
    /// Who.
    pub user_id: String,
    /// The name; the identifier where none is known.
    pub name: String,
}
