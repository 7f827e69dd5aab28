//! `nchat_presence`: who is connected.

use domain::event::{Kind, RawEvent};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Account, Moment, RecentMessages, Row, Told, event};

/// Heartbeats of a person within this many microseconds are one event. Somebody counts as online
/// for 60 s after a heartbeat, so that half of it keeps those who stay from flickering.
const HEARTBEAT: i64 = 30_000_000;

/// The last heartbeat of a person.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Presence {
    user_id: Uuid,
    #[serde(default)]
    source_account_id: Account,
    #[serde(default)]
    status: Option<String>,
    #[serde(default)]
    last_heartbeat_at: Option<Moment>,
}

from_row!(Presence: user_id; source_account_id, status, last_heartbeat_at);

impl Row for Presence {
    fn tell(&self, _recent: &RecentMessages, told: &mut Told) {
        let is_online = matches!(self.status.as_deref(), Some("online" | "away" | "dnd"));
        if let (true, Some(at)) = (is_online, self.last_heartbeat_at) {
            let verb = format!("online@{}", at.as_micros().div_euclid(HEARTBEAT));
            let online = RawEvent {
                user: Some(self.user_id.to_string()),
                ..event(
                    "nchat_presence",
                    self.user_id,
                    Some(&verb),
                    Kind::Presence,
                    at,
                )
            };
            told.event(&self.source_account_id, online);
        }
    }
}
