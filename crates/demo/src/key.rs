//! Identities made from the seed and a running number.

use domain::id::{EventId, Key64};
use uuid::Builder;

/// Scrambles a number; no two numbers give the same (the last step of `SplitMix64`).
pub(super) const fn mix(number: u64) -> u64 {
    let mut z = number.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ z >> 31
}

/// Makes the identities of one history.
#[derive(Debug, Clone, Copy)]
pub(super) struct Keys {
    event: u64,
    message: u64,
    session: u64,
}

impl Keys {
    /// Returns the identities that belong to a seed.
    pub(super) const fn new(seed: u64) -> Self {
        Self {
            event: mix(mix(seed) ^ 1),
            message: mix(mix(seed) ^ 2),
            session: mix(mix(seed) ^ 3),
        }
    }

    /// Returns the identity of an event by its day since 1970 and its number on that day.
    pub(super) fn event(self, day: u32, number: u32) -> EventId {
        let serial = pair(day, number);
        let high = mix(serial ^ self.event);
        let bytes = (u128::from(high) << 64) | u128::from(mix(high ^ serial));
        EventId(Builder::from_random_bytes(bytes.to_be_bytes()).into_uuid())
    }

    /// Returns the key of the message that an event of that day and number brings.
    pub(super) const fn message(self, day: u32, number: u32) -> Key64 {
        Key64::of_bits(mix(pair(day, number) ^ self.message))
    }

    /// Returns the key of a person's session of a day.
    pub(super) const fn session(self, person: u32, day: u32, session: u8) -> Key64 {
        let serial = pair(person, (day << 8) | session as u32);
        Key64::of_bits(mix(serial ^ self.session))
    }
}

/// Returns the identity that an event has as one about a message, by the one it has without.
pub(super) fn about(message: Key64, id: EventId) -> EventId {
    EventId::about(message, Key64::of_bits(id.0.as_u64_pair().0))
}

const fn pair(high: u32, low: u32) -> u64 {
    ((high as u64) << 32) | low as u64
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn identities_are_unique_and_belong_to_the_seed() {
        let keys = Keys::new(1);
        let serials = || (20_000..20_100).flat_map(|day| (0..1_000).map(move |n| (day, n)));
        let events: HashSet<_> = serials().map(|(day, n)| keys.event(day, n)).collect();
        let messages: HashSet<_> = serials().map(|(day, n)| keys.message(day, n)).collect();
        assert_eq!((events.len(), messages.len()), (100_000, 100_000));
        assert_eq!(keys.event(20_000, 1).0.get_version_num(), 4);
        assert_ne!(keys.event(20_000, 1), Keys::new(2).event(20_000, 1));
        let sessions: HashSet<_> = (0..100)
            .flat_map(|person| (0..6).map(move |session| (person, session)))
            .map(|(person, session)| keys.session(person, 20_000, session))
            .collect();
        assert_eq!(sessions.len(), 600);
    }
}
