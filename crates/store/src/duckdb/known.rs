//! Asking the store itself which events it has.

use std::collections::HashSet;

use ::duckdb::{Connection, params};
use domain::{id::EventId, time::Instant};
use uuid::Uuid;

use super::failure::classify;
use crate::StoreError;

/// Spans further apart than this are asked for one by one: what lies between need not be read.
const GAP_MILLIS: i64 = 24 * 3_600_000;
/// Most spans asked for one by one.
const MOST_SPANS: usize = 16;

/// Returns which of the suspects are stored.
///
/// Only the span of time that the suspects cover is read, and the engine passes over whole blocks
/// outside it.
pub(super) fn stored(
    connection: &Connection,
    mut suspects: Vec<(Instant, u16, EventId)>,
) -> Result<HashSet<(u16, EventId)>, StoreError> {
    let mut found = HashSet::new();
    if suspects.is_empty() {
        return Ok(found);
    }
    suspects.sort_unstable_by_key(|suspect| suspect.0);
    for span in spans(&suspects) {
        connection
            .execute_batch("DELETE FROM incoming")
            .map_err(classify)?;
        {
            let mut appender = connection.appender("incoming").map_err(classify)?;
            for (_, workspace, id) in span {
                appender
                    .append_row(params![workspace, id.0.to_string()])
                    .map_err(classify)?;
            }
        }
        let (first, last) = (span[0].0, span[span.len() - 1].0);
        let mut statement = connection
            .prepare(
                "--sql\nSELECT e.workspace_ref, CAST(e.event_id AS VARCHAR) FROM event e \
                 WHERE e.timestamp_ms BETWEEN ? AND ? AND (e.workspace_ref, e.event_id) IN \
                 (SELECT (workspace_ref, event_id) FROM incoming)",
            )
            .map_err(classify)?;
        let mut rows = statement
            .query([first.as_millis(), last.as_millis()])
            .map_err(classify)?;
        while let Some(row) = rows.next().map_err(classify)? {
            let workspace: u16 = row.get(0).map_err(classify)?;
            let id: String = row.get(1).map_err(classify)?;
            if let Ok(id) = Uuid::try_parse(&id) {
                found.insert((workspace, EventId(id)));
            }
        }
    }
    Ok(found)
}

fn spans(suspects: &[(Instant, u16, EventId)]) -> Vec<&[(Instant, u16, EventId)]> {
    let apart = |left: &(Instant, u16, EventId), right: &(Instant, u16, EventId)| {
        right.0.as_millis() - left.0.as_millis() <= GAP_MILLIS
    };
    let spans: Vec<_> = suspects.chunk_by(apart).collect();
    if spans.len() > MOST_SPANS {
        vec![suspects]
    } else {
        spans
    }
}
