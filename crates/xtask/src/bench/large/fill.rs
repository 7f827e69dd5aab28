//! How long it takes to fill all days, measured on a fresh copy and kept with it.

use std::path::PathBuf;

use anyhow::{Result, ensure};
use serde::{Deserialize, Serialize};

use super::{LIMITS, build::BUILT, cache::Cache};
use crate::{
    bench::{
        ledger,
        process::{folder_bytes, memory},
        progress::Progress,
    },
    product::{Binary, Service},
};

/// Name of the folder in the cache.
pub(super) const FILLED: &str = "filled";
/// Days of a history, for the progress line.
const DAYS: u64 = 365;

/// A filled history.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Filled {
    /// How many days it has.
    pub(super) days: u64,
    /// From the start of the service until all days were filled, in seconds.
    pub(super) seconds: f64,
    /// The longest time for one of them, in milliseconds, where the service tells.
    pub(super) slowest_millis: Option<f64>,
    /// Most memory of the service meanwhile, in megabytes.
    pub(super) peak: f64,
    /// What the filled days need on disk, in bytes.
    pub(super) bytes: u64,
}

/// Returns the filled history and its store, filling it when that was not done or is wanted
/// again; the facts are `None` when the service does not fill.
pub(super) fn fill(
    binary: &Binary,
    cache: &Cache,
    built_bytes: u64,
    again: bool,
) -> Result<(PathBuf, Option<Filled>)> {
    if let Some(filled) = cache.finished(FILLED).filter(|_| !again) {
        println!("the days were filled in a run before this one; --refill does it again");
        return Ok((cache.store(FILLED), Some(filled)));
    }
    let store = cache.copy(BUILT, FILLED)?;
    let progress = Progress::begin("filling days", DAYS);
    let service = Service::start_with(binary, &store, &LIMITS)?;
    let rounds = ledger::settle(&service.client()?, |ledger| progress.reach(ledger.clean))?;
    let seconds = progress.end().as_secs_f64();
    let peak = memory(service.process())?.peak;
    let client = service.client()?;
    let told = client.get("status")?["rollupBytes"].as_u64();
    service.stop()?;
    let Some(rounds) = rounds else {
        println!("the service has no ledger: it fills no days");
        return Ok((store, None));
    };
    ensure!(rounds.days > 0, "the ledger has no days");
    let grown = folder_bytes(&store)?.saturating_sub(built_bytes);
    let filled = Filled {
        days: rounds.days,
        seconds,
        slowest_millis: rounds.slowest_millis,
        peak,
        bytes: told.unwrap_or(grown),
    };
    cache.finish(FILLED, &filled)?;
    Ok((store, Some(filled)))
}
