//! `POST /api/analytics/track` and its aliases: events in.

use std::time::Duration;

use axum::{
    Json,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, header},
};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use serde::Serialize;
use tokio::sync::OwnedSemaphorePermit;
use utoipa::ToSchema;

use super::{
    error::{ApiError, ErrorAnswer, MOST_REFUSALS, Refusal},
    guard::Sender,
    state::ApiState,
};
use crate::ingest::{Decoded, Encoding, Origin, Outcome, decode, decompress};

/// Longest time that a request waits for room, or that is spent on a body that is refused.
const PATIENCE: Duration = Duration::from_secs(5);
/// Bodies above this size are read away from the async threads.
const LARGE_BODY: usize = 32 * 1024;

/// What became of the events of a body.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct TrackAnswer {
    /// Always true: when nothing was accepted, the answer is an error.
    pub success: bool,
    /// Events accepted; they are durable now.
    pub tracked: u64,
    /// Of them, events that were stored already.
    pub duplicates: u64,
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
}

/// Takes events in.
#[utoipa::path(
    post, path = "/api/analytics/track", tag = "ingest",
    request_body(content = serde_json::Value, description = "One event, an array of events, or an object with `events`, in any documented shape; gzip and zstd are taken"),
    responses(
        (status = 200, description = "Accepted events are durable", body = TrackAnswer),
        (status = 400, description = "No event was acceptable, or the body cannot be read", body = ErrorAnswer),
        (status = 401, body = ErrorAnswer), (status = 403, body = ErrorAnswer),
        (status = 413, body = ErrorAnswer), (status = 415, body = ErrorAnswer),
        (status = 503, description = "Nothing was stored; try again after `Retry-After` seconds", body = ErrorAnswer),
    )
)]
pub(super) async fn track(
    State(state): State<ApiState>,
    Sender(caller): Sender,
    headers: HeaderMap,
    body: Body,
) -> Result<Json<TrackAnswer>, ApiError> {
    let (body, _room) = read_body(&state, &headers, body).await?;
    let limit = state.limits.events;
    let read = move |body: &[u8]| decode(body, limit);
    let mut decoded: Decoded = if body.len() > LARGE_BODY {
        tokio::task::spawn_blocking(move || read(&body))
            .await
            .map_err(|error| ApiError::Internal(error.to_string()))??
    } else {
        read(&body)?
    };
    if let Some(person) = caller.sends_only_for() {
        for event in decoded.iter_mut().flatten() {
            event.user = Some(person.as_str().to_owned());
        }
    }
    let outcome = state
        .ingest
        .take(&caller.workspace, decoded, Origin::Track)
        .await?;
    state.telemetry.events([
        ("stored", outcome.stored),
        ("duplicate", outcome.duplicates),
        ("sampled_out", outcome.sampled_out),
        ("refused", outcome.failures.len() as u64),
    ]);
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
    let events = |count: u64| if count == 1 { "event" } else { "events" };
    let failed = refusals.len();
    let message = if failed == 0 {
        format!("{tracked} {} tracked", events(tracked))
    } else {
        format!("{tracked} {} tracked, {failed} refused", events(tracked))
    };
    Ok(TrackAnswer {
        success: true,
        tracked,
        duplicates: outcome.duplicates,
        sampled: outcome.sampled_out,
        message,
        failed,
        invalid_indices: refusals.iter().map(|refusal| refusal.index).collect(),
        errors: refusals.into_iter().take(MOST_REFUSALS).collect(),
    })
}

/// Reads and decompresses a body, within the room there is for bodies.
pub(super) async fn read_body(
    state: &ApiState,
    headers: &HeaderMap,
    mut body: Body,
) -> Result<(Bytes, OwnedSemaphorePermit), ApiError> {
    let limit = state.limits.bytes;
    let encoding = headers
        .get(header::CONTENT_ENCODING)
        .map(|value| value.to_str().unwrap_or("not text"));
    let encoding = Encoding::parse(encoding)?;
    let length: Option<u64> = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.parse().ok());
    if length.is_some_and(|length| length > limit) {
        pass_over(body, limit).await;
        return Err(ApiError::BodyTooLarge(limit));
    }
    let room = reserve(state, length.unwrap_or(limit)).await?;
    let bytes = usize::try_from(limit).unwrap_or(usize::MAX);
    let collected = match Limited::new(&mut body, bytes).collect().await {
        Ok(collected) => collected,
        Err(error) if error.downcast_ref::<LengthLimitError>().is_some() => {
            drop(room);
            pass_over(body, limit).await;
            return Err(ApiError::BodyTooLarge(limit));
        }
        Err(_broken) => return Err(ApiError::Shape("the body broke off".to_owned())),
    };
    let body = collected.to_bytes();
    if encoding == Encoding::Identity {
        return Ok((body, room));
    }
    // While it is unpacked a body may need all that it is allowed, and then what it is.
    let mut largest = reserve(state, limit).await?;
    let unpacked = tokio::task::spawn_blocking(move || decompress(&body, encoding, limit))
        .await
        .map_err(|error| ApiError::Internal(error.to_string()))??;
    drop(room);
    let room = largest.split(unpacked.len() / 1024 + 1).unwrap_or(largest);
    Ok((Bytes::from(unpacked), room))
}

/// Waits for room for a body of this size.
async fn reserve(state: &ApiState, bytes: u64) -> Result<OwnedSemaphorePermit, ApiError> {
    let room = u32::try_from(bytes / 1024 + 1).unwrap_or(u32::MAX);
    let room = std::sync::Arc::clone(&state.body_room).acquire_many_owned(room);
    match tokio::time::timeout(PATIENCE, room).await {
        Ok(Ok(room)) => Ok(room),
        Ok(Err(_)) | Err(_) => Err(ApiError::Busy),
    }
}

/// Reads the rest of a body that is refused, as long as that is cheap: a sender that is cut short
/// while it still sends sees a broken connection, and not the answer.
async fn pass_over(mut body: Body, limit: u64) {
    let reading = async {
        let mut left = limit.saturating_mul(4);
        while let Some(Ok(frame)) = body.frame().await {
            let read = frame.data_ref().map_or(0, Bytes::len) as u64;
            let Some(rest) = left.checked_sub(read) else {
                return;
            };
            left = rest;
        }
    };
    let _all_read = tokio::time::timeout(PATIENCE, reading).await.is_ok();
}
