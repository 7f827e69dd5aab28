//! From a line to the event, or events, it tells of.

use std::borrow::Cow;

use domain::{
    content::SourceAnnotations,
    event::{EventType, Kind, RawEvent},
};
use serde_json::{Map, Value};

use super::{identity, line::Line, value::Time};
use crate::importer::{SkipReason, occurrence::Occurrences};

/// What a line tells of.
#[derive(Debug)]
pub(super) struct Extracted {
    /// The event itself.
    pub(super) event: RawEvent,
    /// The later edit of the message, where the line mentions one.
    pub(super) edit: Option<RawEvent>,
}

impl Extracted {
    /// Says of the events that characters were replaced in their line.
    pub(super) fn mark_repaired(&mut self) {
        for event in std::iter::once(&mut self.event).chain(&mut self.edit) {
            event.repaired = true;
        }
    }
}

/// Returns the events of a line.
pub(super) fn of(mut line: Line<'_>, seen: &mut Occurrences) -> Result<Extracted, SkipReason> {
    let name = line
        .name
        .as_deref()
        .ok_or(SkipReason::MissingField("type"))?;
    let time = line
        .time
        .as_ref()
        .ok_or(SkipReason::MissingField("ts"))?
        .to_value();
    let kind = EventType::parse(name);
    let key = identity::of(&line, kind.as_ref(), seen);
    let is_bot = line
        .is_bot
        .or_else(|| looks_like_bot(&line).then_some(true));
    let is_message = matches!(
        kind,
        Some(EventType::Known(Kind::MessageSent | Kind::ThreadReply))
    );
    let edit = match &line.edited_at {
        Some(edited_at) if is_message => Some(edit_of(&line, &key, edited_at, is_bot)),
        _ => None,
    };
    let name = name.to_owned();
    let properties = take_properties(&mut line);
    let owned = |text: Option<Cow<'_, str>>| text.map(Cow::into_owned);
    // An archive that tells replies apart has read the texts, and cut them afterwards: a list it
    // leaves out is an empty one. Of other lines we read the text ourselves.
    let read_already = is_message && line.is_reply.is_some();
    let listed = |list: Option<Vec<String>>| list.or_else(|| read_already.then(Vec::new));
    let given = SourceAnnotations {
        mentions: listed(line.mentions),
        links: listed(line.links),
        emoji: listed(line.emoji_in_text),
    };
    let event = RawEvent {
        key: Some(key),
        name,
        timestamp: Some(time),
        user: owned(line.user),
        channel: owned(line.channel),
        session: owned(line.session),
        message: owned(line.message),
        thread: owned(line.thread),
        message_type: owned(line.message_type),
        is_bot,
        text: owned(line.text),
        given: (given != SourceAnnotations::default()).then_some(given),
        repaired: false,
        properties,
    };
    Ok(Extracted { event, edit })
}

/// Returns whether a line says that a bot did it: by the type of its message, or by a `b_` before
/// the identifier. Other identifiers are left to what is known of people.
fn looks_like_bot(line: &Line<'_>) -> bool {
    line.message_type.as_deref() == Some("bot")
        || line
            .user
            .as_deref()
            .is_some_and(|user| user.starts_with("b_"))
}

fn edit_of(line: &Line<'_>, key: &str, edited_at: &Time<'_>, is_bot: Option<bool>) -> RawEvent {
    let owned = |text: &Option<Cow<'_, str>>| text.as_deref().map(str::to_owned);
    RawEvent {
        key: Some(identity::of_edit(line, key, edited_at)),
        name: Kind::MessageEdited.name().to_owned(),
        timestamp: Some(edited_at.to_value()),
        user: owned(&line.user),
        channel: owned(&line.channel),
        message: owned(&line.message),
        thread: owned(&line.thread),
        is_bot,
        ..RawEvent::default()
    }
}

/// Takes the properties a line gives, with those of its fields that have no place of their own.
fn take_properties(line: &mut Line<'_>) -> Map<String, Value> {
    let mut properties = line.properties.take().unwrap_or_default();
    let texts = [
        ("emoji", &line.emoji),
        ("targetUserId", &line.target_user),
        ("invitedBy", &line.invited_by),
        ("fileName", &line.file_name),
        ("fileExt", &line.file_ext),
        ("fileKind", &line.file_kind),
    ];
    for (name, text) in texts {
        if let Some(text) = text {
            properties.insert(name.to_owned(), Value::from(text.as_ref()));
        }
    }
    let values = [
        ("fileSize", line.file_size.take().map(Value::Number)),
        ("isReply", line.is_reply.map(Value::Bool)),
        ("editedAt", line.edited_at.as_ref().map(Time::to_value)),
        (
            "timestampIsMessageTime",
            line.ts_is_message_ts.map(Value::Bool),
        ),
    ];
    for (name, value) in values {
        if let Some(value) = value {
            properties.insert(name.to_owned(), value);
        }
    }
    properties
}
