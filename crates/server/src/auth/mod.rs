//! Who is asking, and what they may do.
//!
//! The first credential that is present decides, in this order; the others are not looked at:
//!
//! 1. `X-Share-Token`: the token of a link to one page, which opens no more than that.
//! 2. `Authorization: Bearer` with a token of the chat. Owners and admins may do everything, anybody
//!    else who is signed in may send events of their own.
//! 3. `X-Plugin-Secret` or `X-Internal-Token`: the secret that plugins show each other.
//! 4. `X-Hasura-Admin-Secret`.
//! 5. `X-API-Key`, or `Authorization: Bearer` with a key: the configured one, or one that was made.
//! 6. A key in the path, `/k/<key>/`, for callers that can only be given an address.
//! 7. Nothing: in trusted-network mode, a loopback or private address that speaks for itself and calls
//!    the service by a name that no stranger can have.
//!
//! A credential that is present and wrong is refused, also where none would have been needed: who
//! shows one means to be somebody.
//!
//! Credentials that are refused again and again are slowed down and limited: see `attempts`.
//!
//! Cookies are no credential, although nChat sets some: a browser adds them to what any page makes
//! it send, so every page could send in the name of an administrator. The pages of this service have
//! one all the same, which counts in their own requests only: see [`session`].
//!
//! Nothing here knows of routes or status codes; [`Caller::require`] is asked by whoever answers.

mod attempts;
mod authenticator;
mod caller;
mod error;
mod host;
pub mod key;
mod known_keys;
mod network;
mod path;
mod peer;
mod posture;
mod presented;
mod random;
mod secret;
pub mod session;
pub mod shared_link;
mod token;
mod workspace;

#[cfg(test)]
mod tests;

pub use authenticator::Authenticator;
pub use caller::{Caller, Credential, PathKey};
pub use error::{AuthError, Denial, Fault, TokenFault};
pub use path::{redact_path, split_path_key};
pub use peer::ClientAddress;
pub use presented::Presented;
pub use random::Randomness;
pub use token::UnusableKey;
