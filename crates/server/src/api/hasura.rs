//! `POST /api/analytics/ingest/hasura`: what Hasura's event triggers send of nChat's tables.

use axum::{Json, body::Body, extract::State, http::HeaderMap};
use domain::id::WorkspaceId;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    body::{SMALL, store_all},
    error::ApiError,
    guard::Admin,
    state::ApiState,
};
use crate::{
    auth::{AuthError, Caller, Denial},
    ingest::{EVENT, Origin},
    source::{Told, hasura},
};

/// What became of a row.
#[derive(Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct HasuraAnswer {
    /// Always true: a row that tells of nothing is taken as well, so that it is not sent again.
    pub success: bool,
    /// Events accepted; they are durable now.
    pub tracked: u64,
    /// Of them, events that were stored already, by the sync or an earlier delivery.
    pub duplicates: u64,
    /// Events refused; see `dead-letters`.
    pub failed: usize,
    /// Records of people and channels that said something new.
    pub records: u64,
}

/// Takes a row of the chat's tables from an event trigger.
#[utoipa::path(
    post, path = "/api/analytics/ingest/hasura", tag = "ingest",
    request_body(content = serde_json::Value, description = "The payload of a Hasura event trigger on one of nChat's tables: insert, update or delete"),
    responses((status = 200, description = "What the row tells is durable", body = HasuraAnswer))
)]
pub(super) async fn take(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<HasuraAnswer>, ApiError> {
    caller.require_source()?;
    let recent = state.recent_messages.clone();
    let read = move |payload: &[u8]| {
        hasura::read(payload, &recent).map_err(|error| ApiError::Shape(error.to_string()))
    };
    store_all((state, caller), &headers, (body, SMALL), read, store).await
}

/// Stores what a payload tells.
async fn store(
    state: ApiState,
    caller: Caller,
    told: Option<Told>,
) -> Result<HasuraAnswer, ApiError> {
    let mut answer = HasuraAnswer {
        success: true,
        ..HasuraAnswer::default()
    };
    let Some(mut told) = told else {
        return Ok(answer);
    };
    told.forget_before(state.ingest.oldest(state.clock.now()));
    let told: Vec<_> = told.into_iter().collect();
    // All or nothing: a row of two workspaces is not half taken.
    for (workspace, _) in &told {
        may_write(&caller, workspace)?;
    }
    for (workspace, share) in told {
        answer.records += state
            .ingest
            .put_records(&workspace, share.people, share.channels)
            .await?;
        let bytes = share.events.len() * EVENT;
        let decoded = share.events.into_iter().map(Ok).collect();
        let outcome = state
            .take_events(&workspace, (decoded, bytes), Origin::Hasura, None)
            .await?;
        answer.tracked += outcome.accepted();
        answer.duplicates += outcome.duplicates;
        answer.failed += outcome.failures.len();
    }
    Ok(answer)
}

/// The row names its workspace, and not the account header.
fn may_write(caller: &Caller, workspace: &WorkspaceId) -> Result<(), AuthError> {
    if caller.sees_every_workspace || caller.workspace == *workspace {
        return Ok(());
    }
    Err(Denial::Workspace.into())
}
