//! `nchat_attachments`: files that were shared.

use domain::event::{Kind, MessageType, RawEvent};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{Account, Moment, RecentMessages, Row, Told, event, text};

/// The name of the table.
const TABLE: &str = "nchat_attachments";

/// What an attachment is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum AttachmentKind {
    /// A picture.
    Image,
    /// A film.
    Video,
    /// Recorded speech.
    Voice,
    /// A file of any other kind.
    File,
}

impl AttachmentKind {
    /// Returns the kind of what the chat calls it; by MIME type and name where it does not know.
    pub fn of(kind: Option<&str>, mime: Option<&str>, name: Option<&str>) -> Self {
        let found = match kind {
            Some("image" | "video" | "audio") => MessageType::parse(kind.unwrap_or_default()),
            Some("document" | "archive") => MessageType::File,
            _ => {
                let extension = name.and_then(|name| Some(name.rsplit_once('.')?.1));
                MessageType::of_file(mime, extension)
            }
        };
        match found {
            MessageType::Image => Self::Image,
            MessageType::Video => Self::Video,
            MessageType::Voice => Self::Voice,
            _ => Self::File,
        }
    }

    /// Returns the type of a message that carries it.
    pub const fn message_type(self) -> &'static str {
        match self {
            Self::Image => "image",
            Self::Video => "video",
            Self::Voice => "voice",
            Self::File => "file",
        }
    }
}

/// A file.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Attachment {
    id: Uuid,
    /// The chat has no such column here: joined by the query, from message and person.
    #[serde(default)]
    source_account_id: Account,
    #[serde(default)]
    message_id: Option<Uuid>,
    #[serde(default)]
    user_id: Option<Uuid>,
    #[serde(default)]
    filename: Option<String>,
    #[serde(default)]
    original_filename: Option<String>,
    #[serde(default, rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    mime_type: Option<String>,
    #[serde(default)]
    size_bytes: Option<i64>,
    created_at: Moment,
    /// Where the message was written: joined by the query.
    #[serde(default)]
    channel_id: Option<Uuid>,
    /// The thread of the message: joined by the query.
    #[serde(default)]
    thread_id: Option<Uuid>,
}

from_row!(Attachment: id, created_at; source_account_id, message_id, user_id, filename, original_filename, kind = "type", mime_type, size_bytes, channel_id, thread_id);

impl Attachment {
    /// Returns the name that the person gave the file.
    fn name(&self) -> Option<&str> {
        self.original_filename
            .as_deref()
            .or(self.filename.as_deref())
            .filter(|name| !name.trim().is_empty())
    }
}

impl Row for Attachment {
    fn tell(&self, recent: &RecentMessages, told: &mut Told) {
        let kind = AttachmentKind::of(self.kind.as_deref(), self.mime_type.as_deref(), self.name());
        let mut properties = Map::new();
        if let Some(name) = self.name() {
            properties.insert("fileName".to_owned(), Value::from(name));
        }
        properties.insert("fileKind".to_owned(), Value::from(kind.message_type()));
        if let Some(bytes) = self.size_bytes {
            properties.insert("fileSize".to_owned(), Value::from(bytes));
        }
        let place = self.message_id.and_then(|message| recent.find(message));
        let channel = self.channel_id.or(place.map(|place| place.channel));
        let shared = RawEvent {
            user: text(self.user_id.or(place.and_then(|place| place.author))),
            channel: text(channel),
            message: text(self.message_id),
            thread: text(self.thread_id),
            properties,
            ..event(TABLE, self.id, None, Kind::FileShared, self.created_at)
        };
        told.event(&self.source_account_id, shared);
    }
}
