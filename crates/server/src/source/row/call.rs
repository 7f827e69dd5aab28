//! `nchat_calls` and `nchat_call_participants`, which many installations lack.

use domain::event::{Kind, RawEvent};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use uuid::Uuid;

use super::{Account, Moment, RecentMessages, Row, Told, event, text};

/// A call.
#[derive(Debug, Clone, Serialize, Deserialize, FromRow)]
pub struct Call {
    id: Uuid,
    #[serde(default)]
    #[sqlx(default)]
    source_account_id: Account,
    #[serde(default)]
    #[sqlx(default)]
    channel_id: Option<Uuid>,
    #[serde(
        default,
        alias = "initiated_by",
        alias = "initiator_id",
        alias = "caller_id"
    )]
    #[sqlx(default)]
    created_by: Option<Uuid>,
    #[serde(default)]
    #[sqlx(default)]
    started_at: Option<Moment>,
    #[serde(default)]
    #[sqlx(default)]
    ended_at: Option<Moment>,
    created_at: Moment,
}

/// A person in a call.
#[derive(Debug, Clone, Serialize, Deserialize, FromRow)]
pub struct Participant {
    id: Uuid,
    #[serde(default)]
    #[sqlx(default)]
    source_account_id: Account,
    /// Where the call is: joined by the query.
    #[serde(default)]
    #[sqlx(default)]
    channel_id: Option<Uuid>,
    #[serde(default)]
    #[sqlx(default)]
    user_id: Option<Uuid>,
    joined_at: Moment,
    #[serde(default)]
    #[sqlx(default)]
    left_at: Option<Moment>,
}

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
