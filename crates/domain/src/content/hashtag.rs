//! Hashtags by Unicode rules (UAX #31), narrowed to what people write in chats.

use unicode_segmentation::UnicodeSegmentation;

use super::scan::{before, is_word};

/// Returns the folded tag at `at`, where a hash sign stands, and where it ends.
///
/// A tag is letters, digits and underscores with at least one letter. No tag: behind a word or a
/// slash (`C#`, `page/#part`), a second hash, an HTML entity (`&#39;`).
pub(super) fn hashtag(text: &str, at: usize) -> Option<(Box<str>, usize)> {
    if before(text, at).is_some_and(|c| is_word(c) || matches!(c, '/' | '#' | '&')) {
        return None;
    }
    let start = at + text[at..].chars().next()?.len_utf8();
    let tag = tag(&text[start..]);
    tag.contains(char::is_alphabetic)
        .then(|| (tag.to_lowercase().into(), start + tag.len()))
}

fn tag(rest: &str) -> &str {
    let ascii = rest
        .bytes()
        .position(|byte| !byte.is_ascii_alphanumeric() && byte != b'_');
    let ascii = ascii.unwrap_or(rest.len());
    if rest.as_bytes().get(ascii).is_none_or(u8::is_ascii) {
        return &rest[..ascii];
    }
    // Letters of many scripts carry marks that are no letters themselves: a whole grapheme
    // belongs to the tag when its first character does.
    let belongs = |grapheme: &&str| grapheme.starts_with(is_word) && !grapheme.contains('\u{20e3}');
    let length = rest.graphemes(true).take_while(belongs).map(str::len).sum();
    &rest[..length]
}
