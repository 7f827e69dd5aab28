//! What the reading is up to, for health, `status` and `doctor`.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use domain::time::Instant;
use serde::Serialize;
use utoipa::ToSchema;

use super::{SourceError, cursor::Cursor, schema::Schema};
use crate::source::Moment;

/// How the reading goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Default, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// No database is set.
    #[default]
    Off,
    /// It was not read yet.
    Starting,
    /// History is being read.
    Reading,
    /// What is there was read.
    InStep,
    /// It cannot be read.
    Failed,
}

impl Stage {
    /// Returns the name used in answers.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Starting => "starting",
            Self::Reading => "reading",
            Self::InStep => "in_step",
            Self::Failed => "failed",
        }
    }
}

/// How far a feed was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FeedStatus {
    /// The feed.
    pub feed: String,
    /// Everything before this instant was read.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub read_until: Option<Instant>,
    /// When a round last found rows.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_rows_at: Option<Instant>,
    /// Rows read since the start.
    pub rows: u64,
}

/// What the reading of the chat's database is up to.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SourceStatus {
    /// How it goes.
    pub stage: Stage,
    /// Stable name of what is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<&'static str>,
    /// What is wrong, and what to do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// The schema that the tables are in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// Tables and columns that the installation lacks.
    pub missing: Vec<String>,
    /// Seconds from the end of the last whole round to now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lag_seconds: Option<i64>,
    /// How far each feed was read.
    pub feeds: Vec<FeedStatus>,
}

impl SourceStatus {
    /// Returns what an installation has.
    pub(super) fn of(schema: &Schema) -> Self {
        let feed = |name: &str| FeedStatus {
            feed: name.to_owned(),
            read_until: None,
            last_rows_at: None,
            rows: 0,
        };
        Self {
            schema: Some(schema.name.clone()),
            missing: schema.missing(),
            feeds: schema.feeds().iter().map(|f| feed(f.name)).collect(),
            ..Self::default()
        }
    }
}

#[derive(Debug, Default)]
struct Inner {
    status: SourceStatus,
    feeds: BTreeMap<&'static str, FeedStatus>,
    last_round: Option<Instant>,
}

/// What the reading is up to, shared with those who are asked.
#[derive(Debug, Clone, Default)]
pub struct SourceState(Arc<Mutex<Inner>>);

impl SourceState {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns how the reading goes.
    pub fn stage(&self) -> Stage {
        self.inner().status.stage
    }

    /// Returns everything; `now` is for the lag.
    pub fn get(&self, now: Instant) -> SourceStatus {
        let inner = self.inner();
        SourceStatus {
            lag_seconds: inner
                .last_round
                .map(|at| (now.as_millis() - at.as_millis()).max(0) / 1_000),
            feeds: inner.feeds.values().cloned().collect(),
            ..inner.status.clone()
        }
    }

    pub(super) fn enter(&self, stage: Stage) {
        let mut inner = self.inner();
        inner.status.stage = stage;
        if stage != Stage::Failed {
            inner.status.code = None;
            inner.status.problem = None;
        }
    }

    pub(super) fn found(&self, schema: &Schema) {
        let mut inner = self.inner();
        inner.status.schema = Some(schema.name.clone());
        inner.status.missing = schema.missing();
    }

    pub(super) fn failed(&self, error: &SourceError) {
        let mut inner = self.inner();
        inner.status.stage = Stage::Failed;
        inner.status.code = Some(error.code());
        inner.status.problem = Some(error.sentence());
    }

    pub(super) fn read(&self, feed: &'static str, rows: usize, now: Instant) {
        let mut inner = self.inner();
        let status = inner.feeds.entry(feed).or_insert_with(|| FeedStatus {
            feed: feed.to_owned(),
            read_until: None,
            last_rows_at: None,
            rows: 0,
        });
        status.rows += rows as u64;
        if rows > 0 {
            status.last_rows_at = Some(now);
        }
    }

    pub(super) fn reached(&self, feed: &'static str, cursor: Cursor) {
        let mut inner = self.inner();
        if let Some(status) = inner.feeds.get_mut(feed) {
            status.read_until = Some(Moment::from_micros(cursor.time.as_micros()).into());
        }
    }

    pub(super) fn round_ended(&self, now: Instant) {
        self.inner().last_round = Some(now);
        self.enter(Stage::InStep);
    }
}
