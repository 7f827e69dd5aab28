//! Keys that are made: what they look like, and how they come to be.
//!
//! A key reads `nca_<access>_<43 characters>`: 28 random bytes and a checksum over everything before
//! it, as base64url. The checksum tells a key that was copied badly from one that was revoked, and
//! spares the database both. What a key may do is not taken from its text.

use std::{ops::Range, time::Duration};

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use domain::{
    clock::Clock,
    event::{EventType, KEY_PREFIX},
    id::WorkspaceId,
    time::Instant,
};
use rand::CryptoRng;
use secrecy::SecretString;
use sha2::{Digest, Sha256};
use store::meta::{Access, ApiKey};

use crate::config::kind::{Kind as _, Span, Unit};

/// Random bytes of a key; with the checksum they fill 43 characters.
const RANDOM: usize = 28;

/// Bytes of a key that are no randomness but a checksum.
const CHECKSUM: usize = 4;

/// Characters of a key after its second `_`.
const BODY: usize = 43;

/// Longest name of a key, in characters.
pub const MAX_NAME_LENGTH: usize = 100;

/// What a new key is to be for.
#[derive(Debug, Clone)]
pub struct Grant {
    /// What it is for, in the administrator's words.
    pub name: String,
    /// What it may do.
    pub access: Access,
    /// The only workspace it may see; `None` for any.
    pub workspace: Option<WorkspaceId>,
    /// The only kinds of events it may send; empty for every kind.
    pub kinds: Vec<EventType>,
    /// The only web origins it is accepted from; empty for callers from anywhere.
    pub origins: Vec<String>,
    /// When it stops to hold; `None` for never.
    pub expires_at: Option<Instant>,
}

impl Grant {
    /// Returns a grant without any limit.
    pub fn unlimited(access: Access, name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            access,
            workspace: None,
            kinds: Vec::new(),
            origins: Vec::new(),
            expires_at: None,
        }
    }
}

/// A key as it is made: the only moment its secret is known.
#[derive(Debug)]
pub struct NewKey {
    /// The text to hand over, once.
    pub secret: SecretString,
    /// What is kept of it.
    pub key: ApiKey,
    /// The hash to keep it by.
    pub hash: String,
}

/// Why a text cannot name a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// The text is empty or only white space.
    #[error("a key needs a name that says what it is for")]
    Empty,
    /// The text is longer than [`MAX_NAME_LENGTH`] characters.
    #[error("the name of a key may be {MAX_NAME_LENGTH} characters long")]
    TooLong,
    /// The text holds control characters.
    #[error("the name of a key may not hold control characters")]
    Control,
}

impl NewKey {
    /// Makes a key; it holds once it is kept with [`store::meta::KeyStore::insert_key`].
    pub fn generate(
        grant: Grant,
        rng: &mut (impl CryptoRng + ?Sized),
        clock: &dyn Clock,
    ) -> Result<Self, NameError> {
        let name = check_name(&grant.name)?.to_owned();
        let id = rng.next_u64() >> 16;
        let mut body = [0; RANDOM + CHECKSUM];
        let (random, sum) = body.split_at_mut(RANDOM);
        rng.fill_bytes(random);
        let head = format!("{KEY_PREFIX}{}_", grant.access.name());
        sum.copy_from_slice(&checksum(&head, random));
        let text = head + &BASE64_URL_SAFE_NO_PAD.encode(body);
        Ok(Self {
            hash: hash(&text),
            secret: text.into(),
            key: ApiKey {
                id: format!("{id:012x}"),
                name,
                access: grant.access,
                workspace_id: grant.workspace,
                kinds: grant.kinds,
                origins: grant.origins,
                created_at: clock.now(),
                expires_at: grant.expires_at,
                last_used_at: None,
                revoked_at: None,
            },
        })
    }
}

/// Returns the hash a key is kept by. Keys are random enough to need neither salt nor slowness.
pub fn hash(text: &str) -> String {
    format!("{:x}", Sha256::digest(text))
}

/// Returns the time for which a key holds, as people write it; `None` when the text is none.
pub fn life(text: &str) -> Option<Duration> {
    const LIFE: Span = Span {
        unit: Unit::Seconds,
        min: 60,
        max: 100 * 366 * 86_400,
    };
    // A bare number could be anything from seconds to days.
    let has_unit = text.ends_with(|c: char| c.is_ascii_alphabetic());
    has_unit.then(|| LIFE.parse(text).ok()).flatten()
}

/// Returns whether a text is a key as this module makes them, known or not.
pub fn is_well_formed(text: &str) -> bool {
    let parts = || {
        let (head, body) = text.split_at_checked(text.len().checked_sub(BODY)?)?;
        let access = head.strip_prefix(KEY_PREFIX)?.strip_suffix('_')?;
        Access::parse(access)?;
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(body).ok()?;
        let (random, sum) = bytes.split_at_checked(RANDOM)?;
        Some(sum == checksum(head, random))
    };
    parts().unwrap_or(false)
}

/// Returns where in a text a key, or what is left of one, can be seen.
pub(super) fn find(text: &str) -> Option<Range<usize>> {
    let of_a_key = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    text.match_indices(KEY_PREFIX).find_map(|(start, _)| {
        let rest = text.as_bytes().get(start..)?;
        let length = rest.iter().take_while(|byte| of_a_key(byte)).count();
        (length > KEY_PREFIX.len()).then_some(start..start + length)
    })
}

fn checksum(head: &str, random: &[u8]) -> [u8; CHECKSUM] {
    let hasher = Sha256::new().chain_update(head).chain_update(random);
    let digest: [u8; 32] = hasher.finalize().into();
    let [a, b, c, d, ..] = digest;
    [a, b, c, d]
}

fn check_name(name: &str) -> Result<&str, NameError> {
    let name = name.trim();
    if name.is_empty() {
        Err(NameError::Empty)
    } else if name.chars().count() > MAX_NAME_LENGTH {
        Err(NameError::TooLong)
    } else if name.chars().any(char::is_control) {
        Err(NameError::Control)
    } else {
        Ok(name)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use domain::clock::ManualClock;
    use proptest::prelude::*;
    use rand::SeedableRng;
    use rand_chacha::ChaCha20Rng;
    use secrecy::ExposeSecret;

    use super::*;

    fn made(seed: u64, access: Access) -> NewKey {
        let clock = ManualClock::at(Instant::from_millis(1_770_000_000_000));
        let mut rng = ChaCha20Rng::seed_from_u64(seed);
        let grant = Grant::unlimited(access, " backup script ");
        NewKey::generate(grant, &mut rng, &clock).unwrap()
    }

    #[test]
    fn a_key_says_what_it_is_and_is_kept_as_a_hash() {
        for access in [Access::Admin, Access::Read, Access::Write] {
            let new = made(1, access);
            let text = new.secret.expose_secret();
            let body = text
                .strip_prefix(&format!("nca_{}_", access.name()))
                .unwrap();
            assert_eq!(body.len(), 43, "{text}");
            assert!(is_well_formed(text));
            assert_eq!(new.hash, hash(text));
            assert_eq!(new.hash.len(), 64);
            assert!(!format!("{new:?}").contains(body));
            let expected = ApiKey {
                id: new.key.id.clone(),
                name: "backup script".into(),
                access,
                workspace_id: None,
                kinds: Vec::new(),
                origins: Vec::new(),
                created_at: Instant::from_millis(1_770_000_000_000),
                expires_at: None,
                last_used_at: None,
                revoked_at: None,
            };
            assert_eq!(new.key, expected);
        }
    }

    #[test]
    fn keys_differ_and_follow_from_their_randomness() {
        let text = |seed| made(seed, Access::Read).secret.expose_secret().to_owned();
        let texts: HashSet<String> = (0..100).map(text).collect();
        let ids: HashSet<String> = (0..100)
            .map(|seed| made(seed, Access::Read).key.id)
            .collect();
        assert_eq!((texts.len(), ids.len()), (100, 100));
        assert_eq!(text(7), text(7));
    }

    #[test]
    fn a_name_says_something_in_a_line() {
        let long = "é".repeat(MAX_NAME_LENGTH);
        assert_eq!(check_name(&long), Ok(long.as_str()));
        assert_eq!(check_name(&format!("{long}x")), Err(NameError::TooLong));
        assert_eq!(check_name(" "), Err(NameError::Empty));
        assert_eq!(check_name("a\u{1b}[31m"), Err(NameError::Control));
    }

    proptest! {
        #[test]
        fn one_wrong_character_is_noticed(seed: u64, at in 0..52_usize, put in "[A-Za-z0-9_-]") {
            let right = made(seed, Access::Read).secret.expose_secret().to_owned();
            let mut wrong = right.clone();
            wrong.replace_range(at..=at, &put);
            prop_assert_eq!(is_well_formed(&wrong), wrong == right);
        }

        #[test]
        fn a_part_of_a_key_is_none(seed: u64, length in 0..52_usize) {
            let mut part = made(seed, Access::Read).secret.expose_secret().to_owned();
            part.truncate(length);
            prop_assert!(!is_well_formed(&part));
        }

        #[test]
        fn any_text_is_judged(text in "\\PC*") {
            prop_assert!(!is_well_formed(&text));
            let range = find(&text);
            prop_assert_eq!(range.is_some_and(|range| !text[range].starts_with("nca_")), false);
        }
    }
}
