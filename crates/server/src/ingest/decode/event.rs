//! One event of whatever shape.
//!
//! | what | names |
//! |---|---|
//! | name | `event` `eventType` `event_type` `event_name` `eventName` `name` `type` |
//! | key | `id` `eventId` `event_id` |
//! | properties | `properties` `metadata` `event_data` `eventData` |
//! | surroundings | `base` (lifted), `context` (kept as a property) |
//!
//! Other names at the top are kept as properties.

use domain::{
    content::SourceAnnotations,
    event::{RawEvent, Reason},
    json::mend_half_characters,
};
use serde::de::DeserializeSeed;
use serde_json::{Map, Value};

use crate::ingest::meter::{MeasuredObject, Meter, Stop};

/// Reads one event, mended where it is JSON in form only; tells the meter what it takes.
pub(super) fn read_event(text: &str, meter: &mut Meter) -> Result<RawEvent, Reason> {
    if !text.starts_with('{') {
        return Err(Reason::NotAnObject);
    }
    let mut from = serde_json::Deserializer::from_str(text);
    let object = MeasuredObject(meter).deserialize(&mut from);
    match object.and_then(|object| from.end().map(|()| object)) {
        Ok(object) => from_object(object),
        Err(_) => match &meter.stop {
            Some(Stop::Refused(reason)) => Err(reason.clone()),
            Some(Stop::Memory) => Err(Reason::BadValue),
            // The whole has the form of JSON: a value means nothing.
            None => {
                let mended = mend_half_characters(text).ok_or(Reason::BadValue)?;
                meter.begin_again();
                Ok(RawEvent {
                    repaired: true,
                    ..read_event(&mended, meter)?
                })
            }
        },
    }
}

/// Reads one event from its JSON object.
fn from_object(object: Map<String, Value>) -> Result<RawEvent, Reason> {
    let mut event = RawEvent::default();
    let mut names = Names::default();
    let mut given = SourceAnnotations::default();
    for (name, value) in object {
        if value.is_null() {
            continue;
        }
        match name.as_str() {
            "event" => names.put(0, &value)?,
            "eventType" | "event_type" => names.put(1, &value)?,
            "eventName" | "event_name" => names.put(2, &value)?,
            "name" => names.put(3, &value)?,
            "type" => names.put(4, &value)?,
            "id" | "eventId" | "event_id" => set(&mut event.key, "id", value)?,
            "timestamp" | "ts" | "time" | "occurredAt" | "occurred_at" => {
                event.timestamp = Some(value);
            }
            "userId" | "user_id" => set(&mut event.user, "userId", value)?,
            "channelId" | "channel_id" => set(&mut event.channel, "channelId", value)?,
            "sessionId" | "session_id" => set(&mut event.session, "sessionId", value)?,
            "messageId" | "message_id" => set(&mut event.message, "messageId", value)?,
            "threadId" | "thread_id" => set(&mut event.thread, "threadId", value)?,
            "messageType" | "message_type" => set(&mut event.message_type, "messageType", value)?,
            "text" => set(&mut event.text, "text", value)?,
            "isBot" | "is_bot" => {
                event.is_bot = Some(value.as_bool().ok_or(Reason::WrongType("isBot"))?);
            }
            "mentions" => given.mentions = texts(value),
            "links" => given.links = texts(value),
            "emojiInText" => given.emoji = texts(value),
            "properties" | "metadata" | "event_data" | "eventData" => {
                merge(&mut event.properties, value, "properties")?;
            }
            "base" => lift_base(&mut event, value)?,
            "category" | "event_category" | "eventCategory" => {
                event.properties.entry("category").or_insert(value);
            }
            _ => {
                event.properties.entry(name).or_insert(value);
            }
        }
    }
    event.name = names.best();
    if given != SourceAnnotations::default() {
        event.given = Some(given);
    }
    Ok(event)
}

/// The names an event was sent under; the most specific one holds, the others say a category.
#[derive(Default)]
struct Names([Option<String>; 5]);

impl Names {
    fn put(&mut self, rank: usize, value: &Value) -> Result<(), Reason> {
        let Value::String(text) = value else {
            return Err(Reason::WrongType("event"));
        };
        self.0[rank] = Some(text.clone());
        Ok(())
    }

    fn best(self) -> String {
        self.0
            .into_iter()
            .flatten()
            .find(|name| !name.trim().is_empty())
            .unwrap_or_default()
    }
}

fn text(value: Value, field: &'static str) -> Result<String, Reason> {
    match value {
        Value::String(text) => Ok(text),
        Value::Number(number) => Ok(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
            Err(Reason::WrongType(field))
        }
    }
}

fn set(field: &mut Option<String>, name: &'static str, value: Value) -> Result<(), Reason> {
    *field = Some(text(value, name)?);
    Ok(())
}

fn texts(value: Value) -> Option<Vec<String>> {
    let Value::Array(values) = value else {
        return None;
    };
    Some(
        values
            .into_iter()
            .filter_map(|value| text(value, "list").ok())
            .collect(),
    )
}

fn merge(into: &mut Map<String, Value>, value: Value, field: &'static str) -> Result<(), Reason> {
    let Value::Object(object) = value else {
        return Err(Reason::WrongType(field));
    };
    if into.is_empty() {
        *into = object;
    } else {
        into.extend(object);
    }
    Ok(())
}

/// Takes what a tracker sends around every event.
fn lift_base(event: &mut RawEvent, value: Value) -> Result<(), Reason> {
    let Value::Object(base) = value else {
        return Err(Reason::WrongType("base"));
    };
    for (name, value) in base {
        if value.is_null() {
            continue;
        }
        match name.as_str() {
            "timestamp" => {
                event.timestamp.get_or_insert(value);
            }
            "sessionId" => set(&mut event.session, "base.sessionId", value)?,
            "userId" => set(&mut event.user, "base.userId", value)?,
            _ => {
                event.properties.entry(name).or_insert(value);
            }
        }
    }
    Ok(())
}
