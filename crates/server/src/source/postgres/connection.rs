//! The one connection, and the transactions on it.

use std::time::Duration;

use sqlx::{ConnectOptions as _, Connection as _, PgConnection, postgres::PgConnectOptions};

use super::{Settings, SourceError};

/// Longest time to connect.
const PATIENCE: Duration = Duration::from_secs(10);

/// Begins a look: nothing can be written, and nothing waits long for the chat or holds it up. Rows
/// are found by indexes, on one core: for a page alone, reading a table whole may look cheaper, and
/// it is not for the chat, which would lose its memory of what it needs.
const BEGIN: &str = "BEGIN TRANSACTION READ ONLY; SET LOCAL statement_timeout = '30s'; \
                     SET LOCAL lock_timeout = '2s'; \
                     SET LOCAL idle_in_transaction_session_timeout = '60s'; \
                     SET LOCAL max_parallel_workers_per_gather = 0; SET LOCAL jit = off; \
                     SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; \
                     SET LOCAL enable_mergejoin = off";

/// Opens the connection; the address says whether and how it is encrypted (`sslmode`).
pub(super) async fn open(settings: &Settings) -> Result<PgConnection, SourceError> {
    let options: PgConnectOptions =
        settings
            .url
            .expose()
            .parse()
            .map_err(|_invalid: sqlx::Error| SourceError::Address {
                variable: settings.variable.clone(),
            })?;
    let options = options
        .application_name("nchat-analytics")
        // Between us and the server there may be a pool that hands each transaction to another of its
        // connections: it knows neither this parameter nor statements with names.
        .extra_float_digits(None)
        .statement_cache_capacity(0)
        .disable_statement_logging();
    match tokio::time::timeout(PATIENCE, PgConnection::connect_with(&options)).await {
        Ok(connected) => connected.map_err(|error| SourceError::of("the connection", error)),
        Err(_late) => Err(SourceError::Away(sqlx::Error::PoolTimedOut)),
    }
}

/// Begins a look at `table`. Every statement belongs to a look: outside of one, a pool between us and
/// the server may prepare it on one connection and run it on another.
pub(super) async fn begin(connection: &mut PgConnection, table: &str) -> Result<(), SourceError> {
    run(connection, table, BEGIN).await
}

/// Ends a look at `table`.
pub(super) async fn end(connection: &mut PgConnection, table: &str) -> Result<(), SourceError> {
    run(connection, table, "COMMIT").await
}

async fn run(
    connection: &mut PgConnection,
    table: &str,
    statement: &'static str,
) -> Result<(), SourceError> {
    sqlx::raw_sql(statement)
        .execute(connection)
        .await
        .map(drop)
        .map_err(|error| SourceError::of(table, error))
}
