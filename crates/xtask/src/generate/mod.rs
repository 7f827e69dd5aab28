//! Writes the references under `docs/reference`, and the examples of metrics, from the declarations in the code.

mod errors;
mod events;
mod examples;
mod import;
mod metrics;
mod openapi;
mod table;

use std::{fs, path::Path};

use anyhow::{Context, Result, bail};

pub(crate) use table::table;

/// A file: its path, and what makes its text.
type Reference = (&'static str, fn() -> Result<String>);

/// Every generated file.
const REFERENCES: &[Reference] = &[
    ("docs/reference/config.md", || {
        Ok(server::config::reference())
    }),
    ("docs/reference/errors.md", || Ok(errors::reference())),
    ("docs/reference/events.md", || Ok(events::reference())),
    ("docs/reference/import.md", || Ok(import::reference())),
    ("docs/reference/metrics.md", metrics::reference),
    ("docs/reference/openapi.json", openapi::reference),
    ("crates/server/src/api/examples.json", examples::file),
];

/// Writes every reference, or fails naming those that are stale.
pub(crate) fn run(root: &Path, only_check: bool) -> Result<()> {
    let mut stale = Vec::new();
    for (name, text) in REFERENCES {
        let path = Path::new(name);
        let text = text().with_context(|| path.display().to_string())?;
        let present = fs::read_to_string(root.join(path)).unwrap_or_default();
        if present == text {
            continue;
        }
        if only_check {
            stale.push(path.display().to_string());
        } else {
            let file = root.join(path);
            file.parent().map_or(Ok(()), fs::create_dir_all)?;
            fs::write(file, text).with_context(|| path.display().to_string())?;
            println!("wrote {}", path.display());
        }
    }
    if !stale.is_empty() {
        bail!(
            "stale: {}; write again with `make gen` and commit",
            stale.join(", ")
        );
    }
    println!("gen: the references are as the code declares");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_not_stale_and_what_was_changed_is() {
        let root = tempfile::tempdir().unwrap();
        let stale = || run(root.path(), true).map_err(|error| error.to_string());
        assert!(stale().unwrap_err().contains("docs/reference/events.md"));
        run(root.path(), false).unwrap();
        stale().unwrap();
        let path = root.path().join("docs/reference/metrics.md");
        fs::write(path, "changed").unwrap();
        assert_eq!(
            stale().unwrap_err(),
            "stale: docs/reference/metrics.md; write again with `make gen` and commit"
        );
    }
}
