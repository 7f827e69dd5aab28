//! Metadata in a Postgres database, in a schema of its own.

mod lock;
#[path = "../sql/mod.rs"]
#[expect(
    clippy::duplicate_mod,
    reason = "the statements are written once and compiled for each database"
)]
mod sql;
mod takeover;

use std::{path::Path, time::Duration};

use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _, PgConnection, PgPool,
    Postgres as Database, Transaction,
    migrate::Migration,
    postgres::{PgConnectOptions, PgPoolOptions, PgRow as DatabaseRow},
};

use tokio::time::timeout;

use self::PostgresMeta as Meta;
pub use self::lock::LeaderLock;
use super::{MetaError, MetaStore as _, migrations::migrations};
use crate::RewrittenFile;

/// Most connections.
const MOST_CONNECTIONS: u32 = 4;
/// Longest time to connect, and to wait for a connection.
const PATIENCE: Duration = Duration::from_secs(5);

/// The state of each connection. Our tables are found without naming the schema, and no other's; nothing
/// waits for ever; and a client that is gone is noticed within ten seconds, with what it has locked.
const SESSION: &str = "SET search_path = nchat_analytics; SET statement_timeout = '30s'; \
     SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '30s'; \
     SET tcp_keepalives_idle = 4; SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3";

/// Metadata in a Postgres database; several instances may share it.
#[derive(Debug, Clone)]
pub struct PostgresMeta {
    pool: PgPool,
}

fn migrations() -> Vec<Migration> {
    migrations!["postgres":
        14 "0014_everything",
        15 "0015_report_runs",
    ]
}

/// Returns how the database at an address is connected to; the address says whether and how the
/// connection is encrypted (`sslmode`).
fn options(url: &str) -> Result<PgConnectOptions, sqlx::Error> {
    let options: PgConnectOptions = url.parse()?;
    Ok(options
        .application_name("nchat-analytics settings")
        // A pool between us and the server does not know this parameter.
        .extra_float_digits(None)
        .disable_statement_logging())
}

impl PostgresMeta {
    /// The schema that everything is in.
    pub const SCHEMA: &str = "nchat_analytics";

    /// Opens the database at an address, making the schema when missing and bringing it up to date. What
    /// the file in `folder` holds is taken over the first time.
    pub async fn open(url: &str, folder: &Path) -> Result<Self, MetaError> {
        let meta = Self::connect(url).await?;
        meta.make_schema().await?;
        meta.migrate().await?;
        takeover::take_over(&meta, folder).await?;
        Ok(meta)
    }

    /// Returns settings of the database at an address without changing anything there; one without our
    /// schema has none.
    pub async fn peek(url: &str, names: &[&str]) -> Result<Vec<Option<String>>, MetaError> {
        let meta = Self::connect(url).await?;
        let found = if meta.has_tables().await? {
            meta.settings(names).await
        } else {
            Ok(vec![None; names.len()])
        };
        meta.close().await;
        found
    }

    /// Returns whether the database at an address has our schema, and whether it can be made there else,
    /// without changing anything.
    pub async fn look(url: &str) -> Result<bool, MetaError> {
        let meta = Self::connect(url).await?;
        let has_tables = meta.has_tables().await?;
        let sql = "SELECT has_database_privilege(current_database(), 'CREATE') \
             OR COALESCE(has_schema_privilege(to_regnamespace('nchat_analytics'), 'CREATE'), FALSE)";
        let may_make: bool = sqlx::query_scalar(sql).fetch_one(&meta.pool).await?;
        meta.close().await;
        if has_tables || may_make {
            Ok(has_tables)
        } else {
            Err(MetaError::Schema)
        }
    }

    async fn connect(url: &str) -> Result<Self, MetaError> {
        let options = options(url)?;
        // The pool would try again until its time is up, and then not say why.
        let first = timeout(PATIENCE, PgConnection::connect_with(&options)).await;
        let first = first.map_err(|_late| MetaError::Late)??;
        first.close().await?;
        let pool = PgPoolOptions::new()
            .max_connections(MOST_CONNECTIONS)
            .acquire_timeout(PATIENCE)
            .after_connect(|connection, _| {
                Box::pin(async move { sqlx::raw_sql(SESSION).execute(connection).await.map(drop) })
            })
            .connect_lazy_with(options);
        Ok(Self { pool })
    }

    async fn has_tables(&self) -> Result<bool, MetaError> {
        let sql = "SELECT to_regclass('nchat_analytics.setting') IS NOT NULL";
        Ok(sqlx::query_scalar(sql).fetch_one(&self.pool).await?)
    }

    /// Makes the schema where there is none. That it is there is asked before: a role that may not make
    /// schemas may use one that was made for it.
    async fn make_schema(&self) -> Result<(), MetaError> {
        let mut transaction = self.pool.begin().await?;
        // Of two instances that start at once, one makes it.
        sqlx::query("SELECT pg_advisory_xact_lock(hashtext('nchat_analytics schema'))")
            .execute(&mut *transaction)
            .await?;
        let sql = "SELECT to_regnamespace('nchat_analytics') IS NOT NULL";
        if !sqlx::query_scalar(sql).fetch_one(&mut *transaction).await? {
            sqlx::query("CREATE SCHEMA nchat_analytics")
                .execute(&mut *transaction)
                .await
                .map_err(|error| match error.as_database_error() {
                    Some(refusal) if refusal.code().as_deref() == Some("42501") => {
                        MetaError::Schema
                    }
                    _ => error.into(),
                })?;
        }
        Ok(transaction.commit().await?)
    }

    /// Begins a transaction that is the only one to change a table: whoever counts the rows of one knows
    /// that no other adds to them.
    async fn begin_alone(
        &self,
        table: &'static str,
    ) -> Result<Transaction<'static, Database>, MetaError> {
        let mut transaction = self.pool.begin().await?;
        let statement = format!("LOCK TABLE {table} IN SHARE ROW EXCLUSIVE MODE");
        sqlx::query(AssertSqlSafe(statement))
            .execute(&mut *transaction)
            .await?;
        Ok(transaction)
    }

    /// Copies nothing: the server is backed up as a whole.
    #[expect(clippy::unused_async, reason = "the file is copied by a statement")]
    async fn copy(&self, _folder: &Path) -> Result<bool, sqlx::Error> {
        Ok(false)
    }

    /// Writes every table anew.
    async fn rewrite(&self) -> Result<RewrittenFile, sqlx::Error> {
        let sizes = "SELECT format('%I.%I', n.nspname, c.relname), pg_total_relation_size(c.oid) \
             FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
             WHERE n.nspname = 'nchat_analytics' AND c.relkind = 'r'";
        let tables = async || -> Result<Vec<(String, i64)>, sqlx::Error> {
            sqlx::query_as(sizes).fetch_all(&self.pool).await
        };
        let bytes = |tables: &[(String, i64)]| {
            let bytes = tables.iter().map(|(_, bytes)| bytes).sum::<i64>();
            u64::try_from(bytes).unwrap_or(0)
        };
        let before = tables().await?;
        let mut connection = self.pool.acquire().await?;
        sqlx::raw_sql("SET statement_timeout = 0")
            .execute(&mut *connection)
            .await?;
        for (table, _) in &before {
            sqlx::raw_sql(AssertSqlSafe(format!("VACUUM FULL {table}")))
                .execute(&mut *connection)
                .await?;
        }
        sqlx::raw_sql("SET statement_timeout = '30s'")
            .execute(&mut *connection)
            .await?;
        drop(connection);
        Ok(RewrittenFile {
            name: format!("schema {}", Self::SCHEMA),
            bytes_before: bytes(&before),
            bytes_after: bytes(&tables().await?),
        })
    }
}
