//! Questions answered: by rollups where they can, else by the events.

use std::collections::{BTreeMap, HashMap};

use async_trait::async_trait;
use domain::{
    dimension::Subject,
    id::{ChannelId, UserId, WorkspaceId},
    query::Population,
    time::{Instant, Range, day_number},
};
use engine::{
    Engine,
    analysis::{About, Material, Needs, OrderedScan, TakeActs, TakeDay},
    ledger::DayState,
    measured::{ArrivalScan, Arrivals, ValueCount, ValueScan},
    plan::Plan,
};
use serde_json::Value as Json;

use super::{
    ask::rows, dialect::ClickHouseDialect, facts::Facts, open::ClickHouseStore, ordered::ActsOf,
    people::Of, raw,
};
use crate::{
    ChannelRow, Known, LedgerDays, Origin, PersonRow, Questions, Search, StoreError, Table,
    contexts::{self, Acts as _, Reading},
    sql::{self, Sql, bucket_start},
};

#[async_trait]
impl Questions for ClickHouseStore {
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
        let _place = self.shared.server.place().await?;
        let Some(scope) = self.scope(&plan.query.workspace) else {
            return Ok(None);
        };
        let weights = raw::weights(&self.shared, scope, plan).await?;
        let statement = sql::select(plan, scope, &weights, &ClickHouseDialect);
        Ok(Some(statement.explained()))
    }

    async fn rows_in(&self, workspace: &WorkspaceId, range: Range) -> Result<u64, StoreError> {
        let _place = self.shared.server.place().await?;
        let Some(scope) = self.scope(workspace) else {
            return Ok(0);
        };
        let rows = self.shared.server.number(&raw::count(scope, range)).await?;
        Ok(u64::try_from(rows.unwrap_or(0)).unwrap_or(0))
    }

    async fn first_event(&self, workspace: &WorkspaceId) -> Result<Option<Instant>, StoreError> {
        let _place = self.shared.server.place().await?;
        let Some(scope) = self.scope(workspace) else {
            return Ok(None);
        };
        let first = Sql::raw("SELECT min(timestamp_ms) FROM events FINAL WHERE ")
            .with(scope.events_in(Range::ALL));
        let first = self.shared.server.number(&first).await?;
        Ok(first.map(Instant::from_millis))
    }

    fn is_sampled(&self, workspace: &WorkspaceId, range: Range) -> bool {
        let scope = self.scope(workspace);
        scope.is_some_and(|scope| self.shared.sampled.is_in(scope.workspace_ref, range))
    }

    fn ledger_days(&self, workspace: &WorkspaceId, range: Range) -> Option<LedgerDays> {
        let mut days = LedgerDays::default();
        let (Some(scope), false) = (self.scope(workspace), range.is_empty()) else {
            return Some(days);
        };
        let zone = self.shared.engine.zone();
        let first = day_number(range.from().day(zone));
        let last = day_number(range.to().plus_millis(-1).day(zone));
        let ledgers = self.shared.engine.ledgers();
        let ledger = ledgers.ledger(scope.workspace_ref).into_iter();
        for (_, entry) in ledger.flat_map(|ledger| ledger.days.range(first..=last)) {
            if entry.state == DayState::Clean {
                days.clean += 1;
            } else {
                days.dirty += 1;
            }
        }
        Some(days)
    }

    async fn gather(&self, needs: &Needs) -> Result<(Material, Origin), StoreError> {
        let Some(scope) = self.scope(&needs.workspace) else {
            let material = Material {
                sign_ups: Vec::new(),
                sets: vec![BTreeMap::new(); needs.sets.len()],
                named: vec![BTreeMap::new(); needs.named.len()],
            };
            return Ok((material, Origin::default()));
        };
        let needs = needs.clone();
        self.ask(move |shared| {
            let (facts, number) = (Facts::of(shared), scope.workspace_ref);
            let (engine, directory) = (&shared.engine, &shared.directory);
            if let Some(gathered) = engine.gather(&facts, directory, number, &needs)? {
                return Ok(gathered);
            }
            // Whoever signed up when is seen from all events there are.
            let events = raw::check_scan(shared, scope, Range::ALL, shared.most_scanned)?;
            let material = Engine::gather_from_events(&facts, directory, number, &needs)?;
            Ok((material, raw::origin(events)))
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
        let (about, mut take) = (about.clone(), take);
        self.ask(move |shared| {
            let (engine, number) = (&shared.engine, scope.workspace_ref);
            let counted = contexts::counted(&about, &shared.directory, number)?;
            let from_events = from_events || counted.is_none();
            let range = about.range.until(about.end);
            let plan = engine.plan_contexts(about.digest, number, range, from_events);
            let acts = ActsOf {
                shared,
                scope,
                most: shared.most_scanned,
            };
            let mut events = 0;
            for range in contexts::read_for(&plan, engine, &about) {
                events += acts.check_scan(range)?;
            }
            let origin = plan.origin(events);
            let plan = (plan, &counted.unwrap_or_default());
            let reading = Reading {
                acts: &acts,
                engine,
            };
            let more = contexts::each(reading, &about, plan, &mut *take)?;
            Ok(if more > 0 {
                origin.and(raw::origin(more))
            } else {
                origin
            })
        })
        .await
    }

    async fn in_order(&self, scan: &OrderedScan, take: TakeActs) -> Result<Origin, StoreError> {
        let Some(scope) = self.scope(&scan.workspace) else {
            return Ok(Origin::default());
        };
        let (scan, mut take) = (scan.clone(), take);
        self.ask(move |shared| {
            let acts = ActsOf {
                shared,
                scope,
                most: shared.most_scanned,
            };
            let events = acts.check_scan(scan.range)?;
            acts.each_act(&scan, &mut *take)?;
            Ok(raw::origin(events))
        })
        .await
    }

    async fn values(&self, scan: &ValueScan) -> Result<(Vec<ValueCount>, Origin), StoreError> {
        let Some(scope) = self.scope(&scan.workspace) else {
            return Ok((Vec::new(), Origin::default()));
        };
        let scan = scan.clone();
        self.ask(move |shared| {
            let (facts, number) = (Facts::of(shared), scope.workspace_ref);
            if let Some(found) = shared.engine.values(&facts, number, &scan)? {
                return Ok(found);
            }
            let events = raw::check_scan(shared, scope, scan.range, shared.most_scanned)?;
            let statement = sql::values(&scan, scope, &ClickHouseDialect);
            let rows = shared.server.wait(shared.server.table(&statement))?;
            let value = |row: &Vec<Json>| {
                Some(ValueCount {
                    bucket: bucket_start(row.first()?.as_i64()?, scan.grain, &scan.zone),
                    value: row.get(1)?.as_i64()?,
                    weight: row.get(2)?.as_f64()?,
                })
            };
            let values = rows.iter().filter_map(value).collect();
            Ok((values, raw::origin(events)))
        })
        .await
    }

    async fn arrivals(&self, scan: &ArrivalScan) -> Result<Vec<Arrivals>, StoreError> {
        let _place = self.shared.server.place().await?;
        let server = &self.shared.server;
        let mut buckets: BTreeMap<Instant, Arrivals> = BTreeMap::new();
        let mut of = |row: &Vec<Json>, is_accepted: bool| {
            let number = row.first().and_then(Json::as_i64).unwrap_or(0);
            let bucket = bucket_start(number, scan.grain, &scan.zone);
            let arrivals = buckets.entry(bucket).or_insert(Arrivals {
                bucket,
                accepted: 0.0,
                refused: 0,
            });
            match row.get(1) {
                Some(count) if is_accepted => arrivals.accepted += count.as_f64().unwrap_or(0.0),
                Some(count) => arrivals.refused += count.as_u64().unwrap_or(0),
                None => {}
            }
        };
        if let Some(scope) = self.scope(&scan.workspace) {
            if let Some(most) = self.shared.most_scanned {
                let count = sql::count_arrived(scope, scan.range);
                let rows = server.number(&count).await?.unwrap_or(0);
                let rows = u64::try_from(rows).unwrap_or(0);
                if rows > most {
                    return Err(StoreError::TooMuch { rows, most });
                }
            }
            let accepted = sql::accepted(scan, scope, &ClickHouseDialect);
            let rows = server.table(&accepted).await?;
            for row in &rows {
                of(row, true);
            }
        }
        let refused = sql::refused(scan, &ClickHouseDialect);
        let rows = server.table(&refused).await?;
        for row in &rows {
            of(row, false);
        }
        Ok(buckets.into_values().collect())
    }

    async fn identifiers(
        &self,
        workspace: &WorkspaceId,
        subject: Subject,
        numbers: Vec<u32>,
    ) -> Result<Vec<Option<String>>, StoreError> {
        let of = self.shared.directory.workspace(workspace);
        let id = |number: u32| self.shared.directory.id(subject, of?, number);
        Ok(numbers.into_iter().map(id).collect())
    }

    async fn kind_names(
        &self,
        _workspace: &WorkspaceId,
        codes: Vec<u16>,
    ) -> Result<Vec<Option<String>>, StoreError> {
        let inner = self.shared.directory.read();
        let name = |code: u16| inner.kind_name(code).map(ToOwned::to_owned);
        Ok(codes.into_iter().map(name).collect())
    }

    fn counted_as(&self, workspace: &WorkspaceId, id: &str) -> Option<String> {
        let inner = self.shared.directory.read();
        let root = inner.of(workspace)?.root(&UserId::new(id).ok()?);
        (root.as_str() != id).then(|| root.into())
    }

    async fn people(
        &self,
        workspace: &WorkspaceId,
        ids: &[String],
    ) -> Result<Vec<PersonRow>, StoreError> {
        self.known_of(workspace, |of| {
            let row = |id: &String| of.row(&of.root(&UserId::new(id).ok()?));
            ids.iter().filter_map(row).collect()
        })
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
        let workspace = workspace.clone();
        self.ask(move |shared| {
            let inner = shared.directory.read();
            let (mut page, mut picked) = (Vec::new(), 0);
            for person in rows(inner.of(&workspace), population) {
                if wanted(&person) {
                    if picked >= offset && picked - offset < limit {
                        page.push(person);
                    }
                    picked += 1;
                }
            }
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
        let workspace = workspace.clone();
        self.ask(move |shared| {
            let inner = shared.directory.read();
            let (mut ids, mut count) = (Vec::new(), 0);
            for person in rows(inner.of(&workspace), population) {
                let (name, email) = (person.name.as_deref(), person.email.as_deref());
                if search.finds(&person.id, name, email)
                    || person.aliases.iter().any(|id| search.finds(id, None, None))
                {
                    count += 1;
                    if ids.len() < most {
                        ids.push(person.id);
                    }
                }
            }
            Ok((ids, count))
        })
        .await
    }

    async fn known(&self, workspace: &WorkspaceId) -> Result<Known, StoreError> {
        self.known_of(workspace, Of::known)
    }

    async fn channel_names(
        &self,
        workspace: &WorkspaceId,
        ids: &[String],
    ) -> Result<HashMap<String, String>, StoreError> {
        self.known_of(workspace, |of| {
            let name = |id: &String| {
                let channel = of.channels.get(&ChannelId::new(id).ok()?)?;
                Some((id.clone(), channel.name.clone()?))
            };
            ids.iter().filter_map(name).collect()
        })
    }

    async fn channels(&self, workspace: &WorkspaceId) -> Result<Vec<ChannelRow>, StoreError> {
        let mut channels = self.known_of(workspace, Of::channel_rows)?;
        let is_silent = |channel: &ChannelRow| channel.member_count.is_none();
        if channels.iter().any(is_silent)
            && let Some(scope) = self.scope(workspace)
        {
            let counted = self.members(scope).await?;
            for channel in channels.iter_mut().filter(|channel| is_silent(channel)) {
                channel.member_count = counted.get(&channel.id).copied();
            }
        }
        Ok(channels)
    }
}
