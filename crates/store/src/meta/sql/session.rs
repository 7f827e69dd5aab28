//! Sessions.

use async_trait::async_trait;
use domain::{
    id::{UserId, WorkspaceId},
    time::Instant,
};
use sqlx::{AssertSqlSafe, Row};

use super::{DatabaseRow, Meta};
use crate::meta::{Access, MetaError, OpenedBy, Session, SessionStore};

const COLUMNS: &str = "id, name, role, access, workspace_id, opened_by, detail, address, \
     created_ms, seen_ms, ends_ms";

/// Holds of a session whose key was not revoked. What revokes a key ends its sessions, too, but one may
/// be opened at that very moment.
const KEY_HOLDS: &str = "(opened_by <> 'key' OR EXISTS (SELECT 1 FROM api_key \
     WHERE api_key.id = session.detail AND api_key.revoked_ms IS NULL))";

fn detail(opened_by: &OpenedBy) -> Option<&str> {
    match opened_by {
        OpenedBy::Key { id } => Some(id),
        OpenedBy::ConfiguredKey { proof } => Some(proof),
        OpenedBy::Token { subject } => subject.as_ref().map(UserId::as_str),
        OpenedBy::Link { made_by } => Some(made_by),
    }
}

fn session(row: &DatabaseRow) -> Result<Session, sqlx::Error> {
    let decode =
        |what: &str| sqlx::Error::Decode(format!("stored session has a bad {what}").into());
    let workspace: Option<String> = row.try_get(4)?;
    let detail: Option<String> = row.try_get(6)?;
    let needed = |detail: Option<String>| detail.ok_or_else(|| decode("detail"));
    let opened_by = match row.try_get(5)? {
        "key" => OpenedBy::Key {
            id: needed(detail)?,
        },
        "configured_key" => OpenedBy::ConfiguredKey {
            proof: needed(detail)?,
        },
        "token" => OpenedBy::Token {
            subject: detail
                .map(UserId::new)
                .transpose()
                .map_err(|_invalid| decode("person"))?,
        },
        "link" => OpenedBy::Link {
            made_by: needed(detail)?,
        },
        _ => return Err(decode("way of opening")),
    };
    Ok(Session {
        id: row.try_get(0)?,
        name: row.try_get(1)?,
        role: row.try_get(2)?,
        access: Access::parse(row.try_get(3)?).ok_or_else(|| decode("access"))?,
        workspace_id: workspace
            .map(WorkspaceId::new)
            .transpose()
            .map_err(|_invalid| decode("workspace"))?,
        opened_by,
        address: row.try_get(7)?,
        created_at: Instant::from_millis(row.try_get(8)?),
        seen_at: Instant::from_millis(row.try_get(9)?),
        ends_at: Instant::from_millis(row.try_get(10)?),
    })
}

#[async_trait]
impl SessionStore for Meta {
    async fn insert_session(
        &self,
        session: &Session,
        hash: &str,
        idle_since: Instant,
        most: u32,
    ) -> Result<(), MetaError> {
        let mut transaction = self.begin_alone("session").await?;
        sqlx::query("DELETE FROM session WHERE seen_ms <= $1 OR ends_ms <= $2")
            .bind(idle_since.as_millis())
            .bind(session.created_at.as_millis())
            .execute(&mut *transaction)
            .await?;
        let statement = format!(
            "INSERT INTO session ({COLUMNS}, hash) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)"
        );
        sqlx::query(AssertSqlSafe(statement))
            .bind(&session.id)
            .bind(&session.name)
            .bind(&session.role)
            .bind(session.access.name())
            .bind(session.workspace_id.as_ref().map(WorkspaceId::as_str))
            .bind(session.opened_by.name())
            .bind(detail(&session.opened_by))
            .bind(&session.address)
            .bind(session.created_at.as_millis())
            .bind(session.seen_at.as_millis())
            .bind(session.ends_at.as_millis())
            .bind(hash)
            .execute(&mut *transaction)
            .await?;
        // A proof is that of one session; all of the configured key are of one sort.
        let same_detail = match &session.opened_by {
            OpenedBy::ConfiguredKey { .. } => None,
            other => detail(other),
        };
        sqlx::query(
            "DELETE FROM session WHERE id IN (SELECT id FROM session \
             WHERE opened_by = $1 AND ($2 IS NULL OR detail = $2) \
             ORDER BY id = $3 DESC, seen_ms DESC, id LIMIT 1000000 OFFSET $4)",
        )
        .bind(session.opened_by.name())
        .bind(same_detail)
        .bind(&session.id)
        .bind(i64::from(most))
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn session_by_hash(&self, hash: &str) -> Result<Option<Session>, MetaError> {
        let statement = format!("SELECT {COLUMNS} FROM session WHERE hash = $1 AND {KEY_HOLDS}");
        let row = sqlx::query(AssertSqlSafe(statement))
            .bind(hash)
            .fetch_optional(&self.pool)
            .await?;
        Ok(row.as_ref().map(session).transpose()?)
    }

    async fn sessions(&self) -> Result<Vec<Session>, MetaError> {
        let statement =
            format!("SELECT {COLUMNS} FROM session WHERE {KEY_HOLDS} ORDER BY created_ms DESC, id");
        let rows = sqlx::query(AssertSqlSafe(statement))
            .fetch_all(&self.pool)
            .await?;
        Ok(rows.iter().map(session).collect::<Result<_, _>>()?)
    }

    async fn note_seen(&self, id: &str, at: Instant) -> Result<(), MetaError> {
        sqlx::query("UPDATE session SET seen_ms = $1 WHERE id = $2 AND seen_ms < $1")
            .bind(at.as_millis())
            .bind(id)
            .execute(&self.pool)
            .await?;
        Ok(())
    }

    async fn end_session(&self, id: &str) -> Result<bool, MetaError> {
        let done = sqlx::query("DELETE FROM session WHERE id = $1")
            .bind(id)
            .execute(&self.pool)
            .await?;
        Ok(done.rows_affected() > 0)
    }

    async fn insert_code(
        &self,
        hash: &str,
        made_by: &str,
        now: Instant,
        expires_at: Instant,
    ) -> Result<(), MetaError> {
        let mut transaction = self.pool.begin().await?;
        sqlx::query("DELETE FROM sign_in_code WHERE expires_ms <= $1")
            .bind(now.as_millis())
            .execute(&mut *transaction)
            .await?;
        sqlx::query("INSERT INTO sign_in_code (hash, made_by, expires_ms) VALUES ($1, $2, $3)")
            .bind(hash)
            .bind(made_by)
            .bind(expires_at.as_millis())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn take_code(&self, hash: &str, now: Instant) -> Result<Option<String>, MetaError> {
        // One statement, so that of two at once only one has it.
        let row = sqlx::query(
            "DELETE FROM sign_in_code WHERE hash = $1 AND expires_ms > $2 RETURNING made_by",
        )
        .bind(hash)
        .bind(now.as_millis())
        .fetch_optional(&self.pool)
        .await?;
        Ok(row.map(|row| row.try_get(0)).transpose()?)
    }
}
