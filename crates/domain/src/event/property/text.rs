//! Masking of what stands within a text.

use std::borrow::Cow;

use super::{
    MASK,
    address::{email, ipv4, ipv6},
    number::number,
    secret::{by_form, by_name, next_form},
};

/// Returns the text with e-mail addresses, phone numbers, card numbers, secrets and the like
/// masked, and Internet addresses shortened.
///
/// A four-part version cannot be told from an IPv4 address and loses its last part too, unless a
/// letter stands right before it.
pub fn mask_text(text: &str) -> Cow<'_, str> {
    let form = next_form(text, 0);
    if form.is_none() && !text.bytes().any(may_tell) {
        return Cow::Borrowed(text);
    }
    Masker {
        text,
        masked: String::new(),
        taken: 0,
        form,
    }
    .run()
}

/// Returns whether a byte stands in something that is masked and has no form of its own.
fn may_tell(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'@' | b'=' | b':')
}

/// Returns whether a character belongs to words and identifiers.
pub(super) fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

struct Masker<'a> {
    text: &'a str,
    masked: String,
    /// How much of the text stands in `masked`.
    taken: usize,
    /// Where the next secret may begin that shows by its form.
    form: Option<usize>,
}

struct Found {
    start: usize,
    end: usize,
    replacement: Cow<'static, str>,
}

impl<'a> Masker<'a> {
    fn run(mut self) -> Cow<'a, str> {
        let mut at = 0;
        let mut floor = 0;
        while at < self.text.len() {
            if let Some(Found {
                start,
                end,
                replacement,
            }) = self.find(at, floor)
            {
                if self.text[start..end] != replacement {
                    self.masked.push_str(&self.text[self.taken..start]);
                    self.masked.push_str(&replacement);
                    self.taken = end;
                }
                floor = end;
                at = end;
            } else {
                at += self.skip(at);
            }
        }
        if self.taken == 0 {
            return Cow::Borrowed(self.text);
        }
        self.masked.push_str(&self.text[self.taken..]);
        Cow::Owned(self.masked)
    }

    /// Returns what is to be replaced at `at`; it begins no earlier than `floor`.
    fn find(&mut self, at: usize, floor: usize) -> Option<Found> {
        let mask = |start, end| Found {
            start,
            end,
            replacement: MASK.into(),
        };
        let address = |(length, address): (usize, String)| Found {
            start: at,
            end: at + length,
            replacement: address.into(),
        };
        if !self.text.is_char_boundary(at) {
            return None;
        }
        if let Some((start, end)) = self.secret(at, floor) {
            return Some(mask(start, end));
        }
        match self.text.as_bytes()[at] {
            b'@' => email(self.text, floor, at).map(|(start, end)| mask(start, end)),
            b'0'..=b'9' => self
                .ipv6(at)
                .or_else(|| self.ipv4(at))
                .map(address)
                .or_else(|| self.number(at).map(|length| mask(at, at + length))),
            b'+' | b'(' => self.number(at).map(|length| mask(at, at + length)),
            b'a'..=b'f' | b'A'..=b'F' | b':' => self.ipv6(at).map(address),
            _ => None,
        }
    }

    fn secret(&mut self, at: usize, floor: usize) -> Option<(usize, usize)> {
        if self.form.is_some_and(|form| form < at) {
            self.form = next_form(self.text, at);
        }
        let formed = if self.form == Some(at) {
            let is_free = !self.previous(at)[0].is_some_and(is_word);
            by_form(self.text, at, is_free)
        } else {
            None
        };
        formed.or_else(|| by_name(self.text, floor, at))
    }

    fn ipv6(&self, at: usize) -> Option<(usize, String)> {
        let [previous, _] = self.previous(at);
        let is_free = !previous.is_some_and(|c| is_word(c) || matches!(c, ':' | '.'));
        is_free.then(|| ipv6(&self.text[at..])).flatten()
    }

    fn ipv4(&self, at: usize) -> Option<(usize, String)> {
        let is_free = match self.previous(at) {
            [Some('-'), Some(c)] => !c.is_alphabetic(),
            [Some(c), _] => !is_word(c) && c != '.',
            [None, _] => true,
        };
        is_free.then(|| ipv4(&self.text[at..])).flatten()
    }

    fn number(&self, at: usize) -> Option<usize> {
        let is_free = match self.previous(at) {
            // Part of a longer identifier, a version or the path of a URL.
            [Some('-' | '.' | '/'), Some(c)] => !is_word(c),
            [previous, _] => !previous.is_some_and(is_word),
        };
        is_free.then(|| number(&self.text[at..])).flatten()
    }

    /// Returns the two characters before `at`, the nearer first, as they stand after masking.
    ///
    /// TRICKY: what was masked must count as what it became, or a second masking would see other
    /// neighbours than the first and find more.
    fn previous(&self, at: usize) -> [Option<char>; 2] {
        let mut before = self.text[self.taken..at]
            .chars()
            .rev()
            .chain(self.masked.chars().rev());
        [before.next(), before.next()]
    }

    /// Returns how far the next place lies where something may begin: never within a word.
    fn skip(&self, at: usize) -> usize {
        let rest = &self.text.as_bytes()[at..];
        let word = rest
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_');
        word.count().max(1)
    }
}
