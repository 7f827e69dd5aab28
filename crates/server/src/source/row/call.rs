//! `nchat_calls` and `nchat_call_participants`, which many installations lack.

use domain::event::{Kind, RawEvent};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Account, Moment, RecentMessages, Row, Told, event, text};

/// A call.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Call {
    id: Uuid,
    #[serde(default)]
    source_account_id: Account,
    #[serde(default)]
    channel_id: Option<Uuid>,
    #[serde(
        default,
        alias = "initiated_by",
        alias = "initiator_id",
        alias = "caller_id"
    )]
    created_by: Option<Uuid>,
    #[serde(default)]
    started_at: Option<Moment>,
    #[serde(default)]
    ended_at: Option<Moment>,
    created_at: Moment,
}

from_row!(Call: id, created_at; source_account_id, channel_id, created_by, started_at, ended_at);

/// A person in a call.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Participant {
    id: Uuid,
    #[serde(default)]
    source_account_id: Account,
    /// Where the call is: joined by the query.
    #[serde(default)]
    channel_id: Option<Uuid>,
    #[serde(default)]
    user_id: Option<Uuid>,
    joined_at: Moment,
    #[serde(default)]
    left_at: Option<Moment>,
}

from_row!(Participant: id, joined_at; source_account_id, channel_id, user_id, left_at);

impl Row for Call {
    fn tell(&self, _recent: &RecentMessages, told: &mut Told) {
        let about = |event| RawEvent {
            user: text(self.created_by),
            channel: text(self.channel_id),
            ..event
        };
        let began = self.started_at.unwrap_or(self.created_at);
        let started = event("nchat_calls", self.id, None, Kind::CallStarted, began);
        told.event(&self.source_account_id, about(started));
        if let Some(at) = self.ended_at {
            let ended = event("nchat_calls", self.id, Some("ended"), Kind::CallEnded, at);
            told.event(&self.source_account_id, about(ended));
        }
    }
}

impl Row for Participant {
    fn tell(&self, _recent: &RecentMessages, told: &mut Told) {
        const TABLE: &str = "nchat_call_participants";
        let about = |event| RawEvent {
            user: text(self.user_id),
            channel: text(self.channel_id),
            ..event
        };
        let joined = event(TABLE, self.id, None, Kind::CallJoined, self.joined_at);
        told.event(&self.source_account_id, about(joined));
        if let Some(at) = self.left_at {
            let left = event(TABLE, self.id, Some("left"), Kind::CallLeft, at);
            told.event(&self.source_account_id, about(left));
        }
    }
}
