//! Topics: the key phrases of a message.
//!
//! 1. Words are those of UAX #29, and of a dictionary where a script has no spaces (Chinese,
//!    Japanese, Thai …). Code, links, mentions, hashtags and emoji are none, nor is what looks like a
//!    path, an address or an identifier.
//! 2. Stop words of the message's language and of English, punctuation, and what is no word end a
//!    phrase. Texts that are too short to tell their language are held against the stop words of all.
//! 3. Phrases are the words, the pairs of words and the three words that stand side by side between
//!    these ends; three words only where there are no more.
//! 4. A phrase is shown as it is counted: in lower case, plural folded ([`word::fold`]).
//! 5. Of the phrases of a message the [`MAX_TOPICS`] most distinctive are taken. How distinctive a
//!    phrase is depends on nothing but itself, so that the same phrase is taken from whatever message:
//!    long words, names and numbers weigh more, and ties go by a hash.

mod language;
#[cfg(test)]
mod tests;
mod word;

use twox_hash::XxHash3_64;

pub(super) use self::word::fold;
use self::{
    language::StopWords,
    word::{Token, Word, tokens},
};

/// Most topics taken from one message: what an event takes on disk depends on it.
pub const MAX_TOPICS: usize = 4;

/// Longest topic taken, in bytes.
const MAX_LENGTH: usize = 60;

/// Words that are looked at in one message; what comes after is prose that few read.
const MAX_WORDS: usize = 400;

/// Returns the topics of the prose of a message, the most distinctive first.
pub(super) fn topics(prose: &[&str]) -> Vec<Box<str>> {
    let stop_words = StopWords::of(prose);
    let mut found = Candidates::default();
    let mut run: Vec<Word> = Vec::new();
    let tokens = prose
        .iter()
        .flat_map(|piece| std::iter::once(Token::End).chain(tokens(piece, &stop_words)));
    for token in tokens.take(MAX_WORDS).chain([Token::End]) {
        match token {
            Token::Word(word) => run.push(word),
            Token::End => {
                found.take(&run);
                run.clear();
            }
        }
    }
    found.best()
}

/// Phrases of a message, each with how distinctive it is.
#[derive(Default)]
struct Candidates(Vec<(u32, Box<str>)>);

impl Candidates {
    /// Takes the phrases of words that stand side by side.
    fn take(&mut self, run: &[Word]) {
        for length in 1..=run.len().min(3) {
            if length == 3 && run.len() > 3 {
                break;
            }
            for words in run.windows(length) {
                self.add(words);
            }
        }
    }

    fn add(&mut self, words: &[Word]) {
        let mut phrase = String::new();
        for (index, word) in words.iter().enumerate() {
            if index > 0 && !(word.is_dense && words[index - 1].is_dense) {
                phrase.push(' ');
            }
            phrase.push_str(&word.key);
        }
        let phrase: Box<str> = phrase.into();
        let sum: u32 = words.iter().map(|word| word.weight).sum();
        // In percent: a pair says more than either word, and three words are seldom said again.
        let share = [100, 80, 50][words.len() - 1];
        let is_new = self.0.iter().all(|(_, known)| *known != phrase);
        if is_new && phrase.len() <= MAX_LENGTH {
            self.0.push((sum * share, phrase));
        }
    }

    fn best(mut self) -> Vec<Box<str>> {
        let hash = |phrase: &str| XxHash3_64::oneshot(phrase.as_bytes());
        self.0.sort_by(|(left, one), (right, other)| {
            right.cmp(left).then_with(|| hash(one).cmp(&hash(other)))
        });
        self.0.truncate(MAX_TOPICS);
        self.0.into_iter().map(|(_, phrase)| phrase).collect()
    }
}
