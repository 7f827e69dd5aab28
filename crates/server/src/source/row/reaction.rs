//! `nchat_reactions`: given, and taken back when the row is gone.

use domain::event::{Kind, RawEvent};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{Account, Moment, RecentMessages, Row, Told, event, text};
use crate::source::recent::Place;

/// The name of the table.
const TABLE: &str = "nchat_reactions";

/// A reaction.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Reaction {
    id: Uuid,
    #[serde(default)]
    source_account_id: Account,
    message_id: Uuid,
    #[serde(default)]
    user_id: Option<Uuid>,
    #[serde(default)]
    emoji: Option<String>,
    created_at: Moment,
    /// Where the message was written: joined by the query.
    #[serde(default)]
    channel_id: Option<Uuid>,
    /// Who wrote the message: joined by the query.
    #[serde(default)]
    author_id: Option<Uuid>,
}

from_row!(Reaction: id, message_id, created_at; source_account_id, user_id, emoji, channel_id, author_id);

impl Reaction {
    fn about(&self, event: RawEvent, recent: &RecentMessages) -> RawEvent {
        let place = self.channel_id.map_or_else(
            || recent.find(self.message_id),
            |channel| {
                Some(Place {
                    channel,
                    author: self.author_id,
                })
            },
        );
        let author = place.and_then(|place| place.author);
        let mut properties = Map::new();
        if let Some(emoji) = &self.emoji {
            properties.insert("emoji".to_owned(), Value::from(emoji.as_str()));
        }
        if let Some(author) = author {
            properties.insert("targetUserId".to_owned(), author.to_string().into());
        }
        RawEvent {
            user: text(self.user_id),
            channel: text(place.map(|place| place.channel)),
            message: Some(self.message_id.to_string()),
            properties,
            ..event
        }
    }
}

impl Row for Reaction {
    fn tell(&self, recent: &RecentMessages, told: &mut Told) {
        let added = event(TABLE, self.id, None, Kind::ReactionAdded, self.created_at);
        told.event(&self.source_account_id, self.about(added, recent));
    }

    fn tell_removed(&self, at: Moment, recent: &RecentMessages, told: &mut Told) {
        let removed = event(TABLE, self.id, Some("removed"), Kind::ReactionRemoved, at);
        told.event(&self.source_account_id, self.about(removed, recent));
    }
}
