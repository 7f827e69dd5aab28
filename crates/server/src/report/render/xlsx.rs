//! A workbook: a sheet about the report, one for each section with its charts, one of definitions.

use rust_xlsxwriter::{
    Chart as Drawing, ChartType, DocProperties, ExcelDateTime, Format as Style, Workbook,
    Worksheet, XlsxError,
};
use serde_json::Value;

use super::{
    RenderError,
    html::{freshness, span},
};
use crate::{
    query::Shown,
    report::{
        content::{Cell, Chart, Column, Content, Figure, Section, Table},
        words,
    },
    sheet::{TIME_WIDTH, cell, time},
};

/// Most characters of the name of a sheet.
const LONGEST_SHEET: usize = 31;
/// The column that charts begin in, right of every table.
const CHART_COLUMN: u16 = 8;
/// Rows that a chart covers.
const CHART_ROWS: u32 = 16;

/// A sheet in the making: rows are written one after the other.
struct Page<'a> {
    sheet: &'a mut Worksheet,
    row: u32,
    bold: Style,
    heading: Style,
}

pub(super) fn write(content: &Content) -> Result<Vec<u8>, RenderError> {
    workbook(content).map_err(|error| RenderError::of(&error))
}

fn workbook(content: &Content) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    // Workbooks made of the same numbers are to be the same.
    let made = ExcelDateTime::from_timestamp(content.as_of.as_millis().div_euclid(1_000))?;
    let properties = DocProperties::new()
        .set_title(&content.title)
        .set_creation_datetime(&made);
    workbook.set_properties(&properties);
    about(&mut Page::add(&mut workbook, "Report")?, content)?;
    for section in &content.sections {
        let mut page = Page::add(&mut workbook, section.title)?;
        page.section(section)?;
    }
    let mut page = Page::add(&mut workbook, "Definitions")?;
    page.sheet.set_column_width(0, 30)?;
    page.head(&["Number", "What it means"])?;
    for definition in &content.definitions {
        page.texts(&[definition.title, &definition.text])?;
    }
    workbook.save_to_buffer()
}

fn about(page: &mut Page<'_>, content: &Content) -> Result<(), XlsxError> {
    page.sheet.set_column_width(0, 32)?;
    page.sheet.set_column_width(1, TIME_WIDTH)?;
    let heading = page.heading.clone();
    page.sheet
        .write_string_with_format(0, 0, &content.title, &heading)?;
    page.row = 1;
    page.texts(&[&span(content)])?;
    page.texts(&[&freshness(content)])?;
    for section in &content.sections {
        page.row += 1;
        page.title(section.title)?;
        if let Some(note) = &section.note {
            page.texts(&[note])?;
        }
        page.figures(&section.figures)?;
    }
    Ok(())
}

impl<'a> Page<'a> {
    fn add(workbook: &'a mut Workbook, name: &str) -> Result<Self, XlsxError> {
        let sheet = workbook.add_worksheet_with_constant_memory()?;
        let name: String = name.chars().take(LONGEST_SHEET).collect();
        sheet.set_name(name)?;
        Ok(Self {
            sheet,
            row: 0,
            bold: Style::new().set_bold(),
            heading: Style::new().set_bold().set_font_size(14),
        })
    }

    fn title(&mut self, text: &str) -> Result<(), XlsxError> {
        let heading = self.heading.clone();
        self.sheet
            .write_string_with_format(self.row, 0, text, &heading)?;
        self.row += 1;
        Ok(())
    }

    fn head(&mut self, names: &[&str]) -> Result<(), XlsxError> {
        for (column, name) in (0..).zip(names) {
            self.sheet
                .write_string_with_format(self.row, column, *name, &self.bold)?;
        }
        self.row += 1;
        Ok(())
    }

    fn texts(&mut self, texts: &[&str]) -> Result<(), XlsxError> {
        for (column, text) in (0..).zip(texts) {
            cell(self.sheet, (self.row, column), &Value::from(*text))?;
        }
        self.row += 1;
        Ok(())
    }

    fn section(&mut self, section: &Section) -> Result<(), XlsxError> {
        self.sheet.set_column_width(0, 32)?;
        self.title(section.title)?;
        if let Some(note) = &section.note {
            self.texts(&[note])?;
        }
        self.figures(&section.figures)?;
        let mut chart_row = 0;
        for chart in &section.charts {
            self.row += 1;
            self.chart(section.title, chart, chart_row)?;
            chart_row += CHART_ROWS;
        }
        for table in &section.tables {
            self.row += 1;
            self.table(table)?;
        }
        Ok(())
    }

    fn figures(&mut self, figures: &[Figure]) -> Result<(), XlsxError> {
        if figures.is_empty() {
            return Ok(());
        }
        self.head(&["Figure", "Value", "Before", "Change", "Unit"])?;
        for figure in figures {
            let row = self.row;
            cell(self.sheet, (row, 0), &Value::from(figure.title))?;
            self.number((row, 1), figure.value)?;
            self.number((row, 2), figure.previous)?;
            if let Some(change) = figure.change_percent {
                let style = Style::new().set_num_format("+0.0%;-0.0%;0.0%");
                self.sheet
                    .write_number_with_format(row, 3, change / 100.0, &style)?;
            }
            cell(self.sheet, (row, 4), &Value::from(figure.unit))?;
            self.row += 1;
        }
        Ok(())
    }

    /// Writes the values of a chart, and draws it beside them.
    fn chart(&mut self, sheet: &str, chart: &Chart, chart_row: u32) -> Result<(), XlsxError> {
        self.head(&["Date", chart.title, "Before"])?;
        let first = self.row;
        for point in &chart.points {
            time(self.sheet, (self.row, 0), &point.date)?;
            self.number((self.row, 1), point.value)?;
            self.number((self.row, 2), point.previous)?;
            self.row += 1;
        }
        if self.row == first {
            return Ok(());
        }
        let last = self.row - 1;
        let sheet: String = sheet.chars().take(LONGEST_SHEET).collect();
        let mut drawing = Drawing::new(ChartType::Line);
        drawing.title().set_name(chart.title);
        for (column, name) in [(1, chart.title), (2, "Before")] {
            let is_known = column == 1 || chart.points.iter().any(|point| point.previous.is_some());
            if is_known {
                drawing
                    .add_series()
                    .set_name(name)
                    .set_categories((sheet.as_str(), first, 0, last, 0))
                    .set_values((sheet.as_str(), first, column, last, column));
            }
        }
        self.sheet.insert_chart(chart_row, CHART_COLUMN, &drawing)?;
        Ok(())
    }

    fn table(&mut self, table: &Table) -> Result<(), XlsxError> {
        self.title(table.title)?;
        let heads: Vec<&str> = table.columns.iter().map(|column| column.title).collect();
        self.head(&heads)?;
        for row in &table.rows {
            for ((place, value), column) in (0..).zip(row).zip(&table.columns) {
                self.value((self.row, place), value, column)?;
            }
            self.row += 1;
        }
        if table.rest > 0 {
            self.texts(&[&format!("And {} more.", table.rest)])?;
        }
        Ok(())
    }

    fn value(&mut self, place: (u32, u16), value: &Cell, column: &Column) -> Result<(), XlsxError> {
        match value {
            Cell::None => Ok(()),
            Cell::Number(number) => self.number(place, Some(*number)),
            Cell::Text(text) if column.unit == "date" => time(self.sheet, place, text),
            Cell::Text(text) => cell(self.sheet, place, &Value::from(text.as_str())),
        }
    }

    fn number(&mut self, (row, column): (u32, u16), value: Option<Shown>) -> Result<(), XlsxError> {
        let Some(value) = value else {
            return Ok(());
        };
        self.sheet
            .write_number(row, column, words::number(value))
            .map(drop)
    }
}
