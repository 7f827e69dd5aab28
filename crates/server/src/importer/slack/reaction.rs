//! Reactions, which an export keeps with the message they were put on.

use std::borrow::Cow;

use domain::event::{Kind, RawEvent};
use serde_json::value::RawValue;

use super::{
    author::filled, context::Context, event::Told, message::Reaction, part, user::SLACKBOT,
};
use crate::importer::{SkipReason, key, scalar::Text};

/// Longest name of an emoji that is kept, in bytes: each of many people may have given it.
const MAX_EMOJI_BYTES: usize = 1_024;

/// Adds an event for each person who reacted. An export keeps no time of a reaction, so it gets
/// the message's, and says so.
pub(super) fn tell(context: &Context<'_>, told: &mut Vec<Told>) {
    let Some(raw) = context.message.reactions else {
        return;
    };
    let reactions = match part::list(raw) {
        Ok(reactions) => reactions,
        Err(reason) => return told.push(Err((" reactions", reason))),
    };
    for reaction in reactions {
        if let Err(reason) = tell_one(context, reaction, told) {
            let is_full = reason == SkipReason::TooManyElements;
            told.push(Err((" reactions", reason)));
            if is_full {
                return;
            }
        }
    }
}

fn tell_one(context: &Context<'_>, raw: &RawValue, told: &mut Vec<Told>) -> Result<(), SkipReason> {
    let reaction: Reaction<'_> = part::of(raw)?;
    let emoji = filled(Some(&reaction.name)).ok_or(SkipReason::MissingField("name"))?;
    let emoji = Emoji::of(&emoji);
    if emoji.is_cut() {
        context.identifiers.shorten();
    }
    let mut named = 0;
    for user in reaction
        .users
        .map(part::list)
        .transpose()?
        .unwrap_or_default()
    {
        let user: Text<'_> = part::of(user)?;
        if told.len() >= part::MAX_ELEMENTS {
            return Err(SkipReason::TooManyElements);
        }
        if let Some(user) = filled(Some(&user)) {
            named += 1;
            told.push(Ok(event(context, &emoji, &user)));
        }
    }
    let missing = reaction.count.unwrap_or(0).saturating_sub(named);
    if missing > 0 {
        return Err(SkipReason::UnnamedReactions(missing));
    }
    Ok(())
}

/// The name of an emoji.
struct Emoji<'a> {
    /// As it is kept.
    name: &'a str,
    /// What tells it from any other.
    identity: Cow<'a, str>,
}

impl<'a> Emoji<'a> {
    fn of(written: &'a str) -> Self {
        let name = &written[..written.floor_char_boundary(MAX_EMOJI_BYTES)];
        let identity = if name.len() < written.len() {
            Cow::Owned(key::hash(written.as_bytes()).to_string())
        } else {
            Cow::Borrowed(name)
        };
        Self { name, identity }
    }

    const fn is_cut(&self) -> bool {
        matches!(self.identity, Cow::Owned(_))
    }
}

fn event(context: &Context<'_>, emoji: &Emoji<'_>, user: &str) -> RawEvent {
    let key = context.key(context.ts(), &["reaction", user, &emoji.identity]);
    let mut event = context.event(Kind::ReactionAdded.name(), key);
    event
        .properties
        .insert("emoji".to_owned(), emoji.name.into());
    event
        .properties
        .insert("timestampIsMessageTime".to_owned(), true.into());
    if let Some(author) = &context.author.user {
        event
            .properties
            .insert("targetUserId".to_owned(), author.as_str().into());
    }
    let is_bot = (user == SLACKBOT).then_some(true);
    RawEvent {
        user: context.identifiers.person(user),
        is_bot,
        ..event
    }
}
