//! Several exports in one, and those of an Enterprise Grid.

use super::{events, open, remarks};
use crate::importer::Source;

fn day(user: &str, ts: &str) -> String {
    format!(r#"[{{"user":"{user}","text":"x","ts":"{ts}"}}]"#)
}

/// Returns channel and time of each event, in order.
fn places(source: &mut dyn Source) -> Vec<(String, String)> {
    let mut places: Vec<_> = events(source)
        .into_iter()
        .map(|event| {
            let message = event.message.unwrap();
            let (_, ts) = message.rsplit_once(':').unwrap();
            (event.channel.unwrap(), ts.to_owned())
        })
        .collect();
    places.sort_unstable();
    places
}

fn place(channel: &str, ts: &str) -> (String, String) {
    (channel.to_owned(), ts.to_owned())
}

#[test]
fn a_grid_with_shared_channels_and_two_workspaces() {
    let (one, two) = (
        day("U1", "1704186000.000100"),
        day("U2", "1704186000.000200"),
    );
    let (three, four) = (
        day("U2", "1704186000.000300"),
        day("U1", "1704186000.000400"),
    );
    let mut export = open(&[
        (
            "org_users.json",
            r#"[{"id":"U1","name":"ada"},{"id":"U2","name":"ben"}]"#,
        ),
        ("channels.json", r#"[{"id":"C10","name":"shared-all"}]"#),
        ("groups.json", "[]"),
        ("shared-all/2024-01-02.json", &one),
        (
            "teams/acme/users.json",
            r#"[{"id":"U1","name":"ada","is_admin":true}]"#,
        ),
        (
            "teams/acme/channels.json",
            r#"[{"id":"C11","name":"general"}]"#,
        ),
        ("teams/acme/general/2024-01-02.json", &two),
        ("teams/acme/shared-all/2024-01-03.json", &four),
        ("teams/acme/gone/2024-01-02.json", &two),
        (
            "teams/widgets/channels.json",
            r#"[{"id":"C12","name":"general"}]"#,
        ),
        ("teams/widgets/general/2024-01-02.json", &three),
        ("teams/widgets/gone/2024-01-02.json", &three),
    ]);
    let records = export.records().unwrap();
    let people: Vec<_> = records
        .people
        .iter()
        .map(|person| (person.name.as_deref(), person.role.as_deref()))
        .collect();
    assert_eq!(people, [(Some("ada"), Some("admin")), (Some("ben"), None)]);
    assert_eq!(
        places(&mut export),
        [
            place("C10", "1704186000.000100"),
            place("C10", "1704186000.000400"),
            place("C11", "1704186000.000200"),
            place("C12", "1704186000.000300"),
            place("acme/gone", "1704186000.000200"),
            place("widgets/gone", "1704186000.000300"),
        ]
    );
    assert_eq!(
        remarks(&mut export),
        [
            "teams/acme/gone/ unknown_channel",
            "teams/widgets/gone/ unknown_channel"
        ]
    );
}

#[test]
fn exports_of_several_years_side_by_side() {
    let (old, new) = (
        day("U1", "1433562832.000005"),
        day("U1", "1704186000.000100"),
    );
    let files = [
        ("2015/channels.json", r#"[{"id":"C1","name":"general"}]"#),
        ("2015/general/2015-06-05.json", &old),
        (
            "2024/channels.json",
            r#"[{"id":"C1","name":"everybody"},{"id":"C2","name":"general"}]"#,
        ),
        ("2024/everybody/2024-01-02.json", &new),
        ("2024/general/2024-01-02.json", &new),
    ];
    let expected = [
        place("C1", "1433562832.000005"),
        place("C1", "1704186000.000100"),
        place("C2", "1704186000.000100"),
    ];
    assert_eq!(places(&mut open(&files)), expected);
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }
    let mut source = crate::importer::open(folder.path(), None).unwrap();
    assert_eq!(places(source.as_mut()), expected);
    assert_eq!(source.records().unwrap().channels.len(), 2);
}

#[test]
fn an_export_packed_again() {
    let day = day("U1", "1433562832.000005");
    for prefix in ["", "My export/", "./", "a\\b\\", "deep/er/still/"] {
        let name = |name: &str| format!("{prefix}{name}");
        let mut export = open(&[
            (
                &name("channels.json"),
                r#"[{"id":"C1","name":"caf\u00e9"}]"#,
            ),
            (&name("cafe\u{301}/2015-06-05.json"), &day),
            (&format!("__MACOSX/{}", name("._channels.json")), "x"),
            (&name("cafe\u{301}/.DS_Store"), "x"),
        ]);
        assert_eq!(
            places(&mut export),
            [place("C1", "1433562832.000005")],
            "{prefix}"
        );
        assert_eq!(remarks(&mut export), [""; 0]);
    }
}

#[test]
fn names_in_utf8_that_the_zip_does_not_announce() {
    let day = day("U1", "1433562832.000005");
    let mut zip = super::zip_of(&[
        ("channels.json", r#"[{"id":"C1","name":"café"}]"#),
        ("café/2015-06-05.json", &day),
    ]);
    // Bit 11 of the flags says that a name is UTF-8; in both the local and the central header.
    let flag = 0x0800_u16.to_le_bytes();
    for (signature, at) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        for place in 0..zip.len() - 12 {
            if zip[place..].starts_with(signature) {
                zip[place + at + 1] &= !flag[1];
            }
        }
    }
    let mut export = super::open_with(zip, super::Limits::default()).unwrap();
    assert_eq!(places(&mut export), [place("C1", "1433562832.000005")]);
}

#[test]
fn what_is_not_read_is_told() {
    let mut export = open(&[
        ("channels.json", "[]"),
        ("canvases.json", "[]"),
        ("general/notes.json", "[]"),
        ("general/attachments/a.png", ""),
        ("files/1.png", ""),
        ("files/2.png", ""),
        ("2014.zip", ""),
        ("general/2015-06-05.json", "[]"),
        ("general/thread/2015-06-05.json", "[]"),
    ]);
    assert_eq!(
        remarks(&mut export),
        [
            "general/ unknown_channel",
            "2014.zip packed",
            "canvases.json not_messages",
            "2 files in files/ not_messages",
            "general/attachments/a.png not_messages",
            "general/notes.json not_messages",
            "general/thread/2015-06-05.json not_messages",
        ]
    );
}

#[test]
fn what_a_workspace_lists_says_nothing_of_a_folder_above_it() {
    let day = r#"[{"user":"U1","text":"secret #tag","ts":"1704186000.000100"}]"#;
    for name in ["board", "C12"] {
        let mut export = open(&[
            ("channels.json", r#"[{"id":"C10","name":"shared-all"}]"#),
            (&format!("{name}/2024-01-02.json"), day),
            (
                "teams/widgets/channels.json",
                &format!(r#"[{{"id":"C20","name":"{name}"}}]"#),
            ),
            ("teams/widgets/other/2024-01-02.json", day),
        ]);
        let event = events(&mut export).remove(0);
        assert_eq!(event.channel.as_deref(), Some(name));
        assert_eq!(event.properties["channelType"], "unknown");
    }
}
