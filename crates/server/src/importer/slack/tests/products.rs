//! Exports of other products are refused by name.

use super::{Limits, open_with, zip_of};
use crate::importer::{self, ImportError, Product};

fn product(error: Option<ImportError>) -> (Product, String) {
    match error {
        Some(ImportError::OtherProduct { product, .. }) => {
            let text = error.as_ref().map(ToString::to_string);
            (product, text.unwrap())
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn in_a_zip_a_folder_and_as_a_file() {
    let telegram = r#"{"name":"x","type":"private_group","id":1,"messages":[]}"#;
    let discord = r#"{"guild":{"id":"1"},"channel":{"id":"2"},"dateRange":{},"messages":[]}"#;
    let dump = r#"{"channel_id":"C1","name":"x","messages":[]}"#;
    let mattermost = "{\"type\":\"version\",\"version\":1}\n";
    for (files, expected) in [
        (
            &[("ChatExport/result.json", telegram)][..],
            Product::Telegram,
        ),
        (
            &[("General [1].json", discord), ("users.json", "[]")],
            Product::Discord,
        ),
        (
            &[("C1.json", dump), ("channels.json", "[]")],
            Product::Slackdump,
        ),
        (
            &[("import.jsonl", mattermost), ("data/a.png", "")],
            Product::Mattermost,
        ),
        (
            &[("z/realm.json", "{}"), ("z/messages-000001.json", "{}")],
            Product::Zulip,
        ),
    ] {
        let error = open_with(zip_of(files), Limits::default()).err();
        assert_eq!(product(error).0, expected);
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            let path = folder.path().join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        }
        let error = importer::open(folder.path(), None).err();
        assert_eq!(product(error).0, expected);
    }
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in [
        ("result.json", telegram),
        ("export.ndjson", mattermost),
        ("C1.json", dump),
    ] {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        let (_, text) = product(importer::open(&path, None).err());
        assert!(text.contains("which is not read: "), "{text}");
    }
    let path = folder.path().join("export.tar");
    let mut tar = vec![0; 1024];
    tar[257..262].copy_from_slice(b"ustar");
    std::fs::write(&path, tar).unwrap();
    let error = importer::open(&path, None).err();
    assert!(matches!(error, Some(ImportError::Tar { .. })), "{error:?}");
}

#[test]
fn an_export_with_messages_is_slacks_whatever_lies_beside() {
    let zip = zip_of(&[
        ("channels.json", "[]"),
        ("general/2015-06-05.json", "[]"),
        ("realm.json", "{}"),
        ("messages-000001.json", "{}"),
    ]);
    assert!(open_with(zip, Limits::default()).is_ok());
}
