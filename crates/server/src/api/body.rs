//! Bodies of requests, read as they come: within a time, and within the room there is for all of them.
//!
//! 1. Room is taken for what has arrived, and never for what was only announced: whoever sends slowly
//!    holds little.
//! 2. Room is taken for what is read out of a body, too, before it is read: a few bytes may unpack to
//!    many, and these may be a million values.
//! 3. The two are apart, so that bodies that wait to be read never keep those from being stored that
//!    were.
//! 4. No caller ever has all the room, and no request more than its caller.

use std::time::Duration;

use axum::{
    body::{Body, Bytes},
    http::{HeaderMap, header},
};
use http_body_util::BodyExt as _;
use store::{Share, Shares};
use tokio::time::{Instant, timeout, timeout_at};

use super::{error::ApiError, state::ApiState};
use crate::{
    auth::Caller,
    ingest::{BodyError, Encoding, apart, bytes_once_read, decompress},
};

/// Longest time that a request waits for room, or that is spent on a body that is refused.
const PATIENCE: Duration = Duration::from_secs(5);
/// Time every body has.
const GRACE: Duration = Duration::from_secs(10);
/// Bytes that must arrive in each second after that.
const RATE: u64 = 16 * 1024;
/// How many times its size a body may unpack to before it is looked at twice, and the least of it.
const USUAL_RATIO: u64 = 24;
const USUAL_LEAST: u64 = 32 * 1024;
/// Largest body of what is one thing only: a report, or a row of a table.
pub(super) const SMALL: u64 = 1024 * 1024;
/// Bytes of a place in the room for bodies.
const PLACE: usize = 1024;

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

/// Room for all bodies together, in KiB.
pub struct Rooms {
    /// For the bodies of requests themselves.
    pub arriving: Shares,
    /// For what is read out of them, until it is stored.
    pub read: Shares,
    /// For the bodies of large answers, until they are sent.
    pub unread: Shares,
}

/// A body, and the room for it, until this is dropped.
pub(super) struct Received {
    bytes: Bytes,
    room: Room,
}

/// Room that a request has for its body.
struct Room {
    state: ApiState,
    caller: String,
    share: Share,
}

/// Reads and unpacks a body of at most `most` bytes.
pub(super) async fn receive(
    state: &ApiState,
    caller: &Caller,
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
    let mut room = Room::new(state, caller).await?;
    let Some(arrived) = collect(state, &mut body, &mut room, limit).await? else {
        drop(room);
        pass_over(body, limit).await;
        return Err(ArrivalError::Bytes(limit).into());
    };
    let bytes = match encoding {
        Encoding::Identity => arrived,
        packed => unpack(arrived, packed, limit, &mut room).await?,
    };
    Ok(Received { bytes, room })
}

/// Collects a body; `None` when it is larger than it may be.
async fn collect(
    state: &ApiState,
    body: &mut Body,
    room: &mut Room,
    limit: u64,
) -> Result<Option<Bytes>, ApiError> {
    let began = Instant::now();
    let mut first = Bytes::new();
    let mut arrived = Vec::new();
    loop {
        let so_far = first.len().max(arrived.len()) as u64;
        let time = (GRACE + Duration::from_secs(so_far / RATE)).min(state.limits.time);
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
        if so_far + piece.len() as u64 > limit {
            return Ok(None);
        }
        room.grow(piece.len()).await?;
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

/// Unpacks a body of at most `limit` bytes.
async fn unpack(
    packed: Bytes,
    encoding: Encoding,
    limit: u64,
    room: &mut Room,
) -> Result<Bytes, ApiError> {
    let usual = (packed.len() as u64 * USUAL_RATIO).max(USUAL_LEAST);
    for most in [usual.min(limit), limit] {
        room.keep(packed.len());
        room.grow(usize::try_from(most).unwrap_or(usize::MAX))
            .await?;
        let packed = packed.clone();
        let size = usize::try_from(most).unwrap_or(usize::MAX);
        match apart(size, move || decompress(&packed, encoding, most)).await {
            Err(BodyError::TooLarge(_)) if most < limit => {}
            unpacked => {
                let unpacked = unpacked?;
                room.keep(unpacked.len());
                return Ok(unpacked.into());
            }
        }
    }
    Err(ArrivalError::Bytes(limit).into())
}

impl Received {
    /// Finds room for so many events as are read out of the body; returns how many bytes these may
    /// take, too. What they took is kept until they are stored.
    pub(super) async fn room_for_events(&self, events: usize) -> Result<(usize, Read), ApiError> {
        let most = self.most();
        let needed = self.needed(events).await.min(most);
        Ok((most, Read(self.take(needed).await?)))
    }

    /// Finds room for all that the body says.
    pub(super) async fn room_for_all(&self) -> Result<Read, ApiError> {
        let (most, needed) = (self.most(), self.needed(0).await);
        if needed > most {
            return Err(ArrivalError::Values(most).into());
        }
        Ok(Read(self.take(needed).await?))
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

    /// Returns how many bytes what is read out of one body may take.
    fn most(&self) -> usize {
        self.room.state.rooms.read.each() as usize * PLACE
    }

    async fn take(&self, bytes: usize) -> Result<Share, ApiError> {
        let room = &self.room;
        take(&room.state.rooms.read, &room.caller, places(bytes)).await
    }
}

/// Room for what was read out of a body.
pub(super) struct Read(Share);

impl Read {
    /// Gives room back that so many bytes do not need.
    pub(super) fn keep(&mut self, bytes: usize) {
        self.0.keep(places(bytes) as usize);
    }
}

impl Room {
    async fn new(state: &ApiState, caller: &Caller) -> Result<Self, ApiError> {
        let caller = caller.name();
        let share = take(&state.rooms.arriving, &caller, 1).await?;
        Ok(Self {
            state: state.clone(),
            caller,
            share,
        })
    }

    /// Takes room for so many bytes more, if there is some soon.
    async fn grow(&mut self, bytes: usize) -> Result<(), ApiError> {
        if bytes >= PLACE {
            let rooms = &self.state.rooms;
            let more = take(&rooms.arriving, &self.caller, places(bytes)).await?;
            self.share.add(more);
        }
        Ok(())
    }

    /// Gives room back until there is some for so many bytes.
    fn keep(&mut self, bytes: usize) {
        self.share.keep(places(bytes) as usize);
    }
}

pub(super) fn places(bytes: usize) -> u32 {
    u32::try_from(bytes.div_ceil(PLACE).max(1)).unwrap_or(u32::MAX)
}

async fn take(room: &Shares, caller: &str, places: u32) -> Result<Share, ApiError> {
    let share = room.take(Some(caller), places, PATIENCE).await;
    share.ok_or(ApiError::Busy)
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
    let _all_read = timeout(PATIENCE, reading).await.is_ok();
}
