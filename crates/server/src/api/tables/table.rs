//! One table of an answer.

use indexmap::{IndexMap, IndexSet};
use jiff::{Timestamp, civil::Date};
use serde_json::{Value, json};

use super::{
    node::{Fields, Node},
    schema::{ASIDE, Column, joined},
};

/// The table of what an answer says once: a line for each of its values.
pub(in crate::api) const TOTALS: &str = "totals";

/// A table, ready to be written.
#[derive(Debug)]
pub(super) struct Table {
    /// The name.
    pub(super) name: String,
    /// The columns, in their order.
    pub(super) columns: IndexSet<String>,
    /// The rows as they were answered; those of lists by the names of the columns.
    pub(super) items: Vec<Fields>,
    /// The same, each value by its column.
    pub(super) rows: Vec<IndexMap<String, Value>>,
}

/// What the values of a column are, where all of them are one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Time {
    /// Local days.
    Day,
    /// Instants.
    Instant,
}

impl Table {
    /// Returns the table by its name and the columns that are known of it.
    pub(super) fn of(answer: &Node, name: &str, known: &[Column]) -> Self {
        let items = if name == TOTALS {
            let mut totals = Vec::new();
            collect(answer, "", &mut totals);
            totals
        } else {
            let list = name
                .split('.')
                .try_fold(answer, |part, name| part.get(name));
            let list = list.and_then(Node::list).unwrap_or_default();
            let names = names_of(answer);
            list.iter().map(|row| fields(row, &names)).collect()
        };
        let rows: Vec<IndexMap<String, Value>> = items.iter().map(flat).collect();
        let mut columns = IndexSet::new();
        for column in known {
            match column {
                Column::Value(path) => {
                    columns.insert(path.clone());
                }
                Column::Map(path) => {
                    let begin = format!("{path}.");
                    let names = rows.iter().flat_map(IndexMap::keys);
                    columns.extend(names.filter(|name| name.starts_with(&begin)).cloned());
                }
            }
        }
        if name != TOTALS && items.is_empty() {
            columns.extend(names_of(answer));
        }
        // What no schema tells of; `null` stands for a whole object that is not there.
        let has_schema = !columns.is_empty();
        for (name, value) in rows.iter().flatten() {
            if !has_schema || !value.is_null() {
                columns.insert(name.clone());
            }
        }
        Self {
            name: name.to_owned(),
            columns,
            items,
            rows,
        }
    }

    /// Returns what the values of a column are, if all that are there are times.
    pub(super) fn time(&self, column: &str) -> Option<Time> {
        let values = self.rows.iter().filter_map(|row| row.get(column));
        let mut values = values.filter(|value| !value.is_null()).map(time_of);
        let first = values.next()??;
        values.all(|time| time == Some(first)).then_some(first)
    }
}

fn time_of(value: &Value) -> Option<Time> {
    let text = value.as_str()?;
    if text.len() == 10 && text.parse::<Date>().is_ok() {
        return Some(Time::Day);
    }
    let is_instant = text.len() > 10 && text.parse::<Timestamp>().is_ok();
    is_instant.then_some(Time::Instant)
}

/// Returns the names of the columns of rows that are lists, where the answer names them; those that
/// repeat are numbered.
fn names_of(answer: &Node) -> IndexSet<String> {
    let columns = answer
        .get("columns")
        .and_then(Node::list)
        .unwrap_or_default();
    let mut names = IndexSet::new();
    for name in columns
        .iter()
        .filter_map(|column| column.get("name")?.text())
    {
        let numbered = (2..).map(|number| format!("{name}_{number}"));
        let mut names_of_it = std::iter::once(name.to_owned()).chain(numbered);
        names.extend(names_of_it.find(|name| !names.contains(name)));
    }
    names
}

/// Returns a row by the names of its columns; those of lists without names are their places.
fn fields(row: &Node, names: &IndexSet<String>) -> Fields {
    match row {
        Node::Object(fields) => fields.clone(),
        Node::List(values) => {
            let name = |place: usize| {
                names
                    .get_index(place)
                    .cloned()
                    .unwrap_or_else(|| place.to_string())
            };
            let values = values.iter().enumerate();
            values
                .map(|(place, value)| (name(place), value.clone()))
                .collect()
        }
        Node::Scalar(_) => Fields::from_iter([("value".to_owned(), row.clone())]),
    }
}

/// Returns the values of a row by the paths to them; a list is one value.
fn flat(row: &Fields) -> IndexMap<String, Value> {
    let mut values = IndexMap::new();
    flatten(row, "", &mut values);
    values
}

fn flatten(fields: &Fields, path: &str, values: &mut IndexMap<String, Value>) {
    for (name, node) in fields {
        let path = joined(path, name);
        match node {
            Node::Object(fields) => flatten(fields, &path, values),
            Node::Scalar(value) => {
                values.insert(path, value.clone());
            }
            Node::List(_) => {
                values.insert(path, serde_json::to_value(node).unwrap_or_default());
            }
        }
    }
}

/// Collects what an answer says once.
fn collect(part: &Node, path: &str, totals: &mut Vec<Fields>) {
    for (name, node) in part.fields().into_iter().flatten() {
        if path.is_empty() && ASIDE.contains(&name.as_str()) {
            continue;
        }
        let path = joined(path, name);
        match node {
            Node::Object(_) => collect(node, &path, totals),
            Node::Scalar(_) => totals.push(Fields::from_iter([
                ("name".to_owned(), Node::Scalar(json!(path))),
                ("value".to_owned(), node.clone()),
            ])),
            Node::List(_) => {}
        }
    }
}
