//! What the reading is up to, for health, `status` and `doctor`.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use domain::time::Instant;
use serde::Serialize;
use utoipa::ToSchema;

use super::{SourceError, cursor::Cursor, schema::Schema};
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
    /// Rows that its table has, as the server estimates, while its history is read from the beginning; some
    /// may be older than what is kept.
    pub total: Option<u64>,
    /// Rows that are read in a second of that.
    pub rows_per_second: Option<u64>,
    /// About how many seconds that lasts at most, from now on.
    pub seconds_left: Option<u64>,
}

impl FeedStatus {
    fn new(feed: &str) -> Self {
        Self {
            feed: feed.to_owned(),
            read_until: None,
            last_rows_at: None,
            rows: 0,
            total: None,
            rows_per_second: None,
            seconds_left: None,
        }
    }
}

/// A feed whose history is read from the beginning.
#[derive(Debug, Clone, Copy)]
struct First {
    /// When it began; the feeds before it come first.
    since: Option<Instant>,
    total: u64,
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
    /// Statements that give the role what it lacks, for the owner of the chat's database.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub grants: Vec<String>,
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
        Self {
            schema: Some(schema.name.clone()),
            missing: schema.missing(),
            feeds: schema
                .feeds()
                .iter()
                .map(|feed| FeedStatus::new(feed.name))
                .collect(),
            ..Self::default()
        }
    }
}

#[derive(Debug, Default)]
struct Inner {
    status: SourceStatus,
    feeds: BTreeMap<&'static str, FeedStatus>,
    first: BTreeMap<&'static str, First>,
    last_round: Option<Instant>,
}

impl Inner {
    fn feeds(&self, now: Instant) -> Vec<FeedStatus> {
        let feeds = self.feeds.iter();
        let with_pace = feeds.map(|(name, feed)| match self.first.get(name) {
            Some(first) => first.pace_of(feed, now),
            None => feed.clone(),
        });
        with_pace.collect()
    }
}

impl First {
    /// Returns a feed with how fast it is read, and how long that lasts.
    fn pace_of(self, feed: &FeedStatus, now: Instant) -> FeedStatus {
        let elapsed = self
            .since
            .map_or(0, |since| now.as_millis() - since.as_millis());
        let elapsed = u64::try_from(elapsed).unwrap_or(0);
        let is_measured = elapsed >= 1_000 && feed.rows > 0;
        let left = self.total.saturating_sub(feed.rows);
        FeedStatus {
            // A server that never counted a table says that it is empty.
            total: Some(self.total).filter(|total| *total > 0),
            rows_per_second: is_measured.then(|| feed.rows * 1_000 / elapsed),
            seconds_left: is_measured
                .then(|| left * elapsed / feed.rows / 1_000)
                .filter(|_| self.total > 0),
            ..feed.clone()
        }
    }
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
            feeds: inner.feeds(now),
            ..inner.status.clone()
        }
    }

    pub(super) fn enter(&self, stage: Stage) {
        let mut inner = self.inner();
        inner.status.stage = stage;
        if stage != Stage::Failed {
            inner.status.code = None;
            inner.status.problem = None;
            inner.status.grants.clear();
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
        inner.status.grants = error.grants();
    }

    /// Notes that the history of a feed of about `total` rows is going to be read from its beginning.
    pub(super) fn expects(&self, feed: &'static str, total: u64) {
        let mut inner = self.inner();
        let status = FeedStatus::new(feed);
        inner.feeds.entry(feed).or_insert(status);
        let first = First { since: None, total };
        inner.first.entry(feed).or_insert(first);
    }

    /// Notes that a feed begins to be read.
    pub(super) fn begins(&self, feed: &'static str, now: Instant) {
        if let Some(first) = self.inner().first.get_mut(feed) {
            first.since.get_or_insert(now);
        }
    }

    /// Notes rows that were read, up to some time.
    pub(super) fn read(
        &self,
        feed: &'static str,
        rows: usize,
        until: Option<Cursor>,
        now: Instant,
    ) {
        let mut inner = self.inner();
        let status = inner
            .feeds
            .entry(feed)
            .or_insert_with(|| FeedStatus::new(feed));
        status.rows += rows as u64;
        if rows > 0 {
            status.last_rows_at = Some(now);
        }
        if let Some(until) = until {
            status.read_until = Some(until.instant());
        }
    }

    pub(super) fn reached(&self, feed: &'static str, cursor: Cursor) {
        let mut inner = self.inner();
        if let Some(status) = inner.feeds.get_mut(feed) {
            status.read_until = Some(cursor.instant());
        }
    }

    pub(super) fn round_ended(&self, now: Instant) {
        let mut inner = self.inner();
        inner.last_round = Some(now);
        inner.first.clear();
        drop(inner);
        self.enter(Stage::InStep);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_feed_that_is_read_from_its_beginning_says_how_long_that_lasts() {
        let state = SourceState::default();
        let at = |seconds: i64| Instant::from_millis(seconds * 1_000);
        let place = |seconds: i64| Some(Cursor::before(at(seconds).into()));
        state.enter(Stage::Reading);
        state.expects("messages", 1_000);
        state.expects("reactions", 0);
        let feed = |name: &str, now: i64| {
            let feeds = state.get(at(now)).feeds;
            feeds.into_iter().find(|feed| feed.feed == name).unwrap()
        };
        let pace = |feed: FeedStatus| {
            (
                feed.rows,
                feed.total,
                feed.rows_per_second,
                feed.seconds_left,
            )
        };
        assert_eq!(pace(feed("messages", 9)), (0, Some(1_000), None, None));
        state.begins("messages", at(10));
        state.read("messages", 200, place(5), at(11));
        state.begins("messages", at(15));
        assert_eq!(
            pace(feed("messages", 20)),
            (200, Some(1_000), Some(20), Some(40))
        );
        assert_eq!(feed("messages", 20).read_until, Some(at(5)));
        state.read("messages", 1_000, place(6), at(21));
        assert_eq!(
            pace(feed("messages", 22)),
            (1_200, Some(1_000), Some(100), Some(0))
        );
        // A server that counted nothing knows of no end.
        state.begins("reactions", at(22));
        state.read("reactions", 10, place(7), at(23));
        assert_eq!(pace(feed("reactions", 24)), (10, None, Some(5), None));
        state.round_ended(at(30));
        assert_eq!(pace(feed("messages", 40)), (1_200, None, None, None));
    }

    #[test]
    fn what_the_role_lacks_is_said_as_statements_until_it_has_that() {
        let state = SourceState::default();
        state.failed(&SourceError::Forbidden {
            role: "re\"ader".to_owned(),
            schema: "public".to_owned(),
            table: "nchat_messages".to_owned(),
        });
        let status = state.get(Instant::from_millis(0));
        let grants = [
            "GRANT USAGE ON SCHEMA \"public\" TO \"re\"\"ader\"",
            "GRANT SELECT ON ALL TABLES IN SCHEMA \"public\" TO \"re\"\"ader\"",
        ];
        assert_eq!(status.grants, grants);
        assert!(status.problem.unwrap().contains(grants[1]));
        state.failed(&SourceError::HiddenRows {
            role: "reader".to_owned(),
            table: "nchat_messages".to_owned(),
        });
        let status = state.get(Instant::from_millis(0));
        assert_eq!(status.grants, ["ALTER ROLE \"reader\" BYPASSRLS"]);
        state.enter(Stage::Reading);
        assert_eq!(state.get(Instant::from_millis(0)).grants, [""; 0]);
    }
}
