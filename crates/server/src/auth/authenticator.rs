//! Finding out who is asking.

use std::{borrow::Cow, fmt, sync::Arc};

use domain::clock::Clock;
use percent_encoding::percent_decode_str;
use store::meta::{Access, MetaStore};

use super::{
    AuthError, Caller, ClientAddress, Credential, Denial, Fault, PathKey, Presented, UnusableKey,
    known_keys::KnownKeys, network::Network, posture, presented::Authorization, secret::Secret,
    token::TokenKeys, workspace::Scope,
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
struct Recognised {
    by: Credential,
    access: Access,
    scope: Scope,
}

impl Recognised {
    fn admin(by: Credential) -> Self {
        Self {
            by,
            access: Access::Admin,
            scope: Scope::Any,
        }
    }
}

impl Authenticator {
    /// Returns an authenticator that accepts what is configured, and the keys in `meta`; `route` is the
    /// name by which a proxy serves it.
    pub fn new(
        access: &config::Access,
        route: Option<&str>,
        privacy: &config::Privacy,
        meta: Arc<dyn MetaStore>,
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
            clock,
        })
    }

    /// Returns who is asking, in the order that [`super`] gives.
    pub async fn authenticate(&self, presented: Presented<'_>) -> Result<Caller, AuthError> {
        let recognised = self.recognise(&presented).await?;
        let sees_email = self.sees_email(&recognised);
        Ok(Caller {
            access: recognised.access,
            workspace: recognised.scope.choose(presented.headers)?,
            by: recognised.by,
            sees_email,
        })
    }

    /// Returns where a request comes from, for limits and logs.
    pub fn client_address(&self, presented: &Presented<'_>) -> ClientAddress {
        self.network.client(presented)
    }

    /// Returns one line that says who may do what.
    pub fn posture(&self) -> String {
        posture::describe(self)
    }

    async fn recognise(&self, presented: &Presented<'_>) -> Result<Recognised, AuthError> {
        let authorization = presented.authorization()?;
        // TRICKY: the configured key may be any text, also one that looks like a token.
        if let Authorization::Token(token) = authorization
            && !is(self.configured_key.as_ref(), token.as_bytes())
        {
            return self.recognise_token(token);
        }
        for header in ["x-plugin-secret", "x-internal-token"] {
            if let Some(shown) = presented.header(header)? {
                return if is(self.plugin_secret.as_ref(), shown) {
                    Ok(Recognised::admin(Credential::PluginSecret))
                } else {
                    Err(Fault::PluginSecret.into())
                };
            }
        }
        if let Some(shown) = presented.header("x-hasura-admin-secret")? {
            return if is(self.hasura_admin_secret.as_ref(), shown) {
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
            return self.recognise_key(shown).await;
        }
        if let Some(shown) = presented.path_key.filter(|key| !key.is_empty()) {
            return self.recognise_path_key(shown).await;
        }
        if let Authorization::Other = authorization {
            return Err(Fault::Scheme.into());
        }
        self.network.check(presented)?;
        Ok(Recognised::admin(Credential::TrustedNetwork))
    }

    fn recognise_token(&self, token: &str) -> Result<Recognised, AuthError> {
        let claims = self.token_keys.verify(token, self.clock.now())?;
        let bound = claims.workspace.map(Scope::Bound);
        let (access, scope) = if claims.is_admin {
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
        })
    }

    async fn recognise_key(&self, shown: &[u8]) -> Result<Recognised, AuthError> {
        if is(self.configured_key.as_ref(), shown) {
            return Ok(Recognised::admin(Credential::ConfiguredKey));
        }
        let key = self.known_keys.find(shown).await?;
        let bound = key.workspace_id.clone();
        Ok(Recognised {
            by: Credential::ApiKey { id: key.id.clone() },
            access: key.access,
            scope: bound.map_or(Scope::Any, Scope::Bound),
        })
    }

    async fn recognise_path_key(&self, shown: &str) -> Result<Recognised, AuthError> {
        let decoded: Cow<'_, [u8]> = percent_decode_str(shown).into();
        let recognised = self.recognise_key(&decoded).await?;
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
            Access::Admin => is_themselves || self.expose_email,
            Access::Read => self.expose_email,
            Access::Write => false,
        }
    }
}

fn is(secret: Option<&Secret>, shown: &[u8]) -> bool {
    secret.is_some_and(|secret| secret.is(shown))
}
