//! What stands at the root for nself, Docker and whoever installs: that it agrees with the service and
//! with those that read it.

mod compose;
mod image;
mod manifest;
mod scripts;
mod world;

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The root of the project.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The text of a file at the root.
fn text(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}
