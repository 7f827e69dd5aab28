//! Appending what waits as one transaction.

use std::collections::{HashMap, HashSet};

use domain::{
    event::{Event, EventType, Kind},
    id::{EventId, WorkspaceId},
    ledger::Arrival,
    rollup::Day,
    time::Instant,
};
use rustc_hash::FxHashSet;

use super::{
    super::{
        columns::Refs,
        dictionary::Table,
        failure::classify,
        known,
        records::{self, Changed},
        rollup::Marks,
        sampled::{Quarters, quarter_of},
        small_rows,
    },
    Writer,
    job::{Reply, again, answer},
};
use crate::{Appended, Batch, StoreError, chain};

/// Events that wait, and who is to be answered.
pub(super) struct Append {
    pub(super) batch: Batch,
    pub(super) reply: Reply<Appended>,
}

/// What a group of batches adds.
struct Added {
    appended: Vec<Appended>,
    remembered: Vec<(u16, EventId, Instant)>,
    arrivals: HashMap<(u16, Day), Arrival>,
    /// Workspaces in which people joined or left channels.
    memberships: HashSet<u16>,
    /// When sampled events happened that are the first of their quarter of an hour.
    sampled: Quarters,
    /// Records of people whom events made bots.
    bots: Vec<Changed>,
    now: Instant,
}

impl Writer {
    pub(super) fn append_group(&mut self, group: Vec<Append>) {
        let result = {
            let batches: Vec<&Batch> = group.iter().map(|append| &append.batch).collect();
            self.transaction(|writer| writer.append(&batches))
        };
        match result {
            Ok(added) => {
                for (workspace, id, timestamp) in added.remembered {
                    self.seen.insert(workspace, id, timestamp);
                }
                self.mark.note(self.next_seq);
                {
                    let mut books = self.shared.rollups.books_mut();
                    books.arrived(&added.arrivals, added.now, self.next_seq);
                    for workspace in added.memberships {
                        books.members_changed(workspace);
                    }
                }
                self.shared.sampled.add(added.sampled);
                for changed in added.bots {
                    self.tell_changed(changed, added.now);
                }
                self.shared.changed();
                for (append, appended) in group.into_iter().zip(added.appended) {
                    answer(append.reply, Ok(appended));
                }
            }
            Err(StoreError::Engine(_) | StoreError::Memory) if group.len() > 1 => {
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

    fn append(&mut self, batches: &[&Batch]) -> Result<Added, StoreError> {
        let stored_before = self.stored_before(batches)?;
        let mut in_group: FxHashSet<(u16, EventId)> = FxHashSet::default();
        let mut added = Added {
            appended: Vec::with_capacity(batches.len()),
            remembered: Vec::new(),
            arrivals: HashMap::new(),
            memberships: HashSet::new(),
            sampled: Quarters::new(),
            bots: Vec::new(),
            now: Instant::from_millis(0),
        };
        let mut rows = 0usize;
        for batch in batches {
            let mut appended = Appended::default();
            for event in &batch.events {
                let mut refs = self.refs(event)?;
                if event.keyed {
                    let known = self.seen.contains(refs.workspace, event.id)
                        || stored_before.contains(&(refs.workspace, event.id))
                        || !in_group.insert((refs.workspace, event.id));
                    if known {
                        appended.duplicates += 1;
                        continue;
                    }
                    added
                        .remembered
                        .push((refs.workspace, event.id, event.timestamp));
                }
                refs.is_bot = self.bots.decide(refs.workspace, refs.person, event.is_bot);
                self.columns
                    .push(self.next_seq, event, refs)
                    .map_err(engine)?;
                self.next_seq += 1;
                appended.stored += 1;
                rows += 1;
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
            added.appended.push(appended);
        }
        let columns = self.columns.finish().map_err(engine)?;
        if rows > 0 {
            let mut appender = self.connection.appender("event").map_err(classify)?;
            appender.append_record_batch(columns).map_err(classify)?;
            appender.flush().map_err(classify)?;
        }
        small_rows::write_dead_letters(&self.connection, batches)?;
        let books = self.shared.rollups.books();
        Marks(&self.connection).arrived(&books, &added.arrivals, added.now)?;
        drop(books);
        added.bots = records::keep_fresh_bots(self, added.now)?;
        added.sampled = self.shared.sampled.put(&self.connection, added.sampled)?;
        Ok(added)
    }

    /// Returns which events of the batches memory has forgotten but the store has.
    fn stored_before(&mut self, batches: &[&Batch]) -> Result<HashSet<(u16, EventId)>, StoreError> {
        let mut suspects = Vec::new();
        for event in batches.iter().flat_map(|batch| &batch.events) {
            if event.keyed && self.seen.may_be_forgotten(event.timestamp) {
                let workspace = self.workspace(&event.workspace)?;
                if !self.seen.contains(workspace, event.id) {
                    suspects.push((event.timestamp, workspace, event.id));
                }
            }
        }
        known::stored(&self.connection, suspects)
    }

    pub(in crate::duckdb) fn workspace(&mut self, id: &WorkspaceId) -> Result<u16, StoreError> {
        self.dictionary
            .workspace(id.as_str())
            .ok_or_else(|| StoreError::Stopped("65,536 workspaces are taken".to_owned()))
    }

    fn refs(&mut self, event: &Event) -> Result<Refs, StoreError> {
        let workspace = self.workspace(&event.workspace)?;
        let kind = match &event.event_type {
            EventType::Known(kind) => kind.code(),
            EventType::Custom(name) => self
                .dictionary
                .kind(name)
                .unwrap_or(Kind::OtherCustom.code()),
        };
        let mut number = |table, id: Option<&str>| {
            id.and_then(|id| self.dictionary.number(table, workspace, id))
        };
        let person = number(
            Table::Person,
            event.user.as_ref().map(domain::id::UserId::as_str),
        );
        let channel = number(
            Table::Channel,
            event.channel.as_ref().map(domain::id::ChannelId::as_str),
        );
        Ok(Refs {
            workspace,
            kind,
            person,
            channel,
            is_bot: event.is_bot,
        })
    }
}

fn engine(error: ::duckdb::arrow::error::ArrowError) -> StoreError {
    StoreError::Engine(Box::new(error))
}
