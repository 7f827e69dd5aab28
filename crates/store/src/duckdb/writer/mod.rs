//! The one thread that writes: it takes what waits, commits it together, then answers everybody.
//!
//! 1. Jobs wait in a queue that is bounded in events; a full queue refuses at once.
//! 2. All appends that wait are one transaction, up to [`GROUP_EVENTS`]: the more wait, the fewer
//!    times the disk is asked to be sure.
//! 3. Nobody is answered before the commit returned.
//! 4. The log is moved into the file between groups, never within a commit.
//! 5. A batch whose sender may not add what it names is left out of its group, and when a group fails
//!    each of its batches is tried alone: one bad batch fails alone.
//!
//! | file | what it does |
//! |---|---|
//! | `job` | what it is asked to do, and answering |
//! | `admit` | numbers for what a batch names, where its sender may add it |
//! | `append` | appending what waits as one transaction |
//! | `merge` | making identifiers one person |
//! | `usage` | what senders have used of their quotas |
//! | `work` | everything besides: records, rollups, removal |

mod admit;
mod append;
mod job;
mod merge;
mod usage;
mod work;

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant as Stopwatch},
};

use ::duckdb::Connection;
use domain::time::{DayClock, LocalDays};
use engine::{
    Engine,
    changes::{ChangeCounts, Changed},
};
use tokio::sync::mpsc;

use self::{append::Append, job::again, usage::Usage};
pub(super) use self::{
    job::{Job, Reply, answer},
    merge::MergeChange,
};
use super::{
    bots::Bots,
    columns::EventColumns,
    dictionary::Dictionary,
    erase::Copied,
    facts::Facts,
    failure::classify,
    ledger_table::LedgerTable,
    load,
    mark::Mark,
    merges::Merged,
    names::Names,
    open::{OpenOptions, log_of},
    pool::EnginePool,
    sampled::{self, Sampled},
    seen::SeenEvents,
    small_rows,
    untimed::Untimed,
};
use crate::{Quotas, RewrittenFile, StoreError, chain};

/// Most events of one transaction, and most bytes of them.
const GROUP_EVENTS: usize = 60_000;
const GROUP_BYTES: usize = 64 * 1024 * 1024;
/// Dead letters after which it is looked whether there are too many.
const LETTERS_AT_ONCE: u32 = 1_000;
/// Length of the log at which it is moved into the file.
const CHECKPOINT_BYTES: u64 = 16 * 1024 * 1024;
/// Time after a failed checkpoint until the next one.
const CHECKPOINT_REST: Duration = Duration::from_mins(1);

/// What the writer shares with those who read.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) engine: Arc<Engine>,
    pub(super) names: Arc<Names>,
    pub(super) sampled: Arc<Sampled>,
    pub(super) pool: EnginePool,
    /// What has changed: counted once those who read can see it, and before whoever changed it is
    /// answered.
    pub(super) changes: Arc<ChangeCounts>,
}

impl Shared {
    /// Returns the events as one of the connections sees them.
    pub(super) fn facts<'a>(&'a self, connection: &'a Connection) -> Facts<'a> {
        Facts {
            connection,
            sampled: &self.sampled,
        }
    }
}

/// Why the writer ended.
pub(super) enum Ended {
    /// It was asked to, or nobody is left who could.
    Closed,
    /// The engine gave the store up, and why.
    GivenUp(StoreError),
    /// The store was written anew: it is to be opened from the new file, and then whoever asked answered.
    Copied(Copied, Reply<Vec<RewrittenFile>>),
}

/// The writer's own state.
pub(super) struct Writer {
    pub(super) connection: Connection,
    pub(super) dictionary: Dictionary,
    pub(super) bots: Bots,
    pub(super) local_days: LocalDays,
    pub(super) shared: Shared,
    pub(super) options: OpenOptions,
    quotas: Quotas,
    usage: Usage,
    /// Dead letters that came since it was looked whether there are too many.
    letters: u32,
    seen: SeenEvents,
    pub(super) untimed: Untimed,
    columns: EventColumns,
    next_seq: i64,
    pub(super) mark: Mark,
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
        let bots = Bots::load(&connection)?;
        let next_seq = load::next_seq(&connection)?;
        let mut mark = Mark::open(&options.file());
        mark.check(next_seq);
        shared.names.load(&connection)?;
        sampled::load(&shared.sampled, &connection)?;
        let mut dictionary = Dictionary::new(Arc::clone(&shared.names));
        dictionary.load(&connection)?;
        let zone = shared.engine.zone().clone();
        let facts = shared.facts(&connection);
        LedgerTable(&connection).load(&shared.engine, &facts, next_seq)?;
        let seen = {
            let days = shared.engine.ledgers().days();
            let days = days
                .into_iter()
                .map(|day| DayClock::new(day, &zone).range());
            load::seen(&connection, options.remembered_events, next_seq, days)?
        };
        // What was not answered before may be stored after all.
        shared.changes.count(&Changed {
            everything: true,
            ..Changed::default()
        });
        Ok(Self {
            connection,
            dictionary,
            bots,
            local_days: LocalDays::new(zone),
            shared,
            options: options.clone(),
            quotas: options.quotas.clone(),
            usage: Usage::default(),
            letters: 0,
            seen,
            untimed: Untimed::open(&options.folder, next_seq)?,
            columns: EventColumns::new(),
            next_seq,
            mark,
            given_up: None,
            log: log_of(&options.file()),
            next_checkpoint: None,
        })
    }

    /// Returns who counts as whom in a workspace.
    pub(super) fn merged(&self, workspace: u16) -> Arc<Merged> {
        self.shared.names.merged(workspace)
    }

    /// Puts the next checkpoint off: the last one failed.
    pub(super) fn put_off_checkpoint(&mut self) {
        self.next_checkpoint = Some(Stopwatch::now() + CHECKPOINT_REST);
    }

    /// Works until the last sender is gone or the end is asked for, or until the store has to be opened
    /// anew.
    pub(super) fn run(mut self, jobs: &mut mpsc::Receiver<Job>) -> Ended {
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
                    let mut bytes = batch.bytes();
                    let mut group = vec![Append { batch, reply }];
                    while count < GROUP_EVENTS && bytes < GROUP_BYTES {
                        match jobs.try_recv() {
                            Ok(Job::Append {
                                batch,
                                permit,
                                reply,
                            }) => {
                                count += batch.events.len();
                                bytes += batch.bytes();
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
                    return Ended::Closed;
                }
                Job::Rewrite { reply } => match self.copy_files() {
                    Ok(copied) => return Ended::Copied(copied, reply),
                    Err(error) => {
                        tracing::error!(error = chain(&error), "store.rewrite failed");
                        self.notice_given_up(&error);
                        answer(reply, Err(error));
                    }
                },
                other => self.work(other),
            }
            self.checkpoint_when_due();
            if self.shared.names.is_damaged() {
                let reason = "the file of names is damaged and is made again";
                self.given_up = Some(StoreError::Stopped(reason.to_owned()));
            }
            if let Some(reason) = self.given_up.take() {
                if let Some(job) = waiting
                    && job.refuse(&reason)
                {
                    return Ended::Closed;
                }
                return Ended::GivenUp(reason);
            }
        }
        Ended::Closed
    }

    /// Moves the log into the file once it is long. The engine would do so within a commit, which
    /// would then wait for it, and fail with it though the log has all of it.
    fn checkpoint_when_due(&mut self) {
        let length = std::fs::metadata(&self.log).map_or(0, |found| found.len());
        let is_off = |until: Stopwatch| Stopwatch::now() < until;
        if length < CHECKPOINT_BYTES || self.next_checkpoint.is_some_and(is_off) {
            return;
        }
        if let Err(error) = self.checkpoint() {
            tracing::error!(
                error = chain(&error),
                "store.checkpoint failed: nothing is lost, but the log grows"
            );
            self.put_off_checkpoint();
            self.notice_given_up(&error);
        }
    }

    fn checkpoint(&self) -> Result<(), StoreError> {
        self.connection
            .execute_batch("CHECKPOINT")
            .map_err(classify)
    }

    fn notice_given_up(&mut self, error: &StoreError) {
        let answers = self.connection.execute_batch("SELECT 1").is_ok();
        self.given_up = (!answers).then(|| again(error));
    }

    /// Moves the log into the file at the end; on a full disk it is kept instead.
    fn last_checkpoint(&self) -> Result<(), StoreError> {
        let blocks = self.shared.engine.blocks().store();
        match self.checkpoint().and_then(|()| blocks.settle()) {
            Err(StoreError::DiskFull) => {
                tracing::warn!("store.checkpoint: the disk is full, so the log stays");
                Ok(())
            }
            done => done,
        }
    }

    /// Removes the oldest dead letters where there are too many.
    fn prune_dead_letters(&mut self) {
        if self.quotas.dead_letters == 0 || self.letters < LETTERS_AT_ONCE {
            return;
        }
        self.letters = 0;
        let pruned = self.transaction(|writer| {
            small_rows::prune_dead_letters(&writer.connection, &writer.quotas)
        });
        match pruned {
            Ok(removed) => self.shared.changes.count(&Changed {
                letters: removed > 0,
                ..Changed::default()
            }),
            Err(error) => {
                let error = chain(&error);
                tracing::warn!(error, "store.dead_letters: the oldest stay for now");
            }
        }
    }

    /// Runs `work` as one transaction: all of it is durable when this returns, or none.
    pub(super) fn transaction<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let seq = self.next_seq;
        let begun = self.connection.execute_batch("BEGIN").map_err(classify);
        let result = begun.and_then(|()| work(self)).and_then(|value| {
            small_rows::write_dictionary(&self.connection, &self.dictionary)?;
            self.shared.names.put_away(&self.dictionary)?;
            self.connection.execute_batch("COMMIT").map_err(classify)?;
            Ok(value)
        });
        match &result {
            Ok(_) => {
                self.shared.names.add_fresh(&self.dictionary);
                self.dictionary.commit();
                self.bots.commit();
                self.usage.commit();
                self.untimed.commit();
            }
            Err(error) => {
                // Fails when the engine ended the transaction by itself, which is as well.
                let _ended = self.connection.execute_batch("ROLLBACK").is_ok();
                self.dictionary.rollback();
                self.bots.rollback();
                self.usage.rollback();
                self.untimed.rollback();
                self.next_seq = seq;
                self.columns = EventColumns::new();
                self.notice_given_up(error);
            }
        }
        result
    }
}
