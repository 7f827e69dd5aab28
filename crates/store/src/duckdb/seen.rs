//! Which events are stored already.
//!
//! An index over every identifier would not fit the memory this runs in, so recognition has two
//! parts that together miss nothing a source does:
//! 1. The last identifiers, in memory, whatever their time says: retries, redeliveries, and
//!    clients that stamp a retry anew.
//! 2. For an event older than anything forgotten from memory, the store is asked about the span
//!    of time the batch covers: repeated imports and backfills, whose times never change.
//!
//! An event that came without a time has another one when it comes again: its identity is on disk for
//! a week (`untimed`). What none of these sees is one identifier that comes again with another time
//! of the sender's own, after hundreds of thousands of newer events: two different acts by any other
//! measure.

use domain::{id::EventId, time::Instant};
use rustc_hash::FxHashSet;

/// The identifiers of the last events, in two generations.
#[derive(Debug)]
pub(super) struct SeenEvents {
    capacity: usize,
    young: FxHashSet<u64>,
    young_latest: Instant,
    old: FxHashSet<u64>,
    old_latest: Instant,
    /// No forgotten event happened after this.
    forgotten_until: Option<Instant>,
}

/// Returns 64 bits that stand for an event of a workspace.
///
/// Of a million remembered events one in 10^13 new ones would be taken for another.
fn fingerprint(workspace: u16, id: EventId) -> u64 {
    let (high, low) = id.0.as_u64_pair();
    (high ^ (u64::from(workspace) << 48))
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .rotate_left(32)
        .wrapping_add(low)
        .wrapping_mul(0xd6e8_feb8_6659_fd93)
}

impl SeenEvents {
    /// Returns a memory of nothing.
    ///
    /// `capacity` events are remembered in each of the two generations; `forgotten_until` is the last instant of stored events that are not going to be loaded.
    pub(super) fn new(capacity: usize, forgotten_until: Option<Instant>) -> Self {
        let never = Instant::from_millis(i64::MIN);
        Self {
            capacity,
            young: FxHashSet::default(),
            young_latest: never,
            old: FxHashSet::default(),
            old_latest: never,
            forgotten_until,
        }
    }

    /// Returns whether memory knows the event.
    pub(super) fn contains(&self, workspace: u16, id: EventId) -> bool {
        let print = fingerprint(workspace, id);
        self.young.contains(&print) || self.old.contains(&print)
    }

    /// Returns whether the event might be stored without memory knowing it.
    pub(super) fn may_be_forgotten(&self, timestamp: Instant) -> bool {
        self.forgotten_until.is_some_and(|until| timestamp <= until)
    }

    /// Remembers an event that is stored now.
    pub(super) fn insert(&mut self, workspace: u16, id: EventId, timestamp: Instant) {
        if self.young.len() >= self.capacity {
            if !self.old.is_empty() {
                self.forgotten_until = self.forgotten_until.max(Some(self.old_latest));
            }
            self.old = std::mem::take(&mut self.young);
            self.old_latest = self.young_latest;
            self.young_latest = timestamp;
        }
        self.young.insert(fingerprint(workspace, id));
        self.young_latest = self.young_latest.max(timestamp);
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn id(number: u128) -> EventId {
        EventId(Uuid::from_u128(number))
    }

    #[test]
    fn what_is_forgotten_is_known_to_be_forgotten() {
        let mut seen = SeenEvents::new(2, None);
        for number in 1..=4 {
            seen.insert(
                0,
                id(number),
                Instant::from_millis(i64::try_from(number).unwrap() * 10),
            );
        }
        assert!((1..=4).all(|number| seen.contains(0, id(number))));
        assert!(!seen.may_be_forgotten(Instant::from_millis(0)));
        seen.insert(0, id(5), Instant::from_millis(5));
        // 1 and 2 went; they happened at 10 and 20.
        assert!(!seen.contains(0, id(1)) && !seen.contains(0, id(2)) && seen.contains(0, id(3)));
        assert!(seen.may_be_forgotten(Instant::from_millis(20)));
        assert!(!seen.may_be_forgotten(Instant::from_millis(21)));
    }
}
