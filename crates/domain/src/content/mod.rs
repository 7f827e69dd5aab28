//! What a message's text contains, without the text: words, mentions, hashtags, link hosts, emoji.
//!
//! One pass cuts the text into pieces and every piece has one meaning only, in this order:
//!
//! 1. Code, fenced or between backticks, holds no terms. Fenced blocks hold no words either; a
//!    name between backticks is a word of its sentence.
//! 2. Links hold a host and no other terms. A bare URL is no word; the label of a labelled link is.
//! 3. Slack's `<@U1>`, `<#C1|name>` and `<!here>` are one word each, and only the first mentions
//!    a person.
//! 4. Mentions and hashtags are one word each.
//! 5. Emoji, as characters or `:shortcode:`, are no words.
//! 6. All else is prose; its words are those of Unicode's word segmentation.
//!
//! Terms that cannot be trusted to be whole, because they exceed [`MAX_TERM_LENGTH`], are left out
//! and not cut.

mod code;
mod emoji;
mod hashtag;
mod link;
mod markup;
mod mention;
mod scan;
mod shortcode;
#[cfg(test)]
mod tests;

use unicode_segmentation::UnicodeSegmentation;

pub use emoji::{emoji_char, emoji_name};

use scan::{Piece, scan};

/// Most terms of one kind taken from one message.
pub const MAX_TERMS: usize = 50;

/// Longest term taken, in bytes.
pub const MAX_TERM_LENGTH: usize = 100;

/// Terms and counts of one message; the text itself is not kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Content {
    /// Words of the text; `None` where there was no text to read.
    pub words: Option<u32>,
    /// People mentioned, as the chat names them, each once.
    pub mentions: Vec<Box<str>>,
    /// Hashtags, case-folded, without `#`, each once.
    pub hashtags: Vec<Box<str>>,
    /// Hosts of links, lower case, each once.
    pub links: Vec<Box<str>>,
    /// Emoji by canonical name, without colons, each once.
    pub emoji: Vec<Box<str>>,
}

/// What the source itself found in a text that may have been cut since.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceAnnotations {
    /// People mentioned.
    pub mentions: Option<Vec<String>>,
    /// Hosts of links.
    pub links: Option<Vec<String>>,
    /// Emoji names, with or without colons.
    pub emoji: Option<Vec<String>>,
}

/// Returns what a text contains, each term once in order of appearance.
///
/// A list the source gives replaces what was read of that kind, after the same normalisation.
pub fn read(text: &str, given: Option<&SourceAnnotations>) -> Content {
    let mut content = Content::default();
    if !text.trim_ascii().is_empty() {
        let mut words = 0;
        scan(text, &mut |piece| content.take(piece, &mut words));
        content.words = Some(u32::try_from(words).unwrap_or(u32::MAX));
    }
    if let Some(given) = given {
        content.overrule(given);
    }
    content
}

impl Content {
    fn take(&mut self, piece: Piece<'_>, words: &mut usize) {
        match piece {
            Piece::Prose(prose) => *words += count_words(prose),
            Piece::Word => *words += 1,
            Piece::Link(url) => add(&mut self.links, link::url_host(url)),
            Piece::Mention(name) => {
                *words += 1;
                add(&mut self.mentions, mention::person(name).map(Into::into));
            }
            Piece::Hashtag(tag) => {
                *words += 1;
                add(&mut self.hashtags, Some(tag));
            }
            Piece::Emoji(name) => add(&mut self.emoji, Some(name)),
        }
    }

    fn overrule(&mut self, given: &SourceAnnotations) {
        if let Some(mentions) = &given.mentions {
            self.mentions = terms(mentions, |raw| mention::normal(raw).map(Into::into));
        }
        if let Some(links) = &given.links {
            self.links = terms(links, link::normal);
        }
        if let Some(emoji) = &given.emoji {
            self.emoji = terms(emoji, emoji_name);
        }
    }
}

fn terms(raw: &[String], normal: impl Fn(&str) -> Option<Box<str>>) -> Vec<Box<str>> {
    let mut list = Vec::new();
    for raw in raw {
        add(&mut list, normal(raw));
    }
    list
}

/// Adds a term that is new, fits and has room.
fn add(list: &mut Vec<Box<str>>, term: Option<Box<str>>) {
    if let Some(term) = term
        && !term.is_empty()
        && term.len() <= MAX_TERM_LENGTH
        && list.len() < MAX_TERMS
        && !list.contains(&term)
    {
        list.push(term);
    }
}

fn count_words(prose: &str) -> usize {
    // White space always ends a word, and words without it are mostly ASCII, where Unicode's rules
    // are cheap: most of a text with one typographic quote takes the fast way.
    prose
        .split_ascii_whitespace()
        .map(|part| count_plain(part).unwrap_or_else(|| part.unicode_words().count()))
        .sum()
}

/// Returns how many words there are in letters and digits with nothing but other ASCII characters around
/// them, as most parts of most texts are: no rule breaks letters and digits apart.
fn count_plain(part: &str) -> Option<usize> {
    let inner = part.trim_matches(|c: char| c.is_ascii() && !c.is_ascii_alphanumeric());
    let is_plain = inner.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_plain.then_some(usize::from(!inner.is_empty()))
}
