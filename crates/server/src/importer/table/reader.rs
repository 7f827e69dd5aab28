//! A CSV file whose columns are found by name.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
};

use domain::{
    event::snake_case,
    record::MAX_RECORD_TEXT,
    warning::{Defect, fit},
};

use super::{
    bounded::{Allowance, Bounded, RowTooLong},
    notes::CellNotes,
};
use crate::importer::{ImportError, skip::shorten};

/// Records that are handed on together.
const SHARE: usize = 2_000;

/// Bytes of rows that are handed on together at most, or one row.
const SHARE_BYTES: usize = 2 << 20;

/// A column by the names it goes by, the likeliest first.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// The names; `User ID`, `userId` and `user_id` are one.
    pub names: &'static [&'static str],
    /// What a cell holds, in words.
    pub holds: &'static str,
}

/// How a kind of record is read from a row.
pub(super) trait FromRow: Sized {
    /// The columns, the first of which the table cannot do without.
    const COLUMNS: &'static [Column];

    /// Reads a row; `None` when it is of nobody.
    fn read(row: &mut Row<'_>) -> Option<Self>;
}

/// An opened table, read a share at a time: a list of any length takes the same memory.
pub struct RecordTable<T> {
    table: Table<Box<dyn Read + Send>>,
    read: fn(&mut Row<'_>) -> Option<T>,
}

impl<T> RecordTable<T> {
    /// Opens a file.
    pub(super) fn open(path: &Path) -> Result<Self, ImportError>
    where
        T: FromRow,
    {
        let file = File::open(path).map_err(|error| ImportError::io(path, error))?;
        Self::new(path, Box::new(file))
    }

    /// Reads the first line of a table; `path` is for messages only.
    pub(super) fn new(path: &Path, reader: Box<dyn Read + Send>) -> Result<Self, ImportError>
    where
        T: FromRow,
    {
        Ok(Self {
            table: Table::new(path, reader, T::COLUMNS)?,
            read: T::read,
        })
    }

    /// Returns the records of the next rows, none at the end, and adds what of their cells could
    /// not be kept. Rows of nobody take no place.
    pub fn next_share(&mut self, notes: &mut CellNotes) -> Result<Vec<T>, ImportError> {
        let mut records = Vec::new();
        let mut bytes = 0;
        while records.len() < SHARE && bytes < SHARE_BYTES && self.table.advance(notes)? {
            let record = (self.read)(&mut Row {
                table: &self.table,
                notes: &mut *notes,
            });
            if let Some(record) = record {
                bytes += self.table.record.as_slice().len();
                records.push(record);
            }
        }
        Ok(records)
    }
}

/// Returns the names of the columns of a table.
pub(super) fn column_names(path: &Path) -> Result<Vec<String>, ImportError> {
    let file = File::open(path).map_err(|error| ImportError::io(path, error))?;
    Ok(names_of(&Table::new(path, file, &[])?.headers))
}

fn names_of(headers: &csv::StringRecord) -> Vec<String> {
    headers
        .iter()
        .map(|name| snake_case(name.trim_start_matches('\u{feff}')))
        .collect()
}

struct Table<R> {
    path: PathBuf,
    reader: csv::Reader<Bounded<R>>,
    allowance: Allowance,
    headers: csv::StringRecord,
    /// For each column of [`FromRow::COLUMNS`] where it stands, under all its names.
    places: Vec<Vec<usize>>,
    record: csv::StringRecord,
    line: u64,
}

impl<R: Read> Table<R> {
    fn new(path: &Path, reader: R, columns: &[Column]) -> Result<Self, ImportError> {
        let (reader, allowance) = Bounded::new(reader);
        let mut reader = csv::ReaderBuilder::new()
            .trim(csv::Trim::All)
            .flexible(true)
            .from_reader(reader);
        let headers = reader
            .byte_headers()
            .map_err(|source| bad_table(path, 1, source))?;
        let headers = csv::StringRecord::from_byte_record_lossy(headers.clone());
        allowance.renew();
        let names = names_of(&headers);
        let places: Vec<Vec<usize>> = columns
            .iter()
            .map(|column| {
                let place = |name: &&str| names.iter().position(|column| column == name);
                column.names.iter().filter_map(place).collect()
            })
            .collect();
        if let (Some(column), Some([])) = (columns.first(), places.first().map(Vec::as_slice)) {
            return Err(ImportError::MissingColumn {
                path: path.to_owned(),
                column: column.names.first().copied().unwrap_or_default(),
            });
        }
        Ok(Self {
            path: path.to_owned(),
            reader,
            allowance,
            headers,
            places,
            record: csv::StringRecord::new(),
            line: 0,
        })
    }

    /// Reads the next row that is not blank; returns false at the end.
    fn advance(&mut self, notes: &mut CellNotes) -> Result<bool, ImportError> {
        let mut bytes = csv::ByteRecord::new();
        loop {
            let next = self.reader.position().line();
            let read = self
                .reader
                .read_byte_record(&mut bytes)
                .map_err(|source| bad_table(&self.path, next, source))?;
            if !read {
                return Ok(false);
            }
            self.allowance.renew();
            if !bytes.iter().all(<[u8]>::is_empty) {
                break;
            }
        }
        self.line = bytes.position().map_or(0, csv::Position::line);
        self.record = match csv::StringRecord::from_byte_record(bytes) {
            Ok(record) => record,
            Err(error) => {
                notes.add(Defect::BadCharacters, || self.at_line());
                csv::StringRecord::from_byte_record_lossy(error.into_byte_record())
            }
        };
        Ok(true)
    }
}

impl<R> Table<R> {
    fn at_line(&self) -> String {
        format!("{}:{}", self.path.display(), self.line)
    }
}

/// A row of a table.
pub(super) struct Row<'a> {
    table: &'a Table<Box<dyn Read + Send>>,
    notes: &'a mut CellNotes,
}

impl Row<'_> {
    /// Returns the value of the column at `index` of [`FromRow::COLUMNS`]; `None` when it is not
    /// there, the cell is empty, or `read` does not know what it holds.
    pub(super) fn value<T>(&mut self, index: usize, read: impl Fn(&str) -> Option<T>) -> Option<T> {
        let (place, value) = self.cell(index)?;
        let read = read(value);
        if read.is_none() {
            self.note(Defect::Unreadable, place);
        }
        read
    }

    /// Returns the text of the column at `index`, cut where a record holds no more.
    pub(super) fn text(&mut self, index: usize) -> Option<String> {
        let (place, value) = self.cell(index)?;
        // One character more than fits, so that it is still too long.
        let mut text = value[..value.floor_char_boundary(MAX_RECORD_TEXT + 4)].to_owned();
        for defect in fit(&mut text, MAX_RECORD_TEXT) {
            self.note(defect, place);
        }
        Some(text)
    }

    /// Returns the identifier in the first column.
    pub(super) fn identifier<T>(
        &mut self,
        index: usize,
        read: impl Fn(&str) -> (Option<T>, Option<Defect>),
    ) -> Option<T> {
        let Some((place, value)) = self.cell(index) else {
            if index == 0 {
                let at_line = || self.table.at_line();
                self.notes.add(Defect::Placeholder, at_line);
            }
            return None;
        };
        let (identifier, defect) = read(value);
        if let Some(defect) = defect {
            self.note(defect, place);
        }
        identifier
    }

    /// Returns the first cell of a column that is filled, and where it stands.
    fn cell(&self, index: usize) -> Option<(usize, &str)> {
        self.table.places.get(index)?.iter().find_map(|place| {
            let value = self.table.record.get(*place)?;
            (!value.is_empty()).then_some((*place, value))
        })
    }

    fn note(&mut self, defect: Defect, place: usize) {
        self.notes.add(defect, || {
            let column = self.table.headers.get(place).unwrap_or_default();
            let value = self.table.record.get(place).unwrap_or_default();
            format!(
                "{} {}: {}",
                self.table.at_line(),
                shorten(column, 40),
                shorten(value, 60)
            )
        });
    }
}

fn bad_table(path: &Path, line: u64, source: csv::Error) -> ImportError {
    let path = path.to_owned();
    let is_too_long = matches!(source.kind(), csv::ErrorKind::Io(error)
        if error.get_ref().and_then(|inner| inner.downcast_ref::<RowTooLong>()).is_some());
    if is_too_long {
        ImportError::RowTooLong { path, line }
    } else {
        ImportError::BadTable { path, source }
    }
}
