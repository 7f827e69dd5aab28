//! Histories that the product's own generator makes, written into a store of their own.

use std::{
    mem,
    path::Path,
    sync::mpsc::{SyncSender, sync_channel},
    thread,
};

use anyhow::{Context, Result};
use demo::{Demo, Knobs};
use domain::{event::Event, time::Instant};
use jiff::{Timestamp, tz::TimeZone};
use store::{
    Batch, EventLog as _, EventStore as _,
    duckdb::{DuckDbStore, OpenOptions},
};
use tokio::runtime::Runtime;

/// The last instant of every history: they are the same whenever they are made, and the last day
/// is under way, as today always is.
const END: &str = "2025-12-31T18:00:00Z";
/// Events written together.
const CHUNK: usize = 50_000;
/// Chunks that wait while another is written.
const AHEAD: usize = 2;

/// Returns the last instant of every history.
pub(super) fn end() -> Result<Timestamp> {
    Ok(END.parse()?)
}

/// Writes a year of a large community into a new store and returns how many events it has;
/// `stored` hears how many are there after each write.
pub(crate) fn write(
    runtime: &Runtime,
    folder: &Path,
    events: u64,
    stored: impl Fn(u64),
) -> Result<u64> {
    let mut knobs = Knobs::benchmark(Instant::from_millis(end()?.as_millisecond()), events);
    knobs.zone = TimeZone::UTC;
    let (workspace, at) = (knobs.workspace.clone(), knobs.end);
    let demo = Demo::new(knobs);
    let (people, channels) = (demo.people(), demo.channels());
    let store = DuckDbStore::open(&OpenOptions::new(folder))?;
    let (sender, chunks) = sync_channel(AHEAD);
    let generator = thread::spawn(move || send(demo.days(), &sender));
    let count = runtime.block_on(async {
        store.put_records(workspace, people, channels, at).await?;
        let mut count = 0;
        // Blocking is fine here: nothing else runs on this runtime, and the store has its thread.
        for events in chunks {
            count += store
                .append(Batch {
                    events,
                    ..Batch::default()
                })
                .await?
                .stored;
            stored(count);
        }
        store.close().await?;
        anyhow::Ok(count)
    })?;
    generator.join().ok().context("the generator failed")?;
    Ok(count)
}

/// Sends the events of all days in chunks, until they end or nobody wants more.
fn send(days: impl Iterator<Item = Vec<Event>>, sender: &SyncSender<Vec<Event>>) {
    let mut chunk = Vec::with_capacity(CHUNK);
    for event in days.flatten() {
        chunk.push(event);
        if chunk.len() == CHUNK {
            let full = mem::replace(&mut chunk, Vec::with_capacity(CHUNK));
            if sender.send(full).is_err() {
                return;
            }
        }
    }
    // Whoever went away has said why.
    let _sent = sender.send(chunk);
}

#[cfg(test)]
mod tests {
    use store::Questions as _;

    use super::*;

    #[test]
    fn a_small_history_is_stored_whole_and_ends_with_the_year() {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let folder = tempfile::tempdir().unwrap();
        let told = std::cell::Cell::new(0);
        let count = write(&runtime, folder.path(), 60_000, |stored| told.set(stored)).unwrap();
        assert_eq!(told.get(), count);
        let store = DuckDbStore::open(&OpenOptions::new(folder.path())).unwrap();
        let end = Instant::from_millis(end().unwrap().as_millisecond());
        let range =
            domain::time::Range::new(end.plus_millis(-366 * 86_400_000), end.plus_millis(1));
        let workspace = domain::id::WorkspaceId::default();
        let rows = store.rows_in(&workspace, range);
        assert_eq!(runtime.block_on(rows).unwrap(), count);
    }
}
