//! Who answers whom.

use std::{hash::Hasher, sync::Arc};

use domain::time::Range;
use roaring::RoaringTreemap;
use rustc_hash::FxHashSet;

use super::{About, Counted, InContext, Replies, Said};

/// The analysis of who answers whom, by responses.
#[derive(Debug, Clone)]
pub struct Reciprocity {
    about: About,
    known: Arc<Known>,
    /// Who responded to whom beside those.
    answers: FxHashSet<u64>,
}

/// Who responded to whom, in little memory.
#[derive(Debug, Clone, Default)]
struct Known {
    answers: RoaringTreemap,
    mutual: u64,
}

/// Answers that are put away together.
const MOST_LOOSE: usize = 500_000;

/// Who answered whom.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Answers {
    /// Pairs of people with at least one response between them.
    pub pairs: u64,
    /// Pairs of whom each responded to the other.
    pub mutual: u64,
}

const fn reverse(answer: u64) -> u64 {
    answer.rotate_left(32)
}

impl Known {
    fn add(&mut self, mut answers: Vec<u64>) {
        answers.sort_unstable();
        for answer in answers {
            if self.answers.insert(answer) && self.answers.contains(reverse(answer)) {
                self.mutual += 1;
            }
        }
    }
}

impl Reciprocity {
    /// Puts answers away, unless what is put away already belongs to others as well.
    fn put_away(&mut self) {
        if let Some(known) = Arc::get_mut(&mut self.known) {
            known.add(self.answers.drain().collect());
        }
    }

    /// Returns the analysis.
    pub fn new(about: About) -> Self {
        Self {
            about,
            known: Arc::default(),
            answers: FxHashSet::default(),
        }
    }
}

impl InContext for Reciprocity {
    type Kept = Replies;
    type Outcome = Answers;

    fn about(&self) -> &About {
        &self.about
    }

    fn shape(&self, _shape: &mut impl Hasher) {}

    fn over(&self, range: Range) -> Self {
        Self::new(self.about.over(range))
    }

    fn take(&mut self, replies: &Replies, counted: &Counted) {
        let (range, end) = (self.about.range, self.about.end);
        replies.each(counted, range, end, &mut |said| {
            if let Said::Response(response) = said {
                let (author, to) = (response.message.author, response.to.author);
                self.answers.insert(u64::from(author) << 32 | u64::from(to));
            }
        });
        if self.answers.len() > MOST_LOOSE {
            self.put_away();
        }
    }

    fn keep(&mut self) -> usize {
        self.put_away();
        self.known.answers.serialized_size()
    }

    fn resume(&mut self, kept: &Self) {
        self.known = Arc::clone(&kept.known);
    }

    fn finish(self) -> Answers {
        let Known { answers, mutual } = self.known.as_ref();
        let new = self
            .answers
            .iter()
            .filter(|answer| !answers.contains(**answer));
        let (mut loose, mut both, mut other) = (0, 0, 0);
        for answer in new {
            loose += 1;
            // A pair of which both are new is met twice.
            both += u64::from(
                self.answers.contains(&reverse(*answer)) && !answers.contains(reverse(*answer)),
            );
            other += u64::from(answers.contains(reverse(*answer)));
        }
        let mutual = mutual + both / 2 + other;
        Answers {
            pairs: answers.len() + loose - mutual,
            mutual,
        }
    }
}
