//! The whole history at once, for the command.

use domain::time::Instant;

use super::{
    Settings, Shared, Sink, SourceError,
    cursor::{Cursor, Kept},
    feed::Feed,
    pass::Pass,
    reader::{Part, Reader},
    slow,
    sync::{WHOLE, first, parts},
};
use crate::source::Moment;

/// Is told how far the reading is.
pub trait Progress: Send {
    /// A feed begins, of about so many rows.
    fn begin(&mut self, feed: &'static str, rows: u64);
    /// Rows were read.
    fn advance(&mut self, rows: u64);
    /// The feed ends.
    fn end(&mut self);
}

/// Reads the whole history. One that was broken off goes on where it was.
pub struct Backfill {
    /// Where and how.
    pub settings: Settings,
    /// What every way of reading shares.
    pub shared: Shared,
    /// The first instant to read; everything that is kept where unset.
    pub since: Option<Instant>,
}

impl Backfill {
    /// Reads everything up to the present; returns how many rows that were.
    pub async fn run(
        &self,
        sink: &mut impl Sink,
        progress: &mut impl Progress,
    ) -> Result<u64, SourceError> {
        let mut reader = Reader::open(&self.settings, self.shared.clone()).await?;
        let present = reader.present().await?;
        let accounts = reader.accounts().await?;
        let purpose = format!("backfill-{}", self.since.map_or(0, Instant::as_millis));
        let meta = std::sync::Arc::clone(&self.shared.meta);
        let (mut ended, mut rows) = (Vec::new(), 0);
        for feed in reader.schema.feeds() {
            progress.begin(feed.name, reader.schema.estimate(feed.table));
            for account in parts(&reader, feed, &accounts) {
                let pass = Pass {
                    part: Part {
                        feed,
                        account,
                        upper: present.now,
                    },
                    kept: Kept::new(&purpose, &reader.scope, feed.name, account),
                    first: Cursor::before(self.first(feed)),
                    present,
                };
                let mut told = |_: &'static Feed, more: usize, _: Option<Cursor>| {
                    rows += more as u64;
                    progress.advance(more as u64);
                };
                let end = pass.run(&mut reader, sink, &mut told).await?;
                let sync = Kept::new("sync", &reader.scope, feed.name, account);
                ended.push((pass.kept, sync, end));
            }
            progress.end();
        }
        slow::records(&mut reader, sink).await?;
        sink.settle().await?;
        for (kept, sync, end) in ended {
            // The service goes on from here, unless it was further.
            if self.since.is_none() && sync.load(meta.as_ref()).await?.is_none_or(|at| at < end) {
                sync.store(meta.as_ref(), end).await?;
            }
            kept.remove(meta.as_ref()).await?;
        }
        Ok(rows)
    }

    fn first(&self, feed: &Feed) -> Moment {
        match self.since {
            Some(since) if !WHOLE.contains(&feed.name) => since.into(),
            _ => first(&self.shared, feed),
        }
    }
}
