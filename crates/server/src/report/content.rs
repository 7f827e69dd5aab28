//! What a report holds, before it is written in any form.

use domain::time::Instant;
use serde::Serialize;

use crate::query::{Ledger, PrivacyNote, Shown};

/// A report, made.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Content {
    /// What it is called.
    pub title: String,
    /// Whose chat.
    pub workspace: String,
    /// The period's name.
    pub period: String,
    /// Whose local time days and hours are.
    pub timezone: String,
    /// First instant of the span, and the first one after it.
    pub from: Instant,
    /// First instant after the span.
    pub to: Instant,
    /// The same as local times, for people.
    pub span: String,
    /// First instant of the span compared with.
    pub previous_from: Option<Instant>,
    /// First instant after the span compared with.
    pub previous_to: Option<Instant>,
    /// The span compared with, as local times.
    pub previous_span: Option<String>,
    /// The present for its numbers.
    pub as_of: Instant,
    /// The present as a local time.
    pub present: String,
    /// Which days of the span the rollups hold in full.
    pub ledger: Option<Ledger>,
    /// Whether some numbers are estimates.
    pub approximate: bool,
    /// What it may say of people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub privacy: Option<PrivacyNote>,
    /// What it says, in the order asked for.
    pub sections: Vec<Section>,
    /// What its numbers mean, each once.
    pub definitions: Vec<Definition>,
}

/// A part of a report.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Section {
    /// Name, as the definition of the report has it.
    pub name: &'static str,
    /// Title.
    pub title: &'static str,
    /// Why something is left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Numbers of the whole span.
    pub figures: Vec<Figure>,
    /// Numbers over time.
    pub charts: Vec<Chart>,
    /// Rows.
    pub tables: Vec<Table>,
}

/// A number of the whole span, beside the one before.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Figure {
    /// Name.
    pub name: &'static str,
    /// Title.
    pub title: &'static str,
    /// Unit.
    pub unit: &'static str,
    /// The value; `null` where it is unknown.
    pub value: Option<Shown>,
    /// The value before.
    pub previous: Option<Shown>,
    /// The change in percent, signed.
    pub change: Option<String>,
    /// The same as a number.
    pub change_percent: Option<f64>,
    /// Whether a larger value is good news: `up`, `down` or nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub better: Option<&'static str>,
}

/// A number over time.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Chart {
    /// Name.
    pub name: &'static str,
    /// Title.
    pub title: &'static str,
    /// Unit.
    pub unit: &'static str,
    /// Width of a bucket.
    pub group_by: &'static str,
    /// The points in the order of time.
    pub points: Vec<Point>,
}

/// A bucket of a chart.
#[derive(Debug, Clone, Serialize)]
pub struct Point {
    /// Local day, or instant of an hour.
    pub date: String,
    /// The value; `null` where it is unknown.
    pub value: Option<Shown>,
    /// The value of the bucket that it is compared with.
    pub previous: Option<Shown>,
}

/// Rows under columns.
#[derive(Debug, Clone, Serialize)]
pub struct Table {
    /// Name, unique within a report.
    pub name: &'static str,
    /// Title.
    pub title: &'static str,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows, each with a cell for every column.
    pub rows: Vec<Vec<Cell>>,
    /// How many rows there are beside those that are shown.
    pub rest: u64,
}

/// A column of a table.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Column {
    /// Name.
    pub name: &'static str,
    /// Title.
    pub title: &'static str,
    /// Unit of numbers, `date` of local days, or `text`.
    pub unit: &'static str,
}

impl Column {
    /// Returns whether its cells are numbers.
    pub fn is_number(&self) -> bool {
        !matches!(self.unit, "text" | "date")
    }
}

/// A value in a table.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Cell {
    /// Nothing is known.
    None,
    /// A number.
    Number(Shown),
    /// A text or a day.
    Text(String),
}

impl From<Option<Shown>> for Cell {
    fn from(value: Option<Shown>) -> Self {
        value.map_or(Self::None, Self::Number)
    }
}

/// What a number means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Definition {
    /// Title of the number.
    pub title: &'static str,
    /// What it means.
    pub text: String,
}
