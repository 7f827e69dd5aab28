//! How much room the history of a large community needs.

use std::{fs, path::Path};

use anyhow::Result;
use domain::time::Instant;
use jiff::{Timestamp, tz::TimeZone};
use server::demo::{Demo, Knobs};
use store::{
    Batch, EventStore as _,
    duckdb::{DuckDbStore, OpenOptions},
};
use tokio::runtime::Runtime;

use super::{
    figure::{Figure, Target, Unit},
    imports::ROOM,
    process::folder_bytes,
};

/// Events written together.
const CHUNK: usize = 50_000;
/// When the history ends.
const END: &str = "2026-01-01T00:00:00Z";

/// Fills a store with the generator's history of a year.
pub(super) fn measure(runtime: &Runtime, folder: &Path, events: u64) -> Result<Vec<Figure>> {
    let end: Timestamp = END.parse()?;
    let mut knobs = Knobs::benchmark(Instant::from_millis(end.as_millisecond()), events);
    knobs.zone = TimeZone::UTC;
    let workspace = knobs.workspace.clone();
    let at = knobs.end;
    let demo = Demo::new(knobs);
    let store = DuckDbStore::open(&OpenOptions::new(folder))?;
    let started = std::time::Instant::now();
    let stored = runtime.block_on(async {
        let (people, channels) = (demo.people(), demo.channels());
        store.put_records(workspace, people, channels, at).await?;
        let mut stored = 0;
        let mut waiting = Vec::new();
        for day in demo.days() {
            waiting.extend(day);
            if waiting.len() >= CHUNK {
                stored += store.append(batch(&mut waiting)).await?.stored;
            }
        }
        stored += store.append(batch(&mut waiting)).await?.stored;
        store.close().await?;
        anyhow::Ok(stored)
    })?;
    let rate = stored as f64 / started.elapsed().as_secs_f64();
    drop(store);
    let bytes = folder_bytes(folder)? as f64 / stored as f64;
    fs::remove_dir_all(folder)?;
    let millions = stored as f64 / 1e6;
    Ok(vec![
        Figure::say(
            format!("disk for an event of {millions:.1} M generated ones"),
            bytes,
            Unit::BytesPerEvent,
            ROOM,
        ),
        Figure::say(
            "generating and writing them",
            rate,
            Unit::EventsPerSecond,
            Target::None,
        ),
    ])
}

fn batch(waiting: &mut Vec<domain::event::Event>) -> Batch {
    Batch {
        events: std::mem::take(waiting),
        dead_letters: Vec::new(),
    }
}
