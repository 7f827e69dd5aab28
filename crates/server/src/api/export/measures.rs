//! Metrics of the registry, exported as `POST /api/analytics/query` answers them: all rows, not a page.

use std::io::Write as _;

use axum::{body::Body, response::Response};
use zip::{ZipWriter, write::SimpleFileOptions};

use super::{attached, format::Format};
use crate::{
    api::{
        error::ApiError,
        params::{Params, wrong},
        semantic,
        state::ApiState,
        tables,
    },
    auth::Caller,
    query::SemanticAnswer,
};

/// Rows that are asked for at a time.
const PAGE: u32 = 10_000;
/// Most rows of an export.
const MOST_ROWS: u64 = 100_000;

/// Answers an export of metrics.
pub(super) async fn export(
    state: &ApiState,
    caller: &Caller,
    params: &Params,
    format: Format,
) -> Result<Response, ApiError> {
    if params.text("eventType")?.is_some() {
        let message = "has no effect without `events` among the metrics: narrow by `filter`";
        return Err(wrong("eventType", message));
    }
    let mut asked = semantic::of_lists(params)?;
    asked.limit = PAGE;
    let common = params.request()?.compared_if_asked();
    let ask = state.query.ask(&common, &caller.workspace, "30d").await?;
    let mut answer = state.query.semantic(&ask, &asked).await?;
    while (answer.rows.len() as u64) < answer.total {
        if answer.total > MOST_ROWS {
            let message = format!(
                "{} rows are more than the {MOST_ROWS} of one export: narrow them by `filter`",
                answer.total
            );
            return Err(wrong("metrics", message));
        }
        asked.offset += PAGE;
        let page = state.query.semantic(&ask, &asked).await?.rows;
        if page.is_empty() {
            break;
        }
        answer.rows.extend(page);
    }
    answer.limit = u32::try_from(answer.rows.len()).unwrap_or(u32::MAX);
    let name = format!(
        "nchat-analytics-{}-{}",
        names(&answer).join("-"),
        ask.window.as_of.day(&ask.zone),
    );
    let written = tokio::task::spawn_blocking(move || write(&answer, format));
    let written = written.await.map_err(|error| internal(&error))??;
    Ok(attached(Body::from(written), format, &name))
}

fn names(answer: &SemanticAnswer) -> Vec<&'static str> {
    let metrics = answer.columns.metrics.iter();
    metrics.map(|metric| metric.name).collect()
}

fn write(answer: &SemanticAnswer, format: Format) -> Result<Vec<u8>, ApiError> {
    let document = serde_json::to_vec(answer).map_err(|error| internal(&error))?;
    // Where nothing is split there are no rows, and the totals are what was asked for.
    let is_split = !answer.columns.dimensions.is_empty();
    let table = if is_split { "rows" } else { tables::TOTALS };
    match format {
        Format::Json => Ok(document),
        Format::Zip => {
            let csv = tables::write_table(&document, table, Format::Csv)?;
            let mut archive = ZipWriter::new(std::io::Cursor::new(Vec::new()));
            let name = format!("{}.csv", names(answer).join("-"));
            let begun = archive.start_file(name, SimpleFileOptions::default());
            begun.map_err(|error| internal(&error))?;
            archive.write_all(&csv).map_err(|error| internal(&error))?;
            let archive = archive.finish().map_err(|error| internal(&error))?;
            Ok(archive.into_inner())
        }
        Format::Csv | Format::Ndjson | Format::Excel => {
            tables::write_table(&document, table, format)
        }
    }
}

fn internal(error: &dyn std::fmt::Display) -> ApiError {
    ApiError::Internal(error.to_string())
}
