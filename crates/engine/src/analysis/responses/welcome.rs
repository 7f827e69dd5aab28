//! How the first messages of people are answered.

use std::hash::Hasher;

use domain::{
    id::WorkspaceId,
    time::{Instant, Range},
};
use rustc_hash::FxHashMap;

use super::{ANSWER_TIME, About, Counted, InContext, Replies};
use crate::analysis::Digest;

/// The analysis of the first message of each person on the local days of a range, and of the first message
/// of another person after it in a conversation that it is in or begins.
#[derive(Debug, Clone)]
pub struct Welcome {
    about: About,
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
    /// Returns the analysis of the messages of a range, as they are seen at `end`.
    pub fn new(workspace: WorkspaceId, range: Range, end: Instant) -> Self {
        Self {
            about: About {
                end,
                ..About::whole(Digest::Replies, workspace, range)
            },
            firsts: FxHashMap::default(),
        }
    }
}

impl InContext for Welcome {
    type Kept = Replies;
    type Outcome = Vec<(u32, FirstMessage)>;

    fn about(&self) -> &About {
        &self.about
    }

    fn shape(&self, _shape: &mut impl Hasher) {}

    fn over(&self, range: Range, end: Instant) -> Self {
        Self {
            about: self.about.over(range, end),
            firsts: FxHashMap::default(),
        }
    }

    fn take(&mut self, replies: &Replies, _counted: &Counted) {
        for (person, first) in replies.firsts(self.about.end) {
            let known = self.firsts.entry(person).or_insert(first);
            if first.at < known.at {
                *known = first;
            }
        }
    }

    fn keep(&mut self) -> usize {
        self.firsts.shrink_to_fit();
        self.firsts.capacity() * size_of::<(u32, FirstMessage)>()
    }

    fn resume(&mut self, kept: &Self) {
        self.firsts.clone_from(&kept.firsts);
    }

    /// Returns the first message of everybody who wrote any, in any order.
    fn finish(self) -> Self::Outcome {
        self.firsts.into_iter().collect()
    }
}
