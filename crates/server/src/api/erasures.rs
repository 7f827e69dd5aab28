//! `DELETE` people, and the receipts of it.

use std::{sync::Arc, time::Duration};

use axum::{
    Json,
    extract::{Path, State, rejection::PathRejection},
    http::StatusCode,
};
use domain::{erasure::Mode, id::UserId, time::Instant};
use serde::Serialize;
use store::meta::KeptErasure;
use utoipa::ToSchema;

use super::{
    body::to_the_end,
    error::{ApiError, ErrorAnswer},
    guard::Admin,
    params::{Named, Params},
    state::ApiState,
};
use crate::erasure::{ErasureError, Receipt};

/// Longest time that somebody who asks waits for the work to be done.
const PATIENCE: Duration = Duration::from_secs(20);
/// What is said where there is no erasure.
const NONE: &str = "no such erasure that is done and holds; see /api/analytics/erasures";
/// What is said where there is nobody to erase.
pub(super) const NOBODY: &str = "nobody has that identifier in this workspace, and nobody who had it was \
                                 erased; see /api/analytics/users";
/// What becomes of the events.
const MODES: [Named<Mode>; 2] = [
    (Mode::Remove, &["remove"]),
    (Mode::Anonymise, &["anonymise", "anonymize"]),
];

/// An erasure: what was asked for, and the receipt once it is done.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ErasureAnswer {
    /// Identity of the erasure.
    pub id: String,
    /// Keyed hash of the identifier of the person.
    pub person: String,
    /// remove or anonymise.
    #[schema(example = "remove")]
    pub mode: &'static str,
    /// Who asked for it.
    pub requested_by: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub requested_at: Instant,
    /// running, done, or lifted: then the person may come again.
    #[schema(example = "done")]
    pub state: &'static str,
    /// When it was lifted.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub lifted_at: Option<Instant>,
    /// What was changed, signed; `null` while it is running.
    pub receipt: Option<Receipt>,
}

/// Erasures, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ErasuresAnswer {
    /// The erasures.
    pub erasures: Vec<ErasureAnswer>,
}

impl From<KeptErasure> for ErasureAnswer {
    fn from(kept: KeptErasure) -> Self {
        Self {
            id: kept.id,
            person: kept.person,
            mode: kept.mode.name(),
            requested_by: kept.requested_by,
            requested_at: kept.requested_at,
            state: match (&kept.receipt, kept.lifted_at) {
                (None, _) => "running",
                (Some(_), None) => "done",
                (Some(_), Some(_)) => "lifted",
            },
            lifted_at: kept.lifted_at,
            receipt: kept
                .receipt
                .and_then(|text| serde_json::from_str(&text).ok()),
        }
    }
}

impl From<ErasureError> for ApiError {
    fn from(error: ErasureError) -> Self {
        match error {
            ErasureError::NotKnown => Self::NobodyToErase,
            ErasureError::Store(error) => Self::Store(error),
            ErasureError::Meta(error) => Self::Meta(error),
            ErasureError::Secret => Self::Internal(error.to_string()),
        }
    }
}

fn person(id: Result<Path<String>, PathRejection>) -> Result<UserId, ApiError> {
    let Path(id) = id.map_err(|_no_text| ApiError::NobodyToErase)?;
    UserId::new(id).map_err(|_nobody| ApiError::NobodyToErase)
}

/// Erases a person.
///
/// Whoever was erased before has a receipt, which is answered again. Nothing that the person does is taken
/// in from now on. Where the work takes longer than 20 seconds it goes on: ask for the erasure by its
/// identity.
#[utoipa::path(
    delete, path = "/api/analytics/people/{id}", tag = "erasures",
    params(
        ("id" = String, Path, description = "Identifier of the person"),
        ("mode" = Option<String>, Query, description = "remove (default): events go with the person; anonymise: they stay and count, as those of somebody without a name"),
    ),
    responses(
        (status = 200, description = "Everything is done", body = ErasureAnswer),
        (status = 202, description = "It is running", body = ErasureAnswer),
        (status = 404, description = "Nobody has that identifier, and nobody who had it was erased", body = ErrorAnswer),
    )
)]
pub(super) async fn erase_person(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    id: Result<Path<String>, PathRejection>,
    params: Params,
) -> Result<(StatusCode, Json<ErasureAnswer>), ApiError> {
    caller.require_own_key()?;
    let mode = params.choice("mode", &MODES)?.unwrap_or(Mode::Remove);
    let person = person(id)?;
    let erasures = Arc::clone(&state.erasures);
    // What is written down is also begun, though whoever asked leaves.
    let request = async move {
        let by = caller.name();
        let asked = erasures.request(&caller.workspace, &person, mode, &by);
        Ok(asked.await?)
    };
    let asked = to_the_end(request).await?;
    let erasure = state.erasures.wait(asked, PATIENCE).await?;
    let status = if erasure.receipt.is_some() {
        StatusCode::OK
    } else {
        StatusCode::ACCEPTED
    };
    Ok((status, Json(erasure.into())))
}

/// Allows a person who was erased to come again.
///
/// What was erased stays so; the receipt is kept.
#[utoipa::path(
    delete, path = "/api/analytics/people/{id}/erasure", tag = "erasures",
    params(("id" = String, Path, description = "Identifier of the person")),
    responses((status = 200, body = ErasureAnswer), (status = 404, body = ErrorAnswer))
)]
pub(super) async fn lift_erasure(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<ErasureAnswer>, ApiError> {
    caller.require_own_key()?;
    let person = person(id).map_err(|_nobody| ApiError::NotThere(NONE))?;
    let lifted = state
        .erasures
        .lift(&caller.workspace, &person, &caller.name())
        .await?;
    Ok(Json(lifted.ok_or(ApiError::NotThere(NONE))?.into()))
}

/// Lists erasures, newest first.
#[utoipa::path(
    get, path = "/api/analytics/erasures", tag = "erasures",
    responses((status = 200, body = ErasuresAnswer))
)]
pub(super) async fn list_erasures(
    State(state): State<ApiState>,
    Admin(caller): Admin,
) -> Result<Json<ErasuresAnswer>, ApiError> {
    let kept = state.erasures.list(&caller.workspace).await?;
    Ok(Json(ErasuresAnswer {
        erasures: kept.into_iter().map(ErasureAnswer::from).collect(),
    }))
}

/// Answers an erasure.
#[utoipa::path(
    get, path = "/api/analytics/erasures/{id}", tag = "erasures",
    params(("id" = String, Path, description = "Identity of the erasure")),
    responses((status = 200, body = ErasureAnswer), (status = 404, body = ErrorAnswer))
)]
pub(super) async fn get_erasure(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<ErasureAnswer>, ApiError> {
    let Path(id) = id.map_err(|_no_text| ApiError::NotThere(NONE))?;
    let kept = state.erasures.get(&caller.workspace, &id).await?;
    Ok(Json(kept.ok_or(ApiError::NotThere(NONE))?.into()))
}
