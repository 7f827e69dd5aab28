//! Filling days and making months: counted beside the writer, begun and finished by it.

use std::collections::HashMap;

use async_trait::async_trait;
use domain::{
    id::WorkspaceId,
    time::{Day, Instant, Range, day_number, month_of},
};
use engine::{
    BlockRow, DayFill,
    ledger::{DayEntry, FillJob, Ledger},
    rollup::BlockGrain,
    storage::BlockVersion,
};

use super::{
    facts::Facts,
    ledger::LedgerRow,
    open::{ClickHouseStore, Shared},
    ordered::ActsOf,
    writer::{Writer, invalidated},
};
use crate::{
    DirtyDay, Rollups, StoreError,
    contexts::{self, Reading},
    sql::Scope,
};

/// Events that arrived which are folded before a question asks for it: fewer cost it nothing much.
const WORTH_FOLDING: i64 = 500;

#[async_trait]
impl Rollups for ClickHouseStore {
    fn ledger(&self, workspace: &WorkspaceId) -> Ledger {
        let scope = self.scope(workspace);
        let ledgers = self.shared.engine.ledgers();
        scope
            .and_then(|scope| ledgers.ledger(scope.workspace_ref).cloned())
            .unwrap_or_default()
    }

    fn dirty_days(&self) -> Vec<DirtyDay> {
        let inner = self.shared.directory.read();
        let ledgers = self.shared.engine.ledgers();
        let mut days = Vec::new();
        for (workspace, number) in &inner.workspaces {
            let ledger = ledgers.ledger(*number).into_iter();
            let entries = ledger.flat_map(|ledger| &ledger.days);
            let dirty = entries.filter(|(_, entry)| !entry.is_clean());
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
        let wanted = days.to_vec();
        let jobs = self.writing(move |_, shared| {
            let mut ledgers = shared.engine.ledgers_mut();
            let begun = wanted
                .iter()
                .map(|day| ledgers.begin(scope.workspace_ref, *day));
            Ok(begun.flatten().collect::<Vec<FillJob>>())
        });
        let jobs = jobs.await?;
        let begun = jobs.clone();
        let counted = self.ask(move |shared| {
            let counted = shared.engine.fill_days(&Facts::of(shared), &begun);
            // On a thread that may block: whoever asks may hold what giving up waits for.
            counted.inspect_err(|_| begun.iter().for_each(|job| shared.engine.abandon(job)))
        });
        let fills: Vec<(FillJob, DayFill)> = jobs.into_iter().zip(counted.await?).collect();
        let filled = self.writing(move |writer, shared| writer.finish_fills(shared, &fills, now));
        let filled: HashMap<Day, u64> = filled.await?.into_iter().collect();
        Ok(days.iter().map(|day| filled.get(day).copied()).collect())
    }

    async fn fill_months(&self, now: Instant) -> Result<u64, StoreError> {
        let this_month = month_of(day_number(now.day(self.shared.engine.zone())));
        let mut made = 0;
        for (workspace, month, made_from, days) in self.months_to_make(this_month) {
            let rows = self.ask(move |shared| shared.engine.make_month(workspace, month, &days));
            if let Some(rows) = rows.await? {
                let of = BlockVersion {
                    workspace,
                    grain: BlockGrain::Month,
                    period: month,
                    version: made_from,
                };
                self.put_made(vec![(of, rows)]).await?;
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
        let made = self.ask(move |shared| {
            let acts = ActsOf {
                shared,
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
        });
        let made = made.await?;
        self.put_made(made).await?;
        Ok(days)
    }

    async fn catch_up(&self) -> Result<(), StoreError> {
        let engine = &self.shared.engine;
        let committed = engine.ledgers().committed;
        // Who holds it is folding already.
        if !engine.is_enabled() || !engine.is_behind(committed, WORTH_FOLDING) {
            return Ok(());
        }
        self.ask(|shared| shared.engine.catch_up(&Facts::of(shared)))
            .await
    }

    async fn join_ahead(&self, now: Instant) -> Result<(), StoreError> {
        if !self.shared.engine.is_enabled() {
            return Ok(());
        }
        self.ask(move |shared| shared.engine.join_ahead(now)).await
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
        self.writing(move |writer, shared| {
            let zone = shared.engine.zone();
            let first = day_number(range.from().day(zone));
            let last = day_number(range.to().plus_millis(-1).day(zone));
            let days: Vec<(u16, Day)> = {
                let ledgers = shared.engine.ledgers();
                let ledger = ledgers.ledger(scope.workspace_ref).into_iter();
                let days = ledger.flat_map(|ledger| ledger.days.range(first..=last));
                days.map(|(day, _)| (scope.workspace_ref, *day)).collect()
            };
            writer.invalidate(shared, &days, now)?;
            invalidated(shared, &days, now);
            Ok(days.len() as u64)
        })
        .await
    }

    async fn verify(
        &self,
        workspace: &WorkspaceId,
        day: Day,
    ) -> Result<Option<Vec<&'static str>>, StoreError> {
        let Some(scope) = self.scope(workspace) else {
            return Ok(None);
        };
        self.ask(move |shared| {
            let facts = Facts::of(shared);
            shared.engine.verify_day(&facts, scope.workspace_ref, day)
        })
        .await
    }

    async fn rollup_bytes(&self) -> Result<(u64, u64), StoreError> {
        self.ask(|shared| {
            let blocks = shared.engine.blocks();
            Ok((blocks.store().bytes_on_disk()?, blocks.bytes()))
        })
        .await
    }
}

impl ClickHouseStore {
    #[expect(clippy::type_complexity, reason = "named where it is used")]
    fn months_to_make(&self, this_month: i32) -> Vec<(u16, i32, i64, Vec<(Day, i64)>)> {
        let ledgers = self.shared.engine.ledgers();
        let mut wanted = Vec::new();
        for (workspace, ledger) in ledgers.ledgers() {
            for (month, made_from) in ledger.months_to_make(this_month) {
                let days = ledger.days.iter();
                let days = days.filter(|(day, _)| month_of(**day) == month);
                let days = days.map(|(day, entry)| (*day, entry.version)).collect();
                wanted.push((workspace, month, made_from, days));
            }
        }
        wanted
    }

    /// Puts blocks that were made from several days, unless these have changed meanwhile.
    async fn put_made(
        &self,
        mut made: Vec<(BlockVersion, Vec<BlockRow>)>,
    ) -> Result<(), StoreError> {
        self.writing(move |_, shared| {
            let engine = &shared.engine;
            // What was taken out meanwhile must not come back with them.
            {
                let ledgers = engine.ledgers();
                made.retain(|(version, _)| ledgers.is_current(version, engine.zone()));
            }
            let blocks = engine.blocks().store();
            let rows: Vec<(u16, i64, &[BlockRow])> = made
                .iter()
                .map(|(of, rows)| (of.workspace, of.version, rows.as_slice()))
                .collect();
            blocks.put(&rows)?;
            let mut ledgers = engine.ledgers_mut();
            for (version, _) in &made {
                if let Some(replaced) = ledgers.made(*version) {
                    blocks.replaced(replaced);
                }
            }
            Ok(())
        })
        .await
    }
}

impl Writer {
    /// Stores the rollups of days, but of those of which what they counted has changed since; returns which, each with
    /// how many events it has.
    fn finish_fills(
        &mut self,
        shared: &Shared,
        fills: &[(FillJob, DayFill)],
        at: Instant,
    ) -> Result<Vec<(Day, u64)>, StoreError> {
        let engine = &shared.engine;
        let entries: Vec<Option<DayEntry>> = {
            let ledgers = engine.ledgers();
            let mut version = ledgers.next_version();
            let mut finished = |(job, filled): &(FillJob, DayFill)| {
                let entry = ledgers.finished(job, filled, version, at)?;
                version += 1;
                Some(entry)
            };
            fills.iter().map(&mut finished).collect()
        };
        let abandon_all = |_: &StoreError| fills.iter().for_each(|(job, _)| engine.abandon(job));
        self.keep(shared, fills, &entries)
            .inspect_err(abandon_all)?;
        let mut kept = Vec::new();
        for ((job, filled), entry) in fills.iter().zip(&entries) {
            let Some(entry) = entry else {
                engine.abandon(job);
                continue;
            };
            if let Some(version) = engine.filled(job, *entry) {
                engine.blocks().store().replaced(BlockVersion {
                    workspace: job.workspace,
                    grain: BlockGrain::Day,
                    period: job.day,
                    version,
                });
            }
            kept.push((job.day, filled.events));
        }
        Ok(kept)
    }

    /// Writes blocks, and then the ledger that names them.
    fn keep(
        &mut self,
        shared: &Shared,
        fills: &[(FillJob, DayFill)],
        entries: &[Option<DayEntry>],
    ) -> Result<(), StoreError> {
        let revision = self.next_version();
        let kept = fills.iter().zip(entries);
        let kept = kept.filter_map(|((job, filled), entry)| Some((job, filled, (*entry)?)));
        let kept: Vec<(&FillJob, &DayFill, DayEntry)> = kept.collect();
        let blocks: Vec<(u16, i64, &[BlockRow])> = kept
            .iter()
            .map(|(job, filled, entry)| (job.workspace, entry.version, filled.rows.as_slice()))
            .collect();
        shared.engine.blocks().store().put(&blocks)?;
        let rows: Vec<LedgerRow> = kept
            .iter()
            .map(|(job, _, entry)| LedgerRow::new(job.workspace, job.day, entry, revision))
            .collect();
        let server = &shared.server;
        server.wait(server.insert("ledger_day", &rows))
    }
}
