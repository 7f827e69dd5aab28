//! What makes an event of a line the same event when it is read again.
//!
//! In this order:
//! 1. The identity the line gives, as it is: the same one a client would have sent.
//! 2. A message, reply or deletion is its kind, channel and message identifier.
//! 3. An edit is its message and time.
//! 4. A reaction is its message, person and emoji, and its time where the line tells when it was
//!    given (then giving, taking back and giving again are three events).
//! 5. Joining, leaving, making, archiving and unarchiving are channel, person and time.
//! 6. A shared file is its channel, message, person, name, size and the number of the occurrence,
//!    because archives hold equal lines that are different events: the same file thrice in one
//!    message.
//! 7. Anything else is all of its fields and the number of the occurrence.
//!
//! But for the first, the identity of what happened to a message holds the key of that message.

use std::borrow::Cow;

use domain::{
    event::{EventType, Kind},
    id::{MAX_ID_LENGTH, is_no_value},
    time::Instant,
};
use jiff::tz::TimeZone;
use serde_json::Value;

use super::{line::Line, value::Time};
use crate::importer::{key, occurrence::Occurrences};

/// Returns the idempotency key of the event of a line.
pub(super) fn of(line: &Line<'_>, kind: Option<&EventType>, seen: &mut Occurrences) -> String {
    if let Some(id) = line.event_id.as_deref().filter(|id| !is_no_value(id)) {
        return given(id);
    }
    about_message(line, made(line, kind, seen))
}

fn made(line: &Line<'_>, kind: Option<&EventType>, seen: &mut Occurrences) -> String {
    if let Some(key) = by_nature(line, kind) {
        return key;
    }
    let hash = key::hash(&match file_fields(line, kind) {
        Some(bytes) => bytes,
        None => all_fields(line, kind),
    });
    format!("{}:{}", key::hashed("import", hash), seen.next(hash))
}

/// Returns the idempotency key of the edit that a line of a message tells of.
pub(super) fn of_edit(line: &Line<'_>, message_key: &str, edited_at: &Time<'_>) -> String {
    let time = moment(edited_at);
    let key = match line.message() {
        Some(message) => key::join(EDIT, &[channel(line), message, &time]),
        None => key::join(EDIT, &[message_key, &time]),
    };
    about_message(line, key)
}

fn about_message(line: &Line<'_>, key: String) -> String {
    match line.message() {
        Some(message) => key::about(message, &key),
        None => key,
    }
}

const EDIT: &str = "import:message_edited";

/// Returns an identity as it came, or its hash where it is too long for a key.
fn given(id: &str) -> String {
    let id = id.trim();
    if id.len() > MAX_ID_LENGTH || id.chars().any(char::is_control) {
        key::hashed("import:event", key::hash(id.as_bytes()))
    } else {
        id.to_owned()
    }
}

fn by_nature(line: &Line<'_>, kind: Option<&EventType>) -> Option<String> {
    let Some(EventType::Known(kind)) = kind else {
        return None;
    };
    let (message, user) = (line.message(), line.user.as_deref());
    match kind {
        Kind::MessageSent => Some(key::join("import:message_sent", &[channel(line), message?])),
        Kind::ThreadReply => Some(key::join("import:thread_reply", &[channel(line), message?])),
        Kind::MessageDeleted => Some(key::join(
            "import:message_deleted",
            &[channel(line), message?],
        )),
        Kind::MessageEdited => {
            let time = moment(line.time.as_ref()?);
            Some(key::join(EDIT, &[channel(line), message?, &time]))
        }
        Kind::ReactionAdded | Kind::ReactionRemoved => {
            let prefix = match kind {
                Kind::ReactionAdded => "import:reaction_added",
                _ => "import:reaction_removed",
            };
            let parts = [channel(line), message?, user?, line.emoji.as_deref()?];
            if line.ts_is_message_ts == Some(true) {
                return Some(key::join(prefix, &parts));
            }
            let time = moment(line.time.as_ref()?);
            let [channel, message, user, emoji] = parts;
            Some(key::join(prefix, &[channel, message, user, emoji, &time]))
        }
        Kind::ChannelJoined
        | Kind::ChannelLeft
        | Kind::ChannelCreated
        | Kind::ChannelArchived
        | Kind::ChannelUnarchived => {
            let time = moment(line.time.as_ref()?);
            let parts = [
                kind.name(),
                line.channel.as_deref()?,
                user.unwrap_or_default(),
                &time,
            ];
            Some(key::join("import", &parts))
        }
        _ => None,
    }
}

fn channel<'a>(line: &'a Line<'_>) -> &'a str {
    line.channel.as_deref().unwrap_or_default()
}

/// Returns a time in one spelling, so that `…00Z` and `…00.000+00:00` are the same event.
fn moment<'a>(time: &'a Time<'_>) -> Cow<'a, str> {
    match time {
        Time::Text(text) => match Instant::parse(text.trim(), &TimeZone::UTC) {
            Ok(instant) => Cow::Owned(instant.as_millis().to_string()),
            Err(_) => Cow::Borrowed(text),
        },
        Time::Number(number) => Cow::Owned(number.to_string()),
    }
}

fn file_fields(line: &Line<'_>, kind: Option<&EventType>) -> Option<Vec<u8>> {
    if kind != Some(&EventType::Known(Kind::FileShared)) {
        return None;
    }
    let (message, name) = (line.message()?, line.file_name.as_deref()?);
    let size = line
        .file_size
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default();
    let user = line.user.as_deref().unwrap_or_default();
    let mut bytes = Vec::with_capacity(128);
    for part in ["file_shared", channel(line), message, user, name, &size] {
        push(&mut bytes, part.trim());
    }
    Some(bytes)
}

fn all_fields(line: &Line<'_>, kind: Option<&EventType>) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(256);
    let name = line.name.as_deref().unwrap_or_default();
    push(&mut bytes, kind.map_or(name, EventType::name));
    push(
        &mut bytes,
        &line.time.as_ref().map_or(Cow::Borrowed(""), moment),
    );
    // TRICKY: the order and number of these parts is part of every key made so far.
    let texts = [
        &line.user,
        &line.channel,
        &line.session,
        &line.message,
        &line.thread,
        &line.message_type,
        &line.text,
        &line.emoji,
        &line.target_user,
        &line.invited_by,
        &line.file_name,
        &line.file_ext,
        &line.file_kind,
    ];
    for text in texts {
        push(&mut bytes, text.as_deref().unwrap_or_default());
    }
    push(
        &mut bytes,
        &line
            .file_size
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
    );
    let mut names: Vec<_> = line.properties.iter().flatten().collect();
    names.sort_unstable_by_key(|(name, _)| *name);
    for (name, value) in names {
        push(&mut bytes, name);
        push_value(&mut bytes, value);
    }
    bytes
}

/// Appends a part with its length, so that no two lists of parts read the same.
fn push(bytes: &mut Vec<u8>, part: &str) {
    bytes.extend_from_slice(&(part.len() as u64).to_le_bytes());
    bytes.extend_from_slice(part.as_bytes());
}

/// Appends a value independently of the order of its fields.
fn push_value(bytes: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Object(fields) => {
            bytes.push(b'{');
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_unstable_by_key(|(name, _)| *name);
            for (name, value) in fields {
                push(bytes, name);
                push_value(bytes, value);
            }
            bytes.push(b'}');
        }
        Value::Array(elements) => {
            bytes.push(b'[');
            for element in elements {
                push_value(bytes, element);
            }
            bytes.push(b']');
        }
        Value::String(text) => push(bytes, text),
        Value::Null | Value::Bool(_) | Value::Number(_) => {
            bytes.extend_from_slice(value.to_string().as_bytes());
            bytes.push(b',');
        }
    }
}
