//! `POST /api/analytics/sql`: one `SELECT` of an administrator over the tables of their workspace.

use std::time::Instant;

use axum::{
    Json,
    body::Body,
    extract::State,
    http::HeaderMap,
    response::{IntoResponse as _, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{SqlError, Statement, StatementRows};
use utoipa::ToSchema;

use super::{
    body::receive,
    codes::Code,
    error::{ApiError, store_parts},
    fields,
    guard::Admin,
    nearest::nearest,
    params::{Params, wrong},
    state::ApiState,
    tables::Asked,
};

/// What is said where nobody may ask in SQL.
pub(super) const DISABLED: &str =
    "nobody may ask in SQL here: set ANALYTICS_SQL=true to allow it to administrators";
/// Most bytes of a statement and its values.
const MOST_BYTES: u64 = 64 * 1024;

/// A statement, and what is to come of it.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct SqlBody {
    /// One `SELECT` over `analytics_events`, `analytics_people`, `analytics_channels` and
    /// `analytics_daily_metrics`; see docs/sql.md.
    #[schema(
        example = "SELECT event_type, count(*) AS events FROM analytics_events GROUP BY ALL ORDER BY events DESC"
    )]
    pub sql: String,
    /// Values of the parameters `?` or `$1` of the statement, in their order: texts, numbers, truth
    /// values or `null`.
    #[serde(default)]
    #[schema(value_type = Option<Vec<Object>>)]
    pub params: Option<Vec<Value>>,
    /// Most rows of the answer; default is `ANALYTICS_SQL_MAX_ROWS`, and more there cannot be.
    #[serde(default)]
    pub limit: Option<u32>,
    /// `json` (default), or the rows as a file: `csv`, `ndjson` or `excel`.
    #[serde(default)]
    #[schema(example = "json")]
    pub format: Option<String>,
}

/// The rows of a statement.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct SqlAnswer {
    /// The columns; names are as the statement gives them, and may repeat.
    pub columns: Vec<SqlColumn>,
    /// The rows, each a list with a value for each column: lists and structs are JSON, instants are
    /// RFC 3339, numbers of more digits than a reader keeps are texts.
    #[schema(value_type = Vec<Vec<Object>>)]
    pub rows: Vec<Vec<Value>>,
    /// How many rows these are.
    pub row_count: usize,
    /// Whether there are more rows than `limit`.
    pub truncated: bool,
    /// Most rows that were asked for.
    pub limit: u32,
    /// Milliseconds that the statement took.
    pub duration_ms: u64,
}

/// A column of the rows.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SqlColumn {
    /// Name.
    pub name: String,
    /// What its values are: `boolean`, `integer`, `number`, `text`, `date`, `time`, `timestamp`, `list`,
    /// `struct`, `map` or `other`.
    #[schema(example = "text")]
    pub r#type: &'static str,
}

/// Answers one `SELECT` of an administrator, where `ANALYTICS_SQL` allows it.
///
/// It reads the documented tables of the administrator's workspace, and nothing else: no other table,
/// file, setting or function that does more than compute. It may take as long as a question.
#[utoipa::path(
    post, path = "/api/analytics/sql", tag = "numbers", request_body = SqlBody,
    responses((status = 200, body = SqlAnswer))
)]
pub(super) async fn sql(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    // A key that stands in the path is one that pages show to everybody.
    caller.require_own_key()?;
    let most = state.sql_rows.ok_or(ApiError::SqlDisabled)?;
    let statements = state.store.statements().ok_or(ApiError::SqlDisabled)?;
    let body = receive(&state, &caller, &headers, body, MOST_BYTES).await?;
    let room = body.room_for_all().await?;
    let asked: SqlBody = body.read(fields::read).await?;
    let form = Asked::of(&Params::of(asked.format.map(|format| ("format", format))))?;
    let params = asked.params.unwrap_or_default();
    if params
        .iter()
        .any(|value| value.is_array() || value.is_object())
    {
        return Err(wrong(
            "params",
            "must be texts, numbers, truth values or null",
        ));
    }
    let limit = asked.limit.unwrap_or(most);
    if !(1..=most).contains(&limit) {
        let message = format!("must be a whole number from 1 to {most} (ANALYTICS_SQL_MAX_ROWS)");
        return Err(wrong("limit", message));
    }
    let statement = Statement {
        text: asked.sql,
        params,
        most_rows: limit as usize,
        with_email: caller.sees_email,
    };
    drop((room, body));
    let place = state.rooms.list(&caller.name()).await?;
    let begun = Instant::now();
    let rows = statements.select(&caller.workspace, statement).await;
    let rows = rows.map_err(ApiError::Sql)?;
    let answer = SqlAnswer::of(rows, limit, begun);
    let written = tokio::task::spawn_blocking(move || {
        let written = Json(answer).into_response();
        drop(place);
        written
    });
    let written = written
        .await
        .map_err(|error| ApiError::Internal(error.to_string()))?;
    Ok(form.mark(written))
}

/// Returns the code and the sentence of a statement that was not answered.
pub(super) fn parts(error: &SqlError) -> (Code, String) {
    match error {
        SqlError::Store(error) => store_parts(error),
        error => (Code::BadSql, format!("`sql`: {error}")),
    }
}

/// Returns what was probably meant by a table that there is not.
pub(super) fn details(error: &SqlError) -> Option<Value> {
    let SqlError::Table { name, known } = error else {
        return None;
    };
    let near = nearest(name, known.iter().copied());
    Some(serde_json::json!({ "table": name, "nearest": near, "known": known }))
}

impl SqlAnswer {
    fn of(rows: StatementRows, limit: u32, begun: Instant) -> Self {
        let columns = rows.columns.into_iter().map(|column| SqlColumn {
            name: column.name,
            r#type: column.kind,
        });
        Self {
            columns: columns.collect(),
            row_count: rows.rows.len(),
            rows: rows.rows,
            truncated: rows.is_cut,
            limit,
            duration_ms: u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX),
        }
    }
}
