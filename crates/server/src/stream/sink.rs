//! What a batch of entries becomes in the store.

use std::sync::Arc;

use async_trait::async_trait;
use domain::{clock::Clock, event::Reason, id::WorkspaceId};
use store::{Appended, Batch, StoreError, chain};

use super::{
    Consumer,
    delivery::Sink,
    entry::{Said, arrived, outline, read},
    reply::RawEntry,
};
use crate::{
    blocking::apart,
    ingest::{Ingest, Origin},
};

/// Returns what is to be stored of entries, and how many of them were refused on reading.
fn batch_of(
    ingest: &Ingest,
    clock: &dyn Clock,
    stream: &str,
    entries: &[RawEntry],
) -> (Batch, u64) {
    let (mut batch, mut refused) = (Batch::default(), 0);
    for entry in entries {
        match read(entry, stream) {
            Said::Event(event) => batch.events.push(*event),
            Said::Letter(letter) => batch.dead_letters.push(letter),
            Said::Sent { workspace, event } => {
                let at = arrived(entry.id, clock.now());
                let (prepared, outcome) =
                    ingest.prepare_at(at, &workspace, vec![*event], Origin::Stream);
                batch.events.extend(prepared.events);
                batch.dead_letters.extend(prepared.dead_letters);
                refused += outcome.failures.len() as u64;
            }
        }
    }
    (batch, refused)
}

#[async_trait]
impl Sink for Consumer {
    async fn put(&self, entries: &[RawEntry]) -> Result<(), StoreError> {
        let bytes = entries.iter().map(RawEntry::bytes).sum();
        let (ingest, clock) = (Arc::clone(&self.ingest), Arc::clone(&self.clock));
        let (stream, entries) = (self.settings.stream.clone(), entries.to_vec());
        let read = move || batch_of(&ingest, clock.as_ref(), &stream, &entries);
        let (batch, refused) = apart(bytes, read).await;
        let Appended { stored, duplicates } = self.ingest.store(batch).await?;
        let outcomes = [
            ("stored", stored),
            ("duplicate", duplicates),
            ("refused", refused),
        ];
        self.telemetry.events(outcomes);
        for (outcome, count) in outcomes {
            self.telemetry.stream_entries(outcome, count);
        }
        Ok(())
    }

    async fn bury(&self, entry: &RawEntry, tries: u64) -> Result<(), StoreError> {
        let workspace = match read(entry, &self.settings.stream) {
            Said::Event(event) => event.workspace,
            Said::Letter(letter) => WorkspaceId::new(letter.workspace_id).unwrap_or_default(),
            Said::Sent { workspace, .. } => workspace,
        };
        let reason = Reason::NotStorable(tries);
        let letter = self
            .ingest
            .dead_letter(&workspace, Origin::Stream, &reason, &outline(entry));
        self.ingest
            .store(Batch {
                dead_letters: vec![letter],
                ..Batch::default()
            })
            .await?;
        tracing::error!(entry = %entry.id, tries, "stream.buried: an entry became a dead letter");
        self.telemetry.stream_entries("buried", 1);
        Ok(())
    }

    async fn works(&self) -> bool {
        self.ingest.can_store().await
    }

    fn waits(&self, error: &StoreError) {
        if self.state.stores(false) {
            tracing::warn!(
                error = chain(error),
                "stream.waits: the store takes nothing"
            );
        }
    }
}
