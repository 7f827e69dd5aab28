//! Which events a filter lets through.

use domain::{
    event::{Event, EventType},
    filter::{Field, Filter},
};
use serde_json::Value;

/// Returns whether a filter lets an event through; a field that the event does not have has no value.
pub(super) fn admits(filter: &Filter, event: &Event) -> bool {
    match filter {
        Filter::All(parts) => parts.iter().all(|part| admits(part, event)),
        Filter::Any(parts) => parts.iter().any(|part| admits(part, event)),
        Filter::Not(part) => !admits(part, event),
        Filter::Is(field, values) => values.iter().any(|value| has(event, field, value)),
        Filter::Among(field, values) => values.iter().any(|value| has(event, field, value)),
        Filter::Segment(_) => false,
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
        Field::Term(list) => event
            .content
            .terms(*list)
            .iter()
            .any(|term| **term == *value),
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
