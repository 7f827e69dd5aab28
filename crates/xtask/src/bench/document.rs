//! The table in `docs/performance.md`.

use std::{fs, path::Path};

use anyhow::{Context, Result};

/// Where the figures are published.
const DOCUMENT: &str = "docs/performance.md";
const BEGIN: &str = "<!-- bench: begin, written by `make bench ARGS=--write` -->";
const END: &str = "<!-- bench: end -->";

/// Replaces what stands between the markers of the document.
pub(super) fn write(root: &Path, text: &str) -> Result<()> {
    let path = root.join(DOCUMENT);
    let document = fs::read_to_string(&path).with_context(|| DOCUMENT.to_owned())?;
    let replaced = replaced(&document, text)
        .with_context(|| format!("{DOCUMENT} lacks the lines {BEGIN} and {END}"))?;
    fs::write(&path, replaced)?;
    println!("wrote {DOCUMENT}");
    Ok(())
}

fn replaced(document: &str, text: &str) -> Option<String> {
    let (before, rest) = document.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!(
        "{before}{BEGIN}\n\n{}\n\n{END}{after}",
        text.trim()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_between_the_markers_changes() {
        let document = format!("# Title\n\n{BEGIN}\nold\n{END}\n\nmore\n");
        let new = replaced(&document, "new\n").unwrap();
        assert_eq!(new, format!("# Title\n\n{BEGIN}\n\nnew\n\n{END}\n\nmore\n"));
        assert_eq!(replaced(&new, "new").unwrap(), new);
        assert_eq!(replaced("no markers", "new"), None);
    }

    #[test]
    fn the_document_has_the_markers() {
        let document = fs::read_to_string(crate::root().join(DOCUMENT)).unwrap();
        assert!(replaced(&document, "").is_some());
    }
}
