//! Comparing secrets.

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// A configured secret, kept as its hash.
///
/// Hashes are compared instead of texts so that how long a comparison takes says nothing, not even
/// how long the secret is.
pub(super) struct Secret {
    hash: [u8; 32],
    is_strong: bool,
}

impl Secret {
    /// Bytes from which on nobody guesses a secret, however fast they try.
    pub(super) const STRONG: usize = 32;

    /// Returns the secret of that text.
    pub(super) fn new(secret: &SecretString) -> Self {
        let text = secret.expose_secret();
        Self {
            hash: hash(text.as_bytes()),
            is_strong: text.len() >= Self::STRONG,
        }
    }

    /// Returns whether what has this hash is this secret.
    pub(super) fn is(&self, shown: &[u8; 32]) -> bool {
        self.hash.ct_eq(shown).into()
    }

    /// Returns its hash.
    pub(super) fn hash(&self) -> &[u8; 32] {
        &self.hash
    }

    /// Returns whether nobody can guess it.
    pub(super) fn is_strong(&self) -> bool {
        self.is_strong
    }
}

/// Returns the hash that secrets are compared by.
pub(super) fn hash(shown: &[u8]) -> [u8; 32] {
    Sha256::digest(shown).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_secret_is_the_secret() {
        let secret = Secret::new(&"grüße-and-more".into());
        assert!(secret.is(&hash("grüße-and-more".as_bytes())));
        for other in [
            "",
            "g",
            "grüße-and-mor",
            "grüße-and-more ",
            "GRÜSSE-AND-MORE",
        ] {
            assert!(!secret.is(&hash(other.as_bytes())), "{other}");
        }
    }
}
