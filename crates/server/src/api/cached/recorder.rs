//! What an answer is made of, noted while it is made.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use domain::{
    id::WorkspaceId,
    query::Population,
    time::{Instant, Range},
};
use engine::{
    analysis::{About, Material, Needs, OrderedScan, TakeActs, TakeDay},
    measured::{ArrivalScan, Arrivals, ValueCount, ValueScan},
    plan::Plan,
    storage::Subject,
};
use store::{
    ChannelRow, Known, LedgerDays, Origin, PersonRow, Questions, Reads, Search, StoreError, Table,
};

/// Asks a store, and notes what each question looked at.
pub(super) struct Recorder {
    store: Arc<dyn Questions>,
    reads: Mutex<Reads>,
}

impl Recorder {
    /// Returns one that has noted nothing.
    pub(super) fn new(store: Arc<dyn Questions>) -> Self {
        Self {
            store,
            reads: Mutex::default(),
        }
    }

    /// Returns what was noted.
    pub(super) fn reads(&self) -> Reads {
        self.noted(|reads| reads.clone())
    }

    fn noted<T>(&self, note: impl FnOnce(&mut Reads) -> T) -> T {
        // Nothing is kept behind the lock that a panic could leave half done.
        note(&mut self.reads.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn note_span(&self, span: Range) {
        self.noted(|reads| reads.add(span));
    }

    fn note_names(&self) {
        self.noted(|reads| reads.names = true);
    }
}

#[async_trait]
impl Questions for Recorder {
    async fn query(&self, plan: &Plan) -> Result<Table, StoreError> {
        self.note_span(plan.query.range);
        self.store.query(plan).await
    }

    async fn query_with_distribution(
        &self,
        plan: &Plan,
    ) -> Result<(Table, Vec<Option<f64>>), StoreError> {
        self.note_span(plan.query.range);
        self.store.query_with_distribution(plan).await
    }

    async fn statement(&self, plan: &Plan) -> Result<Option<String>, StoreError> {
        self.store.statement(plan).await
    }

    async fn rows_in(&self, workspace: &WorkspaceId, range: Range) -> Result<u64, StoreError> {
        self.note_span(range);
        self.store.rows_in(workspace, range).await
    }

    async fn first_event(&self, workspace: &WorkspaceId) -> Result<Option<Instant>, StoreError> {
        let first = self.store.first_event(workspace).await?;
        // An earlier one may come; what comes later changes nothing.
        let seen = first.map_or(Range::ALL, |first| {
            Range::new(Range::ALL.from(), first.plus_millis(1))
        });
        self.note_span(seen);
        Ok(first)
    }

    fn is_sampled(&self, workspace: &WorkspaceId, range: Range) -> bool {
        self.note_span(range);
        self.store.is_sampled(workspace, range)
    }

    fn ledger_days(&self, workspace: &WorkspaceId, range: Range) -> Option<LedgerDays> {
        // No number is made of it.
        self.store.ledger_days(workspace, range)
    }

    async fn gather(&self, needs: &Needs) -> Result<(Material, Origin), StoreError> {
        for set in &needs.sets {
            self.note_span(set.range);
        }
        if let Some(before) = needs.sign_ups {
            // Who signed up when is seen from all events before.
            self.note_span(Range::before(before));
            self.note_names();
        }
        self.store.gather(needs).await
    }

    async fn in_order(&self, scan: &OrderedScan, take: TakeActs) -> Result<Origin, StoreError> {
        self.note_span(scan.range);
        self.store.in_order(scan, take).await
    }

    async fn in_context(
        &self,
        about: &About,
        from_events: bool,
        take: TakeDay,
    ) -> Result<Origin, StoreError> {
        self.note_span(about.scan().range);
        self.store.in_context(about, from_events, take).await
    }

    async fn values(&self, scan: &ValueScan) -> Result<(Vec<ValueCount>, Origin), StoreError> {
        self.note_span(scan.range);
        self.store.values(scan).await
    }

    async fn arrivals(&self, scan: &ArrivalScan) -> Result<Vec<Arrivals>, StoreError> {
        // What arrives within the span may have happened at any time.
        self.note_span(Range::ALL);
        self.noted(|reads| reads.letters = true);
        self.store.arrivals(scan).await
    }

    async fn identifiers(
        &self,
        workspace: &WorkspaceId,
        subject: Subject,
        numbers: Vec<u32>,
    ) -> Result<Vec<Option<String>>, StoreError> {
        // An identifier never changes.
        self.store.identifiers(workspace, subject, numbers).await
    }

    async fn kind_names(
        &self,
        workspace: &WorkspaceId,
        codes: Vec<u16>,
    ) -> Result<Vec<Option<String>>, StoreError> {
        self.store.kind_names(workspace, codes).await
    }

    fn counted_as(&self, workspace: &WorkspaceId, id: &str) -> Option<String> {
        self.note_names();
        self.store.counted_as(workspace, id)
    }

    async fn people(
        &self,
        workspace: &WorkspaceId,
        ids: &[String],
    ) -> Result<Vec<PersonRow>, StoreError> {
        self.note_names();
        self.store.people(workspace, ids).await
    }

    async fn pick_people(
        &self,
        workspace: &WorkspaceId,
        population: Population,
        wanted: Box<dyn for<'p> FnMut(&'p PersonRow) -> bool + Send>,
        offset: u32,
        limit: u32,
    ) -> Result<(Vec<PersonRow>, u64), StoreError> {
        self.note_names();
        let picked = self
            .store
            .pick_people(workspace, population, wanted, offset, limit);
        picked.await
    }

    async fn find_people(
        &self,
        workspace: &WorkspaceId,
        population: Population,
        search: Search,
        most: usize,
    ) -> Result<(Vec<String>, u64), StoreError> {
        self.note_names();
        self.store
            .find_people(workspace, population, search, most)
            .await
    }

    async fn known(&self, workspace: &WorkspaceId) -> Result<Known, StoreError> {
        self.note_names();
        self.store.known(workspace).await
    }

    async fn channel_names(
        &self,
        workspace: &WorkspaceId,
        ids: &[String],
    ) -> Result<HashMap<String, String>, StoreError> {
        self.note_names();
        self.store.channel_names(workspace, ids).await
    }

    async fn channels(&self, workspace: &WorkspaceId) -> Result<Vec<ChannelRow>, StoreError> {
        self.note_names();
        self.store.channels(workspace).await
    }
}
