//! Channels that need somebody: those that die, fall asleep, or belong to nobody.

use std::cmp::Reverse;

use domain::{record::ChannelKind, time::Instant};
use serde::Serialize;
use utoipa::ToSchema;

use super::{ChannelPerson, ChannelState, PageRequest, row::Counted};
use crate::query::{Ask, Explained, Meta, QueryError, QueryService};

/// Which channels need somebody.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct CareRequest {
    /// Only for this reason.
    pub state: Option<ChannelState>,
    /// Which of them.
    pub page: PageRequest,
}

/// Channels that need somebody.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CareAnswer {
    /// The channels: dying ones first, then orphans, then dormant ones; within these by the median
    /// before, the largest first, then by the last message, the latest first.
    pub channels: Vec<CareRow>,
    /// How many there are without limit and offset.
    pub total: u64,
    /// How many there are for each reason.
    pub summary: CareSummary,
    /// The period's name.
    pub period: String,
    /// What the answer is about.
    pub meta: Meta,
    /// How the numbers came about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explain: Option<Vec<Explained>>,
}

/// How many channels need somebody, for each reason; a channel may have several.
#[derive(Debug, Clone, Copy, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CareSummary {
    /// Dying ones.
    pub dying: u64,
    /// Dormant ones.
    pub dormant: u64,
    /// Orphans.
    pub orphan: u64,
    /// Archived channels and conversations of a few that are in such a state: nobody has to look after
    /// them, and they are not listed.
    pub left_out: u64,
}

/// A channel that needs somebody.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CareRow {
    /// Which.
    pub channel_id: String,
    /// Its name.
    pub name: String,
    /// Its name in addresses; `null` where no record tells.
    pub slug: Option<String>,
    /// Who may see it.
    #[schema(value_type = Option<String>, example = "public")]
    pub kind: Option<ChannelKind>,
    /// Why it is listed, the gravest reason first.
    pub reasons: Vec<CareReason>,
    /// Who made or owns it, by identifier; `null` where no record tells.
    pub owner: Option<String>,
    /// The owner's name; `null` where none is known.
    pub owner_name: Option<String>,
    /// Whether the owner's account is switched off; `null` where no owner is known.
    pub is_deactivated_owner: Option<bool>,
    /// Members; `null` where neither records nor joins tell.
    pub member_count: Option<u32>,
    /// When it was made; `null` where no record tells.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub created_at: Option<Instant>,
    /// Messages in the period.
    pub message_count: u64,
    /// Median of the messages of the four spans before; `null` for `all`.
    pub median_before: Option<f64>,
    /// Last message before the end of the period; `null` when there was none.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_activity: Option<Instant>,
    /// The last people who wrote there before the end of the period, at most five, the latest first;
    /// ties by identifier.
    pub last_voices: Vec<Voice>,
}

/// Why a channel needs somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
pub struct CareReason {
    /// `dying`, `orphan` or `dormant`.
    pub state: ChannelState,
    /// Since when: of a dormant channel its last message, or when it was made where there was none; of
    /// a dying one the beginning of the period. `null` where it is not known, and for orphans: records
    /// say how things are, not since when.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub since: Option<Instant>,
}

/// A person who wrote in a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Voice {
    /// Who.
    #[serde(flatten)]
    pub person: ChannelPerson,
    /// The last message there.
    #[schema(value_type = String, format = DateTime)]
    pub last_message: Instant,
}

/// The states that need somebody, the gravest first.
const CARE: [ChannelState; 3] = [
    ChannelState::Dying,
    ChannelState::Orphan,
    ChannelState::Dormant,
];

fn is_in_care(counted: &Counted) -> bool {
    CARE.iter().any(|state| state.holds(&counted.row))
}

/// Returns whether nobody has to look after a channel.
fn is_left_out(counted: &Counted) -> bool {
    let kind = counted.row.kind;
    counted.row.is_archived || matches!(kind, Some(ChannelKind::Direct | ChannelKind::Group))
}

impl QueryService {
    /// Answers which channels need somebody.
    pub async fn care(&self, ask: &Ask, request: CareRequest) -> Result<CareAnswer, QueryError> {
        let run = self.begin(ask);
        let mut rows = run.counted_channels().await?;
        rows.retain(is_in_care);
        let all = rows.len();
        rows.retain(|counted| !is_left_out(counted));
        let count = |state: ChannelState| {
            let found = rows.iter().filter(|counted| state.holds(&counted.row));
            found.count() as u64
        };
        let summary = CareSummary {
            dying: count(ChannelState::Dying),
            dormant: count(ChannelState::Dormant),
            orphan: count(ChannelState::Orphan),
            left_out: (all - rows.len()) as u64,
        };
        let is_asked = |counted: &Counted| {
            let state = request.state;
            state.is_none_or(|state| state.holds(&counted.row))
        };
        rows.retain(is_asked);
        let total = rows.len() as u64;
        rows.sort_by(|left, right| {
            let order = |counted: &Counted| {
                let gravest = CARE.iter().position(|state| state.holds(&counted.row));
                let last = counted.row.last_activity;
                (gravest, Reverse((counted.median, last)))
            };
            let by_id = || left.id().cmp(right.id());
            order(left).cmp(&order(right)).then_with(by_id)
        });
        let page = request.page.of(rows);
        let written = page
            .iter()
            .filter(|counted| counted.row.last_activity.is_some());
        let ids = written.map(|counted| counted.id().to_owned()).collect();
        let mut voices = run.last_voices(ids).await?;
        let rows = page.into_iter().map(|counted| {
            let voices = voices.remove(counted.id()).unwrap_or_default();
            care_row(ask, counted, voices)
        });
        Ok(CareAnswer {
            channels: rows.collect(),
            total,
            summary,
            period: ask.window.name.clone(),
            meta: run.meta_of_channels(),
            explain: run.explanation(),
        })
    }
}

fn care_row(ask: &Ask, counted: Counted, last_voices: Vec<Voice>) -> CareRow {
    let row = *counted.row;
    let since = |state| match state {
        ChannelState::Dying => Some(ask.window.range.from()),
        ChannelState::Dormant => row.last_activity.or(row.created_at),
        ChannelState::Active | ChannelState::Growing | ChannelState::Orphan => None,
    };
    let reasons = CARE.into_iter().filter(|state| state.holds(&row));
    let reasons = reasons.map(|state| CareReason {
        state,
        since: since(state),
    });
    CareRow {
        reasons: reasons.collect(),
        channel_id: row.channel_id,
        name: row.name,
        slug: row.slug,
        kind: row.kind,
        owner: row.owner,
        owner_name: row.owner_name,
        is_deactivated_owner: row.is_deactivated_owner,
        member_count: row.member_count,
        created_at: row.created_at,
        message_count: row.message_count,
        median_before: row.median_before,
        last_activity: row.last_activity,
        last_voices,
    }
}
