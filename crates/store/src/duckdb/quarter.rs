//! Quarters of an hour: local days begin at one in almost every zone, so the quarters that have events
//! say which days have, in any zone, without reading each event.

use ::duckdb::Connection;
use domain::time::Instant;

use super::failure::classify;
use crate::{StoreError, sampled::QUARTER_MILLIS as MILLIS};

/// Hands over the first and the last instant of every quarter of an hour that has events of a condition,
/// with its workspace. A day may begin within a quarter: one day too many does no harm.
pub(super) fn each_end(
    connection: &Connection,
    condition: &str,
    mut take: impl FnMut(u16, Instant),
) -> Result<(), StoreError> {
    let sql = format!(
        "--sql\nSELECT DISTINCT workspace_ref, \
         timestamp_ms - ((timestamp_ms % {MILLIS}) + {MILLIS}) % {MILLIS} \
         FROM event WHERE {condition}"
    );
    let mut statement = connection.prepare(&sql).map_err(classify)?;
    let mut rows = statement.query([]).map_err(classify)?;
    while let Some(row) = rows.next().map_err(classify)? {
        let workspace = row.get(0).map_err(classify)?;
        let first = Instant::from_millis(row.get(1).map_err(classify)?);
        take(workspace, first);
        take(workspace, first.plus_millis(MILLIS - 1));
    }
    Ok(())
}
