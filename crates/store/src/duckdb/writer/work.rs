//! Everything the writer does besides appending: records, rollups, removal.

use std::sync::Arc;

use domain::{
    rollup::{BlockGrain, Day, month_of},
    time::Instant,
};

use super::{
    super::{
        failure::classify,
        load,
        records::{self, Changed},
        rollup::{Blocks, Filled, Making, Marks, Ticket},
        sampled::Sampled,
    },
    Writer,
    job::{Job, answer},
};
use crate::{StoreError, chain};

impl Writer {
    /// Does what is neither an append nor the end.
    pub(super) fn work(&mut self, job: Job) {
        match job {
            Job::Records {
                workspace,
                people,
                channels,
                at,
                reply,
            } => {
                let result = self
                    .transaction(|writer| records::put(writer, &workspace, &people, &channels, at));
                let counted = result.map(|changed| {
                    let count = changed.people.len() + changed.channels.len();
                    self.tell_changed(changed, at);
                    self.shared.changed();
                    count as u64
                });
                answer(reply, counted);
            }
            Job::DeleteBefore { instant, reply } => {
                let result = self.remove_before(instant);
                answer(reply, result);
            }
            Job::BeginFill {
                workspace,
                day,
                reply,
            } => {
                let begun =
                    self.transaction(|writer| Marks(&writer.connection).begin(workspace, day));
                let ticket = begun.map(|()| {
                    let mut books = self.shared.rollups.books_mut();
                    books.begin(workspace, day)
                });
                answer(reply, ticket);
            }
            Job::FinishFill {
                ticket,
                filled,
                at,
                reply,
            } => {
                let result = self.finish_fill(&ticket, &filled, at);
                answer(reply, result);
            }
            Job::PutMonth {
                workspace,
                month,
                made_from,
                rows,
                reply,
            } => {
                let blocks = &self.shared.rollups.blocks;
                let put = blocks.put(workspace, made_from, &rows);
                if put.is_ok() {
                    let mut books = self.shared.rollups.books_mut();
                    if let Some(version) = books.made_month(workspace, month, made_from) {
                        blocks.replaced(Making {
                            workspace,
                            grain: BlockGrain::Month,
                            period: month,
                            version,
                        });
                    }
                }
                answer(reply, put);
            }
            Job::Invalidate { days, at, reply } => {
                let result = self
                    .transaction(|writer| Marks(&writer.connection).invalidate(&days, Some(at)));
                if result.is_ok() {
                    self.invalidated(&days, Some(at));
                }
                answer(reply, result);
            }
            #[cfg(test)]
            Job::Run(run) => run(),
            Job::Append { .. } | Job::Close { .. } => {}
        }
    }

    /// Lets those who read know of records that changed.
    pub(super) fn tell_changed(&mut self, changed: Changed, at: Instant) {
        self.invalidated(&changed.days, Some(at));
        if !changed.days.is_empty() {
            // Bots are no members.
            let mut books = self.shared.rollups.books_mut();
            books.members_changed(changed.workspace);
        }
        self.bots.set_records(changed.workspace, &changed.people);
        self.shared.names.set_records(
            &self.connection,
            changed.workspace,
            changed.people,
            changed.channels,
        );
    }

    /// Stores the rollups of a day, unless what they counted has changed since.
    fn finish_fill(
        &mut self,
        ticket: &Ticket,
        filled: &Filled,
        at: Instant,
    ) -> Result<bool, StoreError> {
        let rollups = Arc::clone(&self.shared.rollups);
        let entry = rollups.books().finished(ticket, filled, at);
        let Some(entry) = entry else {
            rollups.abandon(ticket);
            return Ok(false);
        };
        rollups
            .blocks
            .put(ticket.workspace, entry.version, &filled.rows)
            .and_then(|()| {
                self.transaction(|writer| Marks(&writer.connection).finish(ticket, &entry))
            })
            .inspect_err(|_| rollups.abandon(ticket))?;
        // TRICKY: whoever asks takes these two in the same order.
        let mut tail = rollups.tail();
        if let Some(version) = rollups.books_mut().finish(ticket, entry) {
            rollups.blocks.replaced(Making {
                workspace: ticket.workspace,
                grain: BlockGrain::Day,
                period: ticket.day,
                version,
            });
        }
        tail.filled(ticket.workspace, ticket.day, filled.before, entry.version);
        Ok(true)
    }

    /// Lets those who read know that events of these days were changed.
    fn invalidated(&self, days: &[(u16, Day)], at: Option<Instant>) {
        if !days.is_empty() {
            let mut tail = self.shared.rollups.tail();
            self.shared.rollups.books_mut().invalidate(days, at, false);
            tail.clear();
            drop(tail);
            self.remove_blocks(|blocks| blocks.remove(days));
        }
    }

    /// Removes blocks that the ledger names no longer: when that fails they only take room.
    fn remove_blocks(&self, remove: impl FnOnce(&Blocks) -> Result<(), StoreError>) {
        if let Err(error) = remove(&self.shared.rollups.blocks) {
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
            let books = self.shared.rollups.books();
            let has_day = |(_, ledger): &(u16, &domain::ledger::Ledger)| {
                ledger.days.contains_key(&first_kept)
            };
            let cut = books.ledgers().filter(has_day);
            cut.map(|(workspace, _)| (workspace, first_kept)).collect()
        };
        let gone = self.transaction(|writer| {
            let gone = writer.delete_before(instant)?;
            if gone > 0 {
                Marks(&writer.connection).forget_before(first_kept)?;
                Marks(&writer.connection).invalidate(&cut, None)?;
            }
            Ok(gone)
        })?;
        if gone > 0 {
            let mut tail = self.shared.rollups.tail();
            let mut books = self.shared.rollups.books_mut();
            books.forget_before(first_kept, month_of(first_kept));
            books.invalidate(&cut, None, true);
            self.shared.sampled.forget_before(instant);
            tail.clear();
            drop((tail, books));
            self.remove_blocks(|blocks| {
                blocks.remove_before(first_kept)?;
                blocks.remove(&cut)
            });
        }
        self.shared.changed();
        Ok(gone)
    }

    fn delete_before(&mut self, instant: Instant) -> Result<u64, StoreError> {
        let before = instant.as_millis();
        self.connection
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
            Sampled::remove_before(&self.connection, instant)?;
            self.mark.note(load::next_seq(&self.connection)?);
        }
        Ok(gone as u64)
    }
}
