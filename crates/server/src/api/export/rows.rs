//! What is exported, section by section.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use engine::plan::Source;
use serde::Serialize;
use store::{EventListing, EventRow, ExportCursor};

use super::Sink;
use crate::{
    api::{error::ApiError, state::ApiState},
    query::{Ask, ChannelRow, ChannelsRequest, Meta, PageRequest, UserRow, UserSort, UsersRequest},
};

/// Rows of people asked for at a time.
const PAGE: u32 = 5_000;
/// Bytes of events that are handed over together, about.
const PIECE: usize = 4 * 1024 * 1024;
/// Events asked for at a time, at most and at least.
const MOST_EVENTS: u32 = 4_000;
const FEWEST_EVENTS: u32 = 100;

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

/// Messages in a bucket of time.
#[derive(Debug, Serialize)]
pub(in crate::api) struct MessagesRow {
    /// Local day (first day of a week or month), or instant of an hour.
    date: String,
    /// The count.
    count: u64,
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
    pub(in crate::api) async fn messages(&self) -> Result<Vec<MessagesRow>, ApiError> {
        let answer = self.state.query.messages(&self.alone).await?;
        self.keep(answer.meta);
        let rows = answer.timeline.into_iter().map(|bucket| MessagesRow {
            date: bucket.date,
            count: bucket.count,
        });
        Ok(rows.collect())
    }

    /// Returns every channel.
    pub(in crate::api) async fn channels(&self) -> Result<Vec<ChannelRow>, ApiError> {
        let request = ChannelsRequest {
            page: PageRequest {
                limit: u32::MAX,
                offset: 0,
            },
            ..Default::default()
        };
        let answer = self.state.query.channels(&self.ask, &request).await?;
        self.keep(answer.meta);
        Ok(answer.channels.into_iter().map(|one| one.row).collect())
    }

    /// Hands every event to the sink, written by `writer`. While the sink is full nothing is asked, so
    /// that whoever reads slowly keeps no question from being answered.
    pub(in crate::api) async fn events(
        &self,
        writer: impl WriteRow + 'static,
        sink: &Sink,
    ) -> Result<(), ApiError> {
        let page = Arc::new(Mutex::new(Page {
            writer,
            written: Vec::new(),
            rows: 0,
            failure: None,
        }));
        let guard = Arc::clone(&self.state.query.guard);
        let store = Arc::clone(&self.state.store) as _;
        let mut listing = guard.listing(store, self.events.clone()).await?;
        (listing.limit, listing.offset) = (MOST_EVENTS, 0);
        let mut after: Option<ExportCursor> = None;
        loop {
            let taking = Arc::clone(&page);
            let (guard, workspace) = (Arc::clone(&guard), listing.workspace.clone());
            let take = move |event: EventRow| lock(&taking).take(&guard.event(&workspace, event));
            after = self
                .state
                .store
                .export_events(listing.clone(), after.as_ref(), Box::new(take))
                .await?;
            let (written, rows, failure) = lock(&page).turn();
            if let Some(failure) = failure {
                return Err(failure);
            }
            listing.limit = fitting(rows, written.len());
            if !sink.put(written).await? || after.is_none() {
                self.keep(self.state.query.begin(&self.alone).meta(""));
                return Ok(());
            }
        }
    }
}

/// Returns how many events are asked for at a time, when so many took so many bytes.
fn fitting(rows: usize, bytes: usize) -> u32 {
    let fitting = PIECE * rows.max(1) / bytes.max(1);
    u32::try_from(fitting)
        .unwrap_or(MOST_EVENTS)
        .clamp(FEWEST_EVENTS, MOST_EVENTS)
}

/// Events that were asked for together, as they are handed over.
struct Page<W> {
    writer: W,
    written: Vec<u8>,
    rows: usize,
    failure: Option<ApiError>,
}

impl<W: WriteRow> Page<W> {
    /// Adds an event; returns whether another one would fit.
    fn take(&mut self, event: &EventRow) -> bool {
        self.rows += 1;
        match self.writer.write(event, &mut self.written) {
            Ok(()) => self.written.len() < PIECE,
            Err(failure) => {
                self.failure = Some(failure);
                false
            }
        }
    }

    /// Returns what was written, how many events that is, and what failed, and begins anew.
    fn turn(&mut self) -> (Vec<u8>, usize, Option<ApiError>) {
        (
            std::mem::take(&mut self.written),
            std::mem::take(&mut self.rows),
            self.failure.take(),
        )
    }
}

fn lock<W>(page: &Mutex<Page<W>>) -> MutexGuard<'_, Page<W>> {
    page.lock().unwrap_or_else(PoisonError::into_inner)
}
