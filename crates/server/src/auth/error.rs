//! Why somebody is not answered, in words that tell a stranger nothing.

use std::time::Duration;

use store::meta::{Access, MetaError};

/// Why somebody is not answered.
///
/// The sentences never repeat what was shown, and do not say what would have been accepted.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// No credential was shown where one is needed.
    #[error("No credential was shown: sign in as owner or admin of the chat, or show a key.")]
    Missing,
    /// A private address is enough, but not by a name that a stranger could have.
    #[error(
        "The host name is none of this service's: call it by its address, list the name in ANALYTICS_ALLOWED_HOSTS, or show a key."
    )]
    Host,
    /// What was shown is no credential that is accepted.
    #[error(transparent)]
    Invalid(#[from] Fault),
    /// The token was good until its time was over.
    #[error("The token has expired: sign in again.")]
    Expired,
    /// The key was good until its time was over.
    #[error("The key has expired: ask an administrator for another one.")]
    KeyExpired,
    /// The link was good until its time was over.
    #[error("The link has expired: ask whoever sent it for another one.")]
    LinkExpired,
    /// The session is over, or was ended.
    #[error("The session is over: sign in again.")]
    SessionOver,
    /// A request changes something in the name of a session, and does not prove that a page of this service
    /// sent it.
    #[error("This takes the session's token in the header X-CSRF-Token.")]
    Csrf,
    /// Somebody signs in from elsewhere than the pages.
    #[error("Sign in on the pages, below /admin/analytics: the request comes from elsewhere.")]
    Elsewhere,
    /// Too many credentials were refused of this caller; this one may not even have been looked at.
    #[error("Too many credentials were refused: wait as long as `Retry-After` says.")]
    TooManyFailures {
        /// How long to wait before the next one.
        retry_after: Duration,
    },
    /// The caller is known and may not do this.
    #[error(transparent)]
    Forbidden(#[from] Denial),
    /// It could not be found out whether a key is known.
    #[error("Keys cannot be looked up at the moment.")]
    KeyStore(#[from] MetaError),
}

/// What is wrong with a credential or with what accompanies it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// A header that may come once came several times, so that two readers could take different
    /// ones.
    #[error("A header that holds a credential was sent more than once.")]
    Repeated,
    /// `Authorization` with another scheme than `Bearer`.
    #[error("The `Authorization` header must begin with `Bearer`.")]
    Scheme,
    /// The token.
    #[error(transparent)]
    Token(#[from] TokenFault),
    /// The secret of the plugins.
    #[error("The secret in `X-Plugin-Secret` or `X-Internal-Token` is not accepted.")]
    PluginSecret,
    /// The secret of Hasura's administrator.
    #[error("The secret in `X-Hasura-Admin-Secret` is not accepted.")]
    HasuraAdminSecret,
    /// The key is none that this service makes, or was not copied exactly.
    #[error("The key is not a key of this service, or was not copied exactly.")]
    MalformedKey,
    /// The key could be one, but is not known.
    #[error("The key is not known: it was revoked, or made for another service.")]
    UnknownKey,
    /// The code of a link is not known, or no longer.
    #[error("The link was used already, is older than ten minutes, or was not copied exactly.")]
    Code,
    /// The token of a link to a page is not known, or no longer.
    #[error("The link is not known: it was revoked, or not copied exactly.")]
    UnknownLink,
    /// The header names no workspace.
    #[error("The account header holds no identifier of a workspace.")]
    Workspace,
}

/// What is wrong with a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TokenFault {
    /// It cannot be read.
    #[error("The token cannot be read.")]
    Malformed,
    /// No key that is known has signed it with the algorithm of that key.
    #[error("The token is not signed with a key that is accepted.")]
    Signature,
    /// It does not say until when it holds.
    #[error("The token does not say when it expires.")]
    NoExpiry,
    /// It does not hold yet.
    #[error("The token is not valid yet.")]
    NotYetValid,
    /// Somebody else gave it out.
    #[error("The token was given out by another issuer.")]
    Issuer,
    /// It was given out for others.
    #[error("The token was given out for another audience.")]
    Audience,
    /// What it says of its owner cannot be read.
    #[error("The token's claims cannot be read.")]
    Claims,
}

/// What a known caller may not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Denial {
    /// Something that takes more than they may.
    #[error("This needs {} access, and the credential gives {} access.", needs.name(), has.name())]
    Access {
        /// What it takes.
        needs: Access,
        /// What they may.
        has: Access,
    },
    /// Another workspace than theirs.
    #[error("The credential is not for the workspace that the account header names.")]
    Workspace,
    /// What is about every workspace.
    #[error("The credential is for one workspace, and this is about all of them.")]
    EveryWorkspace,
    /// An event of a kind that the key is not for.
    #[error("The event at index {index} is of a kind that the key may not send.")]
    Kind {
        /// Its place in the body, from 0.
        index: usize,
    },
    /// A call from elsewhere than the web pages that the key is for.
    #[error("The key is accepted only from the web pages it was made for.")]
    Origin,
    /// Something that a key in the path is not for: others may know it.
    #[error("This takes the key in the X-API-Key header, not in the path.")]
    PathKey,
    /// Something that only the chat itself and imports say, by a caller of whom no more than an address
    /// is known.
    #[error("This takes a key or a secret: an address of the trusted network may be anybody's.")]
    Address,
    /// Anything at all: the token gives no administrator and names nobody.
    #[error("The token names no person and no role that may do this.")]
    Nobody,
}

impl Fault {
    /// Returns whether what was shown may have been a guess.
    pub(super) const fn is_guess(self) -> bool {
        match self {
            Self::PluginSecret
            | Self::HasuraAdminSecret
            | Self::MalformedKey
            | Self::UnknownKey
            | Self::Code
            | Self::UnknownLink
            | Self::Token(TokenFault::Malformed | TokenFault::Signature) => true,
            Self::Repeated | Self::Scheme | Self::Token(_) | Self::Workspace => false,
        }
    }
}

impl From<TokenFault> for AuthError {
    fn from(fault: TokenFault) -> Self {
        Self::Invalid(fault.into())
    }
}
