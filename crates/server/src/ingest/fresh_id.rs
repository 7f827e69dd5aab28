//! Identities for events whose sender chose none.

use std::sync::atomic::{AtomicU64, Ordering};

use domain::time::Instant;
use uuid::{Builder, Uuid};

/// Makes version 7 UUIDs: the instant, then what no other start of the service shares, then a
/// running number.
#[derive(Debug)]
pub struct FreshIds {
    start: u32,
    next: AtomicU64,
}

impl FreshIds {
    /// Returns a maker whose identities no other `start` makes.
    pub fn new(start: u64) -> Self {
        #[expect(clippy::cast_possible_truncation, reason = "both halves are wanted")]
        let (high, low) = ((start >> 32) as u32, start as u32);
        Self {
            start: high,
            next: AtomicU64::new(u64::from(low)),
        }
    }

    /// Returns the next identity.
    pub fn next(&self, now: Instant) -> Uuid {
        let number = self.next.fetch_add(1, Ordering::Relaxed).to_be_bytes();
        let start = self.start.to_be_bytes();
        let random = [
            start[0], start[1], start[2], start[3], number[2], number[3], number[4], number[5],
            number[6], number[7],
        ];
        let millis = u64::try_from(now.as_millis()).unwrap_or(0);
        Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn identities_are_version_seven_and_differ() {
        let ids = FreshIds::new(0x1234_5678_9abc_def0);
        let now = Instant::from_millis(1_770_000_000_000);
        let made: HashSet<Uuid> = (0..100_000).map(|_| ids.next(now)).collect();
        assert_eq!(made.len(), 100_000);
        assert!(made.iter().all(|id| id.get_version_num() == 7));
    }
}
