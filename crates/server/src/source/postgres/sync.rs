//! Keeping in step with the chat while the service runs.

use std::{
    sync::Arc,
    time::{Duration, Instant as Stopwatch},
};

use domain::event::RawEvent;
use tokio_util::sync::CancellationToken;

use super::{
    Settings, Shared, Sink, SourceError, Stage,
    cursor::{Cursor, Kept},
    feed::{self, Feed},
    pass::Pass,
    reader::{Part, Present, Reader},
    slow::{self, Removals},
};
use crate::{
    ingest::{EVENT, Ingest, Origin},
    source::{Moment, Told},
};

/// Rounds from one slow look to the next.
const SLOW_ROUNDS: u64 = 6;
/// Longest time between two tries while the database is away.
const LONGEST_BACKOFF: Duration = Duration::from_mins(2);
/// Heartbeats older than this many seconds are of nobody who is connected.
const PRESENCE_SECONDS: i64 = 120;
/// Events handed on together.
const BATCH: usize = 5_000;

/// The feeds that are read from their beginning whatever the retention: they make records.
pub(super) const WHOLE: [&str; 3] = ["users", "channels", "members"];

/// Keeps in step with the chat.
pub struct Sync {
    /// Where and how.
    pub settings: Settings,
    /// What every way of reading shares.
    pub shared: Shared,
    /// Takes what is read.
    pub ingest: Arc<Ingest>,
    /// Time between two looks.
    pub interval: Duration,
}

impl Sync {
    /// Reads until the end is asked for. What was read and not stored then is read again.
    pub async fn run(&self, stop: CancellationToken) {
        self.shared.state.enter(Stage::Starting);
        tokio::select! {
            () = stop.cancelled() => {}
            () = self.keep_in_step() => {}
        }
    }

    async fn keep_in_step(&self) {
        let mut sink = IngestSink(Arc::clone(&self.ingest));
        let mut removals = Removals::default();
        let (mut reader, mut rounds, mut failures) = (None, 0_u64, 0_u32);
        loop {
            let begun = Stopwatch::now();
            let done = self
                .round(&mut reader, &mut sink, &mut removals, rounds)
                .await;
            let pause = match done {
                Ok(()) => {
                    if failures > 0 {
                        tracing::info!("source.recovered");
                    }
                    (rounds, failures) = (rounds + 1, 0);
                    self.shared.state.round_ended(self.shared.clock.now());
                    self.interval.saturating_sub(begun.elapsed())
                }
                Err(error) => {
                    self.shared.state.failed(&error);
                    if failures == 0 {
                        tracing::warn!(code = error.code(), "source.failed: {}", error.sentence());
                    }
                    if let Some(reader) = &mut reader {
                        reader.seen.clear();
                    }
                    if error.breaks_connection() {
                        reader = None;
                    }
                    let pause = self.interval.saturating_mul(1 << failures.min(10));
                    failures += 1;
                    pause.min(LONGEST_BACKOFF.max(self.interval))
                }
            };
            tokio::time::sleep(pause).await;
        }
    }

    async fn round(
        &self,
        reader: &mut Option<Reader>,
        sink: &mut IngestSink,
        removals: &mut Removals,
        rounds: u64,
    ) -> Result<(), SourceError> {
        let is_slow = rounds.is_multiple_of(SLOW_ROUNDS);
        let reader = match reader {
            Some(reader) => {
                if is_slow {
                    reader.inspect_again(&self.settings).await?;
                }
                reader
            }
            None => reader.insert(Reader::open(&self.settings, self.shared.clone()).await?),
        };
        if rounds == 0 {
            self.shared.state.enter(Stage::Reading);
        }
        let present = reader.present().await?;
        let accounts = reader.accounts().await?;
        let feeds = reader.schema.feeds();
        if rounds == 0 {
            self.expect(reader, &feeds, &accounts).await?;
        }
        for feed in feeds {
            for account in parts(reader, feed, &accounts) {
                self.read(reader, sink, feed, account, present).await?;
            }
        }
        if reader.schema.supports(&feed::PRESENCE) {
            let page = reader
                .presence(present.now.plus_seconds(-PRESENCE_SECONDS))
                .await?;
            let now = self.shared.clock.now();
            self.shared.state.read("presence", page.rows, None, now);
            sink.put(page.told).await?;
        }
        if is_slow {
            slow::records(reader, sink).await?;
            let messages = feed::find("messages").into_iter();
            for feed in messages {
                for account in parts(reader, feed, &accounts) {
                    slow::changes(reader, sink, account, present).await?;
                }
            }
            slow::calls(reader, sink, present).await?;
            removals.look(reader, sink).await?;
        }
        Ok(())
    }

    /// Notes how much there is of the feeds that are read from their beginning. Of what was broken off nobody
    /// knows how much is left.
    async fn expect(
        &self,
        reader: &Reader,
        feeds: &[&'static Feed],
        accounts: &[String],
    ) -> Result<(), SourceError> {
        for feed in feeds {
            let mut is_begun = false;
            for account in parts(reader, feed, accounts) {
                let kept = Kept::new("sync", &reader.scope, feed.name, account);
                is_begun |= kept.load(self.shared.meta.as_ref()).await?.is_some();
            }
            if !is_begun {
                let total = reader.schema.estimate(feed.table);
                self.shared.state.expects(feed.name, total);
            }
        }
        Ok(())
    }

    async fn read(
        &self,
        reader: &mut Reader,
        sink: &mut IngestSink,
        feed: &'static Feed,
        account: Option<&str>,
        present: Present,
    ) -> Result<(), SourceError> {
        let pass = Pass {
            part: Part {
                feed,
                account,
                upper: present.now,
            },
            kept: Kept::new("sync", &reader.scope, feed.name, account),
            first: Cursor::before(first(&self.shared, feed)),
            present,
        };
        let (state, clock) = (self.shared.state.clone(), Arc::clone(&self.shared.clock));
        state.begins(feed.name, clock.now());
        let mut progress =
            move |feed: &'static Feed, rows, until| state.read(feed.name, rows, until, clock.now());
        let cursor = pass.run(reader, sink, &mut progress).await?;
        self.shared.state.reached(feed.name, cursor);
        Ok(())
    }
}

/// Returns where a feed begins: with what is kept at all.
pub(super) fn first(shared: &Shared, feed: &Feed) -> Moment {
    match shared.oldest() {
        Some(oldest) if !WHOLE.contains(&feed.name) => oldest.into(),
        _ => Moment::default(),
    }
}

/// Returns the accounts that a feed is read by; one `None` where its table knows of none.
pub(super) fn parts<'a>(
    reader: &Reader,
    feed: &Feed,
    accounts: &'a [String],
) -> Vec<Option<&'a str>> {
    if super::statement::by_account(&reader.schema, feed) {
        accounts
            .iter()
            .map(|account| Some(account.as_str()))
            .collect()
    } else {
        vec![None]
    }
}

/// Into the running service.
struct IngestSink(Arc<Ingest>);

impl Sink for IngestSink {
    async fn put(&mut self, told: Told) -> Result<(), SourceError> {
        let failed =
            |error: Box<dyn std::error::Error + Send + std::marker::Sync>| SourceError::Sink(error);
        for (workspace, share) in told {
            if !share.people.is_empty() || !share.channels.is_empty() {
                self.0
                    .put_records(&workspace, share.people, share.channels)
                    .await
                    .map_err(|error| failed(error.into()))?;
            }
            let mut events = share.events.into_iter();
            loop {
                let batch: Vec<RawEvent> = events.by_ref().take(BATCH).collect();
                if batch.is_empty() {
                    break;
                }
                let bytes = batch.len() * EVENT;
                let decoded = batch.into_iter().map(Ok).collect();
                self.0
                    .take(&workspace, (decoded, bytes), Origin::Database, None)
                    .await
                    .map_err(|error| failed(error.into()))?;
            }
        }
        Ok(())
    }

    async fn settle(&mut self) -> Result<(), SourceError> {
        Ok(())
    }
}
