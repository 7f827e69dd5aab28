//! What is known of a file that was shared.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{MAX_TERM_LENGTH, banned::BannedTerms};
use crate::event::MessageType;

/// A file that was shared where content may be taken from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SharedFile {
    /// Its name.
    pub name: Option<Box<str>>,
    /// The ending of its name, in lower case.
    pub extension: Option<Box<str>>,
    /// What it is: image, video, voice or file.
    pub kind: Option<Box<str>>,
    /// A hash of what is in it, in lower case, as the sender gives it.
    pub hash: Option<Box<str>>,
    /// Its size in bytes.
    pub bytes: Option<u64>,
}

impl SharedFile {
    /// Returns what the properties of an event, once they are masked, say of its file.
    pub(crate) fn of(
        properties: &Map<String, Value>,
        kind: Option<MessageType>,
        banned: &BannedTerms,
    ) -> Self {
        let text = |name: &str| {
            let text = properties.get(name).and_then(Value::as_str)?.trim();
            let fits = !text.is_empty() && text.len() <= MAX_TERM_LENGTH && !banned.ban(text);
            fits.then_some(text)
        };
        let lower = |name: &str| text(name).map(|text| text.to_lowercase().into());
        Self {
            name: text("fileName").map(Into::into),
            extension: lower("fileExt"),
            kind: kind.map(|kind| kind.name().into()),
            hash: lower("fileHash"),
            bytes: properties.get("fileSize").and_then(size),
        }
    }
}

/// Reads a number of bytes, be it as text.
fn size(value: &Value) -> Option<u64> {
    match value {
        Value::Number(number) => number.as_u64(),
        Value::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}
