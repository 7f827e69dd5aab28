//! The store as a whole, and what its parts share.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Arc, PoisonError},
};

use ::duckdb::Connection;
use async_trait::async_trait;
use domain::{
    id::WorkspaceId,
    time::{Instant, day_number},
};
use tokio::sync::oneshot;

use super::{
    dialect::DuckDbDialect,
    names::Names,
    open::{DuckDbStore, log_of},
    pool::Turn,
    reader::{each_row, left},
    writer::Job,
};
use crate::{
    Backups, Changes, DirectoryRow, EventLog as _, EventStore, Reads, Statements, StoreError,
    StoreFacts,
    sql::{self, Scope, Sql},
};

impl DuckDbStore {
    pub(super) async fn ask<T>(
        &self,
        job: impl FnOnce(oneshot::Sender<Result<T, StoreError>>) -> Job,
    ) -> Result<T, StoreError> {
        let stopped = || StoreError::Stopped("the writer has ended".to_owned());
        let (reply, answer) = oneshot::channel();
        self.jobs
            .send(job(reply))
            .await
            .map_err(|_closed| stopped())?;
        answer.await.map_err(|_gone| stopped())?
    }

    /// Returns the workspace's number, or `None` when nothing was ever stored for it.
    pub(super) fn scope(&self, workspace: &WorkspaceId) -> Option<Scope> {
        let workspace_ref = self.shared.names.read().workspace(workspace.as_str())?;
        Some(Scope { workspace_ref })
    }

    /// Runs a statement that needs the workspace's number; an unknown workspace has no rows.
    pub(super) async fn rows_of<T: Send + 'static>(
        &self,
        workspace: &WorkspaceId,
        statement: impl FnOnce(Scope) -> Sql,
        mut take: impl FnMut(&::duckdb::Row<'_>) -> ::duckdb::Result<T> + Send + 'static,
    ) -> Result<Vec<T>, StoreError> {
        let Some(scope) = self.scope(workspace) else {
            return Ok(Vec::new());
        };
        let statement = statement(scope);
        self.readers
            .run(move |connection| {
                let mut rows = Vec::new();
                each_row(connection, &statement, |row| {
                    rows.push(take(row)?);
                    Ok(true)
                })?;
                Ok(rows)
            })
            .await
    }

    /// Asks a question that may turn out to be large. Then it is asked again when its turn has come,
    /// and holds no connection meanwhile. All of it together takes no longer than a question may.
    pub(super) async fn ask_in_turn<T, F>(
        &self,
        ask: impl Fn(Option<Turn>) -> F,
    ) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> Result<Option<T>, StoreError> + Send + 'static,
    {
        let deadline = self.readers.deadline();
        if let Some(answer) = self.readers.run_until(deadline, ask(None)).await? {
            return Ok(answer);
        }
        let turn = self.shared.pool.turn(left(deadline)).await?;
        let answer = self.readers.run_until(deadline, ask(Some(turn))).await?;
        answer.ok_or(StoreError::Crowded)
    }

    /// Looks names up, away from the async threads where they may be read from a file; nothing for a
    /// workspace that is not known.
    pub(super) async fn look_up<T: Default + Send + 'static>(
        &self,
        workspace: &WorkspaceId,
        look: impl FnOnce(&Names, u16) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let Some(scope) = self.scope(workspace) else {
            return Ok(T::default());
        };
        let number = scope.workspace_ref;
        if self.shared.names.is_in_memory(number) {
            return look(&self.shared.names, number);
        }
        let names = Arc::clone(&self.shared.names);
        off_async(move || look(&names, number)).await
    }

    /// Looks through all names of a workspace, which takes as long as there are many: away from the
    /// async threads, and in the turn of whoever asks.
    pub(super) async fn look_through<T: Default + Send + 'static>(
        &self,
        workspace: &WorkspaceId,
        look: impl FnOnce(&Names, u16) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let Some(scope) = self.scope(workspace) else {
            return Ok(T::default());
        };
        let place = self.readers.place(Some(self.readers.deadline())).await?;
        let names = Arc::clone(&self.shared.names);
        off_async(move || {
            let found = look(&names, scope.workspace_ref);
            drop(place);
            found
        })
        .await
    }

    /// Returns the size of the store's files.
    fn bytes_on_disk(&self) -> u64 {
        [&self.file, &log_of(&self.file)]
            .iter()
            .filter_map(|path| std::fs::metadata(path).ok())
            .map(|metadata| metadata.len())
            .sum()
    }
}

pub(super) async fn off_async<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreError> + Send + 'static,
) -> Result<T, StoreError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|error| Err(StoreError::Engine(Box::new(error))))
}

fn instant(millis: Option<i64>) -> Option<Instant> {
    millis.map(Instant::from_millis)
}

#[async_trait]
impl EventStore for DuckDbStore {
    async fn workspaces(&self) -> Result<Vec<WorkspaceId>, StoreError> {
        let numbered = self.shared.names.workspaces();
        Ok(numbered.into_iter().map(|(id, _)| id).collect())
    }

    async fn directory(&self) -> Result<Vec<DirectoryRow>, StoreError> {
        let names = Arc::clone(&self.shared.names);
        off_async(move || names.directory()).await
    }

    async fn facts(&self, workspace: &WorkspaceId) -> Result<StoreFacts, StoreError> {
        let statement = |scope: Scope| sql::facts(scope, &DuckDbDialect);
        let rows = self
            .rows_of(workspace, statement, |row| {
                Ok(StoreFacts {
                    events: row.get(0)?,
                    bot_events: row.get(1)?,
                    threads: row.get(2)?,
                    first_event: instant(row.get(3)?),
                    last_event: instant(row.get(4)?),
                    people: row.get(5)?,
                    bots: row.get(6)?,
                    channels: row.get(7)?,
                    channels_with_events: row.get(8)?,
                    authors: row.get(9)?,
                    bot_authors: row.get(10)?,
                    dead_letters: 0,
                    bytes: 0,
                })
            })
            .await?;
        let mut facts = rows.into_iter().next().unwrap_or_default();
        facts.dead_letters = self.dead_letters(workspace, 0, 0).await?.1;
        facts.bytes = self.bytes_on_disk();
        Ok(facts)
    }

    fn statements(&self) -> Option<&dyn Statements> {
        Some(self)
    }

    fn backups(&self) -> Option<&dyn Backups> {
        Some(self)
    }

    async fn ping(&self) -> Result<(), StoreError> {
        if self.jobs.is_closed() {
            return Err(StoreError::Stopped("the writer has ended".to_owned()));
        }
        self.readers.ping().await
    }

    async fn close(&self) -> Result<(), StoreError> {
        let result = self.ask(|reply| Job::Close { reply }).await;
        self.readers.close();
        let thread = self
            .writer
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        if let Some(thread) = thread {
            let _ended = tokio::task::spawn_blocking(move || thread.join()).await;
        }
        result
    }
}

impl Changes for DuckDbStore {
    fn version(&self) -> u64 {
        self.shared.changes.version()
    }

    fn last_change(&self, workspace: &WorkspaceId, reads: &Reads) -> u64 {
        let letters = if reads.letters {
            self.shared.changes.last_of_letters()
        } else {
            0
        };
        let Some(scope) = self.scope(workspace) else {
            // Nothing else was ever stored of it, and the first that is will be a change.
            return letters;
        };
        let zone = self.shared.engine.zone();
        let days = reads.spans.iter().map(|span| {
            let last = span.to().plus_millis(-1);
            day_number(span.from().day(zone))..=day_number(last.day(zone))
        });
        let changes = &self.shared.changes;
        letters.max(changes.last(scope.workspace_ref, days, reads.names))
    }
}

#[async_trait]
impl Backups for DuckDbStore {
    async fn back_up(&self, folder: &Path) -> Result<BTreeMap<String, u64>, StoreError> {
        let folder = folder.to_owned();
        self.ask(|reply| Job::BackUp { folder, reply }).await
    }
}
