//! Checks who uses whom: modules inside `server` by their source, crates by their manifests.
//!
//! The rules are a table in [`rules`]; what is not in the table may not be used.

mod crates;
mod modules;
mod rules;
mod source;

use std::{
    fmt,
    path::{Path, PathBuf},
};

use anyhow::{Result, bail};

/// A use that no rule allows, or that no rule speaks of.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Violation {
    /// In which file.
    file: PathBuf,
    /// On which line, from 1.
    line: usize,
    /// What is wrong, and the rule.
    what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file.display(), self.line, self.what)
    }
}

/// Fails with a line for each use that no rule allows.
pub(crate) fn check(root: &Path) -> Result<()> {
    let mut found = modules::check(root)?;
    found.extend(crates::check(root)?);
    found.sort();
    if found.is_empty() {
        println!("layers: every use is allowed");
        return Ok(());
    }
    for violation in &found {
        println!("{violation}");
    }
    bail!(
        "{} not allowed; the rules are in crates/xtask/src/layers/rules.rs",
        found.len()
    )
}
