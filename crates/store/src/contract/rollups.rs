//! The rollups of days and months, and how far they are.

use async_trait::async_trait;
use domain::{
    id::WorkspaceId,
    time::{Day, Instant, Range},
};
use engine::ledger::{DayEntry, Ledger};

use crate::StoreError;

/// A day that is not complete in the rollups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DirtyDay {
    /// Whose chat.
    pub workspace: WorkspaceId,
    /// Which local day, counted from 1970-01-01.
    pub day: Day,
    /// What the ledger says of it.
    pub entry: DayEntry,
}

/// The rollups of days and months, and how far they are.
///
/// Rollups make answers fast and change none. A store that has none has an empty ledger and no dirty
/// days, fills and verifies nothing (`None` for every day), and has 0 bytes of them.
#[async_trait]
pub trait Rollups: Send + Sync {
    /// Returns which days of a workspace are complete in the rollups.
    fn ledger(&self, workspace: &WorkspaceId) -> Ledger;

    /// Returns the days of all workspaces that are not, newest first.
    fn dirty_days(&self) -> Vec<DirtyDay>;

    /// Makes the rollups of days anew from their events; returns of each how many those were, or
    /// `None` when they changed meanwhile and the day is still dirty. Several days are read in one go,
    /// and should have few events together.
    async fn fill_days(
        &self,
        workspace: &WorkspaceId,
        days: &[Day],
        now: Instant,
    ) -> Result<Vec<Option<u64>>, StoreError>;

    /// Makes the rollups of one day anew.
    async fn fill(
        &self,
        workspace: &WorkspaceId,
        day: Day,
        now: Instant,
    ) -> Result<Option<u64>, StoreError> {
        let filled = self.fill_days(workspace, &[day], now).await?;
        Ok(filled.into_iter().next().flatten())
    }

    /// Makes rollups of months that are over before `now` from those of their days, where these are
    /// complete; returns how many months.
    async fn fill_months(&self, now: Instant) -> Result<u64, StoreError>;

    /// Stores the replies of some days, newest first, for which all days they depend on are over as of `now`
    /// and complete in the rollups; returns how many days.
    async fn fill_contexts(&self, _now: Instant) -> Result<u64, StoreError> {
        Ok(0)
    }

    /// Does ahead what the next question would have to do because of what arrived; nothing where
    /// that is little.
    async fn catch_up(&self) -> Result<(), StoreError>;

    /// Makes what the next questions over windows that end at `now` are going to need, where that is
    /// kept.
    async fn join_ahead(&self, _now: Instant) -> Result<(), StoreError> {
        Ok(())
    }

    /// Takes the rollups of days of a span away, so that they are made anew; returns how many days.
    async fn mark_dirty(
        &self,
        workspace: &WorkspaceId,
        range: Range,
        now: Instant,
    ) -> Result<u64, StoreError>;

    /// Counts the events of a day anew and returns in which rollups that differs from what is
    /// stored; `None` when the day is not complete.
    async fn verify(
        &self,
        workspace: &WorkspaceId,
        day: Day,
    ) -> Result<Option<Vec<&'static str>>, StoreError>;

    /// Returns the bytes that rollups take on disk and in memory.
    async fn rollup_bytes(&self) -> Result<(u64, u64), StoreError>;
}
