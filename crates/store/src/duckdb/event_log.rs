//! Events and records written, listed and removed.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use domain::{
    id::WorkspaceId,
    record::{ChannelRecord, PersonRecord},
    time::Instant,
};
use tokio::sync::OwnedSemaphorePermit;
use uuid::Uuid;

use super::{
    aged::aged, listing, open::DuckDbStore, pool::EnginePool, reader::each_row, writer::Job,
};
use crate::{
    Aged, Appended, Batch, DeadLetter, EventListing, EventLog, EventRow, ExportCursor, StoreError,
    sql::Sql,
};

/// Returns the place in the order of arrival that an export goes on after.
fn place_of(cursor: &ExportCursor) -> Result<i64, StoreError> {
    let place = cursor.as_str().parse();
    place.map_err(|error| StoreError::Engine(Box::new(error)))
}

impl DuckDbStore {
    /// Returns a place in the queue for a batch, where there is room for it, and on the disk.
    fn place_for(&self, batch: &Batch) -> Result<OwnedSemaphorePermit, StoreError> {
        self.free_disk.check()?;
        let size = batch.events.len().clamp(1, self.queue_events);
        let size = u32::try_from(size).unwrap_or(u32::MAX);
        Arc::clone(&self.queue)
            .try_acquire_many_owned(size)
            .map_err(|_full| StoreError::Busy)
    }
}

#[async_trait]
impl EventLog for DuckDbStore {
    async fn append(&self, batch: Batch) -> Result<Appended, StoreError> {
        let permit = self.place_for(&batch)?;
        self.ask(|reply| Job::Append {
            batch,
            permit,
            reply,
        })
        .await
    }

    async fn admit(&self, batch: Batch) -> Result<Batch, StoreError> {
        let permit = self.place_for(&batch)?;
        self.ask(|reply| Job::Admit {
            batch,
            permit,
            reply,
        })
        .await
    }

    async fn put_records(
        &self,
        workspace: WorkspaceId,
        people: Vec<PersonRecord>,
        channels: Vec<ChannelRecord>,
        at: Instant,
    ) -> Result<u64, StoreError> {
        self.ask(|reply| Job::Records {
            workspace,
            people,
            channels,
            at,
            reply,
        })
        .await
    }

    async fn events(&self, listing: &EventListing) -> Result<Vec<EventRow>, StoreError> {
        let Some(scope) = self.scope(&listing.workspace) else {
            return Ok(Vec::new());
        };
        self.ask_in_turn(|turn| {
            let (shared, wanted) = (self.shared.clone(), listing.clone());
            move |connection| {
                if EnginePool::is_large(0, &wanted.filter) && turn.is_none() {
                    return Ok(None);
                }
                let _larger = turn.map(|turn| turn.begin(connection));
                let (engine, names) = (&shared.engine, &shared.names);
                listing::newest(connection, engine, names, scope, &wanted).map(Some)
            }
        })
        .await
    }

    async fn export_events(
        &self,
        listing: EventListing,
        after: Option<&ExportCursor>,
        sink: Box<dyn FnMut(EventRow) -> bool + Send>,
    ) -> Result<Option<ExportCursor>, StoreError> {
        let after = after.map(place_of).transpose()?;
        let Some(scope) = self.scope(&listing.workspace) else {
            return Ok(None);
        };
        let sink = Arc::new(Mutex::new(sink));
        let next = self.ask_in_turn(|turn| {
            let (names, wanted) = (Arc::clone(&self.shared.names), listing.clone());
            let sink = Arc::clone(&sink);
            move |connection| {
                if EnginePool::is_large(0, &wanted.filter) && turn.is_none() {
                    return Ok(None);
                }
                let _larger = turn.map(|turn| turn.begin(connection));
                let mut sink = sink.lock().unwrap_or_else(PoisonError::into_inner);
                listing::next(connection, &names, scope, &wanted, after, sink.as_mut()).map(Some)
            }
        });
        let next: Option<i64> = next.await?;
        Ok(next.map(|place| ExportCursor::new(place.to_string())))
    }

    async fn dead_letters(
        &self,
        workspace: &WorkspaceId,
        limit: u32,
        offset: u32,
    ) -> Result<(Vec<DeadLetter>, u64), StoreError> {
        let id = workspace.as_str().to_owned();
        self.readers
            .run(move |connection| {
                let mut letters = Vec::new();
                let mut total = 0;
                let count = Sql::raw("SELECT count(*) FROM dead_letter WHERE workspace_id = ")
                    .with(Sql::text(id.clone()));
                each_row(connection, &count, |row| {
                    total = row.get(0)?;
                    Ok(false)
                })?;
                let statement = Sql::raw(
                    "--sql\nSELECT CAST(id AS VARCHAR), workspace_id, received_ms, source, code, \
                     reason, body FROM dead_letter WHERE workspace_id = ",
                )
                .with(Sql::text(id))
                .then(format!(
                    " ORDER BY received_ms DESC, id LIMIT {limit} OFFSET {offset}"
                ));
                each_row(connection, &statement, |row| {
                    letters.push(DeadLetter {
                        id: Uuid::try_parse(&row.get::<_, String>(0)?).unwrap_or_default(),
                        workspace_id: row.get(1)?,
                        received_at: Instant::from_millis(row.get(2)?),
                        source: row.get(3)?,
                        code: row.get(4)?,
                        reason: row.get(5)?,
                        body: row.get(6)?,
                    });
                    Ok(true)
                })?;
                Ok((letters, total))
            })
            .await
    }

    async fn aged(&self, instant: Instant) -> Result<Option<Aged>, StoreError> {
        self.readers
            .run(move |connection| aged(connection, instant))
            .await
    }

    async fn delete_before(&self, instant: Instant) -> Result<u64, StoreError> {
        self.ask(|reply| Job::DeleteBefore { instant, reply }).await
    }
}
