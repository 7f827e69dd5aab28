//! Exports made in memory, and the one of a real workspace.

mod archives;
mod cases;
mod fixture;
mod grid;
mod large;
mod lines;
mod messages;
mod names;
mod products;

use std::{
    io::{Cursor, Write},
    ops::ControlFlow,
    path::Path,
};

use domain::{event::RawEvent, record::PersonRecord};
use serde_json::Value;
use zip::{ZipWriter, write::SimpleFileOptions};

use super::{
    SlackExport,
    archive::{Limits, ZipArchive},
};
use crate::importer::{ImportError, Item, SkipReason, Source};

/// Returns a zip that holds these files.
fn zip_of(files: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn open_with(bytes: Vec<u8>, limits: Limits) -> Result<SlackExport, ImportError> {
    let archive = ZipArchive::open(Path::new("export.zip"), Cursor::new(bytes), limits)?;
    SlackExport::new(Box::new(archive), false)
}

fn open(files: &[(&str, &str)]) -> SlackExport {
    open_with(zip_of(files), Limits::default()).unwrap()
}

fn items(source: &mut dyn Source) -> Vec<Item> {
    let mut items = Vec::new();
    source
        .read(&mut |item, _| {
            items.push(item);
            ControlFlow::Continue(())
        })
        .unwrap();
    items
}

/// Returns the events of an export.
fn events(source: &mut dyn Source) -> Vec<RawEvent> {
    items(source)
        .into_iter()
        .filter_map(|item| match item {
            Item::Event(event) => Some(event),
            _ => None,
        })
        .collect()
}

/// Returns what was skipped and what was noted: `<place> <code>`.
fn remarks(source: &mut dyn Source) -> Vec<String> {
    items(source)
        .into_iter()
        .filter_map(|item| match item {
            Item::Skipped { what, reason } => Some(format!("{what} {}", reason.code())),
            Item::Noted { what, note } => Some(format!("{what} {}", note.code())),
            Item::More { code, count } => Some(format!("{count} more {code}")),
            Item::Event(_) | Item::Records(_) => None,
        })
        .collect()
}

/// Returns the people that messages told of.
fn found(source: &mut dyn Source) -> Vec<PersonRecord> {
    items(source)
        .into_iter()
        .flat_map(|item| match item {
            Item::Records(records) => records.people,
            _ => Vec::new(),
        })
        .collect()
}

/// Returns what the messages of one day in the channel `general`, `C1`, tell of.
fn day(messages: &Value) -> (Vec<RawEvent>, Vec<(String, SkipReason)>) {
    let mut export = open(&[
        ("channels.json", r#"[{"id":"C1","name":"general"}]"#),
        ("general/2015-06-05.json", &messages.to_string()),
    ]);
    let (mut events, mut skipped) = (Vec::new(), Vec::new());
    for item in items(&mut export) {
        match item {
            Item::Event(event) => events.push(event),
            Item::Skipped { what, reason } => skipped.push((what, reason)),
            Item::Noted { .. } | Item::More { .. } | Item::Records(_) => {}
        }
    }
    (events, skipped)
}

/// Returns the events of a day of which nothing may be skipped.
fn told(messages: &Value) -> Vec<RawEvent> {
    let (events, skipped) = day(messages);
    assert_eq!(skipped, []);
    events
}
