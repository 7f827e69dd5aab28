//! What is exported, section by section.

use serde::Serialize;
use store::{EventListing, EventRow};

use super::Sink;
use crate::{
    api::{error::ApiError, state::ApiState},
    query::{
        Ask, ChannelRow, ChannelSort, ChannelsRequest, DayCount, UserRow, UserSort, UsersRequest,
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
    pub(in crate::api) events: EventListing,
    pub(in crate::api) with_email: bool,
}

/// Writes one row to the end of a piece.
pub(in crate::api) trait WriteRow: Send {
    fn write<T: Serialize>(&mut self, row: &T, piece: &mut Vec<u8>) -> Result<(), ApiError>;
}

impl Rows {
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
        Ok(self.state.query.users(&self.ask, &request).await?.users)
    }

    /// Returns messages by time.
    pub(in crate::api) async fn messages(&self) -> Result<Vec<DayCount>, ApiError> {
        Ok(self.state.query.messages(&self.ask).await?.timeline)
    }

    /// Returns every channel.
    pub(in crate::api) async fn channels(&self) -> Result<Vec<ChannelRow>, ApiError> {
        let request = ChannelsRequest {
            sort: ChannelSort::Activity,
            limit: u32::MAX,
            ..Default::default()
        };
        Ok(self
            .state
            .query
            .channels(&self.ask, &request)
            .await?
            .channels)
    }

    /// Hands every event to the sink, written by `writer`.
    pub(in crate::api) async fn events(
        &self,
        mut writer: impl WriteRow + 'static,
        sink: &Sink,
    ) -> Result<(), ApiError> {
        let put = sink.blocking();
        let mut piece = Vec::with_capacity(PIECE + 4_096);
        let (failed, failure) = std::sync::mpsc::channel();
        let take = {
            let mut rest = Rest {
                put,
                piece: std::mem::take(&mut piece),
            };
            move |event: EventRow| {
                if let Err(error) = writer.write(&event, &mut rest.piece) {
                    let _reported = failed.send(error).is_ok();
                    return false;
                }
                rest.piece.len() < PIECE || rest.flush()
            }
        };
        self.state
            .store
            .export_events(self.events.clone(), Box::new(take))
            .await?;
        failure.try_recv().map_or(Ok(()), Err)
    }
}

/// A piece in the making; what is left is handed over at the end.
struct Rest<P: Fn(Vec<u8>) -> bool> {
    put: P,
    piece: Vec<u8>,
}

impl<P: Fn(Vec<u8>) -> bool> Rest<P> {
    fn flush(&mut self) -> bool {
        let piece = std::mem::replace(&mut self.piece, Vec::with_capacity(PIECE + 4_096));
        piece.is_empty() || (self.put)(piece)
    }
}

impl<P: Fn(Vec<u8>) -> bool> Drop for Rest<P> {
    fn drop(&mut self) {
        self.flush();
    }
}
