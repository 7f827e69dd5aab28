//! What has a field of its own, taken out of the properties.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;
use serde_json::{Map, Value};

use super::{Category, EventType, Kind, RawEvent, Reason};
use crate::warning::{Defect, Warning};

/// What senders call who did it, among the properties.
pub(super) const PERSON_NAMES: [&str; 2] = ["userId", "user_id"];

/// What senders call what has a field of its own, among the properties; our own name first.
const FIELD_NAMES: [[&str; 2]; 6] = [
    PERSON_NAMES,
    ["channelId", "channel_id"],
    ["messageId", "message_id"],
    ["threadId", "thread_id"],
    ["sessionId", "session_id"],
    ["messageType", "message_type"],
];

/// What senders call that a bot did it.
const BOT_NAMES: [&str; 2] = ["isBot", "is_bot"];

impl RawEvent {
    /// Moves what has a field of its own out of the properties, under all its names, and gives
    /// the known properties one name each.
    ///
    /// A field that was sent at the top wins over the property of the same meaning.
    pub(super) fn lift_properties(
        &mut self,
        event_type: &EventType,
        warnings: &mut Vec<Warning>,
    ) -> Result<(), Reason> {
        let is_lifted = |name: &String| LIFTED.contains(name.as_str());
        if !self.properties.keys().any(is_lifted) {
            return Ok(());
        }
        let properties = &mut self.properties;
        let fields = [
            &mut self.user,
            &mut self.channel,
            &mut self.message,
            &mut self.thread,
            &mut self.session,
            &mut self.message_type,
        ];
        for (field, names) in fields.into_iter().zip(&FIELD_NAMES) {
            lift(properties, field, names[0], names)?;
        }
        for name in BOT_NAMES {
            match properties.remove(name) {
                None | Some(Value::Null) => {}
                Some(Value::Bool(is_bot)) => {
                    self.is_bot.get_or_insert(is_bot);
                }
                Some(_) => warnings.push(Warning::new(Defect::Unreadable, "isBot")),
            }
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

/// Every name of a property that is moved or gets another name; most events have none of them.
static LIFTED: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| {
    let fields = FIELD_NAMES.iter().flatten();
    let aliases = PROPERTY_ALIASES.iter().flat_map(|(_, aliases)| *aliases);
    let names = fields.chain(aliases).chain(TEXT_NAMES).chain(&BOT_NAMES);
    names.copied().collect()
});

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
    (
        "fileHash",
        &[
            "file_hash",
            "fileChecksum",
            "file_checksum",
            "fileSha256",
            "file_sha256",
        ],
    ),
    ("isQuestion", &["is_question"]),
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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_flags_say_who_is_a_bot_and_the_others_are_told() {
        for (sent, properties, is_bot, told) in [
            (None, json!({"isBot": true}), Some(true), 0),
            (None, json!({"is_bot": false}), Some(false), 0),
            (None, json!({"isBot": null, "is_bot": true}), Some(true), 0),
            (None, json!({"isBot": "yes", "is_bot": true}), Some(true), 1),
            (None, json!({"isBot": 1, "is_bot": {}}), None, 2),
            (Some(false), json!({"isBot": true}), Some(false), 0),
        ] {
            let Value::Object(properties) = properties else {
                panic!("no object");
            };
            let mut event = RawEvent {
                is_bot: sent,
                properties,
                ..RawEvent::default()
            };
            let mut warnings = Vec::new();
            let kind = EventType::parse("message_sent").unwrap();
            event.lift_properties(&kind, &mut warnings).unwrap();
            assert_eq!(event.is_bot, is_bot);
            assert!(event.properties.is_empty());
            let expected = vec![Warning::new(Defect::Unreadable, "isBot"); told];
            assert_eq!(warnings, expected);
        }
    }
}
