//! What a message's text contains, without the text: words, mentions, hashtags, links, emoji, topics.
//!
//! One pass cuts the text into pieces and every piece has one meaning only, in this order:
//!
//! 1. Code, fenced or between backticks, holds no terms. Fenced blocks hold no words either; a
//!    name between backticks is a word of its sentence.
//! 2. Links hold an address, its host and its domain, and no other terms. A bare URL is no word; the label of a labelled link is.
//! 3. Slack's `<@U1>`, `<#C1|name>` and `<!here>` are one word each, and only the first mentions
//!    a person.
//! 4. Mentions and hashtags are one word each.
//! 5. Emoji, as characters or `:shortcode:`, are no words.
//! 6. All else is prose; its words are those of Unicode's word segmentation, and of them its
//!    topics are made.
//!
//! Terms that cannot be trusted to be whole, because they exceed [`MAX_TERM_LENGTH`], are left out
//! and not cut.

mod banned;
mod code;
mod emoji;
mod file;
mod hashtag;
mod link;
mod markup;
mod mention;
mod scan;
mod shortcode;
#[cfg(test)]
mod tests;
mod topic;

use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;

pub use banned::BannedTerms;
pub use emoji::{emoji_char, emoji_name};
pub use file::SharedFile;
pub use link::{link_domain, link_host, link_url};
pub use topic::MAX_TOPICS;

use crate::dimension::TermList;
use scan::{Piece, scan};

/// Most terms of one kind taken from one message.
pub const MAX_TERMS: usize = 50;

/// Longest term taken, in bytes.
pub const MAX_TERM_LENGTH: usize = 100;

/// Longest address of a link taken, in bytes.
const MAX_URL_LENGTH: usize = 400;

/// Terms and counts of one message; the text itself is not kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Content {
    /// Words of the text; `None` where there was no text to read.
    pub words: Option<u32>,
    /// Whether the text ends in a question mark.
    pub is_question: bool,
    /// People mentioned, as the chat names them, each once.
    pub mentions: Vec<Box<str>>,
    /// Hashtags, case-folded, without `#`, each once.
    pub hashtags: Vec<Box<str>>,
    /// Hosts of links, lower case, each once.
    pub links: Vec<Box<str>>,
    /// Emoji by canonical name, without colons, each once.
    pub emoji: Vec<Box<str>>,
    /// Registrable domains of links, each once.
    pub domains: Vec<Box<str>>,
    /// Links without query and fragment, each once.
    pub urls: Vec<Box<str>>,
    /// Key phrases, each once.
    pub topics: Vec<Box<str>>,
    /// The file that the event shares.
    pub file: Option<Box<SharedFile>>,
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
        let (mut words, mut prose) = (0, Vec::new());
        scan(text, &mut |piece| {
            if let Piece::Prose(piece) = piece {
                prose.push(piece);
            }
            content.take(piece, &mut words);
        });
        content.words = Some(u32::try_from(words).unwrap_or(u32::MAX));
        content.is_question = is_question(text);
        content.topics = topic::topics(&prose);
    }
    if let Some(given) = given {
        content.overrule(given);
    }
    content
}

/// Returns whether a text asks something: whether it ends in a question mark.
fn is_question(text: &str) -> bool {
    // Quotes and brackets may close behind it.
    let end = text.trim_end_matches(|c: char| {
        c.is_whitespace()
            || matches!(
                c,
                ')' | ']' | '"' | '\'' | '”' | '’' | '»' | '*' | '_' | '）' | '」'
            )
    });
    end.ends_with(['?', '？', '؟'])
}

impl Content {
    /// Returns the terms of a kind.
    pub fn terms(&self, list: TermList) -> &[Box<str>] {
        let of_file = |term: fn(&SharedFile) -> &Option<Box<str>>| {
            let file = self.file.as_deref();
            file.map_or(&[][..], |file| term(file).as_slice())
        };
        match list {
            TermList::Emoji => &self.emoji,
            TermList::Links => &self.links,
            TermList::Hashtags => &self.hashtags,
            TermList::Domains => &self.domains,
            TermList::Urls => &self.urls,
            TermList::Topics => &self.topics,
            TermList::FileNames => of_file(|file| &file.name),
            TermList::FileExtensions => of_file(|file| &file.extension),
            TermList::FileKinds => of_file(|file| &file.kind),
            TermList::FileHashes => of_file(|file| &file.hash),
        }
    }

    /// Returns only what may be known of a text that is nobody else's business: how much it is, and
    /// whether it asks.
    #[must_use]
    pub fn without_terms(self) -> Self {
        Self {
            words: self.words,
            is_question: self.is_question,
            ..Self::default()
        }
    }

    /// Removes the terms that are not to be kept.
    pub fn strike(&mut self, banned: &BannedTerms) {
        for terms in [
            &mut self.hashtags,
            &mut self.links,
            &mut self.emoji,
            &mut self.domains,
            &mut self.urls,
            &mut self.topics,
        ] {
            banned.strike(terms);
        }
    }

    fn take(&mut self, piece: Piece<'_>, words: &mut usize) {
        match piece {
            Piece::Prose(prose) | Piece::Code(prose) => *words += count_words(prose),
            Piece::Word => *words += 1,
            Piece::Link(url) => self.add_link(url),
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

    fn add_link(&mut self, url: &str) {
        let Some(host) = link_host(url).filter(|_| url.contains("://")) else {
            return;
        };
        add(&mut self.domains, link_domain(&host));
        add(&mut self.links, Some(host));
        if let Some(url) = link_url(url)
            && self.urls.len() < MAX_TERMS
            && !self.urls.contains(&url)
        {
            self.urls.push(url);
        }
    }

    fn overrule(&mut self, given: &SourceAnnotations) {
        if let Some(mentions) = &given.mentions {
            self.mentions = terms(mentions, |raw| mention::normal(raw).map(Into::into));
        }
        if let Some(links) = &given.links {
            self.links = terms(links, link_host);
            self.domains = terms(links, |link| link_domain(&link_host(link)?));
            // A list of hosts does not say where on them.
            if links.iter().any(|link| link.contains("://")) {
                self.urls.clear();
                for link in links {
                    self.add_link(link);
                }
            }
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
