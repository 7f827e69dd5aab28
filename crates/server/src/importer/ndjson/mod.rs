//! NDJSON: one event per line.

mod event;
mod identity;
mod line;
pub(super) mod lines;
mod value;

#[cfg(test)]
mod tests;

use std::{
    borrow::Cow,
    io::BufRead,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use domain::{json::mend_half_characters, time::Instant};
pub use line::FIELDS;
use line::Line;
use lines::{Lines, RawLine};

use super::{
    Format, ImportError, Item, Records, Sink, SkipReason, Source,
    input::{self, Consumed, Stream},
    occurrence::Occurrences,
    skip::MAX_LINE_BYTES,
};

/// Lines that are looked at for the earliest time.
const LOOKED_AT: usize = 100;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// An opened file of NDJSON, or the standard input.
pub(super) struct Ndjson {
    path: PathBuf,
    total: u64,
    consumed: Consumed,
    /// `None` once it was read to its end.
    reader: Option<Box<dyn BufRead + Send>>,
}

impl Ndjson {
    /// Returns the source for a stream that was opened from `path`.
    pub(super) fn new(path: &Path, stream: Stream) -> Self {
        Self {
            path: path.to_owned(),
            total: stream.total,
            consumed: stream.consumed,
            reader: Some(stream.reader),
        }
    }
}

impl Source for Ndjson {
    fn format(&self) -> Format {
        Format::Ndjson
    }

    fn total_bytes(&self) -> u64 {
        self.total
    }

    fn earliest(&mut self) -> Result<Option<Instant>, ImportError> {
        let Some(reader) = &mut self.reader else {
            return Ok(None);
        };
        let start = reader
            .fill_buf()
            .map_err(|error| input::damaged(&self.path, error))?;
        let lines = start.split_inclusive(|byte| *byte == b'\n');
        let whole = lines.filter(|line| line.ends_with(b"\n") && !line.is_empty());
        Ok(whole.take(LOOKED_AT).filter_map(time_of).min())
    }

    fn records(&mut self) -> Result<Records, ImportError> {
        Ok(Records::default())
    }

    fn read(&mut self, sink: &mut Sink<'_>) -> Result<(), ImportError> {
        let Some(reader) = self.reader.take() else {
            return Ok(());
        };
        let mut lines = Lines::new(reader, MAX_LINE_BYTES);
        let mut seen = Occurrences::default();
        loop {
            let line = lines
                .next()
                .map_err(|error| input::damaged(&self.path, error))?;
            let consumed = self.consumed.bytes();
            let told = match line {
                None => return Ok(()),
                Some(RawLine::TooLong) => Err(SkipReason::TooLongLine),
                Some(RawLine::Bytes(bytes)) => parse(bytes, &mut seen),
            };
            let flow = match told {
                Ok(None) => ControlFlow::Continue(()),
                Ok(Some(told)) => {
                    let mut flow = sink(Item::Event(told.event), consumed);
                    if let (Some(edit), true) = (told.edit, flow.is_continue()) {
                        flow = sink(Item::Event(edit), consumed);
                    }
                    flow
                }
                Err(reason) => {
                    let what = format!("{}:{}", self.path.display(), lines.number());
                    sink(Item::Skipped { what, reason }, consumed)
                }
            };
            if flow.is_break() {
                return Ok(());
            }
        }
    }
}

/// Returns the time on a line.
fn time_of(bytes: &[u8]) -> Option<Instant> {
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let line: Line<'_> = serde_json::from_slice(bytes).ok()?;
    domain::event::read_timestamp(&line.time?.to_value())
}

/// Returns what a line tells of; `None` when it is blank.
///
/// Bytes that are no text, and halves of characters, cost the characters and not the line.
fn parse(bytes: &[u8], seen: &mut Occurrences) -> Result<Option<event::Extracted>, SkipReason> {
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let whole = std::str::from_utf8(bytes).map_or_else(
        |_| Cow::Owned(String::from_utf8_lossy(bytes).into_owned()),
        Cow::Borrowed,
    );
    let is_lossy = matches!(whole, Cow::Owned(_));
    let text = whole.trim();
    match text.bytes().next() {
        None => Ok(None),
        Some(b'{') => {
            let mut is_repaired = is_lossy;
            let mut told = match serde_json::from_str::<Line<'_>>(text) {
                Ok(line) => event::of(line, seen)?,
                Err(error) => {
                    let failed = || SkipReason::of_json(&error);
                    let mended = mend_half_characters(text).ok_or_else(failed)?;
                    let line = serde_json::from_str(&mended)
                        .map_err(|error| SkipReason::of_json(&error))?;
                    is_repaired = true;
                    event::of(line, seen)?
                }
            };
            if is_repaired {
                told.mark_repaired();
            }
            Ok(Some(told))
        }
        Some(_) if is_lossy => Err(SkipReason::InvalidUtf8),
        Some(_) => Err(match serde_json::from_str::<serde::de::IgnoredAny>(text) {
            Ok(_) => SkipReason::NotAnObject,
            Err(error) => SkipReason::of_json(&error),
        }),
    }
}
