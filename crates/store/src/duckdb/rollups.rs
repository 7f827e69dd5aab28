//! Filling days and making months: begun and finished by the writer, counted beside it.

use std::{collections::HashMap, sync::Arc};

use ::duckdb::Connection;
use async_trait::async_trait;
use domain::{
    id::WorkspaceId,
    time::{Day, Instant, Range, day_number, month_of},
};
use engine::{ledger::Ledger, rollup::BlockGrain, storage::BlockVersion};

use super::{open::DuckDbStore, ordered::ActsOf, writer::Job};
use crate::{
    DirtyDay, Rollups, StoreError,
    contexts::{self, Reading},
    sql::Scope,
};

/// Events that arrived which are folded before a question asks for it: fewer cost it nothing much.
const WORTH_FOLDING: i64 = 500;

#[async_trait]
impl Rollups for DuckDbStore {
    fn ledger(&self, workspace: &WorkspaceId) -> Ledger {
        let scope = self.scope(workspace);
        let ledgers = self.shared.engine.ledgers();
        scope
            .and_then(|scope| ledgers.ledger(scope.workspace_ref).cloned())
            .unwrap_or_default()
    }

    fn dirty_days(&self) -> Vec<DirtyDay> {
        let names = self.shared.names.read();
        let ledgers = self.shared.engine.ledgers();
        let mut days = Vec::new();
        for (id, number) in names.workspaces() {
            let (Some(ledger), Ok(workspace)) = (ledgers.ledger(number), WorkspaceId::new(id))
            else {
                continue;
            };
            let dirty = ledger.days.iter().filter(|(_, entry)| !entry.is_clean());
            days.extend(dirty.map(|(day, entry)| DirtyDay {
                workspace: workspace.clone(),
                day: *day,
                entry: *entry,
            }));
        }
        days.sort_by(|left, right| (right.day, &left.workspace).cmp(&(left.day, &right.workspace)));
        days
    }

    async fn fill_days(
        &self,
        workspace: &WorkspaceId,
        days: &[Day],
        now: Instant,
    ) -> Result<Vec<Option<u64>>, StoreError> {
        let Some(scope) = self.scope(workspace) else {
            return Ok(vec![None; days.len()]);
        };
        let workspace = scope.workspace_ref;
        let jobs = self
            .ask(|reply| Job::BeginFill {
                workspace,
                days: days.to_vec(),
                reply,
            })
            .await?;
        let (shared, begun) = (self.shared.clone(), jobs.clone());
        let counted = self
            .readers
            .run_long(move |connection| {
                let facts = shared.facts(connection);
                shared.engine.fill_days(&facts, &begun)
            })
            .await;
        let abandon = |_: &StoreError| jobs.iter().for_each(|job| self.shared.engine.abandon(job));
        let fills: Vec<_> = jobs
            .iter()
            .copied()
            .zip(counted.inspect_err(abandon)?)
            .collect();
        let events: Vec<(Day, u64)> = fills
            .iter()
            .map(|(job, filled)| (job.day, filled.events))
            .collect();
        let holds = self
            .ask(|reply| Job::FinishFill {
                fills,
                at: now,
                reply,
            })
            .await?;
        let filled: HashMap<Day, u64> = events
            .into_iter()
            .zip(holds)
            .filter_map(|(filled, holds)| holds.then_some(filled))
            .collect();
        Ok(days.iter().map(|day| filled.get(day).copied()).collect())
    }

    async fn fill_months(&self, now: Instant) -> Result<u64, StoreError> {
        let this_month = month_of(day_number(now.day(self.shared.engine.zone())));
        let mut made = 0;
        for (workspace, month, made_from, days) in self.months_to_make(this_month) {
            let shared = self.shared.clone();
            let rows = self
                .readers
                .run_long(move |_| shared.engine.make_month(workspace, month, &days))
                .await?;
            if let Some(rows) = rows {
                let of = BlockVersion {
                    workspace,
                    grain: BlockGrain::Month,
                    period: month,
                    version: made_from,
                };
                let blocks = vec![(of, rows)];
                self.ask(|reply| Job::PutMade {
                    made: blocks,
                    reply,
                })
                .await?;
                made += 1;
            }
        }
        Ok(made)
    }

    async fn fill_contexts(&self, now: Instant) -> Result<u64, StoreError> {
        let Some(job) = self.shared.engine.next_context(now) else {
            return Ok(0);
        };
        let days = job.run.days.len() as u64;
        let shared = self.shared.clone();
        let make = move |connection: &Connection| {
            let acts = ActsOf {
                connection,
                engine: &shared.engine,
                scope: Scope {
                    workspace_ref: job.workspace,
                },
                most: None,
            };
            let reading = Reading {
                acts: &acts,
                engine: &shared.engine,
            };
            contexts::make(reading, &job)
        };
        let made = self.readers.run_long(make).await?;
        self.ask(|reply| Job::PutMade { made, reply }).await?;
        Ok(days)
    }

    async fn catch_up(&self) -> Result<(), StoreError> {
        let engine = &self.shared.engine;
        let committed = engine.ledgers().committed;
        // Who holds it is folding already.
        if !engine.is_enabled() || !engine.is_behind(committed, WORTH_FOLDING) {
            return Ok(());
        }
        let shared = self.shared.clone();
        self.readers
            .run(move |connection| shared.engine.catch_up(&shared.facts(connection)))
            .await
    }

    async fn join_ahead(&self, now: Instant) -> Result<(), StoreError> {
        let engine = Arc::clone(&self.shared.engine);
        if !engine.is_enabled() {
            return Ok(());
        }
        self.readers.run_long(move |_| engine.join_ahead(now)).await
    }

    async fn mark_dirty(
        &self,
        workspace: &WorkspaceId,
        range: Range,
        now: Instant,
    ) -> Result<u64, StoreError> {
        let Some(scope) = self.scope(workspace).filter(|_| !range.is_empty()) else {
            return Ok(0);
        };
        let zone = self.shared.engine.zone();
        let first = day_number(range.from().day(zone));
        let last = day_number(range.to().plus_millis(-1).day(zone));
        let days: Vec<(u16, Day)> = {
            let ledgers = self.shared.engine.ledgers();
            let ledger = ledgers.ledger(scope.workspace_ref);
            let days = ledger
                .into_iter()
                .flat_map(|ledger| ledger.days.range(first..=last));
            days.map(|(day, _)| (scope.workspace_ref, *day)).collect()
        };
        let count = days.len() as u64;
        self.ask(|reply| Job::Invalidate {
            days,
            at: now,
            reply,
        })
        .await?;
        Ok(count)
    }

    async fn verify(
        &self,
        workspace: &WorkspaceId,
        day: Day,
    ) -> Result<Option<Vec<&'static str>>, StoreError> {
        let Some(scope) = self.scope(workspace) else {
            return Ok(None);
        };
        let shared = self.shared.clone();
        self.readers
            .run_long(move |connection| {
                let facts = shared.facts(connection);
                shared.engine.verify_day(&facts, scope.workspace_ref, day)
            })
            .await
    }

    async fn rollup_bytes(&self) -> Result<(u64, u64), StoreError> {
        let shared = self.shared.clone();
        let on_disk = self
            .readers
            .run(move |_| shared.engine.blocks().store().bytes_on_disk());
        Ok((on_disk.await?, self.shared.engine.blocks().bytes()))
    }
}

impl DuckDbStore {
    #[expect(clippy::type_complexity, reason = "named where it is used")]
    fn months_to_make(&self, this_month: i32) -> Vec<(u16, i32, i64, Vec<(Day, i64)>)> {
        let ledgers = self.shared.engine.ledgers();
        let mut wanted = Vec::new();
        for (workspace, ledger) in ledgers.ledgers() {
            let due = ledger.months_to_make(this_month).into_iter();
            wanted.extend(
                due.map(|(month, made_from)| (workspace, month, made_from, days_of(ledger, month))),
            );
        }
        wanted
    }
}

fn days_of(ledger: &Ledger, month: i32) -> Vec<(Day, i64)> {
    let days = ledger
        .days
        .iter()
        .filter(|(day, _)| month_of(**day) == month);
    days.map(|(day, entry)| (*day, entry.version)).collect()
}
