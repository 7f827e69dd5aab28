//! Finding out who is asking.

use std::{borrow::Cow, fmt, sync::Arc, time::Duration};

use axum::http::{HeaderMap, header};
use domain::{clock::Clock, event::EventType};
use percent_encoding::percent_decode_str;
use store::{
    chain,
    meta::{Access, MetaStore, SharedLink, SharedLinkStore},
};

use super::{
    AuthError, Caller, ClientAddress, Credential, Denial, Fault, PathKey, Presented, UnusableKey,
    attempts::{Attempts, Source},
    known_keys::KnownKeys,
    network::Network,
    posture,
    presented::Authorization,
    secret::{self, Secret},
    shared_link,
    token::TokenKeys,
    workspace::Scope,
};
use crate::config;

/// Finds out who is asking.
pub struct Authenticator {
    pub(super) network: Network,
    pub(super) expose_email: bool,
    pub(super) token_keys: TokenKeys,
    pub(super) plugin_secret: Option<Secret>,
    pub(super) hasura_admin_secret: Option<Secret>,
    pub(super) configured_key: Option<Secret>,
    known_keys: KnownKeys,
    links: Arc<dyn SharedLinkStore>,
    pub(super) attempts: Attempts,
    clock: Arc<dyn Clock>,
}

impl fmt::Debug for Authenticator {
    /// Writes who may do what, and no secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Authenticator")
            .field(&self.posture())
            .finish()
    }
}

/// Somebody who was recognised, before their workspace is known.
pub(super) struct Recognised {
    pub(super) by: Credential,
    pub(super) access: Access,
    pub(super) scope: Scope,
    pub(super) kinds: Vec<EventType>,
}

impl Recognised {
    pub(super) fn admin(by: Credential) -> Self {
        Self {
            by,
            access: Access::Admin,
            scope: Scope::Any,
            kinds: Vec::new(),
        }
    }

    /// Whoever opens a link reads, in the workspace of the link alone.
    pub(super) fn of_link(link: Arc<SharedLink>) -> Self {
        Self {
            access: Access::Read,
            scope: Scope::Bound(link.workspace_id.clone()),
            by: Credential::SharedLink(link),
            kinds: Vec::new(),
        }
    }
}

impl Authenticator {
    /// Returns an authenticator that accepts what is configured, the keys in `meta` and the `links` to single pages; `route` is the
    /// name by which a proxy serves it.
    pub fn new(
        access: &config::Access,
        route: Option<&str>,
        privacy: &config::Privacy,
        meta: Arc<dyn MetaStore>,
        links: Arc<dyn SharedLinkStore>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, UnusableKey> {
        let secret = |secret: &Option<_>| secret.as_ref().map(Secret::new);
        Ok(Self {
            network: Network::new(access, route),
            expose_email: privacy.expose_email,
            token_keys: TokenKeys::new(access)?,
            plugin_secret: secret(&access.plugin_secret),
            hasura_admin_secret: secret(&access.hasura_admin_secret),
            configured_key: secret(&access.api_key),
            known_keys: KnownKeys::new(meta, Arc::clone(&clock)),
            links,
            attempts: Attempts::new(Arc::clone(&clock)),
            clock,
        })
    }

    /// Returns who is asking, in the order that [`super`] gives.
    pub async fn authenticate(&self, presented: Presented<'_>) -> Result<Caller, AuthError> {
        let recognised = match self.recognise(&presented).await {
            Err(AuthError::Invalid(fault)) if fault.is_guess() => {
                return Err(self.refuse(&presented, Some(fault)));
            }
            Err(AuthError::TooManyFailures { .. }) => {
                return Err(self.refuse(&presented, None));
            }
            recognised => recognised?,
        };
        self.admit(recognised, presented.headers)
    }

    /// Returns the caller that somebody is who was recognised.
    pub(super) fn admit(
        &self,
        recognised: Recognised,
        headers: &HeaderMap,
    ) -> Result<Caller, AuthError> {
        Ok(Caller {
            access: recognised.access,
            sees_email: self.sees_email(&recognised),
            sees_every_workspace: recognised.scope.is_every(),
            workspace: recognised.scope.choose(headers)?,
            by: recognised.by,
            kinds: recognised.kinds,
        })
    }

    /// Forgets which keys were known: one of them was made or revoked here.
    pub fn forget_keys(&self) {
        self.known_keys.forget();
    }

    /// Holds back the answer to whoever was refused again and again.
    pub async fn hold_back(&self, presented: &Presented<'_>, error: &AuthError) {
        if matches!(
            error,
            AuthError::Invalid(_) | AuthError::TooManyFailures { .. }
        ) {
            let delay = self.attempts.delay(&self.sources(presented));
            self.attempts.hold_back(delay).await;
        }
    }

    /// Returns whether a web page of this origin may send events with some key.
    pub async fn is_origin_of_a_key(&self, origin: &str) -> bool {
        self.known_keys
            .has_origin(origin)
            .await
            .unwrap_or_else(|error| {
                tracing::warn!(error = chain(&error), "auth.origins_unknown");
                false
            })
    }

    /// Writes down which keys were used, and says in the log what was refused: to be called every
    /// minute and at the end.
    pub async fn keep_books(&self) {
        self.attempts.say();
        if let Err(error) = self.known_keys.note_uses().await {
            tracing::warn!(error = chain(&error), "auth.uses_not_noted");
        }
    }

    /// Returns where a request comes from, for limits and logs.
    pub fn client_address(&self, presented: &Presented<'_>) -> ClientAddress {
        self.network.client(presented)
    }

    /// Returns one line that says who may do what.
    pub fn posture(&self) -> String {
        posture::describe(self)
    }

    /// Counts a refusal. A secret is counted only where what was shown has been compared with it and
    /// could have been it: whoever only repeats what is not looked at shuts nobody else out.
    fn refuse(&self, presented: &Presented<'_>, fault: Option<Fault>) -> AuthError {
        let address = self.client_address(presented).address;
        let sources = self.sources(presented);
        let is_guess = fault.is_some() && Source::is_short(presented);
        let counted: Vec<Source> = sources
            .into_iter()
            .filter(|source| is_guess || !source.is_secret())
            .collect();
        self.attempts.refuse(fault, address, &counted)
    }

    /// Refuses a key that could be guessed, without a look at it, where too many were wrong.
    pub(super) fn may_sign_in_with(
        &self,
        key: &[u8],
        presented: &Presented<'_>,
    ) -> Result<(), AuthError> {
        let address = self.client_address(presented).address;
        if key.len() >= Secret::STRONG
            || self.attempts.was_accepted(&secret::hash(key))
            || !self.attempts.is_limited(&[Source::sign_in(address)])
        {
            return Ok(());
        }
        Err(self.refuse_sign_in(presented, None))
    }

    /// Counts a refusal of somebody who signs in.
    pub(super) fn refuse_sign_in(
        &self,
        presented: &Presented<'_>,
        fault: Option<Fault>,
    ) -> AuthError {
        let address = self.client_address(presented).address;
        self.attempts
            .refuse(fault, address, &[Source::sign_in(address)])
    }

    /// Returns what refusals of a request are counted by.
    pub(super) fn sources(&self, presented: &Presented<'_>) -> [Source; 2] {
        let address = self.client_address(presented).address;
        [Source::address(address), Source::shown(presented)]
    }

    async fn recognise(&self, presented: &Presented<'_>) -> Result<Recognised, AuthError> {
        if let Some(shown) = presented.header(shared_link::HEADER)? {
            return shared_link::recognise(self.links.as_ref(), shown, self.clock.now()).await;
        }
        let authorization = presented.authorization()?;
        // TRICKY: the configured key may be any text, also one that looks like a token.
        if let Authorization::Token(token) = authorization
            && !self.is(self.configured_key.as_ref(), token.as_bytes(), presented)?
        {
            return self.recognise_token(token);
        }
        for header in ["x-plugin-secret", "x-internal-token"] {
            if let Some(shown) = presented.header(header)? {
                return if self.is(self.plugin_secret.as_ref(), shown, presented)? {
                    Ok(Recognised::admin(Credential::PluginSecret))
                } else {
                    Err(Fault::PluginSecret.into())
                };
            }
        }
        if let Some(shown) = presented.header("x-hasura-admin-secret")? {
            return if self.is(self.hasura_admin_secret.as_ref(), shown, presented)? {
                Ok(Recognised::admin(Credential::HasuraAdminSecret))
            } else {
                Err(Fault::HasuraAdminSecret.into())
            };
        }
        let bearer = match authorization {
            Authorization::Token(token) => Some(token.as_bytes()),
            Authorization::Key(key) => Some(key),
            Authorization::Nothing | Authorization::Other => None,
        };
        if let Some(shown) = presented.header("x-api-key")?.or(bearer) {
            return self.recognise_key(shown, presented).await;
        }
        if let Some(shown) = presented.path_key.filter(|key| !key.is_empty()) {
            return self.recognise_path_key(shown, presented).await;
        }
        if let Authorization::Other = authorization {
            return Err(Fault::Scheme.into());
        }
        self.network.check(presented)?;
        Ok(Recognised::admin(Credential::TrustedNetwork))
    }

    /// Returns whether what was shown is a configured secret. One that could be guessed is not
    /// looked at while guesses are limited.
    fn is(
        &self,
        secret: Option<&Secret>,
        shown: &[u8],
        presented: &Presented<'_>,
    ) -> Result<bool, AuthError> {
        let Some(secret) = secret else {
            return Ok(false);
        };
        let hash = secret::hash(shown);
        // Tokens and keys that were made are too long to be a secret that could be guessed.
        if !secret.is_strong()
            && shown.len() < Secret::STRONG
            && !self.attempts.was_accepted(&hash)
            && self.attempts.is_limited(&self.sources(presented))
        {
            return Err(AuthError::TooManyFailures {
                retry_after: Duration::ZERO,
            });
        }
        let is = secret.is(&hash);
        if is && !secret.is_strong() {
            self.attempts.accept(hash);
        }
        Ok(is)
    }

    fn recognise_token(&self, token: &str) -> Result<Recognised, AuthError> {
        let claims = self.token_keys.verify(token, self.clock.now())?;
        let bound = claims.workspace.map(Scope::Bound);
        let (access, scope) = if claims.administers_as.is_some() {
            (Access::Admin, bound.unwrap_or(Scope::Any))
        } else if claims.subject.is_some() {
            (Access::Write, bound.unwrap_or(Scope::Default))
        } else {
            // Whoever may only send events of their own has to be somebody.
            return Err(Denial::Nobody.into());
        };
        Ok(Recognised {
            by: Credential::Token {
                subject: claims.subject,
            },
            access,
            scope,
            kinds: Vec::new(),
        })
    }

    async fn recognise_key(
        &self,
        shown: &[u8],
        presented: &Presented<'_>,
    ) -> Result<Recognised, AuthError> {
        if self.is(self.configured_key.as_ref(), shown, presented)? {
            return Ok(Recognised::admin(Credential::ConfiguredKey));
        }
        let address = self.client_address(presented).address;
        let key = self.known_keys.find(shown, address).await?;
        let origin = presented.headers.get(header::ORIGIN);
        let is_from = |allowed: &String| origin.is_some_and(|origin| origin == allowed.as_str());
        if !key.origins.is_empty() && !key.origins.iter().any(is_from) {
            return Err(Denial::Origin.into());
        }
        let bound = key.workspace_id.clone();
        Ok(Recognised {
            by: Credential::ApiKey { id: key.id.clone() },
            access: key.access,
            scope: bound.map_or(Scope::Any, Scope::Bound),
            kinds: key.kinds.clone(),
        })
    }

    async fn recognise_path_key(
        &self,
        shown: &str,
        presented: &Presented<'_>,
    ) -> Result<Recognised, AuthError> {
        let decoded: Cow<'_, [u8]> = percent_decode_str(shown).into();
        let recognised = self.recognise_key(&decoded, presented).await?;
        let key = match recognised.by {
            Credential::ApiKey { id } => PathKey::ApiKey { id },
            _ => PathKey::ConfiguredKey,
        };
        Ok(Recognised {
            by: Credential::PathKey(key),
            ..recognised
        })
    }

    /// Whoever reaches us through nChat's own pages shows its key, not theirs, so that a key in the
    /// path and a private address say nothing of who reads the answer.
    fn sees_email(&self, recognised: &Recognised) -> bool {
        let is_themselves = !matches!(
            recognised.by,
            Credential::PathKey(_) | Credential::TrustedNetwork
        );
        match recognised.access {
            _ if matches!(recognised.by, Credential::SharedLink(_)) => false,
            Access::Admin => is_themselves || self.expose_email,
            Access::Read => self.expose_email,
            Access::Write => false,
        }
    }
}
