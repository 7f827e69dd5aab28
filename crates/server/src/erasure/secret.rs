//! The secret of a store: it keys the hashes of people who were erased, and signs receipts.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use rand::CryptoRng;
use ring::{
    hmac,
    signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey},
};
use store::meta::{MetaError, MetaStore};

/// The setting that holds the secret.
const SETTING: &str = "erasure.secret";
/// What the key of receipts is derived with.
const OF_RECEIPTS: &[u8] = b"nchat-analytics receipts of erasures";

/// The secret of a store.
pub struct StoreSecret {
    secret: [u8; 32],
}

impl StoreSecret {
    /// Returns the secret that the settings hold; makes one where they hold none.
    pub async fn open(
        meta: &dyn MetaStore,
        random: &mut (impl CryptoRng + ?Sized + Send),
    ) -> Result<Self, MetaError> {
        let read =
            |text: &str| -> Option<[u8; 32]> { BASE64_STANDARD.decode(text).ok()?.try_into().ok() };
        let mut secret = [0; 32];
        random.fill_bytes(&mut secret);
        let text = BASE64_STANDARD.encode(secret);
        // Of several instances that start at once, one makes it.
        if let Some(kept) = read(&meta.keep_setting(SETTING, &text).await?) {
            return Ok(Self { secret: kept });
        }
        meta.put_setting(SETTING, &text).await?;
        Ok(Self { secret })
    }

    /// Returns what keys the hashes of people.
    pub fn bytes(&self) -> &[u8] {
        &self.secret
    }

    /// Returns what signs receipts.
    pub(super) fn signer(&self) -> Option<Signer> {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.secret);
        let seed = hmac::sign(&key, OF_RECEIPTS);
        // 32 bytes are a seed, whatever they are.
        Ed25519KeyPair::from_seed_unchecked(seed.as_ref())
            .ok()
            .map(Signer)
    }
}

/// What signs receipts.
pub(super) struct Signer(Ed25519KeyPair);

impl Signer {
    /// Returns the public key, as receipts show it.
    pub(super) fn public_key(&self) -> String {
        BASE64_STANDARD.encode(self.0.public_key())
    }

    /// Returns the signature of a text, as receipts show it.
    pub(super) fn sign(&self, text: &str) -> String {
        BASE64_STANDARD.encode(self.0.sign(text.as_bytes()))
    }
}

/// Returns whether a signature of a text holds by a public key.
pub(super) fn holds(text: &str, signature: &str, public_key: &str) -> bool {
    let decoded = |text: &str| BASE64_STANDARD.decode(text).ok();
    decoded(public_key)
        .zip(decoded(signature))
        .is_some_and(|(key, signature)| {
            let key = UnparsedPublicKey::new(&ED25519, key);
            key.verify(text.as_bytes(), &signature).is_ok()
        })
}
