//! What handlers share.

use std::{
    ops::Deref,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use domain::{clock::Clock, id::WorkspaceId};
use jiff::tz::TimeZone;
use store::{
    EventStore, Shares,
    meta::{AnnotationStore, FunnelStore, MetaStore, SharedLinkStore, ViewStore},
};

use super::{cached::AnswerCache, room::Rooms};
use crate::{
    auth::{Authenticator, Randomness, session::Sessions},
    config::Config,
    erasure::Erasures,
    imports::Imports,
    ingest::{Decoded, FreshIds, Ingest, IngestError, Origin, Outcome},
    leader::Leadership,
    query::QueryService,
    report::Reports,
    retention::Retention,
    rollup::LastFilled,
    source::{RecentMessages, postgres::SourceState},
    stream::StreamState,
    telemetry::{Components, Telemetry},
};

/// What handlers share. Each layer of each request has a clone of its own, so a clone is one pointer.
#[derive(Clone)]
pub struct ApiState(Arc<ApiParts>);

impl ApiState {
    /// Returns what handlers share.
    pub fn new(parts: ApiParts) -> Self {
        Self(Arc::new(parts))
    }

    /// Notes that an annotation or the like has changed: answers that were made before hold no longer.
    pub(super) fn saved_changed(&self) {
        self.saved_changes.fetch_add(1, Ordering::Release);
    }

    /// Forgets every answer, and of messages who wrote them: somebody was erased.
    pub fn forget_answers(&self) {
        self.saved_changed();
        self.answers.clear();
        self.recent_messages.clear();
    }

    /// Takes a batch of about so many bytes in, and counts what became of its events.
    pub(super) async fn take_events(
        &self,
        workspace: &WorkspaceId,
        events: (Decoded, usize),
        origin: Origin,
        sender: Option<Arc<str>>,
    ) -> Result<Outcome, IngestError> {
        let outcome = self.ingest.take(workspace, events, origin, sender).await?;
        self.telemetry.events([
            ("stored", outcome.stored),
            ("duplicate", outcome.duplicates),
            ("queued", outcome.queued),
            ("sampled_out", outcome.sampled_out),
            ("refused", outcome.failures.len() as u64),
        ]);
        Ok(outcome)
    }
}

impl Deref for ApiState {
    type Target = ApiParts;

    fn deref(&self) -> &ApiParts {
        &self.0
    }
}

/// The parts of what handlers share.
pub struct ApiParts {
    /// Where events live.
    pub store: Arc<dyn EventStore>,
    /// Makes reports, and knows where they are kept.
    pub reporter: Arc<Reports>,
    /// Where annotations are kept.
    pub annotations: Arc<dyn AnnotationStore>,
    /// How often an annotation or the like was changed.
    pub saved_changes: AtomicU64,
    /// Where funnels are kept.
    pub funnels: Arc<dyn FunnelStore>,
    /// Where views are kept.
    pub views: Arc<dyn ViewStore>,
    /// Names what is new.
    pub ids: Arc<FreshIds>,
    /// Takes events in.
    pub ingest: Arc<Ingest>,
    /// Erases people.
    pub erasures: Arc<Erasures>,
    /// Takes histories in.
    pub imports: Arc<Imports>,
    /// Answers questions.
    pub query: Arc<QueryService>,
    /// Remembers answers.
    pub answers: Arc<AnswerCache>,
    /// Knows who may do what.
    pub authenticator: Arc<Authenticator>,
    /// Knows who is signed in on the pages.
    pub sessions: Arc<Sessions>,
    /// Where links to pages are kept.
    pub links: Arc<dyn SharedLinkStore>,
    /// Where keys and settings are kept.
    pub keys: Arc<dyn MetaStore>,
    /// What keys are made of.
    pub random: Arc<Randomness>,
    /// How the service is set up.
    pub config: Arc<Config>,
    /// Counts what happens.
    pub telemetry: Telemetry,
    /// Which parts work only in part.
    pub components: Components,
    /// Which day was filled last.
    pub last_filled: LastFilled,
    /// What the reading of the chat's database is up to.
    pub source: SourceState,
    /// What the stream is up to.
    pub stream: StreamState,
    /// Whether this instance does what is done once for several.
    pub leadership: Leadership,
    /// How long events are kept.
    pub retention: Arc<Retention>,
    /// Where recent messages were written.
    pub recent_messages: RecentMessages,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// The reporting time zone.
    pub zone: TimeZone,
    /// Most rows of an answer to SQL; `None` where nobody may ask in SQL.
    pub sql_rows: Option<u32>,
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
