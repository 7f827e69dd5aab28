//! `sql`: one statement over the public views.

use std::{io::Write, process::ExitCode};

use store::{EventStore as _, StoreError};

use crate::{app, config::Config};

/// Runs one read-only statement and prints its rows as tab-separated text.
pub(super) async fn sql(
    config: &Config,
    statement: &str,
    out: &mut impl Write,
) -> anyhow::Result<ExitCode> {
    let store = app::open_store(config).await?;
    let answer = store.sql(statement).await;
    store.close().await?;
    let rows = match answer {
        Ok(rows) => rows,
        Err(StoreError::Engine(source)) => anyhow::bail!("{source}"),
        Err(error) => return Err(error.into()),
    };
    writeln!(out, "{}", rows.columns.join("\t"))?;
    for row in &rows.rows {
        let values: Vec<&str> = row
            .iter()
            .map(|value| value.as_deref().unwrap_or("NULL"))
            .collect();
        writeln!(out, "{}", values.join("\t"))?;
    }
    Ok(ExitCode::SUCCESS)
}
