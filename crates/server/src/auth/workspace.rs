//! Which workspace a request is about.

use axum::http::HeaderMap;
use domain::id::WorkspaceId;

use super::{AuthError, Denial, Fault};

/// Headers that name a workspace, in the order in which nself's plugins look at them.
const HEADERS: [&str; 3] = [
    "x-source-account-id",
    "x-hasura-source-account-id",
    "x-source-account",
];

/// How far a credential decides about the workspace.
pub(super) enum Scope {
    /// It is for this one only.
    Bound(WorkspaceId),
    /// It is for any: the request may choose.
    Any,
    /// It does not say, and is not trusted to choose.
    Default,
}

impl Scope {
    /// Returns whether the credential is for every workspace.
    pub(super) const fn is_every(&self) -> bool {
        matches!(self, Self::Any)
    }

    /// Returns the workspace of a request with these headers.
    ///
    /// A header that names another workspace than the credential allows is refused instead of left
    /// out: the sender would take the answer for that of the workspace it asked for.
    pub(super) fn choose(self, headers: &HeaderMap) -> Result<WorkspaceId, AuthError> {
        let named = named(headers)?;
        let own = match self {
            Self::Any => return Ok(named.unwrap_or_default()),
            Self::Bound(own) => own,
            Self::Default => WorkspaceId::default(),
        };
        if named.is_some_and(|named| named != own) {
            return Err(Denial::Workspace.into());
        }
        Ok(own)
    }
}

/// Returns what the first of the headers that is not empty names.
fn named(headers: &HeaderMap) -> Result<Option<WorkspaceId>, Fault> {
    let values = HEADERS.iter().flat_map(|name| headers.get_all(*name));
    let Some(value) = values
        .map(|value| value.as_bytes().trim_ascii())
        .find(|value| !value.is_empty())
    else {
        return Ok(None);
    };
    str::from_utf8(value)
        .ok()
        .and_then(|text| WorkspaceId::new(text).ok())
        .map(Some)
        .ok_or(Fault::Workspace)
}
