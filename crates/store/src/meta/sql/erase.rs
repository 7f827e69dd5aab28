//! Settings without what names a person.

use std::collections::BTreeMap;

use domain::{
    erasure::{ERASED, Traces, without},
    funnel::FunnelDefinition,
    id::WorkspaceId,
    view::ViewQuery,
};
use sqlx::{Row, Transaction};
use uuid::Uuid;

use super::{Database, DatabaseRow, Meta};
use crate::meta::{MetaError, SettingsCounts};

type Open<'a> = Transaction<'a, Database>;

/// A text, and whether it was changed.
struct Cleaner<'a> {
    traces: &'a Traces,
    is_changed: bool,
}

impl<'a> Cleaner<'a> {
    fn new(traces: &'a Traces) -> Self {
        Self {
            traces,
            is_changed: false,
        }
    }

    fn text(&mut self, text: String) -> String {
        let clean = self.traces.clean(&text);
        self.is_changed |= clean.is_some();
        clean.unwrap_or(text)
    }

    fn optional(&mut self, text: Option<String>) -> Option<String> {
        text.map(|text| self.text(text))
    }

    fn filter(&mut self, text: String) -> String {
        let clean = without(&text, self.traces);
        self.is_changed |= clean.is_some();
        clean.unwrap_or(text)
    }

    /// Cleans the name of a caller: a token is called after whom it was given to.
    fn caller(&mut self, name: String) -> String {
        match name.strip_prefix("token ") {
            Some(subject) if self.traces.is_named_by(subject) => {
                self.is_changed = true;
                format!("token {ERASED}")
            }
            _ => self.text(name),
        }
    }
}

/// Cleans the settings of a workspace, in one transaction.
pub(super) async fn erase(
    meta: &Meta,
    workspace: &WorkspaceId,
    traces: &Traces,
) -> Result<SettingsCounts, MetaError> {
    let mut open = meta.pool.begin().await?;
    let of = workspace.as_str();
    let counts = SettingsCounts {
        segments: segments(&mut open, of, traces).await?,
        annotations: annotations(&mut open, of, traces).await?,
        funnels: funnels(&mut open, of, traces).await?,
        reports: reports(&mut open, of, traces).await?,
        views: views(&mut open, of, traces).await?,
        keys: keys(&mut open, traces).await?
            + sessions(&mut open, traces).await?
            + shared_links(&mut open, of, traces).await?,
        watched_rows: watched_rows(&mut open, traces).await?,
    };
    open.commit().await?;
    Ok(counts)
}

async fn rows(
    open: &mut Open<'_>,
    statement: &'static str,
    workspace: &str,
) -> Result<Vec<DatabaseRow>, sqlx::Error> {
    let query = sqlx::query(statement).bind(workspace);
    query.fetch_all(&mut **open).await
}

async fn segments(open: &mut Open<'_>, of: &str, traces: &Traces) -> Result<u64, MetaError> {
    let statement =
        "SELECT id, name, description, rule, created_by FROM segment WHERE workspace_id = $1";
    let mut changed = 0;
    for row in rows(open, statement, of).await? {
        let mut cleaner = Cleaner::new(traces);
        let id: String = row.try_get(0)?;
        let name = cleaner.text(row.try_get(1)?);
        let description = cleaner.optional(row.try_get(2)?);
        let rule = cleaner.filter(row.try_get(3)?);
        let created_by = cleaner.caller(row.try_get(4)?);
        if cleaner.is_changed {
            changed += 1;
            sqlx::query(
                "UPDATE segment SET name = $1, description = $2, rule = $3, created_by = $4, \
                 version = version + 1 WHERE workspace_id = $5 AND id = $6",
            )
            .bind(name)
            .bind(description)
            .bind(rule)
            .bind(created_by)
            .bind(of)
            .bind(id)
            .execute(&mut **open)
            .await?;
        }
    }
    Ok(changed)
}

async fn annotations(open: &mut Open<'_>, of: &str, traces: &Traces) -> Result<u64, MetaError> {
    let statement = "SELECT id, title, body, created_by FROM annotation WHERE workspace_id = $1";
    let mut changed = 0;
    for row in rows(open, statement, of).await? {
        let mut cleaner = Cleaner::new(traces);
        let id: String = row.try_get(0)?;
        let title = cleaner.text(row.try_get(1)?);
        let body = cleaner.optional(row.try_get(2)?);
        let created_by = cleaner.caller(row.try_get(3)?);
        if cleaner.is_changed {
            changed += 1;
            sqlx::query(
                "UPDATE annotation SET title = $1, body = $2, created_by = $3, \
                 version = version + 1 WHERE workspace_id = $4 AND id = $5",
            )
            .bind(title)
            .bind(body)
            .bind(created_by)
            .bind(of)
            .bind(id)
            .execute(&mut **open)
            .await?;
        }
    }
    Ok(changed)
}

async fn funnels(open: &mut Open<'_>, of: &str, traces: &Traces) -> Result<u64, MetaError> {
    let statement = "SELECT id, definition FROM funnel WHERE workspace_id = $1";
    let mut changed = 0;
    for row in rows(open, statement, of).await? {
        let id: String = row.try_get(0)?;
        let Ok(mut funnel) = serde_json::from_str::<FunnelDefinition>(row.try_get(1)?) else {
            continue;
        };
        let mut cleaner = Cleaner::new(traces);
        funnel.name = cleaner.text(funnel.name);
        for step in &mut funnel.steps {
            step.name = cleaner.text(std::mem::take(&mut step.name));
            step.filter = cleaner.filter(std::mem::take(&mut step.filter));
        }
        if cleaner.is_changed {
            changed += 1;
            sqlx::query("UPDATE funnel SET definition = $1 WHERE workspace_id = $2 AND id = $3")
                .bind(serde_json::json!(funnel).to_string())
                .bind(of)
                .bind(id)
                .execute(&mut **open)
                .await?;
        }
    }
    Ok(changed)
}

async fn reports(open: &mut Open<'_>, of: &str, traces: &Traces) -> Result<u64, MetaError> {
    let statement = "SELECT id, name, recipients FROM report WHERE workspace_id = $1";
    let mut changed = 0;
    for row in rows(open, statement, of).await? {
        let mut cleaner = Cleaner::new(traces);
        let id: String = row.try_get(0)?;
        let name = cleaner.text(row.try_get(1)?);
        let mut recipients: Vec<String> = serde_json::from_str(row.try_get(2)?).unwrap_or_default();
        let before = recipients.len();
        // Nothing is sent to an address without a person, and so to nobody it no longer names.
        recipients.retain(|recipient| traces.clean(recipient).is_none());
        if cleaner.is_changed || recipients.len() < before {
            changed += 1;
            sqlx::query(
                "UPDATE report SET name = $1, recipients = $2, version = version + 1 \
                 WHERE workspace_id = $3 AND id = $4",
            )
            .bind(name)
            .bind(serde_json::json!(recipients).to_string())
            .bind(of)
            .bind(id)
            .execute(&mut **open)
            .await?;
        }
    }
    // Files name people in forms that cannot be changed.
    for statement in [
        "UPDATE report_run SET file_bytes = NULL WHERE workspace_id = $1 AND file_bytes IS NOT NULL",
        "DELETE FROM report_file WHERE workspace_id = $1",
        "DELETE FROM report_delivery WHERE workspace_id = $1",
    ] {
        sqlx::query(statement).bind(of).execute(&mut **open).await?;
    }
    Ok(changed)
}

/// A parameter of a question that names the person is left out.
async fn views(open: &mut Open<'_>, of: &str, traces: &Traces) -> Result<u64, MetaError> {
    let statement = "SELECT id, name, query, created_by FROM saved_view WHERE workspace_id = $1";
    let mut changed = 0;
    for row in rows(open, statement, of).await? {
        let mut cleaner = Cleaner::new(traces);
        let id: String = row.try_get(0)?;
        let name = cleaner.text(row.try_get(1)?);
        let mut query: ViewQuery = serde_json::from_str(row.try_get(2)?).unwrap_or_default();
        if let Some(filter) = query.get_mut("filter") {
            *filter = cleaner.filter(std::mem::take(filter));
        }
        let before = query.len();
        query.retain(|name, value| name == "filter" || traces.clean(value).is_none());
        let created_by = cleaner.caller(row.try_get(3)?);
        if cleaner.is_changed || query.len() < before {
            changed += 1;
            sqlx::query(
                "UPDATE saved_view SET name = $1, query = $2, created_by = $3, \
                 version = version + 1 WHERE workspace_id = $4 AND id = $5",
            )
            .bind(name)
            .bind(serde_json::json!(query).to_string())
            .bind(created_by)
            .bind(of)
            .bind(id)
            .execute(&mut **open)
            .await?;
        }
    }
    Ok(changed)
}

/// Keys are of all workspaces, and so are those who use them.
async fn keys(open: &mut Open<'_>, traces: &Traces) -> Result<u64, MetaError> {
    let mut changed = 0;
    let found = sqlx::query("SELECT id, name FROM api_key")
        .fetch_all(&mut **open)
        .await?;
    for row in found {
        let (id, name): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        if let Some(clean) = traces.clean(&name) {
            changed += 1;
            sqlx::query("UPDATE api_key SET name = $1 WHERE id = $2")
                .bind(clean)
                .bind(id)
                .execute(&mut **open)
                .await?;
        }
    }
    let found = sqlx::query("SELECT DISTINCT by_whom FROM key_event")
        .fetch_all(&mut **open)
        .await?;
    for row in found {
        let by: String = row.try_get(0)?;
        let mut cleaner = Cleaner::new(traces);
        let clean = cleaner.caller(by.clone());
        if cleaner.is_changed {
            let done = sqlx::query("UPDATE key_event SET by_whom = $1 WHERE by_whom = $2")
                .bind(clean)
                .bind(by)
                .execute(&mut **open)
                .await?;
            changed += done.rows_affected();
        }
    }
    Ok(changed)
}

/// Whoever is erased is signed in no longer; what else names them ends, too, and is opened anew.
async fn sessions(open: &mut Open<'_>, traces: &Traces) -> Result<u64, MetaError> {
    let mut gone = 0;
    let found = sqlx::query("SELECT id, name, opened_by, detail FROM session")
        .fetch_all(&mut **open)
        .await?;
    for row in found {
        let (name, opened_by): (String, String) = (row.try_get(1)?, row.try_get(2)?);
        let detail: Option<String> = row.try_get(3)?;
        let is_theirs = opened_by == "token" && detail.is_some_and(|id| traces.is_named_by(&id));
        if is_theirs || traces.clean(&name).is_some() {
            let done = sqlx::query("DELETE FROM session WHERE id = $1")
                .bind(row.try_get::<String, _>(0)?)
                .execute(&mut **open)
                .await?;
            gone += done.rows_affected();
        }
    }
    Ok(gone)
}

/// A link to a page about whoever is erased is revoked; others lose the name of who made them.
async fn shared_links(open: &mut Open<'_>, of: &str, traces: &Traces) -> Result<u64, MetaError> {
    let statement =
        "SELECT id, subject, parameters, created_by FROM shared_link WHERE workspace_id = $1";
    let mut changed = 0;
    for row in rows(open, statement, of).await? {
        let id: String = row.try_get(0)?;
        let parameters: BTreeMap<String, String> =
            serde_json::from_str(row.try_get(2)?).unwrap_or_default();
        let texts = parameters
            .into_values()
            .chain(row.try_get::<Option<String>, _>(1)?);
        let mut address = Cleaner::new(traces);
        for text in texts {
            address.filter(text.clone());
            address.text(text);
        }
        let mut maker = Cleaner::new(traces);
        let created_by = maker.caller(row.try_get(3)?);
        let query = if address.is_changed {
            sqlx::query("DELETE FROM shared_link WHERE id = $1").bind(id)
        } else if maker.is_changed {
            let query = sqlx::query("UPDATE shared_link SET created_by = $2 WHERE id = $1");
            query.bind(id).bind(created_by)
        } else {
            continue;
        };
        changed += query.execute(&mut **open).await?.rows_affected();
    }
    Ok(changed)
}

/// Rows of the chat's database are those of all of its workspaces.
async fn watched_rows(open: &mut Open<'_>, traces: &Traces) -> Result<u64, MetaError> {
    let mut gone = 0;
    // Any row that names the person holds one of these; what holds one need not name them.
    for trace in traces.folded() {
        // Neither database has to know the small form of letters beyond ASCII: then every row is looked at.
        let found = sqlx::query(
            "SELECT feed, id, body FROM watched_row \
             WHERE $2 OR replace(lower(body), $1, '') <> lower(body)",
        )
        .bind(trace)
        .bind(!trace.is_ascii())
        .fetch_all(&mut **open)
        .await?;
        for row in found {
            let mut body = serde_json::from_str(row.try_get(2)?).unwrap_or_default();
            if !traces.clean_value(&mut body) {
                continue;
            }
            let done = sqlx::query("DELETE FROM watched_row WHERE feed = $1 AND id = $2")
                .bind(row.try_get::<String, _>(0)?)
                .bind(row.try_get::<Uuid, _>(1)?)
                .execute(&mut **open)
                .await?;
            gone += done.rows_affected();
        }
    }
    Ok(gone)
}
