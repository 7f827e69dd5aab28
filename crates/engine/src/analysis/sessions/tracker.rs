//! The sessions that are under way.

use domain::{
    metric::Predicate,
    time::{Instant, Range},
};
use rustc_hash::FxHashMap;

use super::PAUSE;
use crate::analysis::Act;

/// A session.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::analysis) struct Session<T> {
    /// Number of the person.
    pub(in crate::analysis) person: u32,
    /// The first event.
    pub(in crate::analysis) began: Instant,
    /// The last event so far.
    pub(in crate::analysis) last: Instant,
    /// How many sessions it stands for.
    pub(in crate::analysis) weight: f64,
    /// What the analysis keeps of it.
    pub(in crate::analysis) kept: T,
}

/// The sessions that are under way.
pub(in crate::analysis) struct Tracker<T> {
    span: Range,
    open: FxHashMap<u32, Session<T>>,
    swept: Instant,
}

impl<T: Default> Tracker<T> {
    /// Returns one that knows of no session; those that begin in `span` count.
    pub(in crate::analysis) fn new(span: Range) -> Self {
        Self {
            span,
            open: FxHashMap::default(),
            swept: Instant::MIN,
        }
    }

    /// Takes the next event, and hands over counted sessions that have ended. Returns the one that the
    /// event belongs to, if that counts.
    pub(in crate::analysis) fn take(
        &mut self,
        act: &Act,
        mut ended: impl FnMut(Session<T>),
    ) -> Option<&mut Session<T>> {
        let person = act.person.filter(|_| Predicate::ACTIVITY.holds(act))?;
        let (span, now) = (self.span, act.timestamp);
        let is_over = |session: &Session<T>| session.last.plus_millis(PAUSE) < now;
        if self.swept.plus_millis(PAUSE) < now {
            self.swept = now;
            let over = self.open.extract_if(|_, session| is_over(session));
            over.map(|(_, session)| session)
                .filter(|session| span.contains(session.began))
                .for_each(&mut ended);
        }
        let begin = || Session {
            person,
            began: now,
            last: now,
            weight: act.weight,
            kept: T::default(),
        };
        let session = self.open.entry(person).or_insert_with(begin);
        if is_over(session) {
            let before = std::mem::replace(session, begin());
            if span.contains(before.began) {
                ended(before);
            }
        }
        session.last = now;
        span.contains(session.began).then_some(session)
    }

    /// Returns the counted sessions that have not ended.
    pub(in crate::analysis) fn finish(self) -> impl Iterator<Item = Session<T>> {
        let span = self.span;
        let rest = self.open.into_values();
        rest.filter(move |session| span.contains(session.began))
    }
}
