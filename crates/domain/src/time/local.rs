//! Local clock readings as plain arithmetic, the same for every engine.

use jiff::tz::TimeZone;

use super::{Instant, Range};

/// Returns the IANA zone of that name; the bare names that mean the machine's zone are refused.
pub fn zone(name: &str) -> Option<TimeZone> {
    let name = name.trim();
    if name.eq_ignore_ascii_case("UTC") || name == "Z" {
        return Some(TimeZone::UTC);
    }
    let known = !name.is_empty() && name.len() <= 64 && !name.eq_ignore_ascii_case("local");
    known.then(|| TimeZone::get(name).ok()).flatten()
}

/// The offsets from UTC that hold within a range: what turns an instant into a local reading.
///
/// An engine adds the offset of the last step at or before the instant, and reads day and hour
/// from the sum by integer division, so no engine needs to know time zones.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LocalClock {
    /// Offset before the first step, in milliseconds.
    pub first_offset: i64,
    /// From each instant on, this offset in milliseconds; ascending.
    pub steps: Vec<(Instant, i64)>,
}

impl LocalClock {
    /// Returns the offsets of `zone` within `range`.
    pub fn new(range: Range, zone: &TimeZone) -> Self {
        let offset = |at: Instant| i64::from(at.in_zone(zone).offset().seconds()) * 1_000;
        let first_offset = offset(range.from);
        let mut steps = Vec::new();
        let mut last = first_offset;
        for change in zone.following(range.from.in_zone(zone).timestamp()) {
            let at = Instant::from_millis(change.timestamp().as_millisecond());
            if at >= range.to {
                break;
            }
            let next = i64::from(change.offset().seconds()) * 1_000;
            if next != last {
                steps.push((at, next));
                last = next;
            }
        }
        Self {
            first_offset,
            steps,
        }
    }

    /// Returns the offset from UTC that holds at `at`, in milliseconds.
    pub fn offset_at(&self, at: Instant) -> i64 {
        let after = self.steps.partition_point(|(from, _)| *from <= at);
        if after == 0 {
            self.first_offset
        } else {
            self.steps[after - 1].1
        }
    }
}
