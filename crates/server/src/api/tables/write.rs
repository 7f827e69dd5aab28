//! A table written: as CSV, as lines of JSON, as JSON, or as a workbook.

use rust_xlsxwriter::{Format as Style, Workbook};
use serde_json::Value;

use super::table::{Table, Time};
use crate::{
    api::{
        error::ApiError,
        export::{format::Format, xlsx::failed},
    },
    sheet::{TIME_WIDTH, cell, field, time, write_record},
};

/// Most characters of the name of a sheet.
const LONGEST_SHEET: usize = 31;

/// Writes a table; `zone` is whose local time days are, where the answer says it.
pub(super) fn write(
    table: &Table,
    format: Format,
    zone: Option<&str>,
) -> Result<Vec<u8>, ApiError> {
    let internal = |error: serde_json::Error| ApiError::Internal(error.to_string());
    match format {
        Format::Csv => csv(table, zone),
        Format::Excel => workbook(table, zone),
        Format::Ndjson => {
            let mut lines = Vec::new();
            for item in &table.items {
                serde_json::to_writer(&mut lines, item).map_err(internal)?;
                lines.push(b'\n');
            }
            Ok(lines)
        }
        Format::Json | Format::Zip => serde_json::to_vec(&table.items).map_err(internal),
    }
}

/// Returns the head of each column: local days say whose.
fn heads(table: &Table, zone: Option<&str>) -> Vec<String> {
    let head = |name: &String| match zone {
        Some(zone) if table.time(name) == Some(Time::Day) => format!("{name} ({zone})"),
        _ => name.clone(),
    };
    table.columns.iter().map(head).collect()
}

fn csv(table: &Table, zone: Option<&str>) -> Result<Vec<u8>, ApiError> {
    let internal = |error: std::io::Error| ApiError::Internal(error.to_string());
    let mut written = Vec::new();
    let heads = heads(table, zone).into_iter();
    let heads: Vec<String> = heads
        .map(|head| field(Some(&Value::String(head))))
        .collect();
    write_record(&heads, &mut written).map_err(internal)?;
    for row in &table.rows {
        let fields = table.columns.iter().map(|name| field(row.get(name)));
        write_record(&fields.collect::<Vec<_>>(), &mut written).map_err(internal)?;
    }
    Ok(written)
}

fn workbook(table: &Table, zone: Option<&str>) -> Result<Vec<u8>, ApiError> {
    let mut workbook = Workbook::new();
    let sheet = workbook
        .add_worksheet_with_constant_memory()
        .map_err(failed)?;
    let name: String = table.name.chars().take(LONGEST_SHEET).collect();
    sheet.set_name(name).map_err(failed)?;
    sheet.set_freeze_panes(1, 0).map_err(failed)?;
    let bold = Style::new().set_bold();
    let times: Vec<Option<Time>> = table.columns.iter().map(|name| table.time(name)).collect();
    for ((column, head), is_time) in (0..).zip(heads(table, zone)).zip(&times) {
        sheet
            .write_string_with_format(0, column, head, &bold)
            .map_err(failed)?;
        if is_time.is_some() {
            sheet.set_column_width(column, TIME_WIDTH).map_err(failed)?;
        }
    }
    for (line, row) in (1..).zip(&table.rows) {
        for ((column, name), is_time) in (0..).zip(&table.columns).zip(&times) {
            let place = (line, column);
            match (row.get(name), is_time) {
                (Some(Value::String(text)), Some(_)) => time(sheet, place, text),
                (Some(value), _) => cell(sheet, place, value),
                (None, _) => Ok(()),
            }
            .map_err(failed)?;
        }
    }
    workbook.save_to_buffer().map_err(failed)
}
