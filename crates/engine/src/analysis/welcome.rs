//! How the first messages of people are answered.
//!
//! 1. The first message of a person is the first within the range that is looked at.
//! 2. It is answered by the first message of somebody else after it in the same thread, or in the same
//!    channel where it is in no thread, within 24 hours.

use std::collections::HashMap;

use domain::{
    event::Kind,
    filter::{Field, Filter},
    id::{Key64, WorkspaceId},
    metric::Predicate,
    query::Population,
    time::{Instant, Range},
};
use rustc_hash::FxHashMap;

use super::{Act, Ordered, OrderedScan};

/// Longest time to an answer, in milliseconds.
const WITHIN: i64 = 24 * 3_600_000;

/// How the first messages of people are answered.
#[derive(Debug)]
pub struct Welcome {
    workspace: WorkspaceId,
    range: Range,
    firsts: FxHashMap<u32, FirstMessage>,
    /// Whose first messages wait for an answer, by where.
    waiting: HashMap<Place, Vec<u32>>,
}

/// The first message of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FirstMessage {
    /// When it was written.
    pub at: Instant,
    /// In which channel, by number.
    pub channel: Option<u32>,
    /// When somebody answered, and who, by number.
    pub answer: Option<(Instant, u32)>,
}

/// Where messages answer each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Place {
    Thread(Key64),
    Channel(u32),
}

impl Welcome {
    /// Returns the analysis of the messages of a range.
    pub fn new(workspace: WorkspaceId, range: Range) -> Self {
        Self {
            workspace,
            range,
            firsts: FxHashMap::default(),
            waiting: HashMap::new(),
        }
    }

    /// Answers the first messages of others that wait in a place.
    fn answer(&mut self, place: Place, by: u32, at: Instant) {
        let Some(waiting) = self.waiting.get_mut(&place) else {
            return;
        };
        let firsts = &mut self.firsts;
        waiting.retain(|person| {
            let Some(first) = firsts.get_mut(person) else {
                return false;
            };
            let is_late = at > first.at.plus_millis(WITHIN);
            if !is_late && *person != by {
                first.answer = Some((at, by));
            }
            *person == by && !is_late
        });
        if waiting.is_empty() {
            self.waiting.remove(&place);
        }
    }

    fn message(&mut self, act: &Act, person: u32) {
        let thread = act.thread.map(Place::Thread);
        let channel = act.channel.map(Place::Channel);
        for place in [thread, channel].into_iter().flatten() {
            self.answer(place, person, act.timestamp);
        }
        if self.firsts.contains_key(&person) {
            return;
        }
        let first = FirstMessage {
            at: act.timestamp,
            channel: act.channel,
            answer: None,
        };
        self.firsts.insert(person, first);
        if let Some(place) = thread.or(channel) {
            self.waiting.entry(place).or_default().push(person);
        }
    }
}

impl Ordered for Welcome {
    type Outcome = Vec<(u32, FirstMessage)>;

    fn scan(&self) -> OrderedScan {
        let kinds = [Kind::MessageSent, Kind::ThreadReply];
        let kinds = kinds.map(|kind| kind.name().to_owned());
        OrderedScan {
            workspace: self.workspace.clone(),
            range: self.range,
            // Bots never answer.
            population: Population::People,
            filter: Filter::Is(Field::EventType, kinds.to_vec()),
            with_messages: false,
            property: None,
            marks: Vec::new(),
        }
    }

    fn take(&mut self, acts: &[Act]) {
        for act in acts {
            if let Some(person) = act.person
                && Predicate::MESSAGES.holds(act)
            {
                self.message(act, person);
            }
        }
    }

    /// Returns the first message of everybody who wrote any, in any order.
    fn finish(self) -> Self::Outcome {
        self.firsts.into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    const HOUR: i64 = 3_600_000;

    fn message(hour: i64, person: u32, channel: u32, thread: Option<i64>) -> Act {
        Act {
            timestamp: Instant::from_millis(hour * HOUR),
            kind: Kind::MessageSent.code(),
            message_type: None,
            is_reply: false,
            person: Some(person),
            channel: Some(channel),
            thread: thread.map(Key64),
            session: None,
            message: None,
            is_bot: false,
            weight: 1.0,
            property: None,
            marks: 0,
        }
    }

    fn welcome(acts: &[Act]) -> BTreeMap<u32, FirstMessage> {
        let mut welcome = Welcome::new(WorkspaceId::default(), Range::ALL);
        // In two parts, as a scan hands them over.
        let (left, right) = acts.split_at(acts.len() / 2);
        welcome.take(left);
        welcome.take(right);
        welcome.finish().into_iter().collect()
    }

    #[test]
    fn worked_by_hand() {
        let acts = [
            message(0, 1, 7, None),
            // Writing on answers nobody, and is no first message.
            message(1, 1, 7, None),
            // In a thread only the thread answers; this answers 1.
            message(2, 2, 7, Some(9)),
            message(3, 3, 7, None),
            message(4, 1, 8, Some(9)),
            // 24 hours later, to the millisecond; and one hour later than that.
            message(27, 2, 7, None),
            message(30, 4, 6, None),
            message(55, 1, 6, None),
        ];
        let found = welcome(&acts);
        let at = |hour: i64| Instant::from_millis(hour * HOUR);
        let expected = BTreeMap::from([
            (1, (0, 7, Some((2, 2)))),
            (2, (2, 7, Some((4, 1)))),
            (3, (3, 7, Some((27, 2)))),
            (4, (30, 6, None)),
        ]);
        let expected = expected
            .into_iter()
            .map(|(person, (hour, channel, answer))| {
                let first = FirstMessage {
                    at: at(hour),
                    channel: Some(channel),
                    answer: answer.map(|(hour, by)| (at(hour), by)),
                };
                (person, first)
            });
        assert_eq!(found, expected.collect());
    }

    proptest! {
        #[test]
        fn everybody_is_answered_as_the_definition_says(
            messages in prop::collection::vec((0i64..8, 0u32..5, 0u32..3, prop::option::of(0i64..3)), 0..40),
        ) {
            let mut hour = 0;
            let acts: Vec<Act> = messages
                .into_iter()
                .map(|(pause, person, channel, thread)| {
                    hour += pause * pause;
                    message(hour, person, channel, thread)
                })
                .collect();
            let mut expected = BTreeMap::new();
            for person in 0..5 {
                let Some(place) = acts.iter().position(|act| act.person == Some(person)) else {
                    continue;
                };
                let first = &acts[place];
                let answers = |act: &&Act| {
                    let is_there = match first.thread {
                        Some(thread) => act.thread == Some(thread),
                        None => act.channel == first.channel,
                    };
                    let wait = act.timestamp.as_millis() - first.timestamp.as_millis();
                    is_there && act.person != Some(person) && wait <= WITHIN
                };
                let answer = acts[place + 1..].iter().find(answers);
                expected.insert(person, FirstMessage {
                    at: first.timestamp,
                    channel: first.channel,
                    answer: answer.map(|act| (act.timestamp, act.person.unwrap())),
                });
            }
            prop_assert_eq!(welcome(&acts), expected);
        }
    }
}
