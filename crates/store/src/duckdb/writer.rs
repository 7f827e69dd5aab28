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
    collections::HashSet,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant as Stopwatch},
};

use ::duckdb::Connection;
use domain::{
    event::{Event, EventType},
    id::{EventId, WorkspaceId},
    record::{ChannelRecord, PersonRecord},
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
    open::{OpenOptions, log_of},
    records,
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

/// The writer's own state.
pub(super) struct Writer {
    pub(super) connection: Connection,
    pub(super) dictionary: Dictionary,
    seen: SeenEvents,
    columns: EventColumns,
    next_seq: i64,
    mark: Mark,
    /// Why the engine gave the store up, if it did.
    given_up: Option<StoreError>,
    log: PathBuf,
    /// Before this no checkpoint is tried again.
    next_checkpoint: Option<Stopwatch>,
    /// Counts openings and transactions, for [`EventStore::version`](crate::EventStore::version).
    pub(super) version: Arc<AtomicU64>,
}

impl Writer {
    /// Returns a writer that knows what is stored.
    pub(super) fn new(
        connection: Connection,
        options: &OpenOptions,
        version: &Arc<AtomicU64>,
    ) -> Result<Self, StoreError> {
        connection
            .execute_batch(
                "CREATE TEMP TABLE IF NOT EXISTS incoming (workspace_ref USMALLINT, event_id UUID)",
            )
            .map_err(classify)?;
        let dictionary = load::dictionary(&connection)?;
        let (seen, next_seq) = load::seen(&connection, options.remembered_events)?;
        let mut mark = Mark::open(&options.file());
        mark.check(next_seq);
        // What was not answered before may be stored after all.
        version.fetch_add(1, Ordering::Release);
        Ok(Self {
            connection,
            dictionary,
            seen,
            columns: EventColumns::new(),
            next_seq,
            mark,
            given_up: None,
            log: log_of(&options.file()),
            next_checkpoint: None,
            version: Arc::clone(version),
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
                Job::Records {
                    workspace,
                    people,
                    channels,
                    at,
                    reply,
                } => {
                    let result = self.transaction(|writer| {
                        records::put(writer, &workspace, &people, &channels, at)
                    });
                    answer(reply, result);
                }
                Job::DeleteBefore { instant, reply } => {
                    let result = self.transaction(|writer| writer.delete_before(instant));
                    answer(reply, result);
                }
                Job::Close { reply } => {
                    let result = self.last_checkpoint();
                    drop(self);
                    answer(reply, result);
                    return None;
                }
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
            Ok((appended, remembered)) => {
                for (workspace, id, timestamp) in remembered {
                    self.seen.insert(workspace, id, timestamp);
                }
                self.mark.note(self.next_seq);
                for (append, appended) in group.into_iter().zip(appended) {
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
                self.version.fetch_add(1, Ordering::Release);
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

    #[expect(
        clippy::type_complexity,
        reason = "two parallel lists, named where they are used"
    )]
    fn append(
        &mut self,
        batches: &[&Batch],
    ) -> Result<(Vec<Appended>, Vec<(u16, EventId, Instant)>), StoreError> {
        let stored_before = self.stored_before(batches)?;
        let mut in_group: FxHashSet<(u16, EventId)> = FxHashSet::default();
        let mut remembered = Vec::new();
        let mut all_appended = Vec::with_capacity(batches.len());
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
                    remembered.push((refs.workspace, event.id, event.timestamp));
                }
                self.columns
                    .push(self.next_seq, event, refs)
                    .map_err(engine)?;
                self.next_seq += 1;
                appended.stored += 1;
                rows += 1;
            }
            all_appended.push(appended);
        }
        let columns = self.columns.finish().map_err(engine)?;
        if rows > 0 {
            let mut appender = self.connection.appender("event").map_err(classify)?;
            appender.append_record_batch(columns).map_err(classify)?;
            appender.flush().map_err(classify)?;
        }
        small_rows::write_dead_letters(&self.connection, batches)?;
        Ok((all_appended, remembered))
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
                .unwrap_or(domain::event::Kind::OtherCustom.code()),
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
