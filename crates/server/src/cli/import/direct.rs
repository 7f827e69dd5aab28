//! Into the store itself, while the service does not run.

use std::{
    collections::{HashSet, VecDeque},
    sync::Arc,
};

use domain::{
    event::RawEvent,
    id::{ChannelId, WorkspaceId},
    time::Instant,
};
use store::{Appended, Batch, EventStore, StoreError};
use tokio::task::{JoinHandle, JoinSet};

use super::summary::Summary;
use crate::{
    app::Parts,
    importer::Records,
    ingest::{Origin, Outcome},
};

/// Batches that are validated at a time, beside the one that is read: terms take most of the time of an import.
const VALIDATED_AT_ONCE: usize = 2;
/// Batches that are written while the next ones are validated; the writer commits them together.
const UNDER_WAY: usize = 3;

/// What a batch will store, what became of its events, and channels of which nothing says who may see them.
type Prepared = (Batch, Outcome, HashSet<ChannelId>);

/// An import into the store itself.
pub(in crate::cli) struct Direct {
    parts: Parts,
    origin: Origin,
    /// In the order in which they were read.
    preparing: VecDeque<JoinHandle<Prepared>>,
    writes: JoinSet<Result<Appended, StoreError>>,
}

impl Direct {
    pub(super) fn new(parts: Parts, origin: Origin) -> Self {
        Self {
            parts,
            origin,
            preparing: VecDeque::new(),
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
        summary: &mut Summary,
    ) -> anyhow::Result<u64> {
        // Events of before are read by what was known before.
        self.write_prepared(0, summary).await?;
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
        self.preparing
            .push_back(tokio::task::spawn_blocking(move || {
                let decoded = events.into_iter().map(Ok).collect();
                let (batch, outcome) = ingest.prepare(&workspace, decoded, origin);
                let unknown = if origin == Origin::Import {
                    ingest.unknown_channels(&workspace, &batch.events)
                } else {
                    HashSet::new()
                };
                (batch, outcome, unknown)
            }));
        self.write_prepared(VALIDATED_AT_ONCE, summary).await
    }

    /// Hands batches to the writer in their order, until no more than so many are left that are not validated.
    async fn write_prepared(&mut self, left: usize, summary: &mut Summary) -> anyhow::Result<()> {
        while self.preparing.len() > left
            && let Some(prepared) = self.preparing.pop_front()
        {
            let (batch, outcome, unknown) = prepared.await?;
            summary.outcome(&outcome);
            for channel in &unknown {
                summary.unknown_kinds().add(channel.as_str());
            }
            while self.writes.len() >= UNDER_WAY {
                self.wait_for_one(summary).await?;
            }
            let store: Arc<dyn EventStore> = Arc::clone(&self.parts.store);
            self.writes.spawn(async move { store.append(batch).await });
        }
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
        self.write_prepared(0, summary).await?;
        while !self.writes.is_empty() {
            self.wait_for_one(summary).await?;
        }
        Ok(())
    }

    pub(super) async fn close(self) -> anyhow::Result<()> {
        Ok(self.parts.store.close().await?)
    }
}
