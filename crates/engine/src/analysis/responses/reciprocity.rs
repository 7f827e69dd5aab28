//! Who answers whom.

use std::{hash::Hasher, sync::Arc};

use domain::time::{Instant, Range};
use roaring::RoaringBitmap;
use rustc_hash::FxHashSet;

use super::{About, Counted, InContext, Replies, Said};

/// The analysis of who answers whom, by responses.
#[derive(Debug, Clone)]
pub struct Reciprocity {
    about: About,
    known: Arc<Known>,
    /// Who responded to whom beside those.
    answers: FxHashSet<(u32, u32)>,
}

/// Who responded to whom, in little memory.
#[derive(Debug, Clone, Default)]
struct Known {
    /// To whom each person responded, by number.
    answers: Vec<RoaringBitmap>,
    count: u64,
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

impl Known {
    fn contains(&self, (author, to): (u32, u32)) -> bool {
        let answers = self.answers.get(author as usize);
        answers.is_some_and(|answers| answers.contains(to))
    }

    fn add(&mut self, (author, to): (u32, u32)) {
        let place = author as usize;
        if place >= self.answers.len() {
            self.answers.resize(place + 1, RoaringBitmap::new());
        }
        if self.answers[place].insert(to) {
            self.count += 1;
            self.mutual += u64::from(self.contains((to, author)));
        }
    }
}

const fn reverse((author, to): (u32, u32)) -> (u32, u32) {
    (to, author)
}

impl Reciprocity {
    /// Puts answers away, unless what is put away already belongs to others as well.
    fn put_away(&mut self) {
        if let Some(known) = Arc::get_mut(&mut self.known) {
            self.answers.drain().for_each(|answer| known.add(answer));
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

    fn over(&self, range: Range, end: Instant) -> Self {
        Self::new(self.about.over(range, end))
    }

    fn take(&mut self, replies: &Replies, counted: &Counted) {
        let (range, end) = (self.about.range, self.about.end);
        replies.each(counted, range, end, &mut |said| {
            if let Said::Response(response) = said {
                let pair = (response.message.author, response.to.author);
                self.answers.insert(pair);
            }
        });
        if self.answers.len() > MOST_LOOSE {
            self.put_away();
        }
    }

    fn keep(&mut self) -> usize {
        self.put_away();
        let answers = self.known.answers.iter();
        answers
            .map(|answers| size_of::<RoaringBitmap>() + answers.serialized_size())
            .sum()
    }

    fn resume(&mut self, kept: &Self) {
        self.known = Arc::clone(&kept.known);
    }

    fn finish(self) -> Answers {
        let known = self.known.as_ref();
        let new = self.answers.iter().filter(|pair| !known.contains(**pair));
        let (mut count, mut both, mut one) = (0, 0, 0);
        for pair in new {
            count += 1;
            if known.contains(reverse(*pair)) {
                one += 1;
            } else if self.answers.contains(&reverse(*pair)) {
                // Both are new, and each of them is met.
                both += 1;
            }
        }
        let mutual = known.mutual + one + both / 2;
        Answers {
            pairs: known.count + count - mutual,
            mutual,
        }
    }
}
