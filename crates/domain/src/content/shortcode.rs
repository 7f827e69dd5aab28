//! Emoji within a text, as shortcodes and as characters.

use emojis::Emoji;

use super::{
    MAX_TERM_LENGTH,
    emoji::{by_character, by_shortcode, canonical, is_modifier},
    scan::{before, is_word},
};

const JOINER: char = '\u{200d}';
const KEYCAP: char = '\u{20e3}';
const EMOJI_STYLE: char = '\u{fe0f}';
const TEXT_STYLE: char = '\u{fe0e}';

/// Most characters of one emoji; the longest in use have ten.
const MAX_SEQUENCE: usize = 16;

/// Returns the emoji whose `:shortcode:` begins at `at`, and where it ends.
///
/// The colons must stand free, so that times, `a:b:c`, `std::vec` and paths hold no emoji; only
/// another emoji, which ends at `emoji_end`, may stand right before. A name that is no known
/// shortcode is a custom emoji if it has two characters and a letter.
pub(super) fn shortcode(text: &str, at: usize, emoji_end: usize) -> Option<(Box<str>, usize)> {
    let rest = &text[at + 1..];
    let first = rest.bytes().next()?;
    if !(first.is_ascii_alphanumeric() || matches!(first, b'+' | b'-' | b'_') || first >= 0x80) {
        return None;
    }
    let previous = before(text, at);
    if at != emoji_end && previous.is_some_and(|c| is_word(c) || c == ':') {
        return None;
    }
    let length = rest.find(|c| !is_word(c) && c != '+' && c != '-')?;
    let name = &rest[..length];
    if length > MAX_TERM_LENGTH || !rest[length..].starts_with(':') {
        return None;
    }
    let mut end = at + 1 + length + 1;
    end += tone_length(&text[end..]);
    let next = text[end..].chars().next();
    // A backtick follows the roles of reStructuredText; brackets enclose POSIX classes.
    let is_enclosed = previous == Some('[') && next == Some(']');
    if next.is_some_and(|c| is_word(c) || c == '`') || is_enclosed {
        return None;
    }
    let name = name.to_lowercase();
    let name = match by_shortcode(&name) {
        Some(emoji) => canonical(emoji),
        None if name.chars().count() > 1 && name.contains(char::is_alphabetic) => name.into(),
        None => return None,
    };
    Some((name, end))
}

fn tone_length(rest: &str) -> usize {
    let tone = rest
        .strip_prefix(":skin-tone-")
        .and_then(|rest| rest.strip_prefix(['2', '3', '4', '5', '6']));
    match tone.and_then(|rest| rest.strip_prefix(':')) {
        Some(after) => rest.len() - after.len(),
        None => 0,
    }
}

/// Returns the emoji at the character at `at`, where it begins and where it ends.
///
/// Characters that are text by default, as `©` and `↔`, are emoji only where the text asks for
/// their picture.
pub(super) fn character(text: &str, at: usize) -> Option<(Box<str>, usize, usize)> {
    let first = text[at..].chars().next()?;
    if matches!(first, EMOJI_STYLE | KEYCAP) {
        let start = at.checked_sub(1)?;
        let is_key = matches!(text.as_bytes()[start], b'0'..=b'9' | b'#' | b'*');
        return is_key.then(|| sequence(text, start)).flatten();
    }
    can_begin(first).then(|| sequence(text, at)).flatten()
}

fn sequence(text: &str, start: usize) -> Option<(Box<str>, usize, usize)> {
    let mut end = sequence_end(text, start);
    loop {
        let sequence = &text[start..end];
        if let Some(emoji) = by_character(sequence) {
            return shows_picture(sequence, emoji).then(|| (canonical(emoji), start, end));
        }
        // People joined in a way no font knows are shown one by one.
        end = start + sequence.rfind(JOINER)?;
    }
}

fn sequence_end(text: &str, start: usize) -> usize {
    let mut end = start;
    let mut previous = None;
    let mut flags = 0;
    for c in text[start..].chars().take(MAX_SEQUENCE) {
        let continues = match (previous, c) {
            (None | Some(JOINER), _) => true,
            (_, '\u{1f1e6}'..='\u{1f1ff}') => flags == 1,
            (_, JOINER | KEYCAP | '\u{e0020}'..='\u{e007f}') => true,
            _ => is_modifier(c),
        };
        if !continues {
            break;
        }
        flags += usize::from(matches!(c, '\u{1f1e6}'..='\u{1f1ff}'));
        previous = Some(c);
        end += c.len_utf8();
    }
    end
}

fn shows_picture(sequence: &str, emoji: &Emoji) -> bool {
    let is_picture_by_default = !emoji.as_str().contains(EMOJI_STYLE);
    let is_dressed = sequence.chars().nth(1).is_some();
    (is_picture_by_default || is_dressed) && !sequence.ends_with(TEXT_STYLE)
}

/// Returns whether an emoji may begin with the character, which spares most text the look-up.
fn can_begin(c: char) -> bool {
    matches!(c,
        '©' | '®' | '\u{203c}'..='\u{2bff}' | '〰' | '〽' | '㊗' | '㊙' | '\u{1f000}'..='\u{1fbff}')
}
