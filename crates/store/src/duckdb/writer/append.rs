//! Appending what waits as one transaction.

use std::collections::{HashMap, HashSet};

use domain::{
    event::{Event, Kind},
    id::EventId,
    time::{Day, Instant},
};
use engine::{changes::Changed, ledger::Arrival};
use rustc_hash::FxHashSet;

use super::{
    super::{
        columns::Refs,
        failure::classify,
        known,
        ledger_table::LedgerTable,
        names::WorkspaceNames,
        records::{self, ChangedRecords},
        sampled::{self, Quarters, quarter_of},
        small_rows,
        untimed::Arrived,
    },
    Writer,
    job::{Reply, again, answer},
};
use crate::{Appended, Batch, QuotaError, StoreError, chain};

/// Events that wait, and who is to be answered.
pub(super) struct Append {
    pub(super) batch: Batch,
    pub(super) reply: Reply<Appended>,
}

/// What a group of batches adds.
#[derive(Default)]
struct Added {
    /// What became of each batch.
    appended: Vec<Result<Appended, QuotaError>>,
    /// Events that memory has forgotten but the store has.
    stored_before: HashSet<(u16, EventId)>,
    in_group: FxHashSet<(u16, EventId)>,
    remembered: Vec<(u16, EventId, Instant)>,
    /// Events that came without a time, and with an identity.
    untimed: Vec<Arrived>,
    arrivals: HashMap<(u16, Day), Arrival>,
    /// Workspaces in which people joined or left channels.
    memberships: HashSet<u16>,
    /// Workspaces in which people or channels were named that were not known before.
    named: HashSet<u16>,
    /// When sampled events happened that are the first of their quarter of an hour.
    sampled: Quarters,
    /// Records of people whom events made bots.
    bots: Vec<ChangedRecords>,
    /// Dead letters among what is added.
    letters: u32,
    now: Instant,
}

impl Added {
    /// Returns what it changed.
    fn changed(&self) -> Changed {
        let mut changed = Changed {
            days: self.arrivals.keys().copied().collect(),
            names: self.memberships.union(&self.named).copied().collect(),
            letters: self.letters > 0,
            everything: false,
        };
        for records in &self.bots {
            records.note(&mut changed);
        }
        changed
    }

    /// Remembers an event that has an identity and gets a place.
    fn remember(&mut self, event: &Event, workspace: u16, seq: i64) {
        self.remembered.push((workspace, event.id, event.timestamp));
        if !event.timed {
            self.untimed.push(Arrived {
                workspace,
                id: event.id,
                seq,
                at: event.received_at,
            });
        }
    }
}

impl Writer {
    pub(super) fn append_group(&mut self, group: Vec<Append>) {
        let result = {
            let batches: Vec<&Batch> = group.iter().map(|append| &append.batch).collect();
            self.transaction(|writer| writer.append(&batches))
        };
        match result {
            Ok(added) => {
                let changed = added.changed();
                for (workspace, id, timestamp) in added.remembered {
                    self.seen.insert(workspace, id, timestamp);
                }
                self.mark.note(self.next_seq);
                // Whoever sees that they arrived must know that they are sampled.
                self.shared.sampled.add(added.sampled);
                {
                    let mut ledgers = self.shared.engine.ledgers_mut();
                    ledgers.arrived(&added.arrivals, added.now, self.next_seq);
                    for workspace in added.memberships {
                        ledgers.members_changed(workspace);
                    }
                }
                self.tell_changed(added.bots, added.now);
                self.shared.changes.count(&changed);
                self.letters += added.letters;
                for (append, appended) in group.into_iter().zip(added.appended) {
                    answer(append.reply, appended.map_err(StoreError::Quota));
                }
                self.prune_dead_letters();
            }
            // Where the engine gave up, trying again helps nobody.
            Err(_) if group.len() > 1 && self.given_up.is_none() => {
                for append in group {
                    self.append_group(vec![append]);
                }
            }
            Err(error) => {
                tracing::error!(error = chain(&error), "store.append failed");
                for append in group {
                    answer(append.reply, Err(again(&error)));
                }
            }
        }
    }

    /// Gives numbers to what a batch that comes later names, where its sender may add it.
    pub(super) fn admit_ahead(&mut self, batch: Batch) -> Result<Batch, StoreError> {
        let named = self.transaction(|writer| {
            writer.untimed.settle(writer.next_seq)?;
            let place = writer.dictionary.place();
            let mut added = Added {
                stored_before: writer.stored_before(&[&batch])?,
                ..Added::default()
            };
            writer.admit_new(&batch, &mut added)?;
            Ok(writer.dictionary.ids_since(place))
        })?;
        self.shared.changes.count(&Changed {
            names: named.into_keys().collect(),
            ..Changed::default()
        });
        Ok(batch)
    }

    fn append(&mut self, batches: &[&Batch]) -> Result<Added, StoreError> {
        self.untimed.settle(self.next_seq)?;
        let place = self.dictionary.place();
        let mut added = Added {
            stored_before: self.stored_before(batches)?,
            ..Added::default()
        };
        let first = self.next_seq;
        let mut taken = Vec::with_capacity(batches.len());
        for batch in batches {
            let appended = match self.admit_new(batch, &mut added) {
                Ok(refs) => {
                    taken.push(*batch);
                    Ok(self.add(batch, refs, &mut added)?)
                }
                Err(StoreError::Quota(quota)) => Err(quota),
                Err(error) => return Err(error),
            };
            added.appended.push(appended);
        }
        added.named = self.dictionary.ids_since(place).into_keys().collect();
        let columns = self.columns.finish().map_err(engine)?;
        if self.next_seq > first {
            let mut appender = self.connection.appender("event").map_err(classify)?;
            appender.append_record_batch(columns).map_err(classify)?;
            appender.flush().map_err(classify)?;
        }
        added.letters = small_rows::write_dead_letters(&self.connection, &taken)?;
        self.untimed.put(&added.untimed)?;
        let ledgers = self.shared.engine.ledgers();
        LedgerTable(&self.connection).arrived(&ledgers, &added.arrivals, added.now)?;
        drop(ledgers);
        added.bots = records::keep_fresh_bots(self, added.now)?;
        added.sampled = sampled::put(&self.shared.sampled, &self.connection, added.sampled)?;
        Ok(added)
    }

    /// Returns the numbers of a batch's events, and `None` for those that are stored or stand in the
    /// group before.
    fn admit_new(
        &mut self,
        batch: &Batch,
        added: &mut Added,
    ) -> Result<Vec<Option<Refs>>, StoreError> {
        let mut in_batch: FxHashSet<(u16, EventId)> = FxHashSet::default();
        let refs = self.admit(batch, |writer, event, workspace| {
            let is_stored = event.keyed && {
                let is_known = |id: EventId| in_batch.contains(&(workspace, id));
                is_known(event.id)
                    || event.also.is_some_and(is_known)
                    || writer.is_stored(event, workspace, added)?
            };
            if event.keyed && !is_stored {
                in_batch.insert((workspace, event.id));
            }
            Ok(is_stored)
        })?;
        added.in_group.extend(in_batch);
        Ok(refs)
    }

    /// Adds the events of a batch that have numbers; the others are duplicates.
    fn add(
        &mut self,
        batch: &Batch,
        refs: Vec<Option<Refs>>,
        added: &mut Added,
    ) -> Result<Appended, StoreError> {
        let mut appended = Appended::default();
        for (event, refs) in batch.events.iter().zip(refs) {
            let Some(mut refs) = refs else {
                appended.duplicates += 1;
                continue;
            };
            if event.keyed {
                added.remember(event, refs.workspace, self.next_seq);
            }
            self.count_as(&mut refs, event.is_bot);
            self.columns
                .push(self.next_seq, event, refs)
                .map_err(engine)?;
            self.next_seq += 1;
            appended.stored += 1;
            let day = self.local_days.day(event.timestamp);
            added
                .arrivals
                .entry((refs.workspace, day))
                .and_modify(|arrival| arrival.add(event.timestamp))
                .or_insert(Arrival::one(event.timestamp));
            if event.weight.to_bits() != 1.0f64.to_bits() {
                added
                    .sampled
                    .insert((refs.workspace, quarter_of(event.timestamp)));
            }
            added.now = added.now.max(event.received_at);
            if [Kind::ChannelJoined.code(), Kind::ChannelLeft.code()].contains(&refs.kind) {
                added.memberships.insert(refs.workspace);
            }
        }
        Ok(appended)
    }

    /// Says of an event for whom it counts, and whether a bot did it.
    fn count_as(&mut self, refs: &mut Refs, says_bot: bool) {
        refs.is_bot = self.bots.decide(refs.workspace, refs.person, says_bot);
        let names = self.shared.names.read();
        let merged = names.of(refs.workspace).map(WorkspaceNames::merged);
        let (Some(merged), Some(number)) = (merged, refs.person) else {
            return;
        };
        if merged.forest.holds(number) {
            let root = merged.forest.root(number);
            let own = |number: u32| self.bots.own(refs.workspace, number);
            refs.is_bot = merged.forest.is_bot(root, own);
            refs.original = refs.person.filter(|number| *number != root);
            refs.person = Some(root);
        }
    }

    /// Returns whether an event that has an identity is stored, or about to be with a batch before.
    fn is_stored(
        &mut self,
        event: &Event,
        workspace: u16,
        added: &Added,
    ) -> Result<bool, StoreError> {
        let is_known = |id: EventId| {
            let key = (workspace, id);
            self.seen.contains(workspace, id)
                || added.stored_before.contains(&key)
                || added.in_group.contains(&key)
        };
        if is_known(event.id) || event.also.is_some_and(is_known) {
            return Ok(true);
        }
        if event.timed {
            return Ok(false);
        }
        self.untimed.knows(workspace, event.id, event.received_at)
    }

    /// Returns which events of the batches memory has forgotten but the store has.
    fn stored_before(&mut self, batches: &[&Batch]) -> Result<HashSet<(u16, EventId)>, StoreError> {
        let mut suspects = Vec::new();
        for event in batches.iter().flat_map(|batch| &batch.events) {
            if event.keyed && self.seen.may_be_forgotten(event.timestamp) {
                let Some(workspace) = self.dictionary.known_workspace(event.workspace.as_str())
                else {
                    continue;
                };
                for id in [Some(event.id), event.also].into_iter().flatten() {
                    if !self.seen.contains(workspace, id) {
                        suspects.push((event.timestamp, workspace, id));
                    }
                }
            }
        }
        known::stored(&self.connection, suspects)
    }
}

fn engine(error: ::duckdb::arrow::error::ArrowError) -> StoreError {
    StoreError::Engine(Box::new(error))
}
