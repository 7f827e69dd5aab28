//! Which events gave terms: hashtags, links, mentions, emoji and topics of texts.

use domain::{
    content::Content,
    event::{Event, Kind},
    record::ChannelKind,
};
use serde_json::Value;

/// Returns whether there are terms in what was read of a text.
pub fn has_terms(content: &Content) -> bool {
    let lists = [
        &content.hashtags,
        &content.links,
        &content.mentions,
        &content.emoji,
        &content.topics,
    ];
    lists.iter().any(|terms| !terms.is_empty())
}

/// Returns whether an event gave terms of a text, and does not say itself who may see its channel.
/// The emoji of a reaction is none of a text.
pub(super) fn gave_terms_unasked(event: &Event) -> bool {
    let is_reaction = [Kind::ReactionAdded, Kind::ReactionRemoved]
        .into_iter()
        .any(|kind| event.event_type.is(kind));
    let said = event.properties.get("channelType").and_then(Value::as_str);
    !is_reaction && has_terms(&event.content) && said.and_then(ChannelKind::parse).is_none()
}
