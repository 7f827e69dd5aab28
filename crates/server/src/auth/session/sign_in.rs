//! Signing in: what is shown becomes a session.

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, header};
use domain::time::Instant;
use rand::{CryptoRng, Rng as _};
use secrecy::{ExposeSecret as _, SecretString};
use store::meta::{Access, MetaError, OpenedBy, Session, SessionStore};

use super::{IDLE, Sessions, SignedIn, after, cookies, secret};
use crate::auth::{
    AuthError, Caller, Credential, Fault, Presented, TokenFault, authenticator::Recognised, key,
};

/// Longest time of a session, however much it is used.
const LONGEST: Duration = Duration::from_hours(30 * 24);
/// Time for which the code of a link can be used.
const CODE_LIFE: Duration = Duration::from_mins(10);
/// Most sessions that one key, person or the like has.
const MOST: u32 = 50;
/// What the name of whoever has none is.
const NAMELESS: &str = "administrator";

/// What somebody signs in with.
#[derive(Clone, Copy)]
pub enum Shown<'a> {
    /// A key that was made, or the configured one.
    Key(&'a str),
    /// A token of the chat.
    Token(&'a str),
    /// The code of a link.
    Code(&'a str),
}

/// What a session is to be.
struct Wanted {
    name: String,
    role: Option<String>,
    by: Way,
    ends_at: Option<Instant>,
}

/// What a session is opened with, before there is a secret.
enum Way {
    ConfiguredKey,
    Other(OpenedBy),
}

/// Makes a code that signs in as an administrator, once; `made_by` says who made it.
pub async fn make_code(
    store: &dyn SessionStore,
    made_by: &str,
    now: Instant,
    random: &mut (impl CryptoRng + ?Sized),
) -> Result<SecretString, MetaError> {
    let code = secret::generate(random);
    let hash = key::hash(code.expose_secret());
    let end = after(now, CODE_LIFE);
    store.insert_code(&hash, made_by, now, end).await?;
    Ok(code)
}

impl Sessions {
    /// Signs somebody in.
    pub async fn sign_in(
        &self,
        shown: Shown<'_>,
        presented: &Presented<'_>,
    ) -> Result<SignedIn, AuthError> {
        self.require_page(presented)?;
        let opened = match self.recognise(shown, presented).await {
            Ok((caller, wanted)) => self.open(caller, wanted, presented).await,
            Err(AuthError::Invalid(fault)) if fault.is_guess() => {
                Err(self.authenticator.refuse_sign_in(presented, Some(fault)))
            }
            Err(error) => Err(error),
        };
        if let Err(error) = &opened {
            self.authenticator.hold_back(presented, error).await;
        }
        opened
    }

    /// Signs in whoever is signed in to the chat, by the token that it keeps in a cookie of the same host.
    pub async fn exchange(&self, presented: &Presented<'_>) -> Result<SignedIn, AuthError> {
        self.require_page(presented)?;
        let mut refusal = None;
        for token in cookies::tokens_of_the_chat(presented.headers) {
            match self.sign_in(Shown::Token(&token), presented).await {
                Ok(signed_in) => return Ok(signed_in),
                Err(error) => refusal = refusal.or(Some(error)),
            }
        }
        Err(refusal.unwrap_or(AuthError::Missing))
    }

    /// Returns who shows something, as if a header had shown it.
    async fn recognise(
        &self,
        shown: Shown<'_>,
        presented: &Presented<'_>,
    ) -> Result<(Caller, Wanted), AuthError> {
        let mut headers = presented.headers.clone();
        for name in Presented::CREDENTIALS.into_iter().chain(["cookie"]) {
            headers.remove(name);
        }
        let value = |text: &str, fault: Fault| HeaderValue::from_str(text).map_err(|_bad| fault);
        match shown {
            Shown::Key(key) => {
                let key = key.trim();
                // Nothing would be no key but an address, which is enough in a trusted network.
                if key.is_empty() {
                    return Err(Fault::MalformedKey.into());
                }
                self.authenticator
                    .may_sign_in_with(key.as_bytes(), presented)?;
                headers.insert("x-api-key", value(key, Fault::MalformedKey)?);
            }
            Shown::Token(token) => {
                if token.split('.').count() != 3 {
                    return Err(TokenFault::Malformed.into());
                }
                let bearer = format!("Bearer {}", token.trim());
                let value = value(&bearer, TokenFault::Malformed.into())?;
                headers.insert(header::AUTHORIZATION, value);
            }
            Shown::Code(code) => return self.recognise_code(code, &headers).await,
        }
        let as_shown = Presented {
            headers: &headers,
            path_key: None,
            peer: presented.peer,
        };
        let caller = self.authenticator.authenticate(as_shown).await?;
        caller.require(Access::Read)?;
        let wanted = self.wanted(&caller, shown).await?;
        Ok((caller, wanted))
    }

    async fn recognise_code(
        &self,
        code: &str,
        headers: &HeaderMap,
    ) -> Result<(Caller, Wanted), AuthError> {
        let hash = key::hash(code.trim());
        let made_by = self.store.take_code(&hash, self.clock.now()).await?;
        let made_by = made_by.ok_or(Fault::Code)?;
        let recognised = Recognised::admin(Credential::Link);
        let caller = self.authenticator.admit(recognised, headers)?;
        let wanted = Wanted {
            name: NAMELESS.to_owned(),
            role: None,
            by: Way::Other(OpenedBy::Link { made_by }),
            ends_at: None,
        };
        Ok((caller, wanted))
    }

    /// Returns what the session of a caller is to be.
    async fn wanted(&self, caller: &Caller, shown: Shown<'_>) -> Result<Wanted, AuthError> {
        match (&caller.by, shown) {
            (Credential::ApiKey { id }, Shown::Key(text)) => {
                let key = self.keys.key_by_hash(&key::hash(text.trim())).await?;
                let key = key.ok_or(Fault::UnknownKey)?;
                Ok(Wanted {
                    name: key.name,
                    role: None,
                    by: Way::Other(OpenedBy::Key { id: id.clone() }),
                    ends_at: key.expires_at,
                })
            }
            (Credential::ConfiguredKey, _) => Ok(Wanted {
                name: "ANALYTICS_API_KEY".to_owned(),
                role: None,
                by: Way::ConfiguredKey,
                ends_at: None,
            }),
            (Credential::Token { subject }, Shown::Token(text)) => {
                let now = self.clock.now();
                let claims = self.authenticator.token_keys.verify(text.trim(), now)?;
                let named = claims.name.or_else(|| Some(subject.as_ref()?.to_string()));
                Ok(Wanted {
                    name: named.unwrap_or_else(|| NAMELESS.to_owned()),
                    role: claims.administers_as.map(str::to_owned),
                    by: Way::Other(OpenedBy::Token {
                        subject: subject.clone(),
                    }),
                    ends_at: Some(claims.expires_at),
                })
            }
            _ => Err(AuthError::Missing),
        }
    }

    /// Opens a session; one that the browser has already is ended.
    async fn open(
        &self,
        caller: Caller,
        wanted: Wanted,
        presented: &Presented<'_>,
    ) -> Result<SignedIn, AuthError> {
        let (id, secret) = self
            .random
            .with(|random| (random.next_u64(), secret::generate(random)));
        let opened_by = match (wanted.by, &self.authenticator.configured_key) {
            (Way::Other(opened_by), _) => opened_by,
            (Way::ConfiguredKey, Some(key)) => OpenedBy::ConfiguredKey {
                proof: secret::proof(secret.expose_secret(), key),
            },
            (Way::ConfiguredKey, None) => return Err(Fault::MalformedKey.into()),
        };
        let now = self.clock.now();
        let longest = after(now, LONGEST);
        let session = Session {
            id: format!("{id:016x}"),
            name: wanted.name,
            role: wanted.role,
            access: caller.access,
            workspace_id: (!caller.sees_every_workspace).then_some(caller.workspace),
            opened_by,
            address: self
                .authenticator
                .client_address(presented)
                .address
                .to_string(),
            created_at: now,
            seen_at: now,
            ends_at: wanted.ends_at.map_or(longest, |end| end.min(longest)),
        };
        if let Ok(Some(before)) = self.find(presented).await {
            self.store.end_session(&before.session.id).await?;
        }
        let hash = key::hash(secret.expose_secret());
        let idle = i64::try_from(IDLE.as_millis()).unwrap_or(i64::MAX);
        let idle_since = now.plus_millis(-idle);
        self.store
            .insert_session(&session, &hash, idle_since, MOST)
            .await?;
        Ok(SignedIn { session, secret })
    }
}
