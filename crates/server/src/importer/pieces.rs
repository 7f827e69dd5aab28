//! Reading a source, on a thread of its own.

use std::ops::ControlFlow;

use domain::{
    event::{RawEvent, UNKNOWN_CHANNEL_TYPE},
    record::ChannelKind,
};
use serde_json::Value;
use tokio::sync::mpsc;

use super::{Format, ImportError, Item, Note, Records, SkipReason, Source};

/// Events handed on together.
const CHUNK: usize = 10_000;
/// Bytes of events that are handed on together at most, or one event.
const CHUNK_BYTES: usize = 8 << 20;

/// What the reading thread hands on.
#[derive(Debug)]
pub enum Piece {
    /// What the events told of people and channels.
    Records(Records),
    /// Some events, with the bytes of the input consumed so far.
    Events {
        /// The events.
        events: Vec<RawEvent>,
        /// How much of the input was read.
        read: u64,
    },
    /// As [`Item::Skipped`].
    Skipped {
        /// Where it stands.
        what: String,
        /// Why.
        reason: SkipReason,
    },
    /// As [`Item::Noted`].
    Noted {
        /// Where it stands.
        what: String,
        /// What was done about it.
        note: Note,
    },
    /// As [`Item::More`].
    More {
        /// The code of the reason or note.
        code: &'static str,
        /// How many more.
        count: u64,
    },
}

/// Reads a source to its end, or until nobody takes what is read.
///
/// `is_unknown_confidential` says that channels of NDJSON of which nothing says who may see them give no terms.
pub fn read_pieces(
    source: &mut dyn Source,
    is_unknown_confidential: bool,
    sender: &mpsc::Sender<Piece>,
) -> Result<(), ImportError> {
    // An export says itself of which channels it does not know who may see them.
    let marks_unknown = is_unknown_confidential && source.format() == Format::Ndjson;
    let mut chunk = Vec::with_capacity(CHUNK);
    let mut bytes = 0;
    let mut last = 0;
    source.read(&mut |item, read| {
        last = read;
        let sent = match item {
            Item::Event(mut event) => {
                if marks_unknown {
                    mark_unknown(&mut event);
                }
                bytes += event.memory_bytes();
                chunk.push(event);
                if chunk.len() < CHUNK && bytes < CHUNK_BYTES {
                    return ControlFlow::Continue(());
                }
                bytes = 0;
                let events = std::mem::replace(&mut chunk, Vec::with_capacity(CHUNK));
                sender.blocking_send(Piece::Events { events, read })
            }
            Item::Skipped { what, reason } => sender.blocking_send(Piece::Skipped { what, reason }),
            Item::Noted { what, note } => sender.blocking_send(Piece::Noted { what, note }),
            Item::More { code, count } => sender.blocking_send(Piece::More { code, count }),
            Item::Records(records) => sender.blocking_send(Piece::Records(records)),
        };
        if sent.is_ok() {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    })?;
    let _receiver_gone = sender
        .blocking_send(Piece::Events {
            events: chunk,
            read: last,
        })
        .is_err();
    Ok(())
}

/// Says of an event that nobody knows who may see its channel, unless the event does.
fn mark_unknown(event: &mut RawEvent) {
    let has_content = event.text.is_some() || event.given.is_some();
    if has_content && kind_of(event).is_none() {
        let unknown = Value::from(UNKNOWN_CHANNEL_TYPE);
        event.properties.insert("channelType".to_owned(), unknown);
    }
}

/// Returns the kind of its channel that an event tells.
fn kind_of(event: &RawEvent) -> Option<ChannelKind> {
    let said = event.properties.get("channelType")?;
    ChannelKind::parse(said.as_str()?)
}
