//! The history that is measured, built once.

use anyhow::{Result, ensure};
use serde::{Deserialize, Serialize};
use tokio::runtime::Runtime;

use super::cache::Cache;
use crate::bench::{history, process::folder_bytes, progress::Progress};

/// Name of the folder in the cache.
pub(super) const BUILT: &str = "built";
/// Disk that a run needs for each event, in bytes: three copies of 50 bytes, and room to write.
const ROOM: u64 = 200;

/// A built history.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Built {
    /// How many events it has.
    pub(super) events: u64,
    /// What it needs on disk, in bytes.
    pub(super) bytes: u64,
    /// How long it took to generate and to write, in seconds.
    pub(super) seconds: f64,
}

/// Returns the history of that many events, building it when that was not done or not finished.
pub(super) fn build(runtime: &Runtime, cache: &Cache, events: u64) -> Result<Built> {
    if let Some(built) = cache.finished(BUILT) {
        return Ok(built);
    }
    cache.remove(BUILT)?;
    let disk = rustix::fs::statvfs(cache.folder())?;
    let free = disk.f_bavail * disk.f_frsize;
    ensure!(
        free >= events * ROOM,
        "{} has {} GB left; a run with {events} events needs {} GB",
        cache.folder().display(),
        free >> 30,
        (events * ROOM) >> 30
    );
    let store = cache.store(BUILT);
    let progress = Progress::begin("building", events);
    let events = history::write(runtime, &store, events, |stored| progress.reach(stored))?;
    let built = Built {
        events,
        bytes: folder_bytes(&store)?,
        seconds: progress.end().as_secs_f64(),
    };
    cache.finish(BUILT, &built)?;
    Ok(built)
}
