//! An event as it was sent, in one shape for all senders.

use serde_json::{Map, Value};

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
    pub given: Option<crate::content::Given>,
    /// Everything else.
    pub properties: Map<String, Value>,
}
