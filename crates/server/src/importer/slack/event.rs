//! From an object of a day file to the events it tells of.

use std::borrow::Cow;

use domain::event::{Kind, RawEvent, UNKNOWN_CHANNEL_TYPE};
use serde_json::{Map, Value, value::RawValue};

use super::{
    attachment,
    author::filled,
    blocks,
    context::Context,
    file::{self, SlackFile},
    message::{Edited, Inner},
    part,
    people::People,
    reaction,
    subtype::Act,
    text,
};
use crate::importer::{SkipReason, skip::shorten};

/// An event, or a part of the object (`""` for all of it) that is none.
pub(super) type Told = Result<RawEvent, (&'static str, SkipReason)>;

/// Where a message stands.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Place<'a> {
    /// The channel; empty where only the message itself may say it.
    pub(super) channel: &'a str,
    /// Whether something says who may see the channel.
    pub(super) is_kind_known: bool,
}

/// Returns the events of one object: its own first, then what belongs to it; and whether an
/// identifier or a name was too long to be kept whole.
///
/// Their number is bounded ([`part::MAX_ELEMENTS`]), and so is what they have in common.
pub(super) fn of(json: &str, place: Place<'_>, people: &mut People) -> (Vec<Told>, bool) {
    match Context::read(json, place, people) {
        Ok(context) => {
            people.note(&context.message, context.act, &context.author);
            let told = tell(&context);
            (told, context.identifiers.is_shortened())
        }
        Err(reason) => (vec![Err(("", reason))], false),
    }
}

fn tell(context: &Context<'_>) -> Vec<Told> {
    let mut told = Vec::with_capacity(1);
    match context.act {
        Act::Wrote | Act::WroteOfFile => wrote(context, &mut told),
        Act::Did(kind) => told.push(Ok(did(context, kind))),
        Act::Changed(what) => {
            let mut event = context.event(Kind::ChannelUpdated.name(), own_key(context));
            event.properties.insert("change".to_owned(), what.into());
            told.push(Ok(event));
        }
        Act::EditedCopy => told.push(edited_copy(context).map_err(|reason| ("", reason))),
        Act::Deleted => told.push(deleted(context).map_err(|reason| ("", reason))),
        Act::Tombstone => told.push(Ok(tombstone(context))),
        Act::Copy => told.push(Err(("", SkipReason::Copy))),
        Act::Housekeeping => {
            let mut event = context.event(Kind::System.name(), own_key(context));
            event.properties = subtype_property(context);
            told.push(Ok(event));
        }
        Act::Other => match other(context) {
            Ok(mut event) => {
                say(context, &mut event, &mut told);
                told.push(Ok(event));
            }
            Err(reason) => told.push(Err(("", reason))),
        },
    }
    reaction::tell(context, &mut told);
    told
}

fn own_key(context: &Context<'_>) -> String {
    context.key(context.ts(), &[])
}

/// A message, its later edit and the files shared with it.
fn wrote(context: &Context<'_>, told: &mut Vec<Told>) {
    let files = files_of(context, told);
    let edited: Option<Edited<'_>> = context
        .message
        .edited
        .map(part::of)
        .transpose()
        .unwrap_or_else(|reason| {
            told.push(Err((" edited", reason)));
            None
        });
    let (thread, is_reply) = context.thread();
    let kind = if is_reply {
        Kind::ThreadReply
    } else {
        Kind::MessageSent
    };
    let mut event = context.event(kind.name(), own_key(context));
    event.thread.clone_from(&thread);
    // A file that is only talked about makes no message of its kind.
    let shared = if context.act == Act::Wrote {
        files.as_slice()
    } else {
        &[]
    };
    let message_type = shared
        .first()
        .map_or("text", |file| file.message_type().name());
    event.message_type = Some(message_type.to_owned());
    say(context, &mut event, told);
    let subtype = context
        .message
        .subtype
        .as_ref()
        .map(|subtype| subtype.0.as_ref());
    if subtype == Some("thread_broadcast") {
        event
            .properties
            .insert("isBroadcast".to_owned(), true.into());
    }
    told.push(Ok(event));
    if let Some(edited) = edited {
        told.push(
            context
                .edit(context.ts(), &edited)
                .map_err(|reason| (" edited", reason)),
        );
    }
    for (index, file) in shared.iter().enumerate() {
        let mut event = share(context, file, index);
        event.thread.clone_from(&thread);
        told.push(Ok(event));
    }
}

/// Returns the files of the message and those of messages that it shares.
fn files_of<'a>(context: &Context<'a>, told: &mut Vec<Told>) -> Vec<SlackFile<'a>> {
    let message = &context.message;
    let mut told_of = |part, found: Result<Vec<&'a RawValue>, SkipReason>| {
        found.unwrap_or_else(|reason| {
            told.push(Err((part, reason)));
            Vec::new()
        })
    };
    let mut found = told_of(" files", file::own(message));
    if let Some(attachments) = message.attachments {
        found.extend(told_of(" attachments", attachment::files_of(attachments)));
    }
    file::read(&found).unwrap_or_else(|reason| {
        told.push(Err((" files", reason)));
        Vec::new()
    })
}

/// Gives the event the text of the message. Of a channel of which nothing says who may see it, it
/// says so, and whoever reads terms knows.
fn say(context: &Context<'_>, event: &mut RawEvent, told: &mut Vec<Told>) {
    event.text = text_of(context, told);
    if event.text.is_some() && !context.is_kind_known() {
        event
            .properties
            .insert("channelType".to_owned(), UNKNOWN_CHANNEL_TYPE.into());
    }
}

/// Returns the text of the message; where it has none, that of its blocks, or else of its
/// attachments. Beside a text, attachments are previews of its links and none of its words.
fn text_of(context: &Context<'_>, told: &mut Vec<Told>) -> Option<String> {
    let message = &context.message;
    let own = message.text.as_ref().map(|own| text::unescape(&own.0));
    if let Some(own) = own.as_ref().filter(|own| text::is_nonempty(own)) {
        return Some(own.clone().into_owned());
    }
    let blocks = message.blocks.map(blocks::text_of).transpose();
    let blocks = blocks.unwrap_or_else(|reason| {
        told.push(Err((" blocks", reason)));
        None
    });
    // Attachments that cannot be read were told of with their files.
    let attached = || attachment::text_of(message.attachments?).ok();
    let has_text = |text: &String| !text.trim().is_empty();
    let shown = blocks.filter(has_text);
    if let Some(shown) = shown.or_else(|| attached().filter(has_text)) {
        return Some(shown);
    }
    own.map(Cow::into_owned)
}

fn share(context: &Context<'_>, file: &SlackFile<'_>, index: usize) -> RawEvent {
    let key = match filled(file.id.as_ref()) {
        Some(id) => context.key(context.ts(), &["file", &id]),
        None => context.key(context.ts(), &["file", "", &index.to_string()]),
    };
    let mut event = context.event(Kind::FileShared.name(), key);
    event.properties = file.properties();
    event
}

fn did(context: &Context<'_>, kind: Kind) -> RawEvent {
    let mut event = context.event(kind.name(), own_key(context));
    if let Some(inviter) = filled(context.message.inviter.as_ref()) {
        let inviter = context.identifiers.read(&inviter);
        event
            .properties
            .insert("invitedBy".to_owned(), inviter.into());
    }
    event
}

/// The copy of a message as it was after an edit. Without a word on who edited it when, the chat
/// itself changed it, by adding the preview of a link.
fn edited_copy(context: &Context<'_>) -> Result<RawEvent, SkipReason> {
    let raw = context
        .message
        .inner
        .ok_or(SkipReason::MissingField("message"))?;
    let inner: Inner<'_> = part::of(raw)?;
    let ts = filled(Some(&inner.ts)).ok_or(SkipReason::MissingField("message.ts"))?;
    let edited = inner.edited.ok_or(SkipReason::Copy)?;
    let mut event = context.edit(&ts, &edited)?;
    event.user = event.user.or_else(|| {
        let user = filled(inner.user.as_ref())?;
        Some(context.identifiers.read(&user))
    });
    Ok(event)
}

fn deleted(context: &Context<'_>) -> Result<RawEvent, SkipReason> {
    let ts = filled(context.message.deleted_ts.as_ref())
        .ok_or(SkipReason::MissingField("deleted_ts"))?;
    let key = context.key(&ts, &["deleted"]);
    let event = context.event(Kind::MessageDeleted.name(), key);
    Ok(RawEvent {
        message: Some(context.message_id(&ts)),
        ..event
    })
}

/// The export tells neither who wrote the message nor who deleted it when.
fn tombstone(context: &Context<'_>) -> RawEvent {
    let key = context.key(context.ts(), &["deleted"]);
    let mut event = context.event(Kind::MessageDeleted.name(), key);
    event
        .properties
        .insert("timestampIsMessageTime".to_owned(), true.into());
    RawEvent {
        user: None,
        is_bot: None,
        ..event
    }
}

/// A subtype without a meaning here becomes a kind of event of its own, `slack_<subtype>`.
fn other(context: &Context<'_>) -> Result<RawEvent, SkipReason> {
    let subtype = filled(context.message.subtype.as_ref()).unwrap_or_default();
    let is_name = (1..=80).contains(&subtype.len())
        && subtype
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    if !is_name {
        return Err(SkipReason::UnknownKind(shorten(&subtype, 80)));
    }
    let event = context.event(&format!("slack_{subtype}"), own_key(context));
    Ok(RawEvent {
        thread: context.thread().0,
        ..event
    })
}

fn subtype_property(context: &Context<'_>) -> Map<String, Value> {
    let subtype = filled(context.message.subtype.as_ref());
    subtype
        .map(|subtype| ("subtype".to_owned(), subtype.into()))
        .into_iter()
        .collect()
}
