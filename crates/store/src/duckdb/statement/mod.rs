//! SQL of an administrator's own while the store is at work: one `SELECT` over views of a workspace.
//!
//! 1. The engine's own parser says what the text holds; what is more than a listed way of reading
//!    documented tables is refused before it is run ([`check`]).
//! 2. It runs on a connection of its own, where these tables are views bound to the workspace, and the
//!    default catalogue holds no table ([`views`]).
//! 3. It has a place and a time as every question has, and is interrupted when whoever asked has left.
//!    Rows are taken as the engine comes to them, and no more of them than are wanted.

mod check;
mod functions;
mod views;

use ::duckdb::{Connection, ToSql, arrow::datatypes::DataType, types::ToSqlOutput};
use async_trait::async_trait;
use domain::id::WorkspaceId;
use serde_json::Value as Json;

use super::{failure::classify, open::DuckDbStore, reader::left, shown};
use crate::{Asker, SqlError, Statement, StatementColumn, StatementRows, Statements, StoreError};

/// Most MiB of an answer, about.
const MOST_MEBIBYTES: usize = 32;
/// Bytes that a value takes beside its text.
const BYTES_OF_VALUE: usize = 16;

#[async_trait]
impl Statements for DuckDbStore {
    async fn select(
        &self,
        workspace: &WorkspaceId,
        statement: Statement,
    ) -> Result<StatementRows, SqlError> {
        let deadline = self.readers.deadline();
        let asker = Asker::current();
        let turn = self.statements.take(asker.name(), 1, left(deadline)).await;
        let turn = turn.map_err(|_full| StoreError::Crowded)?;
        let scope = self.scope(workspace);
        let run = move |connection: &Connection| {
            let _turn = turn;
            Ok(prepare(connection, &statement.text).and_then(|()| {
                views::bind(connection, scope, statement.with_email).map_err(said)?;
                rows(connection, &statement)
            }))
        };
        match self.readers.run_apart(deadline, run).await? {
            Err(SqlError::Store(StoreError::Timeout(_))) => Err(self.readers.timed_out().into()),
            answered => answered,
        }
    }
}

fn prepare(connection: &Connection, text: &str) -> Result<(), SqlError> {
    check::check(&one_select(connection, text)?)
}

/// Returns the tree of a text that is one `SELECT`.
///
/// # Errors
/// [`SqlError`] for everything else.
pub(super) fn one_select(connection: &Connection, text: &str) -> Result<Json, SqlError> {
    let parsed: String = connection
        .query_row("SELECT json_serialize_sql(?::VARCHAR)", [text], |row| {
            row.get(0)
        })
        .map_err(said)?;
    // A tree that is too deep to be read here is none that may run.
    let too_deep = |_| SqlError::Engine("it is nested too deeply".to_owned());
    let mut parsed: Json = serde_json::from_str(&parsed).map_err(too_deep)?;
    match parsed["statements"].as_array().map(Vec::len) {
        Some(0) => Err(SqlError::Empty),
        Some(1) => Ok(parsed["statements"].take()),
        Some(several) => Err(SqlError::Several(several)),
        None if parsed["error_type"] == "not implemented" => Err(SqlError::NoSelect),
        None => {
            let message = parsed["error_message"].as_str().unwrap_or("it is no SQL");
            Err(SqlError::Engine(message.to_owned()))
        }
    }
}

/// Returns what an error says to whoever wrote the statement.
pub(super) fn said(error: ::duckdb::Error) -> SqlError {
    let text = error.to_string();
    // What the text of a statement brought into the message says nothing of the store.
    let is_of_store = ["INTERRUPT", "Out of Memory", "FATAL", "IO Error"];
    if is_of_store.iter().any(|kind| text.starts_with(kind)) {
        return match classify(error) {
            StoreError::Engine(_) => SqlError::Engine(reason(&text)),
            error => SqlError::Store(error),
        };
    }
    SqlError::Engine(reason(&text))
}

/// Returns the reason without its class, what the engine suggests and the statement.
fn reason(text: &str) -> String {
    let paragraph = text.split("\n\n").next().unwrap_or_default();
    let paragraph = match paragraph.split_once(" Error: ") {
        Some((class, reason)) if class.len() < 24 && !class.contains('\n') => reason,
        _ => paragraph,
    };
    let is_hint = |line: &&str| !line.starts_with("Did you mean") && !line.starts_with("LINE ");
    let lines: Vec<&str> = paragraph.lines().take_while(is_hint).collect();
    lines.join(" ")
}

/// A value of a parameter.
struct Param<'a>(&'a Json);

impl ToSql for Param<'_> {
    fn to_sql(&self) -> ::duckdb::Result<ToSqlOutput<'_>> {
        match self.0 {
            Json::Null => Ok(ToSqlOutput::from(::duckdb::types::Null)),
            Json::Bool(value) => Ok(ToSqlOutput::from(*value)),
            Json::Number(number) => Ok(number.as_i64().map_or_else(
                || ToSqlOutput::from(number.as_f64().unwrap_or(f64::NAN)),
                ToSqlOutput::from,
            )),
            Json::String(text) => text.to_sql(),
            other => Ok(ToSqlOutput::from(other.to_string())),
        }
    }
}

fn rows(connection: &Connection, asked: &Statement) -> Result<StatementRows, SqlError> {
    let mut statement = connection.prepare(&asked.text).map_err(said)?;
    let (expected, given) = (statement.parameter_count(), asked.params.len());
    if expected != given {
        return Err(SqlError::Params { expected, given });
    }
    let params = ::duckdb::params_from_iter(asked.params.iter().map(Param));
    statement.stream_arrow(params).map(drop).map_err(said)?;
    let names = statement.column_names();
    let kinds = (0..names.len()).map(|index| kind(&statement.column_type(index)));
    let columns = names.iter().cloned().zip(kinds);
    let mut answer = StatementRows {
        columns: columns
            .map(|(name, kind)| StatementColumn { name, kind })
            .collect(),
        ..StatementRows::default()
    };
    let mut bytes = 0;
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next().map_err(said)? {
        if answer.rows.len() == asked.most_rows {
            answer.is_cut = true;
            break;
        }
        let values = (0..answer.columns.len())
            .map(|index| row.get(index).map(|value| shown::json(&value)))
            .collect::<::duckdb::Result<Vec<Json>>>()
            .map_err(said)?;
        bytes += values.iter().map(weight).sum::<usize>();
        if bytes > MOST_MEBIBYTES * 1024 * 1024 {
            return Err(SqlError::TooLarge(MOST_MEBIBYTES));
        }
        answer.rows.push(values);
    }
    Ok(answer)
}

/// Returns about how many bytes a value takes.
fn weight(value: &Json) -> usize {
    BYTES_OF_VALUE
        + match value {
            Json::String(text) => text.len(),
            Json::Array(values) => values.iter().map(weight).sum(),
            Json::Object(fields) => {
                let fields = fields.iter();
                fields.map(|(name, value)| name.len() + weight(value)).sum()
            }
            Json::Null | Json::Bool(_) | Json::Number(_) => 0,
        }
}

/// Returns what the values of a column are, for programs.
fn kind(data_type: &DataType) -> &'static str {
    match data_type {
        DataType::Boolean => "boolean",
        DataType::Decimal128(_, 0) => "integer",
        whole if whole.is_integer() => "integer",
        number if number.is_floating() || matches!(number, DataType::Decimal128(..)) => "number",
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View | DataType::Dictionary(..) => {
            "text"
        }
        DataType::Date32 | DataType::Date64 => "date",
        DataType::Time32(_) | DataType::Time64(_) => "time",
        DataType::Timestamp(..) => "timestamp",
        DataType::List(_) | DataType::LargeList(_) | DataType::FixedSizeList(..) => "list",
        DataType::Struct(_) => "struct",
        DataType::Map(..) => "map",
        _ => "other",
    }
}
