//! Values in files for spreadsheets, where no text is ever a formula.

mod csv;
mod xlsx;

pub use self::{
    csv::{field, write_record},
    xlsx::{TIME_WIDTH, cell, time},
};
