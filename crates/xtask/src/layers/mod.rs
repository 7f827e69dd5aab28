//! Checks who uses whom: modules inside `server` by their source, crates by `cargo metadata`.
//!
//! The rules are a table in [`rules`]; what is not in the table may not be used.

mod crates;
mod modules;
mod rules;

use std::path::Path;

use anyhow::{Result, bail};

/// Returns every use that no rule allows, as `file:line: what is wrong`.
fn violations(root: &Path) -> Result<Vec<String>> {
    Ok([modules::violations(root)?, crates::violations(root)?].concat())
}

/// Fails with a line for each use that no rule allows.
pub(crate) fn check(root: &Path) -> Result<()> {
    let found = violations(root)?;
    if found.is_empty() {
        println!("layers: every use is allowed");
        return Ok(());
    }
    println!("{}", found.join("\n"));
    bail!(
        "{} not allowed; the rules are in crates/xtask/src/layers/rules.rs",
        found.len()
    )
}

#[test]
fn this_workspace_keeps_its_rules() {
    assert_eq!(violations(&crate::root()).unwrap(), [""; 0]);
}
