//! nChat's Postgres: its history, and what happens while the service runs.
//!
//! 1. Nothing is written: every look is a short `READ ONLY` transaction with a time limit, over one
//!    connection, and the rows of a second are bounded.
//! 2. A feed is read in the order of (time, identity). A row's time is that of the *start* of its
//!    transaction, so that a row may appear behind rows that were read already: each round reads
//!    again from [`Settings::overlap`] before the present, and from the start of the oldest open
//!    transaction that can be seen. Identities make what is read again count once.
//! 3. A cursor is kept after what it covers is on disk, and never beyond the present of the
//!    database: a row with a time of tomorrow must not hide the rows of today.
//! 4. What is deleted leaves no trace in its table. Rows whose removal means something are noted
//!    when they are read, and looked for again.
//! 5. What an installation lacks is left out and said, see [`SourceStatus::missing`].

mod backfill;
mod connection;
mod cursor;
mod error;
mod feed;
mod pace;
mod page;
mod pass;
mod reader;
mod schema;
mod slow;
mod statement;
mod status;
mod sync;

use std::{sync::Arc, time::Duration};

use domain::{clock::Clock, time::Instant};
use store::meta::MetaStore;

use super::{RecentMessages, Told};
use crate::{config::ConnectionUrl, ingest::Tombstones};

pub use backfill::{Backfill, Progress};
pub use error::SourceError;
pub use status::{FeedStatus, SourceState, SourceStatus, Stage};
pub use sync::Sync;

/// How the chat's database is read.
#[derive(Clone)]
pub struct Settings {
    /// Where it is.
    pub url: ConnectionUrl,
    /// The variable that says so, for errors.
    pub variable: String,
    /// The schema of the tables; looked for where unset.
    pub schema: Option<String>,
    /// Most rows that are read in a second; 0 for as many as there are.
    pub rows_per_second: u32,
    /// Time before the present from which each round reads again. A transaction that is open for
    /// longer and cannot be seen leaves rows behind that only a backfill finds.
    pub overlap: Duration,
}

/// What every way of reading shares.
#[derive(Clone)]
pub struct Shared {
    /// Keeps cursors and watched rows.
    pub meta: Arc<dyn MetaStore>,
    /// What time it is here; the chat's database has a clock of its own.
    pub clock: Arc<dyn Clock>,
    /// How long events are kept; older ones are not read.
    pub retention: Option<Duration>,
    /// Who was erased: their rows are not watched.
    pub tombstones: Arc<Tombstones>,
    /// Where recent messages were written.
    pub recent: RecentMessages,
    /// What the reading is up to, for health and status.
    pub state: SourceState,
}

impl Shared {
    /// Returns the first instant whose events are kept.
    fn oldest(&self) -> Option<Instant> {
        let retention = i64::try_from(self.retention?.as_millis()).unwrap_or(i64::MAX);
        Some(self.clock.now().plus_millis(-retention))
    }
}

/// Takes what is read.
pub trait Sink: Send {
    /// Takes records and then events; what it returned for is on disk after [`Sink::settle`].
    fn put(&mut self, told: Told) -> impl Future<Output = Result<(), SourceError>> + Send;

    /// Waits until everything taken is on disk.
    fn settle(&mut self) -> impl Future<Output = Result<(), SourceError>> + Send;
}

/// Looks once at the chat's database, for `doctor`: returns what it lacks.
pub async fn look(settings: &Settings) -> Result<SourceStatus, SourceError> {
    let mut connection = connection::open(settings).await?;
    let schema = schema::Schema::inspect(&mut connection, settings.schema.as_deref()).await?;
    Ok(SourceStatus::of(&schema))
}
