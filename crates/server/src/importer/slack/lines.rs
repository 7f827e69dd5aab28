//! Messages of Slack as lines of JSON, which is how tools hand them on.
//!
//! They mean what they mean in an export. Which channel a message belongs to it says itself; what
//! kind of channel that is nobody says.

use std::{
    io::BufRead,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use domain::time::Instant;
use serde::Deserialize;

use super::{
    elements::BYTE_ORDER_MARK,
    event::Place,
    people::People,
    reader::{self, decode},
    time,
};
use crate::importer::{
    Format, ImportError, Item, Records, Sink, SkipReason, Source,
    input::{self, Consumed, Stream},
    ndjson::lines::{Lines, RawLine},
    scalar::Text,
    skip::MAX_LINE_BYTES,
};

/// Lines at the beginning of a file that are looked at to tell what it is.
pub(in crate::importer) const LINES_TRIED: usize = 20;

/// What tells a message of Slack from an event of any other kind.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Probe<'a> {
    #[serde(rename = "type", borrow)]
    kind: Option<Text<'a>>,
    #[serde(borrow)]
    ts: Option<Text<'a>>,
}

/// Returns whether a file that begins like this holds messages of Slack: objects of the type
/// `message` whose time is written as only Slack does, `1433558319.000002`. A message may be longer
/// than what is read at once: the head should hold whole lines.
pub(in crate::importer) fn are_messages(head: &[u8]) -> bool {
    let head = head.strip_prefix(BYTE_ORDER_MARK).unwrap_or(head);
    head.split(|byte| *byte == b'\n')
        .map(<[u8]>::trim_ascii)
        .filter(|line| !line.is_empty())
        .take(LINES_TRIED)
        .any(|line| {
            let (text, _) = decode(line);
            let probe: Probe<'_> = serde_json::from_str(&text).unwrap_or_default();
            probe.kind.is_some_and(|kind| kind.0 == "message")
                && probe.ts.is_some_and(|ts| {
                    let has_micros =
                        ts.0.rsplit_once('.')
                            .is_some_and(|(_, rest)| rest.len() == 6);
                    has_micros && time::parse(&ts.0).is_some()
                })
        })
}

/// An opened file of messages.
pub(in crate::importer) struct SlackLines {
    path: PathBuf,
    total: u64,
    consumed: Consumed,
    /// `None` once it was read to its end.
    reader: Option<Box<dyn BufRead + Send>>,
}

impl SlackLines {
    /// Returns the source for a stream that was opened from `path`.
    pub(in crate::importer) fn new(path: &Path, stream: Stream) -> Self {
        Self {
            path: path.to_owned(),
            total: stream.total,
            consumed: stream.consumed,
            reader: Some(stream.reader),
        }
    }
}

impl Source for SlackLines {
    fn format(&self) -> Format {
        Format::Slack
    }

    fn total_bytes(&self) -> u64 {
        self.total
    }

    fn earliest(&mut self) -> Result<Option<Instant>, ImportError> {
        let Some(reader) = &mut self.reader else {
            return Ok(None);
        };
        let head = reader
            .fill_buf()
            .map_err(|error| input::damaged(&self.path, error))?;
        let times = head.split(|byte| *byte == b'\n').filter_map(|line| {
            let (text, _) = decode(line);
            let probe: Probe<'_> = serde_json::from_str(&text).ok()?;
            time::parse(&probe.ts?.0)
        });
        Ok(times.min())
    }

    fn records(&mut self) -> Result<Records, ImportError> {
        Ok(Records::default())
    }

    fn read(&mut self, sink: &mut Sink<'_>) -> Result<(), ImportError> {
        let Some(reader) = self.reader.take() else {
            return Ok(());
        };
        let mut lines = Lines::new(reader, MAX_LINE_BYTES);
        let mut people = People::default();
        loop {
            let what = format!("{}:{}", self.path.display(), lines.number() + 1);
            let line = lines
                .next()
                .map_err(|error| input::damaged(&self.path, error))?;
            let consumed = self.consumed.bytes();
            let mut sink = |item| sink(item, consumed);
            let flow = match line {
                None => {
                    if let Some(records) = people.take_records() {
                        let _ended = sink(Item::Records(records)).is_break();
                    }
                    return Ok(());
                }
                Some(RawLine::Bytes(json)) if json.trim_ascii().is_empty() => {
                    ControlFlow::Continue(())
                }
                Some(RawLine::Bytes(json)) => {
                    let json = json.strip_prefix(BYTE_ORDER_MARK).unwrap_or(json);
                    reader::read_message(json, Place::default(), &mut people, &what, &mut sink)
                }
                Some(RawLine::TooLong) => sink(Item::Skipped {
                    what,
                    reason: SkipReason::TooLongLine,
                }),
            };
            if flow.is_break() {
                return Ok(());
            }
        }
    }
}
