//! How much room the history of a large community needs.

use std::{fs, path::Path};

use anyhow::Result;
use tokio::runtime::Runtime;

use super::{
    figure::{Figure, Target, Unit},
    history,
    imports::ROOM,
    process::folder_bytes,
};

/// Fills a store with the generator's history of a year.
pub(super) fn measure(runtime: &Runtime, folder: &Path, events: u64) -> Result<Vec<Figure>> {
    let started = std::time::Instant::now();
    let stored = history::write(runtime, folder, events, |_| {})?;
    let rate = stored as f64 / started.elapsed().as_secs_f64();
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
