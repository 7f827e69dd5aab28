//! Slack exports: a zip or folder of people, channels, and one file per channel and day.

mod archive;
mod author;
mod channel;
mod context;
mod event;
mod file;
mod layout;
mod list;
mod message;
mod reaction;
mod subtype;
mod text;
mod time;
mod user;

#[cfg(test)]
mod tests;

use std::{fs::File, ops::ControlFlow, path::Path};

use archive::{Archive, FolderArchive, Limits, ZipArchive};
use channel::Channels;
use layout::Layout;
use serde_json::value::RawValue;

use super::{Format, ImportError, Item, Records, Sink, SkipReason, Source};

/// An opened Slack export.
pub(super) struct SlackExport {
    archive: Box<dyn Archive>,
    layout: Layout,
    channels: Channels,
}

impl SlackExport {
    /// Opens the folder an export unpacks to; `is_told` says that somebody said it is one.
    pub(super) fn open_folder(path: &Path, is_told: bool) -> Result<Self, ImportError> {
        Self::new(
            Box::new(FolderArchive::open(path, Limits::default())?),
            is_told,
        )
    }

    /// Opens a zip; `is_told` says that somebody said it is an export.
    pub(super) fn open_zip(path: &Path, file: File, is_told: bool) -> Result<Self, ImportError> {
        Self::new(
            Box::new(ZipArchive::open(path, file, Limits::default())?),
            is_told,
        )
    }

    fn new(mut archive: Box<dyn Archive>, is_told: bool) -> Result<Self, ImportError> {
        let layout = Layout::of(archive.entries());
        let is_one = layout.has_lists() || (is_told && layout.has_days());
        if !is_one {
            return Err(ImportError::UnknownFormat {
                path: archive.path().to_owned(),
            });
        }
        let channels = Channels::read(archive.as_mut(), &layout)?;
        Ok(Self {
            archive,
            layout,
            channels,
        })
    }
}

impl Source for SlackExport {
    fn format(&self) -> Format {
        Format::Slack
    }

    fn total_bytes(&self) -> u64 {
        self.layout.days().iter().map(|day| day.bytes).sum()
    }

    fn records(&mut self) -> Result<Records, ImportError> {
        let people = user::read(self.archive.as_mut(), &self.layout)?;
        Ok(Records {
            people,
            channels: self.channels.records(),
        })
    }

    fn read(&mut self, sink: &mut Sink<'_>) -> Result<(), ImportError> {
        let mut consumed = 0;
        let mut bytes = Vec::new();
        for day in self.layout.days() {
            self.archive.read(day.entry, &mut bytes)?;
            consumed += day.bytes;
            let channel = self.channels.id_of_folder(&day.folder);
            let name = format!("{}/{}.json", day.folder, day.date);
            if read_day(&bytes, channel, &name, &mut |item| sink(item, consumed)).is_break() {
                return Ok(());
            }
        }
        Ok(())
    }
}

/// Takes what a day file yields; may stop it.
type DaySink<'a> = dyn FnMut(Item) -> ControlFlow<()> + 'a;

/// Yields the events of a day file.
fn read_day(bytes: &[u8], channel: &str, name: &str, sink: &mut DaySink<'_>) -> ControlFlow<()> {
    let skip = |reason| Item::Skipped {
        what: name.to_owned(),
        reason,
    };
    let Ok(text) = std::str::from_utf8(bytes) else {
        return sink(skip(SkipReason::InvalidUtf8));
    };
    let text = text.trim_start_matches('\u{feff}');
    // Each message is kept as text at first, so that a damaged one costs no other.
    let messages: Vec<&RawValue> = match serde_json::from_str(text) {
        Ok(messages) => messages,
        Err(error) if error.is_data() => return sink(skip(SkipReason::NotAList)),
        Err(error) => return sink(skip(SkipReason::of_json(&error))),
    };
    for (index, message) in messages.into_iter().enumerate() {
        for told in event::of(message, channel) {
            sink(told.map_or_else(
                |(part, reason)| Item::Skipped {
                    what: format!("{name} message {}{part}", index + 1),
                    reason,
                },
                Item::Event,
            ))?;
        }
    }
    ControlFlow::Continue(())
}

/// Returns what a day file of any content yields.
#[cfg(test)]
pub(super) fn read_any_day(bytes: &[u8]) -> Vec<Item> {
    let mut items = Vec::new();
    let flow = read_day(bytes, "C1", "general/2015-06-05.json", &mut |item| {
        items.push(item);
        ControlFlow::Continue(())
    });
    assert!(flow.is_continue());
    items
}
