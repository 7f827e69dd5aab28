//! The tables that statements read: views bound to one workspace, on a connection of their own.

use std::fmt::Write as _;

use ::duckdb::Connection;

use crate::sql::Scope;

/// Functions under the names of another engine.
pub(super) const PRELUDE: &str = include_str!("../../../migrations/duckdb/V0003__prelude.sql");

/// The names of the tables.
pub(super) const NAMES: [&str; 4] = [
    "analytics_events",
    "analytics_daily_metrics",
    "analytics_people",
    "analytics_channels",
];

/// A catalogue in memory that holds nothing but [`PRELUDE`].
const SANDBOX: &str = "statements";

/// Makes a connection see one workspace by the documented names, and nothing else by any name without
/// its catalogue: the default catalogue is one that holds no table. A workspace that is not known has
/// no rows.
pub(super) fn bind(
    connection: &Connection,
    scope: Option<Scope>,
    with_email: bool,
) -> ::duckdb::Result<()> {
    let store: String = connection.query_row("SELECT current_database()", [], |row| row.get(0))?;
    let store = format!("\"{}\".main", store.replace('"', "\"\""));
    let number = scope.map_or(-1, |scope| i32::from(scope.workspace_ref));
    let of_workspace =
        format!("workspace_id = (SELECT id FROM {store}.workspace WHERE ref = {number})");
    let email = if with_email {
        "email"
    } else {
        "CAST(NULL AS VARCHAR) AS email"
    };
    let selects = [
        format!("SELECT * FROM {store}.analytics_events WHERE {of_workspace}"),
        format!("SELECT * FROM {store}.analytics_daily_metrics WHERE {of_workspace}"),
        format!(
            "SELECT id AS user_id, name, {email}, role, is_bot, is_deactivated, \
             make_timestamp_ms(created_ms) AS created_at, \
             make_timestamp_ms(first_seen_ms) AS first_seen_at \
             FROM {store}.person_now WHERE workspace_ref = {number}"
        ),
        format!(
            "SELECT id AS channel_id, name, kind, is_archived, member_count, owner_id, \
             make_timestamp_ms(created_ms) AS created_at \
             FROM {store}.channel_now WHERE workspace_ref = {number}"
        ),
    ];
    let mut batch = format!("ATTACH IF NOT EXISTS ':memory:' AS {SANDBOX}; USE {SANDBOX};");
    batch.push_str(&PRELUDE.replace("CREATE MACRO", "CREATE MACRO IF NOT EXISTS"));
    for (name, select) in NAMES.iter().zip(selects) {
        let _infallible = write!(batch, "CREATE TEMP VIEW {name} AS {select};");
    }
    connection.execute_batch(&batch)
}
