//! When there are sampled events, in the file.

use ::duckdb::{Connection, params};
use domain::time::Instant;

use super::failure::classify;
use crate::StoreError;
pub(super) use crate::sampled::{Quarters, Sampled, quarter_of};

/// Takes in what is stored.
pub(super) fn load(sampled: &Sampled, connection: &Connection) -> Result<(), StoreError> {
    let mut quarters = Quarters::new();
    let mut statement = connection
        .prepare("SELECT workspace_ref, quarter FROM sampled_quarter")
        .map_err(classify)?;
    let mut rows = statement.query([]).map_err(classify)?;
    while let Some(row) = rows.next().map_err(classify)? {
        let workspace = row.get(0).map_err(classify)?;
        quarters.insert((workspace, row.get(1).map_err(classify)?));
    }
    sampled.set(quarters);
    Ok(())
}

/// Writes those of a transaction's quarters that are new, and returns them.
pub(super) fn put(
    sampled: &Sampled,
    connection: &Connection,
    mut quarters: Quarters,
) -> Result<Quarters, StoreError> {
    sampled.retain_new(&mut quarters);
    if quarters.is_empty() {
        return Ok(quarters);
    }
    let mut appender = connection.appender("sampled_quarter").map_err(classify)?;
    for (workspace, quarter) in &quarters {
        appender
            .append_row(params![workspace, quarter])
            .map_err(classify)?;
    }
    appender.flush().map_err(classify)?;
    Ok(quarters)
}

/// Removes the quarters that are over before an instant; they are forgotten with
/// [`Sampled::forget_before`].
pub(super) fn remove_before(connection: &Connection, at: Instant) -> Result<(), StoreError> {
    connection
        .execute(
            "DELETE FROM sampled_quarter WHERE quarter < ?",
            [quarter_of(at)],
        )
        .map_err(classify)?;
    Ok(())
}
