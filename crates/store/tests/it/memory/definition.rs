//! What a metric looks at, and what it takes from it.
//!
//! The metrics are defined here once more, by hand, so that a mistake in a declaration of
//! `domain::metric` shows. One that is not, such as a new one, is what its declaration says, condition by
//! condition; ratios are made of others (`values`).

use domain::{
    event::{Event, Kind, MessageType},
    metric::{Aggregate, Condition, Key, Metric, Part, Predicate, Quantity},
};

/// What is taken from the events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    /// Their weights.
    Weights,
    /// Their words, each by its weight.
    Words,
    /// The people whom they mention, each by its weight.
    Mentions,
    /// The bytes of their files, each by its weight.
    FileBytes,
    /// How many different people.
    People,
    /// How many different channels.
    Channels,
    /// How many different threads.
    Threads,
    /// How many different sessions.
    Sessions,
    /// How many different local days.
    Days,
    /// The first instant.
    First,
    /// The last instant.
    Last,
}

/// Which events a metric looks at.
#[derive(Debug, Clone, Copy)]
enum LooksAt {
    /// Those that a function picks.
    Picked(fn(&Event) -> bool),
    /// Those that meet the conditions of a declaration.
    Declared(Predicate),
}

/// What a metric looks at, and what it takes from it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Definition {
    looks_at: LooksAt,
    pub(super) takes: Takes,
}

impl Definition {
    /// Returns the definition by hand, or what is declared where there is none.
    pub(super) fn of(metric: Metric) -> Self {
        Self::by_hand(metric).unwrap_or_else(|| Self::declared(metric))
    }

    fn by_hand(metric: Metric) -> Option<Self> {
        let (looks_at, takes): (fn(&Event) -> bool, Takes) = match metric {
            Metric::Events => (|_| true, Takes::Weights),
            Metric::Messages => (is_message, Takes::Weights),
            Metric::Replies => (
                |event| is_message(event) && event.is_reply(),
                Takes::Weights,
            ),
            Metric::Questions => (
                |event| is_message(event) && event.content.is_question,
                Takes::Weights,
            ),
            Metric::Mentions => (is_message, Takes::Mentions),
            Metric::ThreadsStarted => (
                |event| event.event_type.is(Kind::ThreadStarted),
                Takes::Weights,
            ),
            Metric::FileBytes => (
                |event| event.event_type.is(Kind::FileShared),
                Takes::FileBytes,
            ),
            Metric::MessagesEdited => (
                |event| event.event_type.is(Kind::MessageEdited),
                Takes::Weights,
            ),
            Metric::MessagesDeleted => (
                |event| event.event_type.is(Kind::MessageDeleted),
                Takes::Weights,
            ),
            Metric::Reactions => (is_reaction, Takes::Weights),
            Metric::Files => (
                |event| event.event_type.is(Kind::FileShared),
                Takes::Weights,
            ),
            Metric::SignUps => (|event| event.event_type.is(Kind::SignedUp), Takes::Weights),
            Metric::SignIns => (|event| event.event_type.is(Kind::SignIn), Takes::Weights),
            Metric::ReadableMessages => (
                |event| is_message(event) && event.content.words.is_some(),
                Takes::Weights,
            ),
            Metric::Words => (is_message, Takes::Words),
            Metric::ActivePeople => (is_activity, Takes::People),
            Metric::Posters => (is_message, Takes::People),
            Metric::EngagedPeople => (
                |event| is_message(event) || is_reaction(event) && is_own(event),
                Takes::People,
            ),
            Metric::ActiveChannels => (is_message, Takes::Channels),
            Metric::Threads => (
                |event| is_message(event) && event.thread.is_some(),
                Takes::Threads,
            ),
            Metric::Sessions => (is_activity, Takes::Sessions),
            Metric::DaysActive => (is_activity, Takes::Days),
            Metric::FirstActivity => (is_activity, Takes::First),
            Metric::LastActivity => (is_activity, Takes::Last),
            Metric::FirstMessage => (is_message, Takes::First),
            Metric::LastMessage => (is_message, Takes::Last),
            _ => return None,
        };
        Some(Self {
            looks_at: LooksAt::Picked(looks_at),
            takes,
        })
    }

    fn declared(metric: Metric) -> Self {
        let declared = metric.definition();
        let takes = match declared.aggregate {
            Aggregate::Count => Takes::Weights,
            Aggregate::Sum(Quantity::Words) => Takes::Words,
            Aggregate::Sum(Quantity::Mentions) => Takes::Mentions,
            Aggregate::Sum(Quantity::FileBytes) => Takes::FileBytes,
            Aggregate::Distinct(Key::Person) => Takes::People,
            Aggregate::Distinct(Key::Channel) => Takes::Channels,
            Aggregate::Distinct(Key::Thread) => Takes::Threads,
            Aggregate::Distinct(Key::Session) => Takes::Sessions,
            Aggregate::Distinct(Key::LocalDay) => Takes::Days,
            Aggregate::First => Takes::First,
            Aggregate::Last => Takes::Last,
            Aggregate::Ratio(_) => panic!("{metric:?} is made of others"),
        };
        Self {
            looks_at: LooksAt::Declared(declared.predicate),
            takes,
        }
    }

    /// Returns whether the metric looks at an event.
    pub(super) fn looks_at(&self, event: &Event) -> bool {
        match self.looks_at {
            LooksAt::Picked(picks) => picks(event),
            LooksAt::Declared(predicate) => meets(predicate, event),
        }
    }
}

/// Returns whether an event meets every condition of a predicate.
pub(super) fn meets(predicate: Predicate, event: &Event) -> bool {
    let mut conditions = predicate.conditions().iter();
    conditions.all(|condition| holds(*condition, event))
}

/// What the chat writes itself is nobody's.
fn is_own(event: &Event) -> bool {
    event.message_type != Some(MessageType::System)
}

fn is_message(event: &Event) -> bool {
    let is = |kind: Kind| event.event_type.is(kind);
    (is(Kind::MessageSent) || is(Kind::ThreadReply)) && is_own(event)
}

fn is_reaction(event: &Event) -> bool {
    event.event_type.is(Kind::ReactionAdded)
}

fn is_activity(event: &Event) -> bool {
    event.user.is_some() && !event.event_type.is(Kind::System) && is_own(event)
}

fn holds(condition: Condition, event: &Event) -> bool {
    match condition {
        Condition::Kind(kinds) => kinds.iter().any(|kind| event.event_type.is(*kind)),
        Condition::NotKind(kind) => !event.event_type.is(kind),
        Condition::MessageType(kind) => event.message_type == Some(kind),
        Condition::NotMessageType(kind) => event.message_type != Some(kind),
        Condition::Has(Part::Person) => event.user.is_some(),
        Condition::Has(Part::Channel) => event.channel.is_some(),
        Condition::Has(Part::Thread) => event.thread.is_some(),
        Condition::Has(Part::Text) => event.content.words.is_some(),
        Condition::Reply => event.is_reply(),
        Condition::Question => event.content.is_question,
    }
}

/// Every kind of event, with and without what metrics look at.
fn one_of_each() -> Vec<Event> {
    use crate::support::{at, message};
    let mut events = Vec::new();
    for kind in Kind::ALL {
        for number in 0..16u8 {
            let has = |bit: u8| number & (1 << bit) != 0;
            let mut event = message(number.into(), at("2026-03-01"), "u1", "c1");
            event.event_type = domain::event::EventType::Known(*kind);
            event.user = event.user.filter(|_| has(0));
            event.message_type = has(1).then_some(MessageType::System);
            event.thread = has(2).then_some(domain::id::Key64(1));
            event.content.words = has(3).then_some(0);
            event.content.is_question = has(3);
            event.properties.insert("isReply".to_owned(), has(2).into());
            events.push(event);
        }
    }
    events
}

#[test]
fn what_is_declared_is_what_is_defined_by_hand() {
    let events = one_of_each();
    for metric in Metric::ALL {
        let Some(by_hand) = Definition::by_hand(*metric) else {
            continue;
        };
        let declared = Definition::declared(*metric);
        assert_eq!(declared.takes, by_hand.takes, "{metric:?}");
        for event in &events {
            let (found, expected) = (declared.looks_at(event), by_hand.looks_at(event));
            assert_eq!(found, expected, "{metric:?} of {event:?}");
        }
    }
}
