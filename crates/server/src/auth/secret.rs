//! Comparing secrets.

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// A configured secret, kept as its hash.
///
/// Hashes are compared instead of texts so that how long a comparison takes says nothing, not even
/// how long the secret is.
pub(super) struct Secret([u8; 32]);

impl Secret {
    /// Returns the secret of that text.
    pub(super) fn new(secret: &SecretString) -> Self {
        Self(Sha256::digest(secret.expose_secret()).into())
    }

    /// Returns whether this secret was shown.
    pub(super) fn is(&self, shown: &[u8]) -> bool {
        let shown: [u8; 32] = Sha256::digest(shown).into();
        self.0.ct_eq(&shown).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_secret_is_the_secret() {
        let secret = Secret::new(&"grüße-and-more".into());
        assert!(secret.is("grüße-and-more".as_bytes()));
        for other in [
            "",
            "g",
            "grüße-and-mor",
            "grüße-and-more ",
            "GRÜSSE-AND-MORE",
        ] {
            assert!(!secret.is(other.as_bytes()), "{other}");
        }
    }
}
