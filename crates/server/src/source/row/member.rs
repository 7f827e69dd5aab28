//! `nchat_channel_members`: who joined, and who left when the row is gone.

use domain::event::{Kind, RawEvent};
use serde::{Deserialize, Serialize};
use serde_json::Map;
use uuid::Uuid;

use super::{Account, Moment, RecentMessages, Row, Told, event};

/// The name of the table.
const TABLE: &str = "nchat_channel_members";

/// A person in a channel.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Member {
    id: Uuid,
    #[serde(default)]
    source_account_id: Account,
    channel_id: Uuid,
    user_id: Uuid,
    #[serde(default)]
    invited_by: Option<Uuid>,
    joined_at: Moment,
}

from_row!(Member: id, channel_id, user_id, joined_at; source_account_id, invited_by);

impl Member {
    fn about(&self, event: RawEvent) -> RawEvent {
        RawEvent {
            user: Some(self.user_id.to_string()),
            channel: Some(self.channel_id.to_string()),
            ..event
        }
    }
}

impl Row for Member {
    fn tell(&self, _recent: &RecentMessages, told: &mut Told) {
        let mut properties = Map::new();
        if let Some(inviter) = self.invited_by {
            properties.insert("invitedBy".to_owned(), inviter.to_string().into());
        }
        let joined = RawEvent {
            properties,
            ..self.about(event(
                TABLE,
                self.id,
                None,
                Kind::ChannelJoined,
                self.joined_at,
            ))
        };
        told.event(&self.source_account_id, joined);
    }

    fn tell_removed(&self, at: Moment, _recent: &RecentMessages, told: &mut Told) {
        let left = event(TABLE, self.id, Some("left"), Kind::ChannelLeft, at);
        told.event(&self.source_account_id, self.about(left));
    }
}
