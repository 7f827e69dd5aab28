//! Into the store itself, while the service does not run.

use std::{collections::HashSet, sync::Arc};

use domain::{event::RawEvent, id::WorkspaceId, time::Instant};
use store::{Appended, EventStore, StoreError};
use tokio::task::JoinSet;

use super::summary::Summary;
use crate::{
    app::Parts,
    importer::Records,
    ingest::{Origin, Outcome},
};

/// Batches that are written while the next one is validated; the writer commits them together.
const UNDER_WAY: usize = 3;

/// An import into the store itself.
pub(in crate::cli) struct Direct {
    parts: Parts,
    origin: Origin,
    writes: JoinSet<Result<Appended, StoreError>>,
}

impl Direct {
    pub(super) fn new(parts: Parts, origin: Origin) -> Self {
        Self {
            parts,
            origin,
            writes: JoinSet::new(),
        }
    }

    /// Returns the instant before which events would be refused.
    pub(super) fn oldest(&self) -> Option<Instant> {
        self.parts.ingest.oldest(self.parts.clock.now())
    }

    pub(super) async fn put_records(
        &mut self,
        workspace: &WorkspaceId,
        records: Records,
    ) -> anyhow::Result<u64> {
        let changed = self
            .parts
            .ingest
            .put_records(workspace, records.people, records.channels);
        Ok(changed.await?)
    }

    pub(super) async fn put_events(
        &mut self,
        workspace: &WorkspaceId,
        events: Vec<RawEvent>,
        summary: &mut Summary,
    ) -> anyhow::Result<()> {
        let (ingest, workspace) = (Arc::clone(&self.parts.ingest), workspace.clone());
        let origin = self.origin;
        let (batch, outcome, unknown) = tokio::task::spawn_blocking(move || {
            let decoded = events.into_iter().map(Ok).collect();
            let (batch, outcome) = ingest.prepare(&workspace, decoded, origin);
            let unknown = if origin == Origin::Import {
                ingest.unknown_channels(&workspace, &batch.events)
            } else {
                HashSet::new()
            };
            (batch, outcome, unknown)
        })
        .await?;
        summary.outcome(&outcome);
        for channel in &unknown {
            summary.unknown_kinds().add(channel.as_str());
        }
        while self.writes.len() >= UNDER_WAY {
            self.wait_for_one(summary).await?;
        }
        let store: Arc<dyn EventStore> = Arc::clone(&self.parts.store);
        self.writes.spawn(async move { store.append(batch).await });
        Ok(())
    }

    async fn wait_for_one(&mut self, summary: &mut Summary) -> anyhow::Result<()> {
        if let Some(written) = self.writes.join_next().await {
            let Appended { stored, duplicates } = written??;
            summary.outcome(&Outcome {
                stored,
                duplicates,
                ..Outcome::default()
            });
        }
        Ok(())
    }

    pub(super) async fn finish(&mut self, summary: &mut Summary) -> anyhow::Result<()> {
        while !self.writes.is_empty() {
            self.wait_for_one(summary).await?;
        }
        Ok(())
    }

    pub(super) async fn close(self) -> anyhow::Result<()> {
        Ok(self.parts.store.close().await?)
    }
}
