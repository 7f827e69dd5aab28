//! A lock that one instance of several holds, for as long as its connection lives.

use std::time::Duration;

use sqlx::{Connection as _, PgConnection};
use tokio::time::timeout;

use super::{MetaError, SESSION, options};

/// Longest time for an answer: whoever holds the lock and hears nothing for longer takes it for lost.
const PATIENCE: Duration = Duration::from_secs(3);

/// What stands before the name of an instance where the server shows it.
const BEFORE: &str = "nchat-analytics at ";

/// What the lock is known by within its database, and apart from those of others.
const KEY: &str = "hashtext('nchat_analytics'), hashtext('leader')";

/// The lock among all that the server keeps. It numbers them by halves of the key, without signs.
const HELD: &str = "FROM pg_locks l WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 2 \
     AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database()) \
     AND l.classid::BIGINT = hashtext('nchat_analytics')::BIGINT & 4294967295 \
     AND l.objid::BIGINT = hashtext('leader')::BIGINT & 4294967295";

/// A connection that holds the lock of the leader, or waits for it. Once it ends, for whatever reason, the
/// server gives the lock to another: at once where the process died, and after ten seconds without a sign
/// of life where the network did.
pub struct LeaderLock {
    connection: PgConnection,
}

impl LeaderLock {
    /// Connects to the database at an address; `name` is what others see of this instance.
    pub async fn connect(url: &str, name: &str) -> Result<Self, MetaError> {
        // The server cuts longer names, within a character maybe.
        let name: String = name
            .chars()
            .filter(char::is_ascii_graphic)
            .take(40)
            .collect();
        let options = options(url)?.application_name(&format!("{BEFORE}{name}"));
        let connection = in_time(async {
            let mut connection = PgConnection::connect_with(&options).await?;
            sqlx::raw_sql(SESSION).execute(&mut connection).await?;
            Ok(connection)
        });
        Ok(Self {
            connection: connection.await?,
        })
    }

    /// Takes the lock unless another has it; returns whether this connection holds it.
    pub async fn take(&mut self) -> Result<bool, MetaError> {
        // Once per connection: who takes it twice has to give it back twice.
        if self.holds().await? {
            return Ok(true);
        }
        let statement = format!("SELECT pg_try_advisory_lock({KEY})");
        let taken = sqlx::query_scalar(sqlx::AssertSqlSafe(statement));
        in_time(taken.fetch_one(&mut self.connection)).await
    }

    /// Returns whether this connection holds the lock, as the server sees it.
    pub async fn holds(&mut self) -> Result<bool, MetaError> {
        let statement = format!("SELECT EXISTS (SELECT 1 {HELD} AND pid = pg_backend_pid())");
        let held = sqlx::query_scalar(sqlx::AssertSqlSafe(statement));
        in_time(held.fetch_one(&mut self.connection)).await
    }

    /// Returns what is known of who holds the lock.
    pub async fn holder(&mut self) -> Result<Option<String>, MetaError> {
        let statement = format!(
            "SELECT application_name FROM pg_stat_activity WHERE pid IN (SELECT pid {HELD})"
        );
        let held = sqlx::query_scalar(sqlx::AssertSqlSafe(statement));
        let name: Option<String> = in_time(held.fetch_optional(&mut self.connection)).await?;
        Ok(name.and_then(|name| Some(name.strip_prefix(BEFORE)?.to_owned())))
    }

    /// Gives the lock back, so that another has it at once.
    pub async fn release(self) -> Result<(), MetaError> {
        in_time(self.connection.close()).await
    }
}

async fn in_time<T>(answer: impl Future<Output = Result<T, sqlx::Error>>) -> Result<T, MetaError> {
    match timeout(PATIENCE, answer).await {
        Ok(answer) => Ok(answer?),
        Err(_late) => Err(MetaError::Late),
    }
}
