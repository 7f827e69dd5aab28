//! Bodies of requests, read as they come: within a time, and within the [room](super::room) there is for
//! all of them.
//!
//! Room is taken for what is read out of a body, too, before it is read: a few bytes may unpack to many,
//! and these may be a million values. That room is apart, so that bodies that wait to be read never keep
//! those from being stored that were.

use std::time::Duration;

use axum::{
    Json,
    body::{Body, Bytes},
    http::{HeaderMap, header},
};
use http_body_util::BodyExt as _;
use tokio::time::{Instant, timeout, timeout_at};

use super::{
    error::ApiError,
    room::{PATIENCE, Read, Room},
    state::ApiState,
};
use crate::{
    auth::Caller,
    blocking::apart,
    ingest::{BodyError, Encoding, bytes_once_read, decompress},
};

/// Time every body has.
const GRACE: Duration = Duration::from_secs(10);
/// Bytes that must arrive in each second after that.
const RATE: u64 = 16 * 1024;
/// How many times its size a body may unpack to before it is looked at twice, and the least of it.
const USUAL_RATIO: u64 = 24;
const USUAL_LEAST: u64 = 32 * 1024;
/// Largest body of what is one thing only: a report, or a row of a table.
pub(super) const SMALL: u64 = 1024 * 1024;

/// Why a body was not taken as it came.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ArrivalError {
    /// It has more bytes than it may have.
    #[error("the body is larger than {0} bytes (ANALYTICS_MAX_BODY)")]
    Bytes(u64),
    /// It did not arrive in time.
    #[error(
        "the body did not arrive in time (ANALYTICS_BODY_TIMEOUT): send it faster, or in parts"
    )]
    Late,
    /// What it says takes more bytes of memory than a request may have.
    #[error("the body needs more than {0} bytes of memory once it is read: send it in parts")]
    Values(usize),
}

/// A body, and the room for it, until this is dropped.
pub(super) struct Received {
    bytes: Bytes,
    room: Room,
}

/// How large a body may be.
#[derive(Clone, Copy)]
struct Size {
    /// Bytes that it says it has, or may have.
    announced: u64,
    /// Bytes that it may have, also once it is unpacked.
    limit: u64,
    encoding: Encoding,
}

impl Size {
    /// Returns how many bytes a body comes to, with what it unpacks to.
    fn in_all(self) -> usize {
        let unpacked = match self.encoding {
            Encoding::Identity => 0,
            Encoding::Gzip | Encoding::Zstd => self.limit,
        };
        usize::try_from(self.announced + unpacked).unwrap_or(usize::MAX)
    }
}

/// Reads and unpacks a body of at most `most` bytes.
pub(super) async fn receive(
    state: &ApiState,
    caller: &Caller,
    headers: &HeaderMap,
    body: Body,
    most: u64,
) -> Result<Received, ApiError> {
    receive_from(state, caller.name(), headers, body, most).await
}

/// Reads and unpacks a body of somebody who takes turns by this name.
pub(super) async fn receive_from(
    state: &ApiState,
    name: String,
    headers: &HeaderMap,
    mut body: Body,
    most: u64,
) -> Result<Received, ApiError> {
    let limit = state.limits.bytes.min(most);
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
        return Err(ArrivalError::Bytes(limit).into());
    }
    let size = Size {
        announced: length.unwrap_or(limit),
        limit,
        encoding,
    };
    let longest = state.limits.time;
    let mut room = Room::begin(&state.rooms, name, longest).await?;
    let Some(arrived) = collect(longest, &mut body, &mut room, size).await? else {
        drop(room);
        pass_over(body, limit).await;
        return Err(ArrivalError::Bytes(limit).into());
    };
    match encoding {
        Encoding::Identity => {
            room.keep(arrived.len());
            Ok(Received {
                bytes: arrived,
                room,
            })
        }
        Encoding::Gzip | Encoding::Zstd => unpack(arrived, size, room).await,
    }
}

/// Collects a body, for the `longest` time at most; `None` when it is larger than it may be.
async fn collect(
    longest: Duration,
    body: &mut Body,
    room: &mut Room,
    size: Size,
) -> Result<Option<Bytes>, ApiError> {
    let mut began = Instant::now();
    let mut first = Bytes::new();
    let mut arrived = Vec::new();
    loop {
        let so_far = first.len().max(arrived.len());
        let time = (GRACE + Duration::from_secs(so_far as u64 / RATE)).min(longest);
        let frame = match timeout_at(began + time, body.frame()).await {
            Ok(Some(Ok(frame))) => frame,
            Ok(Some(Err(_broken))) => {
                return Err(ApiError::Shape("the body broke off".to_owned()));
            }
            Ok(None) => break,
            Err(_elapsed) => return Err(ArrivalError::Late.into()),
        };
        let Ok(piece) = frame.into_data() else {
            continue;
        };
        let bytes = so_far + piece.len();
        if bytes as u64 > size.limit {
            return Ok(None);
        }
        let waits = Instant::now();
        room.hold(bytes, size.in_all()).await?;
        // It was us who did not go on.
        began += waits.elapsed();
        // Most bodies are of one piece, which need not be copied.
        if so_far == 0 {
            first = piece;
            continue;
        }
        if arrived.is_empty() {
            arrived.extend_from_slice(&std::mem::take(&mut first));
        }
        arrived.extend_from_slice(&piece);
    }
    Ok(Some(if arrived.is_empty() {
        first
    } else {
        arrived.into()
    }))
}

/// Unpacks a body.
async fn unpack(packed: Bytes, size: Size, mut room: Room) -> Result<Received, ApiError> {
    let usual = (packed.len() as u64 * USUAL_RATIO).max(USUAL_LEAST);
    for most in [usual.min(size.limit), size.limit] {
        let unpacked = usize::try_from(most).unwrap_or(usize::MAX / 2);
        let needed = packed.len() + unpacked;
        room.hold(needed, needed).await?;
        let bytes = packed.clone();
        // The room goes along: whoever has sent the body may leave before it is unpacked.
        let unpacking = apart(unpacked, move || {
            let unpacked = decompress(&bytes, size.encoding, most);
            drop(bytes);
            (unpacked, room)
        });
        let (unpacked, given_back) = unpacking.await;
        room = given_back;
        match unpacked {
            Err(BodyError::TooLarge(_)) if most < size.limit => {}
            unpacked => {
                let bytes = Bytes::from(unpacked?);
                drop(packed);
                room.keep(bytes.len());
                return Ok(Received { bytes, room });
            }
        }
    }
    Err(ArrivalError::Bytes(size.limit).into())
}

impl Received {
    /// Finds room for so many events as are read out of the body; returns how many bytes these may
    /// take, too. What they took is kept until they are stored.
    pub(super) async fn room_for_events(&self, events: usize) -> Result<(usize, Read), ApiError> {
        let most = self.room.most_read();
        let needed = self.needed(events).await.min(most);
        Ok((most, self.room.to_read(needed).await?))
    }

    /// Finds room for all that the body says.
    pub(super) async fn room_for_all(&self) -> Result<Read, ApiError> {
        let (most, needed) = (self.room.most_read(), self.needed(0).await);
        if needed > most {
            return Err(ArrivalError::Values(most).into());
        }
        Ok(self.room.to_read(needed).await?)
    }

    /// Reads the body.
    pub(super) async fn read<T: Send + 'static, E: Into<ApiError> + Send + 'static>(
        &self,
        read: impl FnOnce(&[u8]) -> Result<T, E> + Send + 'static,
    ) -> Result<T, ApiError> {
        let bytes = self.bytes.clone();
        let done = apart(bytes.len(), move || read(&bytes)).await;
        done.map_err(Into::into)
    }

    /// Returns how many bytes all that it says takes at most, and that many events.
    async fn needed(&self, events: usize) -> usize {
        let bytes = self.bytes.clone();
        apart(bytes.len(), move || bytes_once_read(&bytes, events)).await
    }
}

/// Receives a body of at most so many bytes, reads it and stores what it says, to the end. There is room
/// for all that it says until then.
pub(super) async fn store_all<R, A, F>(
    (state, caller): (ApiState, Caller),
    headers: &HeaderMap,
    (body, most): (Body, u64),
    read: impl FnOnce(&[u8]) -> Result<R, ApiError> + Send + 'static,
    store: impl FnOnce(ApiState, Caller, R) -> F + Send + 'static,
) -> Result<Json<A>, ApiError>
where
    R: Send + 'static,
    A: Send + 'static,
    F: Future<Output = Result<A, ApiError>> + Send,
{
    let body = receive(&state, &caller, headers, body, most).await?;
    let room = body.room_for_all().await?;
    to_the_end(async move {
        let said = body.read(read).await?;
        let answer = store(state, caller, said).await;
        drop((body, room));
        answer.map(Json)
    })
    .await
}

/// Does `work` to its end, also when whoever asked for it leaves before: the room for what it works on
/// is held until then.
pub(super) async fn to_the_end<T: Send + 'static>(
    work: impl Future<Output = Result<T, ApiError>> + Send + 'static,
) -> Result<T, ApiError> {
    #[expect(
        clippy::disallowed_methods,
        reason = "its connection waits for it at the end, and without that nobody was told that it is stored"
    )]
    let work = tokio::spawn(work);
    match work.await {
        Ok(done) => done,
        Err(broken) => match broken.try_into_panic() {
            Ok(panic) => std::panic::resume_unwind(panic),
            Err(broken) => Err(ApiError::Internal(broken.to_string())),
        },
    }
}

/// Reads the rest of a body that is refused, as long as that is cheap: a sender that is cut short
/// while it still sends sees a broken connection, and not the answer.
pub(super) async fn pass_over(mut body: Body, limit: u64) {
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
    let _all_read = timeout(PATIENCE, reading).await.is_ok();
}
