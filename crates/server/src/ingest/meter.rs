//! JSON that is measured while it is read: what would take too much memory is never built.

use std::fmt;

use domain::event::{Limits, Reason};
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// Deepest nesting of an event, with what lies around its properties.
const DEPTH: usize = 32;
/// Most values of an event, with what does not become a property.
const VALUES: usize = 1_024;

/// Bytes that an object takes before its first field.
pub(super) const OBJECT: usize = 640;
/// Bytes that a field takes beside its text.
pub(super) const FIELD: usize = 128;
/// Bytes that a list takes before its first item.
pub(super) const LIST: usize = 64;
/// Bytes that an item takes beside its text.
const ITEM: usize = 64;

/// What one event has taken so far, and what it may take.
///
/// The object that is the event itself is not counted: it is taken apart as soon as it is read. What
/// becomes of it is told by [`Meter::keep_fields`].
#[derive(Debug)]
pub(super) struct Meter {
    values: usize,
    /// Fields of the objects right within the event, which become properties of their own.
    inner_fields: usize,
    depth: usize,
    bytes: usize,
    most_bytes: usize,
    /// Why nothing more is read.
    pub(super) stop: Option<Stop>,
}

/// Why an event is not read on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Stop {
    /// It is refused.
    Refused(Reason),
    /// There is no more memory for it.
    Memory,
}

impl Meter {
    /// Returns a meter for an event that may take so many bytes.
    pub(super) const fn new(most_bytes: usize) -> Self {
        Self {
            values: 0,
            inner_fields: 0,
            depth: 0,
            bytes: 0,
            most_bytes,
            stop: None,
        }
    }

    /// Forgets what was read, to read the event again.
    pub(super) fn begin_again(&mut self) {
        *self = Self::new(self.most_bytes);
    }

    /// Returns about how many bytes what was read takes.
    pub(super) const fn bytes(&self) -> usize {
        self.bytes
    }

    /// Counts the properties that an event keeps, beside those that were counted within their object.
    pub(super) const fn keep_fields(&mut self, properties: usize) {
        let more = properties.saturating_sub(self.inner_fields);
        if more > 0 {
            self.bytes += OBJECT + more * FIELD;
        }
    }

    fn take<E: de::Error>(&mut self, bytes: usize) -> Result<(), E> {
        self.bytes += bytes;
        if self.bytes > self.most_bytes {
            return self.stop(Stop::Memory);
        }
        Ok(())
    }

    fn value<E: de::Error>(&mut self, bytes: usize) -> Result<(), E> {
        self.values += 1;
        if self.values > VALUES {
            return self.stop(Stop::Refused(Reason::TooManyValues(VALUES)));
        }
        self.take(bytes)
    }

    fn enter<E: de::Error>(&mut self, bytes: usize) -> Result<(), E> {
        self.depth += 1;
        if self.depth > DEPTH {
            return self.stop(Stop::Refused(Reason::TooDeep(Limits::default().depth)));
        }
        self.take(bytes)
    }

    fn stop<E: de::Error>(&mut self, stop: Stop) -> Result<(), E> {
        self.stop = Some(stop);
        Err(E::custom("too much"))
    }
}

/// Reads one value.
struct Measured<'m>(&'m mut Meter);

/// Reads one object.
pub(super) struct MeasuredObject<'m>(pub(super) &'m mut Meter);

impl<'de> DeserializeSeed<'de> for MeasuredObject<'_> {
    type Value = Map<String, Value>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Self::Value, D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for MeasuredObject<'_> {
    type Value = Map<String, Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Self::Value, A::Error> {
        self.0.enter(0)?;
        let mut object = Map::new();
        while let Some(name) = from.next_key::<String>()? {
            let first = if object.is_empty() { OBJECT } else { 0 };
            let field = if self.0.depth > 1 { first + FIELD } else { 0 };
            self.0.inner_fields += usize::from(self.0.depth == 2);
            self.0.value(field + name.len())?;
            let value = from.next_value_seed(Measured(&mut *self.0))?;
            object.insert(name, value);
        }
        self.0.depth -= 1;
        Ok(object)
    }
}

impl<'de> DeserializeSeed<'de> for Measured<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Measured<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Value, E> {
        self.0.take(text.len())?;
        Ok(Value::String(text.to_owned()))
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<Value, E> {
        self.0.take(text.len())?;
        Ok(Value::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        self.0.enter(LIST)?;
        let mut list = Vec::new();
        while let Some(value) = from.next_element_seed(Measured(&mut *self.0))? {
            self.0.value(ITEM)?;
            list.push(value);
        }
        self.0.depth -= 1;
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, from: A) -> Result<Value, A::Error> {
        MeasuredObject(self.0).visit_map(from).map(Value::Object)
    }
}
