//! Drawing events.

use domain::{
    event::{Event, EventType, Kind, MessageType, weight_of},
    id::{ChannelId, EventId, UserId},
    time::Instant,
};
use proptest::prelude::*;
use uuid::Uuid;

use super::DAYS;
use crate::support::message;

/// An event as it is drawn.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    /// Minutes after the begin.
    pub(super) minute: i64,
    pub(super) kind: usize,
    pub(super) user: Option<u8>,
    pub(super) channel: Option<u8>,
    pub(super) message_type: u8,
    pub(super) is_bot: bool,
    pub(super) weight: f64,
    pub(super) words: Option<u32>,
    pub(super) term: u8,
}

pub(super) fn draft() -> impl Strategy<Value = Draft> {
    (
        0..DAYS * 24 * 60,
        0..9usize,
        prop::option::weighted(0.95, 0..6u8),
        prop::option::weighted(0.9, 0..4u8),
        0..7u8,
        prop::bool::weighted(0.15),
        prop::sample::select(vec![1.0, 1.0, 1.0, 10.0, weight_of(0.24)]),
        prop::option::of(0..30u32),
        0..6u8,
    )
        .prop_map(
            |(minute, kind, user, channel, message_type, is_bot, weight, words, term)| Draft {
                minute,
                kind,
                user,
                channel,
                message_type,
                is_bot,
                weight,
                words,
                term,
            },
        )
}

const KINDS: [Kind; 8] = [
    Kind::MessageSent,
    Kind::ThreadReply,
    Kind::ReactionAdded,
    Kind::FileShared,
    Kind::Presence,
    Kind::System,
    Kind::SignedUp,
    Kind::ChannelJoined,
];

pub(super) fn event(number: usize, begin: Instant, draft: &Draft) -> Event {
    let when = begin.plus_millis(draft.minute * 60_000 + i64::try_from(number).unwrap() % 60_000);
    let mut event = message(number as u128 + 1, when, "u0", "c0");
    event.id = EventId(Uuid::from_u128(number as u128 + 1));
    event.event_type = KINDS.get(draft.kind).map_or_else(
        || EventType::Custom("button_click".into()),
        |kind| EventType::Known(*kind),
    );
    event.user = draft
        .user
        .map(|user| UserId::new(format!("u{user}")).unwrap());
    event.channel = draft
        .channel
        .map(|channel| ChannelId::new(format!("c{channel}")).unwrap());
    event.message_type = MessageType::ALL
        .get(usize::from(draft.message_type))
        .copied();
    if draft.kind > 1 {
        event.message_type = None;
    }
    event.is_bot = draft.is_bot;
    event.weight = draft.weight;
    event.content.words = draft.words;
    match draft.term {
        0 => event.content.emoji = vec!["tada".into()],
        1 => event.content.emoji = vec!["tada".into(), "heart".into()],
        2 => event.content.links = vec!["example.org".into()],
        3 => event.content.hashtags = vec!["release".into()],
        4 => drop(event.properties.insert("isReply".into(), true.into())),
        _ => {}
    }
    event
}
