//! Filters as they are written: the values of their lists, and everything else.

use super::{is_keyword, is_word_char};

/// A part of a text.
pub(crate) enum Written<'a> {
    /// The values of a list, each as it is written and as it is meant.
    Values(Vec<(&'a str, String)>),
    /// Anything else.
    Other(&'a str),
}

/// Hands over the parts of a filter, or of what has the same lists, in their order. Whatever a text is,
/// its parts make it up, but for white space between values.
pub(crate) fn each_written<'a>(text: &'a str, mut take: impl FnMut(Written<'a>)) {
    let mut rest = text;
    while !rest.is_empty() {
        let (token, after) = token(rest);
        take(Written::Other(token));
        rest = after;
        if token != "is" {
            continue;
        }
        let mut values = Vec::new();
        let begin = rest.trim_start();
        take(Written::Other(&rest[..rest.len() - begin.len()]));
        rest = begin;
        while let Some((raw, value, after)) = value(rest) {
            values.push((raw, value));
            rest = after;
            match after.trim_start().strip_prefix(',') {
                Some(next) => rest = next.trim_start(),
                None => break,
            }
        }
        if !values.is_empty() {
            take(Written::Values(values));
        }
    }
}

/// Splits off a word, a quoted text, or one character.
fn token(text: &str) -> (&str, &str) {
    let end = match text.find(|c| !is_word_char(c)) {
        Some(0) if text.starts_with('"') => quoted_end(text),
        Some(0) => text.chars().next().map_or(text.len(), char::len_utf8),
        Some(end) => end,
        None => text.len(),
    };
    text.split_at(end)
}

fn quoted_end(text: &str) -> usize {
    let mut escaped = false;
    for (index, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return index + 1,
            _ => {}
        }
    }
    text.len()
}

/// Splits off a value: as it is written, as it is meant, and what comes after.
fn value(text: &str) -> Option<(&str, String, &str)> {
    let (raw, after) = token(text);
    if !raw.starts_with('"') {
        let is_value = raw.starts_with(is_word_char) && !is_keyword(raw);
        return is_value.then(|| (raw, raw.to_owned(), after));
    }
    let mut meant = String::new();
    let mut escaped = false;
    for c in raw.chars().skip(1) {
        match c {
            _ if escaped => {
                meant.push(c);
                escaped = false;
            }
            '\\' => escaped = true,
            '"' => break,
            c => meant.push(c),
        }
    }
    Some((raw, meant, after))
}
