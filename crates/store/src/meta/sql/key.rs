//! Keys. Lists are JSON texts: nothing asks for their parts.

use async_trait::async_trait;
use domain::{event::EventType, id::WorkspaceId, time::Instant};
use sqlx::{AssertSqlSafe, Row, Transaction};

use super::{Database, DatabaseRow, Meta};
use crate::meta::{Access, ApiKey, KeyAction, KeyEvent, KeyStore, KeyUse, MetaError};

const COLUMNS: &str = "id, name, access, workspace_id, kinds, origins, created_ms, expires_ms, \
     last_used_ms, revoked_ms";

/// Milliseconds of a day of UTC.
const DAY: i64 = 86_400_000;

fn key(row: &DatabaseRow) -> Result<ApiKey, sqlx::Error> {
    let decode = |what: &str| sqlx::Error::Decode(format!("stored key has a bad {what}").into());
    let list = |column: usize, what: &str| -> Result<Vec<String>, sqlx::Error> {
        serde_json::from_str(row.try_get(column)?).map_err(|_invalid| decode(what))
    };
    let time = |column: usize| -> Result<Option<Instant>, sqlx::Error> {
        let millis: Option<i64> = row.try_get(column)?;
        Ok(millis.map(Instant::from_millis))
    };
    let workspace: Option<String> = row.try_get(3)?;
    let kinds = list(4, "list of kinds")?;
    let kinds = kinds.iter().map(|name| EventType::parse(name));
    Ok(ApiKey {
        id: row.try_get(0)?,
        name: row.try_get(1)?,
        access: Access::parse(row.try_get(2)?).ok_or_else(|| decode("access"))?,
        workspace_id: workspace
            .map(WorkspaceId::new)
            .transpose()
            .map_err(|_invalid| decode("workspace"))?,
        kinds: kinds.collect::<Option<_>>().ok_or_else(|| decode("kind"))?,
        origins: list(5, "list of origins")?,
        created_at: Instant::from_millis(row.try_get(6)?),
        expires_at: time(7)?,
        last_used_at: time(8)?,
        revoked_at: time(9)?,
    })
}

async fn note(
    transaction: &mut Transaction<'_, Database>,
    key_id: &str,
    at: Instant,
    action: KeyAction,
    by: &str,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO key_event (at_ms, key_id, action, by_whom) VALUES ($1, $2, $3, $4)")
        .bind(at.as_millis())
        .bind(key_id)
        .bind(action.name())
        .bind(by)
        .execute(&mut **transaction)
        .await?;
    Ok(())
}

#[async_trait]
impl KeyStore for Meta {
    async fn insert_key(&self, key: &ApiKey, hash: &str, by: &str) -> Result<(), MetaError> {
        let mut transaction = self.pool.begin().await?;
        sqlx::query(
            "INSERT INTO api_key (id, name, access, workspace_id, kinds, origins, hash, \
             created_ms, expires_ms) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        )
        .bind(&key.id)
        .bind(&key.name)
        .bind(key.access.name())
        .bind(key.workspace_id.as_ref().map(WorkspaceId::as_str))
        .bind(serde_json::json!(key.kinds).to_string())
        .bind(serde_json::json!(key.origins).to_string())
        .bind(hash)
        .bind(key.created_at.as_millis())
        .bind(key.expires_at.map(Instant::as_millis))
        .execute(&mut *transaction)
        .await?;
        let (id, at) = (&key.id, key.created_at);
        note(&mut transaction, id, at, KeyAction::Created, by).await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn key_by_hash(&self, hash: &str) -> Result<Option<ApiKey>, MetaError> {
        let statement =
            format!("SELECT {COLUMNS} FROM api_key WHERE hash = $1 AND revoked_ms IS NULL");
        let row = sqlx::query(AssertSqlSafe(statement))
            .bind(hash)
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.as_ref().map(key).transpose()?)
    }

    async fn keys(&self) -> Result<Vec<ApiKey>, MetaError> {
        let statement = format!("SELECT {COLUMNS} FROM api_key ORDER BY created_ms DESC, id");
        let rows = sqlx::query(AssertSqlSafe(statement))
            .fetch_all(&self.pool)
            .await?;
        Ok(rows.iter().map(key).collect::<Result<_, _>>()?)
    }

    async fn revoke_key(&self, id: &str, at: Instant, by: &str) -> Result<bool, MetaError> {
        let mut transaction = self.pool.begin().await?;
        let done =
            sqlx::query("UPDATE api_key SET revoked_ms = $1 WHERE id = $2 AND revoked_ms IS NULL")
                .bind(at.as_millis())
                .bind(id)
                .execute(&mut *transaction)
                .await?;
        let is_revoked = done.rows_affected() > 0;
        if is_revoked {
            note(&mut transaction, id, at, KeyAction::Revoked, by).await?;
            sqlx::query("DELETE FROM session WHERE opened_by = 'key' AND detail = $1")
                .bind(id)
                .execute(&mut *transaction)
                .await?;
        }
        transaction.commit().await?;
        Ok(is_revoked)
    }

    async fn note_uses(&self, uses: &[KeyUse]) -> Result<(), MetaError> {
        let mut transaction = self.begin_alone("key_event").await?;
        for KeyUse { key_id, at, by } in uses {
            sqlx::query("UPDATE api_key SET last_used_ms = $1 WHERE id = $2")
                .bind(at.as_millis())
                .bind(key_id)
                .execute(&mut *transaction)
                .await?;
            let day = at.as_millis().div_euclid(DAY) * DAY;
            let noted: bool = sqlx::query_scalar(
                "SELECT EXISTS (SELECT 1 FROM key_event \
                 WHERE key_id = $1 AND action = $2 AND at_ms >= $3 AND at_ms < $4)",
            )
            .bind(key_id)
            .bind(KeyAction::Used.name())
            .bind(day)
            .bind(day + DAY)
            .fetch_one(&mut *transaction)
            .await?;
            if !noted {
                note(&mut transaction, key_id, *at, KeyAction::Used, by).await?;
            }
        }
        transaction.commit().await?;
        Ok(())
    }

    async fn key_events(
        &self,
        key_id: Option<&str>,
        limit: u32,
    ) -> Result<Vec<KeyEvent>, MetaError> {
        let rows = sqlx::query(
            "SELECT at_ms, key_id, action, by_whom FROM key_event \
             WHERE $1 IS NULL OR key_id = $1 ORDER BY at_ms DESC, rowid DESC LIMIT $2",
        )
        .bind(key_id)
        .bind(i64::from(limit))
        .fetch_all(&self.pool)
        .await?;
        let event = |row: &DatabaseRow| {
            Ok::<_, sqlx::Error>(KeyEvent {
                at: Instant::from_millis(row.try_get(0)?),
                key_id: row.try_get(1)?,
                action: KeyAction::parse(row.try_get(2)?)
                    .ok_or_else(|| sqlx::Error::Decode("stored entry has a bad action".into()))?,
                by: row.try_get(3)?,
            })
        };
        Ok(rows.iter().map(event).collect::<Result<_, _>>()?)
    }
}
