//! Who was recognised.

use std::sync::Arc;

use domain::{
    event::EventType,
    id::{UserId, WorkspaceId},
};
use store::meta::{Access, SharedLink};

use super::{AuthError, Denial};

/// Somebody who was recognised: what they may do, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// What they may do.
    pub access: Access,
    /// The workspace they see and write to.
    pub workspace: WorkspaceId,
    /// What they were recognised by.
    pub by: Credential,
    /// Whether answers to them hold e-mail addresses.
    pub sees_email: bool,
    /// Whether they may see what is about every workspace.
    pub sees_every_workspace: bool,
    /// The only kinds of events they may send; empty for every kind.
    pub kinds: Vec<EventType>,
}

/// What a caller was recognised by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credential {
    /// A token of the chat.
    Token {
        /// Whom it was given to, as the chat names them.
        subject: Option<UserId>,
    },
    /// The secret that plugins show each other.
    PluginSecret,
    /// The secret of Hasura's administrator.
    HasuraAdminSecret,
    /// A key that was made.
    ApiKey {
        /// Identity of the key.
        id: String,
    },
    /// The key of the configuration.
    ConfiguredKey,
    /// A key in the path.
    PathKey(PathKey),
    /// A link that signs in once, which whoever runs the service has made.
    Link,
    /// The token of a link to one page.
    SharedLink(Arc<SharedLink>),
    /// Nothing but an address of the trusted network.
    TrustedNetwork,
}

/// Which key was in the path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathKey {
    /// A key that was made.
    ApiKey {
        /// Identity of the key.
        id: String,
    },
    /// The key of the configuration.
    ConfiguredKey,
}

impl Caller {
    /// Returns what tells callers apart where they take turns; it is no secret.
    pub fn name(&self) -> String {
        match &self.by {
            Credential::Token { subject } => {
                let subject = subject.as_ref().map_or("", |subject| subject.as_str());
                format!("token {subject}")
            }
            Credential::ApiKey { id } | Credential::PathKey(PathKey::ApiKey { id }) => {
                format!("key {id}")
            }
            Credential::ConfiguredKey | Credential::PathKey(PathKey::ConfiguredKey) => {
                "configured key".to_owned()
            }
            Credential::PluginSecret => "plugins".to_owned(),
            Credential::HasuraAdminSecret => "hasura".to_owned(),
            Credential::Link => "link".to_owned(),
            Credential::SharedLink(link) => format!("share {}", link.id),
            Credential::TrustedNetwork => "network".to_owned(),
        }
    }

    /// Refuses a caller who may not do what `needs` allows: reading takes a caller who may read or
    /// do everything, sending events one who may write or do everything.
    pub fn require(&self, needs: Access) -> Result<(), AuthError> {
        if self.access == Access::Admin || self.access == needs {
            Ok(())
        } else {
            let has = self.access;
            Err(AuthError::Forbidden(Denial::Access { needs, has }))
        }
    }

    /// Refuses a caller who may see their own workspace only.
    pub fn require_every_workspace(&self) -> Result<(), AuthError> {
        if self.sees_every_workspace {
            Ok(())
        } else {
            Err(Denial::EveryWorkspace.into())
        }
    }

    /// Refuses a caller whose key stands in the path: nChat shows that key for everybody.
    pub fn require_own_key(&self) -> Result<(), AuthError> {
        match self.by {
            Credential::PathKey(_) => Err(Denial::PathKey.into()),
            Credential::Token { .. }
            | Credential::PluginSecret
            | Credential::HasuraAdminSecret
            | Credential::ApiKey { .. }
            | Credential::ConfiguredKey
            | Credential::Link
            | Credential::SharedLink(_)
            | Credential::TrustedNetwork => Ok(()),
        }
    }

    /// Refuses a caller who may be anybody where the chat itself or an import speaks: whoever speaks
    /// for them can take the place of what they are going to tell.
    pub fn require_source(&self) -> Result<(), AuthError> {
        self.require_own_key()?;
        match self.by {
            Credential::TrustedNetwork => Err(Denial::Address.into()),
            _ => Ok(()),
        }
    }

    /// Returns whether this caller's events may say that a person is a bot, which holds for all that
    /// the person does: whoever may store records may say so.
    pub fn names_bots(&self) -> bool {
        self.access == Access::Admin && self.require_own_key().is_ok()
    }

    /// Refuses an event of a kind that this caller may not send; `index` is its place in the body.
    /// A name that is none is left to whoever validates the event.
    pub fn may_send(&self, index: usize, name: &str) -> Result<(), AuthError> {
        let is_other = || EventType::parse(name).is_some_and(|kind| !self.kinds.contains(&kind));
        if !self.kinds.is_empty() && is_other() {
            return Err(Denial::Kind { index }.into());
        }
        Ok(())
    }

    /// Returns the link to one page that they opened, if they are here by one.
    pub fn shared_link(&self) -> Option<&SharedLink> {
        match &self.by {
            Credential::SharedLink(link) => Some(link),
            _ => None,
        }
    }

    /// Returns the identity of the key they were recognised by, if it is one that was made.
    pub fn key_id(&self) -> Option<&str> {
        match &self.by {
            Credential::ApiKey { id } | Credential::PathKey(PathKey::ApiKey { id }) => Some(id),
            Credential::Token { .. }
            | Credential::PluginSecret
            | Credential::HasuraAdminSecret
            | Credential::ConfiguredKey
            | Credential::PathKey(PathKey::ConfiguredKey)
            | Credential::Link
            | Credential::SharedLink(_)
            | Credential::TrustedNetwork => None,
        }
    }

    /// Returns by what name the caller's quotas are counted; `None` for administrators, who have
    /// none. Whoever shows a key in the path or nothing but an address may be anybody.
    pub fn quota_name(&self) -> Option<Arc<str>> {
        let is_admin = self.access == Access::Admin;
        let name = match &self.by {
            Credential::PathKey(PathKey::ConfiguredKey) => "key in the path".to_owned(),
            Credential::PathKey(PathKey::ApiKey { id }) => format!("key {id}"),
            Credential::TrustedNetwork => "trusted network".to_owned(),
            Credential::SharedLink(link) => format!("share {}", link.id),
            _ if is_admin => return None,
            Credential::ApiKey { id } => format!("key {id}"),
            Credential::Token { subject } => {
                let subject = subject.as_ref().map_or("nobody", UserId::as_str);
                format!("token {subject}")
            }
            Credential::PluginSecret
            | Credential::HasuraAdminSecret
            | Credential::ConfiguredKey
            | Credential::Link => return None,
        };
        Some(name.into())
    }

    /// Returns the only person whose events this caller may send; `None` for anybody's.
    pub fn sends_only_for(&self) -> Option<&UserId> {
        match (&self.by, self.access) {
            (Credential::Token { subject }, Access::Write | Access::Read) => subject.as_ref(),
            _ => None,
        }
    }
}
