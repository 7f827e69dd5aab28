//! Numbers events that are equal in everything, so that each of them counts.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
};

use uuid::Uuid;

/// How many different events are told apart before memory would grow too far (36 MB): the capacity
/// of a table of 2^21 slots.
const MAX_TRACKED: usize = (1 << 21) / 8 * 7;

/// Counts how often each event without an identity of its own was seen.
///
/// Equal events are interchangeable, so numbering them 1, 2, 3 names the same set of events in
/// whatever order they come. Past [`MAX_TRACKED`] different events new ones are no longer
/// remembered: from there on equal events count once, and still nothing counts twice.
#[derive(Debug)]
pub(super) struct Occurrences {
    seen: HashMap<u64, u32, BuildHasherDefault<Uniform>>,
    limit: usize,
}

impl Default for Occurrences {
    fn default() -> Self {
        Self {
            seen: HashMap::default(),
            limit: MAX_TRACKED,
        }
    }
}

impl Occurrences {
    /// Returns which occurrence of `hash` this is, from 1.
    pub(super) fn next(&mut self, hash: Uuid) -> u32 {
        // TRICKY: a UUID holds fixed bits, which would crowd the table; the fold has none. A clash
        // of the 64 bits only numbers a first occurrence 2: the key itself holds the whole hash.
        let (high, low) = hash.as_u64_pair();
        let fold = high ^ low.rotate_left(32);
        if let Some(count) = self.seen.get_mut(&fold) {
            *count = count.saturating_add(1);
            return *count;
        }
        if self.seen.len() < self.limit {
            self.seen.insert(fold, 1);
            if self.seen.len() == self.limit {
                tracing::warn!(
                    import.tracked = self.limit,
                    "too many events without an identity; equal ones count once from here on"
                );
            }
        }
        1
    }
}

/// Hashes 64 bits that are uniform already.
#[derive(Debug, Default)]
pub(super) struct Uniform(u64);

impl Hasher for Uniform {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::importer::key;

    #[test]
    fn equal_events_are_numbered_in_any_order() {
        let (a, b) = (key::hash(b"a"), key::hash(b"b"));
        let mut occurrences = Occurrences::default();
        let numbers = [a, b, a, a, b].map(|hash| occurrences.next(hash));
        assert_eq!(numbers, [1, 1, 2, 3, 2]);
    }

    #[test]
    fn memory_is_bounded_and_what_is_remembered_stays_exact() {
        let mut occurrences = Occurrences {
            limit: 2,
            ..Occurrences::default()
        };
        let hashes = [b"a", b"b", b"c", b"c", b"b"].map(|text| key::hash(text));
        assert_eq!(hashes.map(|hash| occurrences.next(hash)), [1, 1, 1, 1, 2]);
        assert_eq!(occurrences.seen.len(), 2);
    }
}
