//! Requests understood, with what they name and nobody knows.

use domain::id::WorkspaceId;

use super::error::ApiError;
use crate::query::{Ask, QueryService, Request};

impl QueryService {
    /// Understands what every question has, and says which channels and people nobody knows.
    pub async fn ask(
        &self,
        request: &Request,
        workspace: &WorkspaceId,
        default_period: &str,
    ) -> Result<Ask, ApiError> {
        let mut ask = self.understand(request, workspace, default_period).await?;
        ask.unknown = self.unknown(&ask).await?;
        Ok(self.complete(ask).await?)
    }
}
