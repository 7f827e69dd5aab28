//! Who answers whom, and whether newcomers are answered.
//!
//! 1. A conversation is a thread, with the message that it begins with, or the messages of a channel
//!    that are in no thread.
//! 2. A message answers the one right before it in its conversation, when that is by another person and at
//!    most 24 hours old. This is the message whose gap is a response time: no message of the author stands
//!    between.
//! 3. Two people answer each other when each answered the other at least once; **reciprocity** is the
//!    share of these among the pairs with any answer between them.
//! 4. A newcomer's first message is answered when another person writes in its conversation, or in the
//!    thread that it begins, at most 24 hours later. One that is not answered is open until these are over.
//!
//! Bots neither answer nor are answered.

use std::collections::{HashMap, HashSet};

use domain::{
    filter::Filter,
    id::{Key64, WorkspaceId},
    metric::Metric,
    query::Population,
    time::{Instant, Range},
};
use jiff::tz::TimeZone;
use roaring::RoaringBitmap;

use super::{Act, Analysis, Material, Needs, Ordered, OrderedScan, SetOf};

/// After how many milliseconds nothing is an answer any more.
const DAY: i64 = 86_400_000;
/// Conversations that are kept at least, before those that are over are forgotten.
const FEWEST_KEPT: usize = 4_096;

/// Who wrote before an instant, wherever it was.
#[derive(Debug, Clone)]
pub struct WroteBefore {
    /// Whose chat.
    pub workspace: WorkspaceId,
    /// In whose local days.
    pub zone: TimeZone,
    /// Before when.
    pub before: Instant,
}

impl Analysis for WroteBefore {
    type Outcome = RoaringBitmap;

    fn needs(&self) -> Needs {
        Needs {
            workspace: self.workspace.clone(),
            population: Population::People,
            zone: self.zone.clone(),
            sign_ups: None,
            from_events: false,
            only: None,
            sets: vec![SetOf {
                metric: Metric::Posters,
                range: Range::before(self.before),
            }],
        }
    }

    fn run(&self, material: &Material) -> RoaringBitmap {
        let days = material.sets.iter().flat_map(|days| days.values());
        days.fold(RoaringBitmap::new(), |all, day| {
            all | day.everybody().as_ref()
        })
    }
}

/// Who answers whom in a span, and whether newcomers are answered.
#[derive(Debug)]
pub struct Replies {
    workspace: WorkspaceId,
    span: Range,
    as_of: Instant,
    filter: Filter,
    /// Who wrote before the span; `None` where newcomers are not asked for.
    known: Option<RoaringBitmap>,
    /// The last message of each conversation.
    last: HashMap<Place, (Instant, u32)>,
    /// How many conversations may be kept before those that are over are forgotten.
    most_kept: usize,
    /// Who answered whom.
    answers: HashSet<(u32, u32)>,
    newcomers: HashMap<u32, First>,
    /// Whose first messages wait for an answer in a conversation.
    waiting: HashMap<Place, Vec<u32>>,
}

/// A conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Place {
    Thread(Key64),
    Channel(u32),
}

/// A first message.
#[derive(Debug, Clone, Copy)]
struct First {
    at: Instant,
    is_answered: bool,
}

/// Who answered whom.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Answered {
    /// Pairs of people with at least one answer between them.
    pub pairs: u64,
    /// Pairs of whom each answered the other.
    pub mutual: u64,
    /// People who wrote for the first time; `None` where they were not asked for.
    pub newcomers: Option<Newcomers>,
}

/// People who wrote for the first time in a span.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Newcomers {
    /// How many there are.
    pub people: u64,
    /// Whose first message was answered.
    pub answered: u64,
    /// Whose first message was not answered, and may still be.
    pub open: u64,
}

impl Replies {
    /// Returns the analysis of a span as of an instant; `known` are those who wrote before, where
    /// newcomers are asked for. Which messages count says `filter`.
    pub fn new(
        workspace: WorkspaceId,
        span: Range,
        as_of: Instant,
        filter: Filter,
        known: Option<RoaringBitmap>,
    ) -> Self {
        Self {
            workspace,
            span,
            as_of,
            filter,
            known,
            last: HashMap::new(),
            most_kept: FEWEST_KEPT,
            answers: HashSet::new(),
            newcomers: HashMap::new(),
            waiting: HashMap::new(),
        }
    }

    fn message(&mut self, at: Instant, person: u32, place: Option<Place>, begins: Option<Place>) {
        if let Some(place) = place {
            self.welcome(at, person, place);
            if let Some((then, author)) = self.last.insert(place, (at, person))
                && author != person
                && is_within_a_day(then, at)
                && self.span.contains(at)
            {
                self.answers.insert((person, author));
            }
        }
        if let Some(begins) = begins {
            self.last.insert(begins, (at, person));
        }
        if self.is_newcomer(person) && self.span.contains(at) {
            let first = First {
                at,
                is_answered: false,
            };
            self.newcomers.insert(person, first);
            for place in place.into_iter().chain(begins) {
                self.waiting.entry(place).or_default().push(person);
            }
        }
        if self.last.len() > self.most_kept {
            self.last.retain(|_, (then, _)| is_within_a_day(*then, at));
            self.most_kept = FEWEST_KEPT.max(self.last.len() * 2);
        }
    }

    fn is_newcomer(&self, person: u32) -> bool {
        let known = self.known.as_ref();
        known.is_some_and(|known| !known.contains(person)) && !self.newcomers.contains_key(&person)
    }

    /// Answers those who wait in a conversation for somebody else.
    fn welcome(&mut self, at: Instant, person: u32, place: Place) {
        let Some(waiting) = self.waiting.get_mut(&place) else {
            return;
        };
        waiting.retain(|newcomer| {
            if *newcomer == person {
                return true;
            }
            if let Some(first) = self.newcomers.get_mut(newcomer) {
                first.is_answered |= is_within_a_day(first.at, at);
            }
            false
        });
        if waiting.is_empty() {
            self.waiting.remove(&place);
        }
    }
}

fn is_within_a_day(earlier: Instant, later: Instant) -> bool {
    later <= earlier.plus_millis(DAY)
}

impl Ordered for Replies {
    type Outcome = Answered;

    /// Looks at a day more on both sides: what is answered may lie before, and answers after.
    fn scan(&self) -> OrderedScan {
        let (from, to) = (self.span.from(), self.span.to());
        let to = if self.known.is_some() {
            to.plus_millis(DAY + 1).min(self.as_of)
        } else {
            to
        };
        OrderedScan {
            workspace: self.workspace.clone(),
            range: Range::new(from.plus_millis(-DAY), to.max(from)),
            population: Population::People,
            filter: self.filter.clone(),
            with_messages: true,
            property: None,
            marks: Vec::new(),
        }
    }

    fn take(&mut self, acts: &[Act]) {
        let messages = Metric::Messages.definition().predicate;
        for act in acts.iter().filter(|act| messages.holds(*act)) {
            let Some(person) = act.person else { continue };
            let place = match (act.thread, act.channel) {
                (Some(thread), _) => Some(Place::Thread(thread)),
                (None, Some(channel)) => Some(Place::Channel(channel)),
                (None, None) => None,
            };
            let begins = match act.thread {
                None => act.message.map(Place::Thread),
                Some(_) => None,
            };
            self.message(act.timestamp, person, place, begins);
        }
    }

    fn finish(self) -> Answered {
        let answered = self.answers.iter();
        let mutual = answered.filter(|(one, other)| self.answers.contains(&(*other, *one)));
        // Each of these is there both ways.
        let mutual = mutual.count() as u64 / 2;
        let firsts = || self.newcomers.values();
        let is_open =
            |first: &&First| !first.is_answered && first.at.plus_millis(DAY) >= self.as_of;
        Answered {
            pairs: self.answers.len() as u64 - mutual,
            mutual,
            newcomers: self.known.as_ref().map(|_| Newcomers {
                people: firsts().count() as u64,
                answered: firsts().filter(|first| first.is_answered).count() as u64,
                open: firsts().filter(is_open).count() as u64,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use domain::event::Kind;

    use super::*;

    const HOUR: i64 = 3_600_000;

    /// Returns a message of a person at an hour: in a channel, or in the thread of a message.
    fn message(hour: i64, person: u32, id: &str, thread: Option<&str>) -> Act {
        Act {
            timestamp: Instant::from_millis(hour * HOUR),
            kind: Kind::MessageSent.code(),
            message_type: None,
            is_reply: false,
            person: Some(person),
            channel: Some(1),
            thread: thread.map(Key64::of),
            session: None,
            message: Some(Key64::of(id)),
            is_bot: false,
            weight: 1.0,
            property: None,
            marks: 0,
        }
    }

    fn outcome(acts: &[Act], hours: [i64; 3], known: Option<&[u32]>) -> Answered {
        let [from, to, as_of] = hours.map(|hour| Instant::from_millis(hour * HOUR));
        let known = known.map(|known| known.iter().copied().collect());
        let workspace = WorkspaceId::default();
        let span = Range::new(from, to);
        let mut replies = Replies::new(workspace, span, as_of, Filter::default(), known);
        for act in acts {
            replies.take(std::slice::from_ref(act));
        }
        replies.finish()
    }

    #[test]
    fn answers_are_to_the_message_right_before() {
        let acts = [
            message(0, 1, "a", None),
            // Answers 1; 3 answers 2 and not 1, and then itself, which is nothing.
            message(1, 2, "b", None),
            message(2, 3, "c", None),
            message(3, 3, "d", None),
            // In the thread of the first message: answers 1, and 1 answers back.
            message(4, 4, "e", Some("a")),
            message(5, 1, "f", Some("a")),
            // A day after the last one in the channel is still an answer, longer is none.
            message(27, 2, "g", None),
            message(52, 3, "h", None),
        ];
        // 2 of 1, 3 of 2, 4 of 1, 1 of 4, and 2 of 3: three pairs, of whom 2 and 3, and 1 and 4 are mutual.
        let all = outcome(&acts, [0, 100, 100], None);
        assert_eq!((all.pairs, all.mutual, all.newcomers), (3, 2, None));
        // An answer counts when it was given: of those from hour 4 on, each is to a message before.
        let later = outcome(&acts, [4, 100, 100], None);
        assert_eq!((later.pairs, later.mutual), (2, 1));
    }

    #[test]
    fn newcomers_are_answered_in_the_channel_or_in_their_thread_within_a_day() {
        let acts = [
            message(0, 1, "a", None),
            // 2 is new, and answered in a thread; 3 writes again itself, and is answered a day later.
            message(1, 2, "b", None),
            message(2, 1, "c", Some("b")),
            message(10, 3, "d", None),
            message(11, 3, "e", None),
            message(34, 1, "f", None),
            // 4 is answered too late, 5 after the span, and 6 not yet.
            message(40, 4, "g", Some("elsewhere")),
            message(65, 1, "h", Some("elsewhere")),
            message(70, 5, "i", Some("i")),
            message(71, 6, "k", Some("k")),
            message(72, 1, "j", Some("i")),
        ];
        let found = outcome(&acts, [1, 72, 80], Some(&[1]));
        let newcomers = Newcomers {
            people: 5,
            answered: 3,
            open: 1,
        };
        assert_eq!(found.newcomers, Some(newcomers));
    }
}
