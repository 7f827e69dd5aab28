//! From events in order of time to the sessions of each day.

use domain::time::{Instant, Range};

use super::{LONGEST, Session, Sessions, Tracker, tracker};
use crate::analysis::{About, Act, Ordered, OrderedScan};

/// The analysis that makes [`Sessions`] of each of some days, and hands them over in order of time.
pub struct SessionsByDay<F> {
    about: About,
    days: Vec<(Range, Vec<Session>)>,
    tracker: Tracker<Seen>,
    take: F,
}

/// What is seen of a session.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    is_bot: bool,
    /// The last event that counts, and the least weight; once there was one.
    so_far: Option<(Instant, f64)>,
}

impl<F: FnMut(Range, Sessions)> SessionsByDay<F> {
    /// Returns the analysis of the sessions that begin in a range, which is cut into `days`: ascending, one after
    /// the other, none longer than some weeks.
    pub fn new(about: About, days: Vec<Range>, take: F) -> Self {
        Self {
            tracker: Tracker::new(about.range),
            about,
            days: days.into_iter().map(|day| (day, Vec::new())).collect(),
            take,
        }
    }
}

/// Notes a session that has ended.
fn note(days: &mut [(Range, Vec<Session>)], ended: tracker::Session<Seen>) {
    let place = days.partition_point(|(day, _)| day.to() <= ended.began);
    let day = days.get_mut(place);
    if let Some((_, sessions)) = day.filter(|(day, _)| day.contains(ended.began)) {
        let (last, people) = ended.kept.so_far.unwrap_or((ended.began, ended.weight));
        sessions.push(Session {
            person: ended.person,
            began: ended.began,
            last,
            is_bot: ended.kept.is_bot,
            weight: ended.weight,
            people,
        });
    }
}

impl<F: FnMut(Range, Sessions)> Ordered for SessionsByDay<F> {
    type Outcome = ();

    fn scan(&self) -> OrderedScan {
        self.about.scan()
    }

    fn take(&mut self, acts: &[Act]) {
        let days = &mut self.days;
        for act in acts {
            let session = self.tracker.take(act, |ended| note(days, ended));
            let Some(session) = session else { continue };
            session.kept.is_bot |= act.is_bot;
            if act.timestamp < session.began.plus_millis(LONGEST) {
                let least = session.kept.so_far.map_or(act.weight, |(_, least)| least);
                session.kept.so_far = Some((act.timestamp, least.min(act.weight)));
            }
        }
    }

    fn finish(mut self) {
        for session in self.tracker.finish() {
            note(&mut self.days, session);
        }
        for (day, sessions) in self.days {
            (self.take)(day, Sessions::new(day.from(), sessions));
        }
    }
}
