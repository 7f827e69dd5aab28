//! Changes of a zone's offset from UTC.

use jiff::tz::{TimeZone, TimeZoneTransition};

use super::Instant;

/// From an instant on, another offset from UTC holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Change {
    /// The first instant at which it holds.
    pub(super) at: Instant,
    /// The offset before, in milliseconds.
    pub(super) before: i64,
    /// The offset from then on, in milliseconds.
    pub(super) after: i64,
}

impl Change {
    /// Returns the change of a transition; `None` when only the name of the time changes.
    fn of(transition: &TimeZoneTransition<'_>, zone: &TimeZone) -> Option<Self> {
        let at = Instant::from_millis(transition.timestamp().as_millisecond());
        let change = Self {
            at,
            before: offset(at.plus_millis(-1), zone),
            after: i64::from(transition.offset().seconds()) * 1_000,
        };
        (change.before != change.after).then_some(change)
    }
}

/// Returns the offset from UTC that holds at `instant`, in milliseconds.
pub(super) fn offset(instant: Instant, zone: &TimeZone) -> i64 {
    i64::from(zone.to_offset(instant.timestamp()).seconds()) * 1_000
}

/// Returns the changes after `instant`, in order.
pub(super) fn changes_after(instant: Instant, zone: &TimeZone) -> impl Iterator<Item = Change> {
    zone.following(instant.timestamp())
        .filter_map(|transition| Change::of(&transition, zone))
}

/// Returns the last change at or before `instant`.
pub(super) fn last_change(instant: Instant, zone: &TimeZone) -> Option<Change> {
    zone.preceding(instant.plus_millis(1).timestamp())
        .find_map(|transition| Change::of(&transition, zone))
}
