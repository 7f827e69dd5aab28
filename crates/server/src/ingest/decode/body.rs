//! The events of a body, one after the other, as far as there is memory.

use std::fmt;

use serde::de::{
    DeserializeSeed, Deserializer, Error as _, IgnoredAny, MapAccess, SeqAccess, Visitor,
};
use serde_json::value::RawValue;

use super::{Bounds, Decoded, EVENT, event::read_event, outline::outline};
use crate::ingest::meter::{Meter, Stop};

/// The events of a body, as far as they are read.
pub(super) struct Events {
    pub(super) read: Decoded,
    pub(super) found: usize,
    pub(super) bytes: usize,
    bounds: Bounds,
    /// Whether there was no memory for more.
    pub(super) is_full: bool,
    /// The first name beside `events`, cut; those that begin with `_` are let through.
    pub(super) beside: Option<String>,
}

impl Events {
    pub(super) const fn new(bounds: Bounds) -> Self {
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
    pub(super) fn take(&mut self, text: &str) -> Result<(), Full> {
        self.found += 1;
        if self.found > self.bounds.events {
            // The whole body will be refused, and is only counted.
            self.read = Vec::new();
            return Ok(());
        }
        let left = self.bounds.bytes.saturating_sub(self.bytes + EVENT);
        let mut meter = Meter::new(left);
        let event = read_event(text, &mut meter);
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
    pub(super) fn read_envelope(&mut self, text: &str) -> bool {
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
pub(super) struct Full;

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
