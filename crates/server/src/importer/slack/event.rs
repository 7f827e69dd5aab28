//! From an object of a day file to the events it tells of.

use domain::event::{Kind, RawEvent};
use serde_json::{Map, Value, value::RawValue};

use super::{
    author::filled,
    context::{Context, part},
    file::{self, SlackFile},
    message::{Edited, Inner},
    reaction,
    subtype::Act,
    text,
};
use crate::importer::{SkipReason, skip::shorten};

/// An event, or a part of the object (`""` for all of it) that is none.
pub(super) type Told = Result<RawEvent, (&'static str, SkipReason)>;

/// Returns the events of one object: its own first, then what belongs to it.
pub(super) fn of(raw: &RawValue, channel: &str) -> Vec<Told> {
    match Context::read(raw, channel) {
        Ok(context) => tell(&context),
        Err(reason) => vec![Err(("", reason))],
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
        Act::Other => told.push(other(context).map_err(|reason| ("", reason))),
    }
    reaction::tell(context, &mut told);
    told
}

fn own_key(context: &Context<'_>) -> String {
    context.key(context.ts(), &[])
}

/// A message, its later edit and the files shared with it.
fn wrote(context: &Context<'_>, told: &mut Vec<Told>) {
    let files = file::of(&context.message).unwrap_or_else(|reason| {
        told.push(Err((" files", reason)));
        Vec::new()
    });
    let edited: Option<Edited<'_>> =
        context
            .message
            .edited
            .map(part)
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
    event.text = own_text(context);
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

fn own_text(context: &Context<'_>) -> Option<String> {
    context
        .message
        .text
        .as_ref()
        .map(|text| text::unescape(&text.0).into_owned())
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
    let inner: Inner<'_> = part(raw)?;
    let ts = filled(Some(&inner.ts)).ok_or(SkipReason::MissingField("message.ts"))?;
    let edited = inner.edited.ok_or(SkipReason::Copy)?;
    let mut event = context.edit(&ts, &edited)?;
    event.user = event.user.or_else(|| filled(inner.user.as_ref()));
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
        text: own_text(context),
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
