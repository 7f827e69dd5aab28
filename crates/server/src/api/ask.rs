//! Requests understood, with what the store must be asked for that.

use domain::id::WorkspaceId;

use super::error::ApiError;
use crate::query::{Ask, QueryService, Request};

impl QueryService {
    /// Understands what every question has.
    pub async fn ask(
        &self,
        request: &Request,
        workspace: &WorkspaceId,
        default_period: &str,
    ) -> Result<Ask, ApiError> {
        // Only `all` and a missing `from` need to know when the history begins.
        let open = request.period.as_deref().unwrap_or(default_period) == "all"
            || (request.to.is_some() && request.from.is_none());
        let first = if open {
            self.store.first_event(workspace).await?
        } else {
            None
        };
        let (request, now) = self.guard.request(request, self.clock.now())?;
        let mut ask = Ask::resolve(
            &request,
            workspace.clone(),
            default_period,
            (&self.zone, self.week_start),
            now,
            first,
        )?;
        self.guard.settle(&mut ask)?;
        ask.unknown = self.unknown(&ask).await?;
        self.resolve_segments(&mut ask).await?;
        ask.annotations = self.annotations(&ask).await?;
        Ok(ask)
    }
}
