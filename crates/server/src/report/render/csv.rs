//! A zip archive of tables as CSV: the figures, each chart and each table, and what they mean.

use std::io::{Cursor, Write as _};

use serde_json::Value;
use zip::{DateTime, ZipWriter, write::SimpleFileOptions};

use super::RenderError;
use crate::{
    query::Shown,
    report::content::{Cell, Content},
    sheet::{field, write_record},
};

/// The files of an archive, one after the other.
struct Archive {
    writer: ZipWriter<Cursor<Vec<u8>>>,
}

impl Archive {
    /// Adds a table; its first line names the columns.
    fn add(&mut self, name: &str, lines: &[Vec<Value>]) -> Result<(), RenderError> {
        // Archives made of the same numbers are to be the same.
        let options = SimpleFileOptions::default().last_modified_time(DateTime::default());
        self.writer
            .start_file(format!("{name}.csv"), options)
            .map_err(|error| RenderError::of(&error))?;
        let mut written = Vec::new();
        for line in lines {
            let fields: Vec<String> = line.iter().map(|value| field(Some(value))).collect();
            write_record(&fields, &mut written).map_err(|error| RenderError::of(&error))?;
        }
        self.writer
            .write_all(&written)
            .map_err(|error| RenderError::of(&error))
    }
}

pub(super) fn write(content: &Content) -> Result<Vec<u8>, RenderError> {
    let mut archive = Archive {
        writer: ZipWriter::new(Cursor::new(Vec::new())),
    };
    archive.add("report", &about(content))?;
    archive.add("figures", &figures(content))?;
    for section in &content.sections {
        for chart in &section.charts {
            let mut lines = vec![texts(&["date", chart.name, "previous"])];
            lines.extend(chart.points.iter().map(|point| {
                let date = Value::String(point.date.clone());
                vec![date, number(point.value), number(point.previous)]
            }));
            archive.add(&format!("{}-{}", section.name, chart.name), &lines)?;
        }
        for table in &section.tables {
            let head: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
            let mut lines = vec![texts(&head)];
            lines.extend(table.rows.iter().map(|row| row.iter().map(cell).collect()));
            archive.add(&format!("{}-{}", section.name, table.name), &lines)?;
        }
    }
    let mut lines = vec![texts(&["number", "definition"])];
    let defined = content.definitions.iter();
    lines.extend(defined.map(|defined| texts(&[defined.title, &defined.text])));
    archive.add("definitions", &lines)?;
    let written = archive.writer.finish();
    Ok(written
        .map_err(|error| RenderError::of(&error))?
        .into_inner())
}

fn about(content: &Content) -> Vec<Vec<Value>> {
    let (from, to) = (content.from.to_string(), content.to.to_string());
    let as_of = content.as_of.to_string();
    vec![
        texts(&["title", &content.title]),
        texts(&["workspace", &content.workspace]),
        texts(&["period", &content.period]),
        texts(&["from", &from]),
        texts(&["to", &to]),
        texts(&["timezone", &content.timezone]),
        texts(&["asOf", &as_of]),
    ]
}

fn figures(content: &Content) -> Vec<Vec<Value>> {
    let mut lines = vec![texts(&[
        "section", "figure", "unit", "value", "previous", "change",
    ])];
    for section in &content.sections {
        lines.extend(section.figures.iter().map(|figure| {
            let mut line = texts(&[section.name, figure.name, figure.unit]);
            line.push(number(figure.value));
            line.push(number(figure.previous));
            line.push(figure.change.clone().map_or(Value::Null, Value::String));
            line
        }));
    }
    lines
}

fn texts(texts: &[&str]) -> Vec<Value> {
    texts.iter().map(|text| Value::from(*text)).collect()
}

fn number(value: Option<Shown>) -> Value {
    match value {
        None => Value::Null,
        Some(Shown::Whole(whole)) => whole.into(),
        Some(Shown::Real(value)) => value.into(),
        Some(Shown::Millis(at)) => at.into(),
    }
}

fn cell(cell: &Cell) -> Value {
    match cell {
        Cell::None => Value::Null,
        Cell::Number(value) => number(Some(*value)),
        Cell::Text(text) => Value::String(text.clone()),
    }
}
