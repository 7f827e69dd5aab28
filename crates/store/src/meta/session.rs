//! Who is signed in on the pages.

use async_trait::async_trait;
use domain::{
    id::{UserId, WorkspaceId},
    time::Instant,
};

use super::{Access, MetaError};

/// Somebody who is signed in, without the secret of their cookie: only its hash is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Identity, for lists and for ending it.
    pub id: String,
    /// Who it is, in words: the name of a key or of a person.
    pub name: String,
    /// Their role in the chat, where a token said it.
    pub role: Option<String>,
    /// What they may do.
    pub access: Access,
    /// The only workspace they may see; `None` for any.
    pub workspace_id: Option<WorkspaceId>,
    /// What they signed in with.
    pub opened_by: OpenedBy,
    /// The address they signed in from.
    pub address: String,
    /// When they signed in.
    pub created_at: Instant,
    /// When the session was used last, to the minute.
    pub seen_at: Instant,
    /// When it ends, however much it is used.
    pub ends_at: Instant,
}

/// What a session was opened with. It holds for as long as that does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OpenedBy {
    /// A key that was made.
    Key {
        /// Identity of the key.
        id: String,
    },
    /// The key of the configuration.
    ConfiguredKey {
        /// What only the cookie together with that key gives.
        proof: String,
    },
    /// A token of the chat.
    Token {
        /// Whom it was given to.
        subject: Option<UserId>,
    },
    /// A link that signs in once.
    Link {
        /// Who made the link.
        made_by: String,
    },
}

impl OpenedBy {
    /// Returns the name used in storage and answers.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Key { .. } => "key",
            Self::ConfiguredKey { .. } => "configured_key",
            Self::Token { .. } => "token",
            Self::Link { .. } => "link",
        }
    }
}

/// A place where sessions are kept, and codes of links that open one.
#[async_trait]
pub trait SessionStore: Send + Sync {
    /// Keeps a new session by the hash of its secret, and no longer those that are over: that were seen
    /// last before `idle_since` or have ended. Of those that were opened with the same thing, the `most`
    /// that were seen last stay.
    async fn insert_session(
        &self,
        session: &Session,
        hash: &str,
        idle_since: Instant,
        most: u32,
    ) -> Result<(), MetaError>;
    /// Returns the session of that hash, unless the key that opened it was revoked; it may be over.
    async fn session_by_hash(&self, hash: &str) -> Result<Option<Session>, MetaError>;
    /// Returns every session whose key was not revoked, newest first; some may be over.
    async fn sessions(&self) -> Result<Vec<Session>, MetaError>;
    /// Notes that a session was used.
    async fn note_seen(&self, id: &str, at: Instant) -> Result<(), MetaError>;
    /// Ends a session; returns whether there was one to end.
    async fn end_session(&self, id: &str) -> Result<bool, MetaError>;
    /// Keeps a code by its hash, and no longer those that have expired by `now`; `made_by` says who made it.
    async fn insert_code(
        &self,
        hash: &str,
        made_by: &str,
        now: Instant,
        expires_at: Instant,
    ) -> Result<(), MetaError>;
    /// Takes a code away that has not expired; returns who made it. Nobody can take it again.
    async fn take_code(&self, hash: &str, now: Instant) -> Result<Option<String>, MetaError>;
}
