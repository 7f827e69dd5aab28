//! A CSV file whose columns are found by name.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use domain::event::snake_case;

use super::cell::Cell;
use crate::importer::ImportError;

/// An opened table.
pub(super) struct Table<R> {
    path: PathBuf,
    reader: csv::Reader<R>,
    /// The columns as they are compared: `User ID`, `userId` and `user_id` are one name.
    names: Vec<String>,
    headers: csv::StringRecord,
}

impl Table<File> {
    /// Opens a file.
    pub(super) fn open(path: &Path) -> Result<Self, ImportError> {
        let file = File::open(path).map_err(|error| ImportError::io(path, error))?;
        Self::new(path, file)
    }
}

impl<R: Read> Table<R> {
    /// Reads the first line of a table; `path` is for messages only.
    pub(super) fn new(path: &Path, reader: R) -> Result<Self, ImportError> {
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .flexible(true)
            .from_reader(reader);
        let headers = reader
            .headers()
            .map_err(|source| bad_table(path, source))?
            .clone();
        let names = headers
            .iter()
            .map(|name| snake_case(name.trim_start_matches('\u{feff}')));
        let names = names.collect();
        Ok(Self {
            path: path.to_owned(),
            reader,
            names,
            headers,
        })
    }

    /// Returns where the first column stands that goes by one of `names`, earlier names first.
    pub(super) fn column(&self, names: &[&str]) -> Option<usize> {
        names
            .iter()
            .find_map(|name| self.names.iter().position(|column| column == name))
    }

    /// Returns where the column stands that the table cannot do without.
    pub(super) fn required(&self, names: &[&'static str]) -> Result<usize, ImportError> {
        let column = names.first().copied().unwrap_or_default();
        self.column(names)
            .ok_or_else(|| ImportError::MissingColumn {
                path: self.path.clone(),
                column,
            })
    }

    /// Calls `row` for each row that is not blank.
    pub(super) fn each<T>(
        mut self,
        row: impl Fn(&Row<'_>) -> Result<T, ImportError>,
    ) -> Result<Vec<T>, ImportError> {
        let mut rows = Vec::new();
        let mut record = csv::StringRecord::new();
        while self
            .reader
            .read_record(&mut record)
            .map_err(|source| bad_table(&self.path, source))?
        {
            if record.iter().all(str::is_empty) {
                continue;
            }
            let line = record.position().map_or(0, csv::Position::line);
            rows.push(row(&Row {
                path: &self.path,
                line,
                headers: &self.headers,
                record: &record,
            })?);
        }
        Ok(rows)
    }
}

/// A row of a table.
pub(super) struct Row<'a> {
    path: &'a Path,
    line: u64,
    headers: &'a csv::StringRecord,
    record: &'a csv::StringRecord,
}

impl<'a> Row<'a> {
    /// Returns the cell of a column; `None` when the column is not there or the cell is empty.
    pub(super) fn cell(&self, column: Option<usize>) -> Option<Cell<'a>> {
        let column = column?;
        let value = self.record.get(column).filter(|value| !value.is_empty())?;
        Some(Cell {
            path: self.path,
            line: self.line,
            column: self.headers.get(column).unwrap_or_default(),
            value,
        })
    }

    /// Returns the cell of a column that every row must fill.
    pub(super) fn required(&self, column: usize) -> Result<Cell<'a>, ImportError> {
        let empty = Cell {
            path: self.path,
            line: self.line,
            column: self.headers.get(column).unwrap_or_default(),
            value: "",
        };
        self.cell(Some(column))
            .ok_or_else(|| empty.wrong("an identifier"))
    }
}

fn bad_table(path: &Path, source: csv::Error) -> ImportError {
    ImportError::BadTable {
        path: path.to_owned(),
        source,
    }
}
