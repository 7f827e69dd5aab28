//! Events: what is counted, and what must be true of it.

mod bounds;
mod kind;
mod lift;
mod property;
mod raw;
mod reason;
mod validate;

use serde_json::{Map, Value};

pub use bounds::Limits;
pub use kind::{Category, EventType, FIRST_CUSTOM_CODE, Kind, MAX_NAME_LENGTH, snake_case};
pub use property::{KEY_PREFIX, MASK, mask_properties, mask_text};
pub use raw::RawEvent;
pub use reason::Reason;
pub use validate::{
    Accepted, Context, Directory, Refusal, UNKNOWN_CHANNEL_TYPE, read_timestamp, validate,
};

use crate::{
    content::Content,
    id::{ChannelId, EventId, Key64, UserId, WorkspaceId},
    time::Instant,
};

/// What a message carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum MessageType {
    /// Words.
    Text,
    /// A picture.
    Image,
    /// A file of any other kind.
    File,
    /// A film.
    Video,
    /// Recorded speech.
    Voice,
    /// Written by the chat itself: no message of a person.
    System,
    /// Anything else.
    Other,
}

impl MessageType {
    /// Every type, in the order of the codes.
    pub const ALL: [Self; 7] = [
        Self::Text,
        Self::Image,
        Self::File,
        Self::Video,
        Self::Voice,
        Self::System,
        Self::Other,
    ];

    /// Returns the number under which the type is stored, which never changes.
    pub const fn code(self) -> u8 {
        match self {
            Self::Text => 0,
            Self::Image => 1,
            Self::File => 2,
            Self::Video => 3,
            Self::Voice => 4,
            Self::System => 5,
            Self::Other => 6,
        }
    }

    /// Returns the name used in answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Image => "image",
            Self::File => "file",
            Self::Video => "video",
            Self::Voice => "voice",
            Self::System => "system",
            Self::Other => "other",
        }
    }

    /// Returns the type of a name as chats write it; `bot` is a text whose author is a bot.
    pub fn parse(name: &str) -> Self {
        match name.trim().to_ascii_lowercase().as_str() {
            "" | "text" | "bot" | "markdown" | "message" => Self::Text,
            "image" | "photo" | "picture" | "gif" => Self::Image,
            "file" | "document" | "archive" | "attachment" => Self::File,
            "video" => Self::Video,
            "voice" | "audio" => Self::Voice,
            "system" => Self::System,
            _ => Self::Other,
        }
    }

    /// Returns the type of a file by its MIME type or, without one, by its extension.
    pub fn of_file(mime: Option<&str>, extension: Option<&str>) -> Self {
        let extension = extension.unwrap_or_default().to_ascii_lowercase();
        let family = mime
            .and_then(|mime| mime.split('/').next())
            .unwrap_or_default();
        match (family, extension.as_str()) {
            ("image", _)
            | (_, "png" | "jpg" | "jpeg" | "gif" | "webp" | "svg" | "bmp" | "heic" | "avif") => {
                Self::Image
            }
            ("video", _) | (_, "mp4" | "mov" | "webm" | "mkv" | "avi" | "m4v") => Self::Video,
            ("audio", _) | (_, "mp3" | "ogg" | "oga" | "wav" | "m4a" | "flac" | "opus" | "aac") => {
                Self::Voice
            }
            _ => Self::File,
        }
    }
}

/// Returns how many events each kept one stands for at a sampling rate.
///
/// It is a whole number of 2⁻²⁰, so that sums of weights are exact, whatever they are summed in; it
/// is less than half a millionth beside the inverse of the rate.
pub fn weight_of(rate: f64) -> f64 {
    const STEP: f64 = (1u32 << 20) as f64;
    (STEP / rate).round() / STEP
}

/// One thing that happened, validated, normalised and enriched: ready to be stored.
#[derive(Debug, Clone, PartialEq)]
pub struct Event {
    /// What makes it count once.
    pub id: EventId,
    /// Another identity under which it may be stored already.
    pub also: Option<EventId>,
    /// Whether the sender chose the identity, so that a second arrival must be recognised.
    pub keyed: bool,
    /// Whether the sender said when it happened.
    pub timed: bool,
    /// Whose chat it is.
    pub workspace: WorkspaceId,
    /// What happened.
    pub event_type: EventType,
    /// When it happened.
    pub timestamp: Instant,
    /// When it reached us.
    pub received_at: Instant,
    /// Who did it.
    pub user: Option<UserId>,
    /// Where.
    pub channel: Option<ChannelId>,
    /// Key of the client session.
    pub session: Option<Key64>,
    /// Key of the message it is about.
    pub message: Option<Key64>,
    /// Key of the thread it belongs to.
    pub thread: Option<Key64>,
    /// What the message carries; `None` for events that are no messages.
    pub message_type: Option<MessageType>,
    /// Whether it says that a bot did it; what is known of the person may say otherwise.
    pub is_bot: bool,
    /// How many events it stands for: the inverse of the sampling rate.
    pub weight: f64,
    /// What the text contained, without the text.
    pub content: Content,
    /// Everything else the sender said, masked.
    pub properties: Map<String, Value>,
}

impl Event {
    /// Returns whether it is a message in a thread that is not the first there: by its kind, or
    /// because the sender says so.
    pub fn is_reply(&self) -> bool {
        self.event_type.is(Kind::ThreadReply)
            || self.event_type.is(Kind::MessageSent)
                && self.properties.get("isReply") == Some(&Value::Bool(true))
    }
}
