//! The whole of it, from headers to caller.

mod attempts;
mod credentials;
mod disclosure;
mod keys;
mod network;
mod public_keys;
mod tokens;
mod workspace;

use std::{
    net::IpAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use async_trait::async_trait;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use domain::{clock::ManualClock, id::WorkspaceId, time::Instant};
use rand::SeedableRng;
use rand_chacha::ChaCha20Rng;
use secrecy::ExposeSecret;
use store::meta::{
    Access, ApiKey, KeyEvent, KeyStore, KeyUse, MetaError, MetaStore, SharedLink, SharedLinkStore,
};

use super::{
    AuthError, Authenticator, Caller, Denial, Fault, Presented,
    key::{Grant, NewKey},
};
use crate::config;

/// The present of the tests, in seconds.
const NOW: i64 = 1_770_000_000;

const API_KEY: &str = "configured-key-0123456789abcdef";
const PLUGIN_SECRET: &str = "plugin-secret-0123456789abcdef";
const HASURA_SECRET: &str = "hasura-secret-0123456789abcdef";
const JWT_SECRET: &str = "jwt-secret-0123456789abcdef0123456789abcdef";

/// Every kind of secret at once.
const SECRETS: [(&str, &str); 4] = [
    ("ANALYTICS_API_KEY", API_KEY),
    ("PLUGIN_INTERNAL_SECRET", PLUGIN_SECRET),
    ("HASURA_GRAPHQL_ADMIN_SECRET", HASURA_SECRET),
    ("JWT_SECRET", JWT_SECRET),
];

const TRUSTED_NETWORK: (&str, &str) = ("ANALYTICS_AUTH_MODE", "trusted-network");

/// An authenticator with its surroundings.
struct World {
    meta: Arc<MemoryMeta>,
    clock: Arc<ManualClock>,
    authenticator: Authenticator,
}

impl World {
    /// Returns a world where every kind of secret is set, and these variables.
    fn new(environment: &[(&str, &str)]) -> Self {
        let all: Vec<_> = SECRETS.iter().chain(environment).copied().collect();
        Self::bare(&all)
    }

    /// Returns a world where nothing but these variables is set.
    fn bare(environment: &[(&str, &str)]) -> Self {
        let home = [("HOME", "/home/analytics")];
        let environment = home.iter().chain(environment);
        let environment = environment.map(|(name, value)| ((*name).into(), (*value).into()));
        let (config, _) = config::load(None, environment).unwrap();
        let meta = Arc::new(MemoryMeta::default());
        let clock = Arc::new(ManualClock::at(Instant::from_millis(NOW * 1000)));
        let authenticator = Authenticator::new(
            &config.access,
            config.service.route.as_deref(),
            &config.privacy,
            Arc::clone(&meta) as Arc<dyn MetaStore>,
            Arc::clone(&meta) as Arc<dyn SharedLinkStore>,
            Arc::clone(&clock) as Arc<dyn domain::clock::Clock>,
        );
        Self {
            meta,
            clock,
            authenticator: authenticator.unwrap(),
        }
    }

    async fn ask(&self, request: &Request) -> Result<Caller, AuthError> {
        self.authenticator.authenticate(request.presented()).await
    }

    /// Makes a key and returns its text and identity.
    fn make_key(&self, access: Access, workspace: Option<&str>) -> (String, String) {
        let mut kept = self.meta.kept.lock().unwrap();
        let mut rng = ChaCha20Rng::seed_from_u64(kept.len() as u64);
        let workspace = workspace.map(|id| WorkspaceId::new(id).unwrap());
        let grant = Grant {
            workspace,
            ..Grant::unlimited(access, "a test")
        };
        let new = NewKey::generate(grant, &mut rng, &*self.clock).unwrap();
        let made = (new.secret.expose_secret().to_owned(), new.key.id.clone());
        kept.push((new.key, new.hash));
        made
    }

    fn pass(&self, millis: i64) {
        use domain::clock::Clock;
        self.clock.set(self.clock.now().plus_millis(millis));
    }
}

/// A request, from a public address unless told otherwise.
struct Request {
    headers: HeaderMap,
    path_key: Option<String>,
    peer: IpAddr,
}

fn request() -> Request {
    Request {
        headers: HeaderMap::new(),
        path_key: None,
        peer: "203.0.113.9".parse().unwrap(),
    }
}

impl Request {
    fn with(mut self, name: &str, value: impl AsRef<[u8]>) -> Self {
        let name: HeaderName = name.parse().unwrap();
        let value = HeaderValue::from_bytes(value.as_ref()).unwrap();
        self.headers.append(name, value);
        self
    }

    fn bearer(self, credential: &str) -> Self {
        self.with("authorization", format!("Bearer {credential}"))
    }

    fn in_path(mut self, key: &str) -> Self {
        self.path_key = Some(key.to_owned());
        self
    }

    fn from(mut self, peer: &str) -> Self {
        self.peer = peer.parse().unwrap();
        self
    }

    fn presented(&self) -> Presented<'_> {
        Presented {
            headers: &self.headers,
            path_key: self.path_key.as_deref(),
            peer: self.peer,
        }
    }
}

#[track_caller]
fn fault(outcome: Result<Caller, AuthError>) -> Fault {
    match outcome.unwrap_err() {
        AuthError::Invalid(fault) => fault,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn denial(outcome: Result<Caller, AuthError>) -> Denial {
    match outcome.unwrap_err() {
        AuthError::Forbidden(denial) => denial,
        other => panic!("{other:?}"),
    }
}

/// Keys in memory, counting who asks.
#[derive(Default)]
struct MemoryMeta {
    kept: Mutex<Vec<(ApiKey, String)>>,
    uses: Mutex<Vec<KeyUse>>,
    links: Mutex<Vec<(SharedLink, String)>>,
    asked: AtomicUsize,
    broken: AtomicBool,
}

impl MemoryMeta {
    fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl KeyStore for MemoryMeta {
    async fn insert_key(&self, key: &ApiKey, hash: &str, _: &str) -> Result<(), MetaError> {
        self.kept.lock().unwrap().push((key.clone(), hash.into()));
        Ok(())
    }

    async fn key_by_hash(&self, hash: &str) -> Result<Option<ApiKey>, MetaError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        if self.broken.load(Ordering::Relaxed) {
            let failed = std::io::Error::other("disk gone at /var/lib/analytics");
            return Err(MetaError::Database(failed.into()));
        }
        let kept = self.kept.lock().unwrap();
        let found = kept
            .iter()
            .find(|(key, kept)| kept == hash && key.revoked_at.is_none());
        Ok(found.map(|(key, _)| key.clone()))
    }

    async fn keys(&self) -> Result<Vec<ApiKey>, MetaError> {
        let kept = self.kept.lock().unwrap();
        Ok(kept.iter().map(|(key, _)| key.clone()).collect())
    }

    async fn revoke_key(&self, id: &str, at: Instant, _: &str) -> Result<bool, MetaError> {
        let mut kept = self.kept.lock().unwrap();
        let found = kept
            .iter_mut()
            .find(|(key, _)| key.id == id && key.revoked_at.is_none());
        let key = found.map(|(key, _)| key.revoked_at = Some(at));
        Ok(key.is_some())
    }

    async fn note_uses(&self, uses: &[KeyUse]) -> Result<(), MetaError> {
        self.uses.lock().unwrap().extend_from_slice(uses);
        Ok(())
    }

    async fn key_events(&self, _: Option<&str>, _: u32) -> Result<Vec<KeyEvent>, MetaError> {
        Ok(Vec::new())
    }
}

#[async_trait]
impl SharedLinkStore for MemoryMeta {
    async fn insert_link(
        &self,
        link: &SharedLink,
        hash: &str,
        _: Instant,
        _: u32,
    ) -> Result<bool, MetaError> {
        let mut links = self.links.lock().unwrap();
        links.push((link.clone(), hash.into()));
        Ok(true)
    }

    async fn link_by_hash(&self, hash: &str) -> Result<Option<SharedLink>, MetaError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        let links = self.links.lock().unwrap();
        let found = links.iter().find(|(_, kept)| kept == hash);
        Ok(found.map(|(link, _)| link.clone()))
    }

    async fn links(&self, _: &WorkspaceId) -> Result<Vec<SharedLink>, MetaError> {
        let links = self.links.lock().unwrap();
        Ok(links.iter().map(|(link, _)| link.clone()).collect())
    }

    async fn note_link_used(&self, id: &str, at: Instant) -> Result<(), MetaError> {
        let mut links = self.links.lock().unwrap();
        for (link, _) in links.iter_mut().filter(|(link, _)| link.id == id) {
            link.last_used_at = Some(at);
        }
        Ok(())
    }

    async fn delete_link(&self, _: &WorkspaceId, id: &str) -> Result<bool, MetaError> {
        let mut links = self.links.lock().unwrap();
        let before = links.len();
        links.retain(|(link, _)| link.id != id);
        Ok(links.len() < before)
    }
}

#[async_trait]
impl MetaStore for MemoryMeta {
    async fn setting(&self, _: &str) -> Result<Option<String>, MetaError> {
        Ok(None)
    }

    async fn put_setting(&self, _: &str, _: &str) -> Result<(), MetaError> {
        Ok(())
    }

    async fn keep_setting(&self, _: &str, value: &str) -> Result<String, MetaError> {
        Ok(value.to_owned())
    }

    async fn copy_to(&self, _: &std::path::Path) -> Result<bool, MetaError> {
        Ok(false)
    }

    async fn ping(&self) -> Result<(), MetaError> {
        Ok(())
    }

    async fn migrate_down(&self, _: i64) -> Result<(), MetaError> {
        Ok(())
    }

    async fn remove_setting(&self, _: &str) -> Result<(), MetaError> {
        Ok(())
    }

    async fn watched_rows(
        &self,
        _: &str,
        _: uuid::Uuid,
        _: u32,
    ) -> Result<Vec<store::meta::WatchedRow>, MetaError> {
        Ok(Vec::new())
    }

    async fn watch_rows(&self, _: &str, _: &[store::meta::WatchedRow]) -> Result<(), MetaError> {
        Ok(())
    }

    async fn unwatch_rows(&self, _: &str, _: &[uuid::Uuid]) -> Result<(), MetaError> {
        Ok(())
    }

    async fn unwatch_before(&self, _: &str, _: Instant) -> Result<(), MetaError> {
        Ok(())
    }

    async fn close(&self) {}
}
