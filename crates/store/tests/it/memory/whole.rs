//! The store as a whole: there are no rollups.

use std::collections::BTreeSet;

use async_trait::async_trait;
use domain::{
    event::Event,
    id::WorkspaceId,
    time::{Day, Instant, Range},
};
use engine::ledger::Ledger;
use store::{Changes, DirectoryRow, DirtyDay, EventStore, Reads, Rollups, StoreError, StoreFacts};

use super::{Fact, Memory, state::Workspace};

#[async_trait]
impl EventStore for Memory {
    async fn workspaces(&self) -> Result<Vec<WorkspaceId>, StoreError> {
        Ok(self.open()?.workspaces.keys().cloned().collect())
    }

    async fn directory(&self) -> Result<Vec<DirectoryRow>, StoreError> {
        let state = self.open()?;
        let mut rows = Vec::new();
        for (workspace, of) in &state.workspaces {
            for (channel, known) in &of.channels {
                rows.extend(known.kind.map(|kind| DirectoryRow {
                    workspace: workspace.clone(),
                    channel: channel.clone(),
                    kind,
                }));
            }
        }
        Ok(rows)
    }

    async fn facts(&self, workspace: &WorkspaceId) -> Result<StoreFacts, StoreError> {
        let state = self.open()?;
        let of = state.workspaces.get(workspace);
        let letters = state.letters.iter();
        let letters = letters.filter(|letter| letter.workspace_id == workspace.as_str());
        Ok(StoreFacts {
            dead_letters: letters.count() as u64,
            ..of.map(Workspace::store_facts).unwrap_or_default()
        })
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.open().map(drop)
    }

    async fn close(&self) -> Result<(), StoreError> {
        self.open()?.is_closed = true;
        Ok(())
    }
}

impl Workspace {
    fn store_facts(&self) -> StoreFacts {
        let known = self.known();
        let events: Vec<&Event> = self.events.iter().map(|arrived| &arrived.event).collect();
        let by_bots: Vec<Fact<'_>> = self.facts().filter(|fact| fact.is_bot).collect();
        StoreFacts {
            events: events.len() as u64,
            bot_events: by_bots.len() as u64,
            people: known.people,
            bots: known.bots,
            channels: known.channels,
            authors: different(events.iter().map(|event| event.user.as_ref())),
            bot_authors: different(by_bots.iter().map(|fact| fact.event.user.as_ref())),
            channels_with_events: different(events.iter().map(|event| event.channel.as_ref())),
            threads: different(events.iter().map(|event| event.thread.map(|key| key.0))),
            first_event: events.iter().map(|event| event.timestamp).min(),
            last_event: events.iter().map(|event| event.timestamp).max(),
            dead_letters: 0,
            bytes: 0,
        }
    }
}

fn different<T: Ord>(values: impl Iterator<Item = Option<T>>) -> u64 {
    values.flatten().collect::<BTreeSet<T>>().len() as u64
}

impl Changes for Memory {
    fn version(&self) -> u64 {
        self.state().version
    }

    fn last_change(&self, workspace: &WorkspaceId, reads: &Reads) -> u64 {
        self.state().last_change(workspace, reads)
    }
}

#[async_trait]
impl Rollups for Memory {
    fn ledger(&self, _workspace: &WorkspaceId) -> Ledger {
        Ledger::default()
    }

    fn dirty_days(&self) -> Vec<DirtyDay> {
        Vec::new()
    }

    async fn fill_days(
        &self,
        _workspace: &WorkspaceId,
        days: &[Day],
        _now: Instant,
    ) -> Result<Vec<Option<u64>>, StoreError> {
        Ok(vec![None; days.len()])
    }

    async fn fill_months(&self, _now: Instant) -> Result<u64, StoreError> {
        Ok(0)
    }

    async fn catch_up(&self) -> Result<(), StoreError> {
        Ok(())
    }

    async fn mark_dirty(
        &self,
        _workspace: &WorkspaceId,
        _range: Range,
        _now: Instant,
    ) -> Result<u64, StoreError> {
        Ok(0)
    }

    async fn verify(
        &self,
        _workspace: &WorkspaceId,
        _day: Day,
    ) -> Result<Option<Vec<&'static str>>, StoreError> {
        Ok(None)
    }

    async fn rollup_bytes(&self) -> Result<(u64, u64), StoreError> {
        Ok((0, 0))
    }
}
