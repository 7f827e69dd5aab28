use std::{
    io::{Cursor, Write},
    ops::ControlFlow,
};

use domain::{
    id::{ChannelId, UserId},
    record::{ChannelKind, ChannelRecord},
    time::Instant,
};
use zip::{ZipWriter, write::SimpleFileOptions};

use super::{Limits, events, items, open, open_with, remarks, zip_of};
use crate::importer::{self, Format, ImportError, Item, Source};

const CHANNELS: (&str, &str) = ("channels.json", r#"[{"id":"C1","name":"general"}]"#);
const DAY: &str = r#"[{"user":"U1","text":"x","ts":"1433562832.000005"}]"#;

fn channels_of(items: &[Item]) -> Vec<&str> {
    items
        .iter()
        .filter_map(|item| match item {
            Item::Event(event) => event.channel.as_deref(),
            Item::Noted { .. } => None,
            other => panic!("{other:?}"),
        })
        .collect()
}

#[test]
fn channels_of_every_kind_and_folders_that_no_list_names() {
    let mut export = open(&[
        (
            "channels.json",
            r#"[{"id":"C1","name":"general","created":"1433558319","creator":"U1",
                "is_archived":false,"members":["U1","U2"]}, 7]"#,
        ),
        (
            "groups.json",
            r#"[{"id":"G1","name":"secret","created":1433558320,"members":[]}]"#,
        ),
        ("mpims.json", r#"[{"id":"G2","name":"mpdm-a--b-1"}]"#),
        (
            "dms.json",
            r#"[{"id":"D1","created":0,"members":["U1","U2"]}]"#,
        ),
        ("general/2015-06-05.json", DAY),
        ("secret/2015-06-05.json", DAY),
        ("D1/2015-06-05.json", DAY),
        ("old-name/2015-06-05.json", DAY),
        ("D0123ABCD/2015-06-05.json", DAY),
    ]);
    let record = |id: &str| ChannelRecord::new(ChannelId::new(id).unwrap());
    let named = |id: &str, name: &str, kind| ChannelRecord {
        name: Some(name.to_owned()),
        kind,
        ..record(id)
    };
    let expected = vec![
        ChannelRecord {
            is_archived: Some(false),
            member_count: Some(2),
            owner: Some(UserId::new("U1").unwrap()),
            created_at: Some(Instant::from_millis(1_433_558_319_000)),
            ..named("C1", "general", Some(ChannelKind::Public))
        },
        ChannelRecord {
            member_count: Some(0),
            created_at: Some(Instant::from_millis(1_433_558_320_000)),
            ..named("G1", "secret", Some(ChannelKind::Private))
        },
        named("G2", "mpdm-a--b-1", Some(ChannelKind::Group)),
        ChannelRecord {
            kind: Some(ChannelKind::Direct),
            member_count: Some(2),
            ..record("D1")
        },
        named("D0123ABCD", "D0123ABCD", Some(ChannelKind::Direct)),
        named("old-name", "old-name", None),
    ];
    assert_eq!(export.records().unwrap().channels, expected);
    // By folder and day.
    let items = items(&mut export);
    let channels: Vec<_> = items
        .iter()
        .filter_map(|item| match item {
            Item::Event(event) => event.channel.as_deref(),
            _ => None,
        })
        .collect();
    assert_eq!(channels, ["D0123ABCD", "D1", "C1", "old-name", "G1"]);
}

#[test]
fn damage_costs_what_stands_behind_it_in_its_day() {
    let deep = format!("[{}{{}}{},{}", "[".repeat(100), "]".repeat(100), &DAY[1..]);
    let long = format!(r#"[{{"text":"{}"}},{}"#, "x".repeat(1 << 20), &DAY[1..]);
    let mut export = open(&[
        CHANNELS,
        ("general/2015-06-05.json", &DAY.replace(']', ",")),
        ("general/2015-06-06.json", r#"{"ok":false}"#),
        ("general/2015-06-07.json", &"[".repeat(100_000)),
        ("general/2015-06-08.json", &deep),
        ("general/2015-06-09.json", &long),
        ("general/2015-06-10.json", "null"),
        ("general/2015-06-11.json", ""),
        ("general/2015-06-12.json", DAY),
    ]);
    assert_eq!(
        remarks(&mut export),
        [
            "general/2015-06-05.json not_json",
            "general/2015-06-06.json not_a_list",
            "general/2015-06-07.json not_json",
            "general/2015-06-08.json message 1 too_deep_message",
            "general/2015-06-09.json message 1 too_long_message",
            "general/2015-06-11.json not_json",
        ]
    );
    assert_eq!(events(&mut export).len(), 4);
}

#[test]
fn a_folder_reads_like_the_zip_and_may_be_nested() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("My export");
    std::fs::create_dir_all(root.join("general")).unwrap();
    std::fs::write(root.join(CHANNELS.0), CHANNELS.1).unwrap();
    for day in ["2015-06-06", "2015-06-05"] {
        std::fs::write(root.join(format!("general/{day}.json")), DAY).unwrap();
    }
    for path in [&root, folder.path()] {
        let mut source = importer::open(path, None).unwrap();
        assert_eq!(source.format(), Format::Slack);
        assert_eq!(source.total_bytes(), 2 * DAY.len() as u64);
        let mut consumed = Vec::new();
        source
            .read(&mut |_, bytes| {
                consumed.push(bytes);
                ControlFlow::Continue(())
            })
            .unwrap();
        assert_eq!(consumed, [DAY.len() as u64, 2 * DAY.len() as u64]);
    }
    let nested = format!("export/{}", CHANNELS.0);
    let mut zip = open(&[
        (&nested, CHANNELS.1),
        ("export/general/2015-06-05.json", DAY),
    ]);
    assert_eq!(channels_of(&items(&mut zip)), ["C1"]);
}

#[test]
fn a_list_that_is_no_list_is_an_error() {
    let open = |files| open_with(zip_of(files), Limits::default());
    let error = open(&[("channels.json", "{}")]).err().unwrap();
    assert!(matches!(error, ImportError::BadList { .. }), "{error}");
    let error = open(&[CHANNELS, ("users.json", "[")]).err().unwrap();
    assert!(matches!(error, ImportError::BadList { .. }), "{error}");
    assert!(open(&[CHANNELS, ("users.json", "null")]).is_ok());
    let error = open(&[("notes.txt", "x")]).err().unwrap();
    assert!(
        matches!(error, ImportError::UnknownFormat { .. }),
        "{error}"
    );
}

#[test]
fn names_that_point_outside_are_refused() {
    for name in [
        "../evil.json",
        "general/../../evil.json",
        "/etc/evil.json",
        "C:/evil.json",
        "..\\evil.json",
        "\\evil.json",
        "../evil.txt",
    ] {
        let error = open_with(zip_of(&[CHANNELS, (name, "[]")]), Limits::default()).err();
        assert!(
            matches!(error, Some(ImportError::Unsafe { .. })),
            "{name}: {error:?}"
        );
    }
    let mut zip = ZipWriter::new_append(Cursor::new(zip_of(&[CHANNELS]))).unwrap();
    let options = SimpleFileOptions::default();
    zip.add_symlink("general/2015-06-05.json", "/etc/passwd", options)
        .unwrap();
    let zip = zip.finish().unwrap().into_inner();
    let error = open_with(zip, Limits::default()).err();
    assert!(
        matches!(
            error,
            Some(ImportError::Unsafe {
                problem: "is a link",
                ..
            })
        ),
        "{error:?}"
    );
}

#[test]
fn what_unpacks_too_large_is_refused_before_and_while_reading() {
    let small = Limits {
        entry_bytes: 1000,
        total_bytes: 2500,
        entries: 5,
        ..Limits::default()
    };
    let too_large = |files: &[(&str, &str)], limits| {
        let result = open_with(zip_of(files), limits)
            .and_then(|mut export| export.read(&mut |_, _| ControlFlow::Continue(())));
        match result {
            Err(ImportError::TooLarge { what, .. }) => what,
            other => panic!("{other:?}"),
        }
    };
    let long = " ".repeat(1001);
    assert_eq!(
        too_large(&[CHANNELS, ("general/2015-06-05.json", &long)], small),
        "`general/2015-06-05.json` is more than 1000 bytes"
    );
    let full = " ".repeat(900);
    let days: Vec<_> = (1..4)
        .map(|day| format!("general/2015-06-0{day}.json"))
        .collect();
    let mut files = vec![CHANNELS];
    files.extend(days.iter().map(|day| (day.as_str(), full.as_str())));
    assert_eq!(
        too_large(&files, small),
        "all of it is more than 2500 bytes"
    );
    files.extend([("a.txt", ""), ("b.txt", "")]);
    assert_eq!(too_large(&files, small), "it holds more than 5 files");

    let bomb = " ".repeat(11 << 20);
    let strict = Limits {
        ratio: 100,
        ..Limits::default()
    };
    assert_eq!(
        too_large(&[CHANNELS, ("general/2015-06-05.json", &bomb)], strict),
        "`general/2015-06-05.json` is more than 100 times larger than packed"
    );
}

#[test]
fn a_zip_that_lies_about_its_sizes_is_found_out() {
    // The size of the one day is written as 5 where it says how large it unpacks.
    let long = "[".repeat(5000);
    let mut zip = zip_of(&[CHANNELS, ("general/2015-06-05.json", &long)]);
    let size = 5000_u32.to_le_bytes();
    let places: Vec<_> = (0..zip.len() - 4)
        .filter(|place| zip[*place..*place + 4] == size)
        .collect();
    assert_eq!(
        places.len(),
        2,
        "once before the data and once in the directory"
    );
    for place in places {
        zip[place..place + 4].copy_from_slice(&5_u32.to_le_bytes());
    }
    let small = Limits {
        entry_bytes: 1000,
        ..Limits::default()
    };
    let result = open_with(zip, small)
        .and_then(|mut export| export.read(&mut |_, _| ControlFlow::Continue(())));
    assert!(
        matches!(
            result,
            Err(ImportError::TooLarge { .. } | ImportError::BadZip { .. })
        ),
        "{result:?}"
    );
}

#[test]
fn only_the_day_files_count_as_progress() {
    let mut zip = ZipWriter::new_append(Cursor::new(zip_of(&[CHANNELS]))).unwrap();
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    zip.start_file("general/2015-06-05.json", options).unwrap();
    zip.write_all(DAY.as_bytes()).unwrap();
    let zip = zip.finish().unwrap().into_inner();
    let export = open_with(zip, Limits::default()).unwrap();
    assert_eq!(export.total_bytes(), DAY.len() as u64);
}

#[test]
fn entries_that_cannot_be_read_are_counted_and_a_few_are_named() {
    let zeros = format!("[{}0]", "0,".repeat(49_999));
    let odd = r#"{"id":"U1","name":"x\udc00"},"#.repeat(20_000);
    let folders: Vec<_> = (0..30)
        .map(|n| format!("nowhere-{n}/2015-06-05.json"))
        .collect();
    let odd = format!("[{}]", odd.trim_end_matches(','));
    let mut files = vec![("channels.json", zeros.as_str()), ("users.json", &odd)];
    files.extend(folders.iter().map(|folder| (folder.as_str(), "[]")));
    let mut export = open(&files);
    assert_eq!(export.notes.items().count(), 33);
    let remarks = remarks(&mut export);
    assert_eq!(remarks[0], "channels.json entry 1 bad_entry");
    assert_eq!(
        remarks[30..],
        [
            "19990 more bad_characters",
            "49990 more bad_entry",
            "20 more unknown_channel"
        ]
    );
}

#[test]
fn names_in_lists_are_cut_where_records_hold_no_more() {
    let long = "x".repeat(1 << 20);
    let mut export = open(&[
        (
            "channels.json",
            &format!(r#"[{{"id":"C1","name":"{long}"}}]"#),
        ),
        (
            "users.json",
            &format!(r#"[{{"id":"{long}","name":"{long}","is_bot":true}}]"#),
        ),
    ]);
    let records = export.records().unwrap();
    let name = |name: &Option<String>| name.as_ref().map(String::len);
    assert_eq!(name(&records.channels[0].name), Some(1_024));
    assert_eq!(name(&records.people[0].name), Some(1_024));
    assert_eq!(Some(&records.people[0].id), UserId::read(&long).0.as_ref());
    assert_eq!(
        remarks(&mut export),
        [
            "channels.json entry 1 name string_too_long",
            "users.json entry 1 name string_too_long"
        ]
    );
}
