//! What a settings file holds, taken over into a database that holds nothing yet.

use std::path::Path;

use sqlx::{AssertSqlSafe, Postgres, Row as _, Transaction, sqlite::SqliteRow};
use uuid::Uuid;

use super::PostgresMeta;
use crate::meta::{MetaError, MetaStore as _, SqliteMeta};

/// A column of ours, and its type.
type Column = (String, String);

/// Takes over what the file in `folder` holds, in one transaction, where the database has never been used:
/// keys go on to hold, and who was erased stays away. The file stays as it is.
pub(super) async fn take_over(meta: &PostgresMeta, folder: &Path) -> Result<(), MetaError> {
    // Every start keeps a setting: a database without any was never used.
    let used = "SELECT EXISTS (SELECT 1 FROM setting) OR EXISTS (SELECT 1 FROM api_key)";
    if sqlx::query_scalar(used).fetch_one(&meta.pool).await?
        || SqliteMeta::read(folder).await?.is_none()
    {
        return Ok(());
    }
    // Opened to be written to, which brings its schema to the version of ours.
    let file = SqliteMeta::open(folder).await?;
    let mut transaction = meta.begin_alone("setting").await?;
    if sqlx::query_scalar(used)
        .fetch_one(&mut *transaction)
        .await?
    {
        return Ok(());
    }
    let mut rows = 0;
    for table in tables(&mut transaction).await? {
        rows += copy(&file, &mut transaction, &table).await?;
    }
    transaction.commit().await?;
    file.close().await;
    tracing::info!(
        rows,
        "settings.taken_over: what the settings file holds is in Postgres now; the file is not used any more"
    );
    Ok(())
}

async fn tables(transaction: &mut Transaction<'_, Postgres>) -> Result<Vec<String>, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT c.relname::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace \
         WHERE n.nspname = 'nchat_analytics' AND c.relkind = 'r' AND c.relname <> '_sqlx_migrations' \
         ORDER BY 1",
    )
    .fetch_all(&mut **transaction)
    .await
}

/// Copies a table in the order in which its rows were inserted; returns how many there were.
async fn copy(
    file: &SqliteMeta,
    transaction: &mut Transaction<'_, Postgres>,
    table: &str,
) -> Result<u64, MetaError> {
    let columns: Vec<Column> = sqlx::query_as(
        "SELECT quote_ident(attname), atttypid::regtype::text FROM pg_attribute \
         WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped AND attidentity = ''",
    )
    .bind(table)
    .fetch_all(&mut **transaction)
    .await?;
    let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
    let places: Vec<String> = (1..=columns.len())
        .map(|place| format!("${place}"))
        .collect();
    let names = names.join(", ");
    let select = format!("SELECT {names} FROM {table}");
    let insert = format!(
        "INSERT INTO {table} ({names}) VALUES ({})",
        places.join(", ")
    );
    let rows = sqlx::query(AssertSqlSafe(select))
        .fetch_all(file.pool())
        .await?;
    for row in &rows {
        insert_row(transaction, &insert, &columns, row).await?;
    }
    Ok(rows.len() as u64)
}

async fn insert_row(
    transaction: &mut Transaction<'_, Postgres>,
    insert: &str,
    columns: &[Column],
    row: &SqliteRow,
) -> Result<(), sqlx::Error> {
    let mut query = sqlx::query(AssertSqlSafe(insert.to_owned()));
    for (place, (_, kind)) in columns.iter().enumerate() {
        query = match kind.as_str() {
            "bigint" => query.bind(row.try_get::<Option<i64>, _>(place)?),
            "boolean" => query.bind(row.try_get::<Option<bool>, _>(place)?),
            "bytea" => query.bind(row.try_get::<Option<Vec<u8>>, _>(place)?),
            "uuid" => query.bind(row.try_get::<Option<Uuid>, _>(place)?),
            _ => query.bind(row.try_get::<Option<String>, _>(place)?),
        };
    }
    query.execute(&mut **transaction).await.map(drop)
}
