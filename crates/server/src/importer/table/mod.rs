//! Tables of people and channels: CSV whose first line names the columns.
//!
//! A cell that does not hold what its column says costs the cell, and a row of nobody the row. No
//! row may be longer than a megabyte, which is what a quote that is never closed would make.

mod bounded;
mod cell;
mod channels;
mod notes;
mod people;
mod reader;

#[cfg(test)]
mod tests;

pub use channels::{CHANNEL_COLUMNS, open_channels_csv};
pub use notes::CellNotes;
pub use people::{PEOPLE_COLUMNS, open_people_csv};
pub use reader::{Column, RecordTable};

use std::path::Path;

use super::ImportError;

/// Returns whether a table is one of channels, by columns that only such tables have; else it is one of people.
pub fn is_of_channels(path: &Path) -> Result<bool, ImportError> {
    let names = reader::column_names(path)?;
    let has_own = |own: &[Column], others: &[Column]| {
        let is_known = |columns: &[Column], name: &str| {
            columns.iter().any(|column| column.names.contains(&name))
        };
        let mut names = names.iter();
        names.any(|name| is_known(own, name) && !is_known(others, name))
    };
    Ok(has_own(CHANNEL_COLUMNS, PEOPLE_COLUMNS) && !has_own(PEOPLE_COLUMNS, CHANNEL_COLUMNS))
}
