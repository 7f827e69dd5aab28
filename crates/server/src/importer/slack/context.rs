//! An object of a day file with what all of its events have in common.
//!
//! Identity: a message is its channel and time, as in Slack itself (`slack:C1:1433558319.000002`);
//! what belongs to a message adds what sets it apart (`…:reaction:U2:tada`). The key of each is the
//! identifier that is made of these and holds the key of the message. Keys are made of what the
//! export says, events name what it goes by ([`identifier`](crate::importer::identifier)).

use std::borrow::Cow;

use domain::{
    event::{Kind, RawEvent},
    time::Instant,
};
use serde::de::IgnoredAny;
use serde_json::Value;

use super::{
    author::{Author, filled},
    event::Place,
    message::{Channel, Edited, Message},
    part,
    people::People,
    subtype::Act,
    time,
};
use crate::importer::{SkipReason, identifier::Identifiers, key, scalar::Text, skip::shorten};

/// Longest time that is read, in bytes; each event of a message is named by it.
const MAX_TIME_BYTES: usize = 64;

/// Longest name of a channel that keys are made of as it is, in bytes: each event makes several.
const MAX_KEYED_BYTES: usize = 1_024;

/// An object of a day file, read as far as every kind of event needs it.
pub(super) struct Context<'a> {
    pub(super) message: Message<'a>,
    pub(super) act: Act,
    pub(super) author: Author,
    pub(super) identifiers: Identifiers,
    /// The channel as the export names it.
    channel: Cow<'a, str>,
    /// What it goes by; `None` where nothing says which it is.
    channel_id: Option<String>,
    is_kind_known: bool,
    ts: String,
    at: Instant,
}

impl<'a> Context<'a> {
    /// Reads an object that stands at `place`.
    pub(super) fn read(
        json: &'a str,
        place: Place<'a>,
        people: &People,
    ) -> Result<Self, SkipReason> {
        let read_error = |error| SkipReason::of_json(&error);
        if !json.trim_start().starts_with('{') {
            // What is no JSON at all is worse than what is no object.
            return Err(serde_json::from_str::<IgnoredAny>(json)
                .map_or_else(read_error, |_| SkipReason::NotAnObject));
        }
        let message: Message<'_> = serde_json::from_str(json).map_err(read_error)?;
        if let Some(kind) = &message.kind
            && kind.0 != "message"
        {
            return Err(SkipReason::UnknownKind(shorten(&kind.0, 80)));
        }
        let act = Act::of(filled(message.subtype.as_ref()).as_deref());
        let ts = filled(message.ts.as_ref()).ok_or(SkipReason::MissingField("ts"))?;
        let at = instant(&ts)?;
        let identifiers = Identifiers::default();
        let author = Author::of(&message, act, people, &identifiers);
        let channel = if place.channel.is_empty() {
            Cow::Owned(channel_of(&message).unwrap_or_default())
        } else {
            Cow::Borrowed(place.channel)
        };
        let channel_id = (!channel.is_empty()).then(|| identifiers.read(&channel));
        let channel = match &channel_id {
            Some(id) if channel.len() > MAX_KEYED_BYTES => Cow::Owned(id.clone()),
            _ => channel,
        };
        Ok(Self {
            is_kind_known: place.is_kind_known,
            message,
            act,
            author,
            identifiers,
            channel,
            channel_id,
            ts,
            at,
        })
    }

    /// Returns the identifier of the message of this channel with that time.
    pub(super) fn message_id(&self, ts: &str) -> String {
        key::join("slack", &[&self.channel, ts])
    }

    /// Returns the key of what belongs to the message of that time and is told apart by `parts`.
    pub(super) fn key(&self, ts: &str, parts: &[&str]) -> String {
        let key = key::join("slack", &[&[self.channel.as_ref(), ts], parts].concat());
        key::about(&self.message_id(ts), &key)
    }

    /// Returns whether something says who may see the channel.
    pub(super) fn is_kind_known(&self) -> bool {
        self.is_kind_known
    }

    /// Returns the time of the message as Slack writes it.
    pub(super) fn ts(&self) -> &str {
        &self.ts
    }

    /// Returns an event of the author about the message, at the message's time.
    pub(super) fn event(&self, name: &str, key: String) -> RawEvent {
        RawEvent {
            key: Some(key),
            name: name.to_owned(),
            timestamp: Some(Value::String(self.at.to_string())),
            user: self.author.user.clone(),
            channel: self.channel_id.clone(),
            message: Some(self.message_id(&self.ts)),
            is_bot: self.author.is_bot,
            ..RawEvent::default()
        }
    }

    /// Returns the thread the message belongs to, and whether it answers there; the message that
    /// a thread began with belongs to it as well.
    pub(super) fn thread(&self) -> (Option<String>, bool) {
        match filled(self.message.thread_ts.as_ref()) {
            Some(thread) => (Some(self.message_id(&thread)), thread != self.ts),
            None => (None, false),
        }
    }

    /// Returns the edit of the message of time `ts`, at the edit's own time.
    pub(super) fn edit(&self, ts: &str, edited: &Edited<'_>) -> Result<RawEvent, SkipReason> {
        let edited_ts = filled(Some(&edited.ts)).ok_or(SkipReason::MissingField("edited.ts"))?;
        let at = instant(&edited_ts)?;
        let editor = filled(edited.user.as_ref());
        let editor = editor.and_then(|editor| self.identifiers.person(&editor));
        let is_author = editor.is_none() || editor == self.author.user;
        Ok(RawEvent {
            timestamp: Some(Value::String(at.to_string())),
            message: Some(self.message_id(ts)),
            is_bot: if is_author { self.author.is_bot } else { None },
            user: editor.or_else(|| self.author.user.clone()),
            ..self.event(
                Kind::MessageEdited.name(),
                self.key(ts, &["edit", &edited_ts]),
            )
        })
    }
}

/// Returns the channel a message says it is of.
fn channel_of(message: &Message<'_>) -> Option<String> {
    let named = |raw| {
        let id: Text<'_> = part::of(raw)
            .or_else(|_| part::of::<Channel<'_>>(raw).map(|channel| channel.id))
            .ok()?;
        filled(Some(&id))
    };
    let id = message.channel.and_then(named);
    id.or_else(|| filled(message.channel_id.as_ref()))
}

fn instant(ts: &str) -> Result<Instant, SkipReason> {
    let instant = (ts.len() <= MAX_TIME_BYTES).then(|| time::parse(ts));
    instant
        .flatten()
        .ok_or_else(|| SkipReason::InvalidTime(shorten(ts, 40)))
}
