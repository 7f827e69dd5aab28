//! Secrets within a text: what comes after a name that says so, and what shows by its own form.

use super::{
    MASK,
    name::{Sensitivity, is_secret, is_secret_parameter, sensitivity},
    pattern::FORM,
};

/// Shortest lower-case word that is rather a secret.
const LONGEST_WORD: usize = 16;

/// Returns where the next secret may begin that shows by its form, at `at` or behind it.
pub(super) fn next_form(text: &str, at: usize) -> Option<usize> {
    Some(FORM.find_at(text, at)?.start())
}

/// Returns where the secret begins and ends that shows by its form at `at`; `is_free` says whether a
/// word may begin there.
pub(super) fn by_form(text: &str, at: usize, is_free: bool) -> Option<(usize, usize)> {
    let found = FORM.captures_at(text, at)?;
    let whole = found.get_match();
    let secret = found.iter().skip(1).flatten().next().unwrap_or(whole);
    let (start, end) = (secret.start(), secret.end());
    match whole.as_str().as_bytes()[0] {
        b'-' => Some((start, private_key_end(text, end))),
        b'/' | b':' => Some((start, end)),
        b'b' | b'B' => {
            (is_free && end - start >= 6 && looks_secret(secret.as_str())).then_some((start, end))
        }
        _ => is_free.then_some((start, end)),
    }
}

/// Returns where a private key ends, or what is there of it, whose first line ends at `at`.
fn private_key_end(text: &str, at: usize) -> usize {
    let end = text[at..].find("-----END ").and_then(|end| {
        let label = at + end + "-----END ".len();
        Some(label + text[label..].find("-----")? + "-----".len())
    });
    end.unwrap_or(text.len())
}

/// Returns where the secret begins and ends that a name before `at` tells of; `floor` is where the
/// last thing that was masked ended.
pub(super) fn by_name(text: &str, floor: usize, at: usize) -> Option<(usize, usize)> {
    match text.as_bytes()[at] {
        b'=' => after_equals(text, floor, at, 1),
        b'%' => text[at..]
            .get(..3)
            .filter(|equals| equals.eq_ignore_ascii_case("%3d"))
            .and_then(|equals| after_equals(text, floor, at, equals.len())),
        b':' => after_colon(text, floor, at),
        _ => None,
    }
}

/// `token=…`, in an address, a form or a sentence.
fn after_equals(text: &str, floor: usize, at: usize, length: usize) -> Option<(usize, usize)> {
    let (name, before) = name_before(&text[floor..at]);
    let is_parameter = matches!(before, Some('?' | '&' | '#' | ';' | '%'));
    let sensitivity = match sensitivity(name) {
        None if is_parameter && is_secret_parameter(name) => Sensitivity::Values,
        found => found?,
    };
    let (start, end) = value_after(text, at + length)?;
    let value = &text[start..end];
    let tells_nothing = matches!(value, "null" | "undefined" | "true" | "false")
        || sensitivity == Sensitivity::AllButNumbers && value.parse::<f64>().is_ok();
    (!tells_nothing).then_some((start, end))
}

/// `Authorization: …`, `"password":"…"`.
fn after_colon(text: &str, floor: usize, at: usize) -> Option<(usize, usize)> {
    let before = &text[floor..at];
    let is_quoted = before.ends_with(['"', '\'']);
    let (name, _) = name_before(before);
    // Before the value is looked for: a text of nothing but colons would be read through for each.
    if sensitivity(name).is_none() && !is_secret(name) {
        return None;
    }
    let (start, end) = value_after(text, at + 1)?;
    let value = &text[start..end];
    let is_told = if is_quoted && text[..start].ends_with(['"', '\'']) {
        sensitivity(name).is_some()
    } else {
        is_secret(name) && !value.contains(MASK) && looks_secret(value)
    };
    is_told.then_some((start, end))
}

/// Returns the name at the end of a text, and the character before it.
fn name_before(before: &str) -> (&str, Option<char>) {
    let before = before.trim_end_matches(['"', '\'', ' ', ']', '\\']);
    let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.');
    let rest = before.trim_end_matches(is_part);
    let name = &before[rest.len()..];
    let previous = rest.chars().next_back();
    // The digits of `%26` or `%3F` are not of the name.
    let name = match previous {
        Some('%') => name.get(2..).unwrap_or_default(),
        _ => name,
    };
    (name, previous)
}

/// Returns where the value begins and ends that a text goes on with at `at`.
fn value_after(text: &str, at: usize) -> Option<(usize, usize)> {
    let rest = text[at..].trim_start_matches([' ', '\\']);
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
    let start = text.len() - rest.len() + quote.map_or(0, char::len_utf8);
    let value = &text[start..];
    let end = if let Some(quote) = quote {
        value.find([quote, '\\', '\n'])
    } else {
        let end = value.find(ends_value).unwrap_or(value.len());
        Some(value[..end].find("%26").unwrap_or(end))
    };
    let end = end.unwrap_or(value.len());
    (end > 0).then_some((start, start + end))
}

fn ends_value(c: char) -> bool {
    c.is_whitespace() || matches!(c, '&' | '#' | ';' | ',' | '"' | '\'' | '<' | '>')
}

/// Returns whether a value is rather a secret than a word of a sentence.
fn looks_secret(value: &str) -> bool {
    let value = value.trim_end_matches(['.', ':', '!', '?', ')']);
    let is_word = value
        .bytes()
        .enumerate()
        .all(|(index, byte)| byte.is_ascii_lowercase() || index == 0 && byte.is_ascii_alphabetic());
    let letters = value.bytes().filter(u8::is_ascii_alphanumeric).count();
    letters >= 3 && (!is_word || value.len() >= LONGEST_WORD)
}
