//! Tokens of links to one page.
//!
//! A page shows its token in `X-Share-Token` with each request. It is no cookie, so that nothing is to be fixed
//! or forged, whoever is signed in stays signed in, and a page in a frame of another site has it, too. Each
//! request asks for the link: one that is revoked or has expired ends at once.

use std::{fmt, sync::Arc};

use domain::time::Instant;
use rand::CryptoRng;
use secrecy::{ExposeSecret as _, SecretString};
use store::meta::{SharedLink, SharedLinkStore};

use super::{AuthError, Fault, authenticator::Recognised, key, session::secret};

/// The header in which a page shows the token.
pub(super) const HEADER: &str = "x-share-token";
/// Milliseconds after which a use is noted again.
const NOTED_MS: i64 = 60_000;

/// A token that was made, and what is kept of it.
pub struct NewToken {
    /// The token: the only time that it is here.
    pub secret: SecretString,
    /// What the link is found by.
    pub hash: String,
}

impl fmt::Debug for NewToken {
    /// Writes nothing of the token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewToken").finish_non_exhaustive()
    }
}

impl NewToken {
    /// Returns a token that nobody had before.
    pub fn generate(random: &mut (impl CryptoRng + ?Sized)) -> Self {
        let secret = secret::generate(random);
        let hash = key::hash(secret.expose_secret());
        Self { secret, hash }
    }
}

/// Returns who shows a token.
pub(super) async fn recognise(
    links: &dyn SharedLinkStore,
    shown: &[u8],
    now: Instant,
) -> Result<Recognised, AuthError> {
    let token = str::from_utf8(shown).ok();
    let token = token.filter(|text| secret::is_well_formed(text));
    let found = match token {
        Some(token) => links.link_by_hash(&key::hash(token)).await?,
        None => None,
    };
    let link: SharedLink = found.ok_or(Fault::UnknownLink)?;
    if now >= link.expires_at {
        return Err(AuthError::LinkExpired);
    }
    let is_due = |used: Instant| now.as_millis().saturating_sub(used.as_millis()) >= NOTED_MS;
    if link.last_used_at.is_none_or(is_due) {
        links.note_link_used(&link.id, now).await?;
    }
    Ok(Recognised::of_link(Arc::new(link)))
}
