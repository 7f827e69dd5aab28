//! Which events count: filters, and what each metric looks at.

use domain::{
    event::{Event, EventType, Kind, MessageType},
    filter::{Field, Filter},
    metric::Metric,
};
use serde_json::Value;

/// Returns whether a filter lets an event through; a field that the event does not have has no value.
pub(super) fn admits(filter: &Filter, event: &Event) -> bool {
    match filter {
        Filter::All(parts) => parts.iter().all(|part| admits(part, event)),
        Filter::Any(parts) => parts.iter().any(|part| admits(part, event)),
        Filter::Not(part) => !admits(part, event),
        Filter::Is(field, values) => values.iter().any(|value| has(event, field, value)),
    }
}

fn has(event: &Event, field: &Field, value: &str) -> bool {
    match field {
        Field::Channel => event
            .channel
            .as_ref()
            .is_some_and(|id| id.as_str() == value),
        Field::User => event.user.as_ref().is_some_and(|id| id.as_str() == value),
        // Kinds go by any of their names.
        Field::EventType => EventType::parse(value).as_ref() == Some(&event.event_type),
        Field::MessageType => event.message_type.is_some_and(|kind| kind.name() == value),
        Field::Property(name) => match event.properties.get(name) {
            None | Some(Value::Null) => false,
            Some(Value::String(text)) => text == value,
            Some(other) => {
                let text = other.to_string();
                text == value
            }
        },
    }
}

/// Returns whether a metric looks at an event.
pub(super) fn looks_at(metric: Metric, event: &Event) -> bool {
    let is = |kind: Kind| event.event_type.is(kind);
    let is_own = event.message_type != Some(MessageType::System);
    let is_message = (is(Kind::MessageSent) || is(Kind::ThreadReply)) && is_own;
    match metric {
        Metric::Events | Metric::Engagement => true,
        Metric::ActivePeople
        | Metric::Sessions
        | Metric::DaysActive
        | Metric::FirstActivity
        | Metric::LastActivity => event.user.is_some() && !is(Kind::System) && is_own,
        Metric::Messages
        | Metric::Posters
        | Metric::ActiveChannels
        | Metric::Words
        | Metric::LastMessage => is_message,
        Metric::Replies => is_message && event.is_reply(),
        Metric::Threads => is_message && event.thread.is_some(),
        Metric::EngagedPeople => is_message || is(Kind::ReactionAdded) && is_own,
        Metric::ReadableMessages | Metric::WordsPerMessage => {
            is_message && event.content.words.is_some()
        }
        Metric::MessagesEdited => is(Kind::MessageEdited),
        Metric::MessagesDeleted => is(Kind::MessageDeleted),
        Metric::Reactions => is(Kind::ReactionAdded),
        Metric::Files => is(Kind::FileShared),
        Metric::SignUps => is(Kind::SignedUp),
        Metric::SignIns => is(Kind::SignIn),
    }
}
