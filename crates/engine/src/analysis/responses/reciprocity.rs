//! Who answers whom.

use std::collections::HashSet;

use domain::time::Range;

use super::{About, Conversations, Message, Said};
use crate::analysis::{Act, Ordered, OrderedScan};

/// The analysis of who answers whom, by responses.
#[derive(Debug)]
pub struct Reciprocity {
    conversations: Conversations,
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
            conversations: Conversations::default(),
            about,
            answers: HashSet::new(),
        }
    }
}

impl Ordered for Reciprocity {
    type Outcome = Answers;

    /// Looks at nothing after the span: responses are told by what was before.
    fn scan(&self) -> OrderedScan {
        let scan = self.about.scan();
        let range = scan.range.until(self.about.range.to());
        OrderedScan {
            range: Range::new(range.from(), range.to()),
            ..scan
        }
    }

    fn take(&mut self, acts: &[Act]) {
        let Self {
            conversations,
            about,
            answers,
        } = self;
        for message in acts.iter().filter_map(Message::of) {
            conversations.take(&message, &mut |said| {
                if let Said::Response(response) = said
                    && about.holds(&response.message)
                {
                    answers.insert((response.message.author, response.to.author));
                }
            });
        }
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
