//! Tables of people and channels: CSV whose first line names the columns.

mod cell;
mod channels;
mod people;
mod reader;

#[cfg(test)]
mod tests;

pub use channels::read_channels_csv;
pub use people::read_people_csv;
