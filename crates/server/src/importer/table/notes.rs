//! What of the cells of a table could not be kept: counted, with a few examples of each kind.

use std::collections::BTreeMap;

use domain::warning::Defect;

use crate::importer::EXAMPLES;

/// Cells that could not be kept as they are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CellNotes(BTreeMap<Defect, Cells>);

/// Those with one defect.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Cells {
    /// How many.
    pub count: u64,
    /// Where the first of them stand and what these hold.
    pub examples: Vec<String>,
}

impl CellNotes {
    /// Adds a cell; `what` says where it stands and what it holds.
    pub(super) fn add(&mut self, defect: Defect, what: impl FnOnce() -> String) {
        let cells = self.0.entry(defect).or_default();
        cells.count += 1;
        if cells.examples.len() < EXAMPLES {
            cells.examples.push(what());
        }
    }

    /// Returns the cells by defect.
    pub fn iter(&self) -> impl Iterator<Item = (Defect, &Cells)> {
        self.0.iter().map(|(defect, cells)| (*defect, cells))
    }
}
