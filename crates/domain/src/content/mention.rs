//! People named with `@`.

use super::scan::{before, is_word};

/// Names that call on everybody and are no person.
const BROADCASTS: [&str; 5] = ["all", "channel", "everyone", "here", "room"];

/// Returns the name of a mention at `at` and where it ends.
///
/// No mention: an e-mail address, an npm scope (`@types/node`), a part of a path.
pub(super) fn mention(text: &str, at: usize) -> Option<(&str, usize)> {
    if before(text, at).is_some_and(|c| is_word(c) || matches!(c, '/' | '@' | '.')) {
        return None;
    }
    let rest = &text[at + 1..];
    let end = rest
        .find(|c| !is_word(c) && c != '.' && c != '-')
        .unwrap_or(rest.len());
    let name = rest[..end].trim_end_matches(['.', '-']);
    let mut after = rest[name.len()..].chars();
    let is_scope = after.next() == Some('/') && after.next().is_some_and(is_word);
    let is_name = name.starts_with(is_word) && name.contains(char::is_alphabetic);
    (is_name && !is_scope).then_some((name, at + 1 + name.len()))
}

/// Returns the name if it is a person's.
pub(super) fn person(name: &str) -> Option<&str> {
    (!BROADCASTS.contains(&name)).then_some(name)
}

/// Returns a mention that a source found, in whatever way it writes one.
pub(super) fn normal(raw: &str) -> Option<&str> {
    let name = raw.trim();
    let name = name
        .strip_prefix('<')
        .and_then(|name| name.strip_suffix('>'))
        .unwrap_or(name);
    let name = name
        .strip_prefix('@')
        .map_or(name, |name| name.split('|').next().unwrap_or(name));
    person(name.trim()).filter(|name| !name.contains(char::is_control))
}
