//! Answers: rows of keys and values, and where they come from.

use crate::plan::Source;

/// A key of a row: what a dimension says.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Cell {
    /// Nothing: the events have no such value.
    None,
    /// A number, such as an hour or the first millisecond of a bucket.
    Int(i64),
    /// A text, such as an identifier.
    Text(String),
}

impl Cell {
    /// Returns the number.
    pub const fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(value) => Some(*value),
            Self::None | Self::Text(_) => None,
        }
    }

    /// Returns the text.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::None | Self::Int(_) => None,
        }
    }
}

/// One row of an answer.
#[derive(Debug, Clone, PartialEq)]
pub struct TableRow {
    /// One for each dimension, in the order of the query.
    pub keys: Vec<Cell>,
    /// One for each metric, in the order of the query; `None` is unknown, never zero.
    pub values: Vec<Option<f64>>,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Table {
    /// The rows within limit and offset.
    pub rows: Vec<TableRow>,
    /// How many rows there are without limit and offset.
    pub total: u64,
    /// Where they come from.
    pub origin: Origin,
}

/// Where an answer comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Origin {
    /// From events, rollups or both.
    pub source: Source,
    /// Whole days that came from rollups.
    pub days: usize,
    /// Whole months that came from rollups.
    pub months: usize,
    /// Events that were read.
    pub events_read: u64,
    /// Numbers that were withheld because of small groups.
    pub withheld: u64,
}

impl Origin {
    /// Returns where two answers together come from.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            source: self.source.and(other.source),
            days: self.days + other.days,
            months: self.months + other.months,
            events_read: self.events_read + other.events_read,
            withheld: self.withheld + other.withheld,
        }
    }
}
