//! Half-open spans of time.

use super::Instant;

/// A half-open span `[from, to)`, which never runs backwards: its end is at or after its beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Range {
    from: Instant,
    to: Instant,
}

impl Range {
    /// Returns `[from, to)`; empty at `from` where `to` is not later.
    pub const fn new(from: Instant, to: Instant) -> Self {
        let is_forwards = from.as_millis() < to.as_millis();
        Self {
            from,
            to: if is_forwards { to } else { from },
        }
    }

    /// All time.
    pub const ALL: Self = Self::new(Instant::MIN, Instant::MAX);

    /// Returns all time before `to`.
    pub const fn before(to: Instant) -> Self {
        Self::new(Instant::MIN, to)
    }

    /// Returns the `millis` that end at `to`.
    pub const fn ending(to: Instant, millis: u64) -> Self {
        Self::new(to.plus_millis(0i64.saturating_sub_unsigned(millis)), to)
    }

    /// Returns the first instant inside.
    pub const fn from(self) -> Instant {
        self.from
    }

    /// Returns the first instant after.
    pub const fn to(self) -> Instant {
        self.to
    }

    /// Returns the part from `from` on.
    #[must_use]
    pub fn since(self, from: Instant) -> Self {
        Self::new(self.from.max(from), self.to)
    }

    /// Returns the part before `to`.
    #[must_use]
    pub fn until(self, to: Instant) -> Self {
        Self::new(self.from, self.to.min(to))
    }

    /// Returns whether nothing lies inside.
    pub fn is_empty(self) -> bool {
        self.from == self.to
    }

    /// Returns the span, or `None` when nothing lies inside.
    pub fn non_empty(self) -> Option<Self> {
        (!self.is_empty()).then_some(self)
    }

    /// Returns the length in milliseconds.
    pub const fn millis(self) -> i64 {
        self.to.as_millis().saturating_sub(self.from.as_millis())
    }

    /// Returns whether `instant` lies inside.
    pub fn contains(self, instant: Instant) -> bool {
        self.from <= instant && instant < self.to
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_span_runs_backwards() {
        let at = Instant::from_millis;
        let backwards = Range::new(at(5), at(3));
        assert_eq!((backwards.from(), backwards.to()), (at(5), at(5)));
        let span = Range::new(at(0), at(10));
        assert_eq!(span.since(at(4)).until(at(6)), Range::new(at(4), at(6)));
        for cut in [span.since(at(11)), span.until(at(-1))] {
            assert!(cut.is_empty() && cut.non_empty().is_none());
        }
        assert_eq!(Range::ending(at(10), 4), Range::new(at(6), at(10)));
        assert!(Range::ending(at(i64::MIN), 1).is_empty());
        assert_eq!(Range::new(at(i64::MIN), at(i64::MAX)).millis(), i64::MAX);
    }
}
