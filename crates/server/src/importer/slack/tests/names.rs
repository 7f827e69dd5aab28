//! Whose a folder is, whatever systems made of its name.

use domain::{id::ChannelId, record::ChannelKind};

use super::{events, open, remarks};
use crate::importer::{Source as _, key};

const DAY: &str = r#"[{"user":"U1","text":"secret #privatetag","ts":"1704186000.000100"}]"#;

/// Returns the channel of the one folder of an export, and whether its kind is said to be unknown.
fn channel_of(groups: &str, folder: &str) -> (String, bool) {
    let mut export = open(&[
        ("channels.json", r#"[{"id":"C1","name":"general"}]"#),
        ("groups.json", groups),
        (&format!("{folder}/2024-01-02.json"), DAY),
    ]);
    let event = events(&mut export).remove(0);
    let is_unknown = event.properties.get("channelType").is_some();
    (event.channel.unwrap(), is_unknown)
}

#[test]
fn folders_by_every_name_of_their_channel() {
    let groups = r#"[{"id":"C9","name":"adapt_3dビューア","name_normalized":"adapt_3dﾋﾞｭｰｱ"},
        {"id":"C8","name":"caf\u00e9"},{"id":"C7","name":"old","name_normalized":"other-spelling"},
        {"id":"C0PRIVATE1","name":"renamed"}]"#;
    for (folder, channel) in [
        ("adapt_3dビューア", "C9"),
        ("adapt_3dﾋﾞｭｰｱ", "C9"),
        ("cafe\u{301}", "C8"),
        ("caf\u{e9}", "C8"),
        ("other-spelling", "C7"),
        ("C0PRIVATE1", "C0PRIVATE1"),
        ("general", "C1"),
    ] {
        assert_eq!(
            channel_of(groups, folder),
            (channel.to_owned(), false),
            "{folder}"
        );
    }
}

#[test]
fn a_folder_of_nobody_is_of_unknown_kind() {
    for folder in [
        "nowhere",
        "generale\u{301}",
        "C0UNKNOWN1",
        "huddle:R1",
        "General",
    ] {
        let (channel, is_unknown) = channel_of("[]", folder);
        assert!(is_unknown, "{folder}");
        assert_ne!(channel, "C1");
    }
    // Its name is the same however it was unpacked.
    assert_eq!(
        channel_of("[]", "cafe\u{301}"),
        channel_of("[]", "caf\u{e9}")
    );
    for (folder, kind) in [
        ("mpdm-ann--bob-1", ChannelKind::Group),
        ("D0123ABCD", ChannelKind::Direct),
        ("G0123ABCD", ChannelKind::Private),
        ("FC_F0ABCDEF1_Plan", ChannelKind::Private),
    ] {
        let mut export = open(&[
            ("channels.json", "[]"),
            (&format!("{folder}/2024-01-02.json"), DAY),
        ]);
        assert_eq!(export.records().unwrap().channels[0].kind, Some(kind));
        assert_eq!(remarks(&mut export), [""; 0]);
    }
    let mut export = open(&[("channels.json", "[]"), ("nowhere/2024-01-02.json", DAY)]);
    assert_eq!(export.records().unwrap().channels[0].kind, None);
    assert_eq!(remarks(&mut export), ["nowhere/ unknown_channel"]);
}

#[test]
fn a_name_of_several_channels_is_nobodys() {
    let groups = r#"[{"id":"C8","name":"plan①"},{"id":"C9","name":"plan1"}]"#;
    assert_eq!(channel_of(groups, "plan1"), ("C9".to_owned(), false));
    assert_eq!(channel_of(groups, "plan①"), ("C8".to_owned(), false));
    assert_eq!(channel_of(groups, "plan１"), ("plan１".to_owned(), true));
    let groups = r#"[{"id":"C9","name":"general"}]"#;
    assert_eq!(channel_of(groups, "general"), ("general".to_owned(), true));
}

#[test]
fn what_one_list_keeps_among_a_few_is_confidential() {
    let export = open(&[
        (
            "channels.json",
            r#"[{"id":"C1","name":"board","creator":"U1"}]"#,
        ),
        (
            "groups.json",
            r#"[{"id":"C1","name":"board","members":["U1"]}]"#,
        ),
    ]);
    let mut export = export;
    let channels = export.records().unwrap().channels;
    assert_eq!(channels.len(), 1);
    assert_eq!(channels[0].kind, Some(ChannelKind::Private));
    assert_eq!(channels[0].member_count, Some(1));
}

#[test]
fn a_conversation_stays_confidential_however_long_its_name_is() {
    let nine = format!("mpdm-{}-1", ["alexandra.longname"; 9].join("--"));
    let canvas = format!("FC:F0ABCDEF1:{}", "Title ".repeat(20));
    let list = ("channels.json", "[]");
    let teams = ("teams/acme/channels.json", "[]");
    // Short enough without the name of its workspace.
    let short = format!("mpdm-{}-1", "ann--".repeat(24));
    assert!(short.len() <= 128 && short.len() + "acme/".len() > 128);
    for (list, prefix, folder, kind) in [
        (list, "", nine.as_str(), ChannelKind::Group),
        (list, "", canvas.trim_end(), ChannelKind::Private),
        (teams, "teams/acme/", &short, ChannelKind::Group),
        (teams, "teams/acme/", &nine, ChannelKind::Group),
        (list, "", &"mpdm-\u{1}".repeat(60), ChannelKind::Group),
    ] {
        let mut export = open(&[list, (&format!("{prefix}{folder}/2024-01-02.json"), DAY)]);
        let record = export.records().unwrap().channels.remove(0);
        assert_eq!(record.kind, Some(kind), "{folder}");
        let event = events(&mut export).remove(0);
        let channel = event.channel.unwrap();
        // What the event is taken for when it is read is what the record says.
        assert_eq!(ChannelId::read(&channel).0, Some(record.id), "{folder}");
        let noted = remarks(&mut export).remove(0);
        assert!(noted.ends_with(" message 1 string_too_long"), "{noted}");
    }
    // Events keep the identity that they had.
    let mut export = open(&[list, (&format!("{nine}/2024-01-02.json"), DAY)]);
    let message = key::join("slack", &[&nine, "1704186000.000100"]);
    assert_eq!(events(&mut export).remove(0).message, Some(message));
}

#[test]
fn a_list_may_name_a_channel_by_a_long_identifier() {
    let id = "C".repeat(200);
    let groups = format!(r#"[{{"id":"{id}","name":"board"}}]"#);
    let (channel, is_unknown) = channel_of(&groups, "board");
    assert_eq!(Some(channel), ChannelId::read(&id).0.map(String::from));
    assert!(!is_unknown);
}

#[test]
fn the_title_of_a_canvas_may_be_cut_into_folders() {
    for folder in ["FC:F0ABCDEF1:Q1/Q2 plan", "FC_F0ABCDEF1_a/b/c"] {
        let mut export = open(&[
            ("channels.json", "[]"),
            (&format!("{folder}/2024-01-02.json"), DAY),
        ]);
        let record = &export.records().unwrap().channels[0];
        assert_eq!(record.kind, Some(ChannelKind::Private), "{folder}");
        assert_eq!(remarks(&mut export), [""; 0]);
        assert_eq!(events(&mut export).len(), 1);
    }
    // What lies in the folder of any other channel is no channel's.
    let mut export = open(&[
        ("channels.json", "[]"),
        ("mpdm-ann--bob-1/thread/2024-01-02.json", DAY),
    ]);
    assert_eq!(events(&mut export), []);
}
