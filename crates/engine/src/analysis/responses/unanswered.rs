//! Starters that nobody answered.

use domain::time::{Instant, Range};
use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;

use super::{About, Counted, InContext, Message, Replies, Said, Starter};

/// For how long after their first message people are newcomers, in milliseconds.
pub const NEWCOMER_TIME: i64 = 7 * 86_400_000;

/// The analysis of which starters nobody answered.
#[derive(Debug)]
pub struct Unanswered {
    about: About,
    /// The first message of each person since somebody could be a newcomer.
    first: FxHashMap<u32, Instant>,
    wrote_before: RoaringBitmap,
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
            about,
            first: FxHashMap::default(),
            wrote_before,
            found: UnansweredStarters::default(),
        }
    }

    fn add(&mut self, starter: &Starter) {
        self.found.starters += 1;
        if starter.is_unanswered(self.about.end) {
            self.found.unanswered.push(UnansweredStarter {
                message: starter.message,
                is_newcomer: false,
            });
        } else if starter.answer.is_none() {
            self.found.waiting += 1;
        }
    }
}

impl InContext for Unanswered {
    type Kept = Replies;
    type Outcome = UnansweredStarters;

    fn about(&self) -> About {
        let from = self.about.range.from().plus_millis(-NEWCOMER_TIME);
        About {
            range: Range::new(from, self.about.range.to()),
            ..self.about.clone()
        }
    }

    fn take(&mut self, replies: &Replies, counted: &Counted) {
        let (range, end) = (self.about.range, self.about.end);
        for (person, message) in replies.firsts(end) {
            let first = self.first.entry(person).or_insert(message.at);
            *first = message.at.min(*first);
        }
        replies.each(counted, range, end, &mut |said| {
            if let Said::Starter(starter) = said {
                self.add(&starter);
            }
        });
    }

    fn finish(self) -> UnansweredStarters {
        let mut found = self.found;
        for starter in &mut found.unanswered {
            let Message { author, at, .. } = starter.message;
            let first = self.first.get(&author);
            let is_recent = first.is_some_and(|first| at <= first.plus_millis(NEWCOMER_TIME));
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
