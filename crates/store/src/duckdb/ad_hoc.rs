//! SQL of the administrator's own: one `SELECT` over a file that is opened for reading only.
//!
//! 1. The engine's own parser says what the text holds; anything but one `SELECT` is refused before
//!    it is run, and so is a table function that is not known to do nothing but answer: some read
//!    files, some begin logs, some run another text.
//! 2. The file is open for reading only, other files and extensions are out of reach, and no
//!    statement can change that.

use ::duckdb::Connection;
use serde_json::Value as Json;

use super::{
    open::OpenOptions,
    read_only, shown,
    statement::{one_select, said},
};
use crate::SqlError;

/// Rows of an ad-hoc statement, as text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SqlRows {
    /// Column names.
    pub columns: Vec<String>,
    /// Values; `None` is NULL. What holds several values is JSON.
    pub rows: Vec<Vec<Option<String>>>,
}

/// Runs one `SELECT` over the public views of a store that nobody has open.
///
/// # Errors
/// [`SqlError`], with nothing run, for everything that is no single `SELECT`;
/// [`crate::StoreError::Locked`] while a service has the store.
pub fn read_only_sql(options: &OpenOptions, text: &str) -> Result<SqlRows, SqlError> {
    let Some(connection) = read_only::open(options)? else {
        return Err(SqlError::Missing(options.file()));
    };
    refuse_functions(&one_select(&connection, text)?)?;
    run(&connection, text).map_err(said)
}

/// Table functions that answer and do nothing else, beside those that begin like [`INTROSPECTION`].
const HARMLESS: [&str; 7] = [
    "generate_series",
    "generate_subscripts",
    "json_each",
    "json_tree",
    "range",
    "repeat",
    "unnest",
];

/// How the names of functions begin by which the engine tells of itself.
const INTROSPECTION: [&str; 2] = ["duckdb_", "pragma_"];

fn refuse_functions(parsed: &Json) -> Result<(), SqlError> {
    match parsed {
        Json::Object(node) => {
            let name = (parsed["type"] == "TABLE_FUNCTION")
                .then(|| parsed["function"]["function_name"].as_str())
                .flatten();
            if let Some(name) = name.map(str::to_ascii_lowercase) {
                let is_harmless = HARMLESS.contains(&name.as_str())
                    || INTROSPECTION.iter().any(|begin| name.starts_with(begin));
                if !is_harmless {
                    return Err(SqlError::TableFunction(name));
                }
            }
            node.values().try_for_each(refuse_functions)
        }
        Json::Array(nodes) => nodes.iter().try_for_each(refuse_functions),
        _ => Ok(()),
    }
}

fn run(connection: &Connection, text: &str) -> ::duckdb::Result<SqlRows> {
    let mut statement = connection.prepare(text)?;
    let mut answer = SqlRows::default();
    {
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let count = row.as_ref().column_count();
            let mut values = Vec::with_capacity(count);
            for index in 0..count {
                values.push(shown::text(&row.get(index)?));
            }
            answer.rows.push(values);
        }
    }
    answer.columns = statement.column_names();
    Ok(answer)
}
