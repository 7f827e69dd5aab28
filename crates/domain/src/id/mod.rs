//! Identifiers: who, where and which event.

mod event;
mod key;
mod placeholder;
mod text;

pub use event::{EventId, KeySpace, Keyed};
pub use key::Key64;
pub use placeholder::{is_no_value, is_placeholder};
pub use text::{ChannelId, IdError, MAX_ID_LENGTH, UserId, WorkspaceId};
