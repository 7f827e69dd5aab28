//! SQL of the administrator's own, read-only.

use ::duckdb::types::Value;

use super::{failure::classify, open::DuckDbStore};
use crate::StoreError;

/// Rows of an ad-hoc statement, as text.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SqlRows {
    /// Column names.
    pub columns: Vec<String>,
    /// Values; `None` is NULL.
    pub rows: Vec<Vec<Option<String>>>,
}

impl DuckDbStore {
    /// Runs one statement over the public views in a read-only transaction.
    pub async fn sql(&self, text: &str) -> Result<SqlRows, StoreError> {
        let (text, pool) = (text.to_owned(), self.shared.pool.clone());
        self.readers
            .run(move |connection| {
                // Nobody knows how much it reads.
                let _turn = pool.turn(connection, u64::MAX);
                lock_settings(connection)?;
                connection
                    .execute_batch("BEGIN TRANSACTION READ ONLY")
                    .map_err(classify)?;
                let answer = run(connection, &text);
                // A read-only transaction has nothing to lose either way.
                let _ended = connection.execute_batch("ROLLBACK").is_ok();
                answer
            })
            .await
    }
}

/// Has the engine refuse every change of a setting from now on.
fn lock_settings(connection: &::duckdb::Connection) -> Result<(), StoreError> {
    let is_locked: bool = connection
        .query_row("SELECT current_setting('lock_configuration')", [], |row| {
            row.get(0)
        })
        .map_err(classify)?;
    if is_locked {
        return Ok(());
    }
    connection
        .execute_batch("SET GLOBAL lock_configuration = true")
        .map_err(classify)
}

fn run(connection: &::duckdb::Connection, text: &str) -> Result<SqlRows, StoreError> {
    let mut statement = connection.prepare(text).map_err(classify)?;
    let mut answer = SqlRows::default();
    {
        let mut rows = statement.query([]).map_err(classify)?;
        while let Some(row) = rows.next().map_err(classify)? {
            let count = row.as_ref().column_count();
            let mut values = Vec::with_capacity(count);
            for index in 0..count {
                values.push(show(&row.get::<_, Value>(index).map_err(classify)?));
            }
            answer.rows.push(values);
        }
    }
    answer.columns = statement.column_names();
    Ok(answer)
}

fn show(value: &Value) -> Option<String> {
    let text = match value {
        Value::Null => return None,
        Value::Boolean(value) => value.to_string(),
        Value::TinyInt(value) => value.to_string(),
        Value::SmallInt(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::BigInt(value) => value.to_string(),
        Value::HugeInt(value) => value.to_string(),
        Value::UTinyInt(value) => value.to_string(),
        Value::USmallInt(value) => value.to_string(),
        Value::UInt(value) => value.to_string(),
        Value::UBigInt(value) => value.to_string(),
        Value::Float(value) => value.to_string(),
        Value::Double(value) => value.to_string(),
        Value::Text(value) => value.clone(),
        Value::Date32(days) => {
            let span = jiff::Span::new().days(*days);
            jiff::civil::date(1970, 1, 1)
                .saturating_add(span)
                .to_string()
        }
        Value::Timestamp(unit, at) => {
            let micros = unit.to_micros(*at);
            domain::time::Instant::from_millis(micros.div_euclid(1_000)).to_string()
        }
        other => format!("{other:?}"),
    };
    Some(text)
}
