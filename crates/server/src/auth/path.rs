//! Keys in the path: `/k/<key>/api/…`.

use std::{borrow::Cow, ops::Range};

use super::key;

/// What stands for a key in what is logged.
const REDACTED: &str = "[key]";

/// Splits a path, without its query, into the key it begins with and the path that is meant:
/// `/k/<key>/api/x` into the key and `/api/x`.
///
/// Slashes too many are forgiven, because the part with the key is written into a setting that
/// others put paths behind.
pub fn split_path_key(path: &str) -> Option<(&str, &str)> {
    let after = path
        .strip_prefix('/')?
        .trim_start_matches('/')
        .strip_prefix("k/")?
        .trim_start_matches('/');
    let (key, rest) = after.split_at(after.find('/').unwrap_or(after.len()));
    if key.is_empty() {
        return None;
    }
    let spare = rest.len() - rest.trim_start_matches('/').len();
    Some((key, if spare == 0 { "/" } else { &rest[spare - 1..] }))
}

/// Returns a path, with or without its query, as it may be logged: no key in it, wherever one got
/// to.
pub fn redact_path(path: &str) -> Cow<'_, str> {
    let mut redacted = String::new();
    let mut rest = path;
    while let Some(secret) = first_secret(rest) {
        redacted.push_str(&rest[..secret.start]);
        redacted.push_str(REDACTED);
        rest = &rest[secret.end..];
    }
    if redacted.is_empty() {
        Cow::Borrowed(path)
    } else {
        redacted.push_str(rest);
        redacted.into()
    }
}

/// Returns where the first thing is that must not be logged: what follows `/k/`, or a key.
fn first_secret(path: &str) -> Option<Range<usize>> {
    let place = path.match_indices("/k/").find_map(|(at, marker)| {
        let after = path[at + marker.len()..].trim_start_matches('/');
        let length = after.find(['/', '?', '#']).unwrap_or(after.len());
        let start = path.len() - after.len();
        (length > 0).then_some(start..start + length)
    });
    [place, key::find(path)]
        .into_iter()
        .flatten()
        .min_by_key(|range| range.start)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_key_is_split_from_the_path_that_is_meant() {
        for (path, key, rest) in [
            (
                "/k/abc/api/analytics/dashboard",
                "abc",
                "/api/analytics/dashboard",
            ),
            ("/k/abc//api/x", "abc", "/api/x"),
            ("//k//abc/api/x/", "abc", "/api/x/"),
            ("/k/abc/", "abc", "/"),
            ("/k/abc", "abc", "/"),
        ] {
            assert_eq!(split_path_key(path), Some((key, rest)), "{path}");
        }
        for path in [
            "",
            "/",
            "/k",
            "/k/",
            "/k//",
            "k/abc/api",
            "/api/k/abc",
            "/keys/abc",
        ] {
            assert_eq!(split_path_key(path), None, "{path}");
        }
    }

    #[test]
    fn a_logged_path_holds_no_key() {
        let key = "nca_read_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
        for (path, logged) in [
            ("/k/hunter2/api/x?period=7d", "/k/[key]/api/x?period=7d"),
            ("/k/hunter2?period=7d", "/k/[key]?period=7d"),
            ("//k//hunter2", "//k//[key]"),
            ("/proxied/k/hunter2/k/hunter2", "/proxied/k/[key]/k/[key]"),
            ("/api/x?period=7d", "/api/x?period=7d"),
            (
                &format!("/api/x?key={key}&period=7d"),
                "/api/x?key=[key]&period=7d",
            ),
            (&format!("/{key}/{key}"), "/[key]/[key]"),
            (&format!("/k/é{key}"), "/k/[key]"),
        ] {
            assert_eq!(redact_path(path), logged, "{path}");
        }
        assert!(matches!(redact_path("/api/x"), Cow::Borrowed(_)));
    }

    proptest! {
        #[test]
        fn any_path_is_split_and_redacted(path in "\\PC*", key in "[^/?#]+") {
            split_path_key(&path);
            redact_path(&path);
            let with_key = format!("/k/{key}/api");
            prop_assert_eq!(split_path_key(&with_key), Some((key.as_str(), "/api")));
            prop_assert_eq!(redact_path(&with_key), "/k/[key]/api");
        }
    }
}
