//! What the store is asked of merges.

use async_trait::async_trait;
use domain::{
    id::{UserId, WorkspaceId},
    time::Instant,
};

use crate::{
    Merge, MergeError, Merges, StoreError,
    duckdb::{
        open::DuckDbStore,
        writer::{Job, MergeChange},
    },
};

#[async_trait]
impl Merges for DuckDbStore {
    async fn merge(
        &self,
        workspace: &WorkspaceId,
        from: &UserId,
        into: &UserId,
        at: Instant,
    ) -> Result<Merge, MergeError> {
        let change = MergeChange::Merge {
            from: from.clone(),
            into: into.clone(),
        };
        let workspace = workspace.clone();
        let merged = self.ask(|reply| Job::Merge {
            workspace,
            change,
            at,
            reply,
        });
        let merge = merged.await??;
        let none = || StoreError::Stopped("a merge was not found".to_owned());
        Ok(merge.ok_or_else(none)?)
    }

    async fn undo_merge(
        &self,
        workspace: &WorkspaceId,
        from: &UserId,
        at: Instant,
    ) -> Result<Option<Merge>, StoreError> {
        let change = MergeChange::Undo { from: from.clone() };
        let workspace = workspace.clone();
        let undone = self.ask(|reply| Job::Merge {
            workspace,
            change,
            at,
            reply,
        });
        Ok(undone.await?.unwrap_or_default())
    }

    async fn merges(&self, workspace: &WorkspaceId) -> Result<Vec<Merge>, StoreError> {
        let Some(scope) = self.scope(workspace) else {
            return Ok(Vec::new());
        };
        Ok(self.shared.names.merged(scope.workspace_ref).all())
    }
}
