//! Changes of what is stored, one after the other.
//!
//! What makes days dirty is on the server before what changes them, so that a process that is killed between leaves
//! days that are filled again, and never one that is taken for complete and is not.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use domain::{
    event::{Event, Kind},
    id::EventId,
    time::{Day, Instant, LocalDays},
};
use engine::{
    changes::Changed,
    ledger::{Arrival, DayEntry, DayState},
    storage::BlockStore,
};
use uuid::Uuid;

use super::{
    draft::{Change, Draft},
    ledger::LedgerRow,
    off_async,
    open::{ClickHouseStore, Shared},
    rows::{ChannelOf, EventRow, KindRow, LetterRow, PersonOf, WorkspaceRow},
};
use crate::{
    Appended, Batch, StoreError, chain,
    sampled::{Quarters, quarter_of},
    sql::{Sql, all},
};

/// Identifiers that a statement lists.
const LISTED: usize = 5_000;

/// Who changes what is stored.
pub(super) struct Writer {
    /// The place of the next event in the order of arrival.
    pub(super) next_seq: i64,
    /// The version of the next change of a record or a day.
    pub(super) next_version: u64,
    pub(super) days: LocalDays,
}

/// What a group of batches adds.
#[derive(Default)]
struct Added {
    appended: Vec<Appended>,
    events: Vec<EventRow>,
    arrivals: HashMap<(u16, Day), Arrival>,
    /// Workspaces in which people joined or left channels.
    memberships: HashSet<u16>,
    sampled: Quarters,
    now: Instant,
}

impl ClickHouseStore {
    /// Changes what is stored, away from the async threads and to the end, whether somebody waits for it or not.
    pub(super) async fn writing<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Writer, &Shared) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.shared.server.check_open()?;
        let mut writer = Arc::clone(&self.writer).lock_owned().await;
        let shared = Arc::clone(&self.shared);
        off_async(move || {
            shared.server.check_open()?;
            work(&mut writer, &shared)
        })
        .await
    }
}

impl Writer {
    pub(super) const fn next_version(&mut self) -> u64 {
        let version = self.next_version;
        self.next_version += 1;
        version
    }

    /// Stores batches as one.
    pub(super) fn append(
        &mut self,
        shared: &Shared,
        batches: &[Batch],
    ) -> Result<Vec<Appended>, StoreError> {
        let stored = stored(shared, batches)?;
        let (mut added, change) = self.admit(shared, batches, stored)?;
        let letters = batches.iter().flat_map(|batch| &batch.dead_letters);
        let letters: Vec<LetterRow> = letters.map(LetterRow::from).collect();
        let server = &shared.server;
        server.wait(server.insert("dead_letter", &letters))?;
        let days = self.commit(shared, &change, added.now)?;
        self.mark_arrivals(shared, &added)?;
        let inserted = server.wait(server.insert("events", &added.events));
        let arrived: Vec<(u16, Day)> = added.arrivals.keys().copied().collect();
        if let Err(error) = inserted {
            // They may be there all the same: nothing that was counted without them holds.
            invalidated(shared, &arrived, added.now);
            tracing::error!(error = chain(&error), "store.append failed");
            return Err(error);
        }
        let mut changed = Changed {
            days: arrived.into_iter().chain(days.iter().copied()).collect(),
            names: change.names(),
            letters: !letters.is_empty(),
            everything: false,
        };
        changed.names.extend(&added.memberships);
        // Whoever sees that they arrived must know that they are sampled.
        shared.sampled.add(std::mem::take(&mut added.sampled));
        {
            let mut ledgers = shared.engine.ledgers_mut();
            ledgers.arrived(&added.arrivals, added.now, self.next_seq);
            for workspace in &added.memberships {
                ledgers.members_changed(*workspace);
            }
        }
        take_in(shared, change, &days, added.now);
        shared.changes.count(&changed);
        Ok(added.appended)
    }

    /// Works out what batches add, given the identities that are stored.
    fn admit(
        &mut self,
        shared: &Shared,
        batches: &[Batch],
        mut stored: HashSet<(u16, EventId)>,
    ) -> Result<(Added, Change), StoreError> {
        let inner = shared.directory.read();
        let mut draft = Draft::new(&inner);
        let mut added = Added::default();
        for batch in batches {
            let mut appended = Appended::default();
            for event in &batch.events {
                let known = inner.workspaces.get(&event.workspace).copied();
                let known = known.or_else(|| draft.new_workspace(&event.workspace));
                let is_stored = |id: EventId| known.is_some_and(|of| stored.contains(&(of, id)));
                if event.keyed && (is_stored(event.id) || event.also.is_some_and(is_stored)) {
                    appended.duplicates += 1;
                    continue;
                }
                let workspace = draft.workspace(&event.workspace);
                if event.keyed {
                    stored.insert((workspace, event.id));
                }
                draft.event(workspace, event);
                let kind = draft.kind(&event.event_type)?;
                self.add(&mut added, event, workspace, kind);
                appended.stored += 1;
            }
            added.appended.push(appended);
        }
        shared.sampled.retain_new(&mut added.sampled);
        Ok((added, draft.finish()))
    }

    fn add(&mut self, added: &mut Added, event: &Event, workspace: u16, kind: u16) {
        let row = EventRow::new(event, workspace, kind, self.next_seq);
        self.next_seq += 1;
        added.events.push(row);
        let day = self.days.day(event.timestamp);
        added
            .arrivals
            .entry((workspace, day))
            .and_modify(|arrival| arrival.add(event.timestamp))
            .or_insert(Arrival::one(event.timestamp));
        if event.weight.to_bits() != 1.0f64.to_bits() {
            let quarter = quarter_of(event.timestamp);
            added.sampled.insert((workspace, quarter));
        }
        added.now = added.now.max(event.received_at);
        if [Kind::ChannelJoined.code(), Kind::ChannelLeft.code()].contains(&kind) {
            added.memberships.insert(workspace);
        }
    }

    /// Marks days for which something arrives, where that is not known of them.
    fn mark_arrivals(&mut self, shared: &Shared, added: &Added) -> Result<(), StoreError> {
        let revision = self.next_version();
        let rows: Vec<LedgerRow> = {
            let ledgers = shared.engine.ledgers();
            let rows = added.arrivals.keys().filter_map(|(workspace, day)| {
                let entry = match ledgers.entry(*workspace, *day) {
                    None => DayEntry::unfilled(Some(added.now), None),
                    Some(entry) if entry.is_clean() => DayEntry {
                        state: DayState::Dirty,
                        dirty_since: Some(added.now),
                        ..*entry
                    },
                    Some(_) => return None,
                };
                Some(LedgerRow::new(*workspace, *day, &entry, revision))
            });
            rows.collect()
        };
        let server = &shared.server;
        server.wait(server.insert("ledger_day", &rows))
    }

    /// Writes a change; returns the days whose events count otherwise by it, which are dirty now.
    pub(super) fn commit(
        &mut self,
        shared: &Shared,
        change: &Change,
        now: Instant,
    ) -> Result<Vec<(u16, Day)>, StoreError> {
        let server = &shared.server;
        let days = self.days_of(shared, &change.moved)?;
        self.invalidate(shared, &days, now)?;
        let workspaces = change.workspaces.iter();
        let workspaces: Vec<WorkspaceRow> = workspaces
            .map(|(id, number)| WorkspaceRow {
                number: *number,
                id: id.to_string(),
            })
            .collect();
        let kinds = change.kinds.iter();
        let kinds: Vec<KindRow> = kinds
            .map(|(code, name)| KindRow {
                code: *code,
                name: name.to_string(),
            })
            .collect();
        let version = self.next_version();
        let people = change.people.iter();
        let people =
            people.map(|(of, person, counted)| PersonOf::new(*of, person, counted, version));
        let removed = change.removed.iter();
        let removed = removed.map(|(of, id)| PersonOf::removed(*of, id, version));
        let people: Vec<PersonOf> = people.chain(removed).collect();
        let channels = change.channels.iter();
        let channels: Vec<ChannelOf> = channels
            .map(|(of, record)| ChannelOf::new(*of, record, version))
            .collect();
        server.wait(async {
            server.insert("workspace", &workspaces).await?;
            server.insert("event_kind", &kinds).await?;
            server.insert("channels", &channels).await?;
            server.insert("people", &people).await
        })?;
        Ok(days)
    }

    /// Returns the days on which identifiers have events.
    fn days_of(
        &mut self,
        shared: &Shared,
        ids: &[(u16, domain::id::UserId)],
    ) -> Result<Vec<(u16, Day)>, StoreError> {
        let mut of: HashMap<u16, Vec<Sql>> = HashMap::new();
        for (workspace, id) in ids {
            of.entry(*workspace)
                .or_default()
                .push(Sql::text(id.as_str()));
        }
        let mut days = HashSet::new();
        for (workspace, ids) in of {
            for ids in ids.chunks(LISTED) {
                let condition = all([
                    Sql::raw(format!("workspace_ref = {workspace}")),
                    Sql::raw("user_id IN (")
                        .with(Sql::join(ids.iter().cloned(), ", "))
                        .then(")"),
                ]);
                days.extend(self.days_with(shared, condition)?);
            }
        }
        Ok(days.into_iter().collect())
    }

    /// Returns the days that have events of a condition.
    pub(super) fn days_with(
        &mut self,
        shared: &Shared,
        condition: Sql,
    ) -> Result<HashSet<(u16, Day)>, StoreError> {
        let ends = shared.server.wait(shared.quarters(condition))?;
        let ends = ends.into_iter();
        Ok(ends.map(|(of, at)| (of, self.days.day(at))).collect())
    }

    /// Takes the rollups of days away on the server.
    pub(super) fn invalidate(
        &mut self,
        shared: &Shared,
        days: &[(u16, Day)],
        now: Instant,
    ) -> Result<(), StoreError> {
        let revision = self.next_version();
        let entry = DayEntry::unfilled(Some(now), None);
        let rows: Vec<LedgerRow> = days
            .iter()
            .map(|(workspace, day)| LedgerRow::new(*workspace, *day, &entry, revision))
            .collect();
        let server = &shared.server;
        server.wait(server.insert("ledger_day", &rows))
    }
}

/// Lets those who read know of a change that is written, and of the days that it took the rollups of.
pub(super) fn take_in(shared: &Shared, change: Change, days: &[(u16, Day)], now: Instant) {
    change.apply(&mut shared.directory.write());
    invalidated(shared, days, now);
    if !days.is_empty() {
        // Bots are no members.
        let workspaces: HashSet<u16> = days.iter().map(|(of, _)| *of).collect();
        let mut ledgers = shared.engine.ledgers_mut();
        for workspace in workspaces {
            ledgers.members_changed(workspace);
        }
    }
}

/// Lets those who read know that the events of days were changed.
pub(super) fn invalidated(shared: &Shared, days: &[(u16, Day)], now: Instant) {
    if !days.is_empty() {
        let engine = &shared.engine;
        engine.invalidated(|ledgers| ledgers.invalidate(days, Some(now), false));
        remove_blocks(shared, |blocks| blocks.remove(days));
    }
}

/// Removes blocks that the ledger names no longer: when that fails they only take room.
pub(super) fn remove_blocks(
    shared: &Shared,
    remove: impl FnOnce(&dyn BlockStore) -> Result<(), StoreError>,
) {
    if let Err(error) = remove(shared.engine.blocks().store()) {
        let error = chain(&error);
        tracing::warn!(
            error,
            "store.blocks: outdated ones stay until the next start"
        );
    }
}

/// Returns which identities of batches are stored.
fn stored(shared: &Shared, batches: &[Batch]) -> Result<HashSet<(u16, EventId)>, StoreError> {
    let mut asked: HashMap<u16, Vec<Uuid>> = HashMap::new();
    {
        let inner = shared.directory.read();
        let events = batches.iter().flat_map(|batch| &batch.events);
        for event in events.filter(|event| event.keyed) {
            if let Some(workspace) = inner.workspaces.get(&event.workspace) {
                let ids = asked.entry(*workspace).or_default();
                ids.push(event.id.0);
                ids.extend(event.also.map(|id| id.0));
            }
        }
    }
    let mut found = HashSet::new();
    for (workspace, ids) in asked {
        for ids in ids.chunks(LISTED) {
            let ids: Vec<String> = ids.iter().map(|id| format!("'{id}'")).collect();
            let select = Sql::raw(format!(
                "SELECT event_id FROM identity WHERE workspace_ref = {workspace} AND event_id IN ({})",
                ids.join(", ")
            ));
            let server = &shared.server;
            let rows = server.wait(server.rows::<IdRow>(&select))?;
            found.extend(
                rows.into_iter()
                    .map(|row| (workspace, EventId(row.event_id))),
            );
        }
    }
    Ok(found)
}

/// An identity that is stored.
#[derive(clickhouse::Row, serde::Deserialize)]
struct IdRow {
    #[serde(with = "clickhouse::serde::uuid")]
    event_id: Uuid,
}
