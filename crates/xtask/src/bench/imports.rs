//! How fast a history is imported, and how much room it needs.

use std::{
    fs::File,
    io::{self, BufReader},
    path::Path,
};

use anyhow::Result;

use super::{
    figure::{Figure, Target, Unit},
    process::folder_bytes,
};
use crate::{
    product::{Binary, Imported, Service},
    verify::lean_arguments,
};

const RATE: Target = Target::AtLeast(200_000.0);
pub(super) const ROOM: Target = Target::AtMost(40.0);

/// Imports a compressed history into `store`, and the same one uncompressed into another one.
pub(super) fn measure(
    binary: &Binary,
    folder: &Path,
    history: &Path,
    store: &Path,
) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    let compressed = binary.import(store, lean_arguments(folder, history))?;
    figures.extend(rates("NDJSON .zst", compressed));

    // A start and a clean stop leave the store as it is found from day to day.
    let service = Service::start(binary, store)?;
    service.stop()?;
    let bytes = folder_bytes(store)? as f64 / compressed.new as f64;
    figures.push(Figure::say(
        "disk for an imported event with its text",
        bytes,
        Unit::BytesPerEvent,
        ROOM,
    ));

    let plain = store.with_extension("ndjson");
    let mut packed = zstd::Decoder::new(BufReader::new(File::open(history)?))?;
    io::copy(&mut packed, &mut File::create(&plain)?)?;
    let other = store.with_extension("plain");
    let imported = binary.import(&other, lean_arguments(folder, &plain))?;
    figures.extend(rates("NDJSON", imported));
    std::fs::remove_file(plain)?;
    std::fs::remove_dir_all(other)?;
    Ok(figures)
}

fn rates(name: &str, import: Imported) -> [Figure; 2] {
    let whole = import.new as f64 / import.took.as_secs_f64();
    [
        Figure::say(
            format!("import of {name}, the whole command"),
            whole,
            Unit::EventsPerSecond,
            RATE,
        ),
        Figure::say(
            format!("import of {name}, by its own clock"),
            import.rate as f64,
            Unit::EventsPerSecond,
            RATE,
        ),
    ]
}
