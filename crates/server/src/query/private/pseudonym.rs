//! Pseudonyms of people: the same for as long as the settings file lasts, and without it nobody's.
//!
//! A pseudonym is an HMAC-SHA-256 of the workspace and the identifier, with a secret that the settings file
//! holds and nothing shows. Whoever has a pseudonym finds who it is only by the secret and a list of
//! everybody; whoever has an identifier finds no pseudonym by guessing.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use domain::id::WorkspaceId;
use hmac::{Hmac, Mac as _};
use rand::CryptoRng;
use sha2::Sha256;
use store::meta::{MetaError, MetaStore};

/// Bytes of a pseudonym: two people of a billion have the same one with a chance of 10⁻²¹.
const BYTES: usize = 16;
/// What pseudonyms begin with.
const PREFIX: &str = "p_";
/// Setting that holds the secret, as hexadecimal digits.
const SETTING: &str = "privacy.pseudonym_secret";
/// Most pseudonyms that are remembered: those of the largest page and what stands beside it.
const MOST_REMEMBERED: usize = 200_000;

/// Gives pseudonyms out, and knows again those that it gave out lately.
#[derive(Default)]
pub struct Pseudonyms {
    secret: Vec<u8>,
    lately: Mutex<HashMap<String, String>>,
}

impl Pseudonyms {
    /// Returns the pseudonyms of these settings; the first time a secret is made.
    pub async fn open(
        meta: &dyn MetaStore,
        random: &mut (impl CryptoRng + Send),
    ) -> Result<Self, MetaError> {
        let mut bytes = [0; 32];
        random.fill_bytes(&mut bytes);
        // Of several instances that start at once, one makes it.
        let secret = meta.keep_setting(SETTING, &hex(&bytes)).await?;
        Ok(Self::of(secret.into_bytes()))
    }

    fn of(secret: Vec<u8>) -> Self {
        Self {
            secret,
            lately: Mutex::default(),
        }
    }

    /// Returns the pseudonym of a person.
    pub fn give(&self, workspace: &WorkspaceId, id: &str) -> String {
        let pseudonym = self.compute(workspace, id);
        let mut lately = self.lately.lock().unwrap_or_else(PoisonError::into_inner);
        if lately.len() >= MOST_REMEMBERED {
            lately.clear();
        }
        lately.insert(pseudonym.clone(), id.to_owned());
        pseudonym
    }

    /// Returns the same without remembering it.
    pub fn compute(&self, workspace: &WorkspaceId, id: &str) -> String {
        #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret).expect("a key of any length");
        let workspace = workspace.as_str().as_bytes();
        // The length tells where the workspace ends.
        mac.update(&(workspace.len() as u64).to_be_bytes());
        mac.update(workspace);
        mac.update(id.as_bytes());
        format!("{PREFIX}{}", hex(&mac.finalize().into_bytes()[..BYTES]))
    }

    /// Returns who of a workspace has a pseudonym that was given out lately: one of another workspace is
    /// nobody's here, though somebody may have the same identifier.
    pub fn known(&self, workspace: &WorkspaceId, pseudonym: &str) -> Option<String> {
        let id = {
            let lately = self.lately.lock().unwrap_or_else(PoisonError::into_inner);
            lately.get(pseudonym).cloned()?
        };
        (self.compute(workspace, &id) == pseudonym).then_some(id)
    }

    /// Returns whether a text looks like a pseudonym.
    pub fn is_one(text: &str) -> bool {
        let digits = text.strip_prefix(PREFIX);
        digits.is_some_and(|digits| {
            let mut bytes = digits.bytes();
            digits.len() == 2 * BYTES && bytes.all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        })
    }
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;

    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        let _never_fails = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workspace(name: &str) -> WorkspaceId {
        WorkspaceId::new(name).unwrap()
    }

    #[test]
    fn pseudonyms_are_of_one_secret_one_workspace_and_one_person() {
        let ours = Pseudonyms::of(b"one".to_vec());
        let theirs = Pseudonyms::of(b"two".to_vec());
        let first = ours.give(&workspace("a"), "ada");
        assert_eq!(ours.give(&workspace("a"), "ada"), first);
        // The beginning of HMAC-SHA-256("one", 0x0000000000000001 "a" "ada"), by another program.
        assert_eq!(first, "p_c360c1081b55cb8b5f6fe472e2ce2925");
        for other in [
            ours.give(&workspace("a"), "adb"),
            ours.give(&workspace("aa"), "da"),
            theirs.give(&workspace("a"), "ada"),
        ] {
            assert_ne!(other, first);
            assert!(Pseudonyms::is_one(&other), "{other}");
        }
    }

    #[test]
    fn only_what_was_given_out_is_known_again() {
        let pseudonyms = Pseudonyms::of(b"one".to_vec());
        let given = pseudonyms.give(&workspace("a"), "ada");
        let computed = pseudonyms.compute(&workspace("a"), "bob");
        let known = |of: &str, pseudonym: &str| pseudonyms.known(&workspace(of), pseudonym);
        assert_eq!(known("a", &given).as_deref(), Some("ada"));
        assert_eq!(known("b", &given), None);
        assert_eq!(known("a", &computed), None);
        for text in ["ada", "p_", "p_ADA", "p_0123456789abcdef0123456789abcdeg"] {
            assert!(!Pseudonyms::is_one(text), "{text}");
        }
    }
}
