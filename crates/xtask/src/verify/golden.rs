//! The reference answers, as they were computed without the product.

use std::{collections::BTreeMap, fs, path::Path};

use anyhow::{Context, Result};
use serde::Deserialize;

/// The reference answers for one month of one history. A field that is not known here is an error:
/// every figure of the file is checked.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Golden {
    /// The history, beside the folder of this file.
    pub(super) file: String,
    pub(super) lines: u64,
    pub(super) types: BTreeMap<String, u64>,
    pub(super) distinct_user_ids: u64,
    pub(super) distinct_human_ids: u64,
    pub(super) channels: u64,
    pub(super) threads: u64,
    pub(super) first_ts: String,
    pub(super) last_ts: String,
    pub(super) window: GoldenWindow,
    pub(super) messages: u64,
    pub(super) messages_incl_bots_and_system: u64,
    pub(super) files_shared: u64,
    pub(super) by_message_type: BTreeMap<String, u64>,
    pub(super) peak_day: String,
    pub(super) peak_day_count: u64,
    pub(super) per_day: BTreeMap<String, u64>,
    #[serde(rename = "active_users_rolling_at_2022-07-01T00:00:00Z")]
    pub(super) rolling: GoldenRolling,
    pub(super) top_channels: Vec<GoldenChannel>,
    #[serde(rename = "channel_growth_30d_vs_prev_30d_pct")]
    pub(super) growth: BTreeMap<String, f64>,
    #[serde(rename = "_note_growth")]
    pub(super) _note_growth: String,
    pub(super) engagement_raw_top10: Vec<GoldenPerson>,
    #[serde(rename = "heatmap_monday0_hour_utc")]
    pub(super) heatmap: Vec<Vec<u64>>,
    #[serde(rename = "retention_cohort_first_message_2022_05")]
    pub(super) retention: GoldenRetention,
    pub(super) top_link_domains: Vec<(String, u64)>,
    pub(super) top_emoji_in_text: Vec<(String, u64)>,
}

/// The span that most answers are about.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GoldenWindow {
    pub(super) from: String,
    pub(super) to_exclusive: String,
    pub(super) tz: String,
    #[serde(rename = "population")]
    pub(super) _population: String,
}

/// People active before an instant.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GoldenRolling {
    pub(super) dau_1d: u64,
    pub(super) wau_7d: u64,
    pub(super) mau_30d: u64,
}

/// A channel with many messages.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GoldenChannel {
    pub(super) channel_id: String,
    pub(super) messages: u64,
    pub(super) active_members: u64,
    pub(super) peak_hour_utc: u8,
}

/// A person with a high score.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GoldenPerson {
    pub(super) user_id: String,
    pub(super) messages: u64,
    pub(super) files: u64,
    pub(super) days_active: u64,
    pub(super) score: f64,
}

/// Who of a cohort came back.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GoldenRetention {
    pub(super) cohort_size: u64,
    pub(super) day1_exact: u64,
    pub(super) day1_on_or_after: u64,
    pub(super) day7_exact: u64,
    pub(super) day7_on_or_after: u64,
    pub(super) day30_exact: u64,
    pub(super) day30_on_or_after: u64,
}

impl Golden {
    /// Reads the reference answers.
    pub(super) fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
        serde_json::from_str(&text).with_context(|| path.display().to_string())
    }
}
