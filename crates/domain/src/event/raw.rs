//! An event as it was sent, in one shape for all senders.

use serde_json::{Map, Value};

use super::lift::PERSON_NAMES;

/// An event as a client or source sent it, before any rule was applied.
///
/// Times are left as JSON because clients send RFC 3339 text, seconds and milliseconds alike.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RawEvent {
    /// Idempotency key.
    pub key: Option<String>,
    /// Name of what happened.
    pub name: String,
    /// When it happened, as sent.
    pub timestamp: Option<Value>,
    /// Who did it.
    pub user: Option<String>,
    /// Where.
    pub channel: Option<String>,
    /// Client session.
    pub session: Option<String>,
    /// Message it is about.
    pub message: Option<String>,
    /// Thread it belongs to.
    pub thread: Option<String>,
    /// What the message carries, as the sender names it.
    pub message_type: Option<String>,
    /// Whether a bot did it, where the sender says so.
    pub is_bot: Option<bool>,
    /// The message's text: read for terms, then dropped.
    pub text: Option<String>,
    /// What the source itself found in the text; it wins over our own reading.
    pub given: Option<crate::content::SourceAnnotations>,
    /// Whether half characters were replaced when the event was read.
    pub repaired: bool,
    /// Everything else.
    pub properties: Map<String, Value>,
}

impl RawEvent {
    /// Returns whether it says who did it, in the place for that or among the properties.
    pub fn names_person(&self) -> bool {
        let named = |name: &&str| self.properties.contains_key(*name);
        self.user.is_some() || PERSON_NAMES.iter().any(named)
    }

    /// Returns about how many bytes the event takes in memory.
    pub fn memory_bytes(&self) -> usize {
        let texts = [
            &self.key,
            &self.user,
            &self.channel,
            &self.session,
            &self.message,
            &self.thread,
            &self.message_type,
            &self.text,
        ];
        let given = self.given.iter().flat_map(|given| {
            [&given.mentions, &given.links, &given.emoji]
                .into_iter()
                .flatten()
                .flatten()
        });
        let texts = texts.into_iter().flatten().chain(given);
        let texts: usize = texts.map(|text| size_of::<String>() + text.len()).sum();
        size_of::<Self>() + self.name.len() + texts + object_bytes(&self.properties)
    }
}

fn object_bytes(object: &Map<String, Value>) -> usize {
    let entry = size_of::<String>() + size_of::<Value>();
    let entries = object
        .iter()
        .map(|(name, value)| entry + name.len() + value_bytes(value));
    entries.sum()
}

/// Returns what a value takes beside its place.
fn value_bytes(value: &Value) -> usize {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
        Value::String(text) => text.len(),
        Value::Array(values) => values
            .iter()
            .map(|value| size_of::<Value>() + value_bytes(value))
            .sum(),
        Value::Object(object) => object_bytes(object),
    }
}
