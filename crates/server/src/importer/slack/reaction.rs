//! Reactions, which an export keeps with the message they were put on.

use domain::event::{Kind, RawEvent};

use super::{
    author::filled,
    context::{Context, part},
    event::Told,
    message::Reaction,
    user::SLACKBOT,
};
use crate::importer::SkipReason;

/// Adds an event for each person who reacted. An export keeps no time of a reaction, so it gets
/// the message's, and says so.
pub(super) fn tell(context: &Context<'_>, told: &mut Vec<Told>) {
    let Some(raw) = context.message.reactions else {
        return;
    };
    let reactions: Vec<Reaction<'_>> = match part(raw) {
        Ok(reactions) => reactions,
        Err(reason) => return told.push(Err((" reactions", reason))),
    };
    for reaction in &reactions {
        let Some(emoji) = filled(Some(&reaction.name)) else {
            told.push(Err((" reactions", SkipReason::MissingField("name"))));
            continue;
        };
        let mut named = 0;
        for user in reaction.users.iter().filter_map(|user| filled(Some(user))) {
            named += 1;
            told.push(Ok(event(context, &emoji, user)));
        }
        let missing = reaction.count.unwrap_or(0).saturating_sub(named);
        if missing > 0 {
            told.push(Err((" reactions", SkipReason::UnnamedReactions(missing))));
        }
    }
}

fn event(context: &Context<'_>, emoji: &str, user: String) -> RawEvent {
    let key = context.key(context.ts(), &["reaction", &user, emoji]);
    let mut event = context.event(Kind::ReactionAdded.name(), key);
    event.properties.insert("emoji".to_owned(), emoji.into());
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
        user: Some(user),
        is_bot,
        ..event
    }
}
