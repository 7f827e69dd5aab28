//! `/api/analytics/people/merge`: identifiers that are one person.

use axum::{
    Json,
    body::Body,
    extract::{Path, State, rejection::PathRejection},
    http::HeaderMap,
};
use domain::{id::UserId, time::Instant};
use serde::{Deserialize, Serialize};
use store::{Merge, MergeError, MergeRefusal};
use utoipa::ToSchema;

use super::{
    body::{SMALL, receive},
    codes::Code,
    error::{ApiError, ErrorAnswer},
    fields,
    guard::Admin,
    saved::RemovedAnswer,
    state::ApiState,
};
use crate::{auth::Caller, query::Unknown};

/// Two identifiers of one person.
#[derive(Debug, Deserialize, ToSchema)]
pub(super) struct MergeBody {
    /// The identifier that is merged.
    #[schema(example = "guest-17")]
    pub from: String,
    /// The person that it is merged into, whose row stays.
    #[schema(example = "u-42")]
    pub into: String,
}

/// An identifier that counts as another person.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct MergeAnswer {
    /// The identifier that was merged.
    pub from: String,
    /// The person that it was merged into.
    pub into: String,
    /// Who counts: the same as `into`, unless that was merged as well.
    pub counts_as: String,
    /// When it was merged.
    #[schema(value_type = String, format = DateTime)]
    pub merged_at: Instant,
}

/// Merges, by the identifier that was merged.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MergesAnswer {
    /// The merges.
    pub merges: Vec<MergeAnswer>,
}

/// Why identifiers could not be made one person, or that be undone.
#[derive(Debug, thiserror::Error)]
pub enum PeopleError {
    /// A field holds no identifier.
    #[error("`{field}`: {message}")]
    Field {
        /// Which field.
        field: &'static str,
        /// What is wrong with it, as a sentence.
        message: String,
    },
    /// The store refuses the merge.
    #[error(transparent)]
    Refused(#[from] MergeRefusal),
    /// There is no merge to undo.
    #[error("no such merge; see /api/analytics/people/merges")]
    NotMerged,
}

impl PeopleError {
    /// Returns the stable code.
    pub(super) const fn code(&self) -> Code {
        match self {
            Self::Field { .. } | Self::Refused(MergeRefusal::Itself) => Code::BadMerge,
            Self::Refused(MergeRefusal::Unknown(_)) => Code::UserNotFound,
            Self::Refused(MergeRefusal::Cycle { .. }) => Code::MergeCycle,
            Self::Refused(MergeRefusal::Elsewhere { .. }) => Code::MergedElsewhere,
            Self::Refused(MergeRefusal::TooMany) => Code::TooManyMerges,
            Self::NotMerged => Code::NotFound,
        }
    }

    /// Returns more for programs.
    pub(super) fn details(&self) -> Option<serde_json::Value> {
        match self {
            Self::Field { field, .. } => Some(serde_json::json!({ "field": field })),
            Self::Refused(MergeRefusal::Itself) => Some(serde_json::json!({ "field": "into" })),
            Self::Refused(MergeRefusal::Elsewhere { into, .. }) => {
                Some(serde_json::json!({ "into": into }))
            }
            Self::Refused(_) | Self::NotMerged => None,
        }
    }
}

impl From<MergeError> for ApiError {
    fn from(error: MergeError) -> Self {
        match error {
            MergeError::Store(error) => error.into(),
            MergeError::Refused(MergeRefusal::Unknown(value)) => Self::NotKnown(Unknown {
                field: "user",
                value,
                nearest: Vec::new(),
            }),
            MergeError::Refused(refusal) => PeopleError::from(refusal).into(),
        }
    }
}

impl From<Merge> for MergeAnswer {
    fn from(merge: Merge) -> Self {
        Self {
            from: merge.from,
            into: merge.into,
            counts_as: merge.counts_as,
            merged_at: merge.at,
        }
    }
}

fn user(field: &'static str, id: &str) -> Result<UserId, ApiError> {
    let user = UserId::new(id);
    user.map_err(|error| {
        let message = error.to_string();
        PeopleError::Field { field, message }.into()
    })
}

/// Says in the log who did what.
fn audit(caller: &Caller, done: &'static str, merge: &Merge) {
    tracing::info!(
        by = caller.name(),
        workspace = caller.workspace.as_str(),
        from = merge.from,
        into = merge.into,
        "{done}"
    );
}

/// Makes two identifiers one person, in history and from now on.
///
/// A merge that is there already is answered the same again.
#[utoipa::path(
    post, path = "/api/analytics/people/merge", tag = "people", request_body = MergeBody,
    responses(
        (status = 200, body = MergeAnswer),
        (status = 404, description = "Nobody has one of the identifiers", body = ErrorAnswer),
        (status = 409, description = "`from` was merged into somebody else, `into` counts as `from`, or there are too many", body = ErrorAnswer),
    )
)]
pub(super) async fn merge_people(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<MergeAnswer>, ApiError> {
    caller.require_own_key()?;
    let body = receive(&state, &caller, &headers, body, SMALL).await?;
    let _room = body.room_for_all().await?;
    let body: MergeBody = body.read(fields::read).await?;
    let (from, into) = (user("from", &body.from)?, user("into", &body.into)?);
    let now = state.clock.now();
    let merge = state.store.merge(&caller.workspace, &from, &into, now);
    let merge = merge.await?;
    audit(&caller, "people.merged", &merge);
    Ok(Json(merge.into()))
}

/// Makes an identifier that was merged its own person again.
#[utoipa::path(
    delete, path = "/api/analytics/people/merge/{id}", tag = "people",
    params(("id" = String, Path, description = "The identifier that was merged (`from`)")),
    responses((status = 200, body = RemovedAnswer), (status = 404, body = ErrorAnswer))
)]
pub(super) async fn undo_merge(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<RemovedAnswer>, ApiError> {
    caller.require_own_key()?;
    let id = id.ok().and_then(|Path(id)| UserId::new(id).ok());
    let from = id.ok_or(PeopleError::NotMerged)?;
    let now = state.clock.now();
    let undone = state.store.undo_merge(&caller.workspace, &from, now);
    let undone = undone.await?.ok_or(PeopleError::NotMerged)?;
    audit(&caller, "people.merge_undone", &undone);
    Ok(Json(RemovedAnswer { success: true }))
}

/// Lists the identifiers that count as another person.
#[utoipa::path(
    get, path = "/api/analytics/people/merges", tag = "people",
    responses((status = 200, body = MergesAnswer))
)]
pub(super) async fn list_merges(
    State(state): State<ApiState>,
    Admin(caller): Admin,
) -> Result<Json<MergesAnswer>, ApiError> {
    let merges = state.store.merges(&caller.workspace).await?.into_iter();
    Ok(Json(MergesAnswer {
        merges: merges.map(MergeAnswer::from).collect(),
    }))
}
