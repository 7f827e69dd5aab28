//! The key of the message that an event is about, kept only where the event's identity lacks it.
//!
//! 1. NULL: the key that the identity holds, or no message where it holds none.
//! 2. [`NO_MESSAGE`]: no message, though the identity could hold a key.
//! 3. Anything else: the key.
//!
//! View `analytics_events` reads it in the same way.

use domain::id::{EventId, Key64};

/// Stands for no message; no key is 0.
const NO_MESSAGE: i64 = 0;

/// Returns what is kept of the key.
pub(super) fn kept(id: EventId, message: Option<Key64>) -> Option<i64> {
    (message != id.message()).then(|| message.map_or(NO_MESSAGE, |key| key.0))
}

/// Returns the key by what was kept of it.
pub(super) fn read(id: EventId, kept: Option<i64>) -> Option<Key64> {
    match kept {
        None => id.message(),
        Some(NO_MESSAGE) => None,
        Some(key) => Some(Key64(key)),
    }
}

#[cfg(test)]
mod tests {
    use domain::id::WorkspaceId;

    use super::*;

    #[test]
    fn every_key_is_read_as_it_was_and_kept_only_where_it_is_needed() {
        let (message, other) = (Key64::of("m1"), Key64::of("m2"));
        let about = EventId::about(message, Key64::of("message_sent"));
        let keyed = EventId::from_key(&WorkspaceId::default(), "evt_1").unwrap();
        for (id, key, expected) in [
            (about, Some(message), None),
            (about, Some(other), Some(other.0)),
            (about, None, Some(NO_MESSAGE)),
            (keyed, Some(message), Some(message.0)),
            (keyed, None, None),
        ] {
            assert_eq!(kept(id, key), expected);
            assert_eq!(read(id, expected), key);
        }
    }
}
