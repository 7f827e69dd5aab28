//! Everything the writer does besides appending: records, rollups, removal.

use std::sync::Arc;

use domain::time::{Day, Instant, month_of};
use engine::{
    BlockRow, DayFill,
    changes::Changed,
    ledger::{DayEntry, FillJob, Ledger},
    rollup::BlockGrain,
    storage::{BlockStore, BlockVersion},
};

use super::{
    super::{
        failure::classify,
        ledger_table::LedgerTable,
        load,
        records::{self, ChangedRecords},
        sampled,
    },
    Writer,
    job::{Job, answer},
};
use crate::{StoreError, chain};

impl Writer {
    /// Does what is neither an append nor the end.
    pub(super) fn work(&mut self, job: Job) {
        match job {
            Job::Admit {
                batch,
                permit,
                reply,
            } => {
                answer(reply, self.admit_ahead(batch));
                drop(permit);
            }
            Job::Records {
                workspace,
                people,
                channels,
                at,
                reply,
            } => {
                let result = self
                    .transaction(|writer| records::put(writer, &workspace, &people, &channels, at));
                let counted = result.map(|records| {
                    let count = records.people.len() + records.channels.len();
                    let mut changed = Changed::default();
                    records.note(&mut changed);
                    self.tell_changed(vec![records], at);
                    self.shared.changes.count(&changed);
                    count as u64
                });
                answer(reply, counted);
            }
            Job::Merge {
                workspace,
                change,
                at,
                reply,
            } => answer(reply, self.change_merges(&workspace, &change, at)),
            Job::DeleteBefore { instant, reply } => answer(reply, self.remove_before(instant)),
            Job::Erase { erasure, reply } => answer(reply, self.erase(&erasure)),
            Job::BackUp { folder, reply } => {
                let copied = self.back_up(&folder);
                if let Err(error) = &copied {
                    self.notice_given_up(error);
                }
                answer(reply, copied);
            }
            // In memory only: a fill that is broken off has changed nothing.
            Job::BeginFill {
                workspace,
                days,
                reply,
            } => {
                let mut ledgers = self.shared.engine.ledgers_mut();
                let begun = days.iter().map(|day| ledgers.begin(workspace, *day));
                answer(reply, Ok(begun.flatten().collect()));
            }
            Job::FinishFill { fills, at, reply } => answer(reply, self.finish_fills(&fills, at)),
            Job::PutMade { made, reply } => answer(reply, self.put_made(made)),
            Job::Invalidate { days, at, reply } => {
                let result = self.transaction(|writer| {
                    LedgerTable(&writer.connection).invalidate(&days, Some(at))
                });
                if result.is_ok() {
                    self.invalidated(&days, Some(at));
                }
                answer(reply, result);
            }
            #[cfg(test)]
            Job::Run(run) => run(),
            Job::Append { .. } | Job::Rewrite { .. } | Job::Close { .. } => {}
        }
    }

    /// Puts blocks that were made from several days, unless these have changed meanwhile.
    fn put_made(&self, mut made: Vec<(BlockVersion, Vec<BlockRow>)>) -> Result<(), StoreError> {
        let engine = &self.shared.engine;
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
    }

    /// Lets those who read know of records that changed.
    pub(super) fn tell_changed(&mut self, changed: Vec<ChangedRecords>, at: Instant) {
        for of in &changed {
            self.invalidated(&of.days, Some(at));
            if !of.days.is_empty() {
                // Bots are no members.
                let mut ledgers = self.shared.engine.ledgers_mut();
                ledgers.members_changed(of.workspace);
            }
            self.bots.set_records(of.workspace, &of.people);
        }
        if !changed.is_empty() {
            self.shared.names.set_records(&self.connection, changed);
        }
    }

    /// Stores the rollups of days, but of those of which what they counted has changed since.
    fn finish_fills(
        &mut self,
        fills: &[(FillJob, DayFill)],
        at: Instant,
    ) -> Result<Vec<bool>, StoreError> {
        let engine = Arc::clone(&self.shared.engine);
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
        let kept: Vec<(&FillJob, &DayFill, DayEntry)> = fills
            .iter()
            .zip(&entries)
            .filter_map(|((job, filled), entry)| Some((job, filled, (*entry)?)))
            .collect();
        let abandon_all = || fills.iter().for_each(|(job, _)| engine.abandon(job));
        let blocks: Vec<(u16, i64, &[BlockRow])> = kept
            .iter()
            .map(|(job, filled, entry)| (job.workspace, entry.version, filled.rows.as_slice()))
            .collect();
        engine
            .blocks()
            .store()
            .put(&blocks)
            .and_then(|()| {
                self.transaction(|writer| {
                    let table = LedgerTable(&writer.connection);
                    kept.iter()
                        .try_for_each(|(job, _, entry)| table.finish(job, entry))
                })
            })
            .inspect_err(|_| abandon_all())?;
        for ((job, _), entry) in fills.iter().zip(&entries) {
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
        }
        Ok(entries.iter().map(Option::is_some).collect())
    }

    /// Lets those who read know that events of these days were changed.
    pub(in crate::duckdb) fn invalidated(&self, days: &[(u16, Day)], at: Option<Instant>) {
        if !days.is_empty() {
            let engine = &self.shared.engine;
            engine.invalidated(|ledgers| ledgers.invalidate(days, at, false));
            self.remove_blocks(|blocks| blocks.remove(days));
        }
    }

    /// Removes blocks that the ledger names no longer: when that fails they only take room.
    fn remove_blocks(&self, remove: impl FnOnce(&dyn BlockStore) -> Result<(), StoreError>) {
        if let Err(error) = remove(self.shared.engine.blocks().store()) {
            let error = chain(&error);
            tracing::warn!(
                error,
                "store.blocks: outdated ones stay until the next start"
            );
        }
    }

    /// Removes events and dead letters before an instant; returns how many events went.
    fn remove_before(&mut self, instant: Instant) -> Result<u64, StoreError> {
        let first_kept = self.local_days.day(instant);
        let cut: Vec<(u16, Day)> = {
            let ledgers = self.shared.engine.ledgers();
            let has_day = |(_, ledger): &(u16, &Ledger)| ledger.days.contains_key(&first_kept);
            let cut = ledgers.ledgers().filter(has_day);
            cut.map(|(workspace, _)| (workspace, first_kept)).collect()
        };
        let (gone, letters) = self.transaction(|writer| {
            let (gone, letters) = writer.delete_before(instant)?;
            if gone > 0 {
                LedgerTable(&writer.connection).forget_before(first_kept)?;
                LedgerTable(&writer.connection).invalidate(&cut, None)?;
            }
            Ok((gone, letters))
        })?;
        if gone > 0 {
            self.shared.engine.invalidated(|ledgers| {
                ledgers.forget_before(first_kept, month_of(first_kept));
                ledgers.invalidate(&cut, None, true);
            });
            self.shared.sampled.forget_before(instant);
            self.remove_blocks(|blocks| {
                blocks.remove_before(first_kept)?;
                blocks.remove(&cut)
            });
        }
        self.shared.changes.count(&Changed {
            letters: letters > 0,
            everything: gone > 0,
            ..Changed::default()
        });
        Ok(gone)
    }

    /// Removes events and dead letters, and returns how many of each.
    fn delete_before(&mut self, instant: Instant) -> Result<(u64, u64), StoreError> {
        let before = instant.as_millis();
        let letters = self
            .connection
            .execute(
                "--sql\nDELETE FROM dead_letter WHERE received_ms < ?",
                [before],
            )
            .map_err(classify)?;
        let gone = self
            .connection
            .execute("--sql\nDELETE FROM event WHERE timestamp_ms < ?", [before])
            .map_err(classify)?;
        if gone > 0 {
            sampled::remove_before(&self.connection, instant)?;
            self.mark.note(load::next_seq(&self.connection)?);
        }
        Ok((gone as u64, letters as u64))
    }
}
