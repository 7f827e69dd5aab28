//! What no cursor finds: changed records, edits, removals and the ends of calls. These looks are made
//! less often than the others.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::{
    Sink, SourceError,
    cursor::{Cursor, Kept},
    feed::{self, Feed},
    page,
    pass::watch_name,
    reader::{Part, Present, Reader},
};
use crate::source::{Moment, Told};

/// Days back from now within which edits and deletions of messages, and ends of calls, are noticed.
const CHANGE_DAYS: i64 = 7;
const DAY_SECONDS: i64 = 24 * 3_600;
/// Watched rows that are looked for at once.
const WATCHED_PAGE: u32 = 5_000;
/// Pages of watched rows in one round, so that a round ends soon in a large chat too.
const WATCHED_PAGES: usize = 10;

/// How far the watched rows of each feed were looked for.
#[derive(Debug, Default)]
pub(super) struct Removals(HashMap<&'static str, Uuid>);

/// Reads people and channels whole: names, roles, states and members change without a trace.
pub(super) async fn records(reader: &mut Reader, sink: &mut impl Sink) -> Result<(), SourceError> {
    for name in ["users", "channels"] {
        let Some(feed) = feed::find(name).filter(|feed| reader.schema.supports(feed)) else {
            continue;
        };
        let mut after = Uuid::nil();
        loop {
            let mut page = reader.whole(feed, after).await?;
            // Their making was told when they were new.
            page.told
                .retain(|event| event.name == domain::event::Kind::ChannelArchived.name());
            page.told.forget_before(reader.shared.oldest());
            let last = page.places.last().copied();
            sink.put(page.told).await?;
            match last.filter(|_| page.rows >= reader.pace.page()) {
                Some(last) => after = last.id,
                None => break,
            }
        }
    }
    Ok(())
}

/// Reads edits and deletions of recent messages.
pub(super) async fn changes(
    reader: &mut Reader,
    sink: &mut impl Sink,
    account: Option<&str>,
    present: Present,
) -> Result<(), SourceError> {
    let Some(feed) = feed::find("messages").filter(|feed| reader.schema.supports(feed)) else {
        return Ok(());
    };
    let meta = std::sync::Arc::clone(&reader.shared.meta);
    let oldest = present.now.plus_seconds(-CHANGE_DAYS * DAY_SECONDS);
    let kept = Kept::new("changes", &reader.scope, feed.name, account);
    let from = kept
        .load(meta.as_ref())
        .await?
        .unwrap_or(Cursor::before(oldest));
    let part = Part {
        feed,
        account,
        upper: present.now,
    };
    let mut at = from;
    loop {
        let mut page = reader.changes(part, oldest, at).await?;
        page.told.forget_before(reader.shared.oldest());
        let last = page.places.last().copied();
        sink.put(page.told).await?;
        match last.filter(|_| page.rows >= reader.pace.page()) {
            Some(last) => at = last,
            None => break,
        }
    }
    let end = from.max(Cursor::before(present.settled));
    if end.time > from.time {
        sink.settle().await?;
        kept.store(meta.as_ref(), end).await?;
    }
    Ok(())
}

/// Reads recent calls again, to see which have ended.
pub(super) async fn calls(
    reader: &mut Reader,
    sink: &mut impl Sink,
    present: Present,
) -> Result<(), SourceError> {
    for name in ["calls", "call_participants"] {
        let Some(feed) = feed::find(name).filter(|feed| reader.schema.supports(feed)) else {
            continue;
        };
        let oldest = present.now.plus_seconds(-DAY_SECONDS);
        let mut page = reader.since(feed, oldest).await?;
        page.told.forget_before(reader.shared.oldest());
        sink.put(page.told).await?;
    }
    Ok(())
}

impl Removals {
    /// Looks for rows that were read and are gone.
    pub(super) async fn look(
        &mut self,
        reader: &mut Reader,
        sink: &mut impl Sink,
    ) -> Result<(), SourceError> {
        let watched = reader.schema.feeds().into_iter();
        for feed in watched.filter(|feed| feed.watched_days.is_some()) {
            for _page in 0..WATCHED_PAGES {
                if self.page(reader, sink, feed).await? {
                    break;
                }
            }
        }
        Ok(())
    }

    /// Looks for one page of rows; returns whether it was the last.
    async fn page(
        &mut self,
        reader: &mut Reader,
        sink: &mut impl Sink,
        feed: &'static Feed,
    ) -> Result<bool, SourceError> {
        let meta = std::sync::Arc::clone(&reader.shared.meta);
        let name = watch_name(&reader.scope, feed);
        let after = self.0.get(feed.name).copied().unwrap_or_default();
        let rows = meta.watched_rows(&name, after, WATCHED_PAGE).await?;
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let Some(last) = ids.last().copied() else {
            self.0.remove(feed.name);
            return Ok(true);
        };
        let remaining = reader.remaining(feed, &ids).await?;
        let remaining: HashSet<Uuid> = remaining.into_iter().collect();
        let now = reader.shared.clock.now();
        let mut told = Told::default();
        let mut gone = Vec::new();
        for row in rows.iter().filter(|row| !remaining.contains(&row.id)) {
            page::tell_removed(feed.row, row, now, &reader.shared.recent, &mut told);
            gone.push(row.id);
        }
        if !gone.is_empty() {
            sink.put(told).await?;
            sink.settle().await?;
            meta.unwatch_rows(&name, &gone).await?;
        }
        if let Some(days) = feed.watched_days.filter(|days| *days > 0) {
            let oldest = Moment::from(now).plus_seconds(-days * DAY_SECONDS);
            meta.unwatch_before(&name, oldest.into()).await?;
        }
        self.0.insert(feed.name, last);
        if ids.len() < WATCHED_PAGE as usize {
            self.0.remove(feed.name);
            return Ok(true);
        }
        Ok(false)
    }
}
