//! Half-open spans of time.

use super::Instant;

/// A half-open span `[from, to)`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Range {
    /// First instant inside.
    pub from: Instant,
    /// First instant after.
    pub to: Instant,
}

impl Range {
    /// Returns `[from, to)`, or `None` when it would be empty or backwards.
    pub fn new(from: Instant, to: Instant) -> Option<Self> {
        (from < to).then_some(Self { from, to })
    }

    /// Returns the length in milliseconds.
    pub fn millis(self) -> i64 {
        self.to.as_millis().saturating_sub(self.from.as_millis())
    }

    /// Returns whether `instant` lies inside.
    pub fn contains(self, instant: Instant) -> bool {
        self.from <= instant && instant < self.to
    }
}
