//! NDJSON: one event per line.

mod event;
mod identity;
mod line;
pub(super) mod lines;
mod value;

#[cfg(test)]
mod tests;

use std::{
    io::BufRead,
    ops::ControlFlow,
    path::{Path, PathBuf},
};

use line::Line;
use lines::{Lines, RawLine};

use super::{
    Format, ImportError, Item, Records, Sink, SkipReason, Source,
    input::{self, Consumed, Stream},
    occurrence::Occurrences,
    skip::MAX_LINE_BYTES,
};

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

/// Returns what a line tells of; `None` when it is blank.
fn parse(bytes: &[u8], seen: &mut Occurrences) -> Result<Option<event::Told>, SkipReason> {
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    let text = std::str::from_utf8(bytes)
        .map_err(|_| SkipReason::InvalidUtf8)?
        .trim();
    match text.bytes().next() {
        None => Ok(None),
        Some(b'{') => {
            let line: Line<'_> =
                serde_json::from_str(text).map_err(|error| SkipReason::of_json(&error))?;
            event::of(line, seen).map(Some)
        }
        Some(_) => Err(match serde_json::from_str::<serde::de::IgnoredAny>(text) {
            Ok(_) => SkipReason::NotAnObject,
            Err(error) => SkipReason::of_json(&error),
        }),
    }
}
