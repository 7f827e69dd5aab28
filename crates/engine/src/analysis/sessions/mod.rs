//! Sessions: runs of events of a person without a long pause.
//!
//! 1. A session is a longest run of events that a person caused in which none comes more than
//!    [`PAUSE`] milliseconds after the one before. Its length is the time from the first to the last of its
//!    first 24 hours.
//! 2. It belongs to the instant at which it begins, however long it goes on: over midnight and over
//!    the end of a span it is one session.
//! 3. Whoever asks about a span reads from [`PAUSE`] before it: an event of that time is what tells
//!    that the first one in the span goes on with a session of before, which is not counted here. It is
//!    read up to [`LONGEST`] after the span, at most to the present, so that sessions that begin in
//!    it have their whole length.
//!
//! [`Tracker`] is the state that runs through the events, and [`SessionsByDay`] keeps what is seen of each day
//! ([`Sessions`]).

mod by_day;
mod kept;
mod lengths;
pub(super) mod tracker;

use domain::time::Range;

use super::{About, Counted, InContext};

pub use by_day::SessionsByDay;
pub use kept::{Session, Sessions};
pub(super) use lengths::median;
pub use lengths::{SessionLengths, SessionNumbers, SessionSummary};
pub(super) use tracker::Tracker;

/// Longest time between two events of a session, in milliseconds.
pub const PAUSE: i64 = 30 * 60 * 1000;
/// What counts of a session at most, in milliseconds: it is followed so long after it began.
pub const LONGEST: i64 = 24 * 60 * 60 * 1000;

/// Returns what has to be read to know the sessions that begin in a span.
pub(super) fn read_for(span: Range) -> Range {
    if span.is_empty() {
        return span;
    }
    Range::new(
        span.from().plus_millis(-PAUSE),
        span.to().plus_millis(LONGEST),
    )
}
