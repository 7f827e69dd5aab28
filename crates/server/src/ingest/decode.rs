//! Every shape in which events are posted, as one.
//!
//! A body is one event, an array of events, or an object with `events`. The shapes of an event
//! differ only in names and in what is nested where, so one reader takes them all:
//!
//! | what | names |
//! |---|---|
//! | name | `event` `eventType` `event_type` `event_name` `eventName` `name` `type` |
//! | key | `id` `eventId` `event_id` |
//! | properties | `properties` `metadata` `event_data` `eventData` |
//! | surroundings | `base` (lifted), `context` (kept as a property) |
//!
//! Other names at the top are kept as properties. Each event is read by itself, so that one that
//! cannot be read refuses nobody else.

use std::fmt;

use domain::{
    content::Given,
    event::{RawEvent, Reason},
    json::mend_half_characters,
};
use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::{Map, Value, value::RawValue};

use super::meter::{FIELD, LIST, MeasuredObject, Meter, OBJECT, Stop};

/// Events of one body, each read or refused, with what the refused ones are remembered by.
pub type Decoded = Vec<Result<RawEvent, (Reason, String)>>;

/// Bytes that an event takes beside its properties until it is stored.
pub const EVENT: usize = 1_024;

/// How much of a body is read.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// Most events.
    pub events: usize,
    /// Most bytes that they may take in memory together.
    pub bytes: usize,
}

/// Why a whole body cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// It is not JSON.
    #[error("the body is not valid JSON: {0}")]
    NotJson(String),
    /// It is JSON, but neither an event nor events.
    #[error("the body must be an event, an array of events, or an object with `events`")]
    NotEvents,
    /// Something stands beside `events` that would reach no event.
    #[error("`{0}` stands beside `events`, where nothing is read: put it into each event")]
    Beside(String),
    /// It holds too many events.
    #[error("the body holds {found} events; at most {limit} are taken at once")]
    TooMany {
        /// How many there are.
        found: usize,
        /// How many there may be.
        limit: usize,
    },
    /// Its events would take too much memory.
    #[error(
        "the body needs more than {0} bytes of memory once it is read: send fewer events at once"
    )]
    TooLarge(usize),
}

/// Returns about how many bytes a JSON text takes at most once it is read, before it is: enough to
/// find room for it. At most `events` of its values are kept as events.
pub fn bytes_once_read(text: &[u8], events: usize) -> usize {
    let count = |wanted: u8| memchr::memchr_iter(wanted, text).count();
    let (objects, lists, commas) = (count(b'{'), count(b'['), count(b','));
    text.len() + objects * OBJECT + lists * LIST + commas * FIELD + (commas + 1).min(events) * EVENT
}

/// Reads the events of a body; returns about how many bytes they take, too.
pub fn decode(body: &[u8], bounds: Bounds) -> Result<(Decoded, usize), DecodeError> {
    let not_json = |error: &dyn fmt::Display| DecodeError::NotJson(error.to_string());
    let text = std::str::from_utf8(body).map_err(|error| not_json(&error))?;
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let mut events = Events::new(bounds);
    match text.as_bytes().first() {
        Some(b'[') => {
            let mut from = serde_json::Deserializer::from_str(text);
            let read = events.deserialize(&mut from).and_then(|()| from.end());
            match read {
                Ok(()) => {}
                Err(_) if events.is_full => return Err(DecodeError::TooLarge(bounds.bytes)),
                Err(error) => return Err(not_json(&error)),
            }
        }
        Some(b'{') => {
            if !events.read_envelope(text) {
                events = Events::new(bounds);
                let _read_or_full = events.take(text).is_ok();
            }
            if events.is_full {
                return Err(DecodeError::TooLarge(bounds.bytes));
            }
            if let Some(name) = events.beside {
                return Err(DecodeError::Beside(name));
            }
            // Of what was read nothing can be no JSON.
            if events.read.iter().all(Result::is_err) {
                serde_json::from_str::<&RawValue>(text).map_err(|error| not_json(&error))?;
            }
        }
        _ => {
            serde_json::from_str::<&RawValue>(text).map_err(|error| not_json(&error))?;
            return Err(DecodeError::NotEvents);
        }
    }
    if events.found > bounds.events {
        return Err(DecodeError::TooMany {
            found: events.found,
            limit: bounds.events,
        });
    }
    Ok((events.read, events.bytes))
}

/// The events of a body, as far as they are read.
struct Events {
    read: Decoded,
    found: usize,
    bytes: usize,
    bounds: Bounds,
    /// Whether there was no memory for more.
    is_full: bool,
    /// The first name beside `events`, cut; those that begin with `_` are let through.
    beside: Option<String>,
}

impl Events {
    const fn new(bounds: Bounds) -> Self {
        Self {
            read: Vec::new(),
            found: 0,
            bytes: 0,
            bounds,
            is_full: false,
            beside: None,
        }
    }

    /// Reads the next event; fails when there is no memory for it.
    fn take(&mut self, text: &str) -> Result<(), Full> {
        self.found += 1;
        if self.found > self.bounds.events {
            // The whole body will be refused, and is only counted.
            self.read = Vec::new();
            return Ok(());
        }
        let left = self.bounds.bytes.saturating_sub(self.bytes + EVENT);
        let mut meter = Meter::new(left);
        let event = event_of(text, &mut meter);
        if let Ok(event) = &event {
            meter.keep_fields(event.properties.len());
        }
        if left == 0 || meter.stop == Some(Stop::Memory) {
            self.is_full = true;
            self.read = Vec::new();
            return Err(Full);
        }
        self.bytes += EVENT + if event.is_ok() { meter.bytes() } else { 0 };
        self.read
            .push(event.map_err(|reason| (reason, outline(text))));
        Ok(())
    }

    /// Reads `{"events": [...]}`; returns false when the object is an event itself.
    fn read_envelope(&mut self, text: &str) -> bool {
        struct Envelope<'e>(&'e mut Events);

        impl<'de> Visitor<'de> for Envelope<'_> {
            /// Whether there is one list of events.
            type Value = bool;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<bool, A::Error> {
                let mut found = false;
                while let Some(name) = from.next_key::<String>()? {
                    if name != "events" {
                        if !name.starts_with('_') {
                            let cut = || name.chars().take(64).collect();
                            self.0.beside.get_or_insert_with(cut);
                        }
                        from.next_value::<IgnoredAny>()?;
                    } else if found {
                        return Ok(false);
                    } else {
                        from.next_value_seed(&mut *self.0)?;
                        found = true;
                    }
                }
                Ok(found)
            }
        }

        if !text.contains("\"events\"") {
            return false;
        }
        let mut from = serde_json::Deserializer::from_str(text);
        let found = from.deserialize_map(Envelope(self));
        let found = found.and_then(|found| from.end().map(|()| found));
        found.unwrap_or(self.is_full)
    }
}

/// There is no memory for another event.
struct Full;

impl<'de> DeserializeSeed<'de> for &mut Events {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<(), D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for &mut Events {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of events")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<(), A::Error> {
        while let Some(event) = from.next_element::<&RawValue>()? {
            self.take(event.get())
                .map_err(|Full| A::Error::custom("too much"))?;
        }
        Ok(())
    }
}

/// Returns what a refused event is remembered by: the names of its fields, and never its values,
/// among which may be texts and secrets.
fn outline(text: &str) -> String {
    const MOST: usize = 64;

    /// Takes the names of the first fields.
    struct Names;

    impl<'de> Visitor<'de> for Names {
        type Value = Vec<String>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Vec<String>, A::Error> {
            let mut names = Vec::new();
            while names.len() < MOST
                && let Some(name) = from.next_key::<String>()?
            {
                names.push(name.chars().take(160).collect());
                from.next_value::<IgnoredAny>()?;
            }
            Ok(names)
        }
    }

    let mut from = serde_json::Deserializer::from_str(text);
    let names = from.deserialize_map(Names).ok();
    serde_json::json!({ "fields": names }).to_string()
}

fn event_of(text: &str, meter: &mut Meter) -> Result<RawEvent, Reason> {
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
                    ..event_of(&mended, meter)?
                })
            }
        },
    }
}

/// Reads one event from its JSON object.
fn from_object(object: Map<String, Value>) -> Result<RawEvent, Reason> {
    let mut event = RawEvent::default();
    let mut names = Names::default();
    let mut given = Given::default();
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
    if given != Given::default() {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn read(body: &[u8], events: usize) -> Result<Decoded, DecodeError> {
        let bytes = 1 << 20;
        decode(body, Bounds { events, bytes }).map(|(events, _)| events)
    }

    fn one(body: &Value) -> RawEvent {
        let mut events = read(body.to_string().as_bytes(), 10).unwrap();
        assert_eq!(events.len(), 1);
        events.remove(0).unwrap()
    }

    #[test]
    fn every_documented_shape_is_read() {
        let seed = one(
            &json!({"event": "feature_used", "userId": "user-123", "properties": {"feature": "voice_message", "duration": 45}}),
        );
        assert_eq!(
            (seed.name.as_str(), seed.user.as_deref()),
            ("feature_used", Some("user-123"))
        );
        assert_eq!(seed.properties["duration"], 45);

        let client = one(
            &json!({"eventType": "message_sent", "userId": "u", "channelId": "c", "metadata": {"length": 3}, "timestamp": "2026-02-01T00:00:00Z"}),
        );
        assert_eq!(
            (client.name.as_str(), client.channel.as_deref()),
            ("message_sent", Some("c"))
        );
        assert_eq!(client.properties["length"], 3);

        let many = read(br#"{"events":[{"eventType":"a"},{"eventType":"b"}]}"#, 10).unwrap();
        assert_eq!(
            many.iter()
                .map(|event| event.as_ref().unwrap().name.as_str())
                .collect::<Vec<_>>(),
            ["a", "b"]
        );

        let wiki = one(
            &json!([{"name": "page_view", "category": "navigation", "properties": {"path": "/"}}]),
        );
        assert_eq!(
            (wiki.name.as_str(), wiki.properties["category"].as_str()),
            ("page_view", Some("navigation"))
        );

        let tracked = one(
            &json!([{"id": "evt_1", "name": "page_view", "category": "navigation", "properties": {},
            "base": {"timestamp": 1_770_000_000_000i64, "sessionId": "s", "userId": "u", "platform": "web", "appVersion": "1.2.3"}}]),
        );
        assert_eq!(tracked.key.as_deref(), Some("evt_1"));
        assert_eq!(
            (tracked.session.as_deref(), tracked.user.as_deref()),
            (Some("s"), Some("u"))
        );
        assert_eq!(tracked.timestamp, Some(json!(1_770_000_000_000i64)));
        assert_eq!(tracked.properties["platform"], "web");

        let route = one(
            &json!({"event_type": "page_view", "event_category": "page_view", "event_data": {"path": "/x"}, "session_id": "s"}),
        );
        assert_eq!(
            (route.name.as_str(), route.properties["path"].as_str()),
            ("page_view", Some("/x"))
        );

        let plugin = one(
            &json!({"event_name": "signup", "event_category": "x", "user_id": "u", "properties": {"a": 1}, "context": {"ip": "1.2.3.4"}, "source_plugin": "chat", "timestamp": "2026-01-01T00:00:00Z"}),
        );
        assert_eq!(
            (plugin.name.as_str(), plugin.user.as_deref()),
            ("signup", Some("u"))
        );
        assert_eq!(plugin.properties["source_plugin"], "chat");

        for name in ["id", "eventId", "event_id"] {
            assert_eq!(
                one(&json!({"event": "x", name: "k"})).key.as_deref(),
                Some("k")
            );
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        let refused = |body: &str| read(body.as_bytes(), 2).unwrap_err();
        assert!(matches!(refused("{"), DecodeError::NotJson(_)));
        assert!(matches!(refused("{\"a\": NaN}"), DecodeError::NotJson(_)));
        assert!(matches!(refused("[1,2,"), DecodeError::NotJson(_)));
        assert!(matches!(refused(""), DecodeError::NotJson(_)));
        let beside = r#"{"userId": "u1", "_sent": 1, "events": [{"event": "a"}], "x": 1}"#;
        assert_eq!(refused(beside), DecodeError::Beside("userId".to_owned()));
        assert_eq!(refused("42"), DecodeError::NotEvents);
        assert_eq!(
            refused("[{},{},{}]"),
            DecodeError::TooMany { found: 3, limit: 2 }
        );
        assert!(matches!(
            read(&[0xff, 0xfe], 2).unwrap_err(),
            DecodeError::NotJson(_)
        ));
        let reason = |body: Value| {
            read(body.to_string().as_bytes(), 2)
                .unwrap()
                .remove(0)
                .unwrap_err()
                .0
        };
        assert_eq!(reason(json!([1])), Reason::NotAnObject);
        assert_eq!(reason(json!({"event": 1})), Reason::WrongType("event"));
        assert_eq!(
            reason(json!({"event": "x", "userId": {}})),
            Reason::WrongType("userId")
        );
        assert_eq!(
            reason(json!({"event": "x", "properties": "y"})),
            Reason::WrongType("properties")
        );
    }

    #[test]
    fn deep_nesting_is_refused_without_overflow() {
        let deep = format!(
            "{{\"event\":\"x\",\"properties\":{}1{}}}",
            "{\"a\":".repeat(5_000),
            "}".repeat(5_000)
        );
        match read(deep.as_bytes(), 2) {
            Ok(events) => assert!(matches!(events[0], Err((Reason::TooDeep(_), _)))),
            Err(error) => assert!(matches!(error, DecodeError::NotJson(_))),
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let _read = read(&bytes, 10).is_ok();
        }

        #[test]
        fn any_json_is_read_or_refused(text in "\\{(\"(event|id|properties|base|events|timestamp|userId)\":(\"[a-z]{0,3}\"|[0-9]{1,30}|null|\\{\\}|\\[\\]|-1e99),?){0,6}\\}") {
            let _read = read(text.as_bytes(), 10).is_ok();
        }
    }
}
