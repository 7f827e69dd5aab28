//! One pass over a text that cuts it into pieces of one meaning each.

use std::{iter::Peekable, ops::Range};

use linkify::{LinkFinder, LinkKind};

use super::{
    code::{Code, backticks, tildes},
    hashtag::hashtag,
    markup::{Markup, markup},
    mention::mention,
    shortcode::{character, shortcode},
};

/// A piece of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// Words and what stands between them.
    Prose(&'a str),
    /// Code within a line, whose words belong to their sentence.
    Code(&'a str),
    /// Something that stands for one word of its sentence.
    Word,
    /// A URL of any scheme.
    Link(&'a str),
    /// A person's name or identifier.
    Mention(&'a str),
    /// A folded tag.
    Hashtag(Box<str>),
    /// A canonical name.
    Emoji(Box<str>),
}

/// Hands every piece of the text to `sink`, in order.
pub(super) fn scan<'a>(text: &'a str, sink: &mut impl FnMut(Piece<'a>)) {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url]);
    // Looking for links costs more than looking for what every link has.
    let linked = if text.contains("://") { text } else { "" };
    let links = finder
        .links(linked)
        .map(|link| link.start()..link.end())
        .peekable();
    Scan {
        text,
        sink,
        links,
        at: 0,
        prose: 0,
        emoji_end: usize::MAX,
    }
    .run();
}

/// Returns whether a character belongs to words and names.
pub(super) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Returns the character before `at`.
pub(super) fn before(text: &str, at: usize) -> Option<char> {
    text[..at].chars().next_back()
}

struct Scan<'a, 's, S, L: Iterator> {
    text: &'a str,
    sink: &'s mut S,
    links: Peekable<L>,
    /// What comes next.
    at: usize,
    /// Where the prose begins that was passed and not handed over yet.
    prose: usize,
    /// Where the latest emoji ended, right behind which another shortcode may begin.
    emoji_end: usize,
}

impl<'a, S: FnMut(Piece<'a>), L: Iterator<Item = Range<usize>>> Scan<'a, '_, S, L> {
    fn run(mut self) {
        let text = self.text;
        while let Some(found) = text.as_bytes()[self.at..]
            .iter()
            .position(|&byte| may_begin(byte))
        {
            let next = self.at + found;
            if !self.pass_link(next) {
                self.at = next;
                self.step(text.as_bytes()[next]);
            }
        }
        while self.pass_link(text.len()) {}
        self.flush(text.len());
    }

    /// Takes the next link if it begins before anything else that may begin a piece.
    fn pass_link(&mut self, next: usize) -> bool {
        while self.links.next_if(|link| link.start < self.at).is_some() {}
        let Some(link) = self.links.next_if(|link| link.start <= next) else {
            return false;
        };
        self.piece(link.start, link.end, Piece::Link(&self.text[link]));
        true
    }

    fn step(&mut self, byte: u8) {
        let (text, at) = (self.text, self.at);
        match byte {
            b'`' => match backticks(text, at) {
                Ok((Code::Span(code), end)) => self.piece(at, end, Piece::Code(code)),
                Ok((Code::Block, end)) => self.skip(at, end),
                Err(end) => self.at = end,
            },
            b'~' => match tildes(text, at) {
                Some(end) => self.skip(at, end),
                None => self.pass(),
            },
            b'<' => match markup(text, at) {
                Some((markup, end)) => self.markup(markup, end),
                None => self.pass(),
            },
            b'@' => match mention(text, at) {
                Some((name, end)) => self.piece(at, end, Piece::Mention(name)),
                None => self.pass(),
            },
            b':' => match shortcode(text, at, self.emoji_end) {
                Some((name, end)) => self.emoji(name, at, end),
                None => self.pass(),
            },
            b'#' => self.hashtag(),
            _ => self.beyond_ascii(),
        }
    }

    fn markup(&mut self, markup: Markup<'a>, end: usize) {
        let start = self.at;
        match markup {
            Markup::Person(id) => self.piece(start, end, Piece::Mention(id)),
            Markup::Other => self.piece(start, end, Piece::Word),
            Markup::Link(url, label) => {
                self.piece(start, end, Piece::Link(url));
                (self.sink)(Piece::Prose(label));
            }
        }
    }

    fn hashtag(&mut self) {
        match hashtag(self.text, self.at) {
            Some((tag, end)) => self.piece(self.at, end, Piece::Hashtag(tag)),
            None => self.pass(),
        }
    }

    fn beyond_ascii(&mut self) {
        // UAX #31 knows two wider hash signs.
        if self.text[self.at..].starts_with(['＃', '﹟']) {
            return self.hashtag();
        }
        match character(self.text, self.at) {
            // A keycap's digit may already belong to the name before it.
            Some((name, start, end)) if start >= self.prose => self.emoji(name, start, end),
            _ => self.pass(),
        }
    }

    fn emoji(&mut self, name: Box<str>, start: usize, end: usize) {
        self.piece(start, end, Piece::Emoji(name));
        self.emoji_end = end;
    }

    fn piece(&mut self, start: usize, end: usize, piece: Piece<'a>) {
        self.skip(start, end);
        (self.sink)(piece);
    }

    fn skip(&mut self, start: usize, end: usize) {
        self.flush(start);
        self.at = end;
        self.prose = end;
    }

    fn pass(&mut self) {
        self.at += self.text[self.at..]
            .chars()
            .next()
            .map_or(1, char::len_utf8);
    }

    fn flush(&mut self, end: usize) {
        if self.prose < end {
            (self.sink)(Piece::Prose(&self.text[self.prose..end]));
        }
    }
}

fn may_begin(byte: u8) -> bool {
    matches!(byte, b'`' | b'~' | b'<' | b'@' | b':' | b'#' | 0x80..)
}
