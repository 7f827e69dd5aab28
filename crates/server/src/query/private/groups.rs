//! Questions about groups, of which small ones are withheld.

use std::{collections::HashMap, sync::Arc};

use async_trait::async_trait;
use domain::{
    id::WorkspaceId,
    privacy::PrivacyError,
    query::{Population, Query},
    record::ChannelKind,
    time::{Grain, Instant, Range, whole_days},
};
use engine::{
    analysis::{About, Material, Needs, OrderedScan, TakeActs, TakeDay},
    measured::{ArrivalScan, Arrivals, ValueCount, ValueScan},
    plan::{MAX_ROWS, Plan, plan},
    privacy::{Sizes, guard, withhold},
    storage::Subject,
};
use store::{
    ChannelRow, Known, LedgerDays, Origin, PersonRow, Questions, Search, StoreError, Table,
};

use super::Guard;

/// A store of which only groups are shown.
pub(super) struct Groups {
    pub(super) store: Arc<dyn Questions>,
    pub(super) guard: Guard,
}

impl Groups {
    /// Returns all rows of a question: what is left out could not be checked.
    async fn whole(&self, query: Query, from_events: bool) -> Result<Table, StoreError> {
        let mut plan = plan(query).map_err(|error| StoreError::Engine(Box::new(error)))?;
        plan.from_events = from_events;
        let table = self.store.query(&plan).await?;
        if table.total > table.rows.len() as u64 {
            return Err(PrivacyError::TooManyRows(MAX_ROWS).into());
        }
        Ok(table)
    }

    async fn whole_if(
        &self,
        query: Option<&Query>,
        from_events: bool,
    ) -> Result<Option<Table>, StoreError> {
        match query {
            None => Ok(None),
            Some(query) => self.whole(query.clone(), from_events).await.map(Some),
        }
    }
}

/// Returns whether a channel is one that may be named: who talks directly to whom is of single persons.
fn may_be_named(channel: &ChannelRow) -> bool {
    !matches!(channel.kind, Some(ChannelKind::Direct | ChannelKind::Group))
}

#[async_trait]
impl Questions for Groups {
    async fn query(&self, plan: &Plan) -> Result<Table, StoreError> {
        let (today, zone) = (self.guard.today(), &self.guard.zone);
        let mut query = plan.query.clone();
        query.limit = Some(plan.limit);
        let guarded = guard(query, |range| whole_days(range.until(today), zone))?;
        let from_events = plan.from_events;
        let (whole, groups, rest, values) = tokio::try_join!(
            self.whole(guarded.whole.clone(), from_events),
            self.whole(guarded.groups.clone(), from_events),
            self.whole_if(guarded.rest.as_ref(), from_events),
            self.whole_if(guarded.values.as_ref(), from_events),
        )?;
        let sizes = Sizes {
            groups,
            rest,
            values,
        };
        Ok(withhold(self.guard.privacy, &guarded, whole, &sizes))
    }

    async fn query_with_distribution(
        &self,
        _plan: &Plan,
    ) -> Result<(Table, Vec<Option<f64>>), StoreError> {
        Err(PrivacyError::Resource.into())
    }

    async fn statement(&self, _plan: &Plan) -> Result<Option<String>, StoreError> {
        Err(PrivacyError::Explained("explain").into())
    }

    async fn rows_in(&self, _workspace: &WorkspaceId, _range: Range) -> Result<u64, StoreError> {
        Err(PrivacyError::Explained("explain").into())
    }

    async fn first_event(&self, workspace: &WorkspaceId) -> Result<Option<Instant>, StoreError> {
        let first = self.store.first_event(workspace).await?;
        let day = |at| Grain::Day.floor(at, &self.guard.zone);
        Ok(first.map(day))
    }

    fn is_sampled(&self, workspace: &WorkspaceId, range: Range) -> bool {
        self.store.is_sampled(workspace, range)
    }

    fn ledger_days(&self, workspace: &WorkspaceId, range: Range) -> Option<LedgerDays> {
        self.store.ledger_days(workspace, range)
    }

    async fn values(&self, _scan: &ValueScan) -> Result<(Vec<ValueCount>, Origin), StoreError> {
        Err(PrivacyError::Resource.into())
    }

    async fn arrivals(&self, _scan: &ArrivalScan) -> Result<Vec<Arrivals>, StoreError> {
        Err(PrivacyError::Resource.into())
    }

    fn counted_as(&self, _workspace: &WorkspaceId, _id: &str) -> Option<String> {
        // Nobody is named by whoever asks.
        None
    }

    async fn gather(&self, _needs: &Needs) -> Result<(Material, Origin), StoreError> {
        Err(PrivacyError::Resource.into())
    }

    async fn in_order(&self, _scan: &OrderedScan, _take: TakeActs) -> Result<Origin, StoreError> {
        Err(PrivacyError::Resource.into())
    }

    async fn in_context(
        &self,
        _about: &About,
        _from_events: bool,
        _take: TakeDay,
    ) -> Result<Origin, StoreError> {
        Err(PrivacyError::Resource.into())
    }

    async fn identifiers(
        &self,
        _workspace: &WorkspaceId,
        _subject: Subject,
        _numbers: Vec<u32>,
    ) -> Result<Vec<Option<String>>, StoreError> {
        Err(PrivacyError::Resource.into())
    }

    async fn kind_names(
        &self,
        workspace: &WorkspaceId,
        codes: Vec<u16>,
    ) -> Result<Vec<Option<String>>, StoreError> {
        self.store.kind_names(workspace, codes).await
    }

    async fn people(
        &self,
        _workspace: &WorkspaceId,
        _ids: &[String],
    ) -> Result<Vec<PersonRow>, StoreError> {
        Err(PrivacyError::SinglePersons.into())
    }

    async fn pick_people(
        &self,
        _workspace: &WorkspaceId,
        _population: Population,
        _wanted: Box<dyn for<'p> FnMut(&'p PersonRow) -> bool + Send>,
        _offset: u32,
        _limit: u32,
    ) -> Result<(Vec<PersonRow>, u64), StoreError> {
        Err(PrivacyError::SinglePersons.into())
    }

    async fn find_people(
        &self,
        _workspace: &WorkspaceId,
        _population: Population,
        _search: Search,
        _most: usize,
    ) -> Result<(Vec<String>, u64), StoreError> {
        Err(PrivacyError::SinglePersons.into())
    }

    async fn known(&self, workspace: &WorkspaceId) -> Result<Known, StoreError> {
        self.store.known(workspace).await
    }

    async fn channel_names(
        &self,
        workspace: &WorkspaceId,
        ids: &[String],
    ) -> Result<HashMap<String, String>, StoreError> {
        let mut names = self.store.channel_names(workspace, ids).await?;
        let channels = self.store.channels(workspace).await?;
        for channel in channels.iter().filter(|channel| !may_be_named(channel)) {
            names.remove(&channel.id);
        }
        Ok(names)
    }

    async fn channels(&self, workspace: &WorkspaceId) -> Result<Vec<ChannelRow>, StoreError> {
        let mut channels = self.store.channels(workspace).await?;
        channels.retain(may_be_named);
        let privacy = self.guard.privacy;
        for channel in &mut channels {
            channel.owner = None;
            channel.created_at = None;
            channel.member_count = channel
                .member_count
                .filter(|members| !privacy.is_small(f64::from(*members)));
        }
        Ok(channels)
    }
}
