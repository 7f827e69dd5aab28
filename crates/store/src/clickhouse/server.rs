//! The server, as far as the store speaks with it.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use clickhouse::{Client, Row, RowOwned, RowRead, RowWrite, error::Error, query::Query};
use serde_json::Value as Json;
use tokio::runtime::Handle;

use super::open::ClickHouseOptions;
use crate::{
    Asker, Share, Shares, StoreError,
    sql::{Sql, Value},
};

/// What every statement is asked with: values that are not there are NULL, as the statements of `sql` expect.
const SETTINGS: [(&str, &str); 11] = [
    ("aggregate_functions_null_for_empty", "1"),
    ("cast_keep_nullable", "1"),
    ("output_format_json_quote_64bit_integers", "0"),
    ("do_not_merge_across_partitions_select_final", "1"),
    ("max_query_size", "268435456"),
    ("max_partitions_per_insert_block", "0"),
    ("async_insert", "0"),
    // Statements hold what names people, and what is erased must be so everywhere.
    ("log_queries", "0"),
    // Whoever changes something is answered once that is so.
    ("mutations_sync", "2"),
    ("lightweight_deletes_sync", "2"),
    ("deduplicate_blocks_in_dependent_materialized_views", "1"),
];
/// How often an insert is sent whose outcome is not known: the server recognises the same events, and rows of
/// everything else stand for the same as often as they come.
const ATTEMPTS: u32 = 3;
const PAUSE: Duration = Duration::from_millis(200);
/// Longest time to wait until the server says that it answers.
const PING: Duration = Duration::from_secs(5);

/// Connections to a server, and places of those who ask it.
pub(super) struct Server {
    client: Client,
    runtime: Handle,
    places: Shares,
    timeout: Duration,
    is_closed: AtomicBool,
}

impl Server {
    /// Returns the server of these options. Called within the runtime that waits for it.
    pub(super) fn new(options: &ClickHouseOptions) -> Self {
        let mut client = Client::default()
            .with_url(&options.url)
            .with_database(&options.database)
            .with_user(&options.user)
            .with_password(&options.password);
        for (name, value) in SETTINGS {
            client = client.with_setting(name, value);
        }
        let seconds = options.query_timeout.as_secs().max(1);
        Self {
            client: client.with_setting("max_execution_time", seconds.to_string()),
            runtime: Handle::current(),
            places: Shares::new(options.readers + 1, options.readers),
            timeout: options.query_timeout,
            is_closed: AtomicBool::new(false),
        }
    }

    /// Makes the database where it is not there.
    pub(super) async fn create_database(&self) -> Result<(), StoreError> {
        let name = self.client.database().unwrap_or("default").to_owned();
        let client = self.client.clone().with_database("default");
        let made = client
            .query("CREATE DATABASE IF NOT EXISTS ?")
            .bind(clickhouse::sql::Identifier(&name))
            .execute();
        made.await.map_err(|error| self.classify(error))
    }

    /// Refuses once the store is closed.
    pub(super) fn check_open(&self) -> Result<(), StoreError> {
        if self.is_closed.load(Ordering::Acquire) {
            return Err(StoreError::Stopped("the store is closed".to_owned()));
        }
        Ok(())
    }

    /// Closes; later calls fail.
    pub(super) fn close(&self) {
        self.is_closed.store(true, Ordering::Release);
        self.places.close();
    }

    /// Waits for a place among those of whoever asks.
    pub(super) async fn place(&self) -> Result<Share, StoreError> {
        self.check_open()?;
        let asker = Asker::current();
        let place = self.places.take(asker.name(), 1, self.timeout).await;
        place.map_err(|_full| match self.check_open() {
            Err(stopped) => stopped,
            Ok(()) => StoreError::Crowded,
        })
    }

    /// Waits on a thread that may block.
    pub(super) fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    fn query(&self, sql: &Sql) -> Query {
        let query = self.client.query(&sql.text);
        sql.params.iter().fold(query, |query, value| match value {
            Value::Int(number) => query.bind(number),
            Value::Text(text) => query.bind(text),
        })
    }

    /// Runs a statement that has no rows, for as long as it takes.
    pub(super) async fn run(&self, sql: &Sql) -> Result<(), StoreError> {
        let query = self.query(sql).with_setting("max_execution_time", "0");
        query.execute().await.map_err(|error| self.classify(error))
    }

    /// Returns the rows of a statement.
    pub(super) async fn rows<T: RowOwned + RowRead>(
        &self,
        sql: &Sql,
    ) -> Result<Vec<T>, StoreError> {
        let rows = self.query(sql).fetch_all();
        rows.await.map_err(|error| self.classify(error))
    }

    /// Hands over the rows of a statement, some thousands at a time; on a thread that may block.
    pub(super) fn each_chunk<T: RowOwned + RowRead>(
        &self,
        sql: &Sql,
        mut take: impl FnMut(&[T]) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        const AT_ONCE: usize = 8_192;
        let cursor = self.query(sql).fetch::<T>();
        let mut cursor = cursor.map_err(|error| self.classify(error))?;
        let mut chunk = Vec::with_capacity(AT_ONCE);
        loop {
            self.wait(async {
                while chunk.len() < AT_ONCE
                    && let Some(row) = cursor.next().await?
                {
                    chunk.push(row);
                }
                Ok(())
            })
            .map_err(|error| self.classify(error))?;
            if chunk.is_empty() {
                return Ok(());
            }
            take(&chunk)?;
            chunk.clear();
        }
    }

    /// Returns the rows of a statement whose columns are known only when it is asked.
    pub(super) async fn table(&self, sql: &Sql) -> Result<Vec<Vec<Json>>, StoreError> {
        let cursor = self.query(sql).fetch_bytes("JSONCompactEachRow");
        let mut cursor = cursor.map_err(|error| self.classify(error))?;
        let text = cursor.collect().await;
        let text = text.map_err(|error| self.classify(error))?;
        let lines = text.split(|byte| *byte == b'\n');
        let lines = lines.filter(|line| !line.is_empty());
        let row = |line: &[u8]| serde_json::from_slice(line);
        let rows: Result<_, _> = lines.map(row).collect();
        rows.map_err(|error| StoreError::Engine(Box::new(error)))
    }

    /// Returns the only number of a statement.
    pub(super) async fn number(&self, sql: &Sql) -> Result<Option<i64>, StoreError> {
        let rows = self.table(sql).await?;
        Ok(rows
            .first()
            .and_then(|row| row.first())
            .and_then(Json::as_i64))
    }

    /// Inserts rows as one whole, once, however often the connection breaks.
    pub(super) async fn insert<T>(&self, table: &str, rows: &[T]) -> Result<(), StoreError>
    where
        T: Row + RowWrite,
        for<'a> T: Row<Value<'a> = T>,
    {
        if rows.is_empty() {
            return Ok(());
        }
        let mut attempt = 1;
        loop {
            let inserted = async {
                let mut insert = self
                    .client
                    .insert::<T>(table)
                    .await?
                    .with_setting("max_execution_time", "0");
                for row in rows {
                    insert.write(row).await?;
                }
                insert.end().await
            };
            match inserted.await {
                Err(Error::Network(_) | Error::TimedOut) if attempt < ATTEMPTS => {
                    attempt += 1;
                    tokio::time::sleep(PAUSE).await;
                }
                done => return done.map_err(|error| self.classify(error)),
            }
        }
    }

    /// Asks the server whether it answers.
    pub(super) async fn ping(&self) -> Result<(), StoreError> {
        self.check_open()?;
        let answer = self.client.query("SELECT 1").execute();
        match tokio::time::timeout(PING, answer).await {
            Ok(answer) => answer.map_err(|error| self.classify(error)),
            Err(_elapsed) => Err(StoreError::Timeout(PING.as_secs())),
        }
    }

    /// Sorts what the server says.
    fn classify(&self, error: Error) -> StoreError {
        let code = match &error {
            Error::BadResponse(text) => code_of(text),
            Error::Network(_) | Error::TimedOut => {
                return StoreError::Stopped(format!("ClickHouse cannot be reached: {error}"));
            }
            _ => None,
        };
        match code {
            Some(159 | 160) => StoreError::Timeout(self.timeout.as_secs()),
            Some(202) => StoreError::Crowded,
            Some(241) => StoreError::Memory,
            Some(243) => StoreError::DiskFull,
            Some(252) => StoreError::Busy,
            _ => StoreError::Engine(Box::new(error)),
        }
    }
}

/// Returns the code of an error as the server writes it: `Code: 241. DB::Exception: …`.
fn code_of(text: &str) -> Option<u32> {
    let digits = text.split("Code: ").nth(1)?;
    let end = digits.find(|c: char| !c.is_ascii_digit())?;
    digits[..end].parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_of_an_error_is_read() {
        let text = "bad response: Code: 241. DB::Exception: (total) memory limit exceeded";
        assert_eq!(code_of(text), Some(241));
        assert_eq!(code_of("something else"), None);
    }
}
