//! Secrets within a text: what comes after a name that says so, and what shows by its own form.

use super::{
    MASK,
    name::{Sensitivity, is_secret, is_secret_parameter, sensitivity},
};

/// Begins every API key of ours, so that scanners of secrets and our own log find it.
pub const KEY_PREFIX: &str = "nca_";

/// What keys of well-known services begin with, and how many more characters they have at least.
#[rustfmt::skip]
const PREFIXES: &[(&str, usize)] = &[
    (KEY_PREFIX, 12),
    // Amazon.
    ("AKIA", 12), ("ASIA", 12), ("ABIA", 12), ("ACCA", 12),
    // Stripe.
    ("sk_live_", 6), ("sk_test_", 6), ("rk_live_", 6), ("rk_test_", 6), ("pk_live_", 6),
    ("pk_test_", 6), ("whsec_", 6),
    // GitHub and GitLab.
    ("ghp_", 6), ("gho_", 6), ("ghu_", 6), ("ghs_", 6), ("ghr_", 6), ("github_pat_", 6),
    ("glpat-", 6),
    // Slack.
    ("xoxa-", 6), ("xoxb-", 6), ("xoxe-", 6), ("xoxo-", 6), ("xoxp-", 6), ("xoxr-", 6),
    ("xoxs-", 6), ("xapp-", 6),
    // Others.
    ("AIza", 30), ("sk-ant-", 6), ("sk-proj-", 6), ("npm_", 30), ("pypi-", 30), ("dop_v1_", 30),
    ("hf_", 30), ("SG.", 20), ("shpat_", 20), ("ya29.", 10),
];

/// What stands in an address before a path that is a secret.
const SECRET_PATHS: &[&str] = &["hooks.slack.com/services/", "discord.com/api/webhooks/"];

/// Shortest key in a path of ours.
const SHORTEST_PATH_KEY: usize = 16;
/// Shortest lower-case word that is rather a secret.
const LONGEST_WORD: usize = 16;

/// Returns where the secret begins and ends that is told at `at`; `floor` is where the last thing
/// that was masked ended, and `is_free` whether a word may begin at `at`.
pub(super) fn secret(text: &str, floor: usize, at: usize, is_free: bool) -> Option<(usize, usize)> {
    let rest = &text[at..];
    let shifted = |(start, end): (usize, usize)| (at + start, at + end);
    match text.as_bytes()[at] {
        b'-' => private_key(rest).map(|end| (at, at + end)),
        b'/' => path_key(rest).map(shifted),
        b'=' => after_equals(text, floor, at, 1),
        b'%' => rest
            .get(..3)
            .filter(|equals| equals.eq_ignore_ascii_case("%3d"))
            .and_then(|equals| after_equals(text, floor, at, equals.len())),
        b':' => user_information(rest)
            .map(shifted)
            .or_else(|| after_colon(text, floor, at)),
        byte if is_free && byte.is_ascii_alphabetic() => scheme(rest)
            .or_else(|| token(rest).map(|end| (0, end)))
            .map(shifted),
        _ => None,
    }
}

/// A private key as text, or what is there of it.
fn private_key(rest: &str) -> Option<usize> {
    let label = rest.strip_prefix("-----BEGIN ")?;
    label
        .split_once("-----")?
        .0
        .ends_with("PRIVATE KEY")
        .then(|| {
            let end = rest.find("-----END ").and_then(|end| {
                let label = &rest[end + "-----END ".len()..];
                Some(rest.len() - label.len() + label.find("-----")? + 5)
            });
            end.unwrap_or(rest.len())
        })
}

/// The key in a path of ours, `/k/<key>/…`.
fn path_key(rest: &str) -> Option<(usize, usize)> {
    let start = "/k/".len();
    let length = key_length(rest.strip_prefix("/k/")?);
    (length >= SHORTEST_PATH_KEY).then_some((start, start + length))
}

/// User and password of an address, `://user:password@`.
fn user_information(rest: &str) -> Option<(usize, usize)> {
    let start = "://".len();
    let authority = rest.strip_prefix("://")?;
    let end = authority.find(|c| ends_value(c) || matches!(c, '/' | '?'));
    let (user, _) = authority[..end.unwrap_or(authority.len())].rsplit_once('@')?;
    user.contains(':').then_some((start, start + user.len()))
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

/// What follows the name of an HTTP authentication scheme.
fn scheme(rest: &str) -> Option<(usize, usize)> {
    let begins = |scheme: &str| {
        let found = rest.get(..scheme.len())?;
        found.eq_ignore_ascii_case(scheme).then_some(scheme.len())
    };
    if !rest.starts_with(['b', 'B']) {
        return None;
    }
    let length = begins("bearer ").or_else(|| begins("basic "))?;
    let after = rest[length..].trim_start_matches(' ');
    let start = rest.len() - after.len();
    let is_part = |c: char| c.is_ascii_alphanumeric() || "._~+/=-".contains(c);
    let value = &after[..after.find(|c| !is_part(c)).unwrap_or(after.len())];
    let value = value.trim_end_matches('.');
    (value.len() >= 6 && looks_secret(value)).then_some((start, start + value.len()))
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

/// A secret that shows by its form.
fn token(rest: &str) -> Option<usize> {
    if let Some(body) = rest.strip_prefix("eyJ") {
        // A JSON Web Token: three parts, of which the last may be missing.
        let head = key_length(body);
        let payload = body[head..]
            .strip_prefix('.')
            .map(key_length)
            .unwrap_or_default();
        if head < 6 || payload < 6 {
            return None;
        }
        let end = "eyJ".len() + head + 1 + payload;
        let signature = rest[end..]
            .strip_prefix('.')
            .map(|text| key_length(text) + 1);
        return Some(end + signature.unwrap_or_default());
    }
    if let Some(prefix) = SECRET_PATHS.iter().find(|path| rest.starts_with(**path)) {
        let path = &rest[prefix.len()..];
        return path
            .starts_with(is_of_path)
            .then(|| prefix.len() + path.find(|c| !is_of_path(c)).unwrap_or(path.len()));
    }
    // Every word of every text is asked about: the first letter answers most of it.
    let first = rest.as_bytes().first();
    let mut prefixes = PREFIXES
        .iter()
        .filter(|(prefix, _)| prefix.as_bytes().first() == first);
    prefixes.find_map(|(prefix, least)| {
        let body = rest.strip_prefix(prefix)?;
        let dotted = prefix.ends_with('.') && body[key_length(body)..].starts_with('.');
        let more = if dotted {
            1 + key_length(&body[key_length(body) + 1..])
        } else {
            0
        };
        let length = key_length(body) + more;
        (length >= *least).then_some(prefix.len() + length)
    })
}

fn is_of_path(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '/')
}

/// Returns how many characters of a key a text begins with.
fn key_length(text: &str) -> usize {
    let is_of_key = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    text.bytes().take_while(is_of_key).count()
}
