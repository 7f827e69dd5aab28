//! Reads histories of other chats: NDJSON and Slack exports in, raw events and records out.
//!
//! One [`Source`] is one opened path. It yields events in the shape every other input has
//! ([`RawEvent`]), each with an idempotency key that depends on the event and not on where in the
//! input it stands: an input read twice, or shuffled, names the same events. What cannot be an
//! event is yielded as [`Item::Skipped`] with a reason, so nothing is lost in silence.
//!
//! Not here: validation, deduplication, storing. Nothing is ever unpacked to disk, and what is held
//! in memory is bounded whatever the input: a line, or one message.

mod confidential;
mod error;
mod identifier;
mod input;
mod key;
mod ndjson;
mod occurrence;
mod open;
mod pieces;
mod product;
mod scalar;
mod skip;
mod slack;
mod table;

#[cfg(test)]
mod props;

use std::ops::ControlFlow;

use domain::{
    event::RawEvent,
    record::{ChannelRecord, PersonRecord},
    time::Instant,
};

pub use confidential::Confidential;
pub use error::ImportError;
pub use ndjson::FIELDS as NDJSON_FIELDS;
pub use open::{open, open_until};
pub use pieces::{Piece, read_pieces};
pub use product::Product;
pub use skip::{EXAMPLES, Note, SkipReason};
pub use table::{
    CHANNEL_COLUMNS, CellNotes, Column, PEOPLE_COLUMNS, RecordTable, is_of_channels,
    open_channels_csv, open_people_csv,
};

/// The path that stands for the standard input.
pub const STANDARD_INPUT: &str = "-";

/// What an input is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One JSON object per line, plain or compressed with gzip or Zstandard.
    Ndjson,
    /// A Slack export: a zip, or the folder it unpacks to.
    Slack,
}

/// What a source yields.
#[derive(Debug, Clone, PartialEq)]
#[expect(
    clippy::large_enum_variant,
    reason = "events are the rule, what is skipped the exception"
)]
pub enum Item {
    /// Something that happened.
    Event(RawEvent),
    /// Something that could not be read as an event, or was not read at all.
    Skipped {
        /// Where it stands: file and line, day file and message, or the file or folder itself.
        what: String,
        /// Why.
        reason: SkipReason,
    },
    /// Something that was read, but not quite as it was written.
    Noted {
        /// Where it stands, as for [`Item::Skipped`].
        what: String,
        /// What was done about it.
        note: Note,
    },
    /// More of what was skipped or noted before this, of which only [`EXAMPLES`] are named.
    More {
        /// The code of the reason or note.
        code: &'static str,
        /// How many more.
        count: u64,
    },
    /// What the events themselves told of people and channels that no list names.
    Records(Records),
}

/// What a source knows of people and channels beside the events.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Records {
    /// People and bots.
    pub people: Vec<PersonRecord>,
    /// Channels and conversations.
    pub channels: Vec<ChannelRecord>,
}

/// Takes what a source yields, with the bytes of the input consumed so far; may stop it.
pub type Sink<'a> = dyn FnMut(Item, u64) -> ControlFlow<()> + 'a;

/// One opened input.
pub trait Source: Send {
    /// Returns what the input is written in.
    fn format(&self) -> Format;

    /// Returns the size of the input as it lies on disk; 0 where it is unknown.
    fn total_bytes(&self) -> u64;

    /// Returns the earliest time that a quick look at the input finds: the first lines of NDJSON, the
    /// names of an export's day files. `None` where it finds none.
    fn earliest(&mut self) -> Result<Option<Instant>, ImportError>;

    /// Returns what the input knows of people and channels; nothing for NDJSON.
    fn records(&mut self) -> Result<Records, ImportError>;

    /// Reads the input to its end, or until `sink` breaks.
    fn read(&mut self, sink: &mut Sink<'_>) -> Result<(), ImportError>;
}
