//! Slack exports: a zip or folder of people, channels, and one file per channel and day; and
//! messages of Slack as lines of JSON.

mod archive;
mod attachment;
mod author;
mod blocks;
mod channel;
mod context;
mod elements;
mod event;
mod file;
mod folder_name;
mod layout;
mod lines;
mod list;
mod message;
mod notes;
mod part;
mod people;
mod reaction;
mod reader;
mod subtype;
mod text;
mod time;
mod user;

#[cfg(test)]
mod tests;

use std::{fs::File, io::Read as _, path::Path};

use archive::{Archive, FolderArchive, Limits, ZipArchive};
use channel::Channels;
use domain::{record::PersonRecord, time::Instant};
use jiff::tz::TimeZone;
use layout::Layout;
use notes::Notes;
use people::People;

use super::{
    Format, ImportError, Item, Records, Sink, SkipReason, Source,
    product::{HEAD_BYTES, Product},
};

pub(super) use lines::{LINES_TRIED, SlackLines, are_messages};

/// Files whose beginnings are looked at to find out whose export it is.
const FILES_TRIED: usize = 5;

/// An opened Slack export, or several of them.
pub(super) struct SlackExport {
    archive: Box<dyn Archive>,
    layout: Layout,
    channels: Channels,
    users: Vec<PersonRecord>,
    /// What was noticed before the messages were read.
    notes: Notes,
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
        let layout = Layout::of(archive.entries(), is_told);
        if layout.days().is_empty()
            && let Some(product) = product_of(archive.as_mut())?
        {
            return Err(ImportError::OtherProduct {
                path: archive.path().to_owned(),
                product,
            });
        }
        if layout.roots().is_empty() {
            return Err(ImportError::UnknownFormat {
                path: archive.path().to_owned(),
            });
        }
        let mut notes = Notes::default();
        let channels = Channels::read(archive.as_mut(), &layout, &mut notes)?;
        let users = user::read(archive.as_mut(), &layout, &mut notes)?;
        Ok(Self {
            archive,
            layout,
            channels,
            users,
            notes,
        })
    }
}

/// Returns whose export it is, by the names of its files and the beginnings of the topmost ones.
fn product_of(archive: &mut dyn Archive) -> Result<Option<Product>, ImportError> {
    let entries = archive.entries();
    let names: Vec<&str> = entries.iter().map(|entry| entry.path.as_str()).collect();
    if let Some(product) = Product::of_names(&names) {
        return Ok(Some(product));
    }
    let is_text = |path: &str| {
        ["json", "jsonl"]
            .iter()
            .any(|kind| archive::is_of(path, kind))
    };
    let mut texts: Vec<usize> = (0..entries.len())
        .filter(|&index| is_text(&entries[index].path))
        .collect();
    texts.sort_by_key(|&index| entries[index].path.matches('/').count());
    for index in texts.into_iter().take(FILES_TRIED) {
        let mut head = Vec::new();
        let read = archive
            .open(index)?
            .take(HEAD_BYTES as u64)
            .read_to_end(&mut head);
        read.map_err(|error| archive.failed(index, error))?;
        if let Some(product) = Product::of_head(&head) {
            return Ok(Some(product));
        }
    }
    Ok(None)
}

impl Source for SlackExport {
    fn format(&self) -> Format {
        Format::Slack
    }

    fn total_bytes(&self) -> u64 {
        self.layout.days().iter().map(|day| day.bytes).sum()
    }

    fn earliest(&mut self) -> Result<Option<Instant>, ImportError> {
        let days = self.layout.days().iter();
        Ok(days
            .filter_map(|day| Instant::parse(&day.date, &TimeZone::UTC).ok())
            .min())
    }

    fn records(&mut self) -> Result<Records, ImportError> {
        Ok(Records {
            people: self.users.clone(),
            channels: self.channels.records(),
        })
    }

    fn read(&mut self, sink: &mut Sink<'_>) -> Result<(), ImportError> {
        let skipped = |what: &str, reason: &SkipReason| Item::Skipped {
            what: what.to_owned(),
            reason: reason.clone(),
        };
        let unread = self.layout.unread().iter();
        let unread = unread.map(|(what, reason)| skipped(what, reason));
        for item in self.notes.items().chain(unread) {
            if sink(item, 0).is_break() {
                return Ok(());
            }
        }
        let listed = self.users.iter().map(|user| user.id.as_str().to_owned());
        let mut people = People::listed(listed);
        let mut consumed = 0;
        for day in self.layout.days() {
            consumed += day.bytes;
            let name = &self.archive.entries()[day.entry].path.clone();
            let Some(place) = self.channels.place(day.root, &day.folder) else {
                if sink(skipped(name, &SkipReason::NotMessages), consumed).is_break() {
                    return Ok(());
                }
                continue;
            };
            let file = self.archive.open(day.entry)?;
            let flow = reader::read_day(file, place, &mut people, name, &mut |item| {
                sink(item, consumed)
            });
            match flow {
                Ok(flow) if flow.is_break() => return Ok(()),
                Ok(_) => {}
                Err(error) => return Err(self.archive.failed(day.entry, error)),
            }
        }
        if let Some(records) = people.take_records() {
            let _ended = sink(Item::Records(records), consumed).is_break();
        }
        Ok(())
    }
}

/// Returns what a day file of any content yields.
#[cfg(test)]
pub(super) fn read_any_day(bytes: &[u8]) -> Vec<Item> {
    let mut items = Vec::new();
    let place = event::Place {
        channel: "C1",
        is_kind_known: true,
    };
    let mut people = People::default();
    let name = "general/2015-06-05.json";
    let flow = reader::read_day(bytes, place, &mut people, name, &mut |item| {
        items.push(item);
        std::ops::ControlFlow::Continue(())
    });
    assert!(flow.unwrap().is_continue());
    items
}
