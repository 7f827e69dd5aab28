//! `nchat_reactions`: given, and taken back when the row is gone.

use domain::event::{Kind, RawEvent};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use sqlx::FromRow;
use uuid::Uuid;

use super::{Account, Moment, RecentMessages, Row, Told, event, text};
use crate::source::recent::Place;

/// The name of the table.
const TABLE: &str = "nchat_reactions";

/// A reaction.
#[derive(Debug, Clone, Serialize, Deserialize, FromRow)]
pub struct Reaction {
    id: Uuid,
    #[serde(default)]
    #[sqlx(default)]
    source_account_id: Account,
    message_id: Uuid,
    #[serde(default)]
    #[sqlx(default)]
    user_id: Option<Uuid>,
    #[serde(default)]
    #[sqlx(default)]
    emoji: Option<String>,
    created_at: Moment,
    /// Where the message was written: joined by the query.
    #[serde(default)]
    #[sqlx(default)]
    channel_id: Option<Uuid>,
    /// Who wrote the message: joined by the query.
    #[serde(default)]
    #[sqlx(default)]
    author_id: Option<Uuid>,
}

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
