//! From what was sent to an event that may be stored, or to the reason why not.
//!
//! Rules, in order:
//! 1. The name must be readable; known names become ours, others stay custom.
//! 2. Identifiers are at most 128 bytes without control characters.
//! 3. Properties are bounded in depth, number, size and string length.
//! 4. A time more than ten minutes ahead, before 1990, or older than the retention is refused;
//!    without a time the event happened when it arrived.
//! 5. A key makes the event countable once; without one, or with an empty one, it gets an identity
//!    of its own.
//! 6. Text is read for terms and dropped, unless the operator keeps it. Where others may not
//!    read, neither do we: a confidential channel gives word counts, no terms.
//! 7. What is left of the properties is masked.

use serde_json::{Map, Value};
use uuid::Uuid;

use super::{Event, EventType, Kind, MessageType, RawEvent, mask_properties};
use crate::{
    content::{self, Content},
    id::{ChannelId, EventId, IdError, Key64, UserId, WorkspaceId},
    record::ChannelKind,
    time::Instant,
};

/// Bounds on what one event may be.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Longest string in the properties, in bytes.
    pub string_bytes: usize,
    /// Longest message text, in bytes.
    pub text_bytes: usize,
    /// Deepest nesting of the properties.
    pub depth: usize,
    /// Most values in the properties, at all depths together.
    pub values: usize,
    /// Most bytes of all strings and names in the properties together.
    pub bytes: usize,
    /// How far ahead of us a sender's clock may be, in milliseconds.
    pub future_millis: i64,
    /// Events before this instant are past their retention.
    pub oldest: Option<Instant>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            string_bytes: 8 * 1024,
            text_bytes: 256 * 1024,
            depth: 8,
            values: 256,
            bytes: 32 * 1024,
            future_millis: 10 * 60 * 1000,
            oldest: None,
        }
    }
}

/// What a source says in `channelType` when nothing tells it who may read the channel.
pub const UNKNOWN_CHANNEL_TYPE: &str = "unknown";

/// Instants before this one (1990-01-01) are mistakes, not history.
const EARLIEST: Instant = Instant::from_millis(631_152_000_000);

/// Why an event was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// It is not a JSON object.
    #[error("the event is not a JSON object")]
    NotAnObject,
    /// A number or an escape within it means nothing.
    #[error("a number is out of range, or an escape in a string is no character")]
    BadValue,
    /// It has no name.
    #[error("the event has no name (`event`, `eventType`, `name`, `event_type` or `event_name`)")]
    MissingName,
    /// Its name cannot be one.
    #[error("the event's name is empty, longer than 100 bytes or holds control characters")]
    BadName,
    /// A field has the wrong JSON type.
    #[error("`{0}` has the wrong type")]
    WrongType(&'static str),
    /// An identifier cannot be one.
    #[error("`{0}` {1}")]
    BadIdentifier(&'static str, IdError),
    /// The time cannot be read.
    #[error("`timestamp` is neither RFC 3339 nor seconds or milliseconds since 1970")]
    BadTimestamp,
    /// The time lies too far ahead.
    #[error("`timestamp` lies more than 10 minutes in the future")]
    InFuture,
    /// The time lies before the retention.
    #[error("`timestamp` is older than the retention (ANALYTICS_RETENTION_DAYS)")]
    PastRetention,
    /// The properties are nested too deeply.
    #[error("`properties` are nested more than {0} levels deep")]
    TooDeep(usize),
    /// The properties hold too many values.
    #[error("`properties` hold more than {0} values")]
    TooManyValues(usize),
    /// The properties are too large together.
    #[error("`properties` hold more than {0} bytes")]
    TooLarge(usize),
    /// One string is too long.
    #[error("a string is longer than {0} bytes")]
    StringTooLong(usize),
    /// A name or a string cannot be stored.
    #[error("a string holds a NUL character")]
    Nul,
}

impl Reason {
    /// Returns the stable code that clients may test for.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotAnObject => "not_an_object",
            Self::BadValue => "bad_value",
            Self::MissingName => "missing_name",
            Self::BadName => "bad_name",
            Self::WrongType(_) => "wrong_type",
            Self::BadIdentifier(..) => "bad_identifier",
            Self::BadTimestamp => "bad_timestamp",
            Self::InFuture => "in_future",
            Self::PastRetention => "past_retention",
            Self::TooDeep(_) => "too_deep",
            Self::TooManyValues(_) => "too_many_values",
            Self::TooLarge(_) => "too_large",
            Self::StringTooLong(_) => "string_too_long",
            Self::Nul => "nul_character",
        }
    }
}

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
    /// Identity for an event without a key.
    pub fresh_id: Uuid,
}

/// Where facts about people and channels come from while events are read.
pub trait Directory {
    /// Returns whether the chat's records say that this is a bot.
    fn is_bot(&self, user: &UserId) -> bool;
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

/// Returns the event that may be stored.
pub fn validate(
    mut raw: RawEvent,
    context: &Context<'_>,
    directory: &impl Directory,
) -> Result<Event, Refusal> {
    match read(&mut raw, context, directory) {
        Ok(event) => Ok(event),
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
) -> Result<Event, Reason> {
    raw.lift_properties()?;
    if raw.name.trim().is_empty() {
        return Err(Reason::MissingName);
    }
    let event_type = EventType::parse(&raw.name).ok_or(Reason::BadName)?;
    let user = identifier("userId", raw.user.as_deref(), |id| UserId::new(id))?;
    let channel = identifier("channelId", raw.channel.as_deref(), |id| ChannelId::new(id))?;
    check_properties(&raw.properties, context.limits)?;
    let timestamp = timestamp(raw.timestamp.as_ref(), context)?;
    let key = raw.key.as_deref().filter(|key| !key.trim().is_empty());
    let (id, keyed) = match key {
        Some(key) => {
            let id = EventId::from_key(context.workspace, key)
                .map_err(|error| Reason::BadIdentifier("id", error))?;
            (id, true)
        }
        None => (EventId(context.fresh_id), false),
    };
    let content = content_of(
        raw,
        &event_type,
        allows_content(raw, channel.as_ref(), directory),
        context.limits,
    )?;
    let message_type = message_type_of(raw, &event_type);
    let is_bot =
        raw.is_bot.unwrap_or(false) || user.as_ref().is_some_and(|user| directory.is_bot(user));
    let (session, message, thread) = (
        key64("sessionId", raw.session.as_deref())?,
        key64("messageId", raw.message.as_deref())?,
        key64("threadId", raw.thread.as_deref())?,
    );
    let mut properties = std::mem::take(&mut raw.properties);
    add_file_extension(&mut properties, &event_type);
    mask_properties(&mut properties);
    if context.store_text
        && let Some(text) = raw.text.take()
    {
        properties.insert("text".into(), Value::String(text));
    }
    Ok(Event {
        id,
        keyed,
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

fn identifier<T>(
    field: &'static str,
    text: Option<&str>,
    make: impl Fn(&str) -> Result<T, IdError>,
) -> Result<Option<T>, Reason> {
    // An empty identifier is how many clients say "none".
    match text.map(str::trim).filter(|text| !text.is_empty()) {
        None => Ok(None),
        Some(text) => make(text)
            .map(Some)
            .map_err(|error| Reason::BadIdentifier(field, error)),
    }
}

fn key64(field: &'static str, text: Option<&str>) -> Result<Option<Key64>, Reason> {
    identifier(field, text, |text| {
        if text.len() > crate::id::MAX_ID_LENGTH {
            Err(IdError::TooLong)
        } else {
            Ok(Key64::of(text))
        }
    })
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
fn read_timestamp(value: &Value) -> Option<Instant> {
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

fn check_properties(properties: &Map<String, Value>, limits: &Limits) -> Result<(), Reason> {
    let mut budget = Budget {
        values: limits.values,
        bytes: limits.bytes,
        limits,
    };
    properties.iter().try_for_each(|(name, value)| {
        budget.text(name)?;
        budget.value(value, 1)
    })
}

struct Budget<'a> {
    values: usize,
    bytes: usize,
    limits: &'a Limits,
}

impl Budget<'_> {
    fn text(&mut self, text: &str) -> Result<(), Reason> {
        if text.len() > self.limits.string_bytes {
            return Err(Reason::StringTooLong(self.limits.string_bytes));
        }
        if text.contains('\0') {
            return Err(Reason::Nul);
        }
        self.bytes = self
            .bytes
            .checked_sub(text.len())
            .ok_or(Reason::TooLarge(self.limits.bytes))?;
        Ok(())
    }

    fn value(&mut self, value: &Value, depth: usize) -> Result<(), Reason> {
        if depth > self.limits.depth {
            return Err(Reason::TooDeep(self.limits.depth));
        }
        self.values = self
            .values
            .checked_sub(1)
            .ok_or(Reason::TooManyValues(self.limits.values))?;
        match value {
            Value::String(text) => self.text(text),
            Value::Array(values) => values
                .iter()
                .try_for_each(|value| self.value(value, depth + 1)),
            Value::Object(object) => object.iter().try_for_each(|(name, value)| {
                self.text(name)?;
                self.value(value, depth + 1)
            }),
            Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
        }
    }
}

fn content_of(
    raw: &RawEvent,
    event_type: &EventType,
    allowed: bool,
    limits: &Limits,
) -> Result<Content, Reason> {
    if raw
        .text
        .as_ref()
        .is_some_and(|text| text.len() > limits.text_bytes)
    {
        return Err(Reason::StringTooLong(limits.text_bytes));
    }
    let reaction = event_type.is(Kind::ReactionAdded) || event_type.is(Kind::ReactionRemoved);
    let mut content = match (&raw.text, &raw.given) {
        (Some(text), given) => content::read(text, given.as_ref()),
        (None, Some(given)) => content::read("", Some(given)),
        (None, None) => Content::default(),
    };
    if raw.text.is_none() {
        content.words = None;
    }
    if !allowed {
        content = Content {
            words: content.words,
            ..Content::default()
        };
    }
    // A reaction is the person's act and no content of a message, so it counts everywhere.
    if reaction && let Some(Value::String(emoji)) = raw.properties.get("emoji") {
        content.emoji = content::emoji_name(emoji).into_iter().collect();
    }
    Ok(content)
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

impl RawEvent {
    /// Moves what has a field of its own out of the properties, under all its names, and gives
    /// the known properties one name each.
    ///
    /// A field that was sent at the top wins over the property of the same meaning.
    fn lift_properties(&mut self) -> Result<(), Reason> {
        if self.properties.is_empty() {
            return Ok(());
        }
        let properties = &mut self.properties;
        lift(properties, &mut self.user, "userId", &["userId", "user_id"])?;
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
        let kind = EventType::parse(&self.name);
        if kind.is_some_and(|kind| {
            kind.category() == super::Category::Message || kind.is(Kind::MessageEdited)
        }) {
            lift(
                properties,
                &mut self.text,
                "text",
                &["text", "content", "body", "messageText"],
            )?;
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
