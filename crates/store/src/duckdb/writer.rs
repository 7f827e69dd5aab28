//! The one thread that writes: it takes what waits, commits it together, then answers everybody.
//!
//! 1. Jobs wait in a queue that is bounded in events; a full queue refuses at once.
//! 2. All appends that wait are one transaction, up to [`GROUP_EVENTS`]: the more wait, the fewer
//!    times the disk is asked to be sure.
//! 3. Nobody is answered before the commit returned.
//! 4. The log is moved into the file between groups, never within a commit.
//! 5. When a group fails for what is in it, each of its jobs is tried alone, so that one bad batch
//!    fails alone.

use std::{
    collections::{HashMap, HashSet},
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant as Stopwatch},
};

use ::duckdb::Connection;
use domain::{
    event::{Event, EventType, Kind},
    id::{EventId, WorkspaceId},
    ledger::Arrival,
    record::{ChannelRecord, PersonRecord},
    rollup::{Day, DayClock, month_of},
    time::Instant,
};
use rustc_hash::FxHashSet;
use tokio::sync::{OwnedSemaphorePermit, mpsc, oneshot};

use super::{
    columns::{EventColumns, Refs},
    dictionary::{Dictionary, Table},
    failure::classify,
    known, load,
    mark::Mark,
    names::Names,
    open::{OpenOptions, log_of},
    records,
    rollup::{BlockRow, Blocks, Filled, LocalDays, Marks, Rollups, Ticket},
    seen::SeenEvents,
    small_rows,
};
use crate::{Appended, Batch, StoreError};

/// Most events of one transaction.
const GROUP_EVENTS: usize = 60_000;
/// Length of the log at which it is moved into the file.
const CHECKPOINT_BYTES: u64 = 16 * 1024 * 1024;
/// Time after a failed checkpoint until the next one.
const CHECKPOINT_REST: Duration = Duration::from_mins(1);

type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

/// Something to be written.
pub(super) enum Job {
    /// Events and dead letters.
    Append {
        batch: Batch,
        permit: OwnedSemaphorePermit,
        reply: Reply<Appended>,
    },
    /// What is known of people and channels.
    Records {
        workspace: WorkspaceId,
        people: Vec<PersonRecord>,
        channels: Vec<ChannelRecord>,
        at: Instant,
        reply: Reply<u64>,
    },
    /// Removal of what is older than its retention.
    DeleteBefore { instant: Instant, reply: Reply<u64> },
    /// A day is going to be filled; `None` when the ledger does not know it.
    BeginFill {
        workspace: u16,
        day: Day,
        reply: Reply<Option<Ticket>>,
    },
    /// A day was filled; answers whether that still holds.
    FinishFill {
        ticket: Ticket,
        filled: Filled,
        at: Instant,
        reply: Reply<bool>,
    },
    /// A month was made from its days, which had this fingerprint.
    PutMonth {
        workspace: u16,
        month: i32,
        made_from: i64,
        rows: Vec<BlockRow>,
        reply: Reply<()>,
    },
    /// The rollups of days are taken away.
    Invalidate {
        days: Vec<(u16, Day)>,
        at: Instant,
        reply: Reply<()>,
    },
    /// The end.
    Close { reply: Reply<()> },
}

impl Job {
    /// Answers without doing it; returns whether it was the end.
    pub(super) fn refuse(self, error: &StoreError) -> bool {
        match self {
            Self::Append { reply, .. } => answer(reply, Err(again(error))),
            Self::Records { reply, .. } | Self::DeleteBefore { reply, .. } => {
                answer(reply, Err(again(error)));
            }
            Self::BeginFill { reply, .. } => answer(reply, Err(again(error))),
            Self::FinishFill { reply, .. } => answer(reply, Err(again(error))),
            Self::PutMonth { reply, .. } | Self::Invalidate { reply, .. } => {
                answer(reply, Err(again(error)));
            }
            Self::Close { reply } => {
                answer(reply, Err(again(error)));
                return true;
            }
        }
        false
    }
}

struct Append {
    batch: Batch,
    reply: Reply<Appended>,
}

/// What a group of batches adds.
struct Added {
    appended: Vec<Appended>,
    remembered: Vec<(u16, EventId, Instant)>,
    arrivals: HashMap<(u16, Day), Arrival>,
    /// Workspaces in which people joined or left channels.
    memberships: HashSet<u16>,
    now: Instant,
}

/// What the writer shares with those who read.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) rollups: Arc<Rollups>,
    pub(super) names: Arc<Names>,
    /// Another number whenever anything stored has changed.
    pub(super) version: Arc<AtomicU64>,
}

impl Shared {
    /// Says that something stored has changed: once those who read can see it, and before whoever
    /// changed it is answered.
    fn changed(&self) {
        self.version.fetch_add(1, Ordering::Release);
    }
}

/// The writer's own state.
pub(super) struct Writer {
    pub(super) connection: Connection,
    pub(super) dictionary: Dictionary,
    pub(super) local_days: LocalDays,
    shared: Shared,
    seen: SeenEvents,
    columns: EventColumns,
    next_seq: i64,
    mark: Mark,
    /// Why the engine gave the store up, if it did.
    given_up: Option<StoreError>,
    log: PathBuf,
    /// Before this no checkpoint is tried again.
    next_checkpoint: Option<Stopwatch>,
}

impl Writer {
    /// Returns a writer that knows what is stored, and lets those who read know it too.
    pub(super) fn new(
        connection: Connection,
        options: &OpenOptions,
        shared: Shared,
    ) -> Result<Self, StoreError> {
        connection
            .execute_batch(
                "CREATE TEMP TABLE IF NOT EXISTS incoming (workspace_ref USMALLINT, event_id UUID)",
            )
            .map_err(classify)?;
        let dictionary = load::dictionary(&connection)?;
        let next_seq = load::next_seq(&connection)?;
        let mut mark = Mark::open(&options.file());
        mark.check(next_seq);
        shared.names.load(&connection)?;
        let zone = shared.rollups.zone.clone();
        shared.rollups.tail().clear();
        Marks(&connection).load(&mut shared.rollups.books_mut(), &zone, next_seq)?;
        let seen = {
            let days = shared.rollups.books().days();
            let days = days
                .into_iter()
                .map(|day| DayClock::new(day, &zone).range());
            load::seen(&connection, options.remembered_events, next_seq, days)?
        };
        // What was not answered before may be stored after all.
        shared.changed();
        Ok(Self {
            connection,
            dictionary,
            local_days: LocalDays::new(zone),
            shared,
            seen,
            columns: EventColumns::new(),
            next_seq,
            mark,
            given_up: None,
            log: log_of(&options.file()),
            next_checkpoint: None,
        })
    }

    /// Puts the next checkpoint off: the last one failed.
    pub(super) fn put_off_checkpoint(&mut self) {
        self.next_checkpoint = Some(Stopwatch::now() + CHECKPOINT_REST);
    }

    /// Works until the last sender is gone or the end is asked for; or until the engine gives the
    /// store up, and then returns why.
    pub(super) fn run(mut self, jobs: &mut mpsc::Receiver<Job>) -> Option<StoreError> {
        let mut waiting = None;
        while let Some(job) = waiting.take().or_else(|| jobs.blocking_recv()) {
            match job {
                Job::Append {
                    batch,
                    permit,
                    reply,
                } => {
                    let mut permits = vec![permit];
                    let mut count = batch.events.len();
                    let mut group = vec![Append { batch, reply }];
                    while count < GROUP_EVENTS {
                        match jobs.try_recv() {
                            Ok(Job::Append {
                                batch,
                                permit,
                                reply,
                            }) => {
                                count += batch.events.len();
                                permits.push(permit);
                                group.push(Append { batch, reply });
                            }
                            Ok(other) => {
                                waiting = Some(other);
                                break;
                            }
                            Err(_) => break,
                        }
                    }
                    self.append_group(group);
                    drop(permits);
                }
                Job::Close { reply } => {
                    let result = self.last_checkpoint();
                    drop(self);
                    answer(reply, result);
                    return None;
                }
                other => self.work(other),
            }
            self.checkpoint_when_due();
            if let Some(reason) = self.given_up.take() {
                if let Some(job) = waiting
                    && job.refuse(&reason)
                {
                    return None;
                }
                return Some(reason);
            }
        }
        None
    }

    /// Does what is neither an append nor the end.
    fn work(&mut self, job: Job) {
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
                    self.invalidated(&changed.days, Some(at));
                    let names = &self.shared.names;
                    names.set_records(changed.workspace, changed.people, changed.channels);
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
                let put = self.transaction(|writer| {
                    Blocks::put(&writer.connection, workspace, made_from, &rows)
                });
                if put.is_ok() {
                    let mut books = self.shared.rollups.books_mut();
                    books.made_month(workspace, month, made_from);
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
            Job::Append { .. } | Job::Close { .. } => {}
        }
    }

    /// Moves the log into the file once it is long. The engine would do so within a commit, which
    /// would then wait for it, and fail with it though the log has all of it.
    fn checkpoint_when_due(&mut self) {
        let length = std::fs::metadata(&self.log).map_or(0, |found| found.len());
        let is_off = |until: Stopwatch| Stopwatch::now() < until;
        if length < CHECKPOINT_BYTES || self.next_checkpoint.is_some_and(is_off) {
            return;
        }
        if let Err(error) = self.connection.execute_batch("CHECKPOINT") {
            let error = classify(error);
            tracing::error!(
                error = &error as &dyn std::error::Error,
                "store.checkpoint failed: nothing is lost, but the log grows"
            );
            self.put_off_checkpoint();
            self.notice_given_up(&error);
        }
    }

    fn notice_given_up(&mut self, error: &StoreError) {
        let answers = self.connection.execute_batch("SELECT 1").is_ok();
        self.given_up = (!answers).then(|| again(error));
    }

    /// Moves the log into the file at the end; on a full disk it is kept instead.
    fn last_checkpoint(&self) -> Result<(), StoreError> {
        match self
            .connection
            .execute_batch("CHECKPOINT")
            .map_err(classify)
        {
            Err(StoreError::DiskFull) => {
                tracing::warn!("store.checkpoint: the disk is full, so the log stays");
                Ok(())
            }
            done => done,
        }
    }

    fn append_group(&mut self, group: Vec<Append>) {
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
                self.shared.changed();
                for (append, appended) in group.into_iter().zip(added.appended) {
                    answer(append.reply, Ok(appended));
                }
            }
            Err(StoreError::Engine(_)) if group.len() > 1 => {
                for append in group {
                    self.append_group(vec![append]);
                }
            }
            Err(error) => {
                tracing::error!(
                    error = &error as &dyn std::error::Error,
                    "store.append failed"
                );
                for append in group {
                    answer(append.reply, Err(again(&error)));
                }
            }
        }
    }

    /// Runs `work` as one transaction: all of it is durable when this returns, or none.
    fn transaction<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let seq = self.next_seq;
        let begun = self.connection.execute_batch("BEGIN").map_err(classify);
        let result = begun.and_then(|()| work(self)).and_then(|value| {
            small_rows::write_dictionary(&self.connection, &self.dictionary)?;
            self.connection.execute_batch("COMMIT").map_err(classify)?;
            Ok(value)
        });
        match &result {
            Ok(_) => {
                self.shared.names.add_fresh(&self.dictionary);
                self.dictionary.commit();
            }
            Err(error) => {
                // Fails when the engine ended the transaction by itself, which is as well.
                let _ended = self.connection.execute_batch("ROLLBACK").is_ok();
                self.dictionary.rollback();
                self.next_seq = seq;
                self.columns = EventColumns::new();
                self.notice_given_up(error);
            }
        }
        result
    }

    fn append(&mut self, batches: &[&Batch]) -> Result<Added, StoreError> {
        let stored_before = self.stored_before(batches)?;
        let mut in_group: FxHashSet<(u16, EventId)> = FxHashSet::default();
        let mut added = Added {
            appended: Vec::with_capacity(batches.len()),
            remembered: Vec::new(),
            arrivals: HashMap::new(),
            memberships: HashSet::new(),
            now: Instant::from_millis(0),
        };
        let mut rows = 0usize;
        for batch in batches {
            let mut appended = Appended::default();
            for event in &batch.events {
                let refs = self.refs(event)?;
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

    pub(super) fn workspace(&mut self, id: &WorkspaceId) -> Result<u16, StoreError> {
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
        })
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
        self.transaction(|writer| {
            let connection = &writer.connection;
            Blocks::put(connection, ticket.workspace, entry.version, &filled.rows)?;
            Marks(connection).finish(ticket, &entry)
        })
        .inspect_err(|_| rollups.abandon(ticket))?;
        // TRICKY: whoever asks takes these two in the same order.
        let mut tail = rollups.tail();
        rollups.books_mut().finish(ticket, entry);
        tail.filled(ticket.workspace, ticket.day, filled.before, entry.version);
        Ok(true)
    }

    /// Lets those who read know that events of these days were changed.
    fn invalidated(&self, days: &[(u16, Day)], at: Option<Instant>) {
        if !days.is_empty() {
            let mut tail = self.shared.rollups.tail();
            self.shared.rollups.books_mut().invalidate(days, at, false);
            tail.clear();
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
            tail.clear();
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
            self.mark.note(load::next_seq(&self.connection)?);
        }
        Ok(gone as u64)
    }
}

/// Sends an answer; whoever asked may have gone, and then nobody needs it.
fn answer<T>(reply: Reply<T>, result: Result<T, StoreError>) {
    let _asker_gone = reply.send(result).is_err();
}

fn engine(error: ::duckdb::arrow::error::ArrowError) -> StoreError {
    StoreError::Engine(Box::new(error))
}

/// Returns the same failure for another asker.
fn again(error: &StoreError) -> StoreError {
    match error {
        StoreError::Busy => StoreError::Busy,
        StoreError::DiskFull => StoreError::DiskFull,
        StoreError::Stopped(reason) => StoreError::Stopped(reason.clone()),
        StoreError::Corrupt { path, reason } => StoreError::Corrupt {
            path: path.clone(),
            reason: reason.clone(),
        },
        other => StoreError::Engine(other.to_string().into()),
    }
}
