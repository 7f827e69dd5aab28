//! Events and dead letters as entries of our own.
//!
//! What was accepted is added as it will be stored: terms are read and masks are put on before, so that no text
//! reaches the stream. Instances of different releases read each other's entries: fields may be added, and what is
//! not known is passed over; what changes its meaning gets another [`VERSION`].

use std::borrow::Cow;

use domain::{
    content::Content,
    event::{Event, EventType, Limits, MessageType},
    id::{ChannelId, EventId, Key64, UserId, WorkspaceId},
    time::Instant,
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use store::DeadLetter;
use uuid::Uuid;

/// The field of an accepted event.
pub(super) const ACCEPTED: &str = "accepted";
/// The field of a dead letter.
pub(super) const REFUSED: &str = "refused";

/// The version of both forms.
const VERSION: u8 = 1;
/// Largest entry that is read.
pub(super) const LARGEST: usize = 1024 * 1024;

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct EventForm<'e> {
    v: u8,
    id: EventId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    also: Option<EventId>,
    keyed: bool,
    timed: bool,
    workspace: Cow<'e, WorkspaceId>,
    event: Cow<'e, str>,
    timestamp: i64,
    received: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    user: Option<Cow<'e, UserId>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    channel: Option<Cow<'e, ChannelId>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    session: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    message: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    thread: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    message_type: Option<Cow<'e, str>>,
    is_bot: bool,
    weight: f64,
    content: Cow<'e, Content>,
    properties: Cow<'e, Map<String, Value>>,
}

/// Why an entry of ours is not taken.
#[derive(Debug, thiserror::Error)]
pub(super) enum SealError {
    /// It is not what we write.
    #[error("it is no event or dead letter as this service adds them")]
    Form(#[from] serde_json::Error),
    /// It is of a later release.
    #[error("it is of a later release of this service (version {0})")]
    Version(u8),
    /// It says what cannot be.
    #[error("its `{0}` cannot be")]
    Impossible(&'static str),
}

/// Returns an event as an entry holds it.
pub(super) fn seal(event: &Event) -> Result<String, serde_json::Error> {
    serde_json::to_string(&EventForm {
        v: VERSION,
        id: event.id,
        also: event.also,
        keyed: event.keyed,
        timed: event.timed,
        workspace: Cow::Borrowed(&event.workspace),
        event: Cow::Borrowed(event.event_type.name()),
        timestamp: event.timestamp.as_millis(),
        received: event.received_at.as_millis(),
        user: event.user.as_ref().map(Cow::Borrowed),
        channel: event.channel.as_ref().map(Cow::Borrowed),
        session: event.session.map(|key| key.0),
        message: event.message.map(|key| key.0),
        thread: event.thread.map(|key| key.0),
        message_type: event.message_type.map(|kind| Cow::Borrowed(kind.name())),
        is_bot: event.is_bot,
        weight: event.weight,
        content: Cow::Borrowed(&event.content),
        properties: Cow::Borrowed(&event.properties),
    })
}

/// Returns the event of an entry.
pub(super) fn open(text: &str) -> Result<Event, SealError> {
    let form: EventForm<'_> = serde_json::from_str(text)?;
    if form.v > VERSION {
        return Err(SealError::Version(form.v));
    }
    let event_type = EventType::parse(&form.event).ok_or(SealError::Impossible("event"))?;
    let is_weight = form.weight.is_finite() && form.weight >= 1.0;
    if !is_weight {
        return Err(SealError::Impossible("weight"));
    }
    let timestamp = Instant::from_millis(form.timestamp);
    let received_at = Instant::from_millis(form.received);
    if timestamp > received_at.plus_millis(Limits::default().future_millis) {
        return Err(SealError::Impossible("timestamp"));
    }
    Ok(Event {
        id: form.id,
        also: form.also,
        keyed: form.keyed,
        timed: form.timed,
        workspace: form.workspace.into_owned(),
        event_type,
        timestamp,
        received_at,
        user: form.user.map(Cow::into_owned),
        channel: form.channel.map(Cow::into_owned),
        session: form.session.map(Key64),
        message: form.message.map(Key64),
        thread: form.thread.map(Key64),
        message_type: form.message_type.as_deref().map(MessageType::parse),
        is_bot: form.is_bot,
        weight: form.weight,
        content: form.content.into_owned(),
        properties: form.properties.into_owned(),
    })
}

#[derive(Serialize, Deserialize)]
struct LetterForm<'l> {
    v: u8,
    id: Uuid,
    workspace: Cow<'l, str>,
    received: i64,
    source: Cow<'l, str>,
    code: Cow<'l, str>,
    reason: Cow<'l, str>,
    body: Cow<'l, str>,
}

/// Returns a dead letter as an entry holds it.
pub(super) fn seal_letter(letter: &DeadLetter) -> Result<String, serde_json::Error> {
    serde_json::to_string(&LetterForm {
        v: VERSION,
        id: letter.id,
        workspace: Cow::Borrowed(&letter.workspace_id),
        received: letter.received_at.as_millis(),
        source: Cow::Borrowed(&letter.source),
        code: Cow::Borrowed(&letter.code),
        reason: Cow::Borrowed(&letter.reason),
        body: Cow::Borrowed(&letter.body),
    })
}

/// Returns the dead letter of an entry.
pub(super) fn open_letter(text: &str) -> Result<DeadLetter, SealError> {
    let form: LetterForm<'_> = serde_json::from_str(text)?;
    if form.v > VERSION {
        return Err(SealError::Version(form.v));
    }
    let workspace = WorkspaceId::new(&form.workspace);
    let workspace = workspace.map_err(|_error| SealError::Impossible("workspace"))?;
    Ok(DeadLetter {
        id: form.id,
        workspace_id: workspace.as_str().to_owned(),
        received_at: Instant::from_millis(form.received),
        source: form.source.into_owned(),
        code: form.code.into_owned(),
        reason: form.reason.into_owned(),
        body: form.body.into_owned(),
    })
}
