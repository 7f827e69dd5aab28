//! What happens to a chat, one step after the other, and what is asked in between.

use std::collections::BTreeSet;

use domain::{
    event::Event,
    id::{UserId, WorkspaceId},
    query::{Order, Query},
    time::{Instant, Range},
};
use engine::plan::{self, Source};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use store::{
    EventStore, Questions, Table, TableRow,
    clickhouse::{ClickHouseOptions, ClickHouseStore},
    duckdb::{DuckDbStore, OpenOptions},
};

use super::{
    line::{EventLine, Question, RecordLine, zone},
    merged::Rewriting,
    whole::{compare, compare_rewritten},
};
use crate::{
    clickhouse_server::Database,
    memory::Memory,
    support::{Scratch, at, batch},
};

/// When everything is over.
const LATER: &str = "2028-01-01";

/// A history, written down.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Script {
    /// The reporting zone.
    pub(crate) zone: String,
    pub(crate) steps: Vec<Step>,
}

/// What happens.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) enum Step {
    /// Events arrive.
    Arrive(Vec<EventLine>),
    /// All events so far arrive once more.
    Repeat,
    /// A record arrives.
    Record(RecordLine),
    /// An identifier is merged into another one, where that may be.
    Merge(MergeLine),
    /// A merge is undone, where there is one.
    Undo(UndoLine),
    /// Every n-th dirty day is filled.
    Fill(usize),
    /// Months that are over are made, and what is kept of the conversations of days.
    Months,
    /// The rollups of some days are taken away.
    MarkDirty(Span),
    /// The store is closed and opened again.
    Reopen,
    /// What is from before an instant is removed.
    Remove(String),
    /// Everything that is stored is compared.
    Whole,
    /// A question is asked.
    Ask(Box<Question>),
}

/// An identifier, and whose it is from now on.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct MergeLine {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) workspace: Option<String>,
    pub(crate) from: String,
    pub(crate) into: String,
}

/// An identifier that is its own again.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UndoLine {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) workspace: Option<String>,
    pub(crate) from: String,
}

/// From when to when.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Span {
    pub(crate) from: String,
    pub(crate) to: String,
}

/// Which database is held to the law.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Engine {
    DuckDb,
    ClickHouse,
}

/// Where a store keeps what it is given.
enum Kept {
    Folder(Scratch),
    Database(Database),
}

/// Two stores, one of which has rollups; each chat in them has workspaces of its own.
pub(crate) struct Stores {
    zone: TimeZone,
    by_rollups: Box<dyn EventStore>,
    of_events: Box<dyn EventStore>,
    kept: [Kept; 2],
    chats: usize,
}

async fn open(kept: &Kept, zone: &TimeZone, rollups: bool) -> Box<dyn EventStore> {
    match kept {
        Kept::Folder(scratch) => {
            let options = OpenOptions {
                zone: zone.clone(),
                rollups,
                threads: 1,
                readers: 1,
                ..scratch.options()
            };
            Box::new(DuckDbStore::open(&options).unwrap())
        }
        Kept::Database(database) => {
            let options = ClickHouseOptions {
                zone: zone.clone(),
                rollups,
                ..ClickHouseOptions::new(database.url(), &database.name)
            };
            Box::new(ClickHouseStore::open(&options).await.unwrap())
        }
    }
}

impl Stores {
    pub(crate) async fn new(zone_name: &str, engine: Engine) -> Self {
        let keep = || match engine {
            Engine::DuckDb => Kept::Folder(Scratch::new()),
            Engine::ClickHouse => Kept::Database(Database::new()),
        };
        let (zone, kept) = (zone(zone_name), [keep(), keep()]);
        Self {
            by_rollups: open(&kept[0], &zone, true).await,
            of_events: open(&kept[1], &zone, false).await,
            zone,
            kept,
            chats: 0,
        }
    }

    /// Returns how many chats there are in them.
    pub(super) const fn chats(&self) -> usize {
        self.chats
    }
}

/// The same chat three times: in a store that has rollups, in one that has none, and in memory.
pub(crate) struct Chat<'a> {
    stores: &'a mut Stores,
    memory: Memory,
    arrived: Vec<Event>,
    rewriting: Rewriting,
    /// How many events there were, removed ones included.
    numbered: u128,
    workspaces: BTreeSet<WorkspaceId>,
}

impl<'a> Chat<'a> {
    pub(crate) fn new(stores: &'a mut Stores) -> Self {
        stores.chats += 1;
        Self {
            stores,
            memory: Memory::default(),
            arrived: Vec::new(),
            rewriting: Rewriting::default(),
            numbered: 0,
            workspaces: BTreeSet::new(),
        }
    }

    /// Takes a step; of a question returns where the rollups' answer came from, or what is wrong with
    /// an answer.
    pub(crate) async fn take(&mut self, step: &Step) -> Result<Option<Source>, String> {
        match step {
            Step::Arrive(lines) => {
                let numbered = lines.iter().zip(self.numbered + 1..);
                let events = numbered.map(|(line, number)| Event {
                    workspace: self.workspace(line.workspace.as_deref()),
                    ..line.event(number, &self.stores.zone)
                });
                let events: Vec<Event> = events.collect();
                self.numbered += events.len() as u128;
                for event in &events {
                    self.rewriting.note_event(event);
                }
                self.arrived.extend(events.clone());
                self.append(events).await;
            }
            Step::Repeat => self.append(self.arrived.clone()).await,
            Step::Record(line) => self.put(line).await,
            Step::Merge(line) => self.merge(line).await?,
            Step::Undo(line) => self.undo(line).await?,
            Step::Fill(every) => self.fill(*every).await,
            Step::Months => {
                let made = self.stores.by_rollups.fill_months(at(LATER));
                made.await.unwrap();
                while self
                    .stores
                    .by_rollups
                    .fill_contexts(at(LATER))
                    .await
                    .unwrap()
                    > 0
                {}
            }
            Step::MarkDirty(span) => {
                let instant = |text: &str| Instant::parse(text, &self.stores.zone).unwrap();
                let range = Range::new(instant(&span.from), instant(&span.to));
                for of in &self.workspaces {
                    let marked = self.stores.by_rollups.mark_dirty(of, range, at(LATER));
                    marked.await.unwrap();
                }
            }
            Step::Reopen => {
                self.stores.by_rollups.close().await.unwrap();
                let opened = open(&self.stores.kept[0], &self.stores.zone, true);
                self.stores.by_rollups = opened.await;
            }
            Step::Remove(before) => self.remove(before).await,
            Step::Whole => self.compare().await?,
            Step::Ask(question) => return self.ask(question).await.map(|(_, source)| Some(source)),
        }
        Ok(None)
    }

    /// Returns the workspace of this chat that is so named.
    fn workspace(&self, name: Option<&str>) -> WorkspaceId {
        let name = name.unwrap_or("primary");
        WorkspaceId::new(format!("{name}-{}", self.stores.chats)).unwrap()
    }

    /// Removes what is before an instant. It never comes again: stores may remember it or forget it.
    async fn remove(&mut self, before: &str) {
        let before = Instant::parse(before, &self.stores.zone).unwrap();
        self.arrived.retain(|event| event.timestamp >= before);
        for store in self.all() {
            store.delete_before(before).await.unwrap();
        }
    }

    /// Compares everything that is stored of each workspace.
    async fn compare(&self) -> Result<(), String> {
        for of in &self.workspaces {
            let stores: [(&str, &dyn EventStore); 2] = [
                ("rollups", self.stores.by_rollups.as_ref()),
                ("events", self.stores.of_events.as_ref()),
            ];
            compare(of, &self.stores.zone, &self.memory, stores).await?;
            if self.rewriting.has_merges(of) {
                let rewritten = self.rewriting.memory(&self.arrived).await;
                let zone = &self.stores.zone;
                compare_rewritten(of, zone, &self.memory, (&rewritten, &self.rewriting)).await?;
            }
        }
        Ok(())
    }

    fn all(&self) -> [&dyn EventStore; 3] {
        [
            self.stores.by_rollups.as_ref(),
            self.stores.of_events.as_ref(),
            &self.memory,
        ]
    }

    async fn fill(&self, every: usize) {
        let mut days = self.stores.by_rollups.dirty_days();
        days.retain(|dirty| self.workspaces.contains(&dirty.workspace));
        for dirty in days.iter().step_by(every) {
            let store = &self.stores.by_rollups;
            let filled = store.fill(&dirty.workspace, dirty.day, at(LATER));
            assert!(filled.await.unwrap().is_some());
        }
    }

    async fn append(&mut self, events: Vec<Event>) {
        let of = events.iter().map(|event| event.workspace.clone());
        self.workspaces.extend(of);
        for store in self.all() {
            store.append(batch(events.clone())).await.unwrap();
        }
    }

    async fn put(&mut self, line: &RecordLine) {
        let of = self.workspace(line.workspace.as_deref());
        self.rewriting.note_record(&of, line);
        for store in self.all() {
            let people = vec![line.record()];
            let put = store.put_records(of.clone(), people, Vec::new(), at(LATER));
            put.await.unwrap();
        }
    }

    /// Merges in all three, which must say the same of it.
    async fn merge(&mut self, line: &MergeLine) -> Result<(), String> {
        let of = self.workspace(line.workspace.as_deref());
        let [from, into] = [&line.from, &line.into].map(|id| UserId::new(id).unwrap());
        let mut said = Vec::new();
        for store in self.all() {
            let merged = store.merge(&of, &from, &into, at(LATER)).await;
            let listed = store.merges(&of).await.unwrap();
            said.push((merged.map_err(|error| error.to_string()), listed));
        }
        if said[0].0.is_ok() {
            self.rewriting.merge(&of, &from, &into);
        }
        same(&said)
    }

    async fn undo(&mut self, line: &UndoLine) -> Result<(), String> {
        let of = self.workspace(line.workspace.as_deref());
        let from = UserId::new(&line.from).unwrap();
        let mut said = Vec::new();
        for store in self.all() {
            let undone = store.undo_merge(&of, &from, at(LATER)).await.unwrap();
            said.push((undone, store.merges(&of).await.unwrap()));
        }
        self.rewriting.undo(&of, &from);
        same(&said)
    }

    /// Asks all three; returns the answer and where the rollups' came from, or how they differ.
    pub(crate) async fn ask(&self, question: &Question) -> Result<(Table, Source), String> {
        let plan = plan::plan(Query {
            workspace: self.workspace(question.workspace.as_deref()),
            ..question.query(&self.stores.zone)
        });
        let plan = plan.unwrap();
        let in_any_order = plan.query.order == Order::Any;
        let in_memory = self.memory.query_with_distribution(&plan).await;
        let (expected, expected_values) = in_memory.unwrap();
        let of = &plan.query.workspace;
        if self.rewriting.has_merges(of) {
            let rewritten = self.rewriting.memory(&self.arrived).await;
            let renamed = Query {
                filter: self.rewriting.renamed(of, plan.query.filter.clone()),
                ..plan.query.clone()
            };
            let renamed = plan::plan(renamed).unwrap();
            let (table, values) = rewritten.query_with_distribution(&renamed).await.unwrap();
            if (&table, &values) != (&expected, &expected_values) {
                return Err(format!(
                    "in memory:\n{expected:#?}\nof the rewritten history:\n{table:#?}"
                ));
            }
        }
        let mut source = Source::Raw;
        for (name, store) in [
            ("rollups", &self.stores.by_rollups),
            ("events", &self.stores.of_events),
        ] {
            let (table, values) = if question.ranked {
                store.query_with_distribution(&plan).await.unwrap()
            } else {
                (store.query(&plan).await.unwrap(), Vec::new())
            };
            if name == "rollups" {
                source = table.origin.source;
            }
            let said = |what: &str, found: &dyn std::fmt::Debug, expected: &dyn std::fmt::Debug| {
                let origin = table.origin;
                format!("{what} by {name} ({origin:?}):\n{found:#?}\nin memory:\n{expected:#?}")
            };
            if table.total != expected.total {
                return Err(said("number of rows", &table, &expected));
            }
            let rows = |table: &Table| in_order(&table.rows, in_any_order);
            if rows(&table) != rows(&expected) {
                return Err(said("rows", &table.rows, &expected.rows));
            }
            if question.ranked && sorted(&values) != sorted(&expected_values) {
                return Err(said("first metric of every row", &values, &expected_values));
            }
        }
        Ok((expected, source))
    }
}

/// Returns how what the stores say differs, where it does.
fn same<T: PartialEq + std::fmt::Debug>(said: &[T]) -> Result<(), String> {
    let is_same = said.windows(2).all(|two| two[0] == two[1]);
    is_same.then_some(()).ok_or_else(|| format!("{said:#?}"))
}

fn in_order(rows: &[TableRow], in_any_order: bool) -> Vec<TableRow> {
    let mut rows = rows.to_vec();
    if in_any_order {
        rows.sort_by(|left, right| left.keys.cmp(&right.keys));
    }
    rows
}

fn sorted(values: &[Option<f64>]) -> Vec<Option<f64>> {
    let mut values = values.to_vec();
    values.sort_by(|left, right| left.partial_cmp(right).unwrap());
    values
}
