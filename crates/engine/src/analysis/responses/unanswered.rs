//! Starters that nobody answered.

use std::hash::Hasher;

use domain::time::{Instant, Range};
use roaring::RoaringBitmap;
use rustc_hash::FxHashMap;

use super::{About, Counted, FirstMessage, InContext, Message, Replies, Said, Starter};

/// For how long after their first message people are newcomers, in milliseconds.
pub const NEWCOMER_TIME: i64 = 7 * 86_400_000;

/// The analysis of which starters nobody answered.
#[derive(Debug, Clone)]
pub struct Unanswered {
    about: About,
    found: UnansweredStarters,
}

/// The starters of a span that nobody answered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnansweredStarters {
    /// Those that stay without an answer, in any order before newcomers are told apart.
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

impl UnansweredStarters {
    /// Tells which are of newcomers, and puts these first, then the one that has waited longest. `firsts` are
    /// the first messages of people since [`NEWCOMER_TIME`] before the span ([`super::Welcome`]), and
    /// `wrote_before` those who wrote before that ([`super::WroteBefore`]).
    pub fn tell_newcomers(
        &mut self,
        firsts: impl IntoIterator<Item = (u32, FirstMessage)>,
        wrote_before: &RoaringBitmap,
    ) {
        let firsts = firsts.into_iter().map(|(person, first)| (person, first.at));
        let firsts: FxHashMap<u32, Instant> = firsts.collect();
        for starter in &mut self.unanswered {
            let Message { author, at, .. } = starter.message;
            let first = firsts.get(&author);
            let is_recent = first.is_some_and(|first| at <= first.plus_millis(NEWCOMER_TIME));
            starter.is_newcomer = is_recent && !wrote_before.contains(author);
        }
        self.unanswered.sort_unstable_by_key(|starter| {
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
    }
}

impl Unanswered {
    /// Returns the analysis.
    pub fn new(about: About) -> Self {
        Self {
            about,
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

    fn about(&self) -> &About {
        &self.about
    }

    fn shape(&self, _shape: &mut impl Hasher) {}

    fn over(&self, range: Range, end: Instant) -> Self {
        Self::new(self.about.over(range, end))
    }

    fn take(&mut self, replies: &Replies, counted: &Counted) {
        let (range, end) = (self.about.range, self.about.end);
        replies.each(counted, range, end, &mut |said| {
            if let Said::Starter(starter) = said {
                self.add(&starter);
            }
        });
    }

    fn keep(&mut self) -> usize {
        self.found.unanswered.shrink_to_fit();
        size_of_val(&self.found.unanswered[..])
    }

    fn resume(&mut self, kept: &Self) {
        self.found.clone_from(&kept.found);
    }

    fn finish(self) -> UnansweredStarters {
        self.found
    }
}
