//! From the rows of a query to what they tell.

use std::collections::{HashMap, HashSet};

use domain::{
    id::ChannelId,
    record::{ChannelKind, ChannelRecord},
    time::Instant,
};
use sqlx::{Row as _, postgres::PgRow};
use store::meta::WatchedRow;
use uuid::Uuid;

use super::{cursor::Cursor, feed::RowKind};
use crate::source::{
    Moment, RecentMessages, Told,
    row::{
        Attachment, Audit, Call, Channel, Login, Member, Message, Participant, Presence, Reaction,
        Row, Search, Session, User,
    },
};

/// What a page of rows tells.
#[derive(Debug, Default)]
pub(super) struct Page {
    pub(super) told: Told,
    /// Rows that were read, also those passed over.
    pub(super) rows: usize,
    /// Place of each row, in order.
    pub(super) places: Vec<Cursor>,
    /// Rows whose removal will mean something.
    pub(super) watched: Vec<WatchedRow>,
}

/// Returns the place of a row in its feed.
pub(super) fn place(row: &PgRow) -> Result<Cursor, sqlx::Error> {
    Ok(Cursor {
        time: row.try_get("cursor_time")?,
        id: row.try_get("cursor_id")?,
    })
}

/// Adds what rows tell; `watch` notes them.
pub(super) fn tell(
    kind: RowKind,
    rows: &[PgRow],
    watch: bool,
    recent: &RecentMessages,
    page: &mut Page,
) -> Result<(), sqlx::Error> {
    match kind {
        RowKind::Channel => extract::<Channel>(rows, watch, recent, page),
        RowKind::Member => extract::<Member>(rows, watch, recent, page),
        RowKind::Reaction => extract::<Reaction>(rows, watch, recent, page),
        RowKind::Attachment => extract::<Attachment>(rows, watch, recent, page),
        RowKind::Login => extract::<Login>(rows, watch, recent, page),
        RowKind::Session => extract::<Session>(rows, watch, recent, page),
        RowKind::Audit => extract::<Audit>(rows, watch, recent, page),
        RowKind::Search => extract::<Search>(rows, watch, recent, page),
        RowKind::Call => extract::<Call>(rows, watch, recent, page),
        RowKind::Participant => extract::<Participant>(rows, watch, recent, page),
        RowKind::Presence => extract::<Presence>(rows, watch, recent, page),
        RowKind::User => extract::<User>(rows, watch, recent, page),
        RowKind::Message => extract::<Message>(rows, watch, recent, page),
    }
}

fn extract<R: Row>(
    rows: &[PgRow],
    watch: bool,
    recent: &RecentMessages,
    page: &mut Page,
) -> Result<(), sqlx::Error> {
    for row in rows {
        let read = R::from_row(row)?;
        read.tell(recent, &mut page.told);
        if watch {
            let at = place(row)?;
            page.watched.push(WatchedRow {
                id: at.id,
                at: at.time.into(),
                body: serde_json::to_string(&read)
                    .map_err(|error| sqlx::Error::Encode(error.into()))?,
            });
        }
    }
    Ok(())
}

/// Adds what it means that a watched row is gone.
pub(super) fn tell_removed(
    kind: RowKind,
    row: &WatchedRow,
    at: Instant,
    recent: &RecentMessages,
    told: &mut Told,
) {
    fn removed<R: Row>(body: &str, at: Moment, recent: &RecentMessages, told: &mut Told) {
        // A row that an older version wrote in another shape is forgotten.
        if let Ok(row) = serde_json::from_str::<R>(body) {
            row.tell_removed(at, recent, told);
        }
    }
    let at = Moment::from(at);
    match kind {
        RowKind::Member => removed::<Member>(&row.body, at, recent, told),
        RowKind::Reaction => removed::<Reaction>(&row.body, at, recent, told),
        _ => {}
    }
}

/// Which kind each channel was last known to be: a message in a channel that has become private
/// since must not give terms before the channel itself is read again.
#[derive(Debug, Default)]
pub(super) struct ChannelKinds(HashMap<Uuid, Option<ChannelKind>>);

impl ChannelKinds {
    /// Adds the channels whose kind is news.
    pub(super) fn tell(&mut self, messages: &[Message], told: &mut Told) {
        for message in messages {
            let Some(kind) = &message.channel_type else {
                continue;
            };
            let kind = ChannelKind::parse(kind);
            if self.0.insert(message.channel_id, kind) == Some(kind) {
                continue;
            }
            if let Ok(id) = ChannelId::new(message.channel_id.to_string()) {
                let record = ChannelRecord {
                    kind,
                    ..ChannelRecord::new(id)
                };
                told.channel(message.account(), record);
            }
        }
    }
}

/// Rows that were read within the overlap, which the next round reads again.
#[derive(Debug, Default)]
pub(super) struct Seen(HashMap<String, HashSet<(Moment, Uuid)>>);

impl Seen {
    /// Returns whether a row of a feed was read before; notes it.
    pub(super) fn again(&mut self, feed: &str, place: Cursor) -> bool {
        let seen = self.0.entry(feed.to_owned()).or_default();
        !seen.insert((place.time, place.id))
    }

    /// Forgets rows that are not read again.
    pub(super) fn forget_before(&mut self, settled: Moment) {
        for seen in self.0.values_mut() {
            seen.retain(|(time, _)| *time >= settled);
        }
    }

    /// Forgets everything: what was read last may not have been stored.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}
