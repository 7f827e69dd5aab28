//! `nchat_messages`: messages, replies, edits and deletions.

use domain::{
    content::SourceAnnotations,
    event::{Kind, RawEvent},
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Account, AttachmentKind, Moment, RecentMessages, Row, Told, event, text, verb_at};
use crate::source::recent::Place;

/// The name of the table.
const TABLE: &str = "nchat_messages";

/// A message.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Message {
    id: Uuid,
    #[serde(default)]
    source_account_id: Account,
    /// Where it was written.
    pub channel_id: Uuid,
    /// Who wrote it; gone when the person is.
    #[serde(default)]
    user_id: Option<Uuid>,
    #[serde(default)]
    thread_id: Option<Uuid>,
    #[serde(default)]
    parent_message_id: Option<Uuid>,
    #[serde(default, skip_serializing)]
    content: Option<String>,
    #[serde(default, skip_serializing)]
    content_plain: Option<String>,
    #[serde(default, rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    mentions: Option<Vec<Uuid>>,
    #[serde(default)]
    is_system: Option<bool>,
    #[serde(default)]
    is_deleted: Option<bool>,
    #[serde(default)]
    edited_at: Option<Moment>,
    #[serde(default)]
    deleted_at: Option<Moment>,
    #[serde(default)]
    updated_at: Option<Moment>,
    created_at: Moment,
    /// Type of its channel, as the chat names it: joined by the query.
    #[serde(default)]
    pub channel_type: Option<String>,
    /// What its first attachment is: looked up beside the query.
    #[serde(default)]
    pub carries: Option<AttachmentKind>,
}

from_row!(Message: id, channel_id, created_at; source_account_id, user_id, thread_id, parent_message_id, content, content_plain, kind = "type", mentions, is_system, is_deleted, edited_at, deleted_at, updated_at, channel_type; carries);

impl Message {
    /// Returns the identity of the row.
    pub const fn id(&self) -> Uuid {
        self.id
    }

    /// Returns when it was written.
    pub const fn created_at(&self) -> Moment {
        self.created_at
    }

    /// Returns whose it is.
    pub const fn account(&self) -> &Account {
        &self.source_account_id
    }

    /// Adds the edit and the deletion alone.
    pub fn tell_changes(&self, told: &mut Told) {
        if let Some(at) = self.edited_at {
            let verb = verb_at("edited", at);
            let edited = self.about(event(TABLE, self.id, Some(&verb), Kind::MessageEdited, at));
            told.event(&self.source_account_id, edited);
        }
        // TRICKY: the flag is NULL on most rows that are not deleted.
        if self.is_deleted == Some(true) || self.deleted_at.is_some() {
            let at = self.deleted_at.or(self.updated_at);
            self.tell_deleted(at.unwrap_or(self.created_at), told);
        }
    }

    fn tell_deleted(&self, at: Moment, told: &mut Told) {
        let deleted = event(TABLE, self.id, Some("deleted"), Kind::MessageDeleted, at);
        told.event(&self.source_account_id, self.about(deleted));
    }

    fn about(&self, event: RawEvent) -> RawEvent {
        RawEvent {
            user: text(self.user_id),
            channel: Some(self.channel_id.to_string()),
            message: Some(self.id.to_string()),
            is_bot: self.is_bot(),
            ..event
        }
    }

    fn is_bot(&self) -> Option<bool> {
        (self.kind.as_deref() == Some("bot")).then_some(true)
    }

    /// Returns what the message carries: what is attached decides, then what the chat calls it.
    fn message_type(&self) -> &str {
        if self.is_system == Some(true) || self.kind.as_deref() == Some("system") {
            return "system";
        }
        match (self.carries, self.kind.as_deref()) {
            (Some(kind), _) => kind.message_type(),
            // An embed is a text with a preview.
            (None, None | Some("embed")) => "text",
            (None, Some(kind)) => kind,
        }
    }
}

impl Row for Message {
    fn tell(&self, recent: &RecentMessages, told: &mut Told) {
        recent.remember(
            self.id,
            Place {
                channel: self.channel_id,
                author: self.user_id,
            },
        );
        let thread = self.thread_id.or(self.parent_message_id);
        let kind = if thread.is_some() {
            Kind::ThreadReply
        } else {
            Kind::MessageSent
        };
        let mentions = self.mentions.as_ref().filter(|list| !list.is_empty());
        let sent = RawEvent {
            thread: text(thread),
            message_type: Some(self.message_type().to_owned()),
            text: self.content_plain.clone().or_else(|| self.content.clone()),
            given: mentions.map(|list| SourceAnnotations {
                mentions: Some(list.iter().map(Uuid::to_string).collect()),
                ..SourceAnnotations::default()
            }),
            ..self.about(event(TABLE, self.id, None, kind, self.created_at))
        };
        told.event(&self.source_account_id, sent);
        self.tell_changes(told);
    }

    fn tell_removed(&self, at: Moment, _recent: &RecentMessages, told: &mut Told) {
        self.tell_deleted(at, told);
    }
}
