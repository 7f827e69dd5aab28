//! What has a field of its own, taken out of the properties.

use serde_json::{Map, Value};

use super::{Category, EventType, Kind, RawEvent, Reason};

/// What senders call who did it, among the properties.
pub(super) const PERSON_NAMES: [&str; 2] = ["userId", "user_id"];

impl RawEvent {
    /// Moves what has a field of its own out of the properties, under all its names, and gives
    /// the known properties one name each.
    ///
    /// A field that was sent at the top wins over the property of the same meaning.
    pub(super) fn lift_properties(&mut self, event_type: &EventType) -> Result<(), Reason> {
        if self.properties.is_empty() {
            return Ok(());
        }
        let properties = &mut self.properties;
        lift(properties, &mut self.user, "userId", &PERSON_NAMES)?;
        lift(
            properties,
            &mut self.channel,
            "channelId",
            &["channelId", "channel_id"],
        )?;
        lift(
            properties,
            &mut self.message,
            "messageId",
            &["messageId", "message_id"],
        )?;
        lift(
            properties,
            &mut self.thread,
            "threadId",
            &["threadId", "thread_id"],
        )?;
        lift(
            properties,
            &mut self.session,
            "sessionId",
            &["sessionId", "session_id"],
        )?;
        lift(
            properties,
            &mut self.message_type,
            "messageType",
            &["messageType", "message_type"],
        )?;
        if self.is_bot.is_none() {
            self.is_bot = ["isBot", "is_bot"]
                .iter()
                .find_map(|name| properties.remove(*name))
                .and_then(|value| value.as_bool());
        }
        if event_type.category() == Category::Message || event_type.is(Kind::MessageEdited) {
            for name in TEXT_NAMES {
                if let Some(Value::String(_) | Value::Number(_)) = properties.get(*name) {
                    lift(properties, &mut self.text, "text", &[name])?;
                }
            }
        }
        let renamed: Vec<(String, &'static str)> = properties
            .keys()
            .filter_map(|name| Some((name.clone(), canonical_property(name)?)))
            .collect();
        for (alias, ours) in renamed {
            if let Some(value) = properties.remove(&alias) {
                properties.entry(ours).or_insert(value);
            }
        }
        Ok(())
    }
}

/// What clients call the text of a message, the likeliest name first.
const TEXT_NAMES: &[&str] = &[
    "text",
    "content",
    "body",
    "messageText",
    "message_text",
    "message",
    "caption",
];

/// Properties with a meaning: our name, and the names clients use for it.
const PROPERTY_ALIASES: &[(&str, &[&str])] = &[
    ("feature", &["featureName", "feature_name"]),
    ("featureCategory", &["feature_category"]),
    ("fileName", &["file_name", "filename"]),
    (
        "fileType",
        &["file_type", "mime_type", "mimeType", "mimetype"],
    ),
    ("fileSize", &["file_size", "size_bytes", "sizeBytes"]),
    ("fileExt", &["file_ext", "extension"]),
    ("fileKind", &["file_kind"]),
    ("channelType", &["channel_type"]),
    ("channelName", &["channel_name"]),
    ("length", &["message_length", "messageLength"]),
    ("query", &["search_query", "searchQuery"]),
    ("resultCount", &["result_count", "results_count"]),
    ("duration", &["duration_seconds", "durationSeconds"]),
    ("platform", &["device_type", "deviceType"]),
    ("errorType", &["error_type"]),
    ("errorMessage", &["error_message"]),
    ("statusCode", &["status_code"]),
    ("requestDuration", &["request_duration"]),
    ("targetUserId", &["target_user_id"]),
    ("emoji", &["reaction", "emojiName", "emoji_name"]),
];

/// Returns our name of a property that clients give another one.
fn canonical_property(name: &str) -> Option<&'static str> {
    PROPERTY_ALIASES
        .iter()
        .find(|(_, aliases)| aliases.contains(&name))
        .map(|(ours, _)| *ours)
}

fn lift(
    properties: &mut Map<String, Value>,
    field: &mut Option<String>,
    name: &'static str,
    aliases: &[&str],
) -> Result<(), Reason> {
    for alias in aliases {
        let Some(value) = properties.remove(*alias) else {
            continue;
        };
        let text = match value {
            Value::Null => continue,
            Value::String(text) => text,
            Value::Number(number) => number.to_string(),
            Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
                return Err(Reason::WrongType(name));
            }
        };
        field.get_or_insert(text);
    }
    Ok(())
}
