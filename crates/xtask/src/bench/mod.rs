//! Measures the product: import, events in, answers, memory, start and disk.
//!
//! The load comes from this process, so it takes its share of the same cores; what is measured is
//! what one machine does with both.

mod demo;
mod document;
mod events;
mod figure;
pub(crate) mod history;
mod imports;
pub(crate) mod large;
mod ledger;
mod load;
mod machine;
mod process;
mod progress;
mod questions;
pub(crate) mod source;
mod track;

use std::{
    fmt::Write as _,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use anyhow::{Context, Result};
use jiff::Timestamp;
use tokio::runtime::Runtime;

use self::{
    figure::{Figure, Target, Unit, figures_table},
    load::Peer,
};
use crate::{
    product::{self, Binary, Service},
    verify,
};

/// The history that is measured, below the folder of histories.
const HISTORY: &str = "lean/events-2020-2022.ndjson.zst";
/// When it is over; what is posted happens later.
const AFTER: &str = "2023-01-01T00:00:00Z";
/// How often the start is measured.
const STARTS: usize = 5;
/// How long the service has nothing to do before its memory is read.
const REST: Duration = Duration::from_secs(5);

/// What is asked of this task.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Folder of the histories.
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// Write the figures into docs/performance.md.
    #[arg(long)]
    write: bool,
    /// Requests of each question.
    #[arg(long, default_value_t = 60, value_name = "NUMBER")]
    requests: u32,
    /// Events of the generated history; 0 leaves it out.
    #[arg(long, default_value_t = 5_000_000, value_name = "NUMBER")]
    generated: u64,
    /// Measure this binary instead of building one: two states are compared by one client.
    #[arg(long, value_name = "FILE", conflicts_with = "write")]
    binary: Option<PathBuf>,
}

/// Measures everything and prints it.
pub(crate) fn run(root: &Path, options: &Options) -> Result<()> {
    let data = verify::data_folder(root, options.data.as_deref())?
        .context("no data folder, name one with DATA=")?;
    let binary = match &options.binary {
        Some(path) => Binary::new(path.canonicalize()?),
        None => product::build(root, true)?,
    };
    let scratch = tempfile::tempdir()?;
    let load = machine::load();
    let machine = machine::machine(scratch.path());
    println!("{machine}\nload before: {load}; the client runs on the same cores\n");

    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let history = data.join(HISTORY);
    let folder = data.join("lean");
    let store = scratch.path().join("store");
    let mut sections = vec![(
        "Import",
        imports::measure(&binary, &folder, &history, &store)?,
    )];
    sections.extend(measure_service(
        &binary,
        &store,
        &runtime,
        options.requests,
    )?);
    if options.generated > 0 {
        let folder = scratch.path().join("generated");
        let figures = demo::measure(&runtime, &folder, options.generated)?;
        sections.push(("A large history", figures));
    }
    if options.write {
        document::BENCH.write(root, &text(&machine, &load, &sections))?;
    }
    Ok(())
}

type Section = (&'static str, Vec<Figure>);

/// Measures start, memory, answers and events in, in this order: what comes in changes the rest.
fn measure_service(
    binary: &Binary,
    store: &Path,
    runtime: &Runtime,
    requests: u32,
) -> Result<Vec<Section>> {
    let mut rest = vec![start(binary, store)?];
    // The days are filled before anything is measured, as they are once a chat is in.
    let service = Service::start(binary, store)?;
    ledger::settle(&service.client()?, |_| {})?;
    service.stop()?;
    let service = Service::start(binary, store)?;
    ledger::settle(&service.client()?, |_| {})?;
    let peer = Peer::of(&service);
    let megabytes = |name, value, target| Figure::say(name, value, Unit::Megabytes, target);
    thread::sleep(REST);
    let idle = process::memory(service.process())?.now;
    rest.push(megabytes("memory at rest", idle, Target::AtMost(100.0)));

    process::forget_peak(service.process());
    let questions = questions::measure(runtime, &peer, requests)?;
    let peak = process::memory(service.process())?.peak;
    rest.push(megabytes(
        "memory at most while it answers",
        peak,
        Target::AtMost(400.0),
    ));

    process::forget_peak(service.process());
    let after: Timestamp = AFTER.parse()?;
    let track = track::measure(runtime, &peer, after)?;
    let peak = process::memory(service.process())?.peak;
    rest.push(megabytes(
        "memory at most while events come in",
        peak,
        Target::AtMost(400.0),
    ));
    thread::sleep(REST);
    let idle = process::memory(service.process())?.now;
    rest.push(megabytes("memory at rest after that", idle, Target::None));
    service.stop()?;
    Ok(vec![
        ("Events in over HTTP, durable when answered", track),
        ("Answers, uncached", questions),
        ("Start and memory", rest),
    ])
}

fn start(binary: &Binary, store: &Path) -> Result<Figure> {
    let mut times = Vec::new();
    for _ in 0..STARTS {
        let service = Service::start(binary, store)?;
        times.push(service.start_took());
        service.stop()?;
    }
    times.sort();
    let median = times[STARTS / 2].as_secs_f64() * 1_000.0;
    Ok(Figure::say(
        "start to healthy",
        median,
        Unit::Milliseconds,
        Target::AtMost(1_000.0),
    ))
}

fn text(machine: &str, load: &str, sections: &[Section]) -> String {
    let mut text = machine::measured_on(machine, load);
    for (name, figures) in sections {
        // Writing to a `String` cannot fail.
        let _ = write!(text, "\n### {name}\n\n{}", figures_table(figures));
    }
    text
}
