//! A workbook: one sheet for each section, its columns those of the table as CSV.
//!
//! Unlike the other forms it is not streamed: the directory of a workbook stands at its end, and a
//! spreadsheet opens a whole one or none. Rows go through a temporary file, so that memory holds a
//! page of them and the packed result.

use rust_xlsxwriter::{Format as Style, Workbook, XlsxError};
use serde::Serialize;
use serde_json::Value;
use store::Share;

use super::{Section, csv::columns, rows::Rows};
use crate::{
    api::{error::ApiError, params::wrong},
    sheet::{TIME_WIDTH, cell, time},
};

/// Columns that hold days and instants.
const TIMES: [&str; 3] = ["date", "lastActive", "lastActivity"];

/// A workbook in the making, with the row that comes next in its last sheet.
struct Book {
    workbook: Workbook,
    row: u32,
    /// Goes along wherever the workbook is worked on: whoever asked may leave before that has ended.
    _place: Share,
}

/// Returns the bytes of a workbook with the sections.
pub(super) async fn write(
    rows: &Rows,
    sections: &[Section],
    place: Share,
) -> Result<Vec<u8>, ApiError> {
    let mut book = Book {
        workbook: Workbook::new(),
        row: 0,
        _place: place,
    };
    for section in sections.iter().copied() {
        book = on_a_thread(book, move |book| book.begin(section)).await?;
        match section {
            Section::Users => {
                let mut offset = 0;
                loop {
                    let page = rows.users(offset).await?;
                    if page.is_empty() {
                        break;
                    }
                    offset += u32::try_from(page.len()).unwrap_or(u32::MAX);
                    book = on_a_thread(book, move |book| book.put(section, &page)).await?;
                }
            }
            Section::Messages => {
                let days = rows.messages().await?;
                book = on_a_thread(book, move |book| book.put(section, &days)).await?;
            }
            Section::Channels => {
                let channels = rows.channels().await?;
                book = on_a_thread(book, move |book| book.put(section, &channels)).await?;
            }
            Section::Events => {
                let message = "events do not fit into a workbook: take csv, zip or ndjson";
                return Err(wrong("metrics", message));
            }
        }
    }
    let packed = tokio::task::spawn_blocking(move || {
        let packed = book.workbook.save_to_buffer();
        drop(book);
        packed
    });
    packed
        .await
        .map_err(|error| internal(&error))?
        .map_err(failed)
}

/// Changes the workbook where waiting for a disk holds up nobody.
async fn on_a_thread(
    mut book: Book,
    change: impl FnOnce(&mut Book) -> Result<(), ApiError> + Send + 'static,
) -> Result<Book, ApiError> {
    tokio::task::spawn_blocking(move || change(&mut book).map(|()| book))
        .await
        .map_err(|error| internal(&error))?
}

impl Book {
    /// Begins the sheet of a section.
    fn begin(&mut self, section: Section) -> Result<(), ApiError> {
        let sheet = self
            .workbook
            .add_worksheet_with_constant_memory()
            .map_err(failed)?;
        sheet.set_name(section.name()).map_err(failed)?;
        sheet.set_freeze_panes(1, 0).map_err(failed)?;
        let bold = Style::new().set_bold();
        for (column, name) in (0..).zip(columns(section)) {
            sheet
                .write_string_with_format(0, column, *name, &bold)
                .map_err(failed)?;
            if TIMES.contains(name) {
                sheet.set_column_width(column, TIME_WIDTH).map_err(failed)?;
            }
        }
        self.row = 1;
        Ok(())
    }

    /// Writes rows to the end of the last sheet.
    fn put<T: Serialize>(&mut self, section: Section, rows: &[T]) -> Result<(), ApiError> {
        let last = self.workbook.worksheets().len().saturating_sub(1);
        let sheet = self.workbook.worksheet_from_index(last).map_err(failed)?;
        for row in rows {
            let row = serde_json::to_value(row).map_err(|error| internal(&error))?;
            for (column, name) in (0..).zip(columns(section)) {
                let place = (self.row, column);
                match row.get(name) {
                    Some(Value::String(text)) if TIMES.contains(name) => {
                        time(sheet, place, text).map_err(failed)?;
                    }
                    Some(value) => cell(sheet, place, value).map_err(failed)?,
                    None => {}
                }
            }
            self.row += 1;
        }
        Ok(())
    }
}

/// Returns why a workbook could not be made.
pub(in crate::api) fn failed(error: XlsxError) -> ApiError {
    match error {
        XlsxError::RowColumnLimitError => {
            let message = "there are more rows than a sheet holds: take csv, zip or ndjson";
            wrong("format", message)
        }
        other => internal(&other),
    }
}

fn internal(error: &dyn std::fmt::Display) -> ApiError {
    ApiError::Internal(error.to_string())
}
