//! Sessions of the pages: whoever signed in once is known by a cookie.
//!
//! 1. A session is opened with a key that may read, with a token of an owner or admin, or with the code of a
//!    link; its caller is who that key or token would be, and it ends with it. Each gets a secret of its
//!    own; one that a browser brings along is never taken over.
//! 2. The cookie counts below the pages only, where the router says so, and only in requests of the
//!    pages themselves; elsewhere it is not looked at. Whatever changes something takes the
//!    session's token in `X-CSRF-Token` as well.
//! 3. A credential in a header comes first: no page can make a browser send one.
//! 4. Only the hash of the secret is kept, and it is asked for with every request: a session that is
//!    ended, or whose key is revoked, is refused at once.

mod cookies;
mod page;
pub(super) mod secret;
mod sign_in;

use std::{fmt, sync::Arc, time::Duration};

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use domain::{clock::Clock, time::Instant};
use secrecy::{ExposeSecret as _, SecretString};
use store::meta::{MetaError, MetaStore, OpenedBy, Session, SessionStore};

pub use sign_in::{Shown, make_code};

use super::{
    AuthError, Authenticator, Caller, Credential, Presented, Randomness, authenticator::Recognised,
    key, workspace::Scope,
};

/// Time after which a session that is not used ends.
const IDLE: Duration = Duration::from_hours(12);
/// Time after which a use is noted again.
const NOTED: Duration = Duration::from_mins(1);

/// The header in which pages show the session's token.
const CSRF: HeaderName = HeaderName::from_static("x-csrf-token");

/// Somebody who is signed in.
pub struct SignedIn {
    /// What is kept of them.
    pub session: Session,
    secret: SecretString,
}

impl fmt::Debug for SignedIn {
    /// Writes nothing of the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedIn")
            .field("session", &self.session)
            .finish_non_exhaustive()
    }
}

impl SignedIn {
    /// Returns what the pages have to show where they change something.
    pub fn csrf(&self) -> String {
        secret::csrf(self.secret.expose_secret())
    }

    /// Returns the header that gives the browser its cookie.
    pub fn cookie(&self, headers: &HeaderMap) -> HeaderValue {
        let life = self.session.ends_at.as_millis() - self.session.seen_at.as_millis();
        let secret = self.secret.expose_secret();
        cookies::set(secret, life.max(0) / 1_000, page::is_secure(headers))
    }

    fn shows_csrf(&self, headers: &HeaderMap) -> bool {
        let mut shown = headers.get_all(CSRF).iter();
        let is_it = |shown: &HeaderValue| secret::is_same(shown.as_bytes(), self.csrf().as_bytes());
        shown.next().is_some_and(is_it) && shown.next().is_none()
    }
}

/// Returns the header that takes the cookie of a session away.
pub fn clear_cookie() -> HeaderValue {
    cookies::clear()
}

/// Returns when a session ends, unless it is used before.
pub fn expires_at(session: &Session) -> Instant {
    session.ends_at.min(after(session.seen_at, IDLE))
}

fn after(instant: Instant, time: Duration) -> Instant {
    instant.plus_millis(i64::try_from(time.as_millis()).unwrap_or(i64::MAX))
}

/// Signs people in and knows them again.
pub struct Sessions {
    authenticator: Arc<Authenticator>,
    store: Arc<dyn SessionStore>,
    keys: Arc<dyn MetaStore>,
    clock: Arc<dyn Clock>,
    random: Arc<Randomness>,
}

impl Sessions {
    /// Returns sessions of those whom `authenticator` knows.
    pub fn new(
        authenticator: Arc<Authenticator>,
        store: Arc<dyn SessionStore>,
        keys: Arc<dyn MetaStore>,
        clock: Arc<dyn Clock>,
        random: Arc<Randomness>,
    ) -> Self {
        Self {
            authenticator,
            store,
            keys,
            clock,
            random,
        }
    }

    /// Refuses whoever would sign in from elsewhere than the pages: another page could sign the browser
    /// in as somebody else.
    pub fn require_page(&self, presented: &Presented<'_>) -> Result<(), AuthError> {
        if presented.path_key.is_none() && page::is_own(presented.headers) {
            Ok(())
        } else {
            Err(AuthError::Elsewhere)
        }
    }

    /// Returns who is signed in by the cookie of a request, if it has one that counts.
    pub async fn find(&self, presented: &Presented<'_>) -> Result<Option<SignedIn>, AuthError> {
        if self.require_page(presented).is_err() {
            return Ok(None);
        }
        let Some(secret) = cookies::session(presented.headers)? else {
            return Ok(None);
        };
        if !secret::is_well_formed(&secret) {
            return Err(AuthError::SessionOver);
        }
        let now = self.clock.now();
        let found = self.store.session_by_hash(&key::hash(&secret)).await?;
        let found = found.filter(|session| self.holds(session, &secret, now));
        let mut session = found.ok_or(AuthError::SessionOver)?;
        if now >= after(session.seen_at, NOTED) {
            self.store.note_seen(&session.id, now).await?;
            session.seen_at = now;
        }
        Ok(Some(SignedIn {
            session,
            secret: secret.into(),
        }))
    }

    /// Returns who is asking on a page: by a credential in a header, by the cookie of a session, or by
    /// nothing. `changes` says whether the request may change something.
    pub async fn authenticate(
        &self,
        presented: Presented<'_>,
        changes: bool,
    ) -> Result<Caller, AuthError> {
        if presented.shows_credential() {
            return self.authenticator.authenticate(presented).await;
        }
        let Some(signed_in) = self.find(&presented).await? else {
            return self.authenticator.authenticate(presented).await;
        };
        if changes && !signed_in.shows_csrf(presented.headers) {
            return Err(AuthError::Csrf);
        }
        let session = signed_in.session;
        let recognised = Recognised {
            by: match session.opened_by {
                OpenedBy::Key { id } => Credential::ApiKey { id },
                OpenedBy::ConfiguredKey { .. } => Credential::ConfiguredKey,
                OpenedBy::Token { subject } => Credential::Token { subject },
                OpenedBy::Link { .. } => Credential::Link,
            },
            access: session.access,
            scope: session.workspace_id.map_or(Scope::Any, Scope::Bound),
            kinds: Vec::new(),
        };
        self.authenticator.admit(recognised, presented.headers)
    }

    /// Ends the session of a request's cookie, if there is one that counts.
    pub async fn sign_out(&self, presented: &Presented<'_>) -> Result<(), AuthError> {
        let signed_in = match self.find(presented).await {
            Ok(Some(signed_in)) => signed_in,
            // It has ended, or there is none: then nothing is left to do.
            Ok(None) | Err(AuthError::SessionOver) => return Ok(()),
            Err(error) => return Err(error),
        };
        if !signed_in.shows_csrf(presented.headers) {
            return Err(AuthError::Csrf);
        }
        self.store.end_session(&signed_in.session.id).await?;
        Ok(())
    }

    /// Returns the sessions that a caller may see, newest first: all, or those of their own workspace.
    pub async fn list(&self, caller: &Caller) -> Result<Vec<Session>, MetaError> {
        let now = self.clock.now();
        let sees = |session: &Session| {
            caller.sees_every_workspace || session.workspace_id.as_ref() == Some(&caller.workspace)
        };
        let sessions = self.store.sessions().await?.into_iter();
        let sessions = sessions.filter(|session| sees(session) && now < expires_at(session));
        Ok(sessions.collect())
    }

    /// Ends a session that the caller may see; returns whether there was one to end.
    pub async fn end(&self, caller: &Caller, id: &str) -> Result<bool, MetaError> {
        let seen = self.list(caller).await?;
        if !seen.iter().any(|session| session.id == id) {
            return Ok(false);
        }
        self.store.end_session(id).await
    }

    /// Returns whether a session is not over, and what opened it still opens one.
    fn holds(&self, session: &Session, secret: &str, now: Instant) -> bool {
        let is_opened = match (&session.opened_by, &self.authenticator.configured_key) {
            (OpenedBy::ConfiguredKey { proof }, Some(key)) => {
                secret::is_same(proof.as_bytes(), secret::proof(secret, key).as_bytes())
            }
            (OpenedBy::ConfiguredKey { .. }, None) => false,
            (OpenedBy::Key { .. } | OpenedBy::Token { .. } | OpenedBy::Link { .. }, _) => true,
        };
        is_opened && now < expires_at(session)
    }
}
