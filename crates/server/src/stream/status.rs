//! What the stream is up to, for health, `status` and counters.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::clock::Clock;
use serde::Serialize;
use utoipa::ToSchema;

use super::{Durability, Server, Settings, StreamError};
use crate::telemetry::Components;

/// The name in health of the server.
const REDIS: &str = "redis";
/// The name in health of the way from the stream into the store.
const STREAM: &str = "stream";

/// How the stream goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Default, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum StreamStage {
    /// No server is set, or no stream.
    #[default]
    Off,
    /// It was not reached yet.
    Starting,
    /// It is read and written.
    Connected,
    /// It cannot be used: what is posted is written to the store at once.
    Away,
}

/// What the stream held when it was last looked at.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StreamLoad {
    /// Entries of the stream.
    pub length: u64,
    /// Entries that no instance was given; `null` where the server does not know (before Redis 7).
    pub lag: Option<u64>,
    /// Entries that an instance was given and that are not stored.
    pub pending: u64,
    /// Seconds since the oldest entry that is not stored was added; 0 when all are.
    pub oldest_seconds: f64,
}

/// What the stream is up to.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct StreamStatus {
    /// How it goes.
    pub stage: StreamStage,
    /// Stable name of what is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<&'static str>,
    /// What is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// The key of the stream.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stream: Option<String>,
    /// The consumer group.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// The name of this instance in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub consumer: Option<String>,
    /// The version of the server.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// What of what it has answered is on its disk.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub durability: Option<Durability>,
    /// By which rule it may remove the stream when its memory is full.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub evicts: Option<String>,
    /// What it held when it was last looked at.
    #[serde(flatten)]
    pub load: StreamLoad,
}

/// Why one of its users cannot use the server.
type Problem = Option<(&'static str, String)>;

#[derive(Debug, Default)]
struct Inner {
    status: StreamStatus,
    is_looked_at: bool,
    watch: Problem,
    consumer: Problem,
    producer: Problem,
}

impl Inner {
    fn problem(&self) -> Option<&(&'static str, String)> {
        [&self.consumer, &self.watch, &self.producer]
            .into_iter()
            .find_map(Option::as_ref)
    }
}

/// What the stream is up to, shared with those who are asked.
#[derive(Clone, Default)]
pub struct StreamState {
    inner: Arc<Mutex<Inner>>,
    health: Option<(Components, Arc<dyn Clock>)>,
}

/// Who uses the server.
#[derive(Debug, Clone, Copy)]
pub(super) enum User {
    Watch,
    Consumer,
    Producer,
}

impl StreamState {
    /// Returns the state of a stream that was not reached yet, and that tells health of its problems.
    pub fn new(settings: &Settings, components: Components, clock: Arc<dyn Clock>) -> Self {
        let state = Self {
            inner: Arc::default(),
            health: Some((components, clock)),
        };
        state.lock().status = StreamStatus {
            stage: StreamStage::Starting,
            stream: Some(settings.stream.clone()),
            group: Some(settings.group.clone()),
            consumer: Some(settings.consumer.clone()),
            ..StreamStatus::default()
        };
        state
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns everything.
    pub fn get(&self) -> StreamStatus {
        self.lock().status.clone()
    }

    /// Returns what the stream held when it was last looked at; `None` where it was not, or there is none.
    pub fn load(&self) -> Option<StreamLoad> {
        let inner = self.lock();
        inner.is_looked_at.then_some(inner.status.load)
    }

    /// Notes what the server says of itself.
    pub(super) fn found(&self, server: &Server) {
        let mut inner = self.lock();
        inner.status.version = Some(server.version.clone());
        inner.status.durability = Some(server.durability);
        inner.status.evicts.clone_from(&server.evicts);
    }

    /// Notes what the stream holds.
    pub(super) fn holds(&self, load: StreamLoad) {
        let mut inner = self.lock();
        inner.status.load = load;
        inner.is_looked_at = true;
    }

    /// Notes that a user can use the server, or why not; returns whether that is news.
    pub(super) fn used(&self, user: User, outcome: Result<(), &StreamError>) -> bool {
        let mut inner = self.lock();
        let problem = outcome.err().map(|error| (error.code(), error.to_string()));
        let place = match user {
            User::Watch => &mut inner.watch,
            User::Consumer => &mut inner.consumer,
            User::Producer => &mut inner.producer,
        };
        let code = |problem: &Problem| problem.as_ref().map(|(code, _)| *code);
        let is_news = code(place) != code(&problem);
        *place = problem;
        // Nobody may have tried to add anything since the server is back.
        if matches!((user, outcome), (User::Watch, Ok(())))
            && inner
                .producer
                .as_ref()
                .is_some_and(|(code, _)| *code == "away")
        {
            inner.producer = None;
        }
        let worst = inner.problem().cloned();
        inner.status.stage = match &worst {
            Some(_) => StreamStage::Away,
            None => StreamStage::Connected,
        };
        let (code, problem) = worst.unzip();
        (inner.status.code, inner.status.problem) = (code, problem);
        drop(inner);
        self.tell_health(code);
        is_news
    }

    fn tell_health(&self, code: Option<&'static str>) {
        let Some((components, clock)) = &self.health else {
            return;
        };
        match code {
            None => {
                if components.restore(REDIS) {
                    tracing::info!("stream.recovered");
                }
            }
            Some(code) => {
                let message = format!(
                    "the stream cannot be used ({code}): events are written to the store at once, and what the \
                     stream holds waits; `status` says more"
                );
                components.degrade(REDIS, message, clock.now());
            }
        }
    }

    /// Notes that the store takes what the stream holds, or that it is waited for; returns whether that is news.
    pub(super) fn stores(&self, takes: bool) -> bool {
        let Some((components, clock)) = &self.health else {
            return false;
        };
        if takes {
            return components.restore(STREAM);
        }
        let is_news = !components.degraded().contains_key(STREAM);
        let message =
            "the store does not take what the stream holds: it waits there; the log says why";
        components.degrade(STREAM, message.to_owned(), clock.now());
        is_news
    }
}
