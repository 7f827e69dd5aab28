//! How the first messages of people are answered.

use domain::{
    filter::Filter,
    id::WorkspaceId,
    metric::Predicate,
    time::{Instant, Range},
};
use rustc_hash::FxHashMap;

use super::{ANSWER_TIME, About, Conversations, Message, Said};
use crate::analysis::{Act, Ordered, OrderedScan};

/// The analysis of the first message of each person within a range, and of the first message of another
/// person after it in a conversation that it is in or begins.
#[derive(Debug)]
pub struct Welcome {
    about: About,
    conversations: Conversations,
    firsts: FxHashMap<u32, FirstMessage>,
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

impl FirstMessage {
    /// Returns whether nobody has answered, and somebody still may.
    pub fn is_waiting(&self, now: Instant) -> bool {
        self.answer.is_none() && now <= self.at.plus_millis(ANSWER_TIME)
    }
}

impl Welcome {
    /// Returns the analysis of the messages of a range: answers after it are not seen.
    pub fn new(workspace: WorkspaceId, range: Range) -> Self {
        Self {
            about: About {
                workspace,
                range,
                end: range.to(),
                counted: Filter::default(),
            },
            conversations: Conversations::default(),
            firsts: FxHashMap::default(),
        }
    }
}

impl Ordered for Welcome {
    type Outcome = Vec<(u32, FirstMessage)>;

    /// Looks at nothing before the range: who wrote then is known otherwise.
    fn scan(&self) -> OrderedScan {
        OrderedScan {
            range: self.about.range,
            ..self.about.scan()
        }
    }

    fn take(&mut self, acts: &[Act]) {
        for act in acts {
            let is_written = !act.is_bot && Predicate::MESSAGES.holds(act);
            let Some(person) = act.person.filter(|_| is_written) else {
                continue;
            };
            let is_first = !self.firsts.contains_key(&person);
            self.firsts.entry(person).or_insert(FirstMessage {
                at: act.timestamp,
                channel: act.channel,
                answer: None,
            });
            let Some(message) = Message::of(act) else {
                continue;
            };
            let firsts = &mut self.firsts;
            let conversations = &mut self.conversations;
            conversations.take_awaiting(&message, |_| is_first, &mut |said| {
                if let Said::Starter(first) = said
                    && let Some(known) = firsts.get_mut(&first.message.author)
                {
                    known.answer = first.answer.map(|answer| (answer.at, answer.author));
                }
            });
        }
    }

    /// Returns the first message of everybody who wrote any, in any order.
    fn finish(self) -> Self::Outcome {
        self.firsts.into_iter().collect()
    }
}
