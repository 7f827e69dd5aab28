//! Laws that hold for any input: nothing panics, and what is read is what was written.

use std::{
    io::{Cursor, Write},
    ops::ControlFlow,
    path::Path,
};

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Format, Item, open, slack};

fn items_of(path: &Path, format: Format) -> Vec<Item> {
    let mut items = Vec::new();
    if let Ok(mut source) = open(path, Some(format)) {
        let _records = source.records();
        // An error is an answer as well.
        let _result = source.read(&mut |item, _| {
            items.push(item);
            ControlFlow::Continue(())
        });
    }
    items
}

fn ndjson(content: &[u8]) -> Vec<Item> {
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), content).unwrap();
    items_of(file.path(), Format::Ndjson)
}

/// JSON of any shape, with the names of fields that mean something.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "[ -~é\u{0}<@>&;:]{0,12}".prop_map(Value::from),
        prop::sample::select(vec![
            "message_sent",
            "reaction_added",
            "file_shared",
            "channel_joined",
            "message_changed",
            "thread_broadcast",
            "file_comment",
            "tombstone",
            "huddle_thread",
            "rich_text_section",
            "link",
            "\u{1f600}\u{301}",
            "1433562832.000005",
            "2020-11-05T10:53:28.000Z",
        ])
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 48, 8, |inner| {
        let name = prop::sample::select(vec![
            "type",
            "subtype",
            "ts",
            "thread_ts",
            "user",
            "user_id",
            "channel_id",
            "message_id",
            "text",
            "edited",
            "edited_at",
            "reactions",
            "users",
            "count",
            "name",
            "emoji",
            "files",
            "file",
            "file_name",
            "mentions",
            "properties",
            "message",
            "comment",
            "event_id",
            "blocks",
            "elements",
            "attachments",
            "fields",
            "title",
            "room",
            "created_by",
            "user_profile",
            "bot_profile",
            "display_name",
            "channel",
        ]);
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((name, inner), 0..8).prop_map(|fields| {
                fields
                    .into_iter()
                    .map(|(name, value)| (name.to_owned(), value))
                    .collect()
            }),
        ]
    })
}

fn export() -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in [
        ("channels.json", r#"[{"id":"C1","name":"general"}]"#),
        ("users.json", r#"[{"id":"U1","name":"ann"}]"#),
        (
            "general/2015-06-05.json",
            r#"[{"user":"U1","text":"x","ts":"1433562832.000005"}]"#,
        ),
    ] {
        zip.start_file(name, zip::write::SimpleFileOptions::default())
            .unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

proptest! {
    #[test]
    fn any_bytes_as_ndjson(content in prop::collection::vec(any::<u8>(), 0..400)) {
        ndjson(&content);
    }

    #[test]
    fn any_line_is_an_event_or_skipped_and_keys_are_valid(line in any_json()) {
        let items = ndjson(line.to_string().as_bytes());
        prop_assert!(!items.is_empty());
        for item in items {
            if let Item::Event(event) = item {
                let key = event.key.unwrap();
                prop_assert!(key.len() <= domain::id::MAX_ID_LENGTH && !key.is_empty());
                prop_assert!(!key.chars().any(char::is_control));
            }
        }
    }

    #[test]
    fn any_bytes_as_a_day_file(content in prop::collection::vec(any::<u8>(), 0..400)) {
        slack::read_any_day(&content);
    }

    #[test]
    fn any_objects_of_a_day_file_are_events_or_skipped(
        objects in prop::collection::vec(any_json(), 0..6),
    ) {
        let items = slack::read_any_day(Value::from(objects.clone()).to_string().as_bytes());
        prop_assert!(items.len() >= objects.len());
        for item in items {
            if let Item::Event(event) = item {
                let key = event.key.unwrap();
                prop_assert!(key.len() <= domain::id::MAX_ID_LENGTH);
                prop_assert!(!key.chars().any(char::is_control));
                prop_assert!(domain::event::EventType::parse(&event.name).is_some());
            }
        }
    }

    #[test]
    fn any_damage_to_a_zip(
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
        cut in any::<Option<prop::sample::Index>>(),
    ) {
        let mut zip = export();
        for (place, byte) in damage {
            let place = place.index(zip.len());
            zip[place] = byte;
        }
        if let Some(cut) = cut {
            zip.truncate(cut.index(zip.len()));
        }
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), &zip).unwrap();
        items_of(file.path(), Format::Slack);
    }

    #[test]
    fn the_order_of_lines_does_not_matter(
        lines in prop::collection::vec((0..3_u8, 0..3_u8), 0..30)
            .prop_flat_map(|lines| (Just(lines.clone()), Just(lines).prop_shuffle())),
    ) {
        let keys = |lines: &[(u8, u8)]| {
            let lines = lines.iter().map(|(user, name)| {
                json!({"type": "file_shared", "ts": 1, "message_id": "m", "user_id": user,
                    "file_name": name}).to_string()
            });
            let mut keys: Vec<_> = ndjson(lines.collect::<Vec<_>>().join("\n").as_bytes())
                .into_iter()
                .map(|item| match item {
                    Item::Event(event) => event.key.unwrap(),
                    other => panic!("{other:?}"),
                })
                .collect();
            keys.sort_unstable();
            keys
        };
        let (sorted, shuffled) = (keys(&lines.0), keys(&lines.1));
        prop_assert_eq!(&sorted, &shuffled);
        let mut distinct = sorted.clone();
        distinct.dedup();
        prop_assert_eq!(distinct.len(), lines.0.len());
    }
}
