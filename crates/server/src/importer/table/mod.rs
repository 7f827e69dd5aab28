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
