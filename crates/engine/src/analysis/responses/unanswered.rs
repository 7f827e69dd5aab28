//! Starters that nobody answered.

use domain::{
    metric::Predicate,
    time::{Instant, Range},
};
use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;

use super::{About, Conversations, Message, Said, Starter};
use crate::analysis::{Act, Ordered, OrderedScan};

/// For how long after their first message people are newcomers, in milliseconds.
pub const NEWCOMER_TIME: i64 = 7 * 86_400_000;

/// The analysis of which starters nobody answered.
#[derive(Debug)]
pub struct Unanswered {
    conversations: Conversations,
    tally: Tally,
    wrote_before: RoaringBitmap,
}

/// What was seen so far.
#[derive(Debug)]
struct Tally {
    about: About,
    /// The first message of each person in the events looked at.
    first: FxHashMap<u32, Instant>,
    found: UnansweredStarters,
}

/// The starters of a span that nobody answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnansweredStarters {
    /// Those that stay without an answer: of newcomers first, then the one that has waited longest.
    pub unanswered: Vec<UnansweredStarter>,
    /// How many have no answer so far and may still be answered.
    pub waiting: u64,
    /// How many starters there are, with those that are answered.
    pub starters: u64,
}

/// A starter that nobody answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UnansweredStarter {
    /// The message.
    pub message: Message,
    /// Whether its author wrote for the first time ever with it, or in the 7 days before it.
    pub is_newcomer: bool,
}

impl Unanswered {
    /// Returns the analysis; `wrote_before` are those who wrote before somebody could be a newcomer
    /// at the beginning of the span, [`NEWCOMER_TIME`] before it ([`super::WroteBefore`]).
    pub fn new(about: About, wrote_before: RoaringBitmap) -> Self {
        Self {
            conversations: Conversations::default(),
            tally: Tally {
                about,
                first: FxHashMap::default(),
                found: UnansweredStarters::default(),
            },
            wrote_before,
        }
    }
}

impl Ordered for Unanswered {
    type Outcome = UnansweredStarters;

    fn scan(&self) -> OrderedScan {
        let scan = self.tally.about.scan();
        let from = self.tally.about.range.from().plus_millis(-NEWCOMER_TIME);
        OrderedScan {
            range: Range::new(from, scan.range.to()),
            ..scan
        }
    }

    fn take(&mut self, acts: &[Act]) {
        let tally = &mut self.tally;
        for act in acts {
            let is_written = !act.is_bot && Predicate::MESSAGES.holds(act);
            if let Some(person) = act.person.filter(|_| is_written) {
                tally.first.entry(person).or_insert(act.timestamp);
            }
            if let Some(message) = Message::of(act) {
                let say = &mut |said| tally.add(said);
                self.conversations.take(&message, say);
            }
        }
    }

    fn finish(self) -> UnansweredStarters {
        let mut tally = self.tally;
        self.conversations.finish(&mut |said| tally.add(said));
        let Tally {
            first, mut found, ..
        } = tally;
        for starter in &mut found.unanswered {
            let Message { author, at, .. } = starter.message;
            let is_recent = first
                .get(&author)
                .is_some_and(|first| at <= first.plus_millis(NEWCOMER_TIME));
            starter.is_newcomer = is_recent && !self.wrote_before.contains(author);
        }
        found.unanswered.sort_unstable_by_key(|starter| {
            let Message {
                at,
                channel,
                thread,
                key,
                author,
                ..
            } = starter.message;
            (!starter.is_newcomer, at, channel, thread, key, author)
        });
        found
    }
}

impl Tally {
    fn add(&mut self, said: Said) {
        let Said::Starter(starter) = said else {
            return;
        };
        let Starter { message, answer } = starter;
        if !self.about.holds(&message) {
            return;
        }
        self.found.starters += 1;
        if starter.is_unanswered(self.about.end) {
            self.found.unanswered.push(UnansweredStarter {
                message,
                is_newcomer: false,
            });
        } else if answer.is_none() {
            self.found.waiting += 1;
        }
    }
}
