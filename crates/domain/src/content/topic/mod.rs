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

use std::{
    cmp::Reverse,
    ops::{ControlFlow, Range},
};

use twox_hash::XxHash3_64;

pub(super) use self::word::fold;
use self::{
    language::StopWords,
    word::{Token, Word, each_token},
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
    let mut phrases = Phrases::default();
    for piece in prose {
        let taken = each_token(piece, &stop_words, &mut |token| phrases.take(token));
        if taken.is_break() {
            break;
        }
        phrases.end();
    }
    phrases.end();
    phrases.best()
}

/// A phrase: how distinctive it is, in percent, and which words it is made of.
type Phrase = (u32, Range<usize>);

/// Phrases of a message.
#[derive(Default)]
struct Phrases {
    words: Vec<Word>,
    found: Vec<Phrase>,
    /// Where the words begin that stand side by side with the last one.
    run: usize,
    /// Words and ends of phrases taken.
    tokens: usize,
}

impl Phrases {
    /// Takes the next word or end; breaks off once there are enough.
    fn take(&mut self, token: Token) -> ControlFlow<()> {
        if self.tokens == MAX_WORDS {
            return ControlFlow::Break(());
        }
        self.tokens += 1;
        match token {
            Token::Word(word) => self.words.push(word),
            Token::End => self.end(),
        }
        ControlFlow::Continue(())
    }

    /// Ends the phrases of words that stand side by side.
    fn end(&mut self) {
        let (first, end) = (self.run, self.words.len());
        self.run = end;
        let most = if end - first == 3 { 3 } else { 2 };
        for length in 1..=most.min(end - first) {
            for first in first..=end - length {
                self.add(first..first + length);
            }
        }
    }

    fn add(&mut self, words: Range<usize>) {
        // A pair says more than either word, and three words are seldom said again.
        let share = [100, 80, 50][words.len() - 1];
        let sum: u32 = self.words[words.clone()]
            .iter()
            .map(|word| word.weight)
            .sum();
        self.found.push((sum * share, words));
    }

    /// Returns the most distinctive phrases, each once. Texts are made only of those that may be
    /// among them.
    fn best(mut self) -> Vec<Box<str>> {
        let mut best: Vec<Box<str>> = Vec::new();
        self.found
            .sort_unstable_by_key(|(score, words)| (Reverse(*score), words.start));
        for same in self.found.chunk_by(|(left, _), (right, _)| left == right) {
            if best.len() >= MAX_TOPICS {
                break;
            }
            let texts = same.iter().map(|(_, words)| self.text(words.clone()));
            let mut texts: Vec<Box<str>> = texts.filter(|text| text.len() <= MAX_LENGTH).collect();
            texts.sort_by_cached_key(|text| XxHash3_64::oneshot(text.as_bytes()));
            for text in texts {
                if !best.contains(&text) {
                    best.push(text);
                }
            }
        }
        best.truncate(MAX_TOPICS);
        best
    }

    fn text(&self, words: Range<usize>) -> Box<str> {
        let mut phrase = String::new();
        let mut is_after_dense = false;
        for word in &self.words[words] {
            if !(phrase.is_empty() || word.is_dense && is_after_dense) {
                phrase.push(' ');
            }
            phrase.push_str(&word.key);
            is_after_dense = word.is_dense;
        }
        phrase.into()
    }
}
