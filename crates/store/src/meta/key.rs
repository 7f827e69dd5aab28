//! Keys of callers, and what became of them.

use async_trait::async_trait;
use domain::{event::EventType, id::WorkspaceId, time::Instant};
use serde::Serialize;

use super::MetaError;

/// What a key may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// Everything.
    Admin,
    /// Read numbers.
    Read,
    /// Send events, and nothing else.
    Write,
}

impl Access {
    /// Returns the name used in storage, keys and answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Read => "read",
            Self::Write => "write",
        }
    }

    /// Returns the access of that name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Admin, Self::Read, Self::Write]
            .into_iter()
            .find(|access| access.name() == name)
    }
}

/// A key, without its secret: only the secret's hash is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiKey {
    /// Identity, for revoking.
    pub id: String,
    /// What it is for, in the administrator's words.
    pub name: String,
    /// What it may do.
    pub access: Access,
    /// The only workspace it may see; `None` for any.
    pub workspace_id: Option<WorkspaceId>,
    /// The only kinds of events it may send; empty for every kind.
    pub kinds: Vec<EventType>,
    /// The only web origins it is accepted from; empty for callers from anywhere.
    pub origins: Vec<String>,
    /// When it was made.
    pub created_at: Instant,
    /// When it stops to hold; `None` for never.
    pub expires_at: Option<Instant>,
    /// When it was used last, to the minute or so.
    pub last_used_at: Option<Instant>,
    /// When it was taken back.
    pub revoked_at: Option<Instant>,
}

impl ApiKey {
    /// Returns whether it was neither taken back nor has expired.
    pub fn holds(&self, now: Instant) -> bool {
        self.revoked_at.is_none() && self.expires_at.is_none_or(|end| now < end)
    }
}

/// What can become of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyAction {
    /// It was made.
    Created,
    /// It was used, for the first time on that day (UTC).
    Used,
    /// It was taken back.
    Revoked,
}

impl KeyAction {
    /// Returns the name used in storage and answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Used => "used",
            Self::Revoked => "revoked",
        }
    }

    /// Returns the action of that name.
    pub fn parse(name: &str) -> Option<Self> {
        [Self::Created, Self::Used, Self::Revoked]
            .into_iter()
            .find(|action| action.name() == name)
    }
}

/// An entry of the audit log of keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct KeyEvent {
    /// When.
    pub at: Instant,
    /// Which key.
    pub key_id: String,
    /// What became of it.
    pub action: KeyAction,
    /// Who did it: a user of the machine, or the address of a caller.
    pub by: String,
}

/// The last use of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyUse {
    /// Which key.
    pub key_id: String,
    /// When it was used last.
    pub at: Instant,
    /// From where.
    pub by: String,
}

/// A place where keys live. Whatever changes a key is noted in the audit log in one transaction
/// with the change.
#[async_trait]
pub trait KeyStore: Send + Sync {
    /// Keeps a new key by the hash of its secret; `by` says who made it.
    async fn insert_key(&self, key: &ApiKey, hash: &str, by: &str) -> Result<(), MetaError>;
    /// Returns the key of that hash, if it was not revoked; it may have expired.
    async fn key_by_hash(&self, hash: &str) -> Result<Option<ApiKey>, MetaError>;
    /// Returns every key, newest first.
    async fn keys(&self) -> Result<Vec<ApiKey>, MetaError>;
    /// Takes a key back and ends its sessions; returns whether there was one to take. `by` says who
    /// took it.
    async fn revoke_key(&self, id: &str, at: Instant, by: &str) -> Result<bool, MetaError>;
    /// Notes when keys were used last, and the first use of each on a day in the audit log.
    async fn note_uses(&self, uses: &[KeyUse]) -> Result<(), MetaError>;
    /// Returns the newest `limit` entries of the audit log, newest first, of one key or of all.
    async fn key_events(
        &self,
        key_id: Option<&str>,
        limit: u32,
    ) -> Result<Vec<KeyEvent>, MetaError>;
}
