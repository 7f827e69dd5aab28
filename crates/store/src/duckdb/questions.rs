//! Questions answered: by rollups where they can, else by the events.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use domain::{
    filter::Filter,
    id::WorkspaceId,
    query::Population,
    time::{Instant, Range},
};
use engine::{
    Answered, Engine,
    analysis::{About, Material, Needs, OrderedScan, TakeActs, TakeDay},
    measured::{ArrivalScan, Arrivals, ValueCount, ValueScan},
    plan::Plan,
    storage::Identities as _,
};

use super::{
    dialect::DuckDbDialect,
    ledger_table::days_of,
    measured,
    names::{Names, Subject, WorkspaceNames, counted_row},
    open::DuckDbStore,
    ordered::{self, ActsOf},
    pool::EnginePool,
    raw,
    records::{Channel, Person},
    writer::Shared,
};
use crate::{
    ChannelRow, Known, LedgerDays, Origin, PersonRow, Questions, Search, StoreError, Table,
    contexts::{self, Acts as _, Reading},
    sql::{self, Scope},
};

#[async_trait]
impl Questions for DuckDbStore {
    async fn query(&self, plan: &Plan) -> Result<Table, StoreError> {
        Ok(self.answer(plan, false).await?.0)
    }

    async fn query_with_distribution(
        &self,
        plan: &Plan,
    ) -> Result<(Table, Vec<Option<f64>>), StoreError> {
        self.answer(plan, true).await
    }

    async fn statement(&self, plan: &Plan) -> Result<Option<String>, StoreError> {
        let Some(scope) = self.scope(&plan.query.workspace) else {
            return Ok(None);
        };
        let (plan, shared) = (plan.clone(), self.shared.clone());
        let statement = self.readers.run(move |connection| {
            let weights = raw::weights(connection, &shared.sampled, scope, &plan)?;
            Ok(sql::select(&plan, scope, &weights, &DuckDbDialect))
        });
        Ok(Some(statement.await?.explained()))
    }

    async fn rows_in(&self, workspace: &WorkspaceId, range: Range) -> Result<u64, StoreError> {
        let rows = self
            .rows_of(
                workspace,
                |scope| raw::count(scope, range),
                |row| row.get::<_, u64>(0),
            )
            .await?;
        Ok(rows.first().copied().unwrap_or(0))
    }

    async fn first_event(&self, workspace: &WorkspaceId) -> Result<Option<Instant>, StoreError> {
        let Some(scope) = self.scope(workspace) else {
            return Ok(None);
        };
        let shared = self.shared.clone();
        self.readers
            .run(move |connection| raw::first_event(connection, &shared.engine, scope))
            .await
    }

    fn is_sampled(&self, workspace: &WorkspaceId, range: Range) -> bool {
        let scope = self.scope(workspace);
        scope.is_some_and(|scope| self.shared.sampled.is_in(scope.workspace_ref, range))
    }

    fn ledger_days(&self, workspace: &WorkspaceId, range: Range) -> Option<LedgerDays> {
        let days = |scope: Scope| days_of(&self.shared.engine, scope.workspace_ref, range);
        Some(self.scope(workspace).map(days).unwrap_or_default())
    }

    async fn gather(&self, needs: &Needs) -> Result<(Material, Origin), StoreError> {
        let Some(scope) = self.scope(&needs.workspace) else {
            let sets = vec![BTreeMap::new(); needs.sets.len()];
            let sign_ups = Vec::new();
            let named = vec![BTreeMap::new(); needs.named.len()];
            let material = Material {
                sign_ups,
                sets,
                named,
            };
            return Ok((material, Origin::default()));
        };
        let needs = Arc::new(needs.clone());
        self.ask_in_turn(|turn| {
            let (shared, most) = (self.shared.clone(), self.most_scanned);
            let needs = Arc::clone(&needs);
            move |connection| {
                let (engine, names) = (&shared.engine, &*shared.names);
                let (facts, number) = (shared.facts(connection), scope.workspace_ref);
                if let Some(gathered) = engine.gather(&facts, names, number, &needs)? {
                    return Ok(Some(gathered));
                }
                // Whoever signed up when is seen from all events there are.
                let events = raw::check_scan(connection, engine, scope, Range::ALL, most)?;
                if EnginePool::is_large(events, &Filter::default()) && turn.is_none() {
                    return Ok(None);
                }
                let _larger = turn.map(|turn| turn.begin(connection));
                let material = Engine::gather_from_events(&facts, names, number, &needs)?;
                Ok(Some((material, raw::origin(events))))
            }
        })
        .await
    }

    async fn in_context(
        &self,
        about: &About,
        from_events: bool,
        take: TakeDay,
    ) -> Result<Origin, StoreError> {
        let Some(scope) = self.scope(&about.workspace) else {
            return Ok(Origin::default());
        };
        let about = Arc::new(about.clone());
        let take = Arc::new(Mutex::new(take));
        self.ask_in_turn(|turn| {
            let (shared, most) = (self.shared.clone(), self.most_scanned);
            let (about, take) = (Arc::clone(&about), Arc::clone(&take));
            move |connection| {
                let (engine, number) = (&shared.engine, scope.workspace_ref);
                let counted = contexts::counted(&about, &*shared.names, number)?;
                let from_events = from_events || counted.is_none();
                let range = about.range.until(about.end);
                let plan = engine.plan_contexts(about.digest, number, range, from_events);
                let acts = ActsOf {
                    connection,
                    engine,
                    scope,
                    most,
                };
                let mut events = 0;
                for range in contexts::read_for(&plan, engine, &about) {
                    events += acts.check_scan(range)?;
                }
                let is_large = events > 0 && EnginePool::is_large(events, &about.counted);
                if is_large && turn.is_none() {
                    return Ok(None);
                }
                let _larger = turn.map(|turn| turn.begin(connection));
                let mut take = take.lock().unwrap_or_else(PoisonError::into_inner);
                let origin = plan.origin(events);
                let plan = (plan, &counted.unwrap_or_default());
                let reading = Reading {
                    acts: &acts,
                    engine,
                };
                let more = contexts::each(reading, &about, plan, &mut **take)?;
                Ok(Some(if more > 0 {
                    origin.and(raw::origin(more))
                } else {
                    origin
                }))
            }
        })
        .await
    }

    async fn in_order(&self, scan: &OrderedScan, take: TakeActs) -> Result<Origin, StoreError> {
        let Some(scope) = self.scope(&scan.workspace) else {
            return Ok(Origin::default());
        };
        let scan = Arc::new(scan.clone());
        let take = Arc::new(Mutex::new(take));
        self.ask_in_turn(|turn| {
            let (shared, most) = (self.shared.clone(), self.most_scanned);
            let (scan, take) = (Arc::clone(&scan), Arc::clone(&take));
            move |connection| {
                let engine = &shared.engine;
                let events = raw::check_scan(connection, engine, scope, scan.range, most)?;
                let mut filters = scan.marks.iter().chain([&scan.filter]);
                let is_large = filters.any(|filter| EnginePool::is_large(events, filter));
                if is_large && turn.is_none() {
                    return Ok(None);
                }
                let _larger = turn.map(|turn| turn.begin(connection));
                let mut take = take.lock().unwrap_or_else(PoisonError::into_inner);
                ordered::each_act(connection, engine, scope, &scan, &mut **take)?;
                Ok(Some(raw::origin(events)))
            }
        })
        .await
    }

    async fn values(&self, scan: &ValueScan) -> Result<(Vec<ValueCount>, Origin), StoreError> {
        let Some(scope) = self.scope(&scan.workspace) else {
            return Ok((Vec::new(), Origin::default()));
        };
        let scan = Arc::new(scan.clone());
        self.ask_in_turn(|turn| {
            let (shared, most) = (self.shared.clone(), self.most_scanned);
            let scan = Arc::clone(&scan);
            move |connection| {
                let engine = &shared.engine;
                let number = scope.workspace_ref;
                if let Some(found) = engine.values(&shared.facts(connection), number, &scan)? {
                    return Ok(Some(found));
                }
                let events = raw::check_scan(connection, engine, scope, scan.range, most)?;
                if measured::is_large(&scan, events) && turn.is_none() {
                    return Ok(None);
                }
                let _larger = turn.map(|turn| turn.begin(connection));
                let values = measured::values(connection, scope, &scan)?;
                Ok(Some((values, raw::origin(events))))
            }
        })
        .await
    }

    async fn arrivals(&self, scan: &ArrivalScan) -> Result<Vec<Arrivals>, StoreError> {
        let (scope, most) = (self.scope(&scan.workspace), self.most_scanned);
        let (shared, scan) = (self.shared.clone(), scan.clone());
        self.readers
            .run(move |connection| {
                measured::arrivals(connection, &shared.engine, scope, &scan, most)
            })
            .await
    }

    async fn identifiers(
        &self,
        workspace: &WorkspaceId,
        subject: Subject,
        numbers: Vec<u32>,
    ) -> Result<Vec<Option<String>>, StoreError> {
        let asked = numbers.len();
        let look = move |names: &Names, workspace| {
            let mut ids = Vec::with_capacity(asked);
            let mut labels = names.labels(workspace, &[subject]);
            let at_once = labels.at_once();
            for numbers in numbers.chunks(at_once) {
                labels.look_up(&mut numbers.iter().map(|number| (subject, *number)))?;
                let id = |number: &u32| labels.id(subject, *number).map(ToOwned::to_owned);
                ids.extend(numbers.iter().map(id));
            }
            Ok(ids)
        };
        let mut ids = self.look_up(workspace, look).await?;
        ids.resize(asked, None);
        Ok(ids)
    }

    async fn kind_names(
        &self,
        _workspace: &WorkspaceId,
        codes: Vec<u16>,
    ) -> Result<Vec<Option<String>>, StoreError> {
        let names = self.shared.names.read();
        let kinds = names.kinds();
        let name = |code: &u16| kinds.get(code).map(|name| name.as_ref().to_owned());
        Ok(codes.iter().map(name).collect())
    }

    fn counted_as(&self, workspace: &WorkspaceId, id: &str) -> Option<String> {
        let names = self.shared.names.read();
        let of = names.of(names.workspace(workspace.as_str())?)?;
        of.merged().counted_as(id).map(ToString::to_string)
    }

    async fn people(
        &self,
        workspace: &WorkspaceId,
        ids: &[String],
    ) -> Result<Vec<PersonRow>, StoreError> {
        let ids = ids.to_vec();
        self.look_up(workspace, move |names, workspace| {
            let merged = names.merged(workspace);
            let mut rows = Vec::with_capacity(ids.len());
            for number in names.numbers(Subject::Person, workspace, &ids)? {
                if let Some(person) = names.get::<Person>(workspace, number)? {
                    let known = person.known.as_deref();
                    rows.push(counted_row(&merged, number, &person.id, known));
                }
            }
            Ok(rows)
        })
        .await
    }

    async fn pick_people(
        &self,
        workspace: &WorkspaceId,
        population: Population,
        mut wanted: Box<dyn for<'p> FnMut(&'p PersonRow) -> bool + Send>,
        offset: u32,
        limit: u32,
    ) -> Result<(Vec<PersonRow>, u64), StoreError> {
        let (offset, limit) = (u64::from(offset), u64::from(limit));
        self.look_through(workspace, move |names, workspace| {
            let (mut page, mut picked) = (Vec::new(), 0);
            names.each_person_by_id(workspace, |person| {
                if !population.holds(person.is_bot) || !wanted(&person) {
                    return;
                }
                if picked >= offset && picked - offset < limit {
                    page.push(person);
                }
                picked += 1;
            })?;
            Ok((page, picked))
        })
        .await
    }

    async fn find_people(
        &self,
        workspace: &WorkspaceId,
        population: Population,
        search: Search,
        most: usize,
    ) -> Result<(Vec<String>, u64), StoreError> {
        self.look_through(workspace, move |names, workspace| {
            names.find(workspace, &search, population, most)
        })
        .await
    }

    async fn known(&self, workspace: &WorkspaceId) -> Result<Known, StoreError> {
        let names = self.shared.names.read();
        let of = names
            .workspace(workspace.as_str())
            .and_then(|number| names.of(number));
        let (people, bots) = of.map_or((0, 0), WorkspaceNames::count_people);
        Ok(Known {
            people,
            bots,
            channels: of.map_or(0, WorkspaceNames::count_channels),
        })
    }

    async fn channel_names(
        &self,
        workspace: &WorkspaceId,
        ids: &[String],
    ) -> Result<HashMap<String, String>, StoreError> {
        let ids = ids.to_vec();
        self.look_up(workspace, move |names, workspace| {
            let mut found = HashMap::new();
            for number in names.numbers(Subject::Channel, workspace, &ids)? {
                let channel = names.get::<Channel>(workspace, number)?;
                found.extend(channel.and_then(|channel| {
                    let name = channel.known?.name.clone()?;
                    Some((channel.id.to_string(), name))
                }));
            }
            Ok(found)
        })
        .await
    }

    async fn channels(&self, workspace: &WorkspaceId) -> Result<Vec<ChannelRow>, StoreError> {
        let mut channels = self.look_through(workspace, Names::channel_rows).await?;
        let is_silent = |(_, channel): &(u32, ChannelRow)| channel.member_count.is_none();
        if channels.iter().any(is_silent)
            && let Some(scope) = self.scope(workspace)
        {
            let changes = self
                .shared
                .engine
                .ledgers()
                .memberships(scope.workspace_ref);
            let counted = self
                .readers
                .run(self.members.counting(scope, changes))
                .await?;
            for (number, channel) in &mut channels {
                channel.member_count = channel
                    .member_count
                    .or_else(|| counted.get(number).copied());
            }
        }
        Ok(channels.into_iter().map(|(_, channel)| channel).collect())
    }
}

impl DuckDbStore {
    async fn answer(
        &self,
        plan: &Plan,
        with_values: bool,
    ) -> Result<(Table, Vec<Option<f64>>), StoreError> {
        let Some(scope) = self.scope(&plan.query.workspace) else {
            return Ok((Table::default(), Vec::new()));
        };
        let plan = Arc::new(plan.clone());
        self.ask_in_turn(|turn| {
            let (shared, most) = (self.shared.clone(), self.most_scanned);
            let plan = Arc::clone(&plan);
            move |connection| {
                let Shared { engine, names, .. } = &shared;
                let (facts, number) = (shared.facts(connection), scope.workspace_ref);
                match engine.answer(&facts, &**names, number, &plan, with_values)? {
                    Answered::Table(table, values) => Ok(Some((table, values))),
                    Answered::Raw => {
                        let range = plan.query.range;
                        let events = raw::check_scan(connection, engine, scope, range, most)?;
                        if EnginePool::is_large(events, &plan.query.filter) && turn.is_none() {
                            return Ok(None);
                        }
                        let _larger = turn.map(|turn| turn.begin(connection));
                        let weights = raw::weights(connection, &shared.sampled, scope, &plan)?;
                        let table = raw::table(connection, scope, &plan, &weights, events)?;
                        let values = || raw::values(connection, scope, &plan, &weights);
                        let values = with_values.then(values);
                        Ok(Some((table, values.transpose()?.unwrap_or_default())))
                    }
                }
            }
        })
        .await
    }
}
