//! `sql`: one statement over the public views.

use std::{io::Write, process::ExitCode};

use store::{SqlError, StoreError, duckdb::read_only_sql};

use crate::{app, config::Config};

/// Runs one `SELECT` and prints its rows as tab-separated text.
pub(super) async fn sql(
    config: &Config,
    statement: &str,
    out: &mut impl Write,
) -> anyhow::Result<ExitCode> {
    let (options, statement) = (app::store_options(config), statement.to_owned());
    let answered = tokio::task::spawn_blocking(move || read_only_sql(&options, &statement)).await?;
    let rows = answered.map_err(|error| match error {
        SqlError::Store(StoreError::Locked { .. }) => {
            anyhow::anyhow!("{error}: only one process can have the store open, also for reading")
        }
        error => error.into(),
    })?;
    writeln!(out, "{}", rows.columns.join("\t"))?;
    for row in &rows.rows {
        let values: Vec<_> = row.iter().map(|value| cell(value.as_deref())).collect();
        writeln!(out, "{}", values.join("\t"))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Returns a value that breaks neither its line nor its column, nor reaches the terminal's controls.
fn cell(value: Option<&str>) -> String {
    let Some(text) = value else {
        return "NULL".to_owned();
    };
    let escape = |c: char| match c {
        '\t' => "\\t".to_owned(),
        '\n' => "\\n".to_owned(),
        c if c.is_control() => c.escape_unicode().to_string(),
        c => c.to_string(),
    };
    text.chars().map(escape).collect()
}
