//! Secrets of sessions and of links, and what follows from them.

use base64::{Engine as _, prelude::BASE64_URL_SAFE_NO_PAD};
use hmac::{Hmac, Mac as _};
use rand::CryptoRng;
use secrecy::SecretString;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use crate::auth::secret::Secret;

/// Random bytes of a secret.
const RANDOM: usize = 32;
/// Characters of them.
const LENGTH: usize = 43;

/// Returns a secret that nobody had before.
pub(in crate::auth) fn generate(random: &mut (impl CryptoRng + ?Sized)) -> SecretString {
    let mut bytes = [0; RANDOM];
    random.fill_bytes(&mut bytes);
    BASE64_URL_SAFE_NO_PAD.encode(bytes).into()
}

/// Returns whether a text can be a secret, known or not.
pub(in crate::auth) fn is_well_formed(text: &str) -> bool {
    text.len() == LENGTH && BASE64_URL_SAFE_NO_PAD.decode(text).is_ok()
}

/// Returns what pages show beside the cookie where something changes. It says nothing of the secret,
/// and the hash that is kept says nothing of it.
pub(super) fn csrf(secret: &str) -> String {
    derive(secret, b"csrf", b"")
}

/// Returns what shows that a session was opened with the configured key: whoever changes that key ends
/// its sessions, and what is kept helps nobody to guess it.
pub(super) fn proof(secret: &str, configured: &Secret) -> String {
    derive(secret, b"configured key", configured.hash())
}

/// Returns whether two texts are the same, in a time that says nothing of where they differ.
pub(super) fn is_same(one: &[u8], other: &[u8]) -> bool {
    one.ct_eq(other).into()
}

fn derive(secret: &str, purpose: &[u8], of: &[u8]) -> String {
    // A key of any length is taken.
    let Ok(mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else {
        return String::new();
    };
    let tag = mac.chain_update(purpose).chain_update(of).finalize();
    BASE64_URL_SAFE_NO_PAD.encode(tag.into_bytes())
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;
    use rand_chacha::ChaCha20Rng;
    use secrecy::ExposeSecret as _;

    use super::*;

    #[test]
    fn a_secret_is_its_own_and_tells_nothing() {
        let mut random = ChaCha20Rng::seed_from_u64(7);
        let [one, other] = [(); 2].map(|()| generate(&mut random).expose_secret().to_owned());
        assert_ne!(one, other);
        assert!(is_well_formed(&one));
        for bad in [
            "",
            &one[1..],
            &format!("{one}x"),
            &one.replacen(&one[..1], "=", 1),
        ] {
            assert!(!is_well_formed(bad), "{bad}");
        }
        let configured = Secret::new(&"configured".into());
        let derived = [csrf(&one), proof(&one, &configured), csrf(&other)];
        for (place, text) in derived.iter().enumerate() {
            assert_eq!(text.len(), LENGTH);
            assert!(!derived[place + 1..].contains(text));
            assert!(![&one, &other].contains(&text));
        }
        assert_eq!(csrf(&one), csrf(&one));
        assert_ne!(
            proof(&one, &configured),
            proof(&one, &Secret::new(&"another".into()))
        );
    }
}
