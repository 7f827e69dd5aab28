//! Local clock readings as plain arithmetic, the same for every engine.

use jiff::tz::TimeZone;

use super::{
    Instant, Range,
    change::{changes_after, last_change, offset},
};

const DAY: i64 = 86_400_000;

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
        // A day may still be under way that a change shortly before the range repeats, see `days`.
        let begin = last_change(range.from(), zone)
            .filter(|change| change.at.plus_millis(change.before - change.after) > range.from())
            .map_or(range.from(), |change| change.at.plus_millis(-1));
        let within = changes_after(begin, zone).take_while(|change| change.at < range.to());
        Self {
            first_offset: offset(begin, zone),
            steps: within.map(|change| (change.at, change.after)).collect(),
        }
    }

    /// Returns the clock that calendar days are read from.
    ///
    /// It is the same one, except where clocks are set back over midnight: there the date that has
    /// begun goes on, as a day begins once, with the first midnight.
    #[must_use]
    pub fn days(&self) -> Self {
        let mut before = self.first_offset;
        let day_of = |reading: i64| reading.div_euclid(DAY);
        let steps = self.steps.iter().map(|(at, after)| {
            let begun = day_of(at.as_millis() - 1 + before);
            before = *after;
            let again = day_of(at.as_millis() + after) < begun;
            let second_midnight = Instant::from_millis(begun * DAY - after);
            (if again { second_midnight } else { *at }, *after)
        });
        Self {
            first_offset: self.first_offset,
            steps: steps.collect(),
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
