//! From what was sent to an event that may be stored, or to the reason why not.
//!
//! Rules, in order:
//! 1. There must be a name; known names become ours, others stay custom.
//! 2. An identifier that stands for nobody is left out; one that is too long or holds control
//!    characters is replaced by one that always stands for it.
//! 3. Text is read for terms and dropped, unless the operator keeps it, and so are all properties
//!    that hold what people wrote. Where others may not read, neither do we: a confidential channel
//!    gives word counts, no terms.
//! 4. Properties are bounded in number, size and text length; what does not fit is left out.
//! 5. A time more than ten minutes ahead, before 1990, or older than the retention is refused;
//!    without a time the event happened when it arrived.
//! 6. A key makes the event countable once; without one it gets an identity of its own.
//! 7. What is left of the properties is masked.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::{
    Category, Event, EventType, Kind, Limits, MAX_NAME_LENGTH, MessageType, RawEvent, Reason,
    bounds::{bound, bound_text},
    property::{drop_texts, mask_properties},
};
use crate::{
    content::{self, BannedTerms, Content, SharedFile},
    id::{self, ChannelId, EventId, Key64, KeySpace, UserId, WorkspaceId},
    record::ChannelKind,
    time::Instant,
    warning::{Defect, Warning},
};

/// What a source says in `channelType` when nothing tells it who may read the channel.
pub const UNKNOWN_CHANNEL_TYPE: &str = "unknown";

/// Instants before this one (1990-01-01) are mistakes, not history.
const EARLIEST: Instant = Instant::from_millis(631_152_000_000);

/// What validation needs to know beside the event.
#[derive(Debug)]
pub struct Context<'a> {
    /// Whose chat it is.
    pub workspace: &'a WorkspaceId,
    /// When the event reached us.
    pub received_at: Instant,
    /// Bounds.
    pub limits: &'a Limits,
    /// Whether message text is kept in the properties.
    pub store_text: bool,
    /// Terms that are not kept.
    pub banned: &'a BannedTerms,
    /// Identity for an event without a key.
    pub fresh_id: Uuid,
    /// Whose keys they are.
    pub key_space: KeySpace,
}

/// Where facts about channels come from while events are read.
pub trait Directory {
    /// Returns whether content terms may be taken from the channel; without one, `None` is asked.
    /// `is_unknown` means that the sender does not know who may read it: only what the records call
    /// public allows terms then.
    fn allows_content(&self, channel: Option<&ChannelId>, is_unknown: bool) -> bool;
    /// Returns whether content terms may be taken from confidential channels too.
    fn allows_confidential_content(&self) -> bool;
}

/// An event that was refused, and why.
#[derive(Debug)]
pub struct Refusal {
    /// Why.
    pub reason: Reason,
    /// What was refused.
    pub event: Box<RawEvent>,
}

/// An event that may be stored, and what of it could not be kept as it was sent.
#[derive(Debug)]
pub struct Accepted {
    /// The event.
    pub event: Event,
    /// What was left out, replaced or cut.
    pub warnings: Vec<Warning>,
}

/// Returns the event that may be stored.
pub fn validate(
    mut raw: RawEvent,
    context: &Context<'_>,
    directory: &impl Directory,
) -> Result<Accepted, Refusal> {
    let mut warnings = Vec::new();
    match read(&mut raw, context, directory, &mut warnings) {
        Ok(event) => Ok(Accepted { event, warnings }),
        Err(reason) => Err(Refusal {
            reason,
            event: Box::new(raw),
        }),
    }
}

/// Takes what is kept out of the raw event.
fn read(
    raw: &mut RawEvent,
    context: &Context<'_>,
    directory: &impl Directory,
    warnings: &mut Vec<Warning>,
) -> Result<Event, Reason> {
    let limits = context.limits;
    let event_type = event_type(&raw.name, warnings)?;
    raw.lift_properties(&event_type, warnings)?;
    let user = identifier(UserId::read, raw.user.as_deref(), "userId", warnings);
    let channel = identifier(
        ChannelId::read,
        raw.channel.as_deref(),
        "channelId",
        warnings,
    );
    if !context.store_text {
        drop_texts(&mut raw.properties, event_type.category());
    }
    if let Some(text) = &mut raw.text {
        bound_text(text, "text", limits.text_bytes, raw.repaired, warnings);
    }
    bound(&mut raw.properties, limits, raw.repaired, warnings)?;
    let timestamp = timestamp(raw.timestamp.as_ref(), context)?;
    let key = raw.key.as_deref();
    let key = key.and_then(|key| EventId::of_key(context.workspace, key, context.key_space));
    let allowed = allows_content(raw, channel.as_ref(), directory);
    let mut content = content_of(raw, &event_type, allowed);
    let message_type = message_type_of(raw, &event_type);
    let is_bot = raw.is_bot.unwrap_or_else(|| is_bot_message(raw));
    let (session, message, thread) = (
        identifier(key64, raw.session.as_deref(), "sessionId", warnings),
        identifier(key64, raw.message.as_deref(), "messageId", warnings),
        identifier(key64, raw.thread.as_deref(), "threadId", warnings),
    );
    let mut properties = std::mem::take(&mut raw.properties);
    add_file_extension(&mut properties, &event_type);
    mask_properties(&mut properties);
    if allowed && event_type.is(Kind::FileShared) {
        let file = SharedFile::of(&properties, message_type, context.banned);
        content.file = Some(Box::new(file));
    }
    content.strike(context.banned);
    if context.store_text
        && let Some(text) = raw.text.take()
    {
        properties.insert("text".into(), Value::String(text));
    }
    Ok(Event {
        id: key.map_or(EventId(context.fresh_id), |key| key.id),
        also: key.and_then(|key| key.also),
        keyed: key.is_some(),
        timed: raw.timestamp.as_ref().is_some_and(|time| !time.is_null()),
        workspace: context.workspace.clone(),
        event_type,
        timestamp,
        received_at: context.received_at,
        user,
        channel,
        session,
        message,
        thread,
        message_type,
        is_bot,
        weight: 1.0,
        content,
        properties,
    })
}

fn allows_content(raw: &RawEvent, channel: Option<&ChannelId>, directory: &impl Directory) -> bool {
    // The sender may know better than the records at hand what kind of channel it is.
    let said = raw.properties.get("channelType").and_then(Value::as_str);
    let is_unknown = said == Some(UNKNOWN_CHANNEL_TYPE);
    let said_confidential = said
        .and_then(ChannelKind::parse)
        .is_some_and(ChannelKind::is_confidential);
    directory.allows_content(channel, is_unknown)
        && (!said_confidential || directory.allows_confidential_content())
}

/// Returns whether the message is of the kind that chats give those of bots.
fn is_bot_message(raw: &RawEvent) -> bool {
    let kind = raw.message_type.as_deref().map(str::trim);
    kind.is_some_and(|kind| kind.eq_ignore_ascii_case("bot"))
}

/// Reads the name, of which there must be one.
fn event_type(name: &str, warnings: &mut Vec<Warning>) -> Result<EventType, Reason> {
    if let Some(event_type) = EventType::parse(name) {
        return Ok(event_type);
    }
    let clean = name.trim().replace(char::is_control, "\u{fffd}");
    let fitting = clean[..clean.floor_char_boundary(MAX_NAME_LENGTH)].trim_end();
    let defect = if fitting.len() < clean.len() {
        Defect::TooLong
    } else {
        Defect::BadCharacters
    };
    let event_type = EventType::parse(fitting).ok_or(Reason::MissingName)?;
    warnings.push(Warning::new(defect, "event"));
    Ok(event_type)
}

fn identifier<T>(
    read: impl Fn(&str) -> (Option<T>, Option<Defect>),
    text: Option<&str>,
    field: &'static str,
    warnings: &mut Vec<Warning>,
) -> Option<T> {
    let (identifier, defect) = read(text?);
    warnings.extend(defect.map(|defect| Warning::new(defect, field)));
    identifier
}

/// Reads an identifier of which only the key is kept, however long it is.
fn key64(text: &str) -> (Option<Key64>, Option<Defect>) {
    if text.trim().is_empty() {
        (None, None)
    } else if id::is_placeholder(text) {
        (None, Some(Defect::Placeholder))
    } else {
        (Some(Key64::of(text)), None)
    }
}

fn timestamp(value: Option<&Value>, context: &Context<'_>) -> Result<Instant, Reason> {
    let now = context.received_at;
    let at = match value {
        None | Some(Value::Null) => return Ok(now),
        Some(value) => read_timestamp(value).ok_or(Reason::BadTimestamp)?,
    };
    if at < EARLIEST {
        return Err(Reason::BadTimestamp);
    }
    if at > now.plus_millis(context.limits.future_millis) {
        return Err(Reason::InFuture);
    }
    if context.limits.oldest.is_some_and(|oldest| at < oldest) {
        return Err(Reason::PastRetention);
    }
    Ok(at)
}

/// Reads RFC 3339 text, or seconds or milliseconds since 1970 as a number or as text.
pub fn read_timestamp(value: &Value) -> Option<Instant> {
    let from_number = |number: f64| {
        // Beyond the year 5138 in seconds it can only be milliseconds.
        let millis = if number.abs() >= 1e11 {
            number
        } else {
            number * 1_000.0
        };
        #[expect(clippy::cast_possible_truncation, reason = "bounded just before")]
        (millis.is_finite() && millis.abs() < 1e15)
            .then(|| Instant::from_millis(millis.round() as i64))
    };
    match value {
        Value::Number(number) => from_number(number.as_f64()?),
        Value::String(text) => match text.trim().parse::<f64>() {
            Ok(number) => from_number(number),
            Err(_) if text.len() <= 64 => {
                Instant::parse(text.trim(), &jiff::tz::TimeZone::UTC).ok()
            }
            Err(_) => None,
        },
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

fn content_of(raw: &RawEvent, event_type: &EventType, allowed: bool) -> Content {
    let reaction = event_type.is(Kind::ReactionAdded) || event_type.is(Kind::ReactionRemoved);
    let mut content = match (&raw.text, &raw.given) {
        (Some(text), given) => content::read(text, given.as_ref()),
        (None, Some(given)) => content::read("", Some(given)),
        (None, None) => Content::default(),
    };
    if raw.text.is_none() {
        content.words = None;
        content.is_question = raw.properties.get("isQuestion") == Some(&Value::Bool(true));
    }
    if !allowed {
        content = content.without_terms();
    }
    if event_type.category() != Category::Message {
        content.topics.clear();
    }
    // A reaction is the person's act and no content of a message, so it counts everywhere.
    if reaction && let Some(Value::String(emoji)) = raw.properties.get("emoji") {
        content.emoji = content::emoji_name(emoji).into_iter().collect();
    }
    content
}

fn message_type_of(raw: &RawEvent, event_type: &EventType) -> Option<MessageType> {
    let is_message = event_type.is(Kind::MessageSent) || event_type.is(Kind::ThreadReply);
    if is_message {
        return Some(
            raw.message_type
                .as_deref()
                .map_or(MessageType::Text, MessageType::parse),
        );
    }
    if event_type.is(Kind::FileShared) {
        let text = |name: &str| raw.properties.get(name).and_then(Value::as_str);
        let kind = text("fileKind").or(raw.message_type.as_deref());
        return Some(
            if let Some(kind @ (MessageType::Image | MessageType::Video | MessageType::Voice)) =
                kind.map(MessageType::parse)
            {
                kind
            } else {
                let extension = text("fileExt").or_else(|| extension(text("fileName")?));
                MessageType::of_file(text("fileType"), extension)
            },
        );
    }
    raw.message_type.as_deref().map(MessageType::parse)
}

fn extension(name: &str) -> Option<&str> {
    let (stem, extension) = name.rsplit_once('.')?;
    let usable = !stem.is_empty()
        && (1..=12).contains(&extension.len())
        && extension.bytes().all(|byte| byte.is_ascii_alphanumeric());
    usable.then_some(extension)
}

fn add_file_extension(properties: &mut Map<String, Value>, event_type: &EventType) {
    if !event_type.is(Kind::FileShared) || properties.contains_key("fileExt") {
        return;
    }
    let found = properties
        .get("fileName")
        .and_then(Value::as_str)
        .and_then(extension);
    if let Some(found) = found {
        let found = found.to_ascii_lowercase();
        properties.insert("fileExt".into(), Value::String(found));
    }
}
