//! Questions answered.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use async_trait::async_trait;
use domain::{
    event::Kind,
    id::{ChannelId, UserId, WorkspaceId},
    query::Population,
    time::{Instant, Range},
};
use engine::{
    analysis::{About, Counted, Material, Needs, OrderedScan, TakeActs, TakeDay},
    measured::{ArrivalScan, Arrivals, ValueCount, ValueScan},
    plan::Plan,
    storage::Subject,
};
use store::{
    ChannelRow, Known, LedgerDays, Origin, PersonRow, Questions, Search, StoreError, Table,
};

use super::{Memory, answer, gather, measured, ordered, state::Workspace};

#[async_trait]
impl Questions for Memory {
    async fn query(&self, plan: &Plan) -> Result<Table, StoreError> {
        Ok(self.query_with_distribution(plan).await?.0)
    }

    async fn query_with_distribution(
        &self,
        plan: &Plan,
    ) -> Result<(Table, Vec<Option<f64>>), StoreError> {
        let state = self.open()?;
        let of = state.workspaces.get(&plan.query.workspace);
        Ok(of.map(|of| answer::answer(of, plan)).unwrap_or_default())
    }

    async fn statement(&self, _plan: &Plan) -> Result<Option<String>, StoreError> {
        Ok(None)
    }

    async fn rows_in(&self, workspace: &WorkspaceId, range: Range) -> Result<u64, StoreError> {
        let state = self.open()?;
        let of = state.workspaces.get(workspace);
        Ok(of.map_or(0, |of| of.facts_in(range).count() as u64))
    }

    async fn first_event(&self, workspace: &WorkspaceId) -> Result<Option<Instant>, StoreError> {
        let state = self.open()?;
        let facts = state.workspaces.get(workspace).map(Workspace::facts);
        let times = facts.into_iter().flatten().map(|fact| fact.event.timestamp);
        Ok(times.min())
    }

    fn is_sampled(&self, workspace: &WorkspaceId, range: Range) -> bool {
        let state = self.state();
        let mut facts = state.workspaces.get(workspace).map(|of| of.facts_in(range));
        let mut facts = facts.iter_mut().flatten();
        facts.any(|fact| fact.event.weight.to_bits() != 1.0f64.to_bits())
    }

    fn ledger_days(&self, _workspace: &WorkspaceId, _range: Range) -> Option<LedgerDays> {
        None
    }

    async fn gather(&self, needs: &Needs) -> Result<(Material, Origin), StoreError> {
        let state = self.open()?;
        let nothing = Workspace::default();
        let of = state.workspaces.get(&needs.workspace).unwrap_or(&nothing);
        Ok((gather::gather(of, needs), Origin::default()))
    }

    async fn in_order(&self, scan: &OrderedScan, mut take: TakeActs) -> Result<Origin, StoreError> {
        let state = self.open()?;
        if let Some(of) = state.workspaces.get(&scan.workspace) {
            take(&ordered::acts(of, scan));
        }
        Ok(Origin::default())
    }

    async fn in_context(
        &self,
        about: &About,
        _from_events: bool,
        mut take: TakeDay,
    ) -> Result<Origin, StoreError> {
        let state = self.open()?;
        if let Some(of) = state.workspaces.get(&about.workspace) {
            let everybody = Counted::default();
            ordered::in_context(of, about, &mut |block| take.take(block, &everybody));
        }
        Ok(Origin::default())
    }

    async fn values(&self, scan: &ValueScan) -> Result<(Vec<ValueCount>, Origin), StoreError> {
        let state = self.open()?;
        let of = state.workspaces.get(&scan.workspace);
        let values = of.map(|of| measured::values(of, scan)).unwrap_or_default();
        Ok((values, Origin::default()))
    }

    async fn arrivals(&self, scan: &ArrivalScan) -> Result<Vec<Arrivals>, StoreError> {
        Ok(measured::arrivals(&*self.open()?, scan))
    }

    async fn identifiers(
        &self,
        workspace: &WorkspaceId,
        subject: Subject,
        numbers: Vec<u32>,
    ) -> Result<Vec<Option<String>>, StoreError> {
        let state = self.open()?;
        let of = state.workspaces.get(workspace);
        let id = |number: &u32| ordered::identifier(of?, subject, *number);
        Ok(numbers.iter().map(id).collect())
    }

    async fn kind_names(
        &self,
        workspace: &WorkspaceId,
        codes: Vec<u16>,
    ) -> Result<Vec<Option<String>>, StoreError> {
        let state = self.open()?;
        let of = state.workspaces.get(workspace);
        let name = |code: &u16| ordered::kind_name(of?, *code);
        Ok(codes.iter().map(name).collect())
    }

    fn counted_as(&self, workspace: &WorkspaceId, id: &str) -> Option<String> {
        let state = self.state();
        let root = state.workspaces.get(workspace)?.root_of(id)?;
        (root.as_str() != id).then(|| root.into())
    }

    async fn people(
        &self,
        workspace: &WorkspaceId,
        ids: &[String],
    ) -> Result<Vec<PersonRow>, StoreError> {
        let state = self.open()?;
        let of = state.workspaces.get(workspace);
        let person = |id: &String| {
            let (of, root) = (of?, of?.root_of(id)?);
            of.people.contains_key(&root).then(|| of.person_row(&root))
        };
        Ok(ids.iter().filter_map(person).collect())
    }

    async fn pick_people(
        &self,
        workspace: &WorkspaceId,
        population: Population,
        mut wanted: Box<dyn for<'p> FnMut(&'p PersonRow) -> bool + Send>,
        offset: u32,
        limit: u32,
    ) -> Result<(Vec<PersonRow>, u64), StoreError> {
        let state = self.open()?;
        let mut picked = people(state.workspaces.get(workspace), population);
        picked.retain(|person| wanted(person));
        let count = picked.len() as u64;
        let page = picked.into_iter().skip(offset as usize);
        Ok((page.take(limit as usize).collect(), count))
    }

    async fn find_people(
        &self,
        workspace: &WorkspaceId,
        population: Population,
        search: Search,
        most: usize,
    ) -> Result<(Vec<String>, u64), StoreError> {
        let state = self.open()?;
        let mut found = people(state.workspaces.get(workspace), population);
        found.retain(|person| {
            let (name, email) = (person.name.as_deref(), person.email.as_deref());
            search.finds(&person.id, name, email)
                || person.aliases.iter().any(|id| search.finds(id, None, None))
        });
        let count = found.len() as u64;
        let ids = found.into_iter().map(|person| person.id);
        Ok((ids.take(most).collect(), count))
    }

    async fn known(&self, workspace: &WorkspaceId) -> Result<Known, StoreError> {
        let state = self.open()?;
        let of = state.workspaces.get(workspace);
        Ok(of.map(Workspace::known).unwrap_or_default())
    }

    async fn channel_names(
        &self,
        workspace: &WorkspaceId,
        ids: &[String],
    ) -> Result<HashMap<String, String>, StoreError> {
        let state = self.open()?;
        let of = state.workspaces.get(workspace);
        let name = |id: &String| {
            let channel = of?.channels.get(&ChannelId::new(id).ok()?)?;
            Some((id.clone(), channel.name.clone()?))
        };
        Ok(ids.iter().filter_map(name).collect())
    }

    async fn channels(&self, workspace: &WorkspaceId) -> Result<Vec<ChannelRow>, StoreError> {
        let state = self.open()?;
        let of = state.workspaces.get(workspace);
        Ok(of.map(Workspace::channel_rows).unwrap_or_default())
    }
}

/// Returns everybody of a population, by identifier.
fn people(of: Option<&Workspace>, population: Population) -> Vec<PersonRow> {
    let people = of.into_iter().flat_map(|of| {
        let ids = of.counted();
        ids.map(|id| of.person_row(id))
    });
    let mut rows: Vec<PersonRow> = people.collect();
    rows.retain(|person| population.holds(person.is_bot));
    rows
}

impl Workspace {
    /// Returns how many people, bots and channels it knows.
    pub(super) fn known(&self) -> Known {
        let count = |is_bot: bool| {
            let people = self.counted();
            people.filter(|id| self.is_bot(id) == is_bot).count() as u64
        };
        Known {
            people: count(false),
            bots: count(true),
            channels: self.channels.len() as u64,
        }
    }

    fn channel_rows(&self) -> Vec<ChannelRow> {
        let row = |(id, known): (&ChannelId, &domain::record::ChannelRecord)| ChannelRow {
            id: id.to_string(),
            name: known.name.clone(),
            slug: known.slug.clone(),
            kind: known.kind,
            is_archived: known.is_archived == Some(true),
            member_count: known.member_count.or_else(|| self.members(id)),
            owner: known.owner.as_ref().map(|id| self.root(id).to_string()),
            created_at: known.created_at,
        };
        self.channels.iter().map(row).collect()
    }

    /// Returns how many people joined a channel and did not leave it since; `None` where nobody ever
    /// joined or left.
    fn members(&self, channel: &ChannelId) -> Option<u32> {
        let (mut joined, mut left) = (BTreeMap::new(), BTreeMap::new());
        let mut everybody = BTreeSet::new();
        for fact in self.facts() {
            let (Some(user), Some(of)) = (&fact.event.user, &fact.event.channel) else {
                continue;
            };
            let last = match &fact.event.event_type {
                kind if kind.is(Kind::ChannelJoined) => &mut joined,
                kind if kind.is(Kind::ChannelLeft) => &mut left,
                _ => continue,
            };
            if of == channel {
                everybody.insert(user);
                let last = last.entry(user).or_insert(fact.event.timestamp);
                *last = fact.event.timestamp.max(*last);
            }
        }
        let is_member = |user: &&&UserId| {
            let (came, went) = (joined.get(**user), left.get(**user));
            came > went && !self.is_bot(user)
        };
        let members = everybody.iter().filter(is_member).count();
        (!everybody.is_empty()).then(|| u32::try_from(members).unwrap())
    }
}
