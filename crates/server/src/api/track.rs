//! `POST /api/analytics/track` and its aliases: events in.

use std::fmt::Write as _;

use axum::{Json, body::Body, extract::State, http::HeaderMap};
use domain::{text::counted, warning::Defect};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    body::{Received, receive, to_the_end},
    error::{ApiError, MOST_REFUSALS, Refusal},
    guard::{Admin, Sender},
    room::Read,
    state::ApiState,
};
use crate::{
    auth::Caller,
    ingest::{Bounds, Origin, Outcome, decode},
};

/// What became of the events of a body.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct TrackAnswer {
    /// Always true: when nothing was accepted, the answer is an error.
    pub success: bool,
    /// Events accepted; they are durable now.
    pub tracked: u64,
    /// Of them, events that were stored before and count once.
    pub duplicates: u64,
    /// Of them, events that Redis has, and that are stored with the next batch; those that were stored before
    /// count once.
    #[serde(skip_serializing_if = "is_zero")]
    pub queued: u64,
    /// Of them, events left out by sampling.
    pub sampled: u64,
    /// The same as a sentence.
    pub message: String,
    /// Events refused.
    pub failed: usize,
    /// Their places in the body, from 0.
    pub invalid_indices: Vec<usize>,
    /// Why the first hundred of them were refused.
    pub errors: Vec<Refusal>,
    /// What of accepted events could not be kept as it was sent; the first hundred.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<ValueWarning>,
    /// How many of these there are.
    #[serde(skip_serializing_if = "is_zero")]
    pub warned: u64,
}

#[expect(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde hands over a reference"
)]
const fn is_zero(count: &u64) -> bool {
    *count == 0
}

/// A value that was cut, replaced or left out of something that was accepted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ValueWarning {
    /// Place of what held it, from 0: of the event in the body, or of the record in its list.
    pub index: usize,
    /// Which field: `userId`, `properties.error.stack`, `people.name`.
    pub field: String,
    /// Stable code of what was wrong.
    #[schema(example = "string_too_long")]
    pub code: String,
    /// What was wrong and what was done, as a sentence.
    pub message: String,
}

impl ValueWarning {
    /// Returns the warning about a field of what stands at `index`.
    pub(super) fn new(index: usize, field: impl Into<String>, defect: Defect) -> Self {
        Self {
            index,
            field: field.into(),
            code: defect.code().to_owned(),
            message: defect.text().to_owned(),
        }
    }
}

/// Takes events in.
#[utoipa::path(
    post, path = "/api/analytics/track", tag = "ingest",
    request_body(content = serde_json::Value, description = "One event, an array of events, or an object with `events`, in any documented shape; gzip and zstd are taken"),
    responses((status = 200, description = "Accepted events are durable", body = TrackAnswer))
)]
pub(super) async fn track(
    State(state): State<ApiState>,
    Sender(caller): Sender,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<TrackAnswer>, ApiError> {
    take(state, caller, &headers, body, Origin::Track).await
}

/// Takes in what an import read elsewhere.
///
/// Its keys are those of sources, which no other request reaches, so that it counts once with an
/// import into the store itself; and it has no quotas. So it is not for keys that stand in paths,
/// which nChat shows for everybody, nor for those who show nothing but an address.
#[utoipa::path(
    post, path = "/api/analytics/import", tag = "ingest",
    request_body(content = serde_json::Value, description = "Events that an import has read, as `track` takes them"),
    responses((status = 200, description = "Accepted events are durable", body = TrackAnswer))
)]
pub(super) async fn import(
    State(state): State<ApiState>,
    Admin(caller): Admin,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<TrackAnswer>, ApiError> {
    caller.require_source()?;
    take(state, caller, &headers, body, Origin::Import).await
}

async fn take(
    state: ApiState,
    caller: Caller,
    headers: &HeaderMap,
    body: Body,
    origin: Origin,
) -> Result<Json<TrackAnswer>, ApiError> {
    let body = receive(&state, &caller, headers, body, u64::MAX).await?;
    let (bytes, room) = body.room_for_events(state.limits.events).await?;
    to_the_end(async move { store(&state, &caller, body, (bytes, room), origin).await }).await
}

/// Stores the events of a body, which may take so many bytes and have that room.
async fn store(
    state: &ApiState,
    caller: &Caller,
    body: Received,
    (bytes, mut room): (usize, Read),
    origin: Origin,
) -> Result<Json<TrackAnswer>, ApiError> {
    let events = state.limits.events;
    let bounds = Bounds { events, bytes };
    let (mut decoded, bytes) = body.read(move |text| decode(text, bounds)).await?;
    drop(body);
    room.keep(bytes);
    for (index, event) in decoded.iter().enumerate() {
        if let Ok(event) = event {
            caller.may_send(index, &event.name)?;
        }
    }
    if let Some(person) = caller.sends_only_for() {
        for event in decoded.iter_mut().flatten() {
            event.user = Some(person.as_str().to_owned());
        }
    }
    if !caller.names_bots() {
        for event in decoded
            .iter_mut()
            .flatten()
            .filter(|event| event.names_person())
        {
            event.is_bot = Some(false);
        }
    }
    let sender = match origin {
        Origin::Track => caller.quota_name(),
        Origin::Import | Origin::Database | Origin::Hasura | Origin::Stream => None,
    };
    let outcome = state
        .take_events(&caller.workspace, (decoded, bytes), origin, sender)
        .await?;
    drop(room);
    answer(&outcome).map(Json)
}

fn answer(outcome: &Outcome) -> Result<TrackAnswer, ApiError> {
    let tracked = outcome.accepted();
    let refusals: Vec<Refusal> = outcome
        .failures
        .iter()
        .map(|failure| Refusal {
            index: failure.index,
            code: failure.reason.code(),
            message: failure.reason.to_string(),
        })
        .collect();
    if tracked == 0 {
        return Err(ApiError::NothingValid(refusals));
    }
    let failed = refusals.len();
    let mut message = format!("{} tracked", counted(tracked, "event"));
    if tracked > outcome.stored {
        let _infallible = write!(message, " ({} stored", outcome.stored);
        for (count, what) in [
            (outcome.duplicates, "known already"),
            (outcome.queued, "in the stream"),
            (outcome.sampled_out, "left out by sampling"),
        ] {
            if count > 0 {
                let _infallible = write!(message, ", {count} {what}");
            }
        }
        message.push(')');
    }
    if failed > 0 {
        let _infallible = write!(message, ", {failed} refused");
    }
    let noted = &outcome.noted;
    Ok(TrackAnswer {
        success: true,
        tracked,
        duplicates: outcome.duplicates,
        queued: outcome.queued,
        sampled: outcome.sampled_out,
        message,
        failed,
        invalid_indices: refusals.iter().map(|refusal| refusal.index).collect(),
        errors: refusals.into_iter().take(MOST_REFUSALS).collect(),
        warnings: noted
            .first
            .iter()
            .map(|(index, warning)| ValueWarning::new(*index, &*warning.field, warning.defect))
            .collect(),
        warned: noted.total(),
    })
}
