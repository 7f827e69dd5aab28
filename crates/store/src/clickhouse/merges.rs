//! Identifiers that are one person: rows of people, which events are joined to when they are read.

use async_trait::async_trait;
use domain::{
    id::{UserId, WorkspaceId},
    time::Instant,
};
use engine::changes::Changed;

use super::{
    draft::difference,
    open::{ClickHouseStore, Shared},
    people::Of,
    writer::{Writer, take_in},
};
use crate::{MOST_MERGES, Merge, MergeError, MergeRefusal, Merges, StoreError};

#[async_trait]
impl Merges for ClickHouseStore {
    async fn merge(
        &self,
        workspace: &WorkspaceId,
        from: &UserId,
        into: &UserId,
        at: Instant,
    ) -> Result<Merge, MergeError> {
        let (workspace, from, into) = (workspace.clone(), from.clone(), into.clone());
        let merged = self.writing(move |writer, shared| {
            let refusal = {
                let inner = shared.directory.read();
                match inner.of(&workspace) {
                    None => Err(MergeRefusal::Unknown(from.to_string())),
                    Some(of) => check(of, &from, &into),
                }
            };
            match refusal {
                Err(refusal) => Ok(Err(refusal)),
                Ok(Some(there)) => Ok(Ok(there)),
                Ok(None) => {
                    let link = Some((into, at));
                    let merge = writer.relink(shared, &workspace, &from, link, at)?;
                    merge.map(Ok).ok_or_else(|| {
                        StoreError::Engine("a merge that was written is not there".into())
                    })
                }
            }
        });
        Ok(merged.await??)
    }

    async fn undo_merge(
        &self,
        workspace: &WorkspaceId,
        from: &UserId,
        at: Instant,
    ) -> Result<Option<Merge>, StoreError> {
        let (workspace, from) = (workspace.clone(), from.clone());
        self.writing(move |writer, shared| {
            let undone = {
                let inner = shared.directory.read();
                inner.of(&workspace).and_then(|of| of.merge_of(&from))
            };
            if undone.is_some() {
                writer.relink(shared, &workspace, &from, None, at)?;
            }
            Ok(undone)
        })
        .await
    }

    async fn merges(&self, workspace: &WorkspaceId) -> Result<Vec<Merge>, StoreError> {
        self.shared.server.check_open()?;
        let inner = self.shared.directory.read();
        let Some(of) = inner.of(workspace) else {
            return Ok(Vec::new());
        };
        let merges = of.links().filter_map(|(from, ..)| of.merge_of(from));
        Ok(merges.collect())
    }
}

/// Returns the merge that is there already, or why there cannot be one.
fn check(of: &Of, from: &UserId, into: &UserId) -> Result<Option<Merge>, MergeRefusal> {
    for id in [from, into] {
        if of.person(id).is_none() {
            return Err(MergeRefusal::Unknown(id.to_string()));
        }
    }
    let texts = || (from.to_string(), into.to_string());
    if from == into {
        return Err(MergeRefusal::Itself);
    }
    if let Some(there) = of.merge_of(from) {
        if there.into == into.as_str() {
            return Ok(Some(there));
        }
        let (from, into) = (there.from, there.into);
        return Err(MergeRefusal::Elsewhere { from, into });
    }
    if of.root(into) == *from {
        let (from, into) = texts();
        return Err(MergeRefusal::Cycle { from, into });
    }
    if of.merged() >= MOST_MERGES as usize {
        return Err(MergeRefusal::TooMany);
    }
    Ok(None)
}

impl Writer {
    /// Has an identifier count as another, or for itself; returns the merge as it is now.
    fn relink(
        &mut self,
        shared: &Shared,
        workspace: &WorkspaceId,
        from: &UserId,
        link: Option<(UserId, Instant)>,
        at: Instant,
    ) -> Result<Option<Merge>, StoreError> {
        let change = {
            let inner = shared.directory.read();
            let number = inner.workspaces.get(workspace).copied();
            let (Some(number), Some(before)) = (number, inner.of(workspace)) else {
                return Ok(None);
            };
            let mut after = before.clone();
            if let Some(person) = before.person(from) {
                let mut person = person.clone();
                person.link = link;
                after.set(person);
            }
            difference(number, before, &after, &[from])
        };
        let days = self.commit(shared, &change, at)?;
        let changed = Changed {
            days: days.iter().copied().collect(),
            names: change.names(),
            ..Changed::default()
        };
        take_in(shared, change, &days, at);
        shared.changes.count(&changed);
        let inner = shared.directory.read();
        Ok(inner.of(workspace).and_then(|of| of.merge_of(from)))
    }
}
