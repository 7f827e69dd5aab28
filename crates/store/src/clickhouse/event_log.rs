//! Events and records written, listed and removed.

use std::sync::PoisonError;

use async_trait::async_trait;
use clickhouse::Row;
use domain::{
    id::WorkspaceId,
    record::{ChannelRecord, PersonRecord},
    time::{Day, Instant, month_of},
};
use engine::changes::Changed;
use serde::Deserialize;
use tokio::sync::oneshot;

use super::{
    draft::Draft,
    ledger, listing,
    open::{ClickHouseStore, Shared},
    rows::LetterRow,
    writer::{Writer, remove_blocks, take_in},
};
use crate::{
    Aged, Appended, Batch, DeadLetter, EventListing, EventLog, EventRow, ExportCursor, StoreError,
    sampled::quarter_of, sql::Sql,
};

/// Events that are written as one, at most, and one more batch.
const GROUP_EVENTS: usize = 100_000;

/// A batch that waits, and who is to be answered.
pub(super) struct Waiting {
    batch: Batch,
    reply: oneshot::Sender<Result<Appended, StoreError>>,
}

#[async_trait]
impl EventLog for ClickHouseStore {
    /// Everything that waits is one insert: the more wait, the fewer there are.
    async fn append(&self, batch: Batch) -> Result<Appended, StoreError> {
        self.shared.server.check_open()?;
        let (reply, mut answer) = oneshot::channel();
        let waiting = || {
            let waiting = self.shared.waiting.lock();
            waiting.unwrap_or_else(PoisonError::into_inner)
        };
        waiting().push(Waiting { batch, reply });
        loop {
            self.writing(|writer, shared| {
                append_waiting(writer, shared);
                Ok(())
            })
            .await?;
            // With more than one insert's worth before it, it comes with a later one.
            match answer.try_recv() {
                Ok(appended) => return appended,
                Err(oneshot::error::TryRecvError::Empty) => {}
                Err(oneshot::error::TryRecvError::Closed) => {
                    return Err(StoreError::Stopped("the writer has ended".to_owned()));
                }
            }
        }
    }

    async fn put_records(
        &self,
        workspace: WorkspaceId,
        people: Vec<PersonRecord>,
        channels: Vec<ChannelRecord>,
        at: Instant,
    ) -> Result<u64, StoreError> {
        self.writing(move |writer, shared| {
            let (count, change) = {
                let inner = shared.directory.read();
                let mut draft = Draft::new(&inner);
                let of = draft.workspace(&workspace);
                let mut changed: Vec<&str> = Vec::new();
                for record in &people {
                    if draft.put_person(of, record) {
                        changed.push(record.id.as_str());
                    }
                }
                changed.sort_unstable();
                changed.dedup();
                let count = changed.len();
                changed.clear();
                for record in &channels {
                    if draft.put_channel(of, record) {
                        changed.push(record.id.as_str());
                    }
                }
                changed.sort_unstable();
                changed.dedup();
                (count + changed.len(), draft.finish())
            };
            let days = writer.commit(shared, &change, at)?;
            let changed = Changed {
                days: days.iter().copied().collect(),
                names: change.names(),
                ..Changed::default()
            };
            take_in(shared, change, &days, at);
            shared.changes.count(&changed);
            Ok(count as u64)
        })
        .await
    }

    async fn events(&self, listing: &EventListing) -> Result<Vec<EventRow>, StoreError> {
        let _place = self.shared.server.place().await?;
        let Some(scope) = self.scope(&listing.workspace) else {
            return Ok(Vec::new());
        };
        let rows = listing::events(&self.shared, scope, listing, None).await?;
        Ok(rows.into_iter().map(|(_, event)| event).collect())
    }

    async fn export_events(
        &self,
        listing: EventListing,
        after: Option<&ExportCursor>,
        mut sink: Box<dyn FnMut(EventRow) -> bool + Send>,
    ) -> Result<Option<ExportCursor>, StoreError> {
        let place = |cursor: &ExportCursor| {
            let place: Result<i64, _> = cursor.as_str().parse();
            place.map_err(|error| StoreError::Engine(Box::new(error)))
        };
        let after = after.map(place).transpose()?;
        let _place = self.shared.server.place().await?;
        let Some(scope) = self.scope(&listing.workspace) else {
            return Ok(None);
        };
        let mut last = after.unwrap_or(-1);
        let rows = listing::events(&self.shared, scope, &listing, Some(last)).await?;
        let is_full = rows.len() >= listing.limit as usize;
        let mut wanted = true;
        for (place, event) in rows {
            last = place;
            wanted = sink(event);
            if !wanted {
                break;
            }
        }
        Ok((!wanted || is_full).then(|| ExportCursor::new(last.to_string())))
    }

    async fn dead_letters(
        &self,
        workspace: &WorkspaceId,
        limit: u32,
        offset: u32,
    ) -> Result<(Vec<DeadLetter>, u64), StoreError> {
        let _place = self.shared.server.place().await?;
        let of = || {
            Sql::raw(" FROM dead_letter FINAL WHERE workspace_id = ")
                .with(Sql::text(workspace.as_str()))
        };
        let count = Sql::raw("SELECT count(*)").with(of());
        let total = self.shared.server.number(&count).await?.unwrap_or(0);
        let total = u64::try_from(total).unwrap_or(0);
        if limit == 0 {
            return Ok((Vec::new(), total));
        }
        let select = Sql::raw("SELECT workspace_id, received_ms, id, source, code, reason, body")
            .with(of())
            .then(format!(
                " ORDER BY received_ms DESC, toString(id) LIMIT {limit} OFFSET {offset}"
            ));
        let rows = self.shared.server.rows::<LetterRow>(&select).await?;
        Ok((rows.into_iter().map(DeadLetter::from).collect(), total))
    }

    async fn aged(&self, instant: Instant) -> Result<Option<Aged>, StoreError> {
        let _place = self.shared.server.place().await?;
        aged(&self.shared, instant).await
    }

    async fn delete_before(&self, instant: Instant) -> Result<u64, StoreError> {
        self.writing(move |writer, shared| writer.delete_before(shared, instant))
            .await
    }
}

/// Appends batches that wait, as many as one insert takes.
fn append_waiting(writer: &mut Writer, shared: &Shared) {
    let mut group = Vec::new();
    {
        let mut waiting = shared
            .waiting
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let mut events = 0;
        let fits = |waiting: &&Waiting| {
            let is_first = events < GROUP_EVENTS;
            events += waiting.batch.events.len();
            is_first
        };
        let count = waiting.iter().take_while(fits).count();
        group.extend(waiting.drain(..count));
    }
    if group.is_empty() {
        return;
    }
    let (batches, replies): (Vec<Batch>, Vec<_>) = group
        .into_iter()
        .map(|waiting| (waiting.batch, waiting.reply))
        .unzip();
    match writer.append(shared, &batches) {
        Ok(appended) => {
            for (reply, appended) in replies.into_iter().zip(appended) {
                let _nobody_waits = reply.send(Ok(appended)).is_err();
            }
        }
        // One bad batch fails alone: what was stored all the same is recognised.
        Err(error) if batches.len() > 1 && !error.is_retriable() => {
            for (batch, reply) in batches.iter().zip(replies) {
                let alone = writer.append(shared, std::slice::from_ref(batch));
                let alone = alone.map(|appended| appended.first().copied().unwrap_or_default());
                let _nobody_waits = reply.send(alone).is_err();
            }
        }
        Err(error) => {
            let text = crate::chain(&error);
            let mut error = Some(error);
            for reply in replies {
                let error = error.take();
                let error = error.unwrap_or_else(|| StoreError::Stopped(text.clone()));
                let _nobody_waits = reply.send(Err(error)).is_err();
            }
        }
    }
}

/// How many events there are, the first and the last.
#[derive(Row, Deserialize)]
struct AgedRow {
    events: u64,
    first: i64,
    last: i64,
}

async fn aged(shared: &Shared, instant: Instant) -> Result<Option<Aged>, StoreError> {
    let select = Sql::raw(
        "SELECT count(*) AS events, CAST(coalesce(min(timestamp_ms), 0), 'Int64') AS first, \
         CAST(coalesce(max(timestamp_ms), 0), 'Int64') AS last FROM events FINAL WHERE timestamp_ms < ",
    )
    .with(Sql::int(instant.as_millis()));
    let rows = shared.server.rows::<AgedRow>(&select).await?;
    let aged = rows.into_iter().next().filter(|row| row.events > 0);
    Ok(aged.map(|row| Aged {
        events: row.events,
        first: Instant::from_millis(row.first),
        last: Instant::from_millis(row.last),
    }))
}

impl Writer {
    /// Removes events and dead letters before an instant; returns how many events went.
    fn delete_before(&mut self, shared: &Shared, instant: Instant) -> Result<u64, StoreError> {
        let server = &shared.server;
        let before = instant.as_millis();
        let is_before = |column: &str| Sql::raw(format!("{column} < ")).with(Sql::int(before));
        let letters = Sql::raw("SELECT count(*) FROM dead_letter FINAL WHERE ")
            .with(is_before("received_ms"));
        let letters = server.wait(server.number(&letters))?.unwrap_or(0);
        if letters > 0 {
            let remove = Sql::raw("ALTER TABLE dead_letter DELETE WHERE ");
            let remove = remove.with(is_before("received_ms"));
            server.wait(server.run(&remove))?;
        }
        let gone = server.wait(aged(shared, instant))?;
        let gone = gone.map_or(0, |aged| aged.events);
        if gone > 0 {
            let first_kept = self.days.day(instant);
            let (over, cut) = days_at(shared, first_kept);
            let revision = self.next_version();
            server.wait(ledger::forget(server, over.into_iter(), revision))?;
            self.invalidate(shared, &cut, instant)?;
            for (table, condition) in [
                ("events", is_before("timestamp_ms")),
                ("identity", is_before("timestamp_ms")),
                (
                    "sampled_quarter",
                    Sql::raw(format!("quarter < {}", quarter_of(instant))),
                ),
            ] {
                let remove = Sql::raw(format!("ALTER TABLE {table} DELETE WHERE "));
                server.wait(server.run(&remove.with(condition)))?;
            }
            shared.engine.invalidated(|ledgers| {
                ledgers.forget_before(first_kept, month_of(first_kept));
                ledgers.invalidate(&cut, None, true);
            });
            shared.sampled.forget_before(instant);
            remove_blocks(shared, |blocks| {
                blocks.remove_before(first_kept)?;
                blocks.remove(&cut)
            });
        }
        shared.changes.count(&Changed {
            letters: letters > 0,
            everything: gone > 0,
            ..Changed::default()
        });
        Ok(gone)
    }
}

/// Days of a ledger, each with its workspace.
type Days = Vec<(u16, Day)>;

/// Returns the days before one, and that day where a workspace has it.
fn days_at(shared: &Shared, first_kept: Day) -> (Days, Days) {
    let ledgers = shared.engine.ledgers();
    let (mut over, mut cut) = (Vec::new(), Vec::new());
    for (workspace, ledger) in ledgers.ledgers() {
        let days = ledger.days.range(..first_kept);
        over.extend(days.map(|(day, _)| (workspace, *day)));
        if ledger.days.contains_key(&first_kept) {
            cut.push((workspace, first_kept));
        }
    }
    (over, cut)
}
