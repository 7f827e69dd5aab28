//! Who answers whom.

use std::collections::HashSet;

use super::{About, Counted, InContext, Replies, Said};

/// The analysis of who answers whom, by responses.
#[derive(Debug)]
pub struct Reciprocity {
    about: About,
    /// Who responded to whom.
    answers: HashSet<(u32, u32)>,
}

/// Who answered whom.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Answers {
    /// Pairs of people with at least one response between them.
    pub pairs: u64,
    /// Pairs of whom each responded to the other.
    pub mutual: u64,
}

impl Reciprocity {
    /// Returns the analysis.
    pub fn new(about: About) -> Self {
        Self {
            about,
            answers: HashSet::new(),
        }
    }
}

impl InContext for Reciprocity {
    type Kept = Replies;
    type Outcome = Answers;

    fn about(&self) -> About {
        self.about.clone()
    }

    fn take(&mut self, replies: &Replies, counted: &Counted) {
        let (range, end) = (self.about.range, self.about.end);
        replies.each(counted, range, end, &mut |said| {
            if let Said::Response(response) = said {
                let pair = (response.message.author, response.to.author);
                self.answers.insert(pair);
            }
        });
    }

    fn finish(self) -> Answers {
        let answers = self.answers.iter();
        let mutual = answers.filter(|(one, other)| self.answers.contains(&(*other, *one)));
        // Each of these is there both ways.
        let mutual = mutual.count() as u64 / 2;
        Answers {
            pairs: self.answers.len() as u64 - mutual,
            mutual,
        }
    }
}
