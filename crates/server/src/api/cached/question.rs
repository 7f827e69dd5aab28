//! What is asked, and by whom.

use domain::id::WorkspaceId;
use serde::Serialize;
use store::meta::SharedLink;

use super::Lasting;
use crate::{api::error::ApiError, auth::Caller, query::Request};

/// What is asked, and by whom; `more` is what this endpoint takes beside what every one takes.
#[derive(Debug)]
pub(in crate::api) struct Question<'a, M> {
    endpoint: &'static str,
    caller: &'a Caller,
    request: &'a Request,
    more: &'a M,
}

impl<'a, M: Serialize> Question<'a, M> {
    /// Returns a question to an endpoint.
    pub(in crate::api) fn new(
        endpoint: &'static str,
        caller: &'a Caller,
        request: &'a Request,
        more: &'a M,
    ) -> Self {
        Self {
            endpoint,
            caller,
            request,
            more,
        }
    }

    /// Returns where it is asked.
    pub(super) fn endpoint(&self) -> &'static str {
        self.endpoint
    }

    /// Returns the link that whoever asks came by.
    pub(super) fn shared_link(&self) -> Option<&SharedLink> {
        self.caller.shared_link()
    }

    /// Returns whose chat it is about.
    pub(super) fn workspace(&self) -> &WorkspaceId {
        &self.caller.workspace
    }

    /// Returns everything the answer depends on but the present and the events and records that are
    /// stored, as one text; `saved` says how often annotations and the like were changed.
    ///
    /// It is made of parameters that were understood, not of those that were sent: what is unknown
    /// is not in it, what is added to a request is in it without being listed here, and JSON writes
    /// no two of them alike. Its size is bounded by that of the parameters.
    pub(super) fn key(&self, saved: u64) -> Result<String, ApiError> {
        let workspace = self.caller.workspace.as_str();
        let sees_email = self.caller.sees_email;
        // What a link shows of people and annotations, and of what, is its own.
        let link = self.shared_link().map(|link| &link.id);
        serde_json::to_string(&(
            self.endpoint,
            workspace,
            sees_email,
            link,
            saved,
            self.request,
            self.more,
        ))
        .map_err(|error| ApiError::Internal(error.to_string()))
    }

    /// Returns whether the events are to be asked, whatever rollups could answer.
    pub(super) fn asks_events(&self) -> bool {
        self.request.from_events
    }

    /// Returns how long the answer may be given again.
    pub(super) fn lasting(&self) -> Lasting {
        if self.request.explain || self.request.from_events {
            Lasting::Never
        } else if self.request.as_of.is_some() {
            Lasting::Always
        } else {
            Lasting::Shortly
        }
    }
}
