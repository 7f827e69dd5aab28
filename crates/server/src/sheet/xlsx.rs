//! Cells of workbooks.

use rust_xlsxwriter::{ExcelDateTime, Format as Style, Worksheet, XlsxError};
use serde_json::Value;

/// Most characters of a cell.
const LONGEST: usize = 32_767;
/// How an instant is shown.
const INSTANT: &str = "yyyy-mm-dd hh:mm:ss \"UTC\"";
/// How a local day is shown.
const DAY: &str = "yyyy-mm-dd";
/// Width of a column of instants, in characters.
pub const TIME_WIDTH: f64 = 23.0;

/// Writes a local day as a date, an instant as a date with its time; what a sheet cannot count stays a
/// text.
pub fn time(sheet: &mut Worksheet, place: (u32, u16), text: &str) -> Result<(), XlsxError> {
    let Ok(time) = ExcelDateTime::parse_from_str(text) else {
        return cell(sheet, place, &Value::String(text.to_owned()));
    };
    let style = if text.contains('T') { INSTANT } else { DAY };
    let style = Style::new().set_num_format(style);
    sheet
        .write_datetime_with_format(place.0, place.1, &time, &style)
        .map(drop)
}

/// Writes a value as what it is. A text stays one: no cell is a formula, whatever it begins with.
pub fn cell(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    value: &Value,
) -> Result<(), XlsxError> {
    let text = match value {
        Value::Null => return Ok(()),
        Value::Bool(value) => return sheet.write_boolean(row, column, *value).map(|_| ()),
        Value::Number(number) => match number.as_f64() {
            Some(number) => return sheet.write_number(row, column, number).map(|_| ()),
            None => number.to_string(),
        },
        Value::String(text) => text.clone(),
        Value::Array(_) | Value::Object(_) => value.to_string(),
    };
    let text: String = text.chars().take(LONGEST).collect();
    sheet.write_string(row, column, text).map(|_| ())
}
