//! The contract, kept.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError, atomic::Ordering},
};

use ::duckdb::Connection;
use async_trait::async_trait;
use domain::{
    id::WorkspaceId,
    query::Population,
    record::{ChannelRecord, PersonRecord},
    time::{Day, Instant, Range},
};
use engine::{Answered, Engine, RetentionQuestion, ledger::Ledger, plan::Plan};
use jiff::tz::TimeZone;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::{
    aged::aged,
    dialect::DuckDbDialect,
    facts::Facts,
    listing,
    names::{Names, Subject, WorkspaceNames, person_row},
    open::{DuckDbStore, log_of},
    pool::{EnginePool, Turn},
    raw,
    reader::{each_row, left},
    records::{Channel, Person},
    writer::{Job, Shared},
};
use crate::{
    Aged, Appended, Batch, ChannelRow, DeadLetter, DirectoryRow, DirtyDay, EventListing, EventRow,
    EventStore, Known, Origin, PersonRow, RetentionCohort, Search, StoreError, StoreFacts, Table,
    sql::{self, Scope, Sql},
};

impl DuckDbStore {
    pub(super) async fn ask<T>(
        &self,
        job: impl FnOnce(oneshot::Sender<Result<T, StoreError>>) -> Job,
    ) -> Result<T, StoreError> {
        let stopped = || StoreError::Stopped("the writer has ended".to_owned());
        let (reply, answer) = oneshot::channel();
        self.jobs
            .send(job(reply))
            .await
            .map_err(|_closed| stopped())?;
        answer.await.map_err(|_gone| stopped())?
    }

    /// Returns the workspace's number, or `None` when nothing was ever stored for it.
    pub(super) fn scope(&self, workspace: &WorkspaceId) -> Option<Scope> {
        let workspace_ref = self.shared.names.read().workspace(workspace.as_str())?;
        Some(Scope { workspace_ref })
    }

    /// Runs a statement that needs the workspace's number; an unknown workspace has no rows.
    pub(super) async fn rows_of<T: Send + 'static>(
        &self,
        workspace: &WorkspaceId,
        statement: impl FnOnce(Scope) -> Sql,
        mut take: impl FnMut(&::duckdb::Row<'_>) -> ::duckdb::Result<T> + Send + 'static,
    ) -> Result<Vec<T>, StoreError> {
        let Some(scope) = self.scope(workspace) else {
            return Ok(Vec::new());
        };
        let statement = statement(scope);
        self.readers
            .run(move |connection| {
                let mut rows = Vec::new();
                each_row(connection, &statement, |row| {
                    rows.push(take(row)?);
                    Ok(true)
                })?;
                Ok(rows)
            })
            .await
    }
}

async fn off_async<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(StoreError::Engine(Box::new(error))))
}

fn instant(millis: Option<i64>) -> Option<Instant> {
    millis.map(Instant::from_millis)
}

#[async_trait]
impl EventStore for DuckDbStore {
    async fn append(&self, batch: Batch) -> Result<Appended, StoreError> {
        self.free_disk.check()?;
        let size = batch.events.len().clamp(1, self.queue_events);
        let size = u32::try_from(size).unwrap_or(u32::MAX);
        let permit = Arc::clone(&self.queue)
            .try_acquire_many_owned(size)
            .map_err(|_full| StoreError::Busy)?;
        self.ask(|reply| Job::Append {
            batch,
            permit,
            reply,
        })
        .await
    }

    async fn put_records(
        &self,
        workspace: WorkspaceId,
        people: Vec<PersonRecord>,
        channels: Vec<ChannelRecord>,
        at: Instant,
    ) -> Result<u64, StoreError> {
        self.ask(|reply| Job::Records {
            workspace,
            people,
            channels,
            at,
            reply,
        })
        .await
    }

    async fn query(&self, plan: &Plan) -> Result<Table, StoreError> {
        Ok(self.answer(plan, false).await?.0)
    }

    async fn query_with_distribution(
        &self,
        plan: &Plan,
    ) -> Result<(Table, Vec<Option<f64>>), StoreError> {
        self.answer(plan, true).await
    }

    async fn statement(&self, plan: &Plan) -> Result<Sql, StoreError> {
        let scope = self.scope(&plan.query.workspace);
        Ok(scope.map_or_else(Sql::default, |scope| {
            sql::select(plan, scope, &DuckDbDialect)
        }))
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

    async fn people(
        &self,
        workspace: &WorkspaceId,
        ids: &[String],
    ) -> Result<Vec<PersonRow>, StoreError> {
        let ids = ids.to_vec();
        self.look_up(workspace, move |names, workspace| {
            let mut rows = Vec::with_capacity(ids.len());
            for number in names.numbers(Subject::Person, workspace, &ids)? {
                if let Some(person) = names.get::<Person>(workspace, number)? {
                    rows.push(person_row(&person.id, person.known.as_deref()));
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
            names.each_person_by_id(workspace, |id, known| {
                let person = person_row(id, known);
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

    async fn directory(&self) -> Result<Vec<DirectoryRow>, StoreError> {
        let names = Arc::clone(&self.shared.names);
        off_async(move || names.directory()).await
    }

    async fn events(&self, listing: &EventListing) -> Result<Vec<EventRow>, StoreError> {
        let Some(scope) = self.scope(&listing.workspace) else {
            return Ok(Vec::new());
        };
        self.ask_in_turn(|turn| {
            let (shared, wanted) = (self.shared.clone(), listing.clone());
            move |connection| {
                if EnginePool::is_large(0, &wanted.filter) && turn.is_none() {
                    return Ok(None);
                }
                let _larger = turn.map(|turn| turn.begin(connection));
                let (engine, names) = (&shared.engine, &shared.names);
                listing::newest(connection, engine, names, scope, &wanted).map(Some)
            }
        })
        .await
    }

    async fn export_events(
        &self,
        listing: EventListing,
        after: Option<i64>,
        sink: Box<dyn FnMut(EventRow) -> bool + Send>,
    ) -> Result<Option<i64>, StoreError> {
        let Some(scope) = self.scope(&listing.workspace) else {
            return Ok(None);
        };
        let sink = Arc::new(Mutex::new(sink));
        self.ask_in_turn(|turn| {
            let (names, wanted) = (Arc::clone(&self.shared.names), listing.clone());
            let sink = Arc::clone(&sink);
            move |connection| {
                if EnginePool::is_large(0, &wanted.filter) && turn.is_none() {
                    return Ok(None);
                }
                let _larger = turn.map(|turn| turn.begin(connection));
                let mut sink = sink.lock().unwrap_or_else(PoisonError::into_inner);
                listing::next(connection, &names, scope, &wanted, after, sink.as_mut()).map(Some)
            }
        })
        .await
    }

    async fn retention(
        &self,
        workspace: &WorkspaceId,
        cohorts: &[Range],
        days: [u32; 3],
        as_of: Instant,
        zone: &TimeZone,
        population: Population,
    ) -> Result<(Vec<RetentionCohort>, Origin), StoreError> {
        let Some(earliest) = cohorts.iter().copied().map(Range::from).min() else {
            return Ok((Vec::new(), Origin::default()));
        };
        let mut answer: Vec<RetentionCohort> = cohorts
            .iter()
            .map(|cohort| RetentionCohort {
                start: cohort.from(),
                size: 0,
                returned: [[0; 3]; 3],
            })
            .collect();
        let Some(horizon) = Range::new(earliest, as_of).non_empty() else {
            return Ok((answer, Origin::default()));
        };
        let Some(scope) = self.scope(workspace) else {
            return Ok((answer, Origin::default()));
        };
        let (shared, most) = (self.shared.clone(), self.most_scanned);
        let asked = RetentionQuestion {
            workspace: workspace.clone(),
            cohorts: cohorts.to_vec(),
            days,
            horizon,
            population,
            zone: zone.clone(),
        };
        let (counted, origin) = self
            .readers
            .run(move |connection| {
                let (engine, names) = (&shared.engine, &*shared.names);
                let (facts, number) = (Facts(connection), scope.workspace_ref);
                if let Some(counted) = engine.retention(&facts, names, number, &asked)? {
                    return Ok(counted);
                }
                // Whoever signed up when is seen from all events there are.
                let events = raw::check_scan(connection, engine, scope, Range::ALL, most)?;
                let counted = Engine::retention_by_events(&facts, names, number, &asked)?;
                Ok((counted, raw::origin(events)))
            })
            .await?;
        for (cohort, (size, returned)) in answer.iter_mut().zip(counted) {
            (cohort.size, cohort.returned) = (size, returned);
        }
        Ok((answer, origin))
    }

    async fn dead_letters(
        &self,
        workspace: &WorkspaceId,
        limit: u32,
        offset: u32,
    ) -> Result<(Vec<DeadLetter>, u64), StoreError> {
        let id = workspace.as_str().to_owned();
        self.readers
            .run(move |connection| {
                let mut letters = Vec::new();
                let mut total = 0;
                let count = Sql::raw("SELECT count(*) FROM dead_letter WHERE workspace_id = ")
                    .with(Sql::text(id.clone()));
                each_row(connection, &count, |row| {
                    total = row.get(0)?;
                    Ok(false)
                })?;
                let statement = Sql::raw(
                    "--sql\nSELECT CAST(id AS VARCHAR), workspace_id, received_ms, source, code, \
                     reason, body FROM dead_letter WHERE workspace_id = ",
                )
                .with(Sql::text(id))
                .then(format!(
                    " ORDER BY received_ms DESC, id LIMIT {limit} OFFSET {offset}"
                ));
                each_row(connection, &statement, |row| {
                    letters.push(DeadLetter {
                        id: Uuid::try_parse(&row.get::<_, String>(0)?).unwrap_or_default(),
                        workspace_id: row.get(1)?,
                        received_at: Instant::from_millis(row.get(2)?),
                        source: row.get(3)?,
                        code: row.get(4)?,
                        reason: row.get(5)?,
                        body: row.get(6)?,
                    });
                    Ok(true)
                })?;
                Ok((letters, total))
            })
            .await
    }

    async fn aged(&self, instant: Instant) -> Result<Option<Aged>, StoreError> {
        self.readers
            .run(move |connection| aged(connection, instant))
            .await
    }

    async fn delete_before(&self, instant: Instant) -> Result<u64, StoreError> {
        self.ask(|reply| Job::DeleteBefore { instant, reply }).await
    }

    async fn facts(&self, workspace: &WorkspaceId) -> Result<StoreFacts, StoreError> {
        let statement = |scope: Scope| sql::facts(scope, &DuckDbDialect);
        let rows = self
            .rows_of(workspace, statement, |row| {
                Ok(StoreFacts {
                    events: row.get(0)?,
                    bot_events: row.get(1)?,
                    threads: row.get(2)?,
                    first_event: instant(row.get(3)?),
                    last_event: instant(row.get(4)?),
                    people: row.get(5)?,
                    bots: row.get(6)?,
                    channels: row.get(7)?,
                    channels_with_events: row.get(8)?,
                    authors: row.get(9)?,
                    bot_authors: row.get(10)?,
                    dead_letters: 0,
                    bytes: 0,
                })
            })
            .await?;
        let mut facts = rows.into_iter().next().unwrap_or_default();
        facts.dead_letters = self.dead_letters(workspace, 0, 0).await?.1;
        facts.bytes = self.bytes_on_disk();
        Ok(facts)
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

    fn ledger(&self, workspace: &WorkspaceId) -> Ledger {
        let scope = self.scope(workspace);
        let ledgers = self.shared.engine.ledgers();
        scope
            .and_then(|scope| ledgers.ledger(scope.workspace_ref).cloned())
            .unwrap_or_default()
    }

    fn is_sampled(&self, workspace: &WorkspaceId, range: Range) -> bool {
        let scope = self.scope(workspace);
        scope.is_some_and(|scope| self.shared.sampled.is_in(scope.workspace_ref, range))
    }

    fn dirty_days(&self) -> Vec<DirtyDay> {
        self.all_dirty_days()
    }

    async fn fill_days(
        &self,
        workspace: &WorkspaceId,
        days: &[Day],
        now: Instant,
    ) -> Result<Vec<Option<u64>>, StoreError> {
        self.fill_these(workspace, days, now).await
    }

    async fn fill_months(&self, now: Instant) -> Result<u64, StoreError> {
        self.make_months(now).await
    }

    async fn catch_up(&self) -> Result<(), StoreError> {
        self.fold_arrived().await
    }

    async fn mark_dirty(
        &self,
        workspace: &WorkspaceId,
        range: Range,
        now: Instant,
    ) -> Result<u64, StoreError> {
        self.take_away(workspace, range, now).await
    }

    async fn verify(
        &self,
        workspace: &WorkspaceId,
        day: Day,
    ) -> Result<Option<Vec<&'static str>>, StoreError> {
        self.compare_again(workspace, day).await
    }

    async fn rollup_bytes(&self) -> Result<(u64, u64), StoreError> {
        self.bytes_of_rollups().await
    }

    fn version(&self) -> u64 {
        self.shared.version.load(Ordering::Acquire)
    }

    async fn ping(&self) -> Result<(), StoreError> {
        if self.jobs.is_closed() {
            return Err(StoreError::Stopped("the writer has ended".to_owned()));
        }
        self.readers.ping().await
    }

    async fn close(&self) -> Result<(), StoreError> {
        let result = self.ask(|reply| Job::Close { reply }).await;
        self.readers.close();
        let thread = self
            .writer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(thread) = thread {
            let _ended = tokio::task::spawn_blocking(move || thread.join()).await;
        }
        result
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
                let (facts, number) = (Facts(connection), scope.workspace_ref);
                match engine.answer(&facts, &**names, number, &plan, with_values)? {
                    Answered::Table(table, values) => Ok(Some((table, values))),
                    Answered::Raw => {
                        let range = plan.query.range;
                        let events = raw::check_scan(connection, engine, scope, range, most)?;
                        if EnginePool::is_large(events, &plan.query.filter) && turn.is_none() {
                            return Ok(None);
                        }
                        let _larger = turn.map(|turn| turn.begin(connection));
                        let table = raw::table(connection, scope, &plan, events)?;
                        let values = with_values.then(|| raw::values(connection, scope, &plan));
                        Ok(Some((table, values.transpose()?.unwrap_or_default())))
                    }
                }
            }
        })
        .await
    }

    /// Asks a question that may turn out to be large. Then it is asked again when its turn has come,
    /// and holds no connection meanwhile. All of it together takes no longer than a question may.
    pub(super) async fn ask_in_turn<T, F>(
        &self,
        ask: impl Fn(Option<Turn>) -> F,
    ) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<Option<T>, StoreError> + Send + 'static,
    {
        let deadline = self.readers.deadline();
        if let Some(answer) = self.readers.run_until(deadline, ask(None)).await? {
            return Ok(answer);
        }
        let turn = self.shared.pool.turn(left(deadline)).await?;
        let answer = self.readers.run_until(deadline, ask(Some(turn))).await?;
        answer.ok_or(StoreError::Crowded)
    }

    /// Looks names up, away from the async threads where they may be read from a file; nothing for a
    /// workspace that is not known.
    async fn look_up<T: Default + Send + 'static>(
        &self,
        workspace: &WorkspaceId,
        look: impl FnOnce(&Names, u16) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let Some(scope) = self.scope(workspace) else {
            return Ok(T::default());
        };
        let number = scope.workspace_ref;
        if self.shared.names.is_in_memory(number) {
            return look(&self.shared.names, number);
        }
        let names = Arc::clone(&self.shared.names);
        off_async(move || look(&names, number)).await
    }

    /// Looks through all names of a workspace, which takes as long as there are many: away from the
    /// async threads, and in the turn of whoever asks.
    async fn look_through<T: Default + Send + 'static>(
        &self,
        workspace: &WorkspaceId,
        look: impl FnOnce(&Names, u16) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let Some(scope) = self.scope(workspace) else {
            return Ok(T::default());
        };
        let place = self.readers.place(Some(self.readers.deadline())).await?;
        let names = Arc::clone(&self.shared.names);
        off_async(move || {
            let found = look(&names, scope.workspace_ref);
            drop(place);
            found
        })
        .await
    }

    /// Returns the size of the store's files.
    fn bytes_on_disk(&self) -> u64 {
        [&self.file, &log_of(&self.file)]
            .iter()
            .filter_map(|path| std::fs::metadata(path).ok())
            .map(|metadata| metadata.len())
            .sum()
    }
}
