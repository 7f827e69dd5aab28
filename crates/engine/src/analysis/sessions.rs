//! Sessions: runs of events of a person without a long pause.
//!
//! 1. A session is a longest run of events that a person caused in which none comes more than
//!    [`PAUSE`] milliseconds after the one before. Its length is the time from the first to the last.
//! 2. It belongs to the instant at which it begins, however long it goes on: over midnight and over
//!    the end of a span it is one session.
//! 3. Whoever asks about a span reads from [`PAUSE`] before it: an event of that time is what tells
//!    that the first one in the span goes on with a session of before, which is not counted here. It is
//!    read up to [`LOOK_AHEAD`] after the span, at most to the present, so that sessions that begin in
//!    it have their whole length; of one that goes on longer, the rest is not seen.
//! 4. Memory holds the people with an event within the last hour or less.

use domain::{
    filter::Filter,
    id::WorkspaceId,
    metric::Predicate,
    query::Population,
    time::{Instant, Range},
};
use rustc_hash::FxHashMap;

use super::{Act, Ordered, OrderedScan};
use crate::rollup::WeightedSet;

/// Longest time between two events of a session, in milliseconds.
pub const PAUSE: i64 = 30 * 60 * 1000;
/// How long after the end of a span sessions that begin in it are followed, in milliseconds.
pub const LOOK_AHEAD: i64 = 24 * 60 * 60 * 1000;

/// Returns what has to be read to know the sessions that begin in a span.
pub(super) fn read_for(span: Range, as_of: Instant) -> Range {
    if span.is_empty() {
        return span;
    }
    let end = span.to().plus_millis(LOOK_AHEAD).min(as_of);
    Range::new(span.from().plus_millis(-PAUSE), end.max(span.to()))
}

/// A session.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Session<T> {
    /// Number of the person.
    pub(super) person: u32,
    /// The first event.
    pub(super) began: Instant,
    /// The last event so far.
    pub(super) last: Instant,
    /// How many sessions it stands for.
    pub(super) weight: f64,
    /// What the analysis keeps of it.
    pub(super) kept: T,
}

/// The sessions that are under way.
pub(super) struct Tracker<T> {
    span: Range,
    open: FxHashMap<u32, Session<T>>,
    swept: Instant,
}

impl<T: Default> Tracker<T> {
    /// Returns one that knows of no session; those that begin in `span` count.
    pub(super) fn new(span: Range) -> Self {
        Self {
            span,
            open: FxHashMap::default(),
            swept: Instant::MIN,
        }
    }

    /// Takes the next event, and hands over counted sessions that have ended. Returns the one that the
    /// event belongs to, if that counts.
    pub(super) fn take(
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
    pub(super) fn finish(self) -> impl Iterator<Item = Session<T>> {
        let span = self.span;
        let rest = self.open.into_values();
        rest.filter(move |session| span.contains(session.began))
    }
}

/// How many sessions begin in a span and in each part of it, and how long they are.
pub struct SessionLengths {
    scan: OrderedScan,
    /// Where the parts begin, ascending.
    starts: Vec<Instant>,
    tracker: Tracker<()>,
    parts: Vec<Part>,
    people: WeightedSet,
}

/// Sessions of a span.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SessionNumbers {
    /// Sessions that begin in it.
    pub sessions: f64,
    /// The median of their lengths in milliseconds; of an even number of sessions, the mean of the two
    /// in the middle.
    pub median_millis: Option<f64>,
}

/// Sessions of a span and of its parts.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SessionSummary {
    /// Those of the whole span.
    pub all: SessionNumbers,
    /// People with at least one session.
    pub people: f64,
    /// Those of each part.
    pub parts: Vec<SessionNumbers>,
}

/// Lengths of the sessions of a part, each with its weight.
type Part = Vec<(i64, f64)>;

impl SessionLengths {
    /// Returns the question about the sessions that begin in `span`, as they are seen at `as_of`;
    /// `starts` is where the parts of it begin, ascending, the first of them no later than the span.
    pub fn new(
        workspace: WorkspaceId,
        (population, filter): (Population, Filter),
        (span, as_of): (Range, Instant),
        starts: Vec<Instant>,
    ) -> Self {
        Self {
            scan: OrderedScan {
                workspace,
                range: read_for(span, as_of),
                population,
                filter,
                with_messages: false,
                property: None,
                marks: Vec::new(),
            },
            parts: vec![Part::new(); starts.len()],
            starts,
            tracker: Tracker::new(span),
            people: WeightedSet::default(),
        }
    }
}

/// Counts a session in the part that it begins in.
fn count(parts: &mut [Part], starts: &[Instant], session: Session<()>) {
    let place = starts.partition_point(|start| *start <= session.began);
    if let Some(part) = place.checked_sub(1).and_then(|place| parts.get_mut(place)) {
        let length = session.last.as_millis() - session.began.as_millis();
        part.push((length, session.weight));
    }
}

impl Ordered for SessionLengths {
    type Outcome = SessionSummary;

    fn scan(&self) -> OrderedScan {
        self.scan.clone()
    }

    fn take(&mut self, acts: &[Act]) {
        let (parts, starts) = (&mut self.parts, &self.starts);
        for act in acts {
            let ended = |session| count(parts, starts, session);
            let session = self.tracker.take(act, ended);
            if let Some(session) = session {
                self.people.insert(session.person, act.weight);
            }
        }
    }

    fn finish(mut self) -> SessionSummary {
        for session in self.tracker.finish() {
            count(&mut self.parts, &self.starts, session);
        }
        let numbers = |part: &mut Part| SessionNumbers {
            sessions: part.iter().map(|(_, weight)| weight).sum(),
            median_millis: median(part),
        };
        SessionSummary {
            parts: self.parts.iter_mut().map(numbers).collect(),
            all: numbers(&mut self.parts.concat()),
            people: self.people.total(),
        }
    }
}

/// Returns the median of values with weights, and sorts them: where the weights below and above are
/// equal, the mean of the two values beside the middle.
pub(super) fn median(values: &mut [(i64, f64)]) -> Option<f64> {
    values.sort_unstable_by_key(|(value, _)| *value);
    let half = values.iter().map(|(_, weight)| weight).sum::<f64>() / 2.0;
    let mut below = 0.0;
    let mut values = values.iter();
    while let Some((value, weight)) = values.next() {
        below += weight;
        if below > half {
            return Some(*value as f64);
        }
        // Weights are whole numbers of 2⁻²⁰, so sums of them are exact.
        if below.total_cmp(&half).is_eq() {
            let after = values.next().map_or(*value, |(after, _)| *after);
            return Some(*value as f64 / 2.0 + after as f64 / 2.0);
        }
    }
    None
}
