//! What handlers share.

use std::{sync::Arc, time::Duration};

use domain::{clock::Clock, id::WorkspaceId};
use jiff::tz::TimeZone;
use store::{EventStore, Shares, meta::ReportStore};

use super::{cached::AnswerCache, error::ApiError, room::Rooms};
use crate::{
    auth::Authenticator,
    ingest::{FreshIds, Ingest},
    query::{Ask, QueryService, Request},
    retention::Retention,
    rollup::LastFilled,
    source::{RecentMessages, postgres::SourceState},
    telemetry::{Components, Telemetry},
};

/// What handlers share.
#[derive(Clone)]
pub struct ApiState {
    /// Where events live.
    pub store: Arc<dyn EventStore>,
    /// Where reports are kept.
    pub reports: Arc<dyn ReportStore>,
    /// Names what is new.
    pub ids: Arc<FreshIds>,
    /// Takes events in.
    pub ingest: Arc<Ingest>,
    /// Answers questions.
    pub query: Arc<QueryService>,
    /// Remembers answers.
    pub answers: Arc<AnswerCache>,
    /// Knows who may do what.
    pub authenticator: Arc<Authenticator>,
    /// Counts what happens.
    pub telemetry: Telemetry,
    /// Which parts work only in part.
    pub components: Components,
    /// Which day was filled last.
    pub last_filled: LastFilled,
    /// What the reading of the chat's database is up to.
    pub source: SourceState,
    /// How long events are kept.
    pub retention: Arc<Retention>,
    /// Where recent messages were written.
    pub recent_messages: RecentMessages,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// The reporting time zone.
    pub zone: TimeZone,
    /// Bounds on what is posted.
    pub limits: BodyLimits,
    /// Places of exports under way.
    pub exports: Arc<Shares>,
    /// Room for bodies and for what is read out of them.
    pub rooms: Arc<Rooms>,
}

/// Bounds on what is posted.
#[derive(Debug, Clone, Copy)]
pub struct BodyLimits {
    /// Bytes of a body, once decompressed.
    pub bytes: u64,
    /// Events of a body.
    pub events: usize,
    /// Longest time until a body is there.
    pub time: Duration,
}

impl ApiState {
    /// Understands what every question has.
    pub async fn ask(
        &self,
        request: &Request,
        workspace: &WorkspaceId,
        default_period: &str,
    ) -> Result<Ask, ApiError> {
        // Only `all` and a missing `from` need to know when the history begins.
        let open = request.period.as_deref().unwrap_or(default_period) == "all"
            || (request.to.is_some() && request.from.is_none());
        let first = if open {
            self.store.first_event(workspace).await?
        } else {
            None
        };
        let now = self.clock.now();
        let mut ask = Ask::resolve(
            request,
            workspace.clone(),
            default_period,
            &self.zone,
            now,
            first,
        )?;
        ask.unknown = self.unknown(&ask).await?;
        Ok(ask)
    }
}
