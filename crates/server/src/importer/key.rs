//! Idempotency keys that say what an event is and not where it stood.

use domain::id::{EventId, Key64, MAX_ID_LENGTH};
use uuid::Uuid;

/// Namespace of hashed keys, fixed for ever because stored events depend on it.
const NAMESPACE: Uuid = Uuid::from_u128(0x3b1e_8f52_7c0a_5d4e_8d36_90c1_5ae2_f417);

/// Returns the hash that stands for `bytes`.
pub(super) fn hash(bytes: &[u8]) -> Uuid {
    Uuid::new_v5(&NAMESPACE, bytes)
}

/// Returns `prefix:part:part…`, unambiguous for any parts and never longer than a key may be.
///
/// `:` within a part is escaped, because identifiers of other chats hold it (`@ann:example.org`):
/// the parts `a:b`, `c` and the parts `a`, `b:c` are different events. A key that is too long or
/// holds control characters is replaced by its hash.
pub(super) fn join(prefix: &str, parts: &[&str]) -> String {
    let length = parts.iter().map(|part| part.len() + 1).sum::<usize>();
    let mut key = String::with_capacity(prefix.len() + length + 8);
    key.push_str(prefix);
    for part in parts {
        key.push(':');
        push_escaped(&mut key, part.trim());
    }
    if key.len() > MAX_ID_LENGTH || key.chars().any(char::is_control) {
        hashed(prefix, hash(key.as_bytes()))
    } else {
        key
    }
}

/// Returns the key `prefix:#hash`.
pub(super) fn hashed(prefix: &str, hash: Uuid) -> String {
    format!("{prefix}:#{hash}")
}

/// Returns the key of what `key` says, which happened to a message: an identifier that holds the
/// key of the message.
pub(super) fn about(message: &str, key: &str) -> String {
    EventId::about(Key64::of(message), Key64::of(key)).to_string()
}

fn push_escaped(key: &mut String, part: &str) {
    if !part.contains([':', '%']) {
        key.push_str(part);
        return;
    }
    for c in part.chars() {
        match c {
            ':' => key.push_str("%3A"),
            '%' => key.push_str("%25"),
            c => key.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_stay_apart() {
        assert_eq!(
            join("slack", &["C1", "1433558319.000002"]),
            "slack:C1:1433558319.000002"
        );
        assert_eq!(
            join("p", &["@ann:example.org", "x"]),
            "p:@ann%3Aexample.org:x"
        );
        assert_ne!(join("p", &["a:b", "c"]), join("p", &["a", "b:c"]));
        assert_ne!(join("p", &["a%3Ab"]), join("p", &["a:b"]));
        assert_eq!(join("p", &[" a "]), join("p", &["a"]));
    }

    #[test]
    fn no_key_is_too_long_or_holds_control_characters() {
        let long = join("p", &["c", &"x".repeat(500)]);
        assert_eq!(long.len(), "p:#".len() + 36);
        assert_ne!(long, join("p", &["c", &"x".repeat(501)]));
        assert!(join("p", &["a\u{0}b"]).starts_with("p:#"));
    }
}
