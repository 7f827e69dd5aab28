//! The export of a real workspace, pseudonymised: what is in it was counted with other tools.

use std::{
    collections::{BTreeMap, HashSet},
    path::Path,
};

use super::items;
use crate::importer::{self, Format, Item};

fn path() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/slack-export.zip")
}

#[test]
fn every_object_becomes_the_events_it_should() {
    let mut source = importer::open(&path(), None).unwrap();
    assert_eq!(source.format(), Format::Slack);
    let records = source.records().unwrap();
    assert_eq!((records.people.len(), records.channels.len()), (71, 16));

    let mut counts = BTreeMap::new();
    let mut keys = HashSet::new();
    for item in items(source.as_mut()) {
        let event = match item {
            Item::Event(event) => event,
            Item::Skipped { what, .. } if what == "integration_logs.json" => continue,
            other => panic!("{other:?}"),
        };
        assert!(keys.insert(event.key.clone().unwrap()), "{event:?}");
        *counts.entry(event.name).or_insert(0) += 1;
    }
    let counts: Vec<_> = counts
        .iter()
        .map(|(name, count)| (name.as_str(), *count))
        .collect();
    assert_eq!(
        counts,
        [
            ("channel_archived", 9),
            ("channel_joined", 320),
            ("channel_left", 3),
            // 13 purposes, 2 topics, 2 names.
            ("channel_updated", 17),
            ("file_shared", 61),
            ("message_edited", 37),
            ("message_pinned", 1),
            // 964 plain ones, 61 with a file, 6 about a file.
            ("message_sent", 1031),
            ("reaction_added", 199),
            ("system", 1),
        ]
    );
    // 1,382 objects: all but the reactions, files and edits that belong to one of them.
    let total: i32 = counts.iter().map(|(_, count)| count).sum();
    assert_eq!(total - 199 - 61 - 37, 1382);
}

#[test]
fn reading_twice_names_the_same_events() {
    let read = || {
        items(
            importer::open(&path(), Some(Format::Slack))
                .unwrap()
                .as_mut(),
        )
    };
    assert_eq!(read(), read());
}
