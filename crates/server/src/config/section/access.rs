//! Who is answered.

use ipnet::IpNet;
use secrecy::{ExposeSecret, SecretString};

use crate::config::kind::{Choice, HOSTS, JWT_KEY, JwtKey, Maybe, NETWORKS, ORIGINS, SECRET};

/// Who is answered without a credential.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuthMode {
    /// Nobody.
    Required,
    /// Callers with a loopback or private address.
    TrustedNetwork,
}

const AUTH_MODE: Choice<AuthMode> = Choice(&[
    (AuthMode::Required, &["required"]),
    (
        AuthMode::TrustedNetwork,
        &["trusted-network", "trusted_network"],
    ),
]);

section! {
    /// Who is answered. Every credential that is set is accepted, and so are the keys made by
    /// `key create`.
    pub struct Access = "Access" {
        /// Who is answered without a credential: nobody, or callers with a loopback or private
        /// address.
        mode: AuthMode = AUTH_MODE, "ANALYTICS_AUTH_MODE", default "required";

        /// Key with every right, for scripts and for nChat's server.
        api_key: Option<SecretString> = Maybe(SECRET), "ANALYTICS_API_KEY";

        /// Secret that nself's plugins show each other.
        plugin_secret: Option<SecretString> = Maybe(SECRET), "PLUGIN_INTERNAL_SECRET";

        /// Secret of Hasura's administrator.
        hasura_admin_secret: Option<SecretString> = Maybe(SECRET),
            "HASURA_GRAPHQL_ADMIN_SECRET" or "HASURA_ADMIN_SECRET";

        /// Key of the tokens Hasura accepts.
        hasura_jwt_secret: Option<JwtKey> = Maybe(JWT_KEY), "HASURA_GRAPHQL_JWT_SECRET";

        /// The same key under nself's name.
        hasura_jwt_key: Option<JwtKey> = Maybe(JWT_KEY), "HASURA_JWT_KEY";

        /// Key of the tokens the sign-in service gives out.
        auth_jwt_secret: Option<JwtKey> = Maybe(JWT_KEY), "AUTH_JWT_SECRET";

        /// Key of the tokens nChat itself gives out.
        jwt_secret: Option<JwtKey> = Maybe(JWT_KEY), "JWT_SECRET";

        /// Web pages of other origins that may call from a browser.
        cors_origins: Vec<String> = ORIGINS, "ANALYTICS_CORS_ORIGINS";

        /// Names by which callers without a credential may call the service, beside `ANALYTICS_ROUTE`,
        /// private addresses and names without a dot.
        allowed_hosts: Vec<String> = HOSTS, "ANALYTICS_ALLOWED_HOSTS";

        /// Proxies whose `X-Forwarded-For` is believed.
        trusted_proxies: Vec<IpNet> = NETWORKS, "ANALYTICS_TRUSTED_PROXIES";
    }
}

impl Access {
    /// Returns the keys that verify tokens, each once.
    pub fn jwt_keys(&self) -> Vec<&JwtKey> {
        let mut keys: Vec<&JwtKey> = Vec::new();
        for (_, key) in self.named_jwt_keys() {
            let same = |seen: &&JwtKey| {
                seen.algorithm == key.algorithm
                    && seen.key.expose_secret() == key.key.expose_secret()
                    && seen.claims_namespace == key.claims_namespace
                    && seen.issuer == key.issuer
                    && seen.audience == key.audience
            };
            if !keys.iter().any(same) {
                keys.push(key);
            }
        }
        keys
    }

    /// Returns the keys that verify tokens with the names of their variables.
    pub fn named_jwt_keys(&self) -> impl Iterator<Item = (&'static str, &JwtKey)> {
        [
            ("HASURA_GRAPHQL_JWT_SECRET", &self.hasura_jwt_secret),
            ("HASURA_JWT_KEY", &self.hasura_jwt_key),
            ("AUTH_JWT_SECRET", &self.auth_jwt_secret),
            ("JWT_SECRET", &self.jwt_secret),
        ]
        .into_iter()
        .filter_map(|(name, key)| Some((name, key.as_ref()?)))
    }

    /// Returns the secrets that are shown as they are, with the names of their variables.
    pub fn named_secrets(&self) -> impl Iterator<Item = (&'static str, &SecretString)> {
        [
            ("ANALYTICS_API_KEY", &self.api_key),
            ("PLUGIN_INTERNAL_SECRET", &self.plugin_secret),
            ("HASURA_GRAPHQL_ADMIN_SECRET", &self.hasura_admin_secret),
        ]
        .into_iter()
        .filter_map(|(name, secret)| Some((name, secret.as_ref()?)))
    }

    /// Returns whether any credential is accepted besides the keys made by `key create`.
    pub fn has_secret(&self) -> bool {
        self.named_secrets().next().is_some() || self.named_jwt_keys().next().is_some()
    }
}
