//! Every shape in which events are posted, as one.
//!
//! A body is one event, an array of events, or an object with `events`. The shapes of an event
//! differ only in names and in what is nested where, so one reader takes them all (see [`event`]).
//! Each event is read by itself, so that one that cannot be read refuses nobody else.

mod body;
mod event;
mod outline;
#[cfg(test)]
mod tests;

use std::fmt;

use domain::event::{RawEvent, Reason};
use serde::de::DeserializeSeed;
use serde_json::value::RawValue;

use super::meter::{FIELD, LIST, OBJECT};
use body::Events;

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
