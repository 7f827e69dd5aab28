//! One feed from its cursor to the present.

use std::{
    sync::Arc,
    time::{Duration, Instant as Stopwatch},
};

use store::meta::{MetaStore, WatchedRow};

use super::{
    Sink, SourceError,
    cursor::{Cursor, Kept},
    feed::Feed,
    page::Page,
    reader::{Part, Present, Reader},
};
use crate::source::Moment;

/// Time between two points from which a long reading that is broken off goes on.
const CHECKPOINT: Duration = Duration::from_secs(2);

/// Returns the name under which rows of a feed are watched.
pub(super) fn watch_name(scope: &str, feed: &Feed) -> String {
    format!("{scope}.{}", feed.name)
}

/// One feed from its cursor to the present.
pub(super) struct Pass<'a> {
    pub(super) part: Part<'a>,
    /// Where the cursor is kept.
    pub(super) kept: Kept,
    /// Where it begins without one.
    pub(super) first: Cursor,
    pub(super) present: Present,
}

impl Pass<'_> {
    /// Reads to the present; returns where the cursor is then. `progress` is told of rows, and up to where.
    pub(super) async fn run(
        &self,
        reader: &mut Reader,
        sink: &mut impl Sink,
        progress: &mut (dyn FnMut(&'static Feed, usize, Option<Cursor>) + Send),
    ) -> Result<Cursor, SourceError> {
        let meta = Arc::clone(&reader.shared.meta);
        let from = self.kept.load(meta.as_ref()).await?.unwrap_or(self.first);
        let name = watch_name(&reader.scope, self.part.feed);
        let (mut cursor, mut watched) = (from, Vec::new());
        let mut last_kept = Stopwatch::now();
        let mut page = reader.page(self.part, from).await?;
        loop {
            let Page {
                mut told,
                rows,
                places,
                watched: more,
            } = page;
            progress(self.part.feed, rows, places.last().copied());
            watched.extend(self.worth_watching(reader, more));
            told.forget_before(reader.shared.oldest());
            let Some(at) = places.last().filter(|_| places.len() >= reader.pace.page()) else {
                sink.put(told).await?;
                break;
            };
            cursor = cursor.max((*at).min(Cursor::before(self.present.settled)));
            let (next, put) = tokio::join!(reader.page(self.part, *at), sink.put(told));
            put?;
            if last_kept.elapsed() >= CHECKPOINT {
                self.checkpoint(sink, meta.as_ref(), &name, &mut watched, cursor)
                    .await?;
                last_kept = Stopwatch::now();
            }
            page = next?;
        }
        let end = cursor.max(Cursor::before(self.present.settled));
        // A quiet feed is not written down each time: what is read again is known.
        let is_worth =
            !watched.is_empty() || end.time > from.time.plus_seconds(600) || cursor > from;
        if is_worth {
            self.checkpoint(sink, meta.as_ref(), &name, &mut watched, end)
                .await?;
        }
        Ok(end)
    }

    async fn checkpoint(
        &self,
        sink: &mut impl Sink,
        meta: &dyn MetaStore,
        name: &str,
        watched: &mut Vec<WatchedRow>,
        cursor: Cursor,
    ) -> Result<(), SourceError> {
        sink.settle().await?;
        meta.watch_rows(name, watched).await?;
        watched.clear();
        Ok(self.kept.store(meta, cursor).await?)
    }

    fn worth_watching(&self, reader: &Reader, rows: Vec<WatchedRow>) -> Vec<WatchedRow> {
        let since = match self.part.feed.watched_days {
            Some(days) if days > 0 => Moment::from(reader.shared.clock.now())
                .plus_seconds(-days * 24 * 3_600)
                .as_millis(),
            _ => i64::MIN,
        };
        rows.into_iter()
            .filter(|row| row.at.as_millis() >= since)
            .filter(|row| !reader.shared.tombstones.names_any(&row.body))
            .collect()
    }
}
