//! What is exported, section by section.

use std::sync::{Mutex, PoisonError};

use domain::plan::Source;
use serde::Serialize;
use store::{EventListing, EventRow};

use super::Sink;
use crate::{
    api::{error::ApiError, state::ApiState},
    query::{
        Ask, ChannelRow, ChannelSort, ChannelsRequest, DayCount, Meta, UserRow, UserSort,
        UsersRequest,
    },
};

/// Rows of people asked for at a time.
const PAGE: u32 = 5_000;
/// Bytes of events collected before they are handed over.
const PIECE: usize = 64 * 1024;

/// What is asked to be exported.
pub(in crate::api) struct Rows {
    pub(in crate::api) state: ApiState,
    pub(in crate::api) ask: Ask,
    /// The same, compared with nothing.
    alone: Ask,
    events: EventListing,
    with_email: bool,
    /// What the answers so far said of themselves.
    metas: Mutex<Vec<Meta>>,
}

/// Writes one row to the end of a piece.
pub(in crate::api) trait WriteRow: Send {
    fn write<T: Serialize>(&mut self, row: &T, piece: &mut Vec<u8>) -> Result<(), ApiError>;
}

impl Rows {
    pub(in crate::api) fn new(
        state: ApiState,
        ask: Ask,
        events: EventListing,
        with_email: bool,
    ) -> Self {
        let mut alone = ask.clone();
        alone.window.previous = None;
        Self {
            state,
            ask,
            alone,
            events,
            with_email,
            metas: Mutex::default(),
        }
    }

    fn keep(&self, meta: Meta) {
        let mut metas = self.metas.lock().unwrap_or_else(PoisonError::into_inner);
        metas.push(meta);
    }

    /// Returns what the rows that were read are about, and where they came from.
    pub(in crate::api) fn meta(&self) -> Meta {
        let metas = self.metas.lock().unwrap_or_else(PoisonError::into_inner);
        let run = self.state.query.begin(&self.ask);
        let mut meta = run.meta("See /api/analytics/metrics.");
        let sources = metas.iter().map(|one| one.source);
        meta.source = sources.reduce(Source::and).unwrap_or_default();
        meta.approximate |= metas.iter().any(|one| one.approximate);
        meta
    }

    /// Returns a page of people; empty after the last.
    pub(in crate::api) async fn users(&self, offset: u32) -> Result<Vec<UserRow>, ApiError> {
        let request = UsersRequest {
            metric: "engagement".to_owned(),
            sort: UserSort::Engagement,
            limit: PAGE,
            offset,
            with_email: self.with_email,
            ..UsersRequest::default()
        };
        let answer = self.state.query.users(&self.alone, &request).await?;
        self.keep(answer.meta);
        Ok(answer.users)
    }

    /// Returns messages by time.
    pub(in crate::api) async fn messages(&self) -> Result<Vec<DayCount>, ApiError> {
        let answer = self.state.query.messages(&self.alone).await?;
        self.keep(answer.meta);
        Ok(answer.timeline)
    }

    /// Returns every channel.
    pub(in crate::api) async fn channels(&self) -> Result<Vec<ChannelRow>, ApiError> {
        let request = ChannelsRequest {
            sort: ChannelSort::Activity,
            limit: u32::MAX,
            ..Default::default()
        };
        let answer = self.state.query.channels(&self.ask, &request).await?;
        self.keep(answer.meta);
        Ok(answer.channels)
    }

    /// Hands every event to the sink, written by `writer`.
    pub(in crate::api) async fn events(
        &self,
        mut writer: impl WriteRow + 'static,
        sink: &Sink,
    ) -> Result<(), ApiError> {
        let put = sink.blocking();
        let (failed, failure) = std::sync::mpsc::channel();
        let mut rest = Rest {
            put,
            piece: Vec::with_capacity(PIECE + 4_096),
            failed,
        };
        let take = move |event: EventRow| {
            let written = writer.write(&event, &mut rest.piece);
            match written {
                Ok(()) => rest.piece.len() < PIECE || rest.flush(),
                Err(error) => rest.fail(error),
            }
        };
        self.state
            .store
            .export_events(self.events.clone(), Box::new(take))
            .await?;
        self.keep(self.state.query.begin(&self.alone).meta(""));
        failure.try_recv().map_or(Ok(()), Err)
    }
}

/// A piece in the making; what is left is handed over at the end.
struct Rest<P: Fn(Vec<u8>) -> Result<bool, ApiError>> {
    put: P,
    piece: Vec<u8>,
    failed: std::sync::mpsc::Sender<ApiError>,
}

impl<P: Fn(Vec<u8>) -> Result<bool, ApiError>> Rest<P> {
    /// Hands the piece over; false when no more is wanted.
    fn flush(&mut self) -> bool {
        let piece = std::mem::replace(&mut self.piece, Vec::with_capacity(PIECE + 4_096));
        if piece.is_empty() {
            return true;
        }
        match (self.put)(piece) {
            Ok(wanted) => wanted,
            Err(error) => self.fail(error),
        }
    }

    fn fail(&self, error: ApiError) -> bool {
        let _reported = self.failed.send(error).is_ok();
        false
    }
}

impl<P: Fn(Vec<u8>) -> Result<bool, ApiError>> Drop for Rest<P> {
    fn drop(&mut self) {
        self.flush();
    }
}
