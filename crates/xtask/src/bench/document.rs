//! The tables in `docs/performance.md`.

use std::{fs, path::Path};

use anyhow::{Context, Result};

/// Where the figures are published.
const DOCUMENT: &str = "docs/performance.md";

/// The lines that a task writes between.
#[derive(Debug, Clone, Copy)]
pub(super) struct Markers {
    begin: &'static str,
    end: &'static str,
}

/// Between these stands what `make bench` measured.
pub(super) const BENCH: Markers = Markers {
    begin: "<!-- bench: begin, written by `make bench ARGS=--write` -->",
    end: "<!-- bench: end -->",
};
/// Between these stands what `make bench-100m` measured.
pub(super) const LARGE: Markers = Markers {
    begin: "<!-- bench-large: begin, written by `make bench-100m ARGS=--write` -->",
    end: "<!-- bench-large: end -->",
};

impl Markers {
    /// Replaces what stands between the markers in the document.
    pub(super) fn write(self, root: &Path, text: &str) -> Result<()> {
        let path = root.join(DOCUMENT);
        let document = fs::read_to_string(&path).with_context(|| DOCUMENT.to_owned())?;
        let Self { begin, end } = self;
        let replaced = self
            .replaced(&document, text)
            .with_context(|| format!("{DOCUMENT} lacks the lines {begin} and {end}"))?;
        fs::write(&path, replaced)?;
        println!("wrote {DOCUMENT}");
        Ok(())
    }

    fn replaced(self, document: &str, text: &str) -> Option<String> {
        let Self { begin, end } = self;
        let (before, rest) = document.split_once(begin)?;
        let (_, after) = rest.split_once(end)?;
        Some(format!(
            "{before}{begin}\n\n{}\n\n{end}{after}",
            text.trim()
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_between_the_markers_changes() {
        let Markers { begin, end } = BENCH;
        let document = format!("# Title\n\n{begin}\nold\n{end}\n\nmore\n");
        let new = BENCH.replaced(&document, "new\n").unwrap();
        assert_eq!(new, format!("# Title\n\n{begin}\n\nnew\n\n{end}\n\nmore\n"));
        assert_eq!(BENCH.replaced(&new, "new").unwrap(), new);
        assert_eq!(BENCH.replaced("no markers", "new"), None);
        assert_eq!(LARGE.replaced(&document, "new"), None);
    }

    #[test]
    fn the_document_has_the_markers() {
        let document = fs::read_to_string(crate::root().join(DOCUMENT)).unwrap();
        for markers in [BENCH, LARGE] {
            assert!(markers.replaced(&document, "").is_some());
        }
    }
}
