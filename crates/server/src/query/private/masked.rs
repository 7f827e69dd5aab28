//! A store in which people have pseudonyms.
//!
//! Pseudonyms come in and go out in the place of identifiers; an identifier that comes in is nobody's. Rows
//! are put in order by pseudonyms, as the order of identifiers would say whose they are.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use domain::{
    dimension::Dimension,
    filter::{Field, Filter},
    id::WorkspaceId,
    query::{Order, Population},
    record::ChannelKind,
    time::{Instant, Range},
};
use engine::{
    analysis::{About, Material, Needs, OrderedScan, TakeActs, TakeDay},
    measured::{ArrivalScan, Arrivals, ValueCount, ValueScan},
    plan::Plan,
    storage::Subject,
};
use store::{
    Cell, ChannelRow, Known, LedgerDays, Origin, PersonRow, Questions, Search, StoreError, Table,
};

use super::{Pseudonyms, shown::check};

/// Stands for somebody who is not known: no identifier holds a control character.
const NOBODY: &str = "\u{1}";

/// A store in which people have pseudonyms.
pub(super) struct Masked {
    pub(super) store: Arc<dyn Questions>,
    pub(super) pseudonyms: Arc<Pseudonyms>,
}

impl Masked {
    /// Returns who has these pseudonyms, by pseudonym; what is none, or nobody's, is left out.
    async fn who(
        &self,
        workspace: &WorkspaceId,
        pseudonyms: &[&str],
    ) -> Result<HashMap<String, String>, StoreError> {
        let mut who = HashMap::new();
        let mut missing = HashSet::new();
        for pseudonym in pseudonyms.iter().filter(|text| Pseudonyms::is_one(text)) {
            let pseudonym = (*pseudonym).to_owned();
            if let Some(id) = self.pseudonyms.known(workspace, &pseudonym) {
                who.insert(pseudonym, id);
            } else {
                missing.insert(pseudonym);
            }
        }
        if missing.is_empty() {
            return Ok(who);
        }
        let found = Arc::new(Mutex::new(who));
        let (finding, giving, of) = (
            Arc::clone(&found),
            Arc::clone(&self.pseudonyms),
            workspace.clone(),
        );
        let look = move |person: &PersonRow| {
            let pseudonym = giving.compute(&of, &person.id);
            if missing.contains(&pseudonym) {
                let mut found = finding.lock().unwrap_or_else(PoisonError::into_inner);
                found.insert(giving.give(&of, &person.id), person.id.clone());
            }
            false
        };
        let everyone = Population::Everyone;
        self.store
            .pick_people(workspace, everyone, Box::new(look), 0, 0)
            .await?;
        let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(std::mem::take(&mut found))
    }

    /// Returns a filter by identifiers, given one by pseudonyms.
    pub(super) async fn filter(
        &self,
        workspace: &WorkspaceId,
        filter: &Filter,
    ) -> Result<Filter, StoreError> {
        check(filter)?;
        let named = filter.values(&Field::User);
        if named.is_empty() {
            return Ok(filter.clone());
        }
        let who = self.who(workspace, &named).await?;
        Ok(filter.clone().with_values(
            &Field::User,
            &|pseudonym| who.get(pseudonym).cloned(),
            NOBODY,
        ))
    }

    fn masked(&self, workspace: &WorkspaceId, person: PersonRow) -> PersonRow {
        PersonRow {
            id: self.pseudonyms.give(workspace, &person.id),
            name: None,
            email: None,
            aliases: Vec::new(),
            ..person
        }
    }

    /// Puts pseudonyms into the rows of a table, and these in order.
    fn mask(&self, plan: &Plan, table: &mut Table) {
        let query = &plan.query;
        let mut dimensions = query.dimensions.iter();
        let Some(place) = dimensions.position(|dimension| *dimension == Dimension::User) else {
            return;
        };
        for row in &mut table.rows {
            if let Cell::Text(id) = &mut row.keys[place] {
                *id = self.pseudonyms.give(&query.workspace, id);
            }
        }
        if query.order != Order::Any {
            let absent = |cell: &Cell| *cell == Cell::None;
            table.rows.sort_by(|left, right| {
                let pairs = left.keys.iter().zip(&right.keys);
                pairs
                    .map(|(left, right)| (absent(left), left).cmp(&(absent(right), right)))
                    .find(|ordering| ordering.is_ne())
                    .unwrap_or(std::cmp::Ordering::Equal)
            });
        }
        let mut paged = query.clone();
        paged.limit = Some(plan.limit);
        table.rows = engine::privacy::page(&paged, std::mem::take(&mut table.rows));
    }

    /// Returns a plan by identifiers; all rows of it where its rows have to be put in order again.
    async fn unmasked(&self, plan: &Plan) -> Result<Plan, StoreError> {
        let mut real = plan.clone();
        real.query.filter = self
            .filter(&plan.query.workspace, &plan.query.filter)
            .await?;
        if real.query.dimensions.contains(&Dimension::User) {
            (real.query.limit, real.query.offset) = (None, 0);
            real.query.order = Order::Any;
            real.limit = u32::MAX;
        }
        Ok(real)
    }
}

/// Returns whether the name of a channel may be those of its people.
fn is_named_by_people(channel: &ChannelRow) -> bool {
    matches!(channel.kind, Some(ChannelKind::Direct | ChannelKind::Group))
}

#[async_trait]
impl Questions for Masked {
    async fn query(&self, plan: &Plan) -> Result<Table, StoreError> {
        let mut table = self.store.query(&self.unmasked(plan).await?).await?;
        self.mask(plan, &mut table);
        Ok(table)
    }

    async fn query_with_distribution(
        &self,
        plan: &Plan,
    ) -> Result<(Table, Vec<Option<f64>>), StoreError> {
        let real = self.unmasked(plan).await?;
        let (mut table, values) = self.store.query_with_distribution(&real).await?;
        self.mask(plan, &mut table);
        Ok((table, values))
    }

    async fn statement(&self, plan: &Plan) -> Result<Option<String>, StoreError> {
        // The values in it are as they were asked: pseudonyms.
        self.store.statement(plan).await
    }

    async fn rows_in(&self, workspace: &WorkspaceId, range: Range) -> Result<u64, StoreError> {
        self.store.rows_in(workspace, range).await
    }

    async fn first_event(&self, workspace: &WorkspaceId) -> Result<Option<Instant>, StoreError> {
        self.store.first_event(workspace).await
    }

    fn is_sampled(&self, workspace: &WorkspaceId, range: Range) -> bool {
        self.store.is_sampled(workspace, range)
    }

    fn ledger_days(&self, workspace: &WorkspaceId, range: Range) -> Option<LedgerDays> {
        self.store.ledger_days(workspace, range)
    }

    async fn values(&self, scan: &ValueScan) -> Result<(Vec<ValueCount>, Origin), StoreError> {
        let mut scan = scan.clone();
        scan.filter = self.filter(&scan.workspace, &scan.filter).await?;
        self.store.values(&scan).await
    }

    async fn arrivals(&self, scan: &ArrivalScan) -> Result<Vec<Arrivals>, StoreError> {
        self.store.arrivals(scan).await
    }

    fn counted_as(&self, _workspace: &WorkspaceId, _id: &str) -> Option<String> {
        // Pseudonyms are given to those who count alone.
        None
    }

    async fn gather(&self, needs: &Needs) -> Result<(Material, Origin), StoreError> {
        let mut needs = needs.clone();
        if let Some(only) = &needs.only {
            let named: Vec<&str> = only.iter().map(String::as_str).collect();
            let who = self.who(&needs.workspace, &named).await?;
            let mut ids: Vec<String> = who.into_values().collect();
            ids.sort_unstable();
            needs.only = Some(ids.into());
        }
        self.store.gather(&needs).await
    }

    async fn in_order(&self, scan: &OrderedScan, take: TakeActs) -> Result<Origin, StoreError> {
        let mut scan = scan.clone();
        scan.filter = self.filter(&scan.workspace, &scan.filter).await?;
        for mark in &mut scan.marks {
            *mark = self.filter(&scan.workspace, mark).await?;
        }
        self.store.in_order(&scan, take).await
    }

    async fn in_context(
        &self,
        about: &About,
        from_events: bool,
        take: TakeDay,
    ) -> Result<Origin, StoreError> {
        let about = About {
            counted: self.filter(&about.workspace, &about.counted).await?,
            ..about.clone()
        };
        self.store.in_context(&about, from_events, take).await
    }

    async fn identifiers(
        &self,
        workspace: &WorkspaceId,
        subject: Subject,
        numbers: Vec<u32>,
    ) -> Result<Vec<Option<String>>, StoreError> {
        let ids = self.store.identifiers(workspace, subject, numbers).await?;
        Ok(match subject {
            Subject::Channel => ids,
            Subject::Person => ids
                .into_iter()
                .map(|id| id.map(|id| self.pseudonyms.give(workspace, &id)))
                .collect(),
        })
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
        workspace: &WorkspaceId,
        ids: &[String],
    ) -> Result<Vec<PersonRow>, StoreError> {
        let named: Vec<&str> = ids.iter().map(String::as_str).collect();
        let who = self.who(workspace, &named).await?;
        let real = named.iter().filter_map(|pseudonym| who.get(*pseudonym));
        let real: Vec<String> = real.cloned().collect();
        let people = self.store.people(workspace, &real).await?;
        let masked = people.into_iter();
        Ok(masked.map(|one| self.masked(workspace, one)).collect())
    }

    async fn pick_people(
        &self,
        workspace: &WorkspaceId,
        population: Population,
        mut wanted: Box<dyn for<'p> FnMut(&'p PersonRow) -> bool + Send>,
        offset: u32,
        limit: u32,
    ) -> Result<(Vec<PersonRow>, u64), StoreError> {
        let (giving, of) = (Arc::clone(&self.pseudonyms), workspace.clone());
        let picks = Box::new(move |person: &PersonRow| {
            wanted(&PersonRow {
                id: giving.compute(&of, &person.id),
                name: None,
                email: None,
                aliases: Vec::new(),
                ..person.clone()
            })
        });
        // Whoever wants nobody only looks.
        let most = if limit == 0 { 0 } else { u32::MAX };
        let picked = self
            .store
            .pick_people(workspace, population, picks, 0, most);
        let (people, total) = picked.await?;
        let masked = people.into_iter();
        let mut people: Vec<PersonRow> = masked.map(|one| self.masked(workspace, one)).collect();
        people.sort_unstable_by(|left, right| left.id.cmp(&right.id));
        let page = people.into_iter().skip(offset as usize);
        Ok((page.take(limit as usize).collect(), total))
    }

    async fn find_people(
        &self,
        workspace: &WorkspaceId,
        population: Population,
        search: Search,
        most: usize,
    ) -> Result<(Vec<String>, u64), StoreError> {
        let finds = Box::new(move |person: &PersonRow| search.finds(&person.id, None, None));
        let limit = u32::try_from(most).unwrap_or(u32::MAX);
        let (people, total) = self
            .pick_people(workspace, population, finds, 0, limit)
            .await?;
        Ok((people.into_iter().map(|person| person.id).collect(), total))
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
        for channel in channels
            .iter()
            .filter(|channel| is_named_by_people(channel))
        {
            names.remove(&channel.id);
        }
        Ok(names)
    }

    async fn channels(&self, workspace: &WorkspaceId) -> Result<Vec<ChannelRow>, StoreError> {
        let mut channels = self.store.channels(workspace).await?;
        for channel in &mut channels {
            let owner = channel.owner.take();
            channel.owner = owner.map(|id| self.pseudonyms.give(workspace, &id));
            if is_named_by_people(channel) {
                (channel.name, channel.slug) = (None, None);
            }
        }
        Ok(channels)
    }
}
