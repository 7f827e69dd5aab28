//! Inputs of real exports that went wrong once.

use domain::record::ChannelKind;
use serde_json::{Value, json};

use super::{day, events, found, open, remarks, told};
use crate::importer::Source as _;

const USERS: (&str, &str) = (
    "users.json",
    r#"[{"id":"U1","name":"ada","is_bot":false},{"id":"U2","name":"ben","is_bot":false}]"#,
);
const CHANNELS: (&str, &str) = ("channels.json", r#"[{"id":"C1","name":"general"}]"#);

fn users(messages: &Value) -> Vec<(Option<String>, Option<bool>)> {
    let events = told(messages);
    events
        .into_iter()
        .map(|event| (event.user, event.is_bot))
        .collect()
}

#[test]
fn half_an_emoji_costs_the_character() {
    let day = r#"[{"user":"U1","text":"ok","ts":"1.0"},{"user":"U2","text":"cut \ud83d","ts":"2.0"},
        {"user":"U1","text":"pair \ud83d\ude00","ts":"3.0"}]"#;
    let mut export = open(&[CHANNELS, ("general/2024-01-02.json", day)]);
    let texts: Vec<_> = events(&mut export)
        .into_iter()
        .filter_map(|event| event.text)
        .collect();
    assert_eq!(texts, ["ok", "cut \u{fffd}", "pair \u{1f600}"]);
    assert_eq!(
        remarks(&mut export),
        ["general/2024-01-02.json message 2 bad_characters"]
    );
}

#[test]
fn half_an_emoji_in_a_list_and_bytes_that_are_no_text() {
    let mut export = open(&[
        ("channels.json", r#"[{"id":"C1","name":"cut\ud83d"}]"#),
        ("users.json", r#"[7,{"id":"U1","name":"x\udc00"}]"#),
    ]);
    let records = export.records().unwrap();
    assert_eq!(records.channels[0].name.as_deref(), Some("cut\u{fffd}"));
    assert_eq!(records.people[0].name.as_deref(), Some("x\u{fffd}"));
    assert_eq!(
        remarks(&mut export),
        [
            "channels.json entry 1 bad_characters",
            "users.json entry 1 bad_entry",
            "users.json entry 2 bad_characters"
        ]
    );
    let items =
        super::super::read_any_day(b"[{\"user\":\"U1\",\"text\":\"caf\xe9\",\"ts\":\"1.0\"}]");
    let texts: Vec<_> = items
        .into_iter()
        .filter_map(|item| match item {
            crate::importer::Item::Event(event) => event.text,
            _ => None,
        })
        .collect();
    assert_eq!(texts, ["caf\u{fffd}"]);
}

#[test]
fn a_call_is_begun_by_whoever_made_its_room() {
    for (room, expected) in [
        (json!({"created_by": "U1"}), (Some("U1"), None)),
        (
            json!({"created_by": "U00"}),
            (Some("USLACKBOT"), Some(true)),
        ),
        (
            json!({"created_by": "USLACKBOT"}),
            (Some("USLACKBOT"), Some(true)),
        ),
        (json!({}), (Some("USLACKBOT"), Some(true))),
        (json!(null), (Some("USLACKBOT"), Some(true))),
        (json!("R1"), (Some("USLACKBOT"), Some(true))),
    ] {
        for subtype in ["huddle_thread", "sh_room_created"] {
            let message = json!([{"subtype": subtype, "user": "USLACKBOT", "text": "",
                "ts": "1.0", "room": room}]);
            let (user, is_bot) = &users(&message)[0];
            assert_eq!((user.as_deref(), *is_bot), expected, "{room}");
        }
    }
}

#[test]
fn nobody_is_no_person_wherever_named() {
    let events = told(&json!([
        {"subtype": "channel_name", "user": "U00", "text": "<@U00> renamed it", "ts": "1.0"},
        {"user": "U1", "text": "x", "ts": "2.0", "edited": {"user": "U00", "ts": "3.0"},
            "reactions": [{"name": "tada", "users": ["U00"], "count": 1}]},
        {"user": "U00", "bot_id": "B1", "text": "x", "ts": "4.0"},
    ]));
    let users: Vec<_> = events.iter().map(|event| event.user.as_deref()).collect();
    assert_eq!(users, [None, Some("U1"), Some("U1"), None, Some("B1")]);
}

#[test]
fn the_text_of_blocks_and_attachments() {
    let events = told(&json!([
        {"user": "U1", "text": "", "ts": "1.0", "blocks": [{"type": "rich_text", "elements": [
            {"type": "rich_text_section", "elements": [{"type": "text", "text": "four words are here "},
                {"type": "link", "url": "https://docs.example.org/a"}]}]}]},
        {"user": "U2", "text": "", "ts": "2.0", "attachments": [{"fallback": "x",
            "text": "shared message text",
            "files": [{"id": "F1", "name": "a.png", "mimetype": "image/png", "size": 10}]}]},
        {"user": "U2", "text": "see https://a.example", "ts": "3.0",
            "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "not read"}}],
            "attachments": [{"title": "A preview", "text": "of the link"}]},
        {"subtype": "bot_message", "bot_id": "B1", "text": "This content can't be displayed.", "ts": "4.0",
            "blocks": [{"type": "header", "text": {"type": "plain_text", "text": "Deployed"}}]},
        {"user": "U1", "text": "", "ts": "5.0", "blocks": [], "attachments": []},
        {"user": "U1", "ts": "6.0"},
    ]));
    let texts: Vec<_> = events.iter().map(|event| event.text.as_deref()).collect();
    assert_eq!(
        texts,
        [
            Some("four words are here <https://docs.example.org/a>"),
            Some("shared message text"),
            None,
            Some("see https://a.example"),
            Some("Deployed"),
            Some(""),
            None,
        ]
    );
    assert_eq!(events[1].message_type.as_deref(), Some("image"));
    assert_eq!(events[2].name, "file_shared");
    assert_eq!(events[2].properties["fileName"], "a.png");
}

#[test]
fn damaged_blocks_cost_no_message() {
    let (events, skipped) = day(&json!([
        {"user": "U1", "text": "", "ts": "1.0", "blocks": 5, "attachments": "x"},
        {"user": "U1", "text": "", "ts": "2.0", "blocks": [{"type": "text", "text": [1]}],
            "attachments": [{"text": "still"}]},
        {"user": "U1", "text": "x", "ts": "3.0", "user_profile": 1, "bot_profile": [], "channel": {}},
    ]));
    let texts: Vec<_> = events.iter().map(|event| event.text.as_deref()).collect();
    assert_eq!(texts, [Some(""), Some("still"), Some("x")]);
    let codes: Vec<_> = skipped
        .iter()
        .map(|(what, reason)| format!("{what} {}", reason.code()))
        .collect();
    let place = |end: &str| format!("general/2015-06-05.json message {end} wrong_type");
    assert_eq!(codes, [place("1 attachments"), place("2 blocks")]);
}

#[test]
fn names_of_authors_that_no_list_holds() {
    let messages = json!([
        {"user": "U1", "text": "hello", "ts": "1.0", "user_profile": {"display_name": "Not listed so"}},
        {"user": "U0FOREIGN1", "text": "hi", "ts": "2.0",
            "user_profile": {"display_name": "", "real_name": "Cleo Outside", "name": "cleo"}},
        {"user": "U0FOREIGN1", "text": "hi", "ts": "3.0", "user_profile": {"display_name": "Cleo"}},
        {"user": "U0FOREIGN1", "text": "hi", "ts": "4.0"},
        {"user": "U0FOREIGN2", "bot_id": "B9", "text": "through an app", "ts": "4.5",
            "user_profile": {"real_name": "Dan"}, "bot_profile": {"id": "B9", "name": "App"}},
        {"user": "U0FOREIGN3", "text": "no name", "ts": "4.6"},
        {"subtype": "bot_message", "bot_id": "B77", "username": "Deploy Bot", "text": "done", "ts": "5.0"},
        {"user": "U0WORKFLOW", "bot_id": "B78", "text": "stand up", "ts": "6.0",
            "bot_profile": {"id": "B78", "name": "Standup", "is_workflow_bot": true}},
        {"subtype": "bot_message", "bot_id": "B79", "text": "x", "ts": "7.0", "bot_profile": {"name": "Hook"}},
        {"bot_id": "B80", "text": "x", "ts": "8.0"},
        {"user": "USLACKBOT", "text": "reminder", "ts": "9.0"},
    ]);
    let mut export = open(&[
        USERS,
        CHANNELS,
        ("general/2024-01-02.json", &messages.to_string()),
    ]);
    let people: Vec<_> = found(&mut export)
        .into_iter()
        .map(|person| (person.id.as_str().to_owned(), person.name, person.is_bot))
        .collect();
    let person =
        |id: &str, name: Option<&str>, is_bot| (id.to_owned(), name.map(str::to_owned), is_bot);
    assert_eq!(
        people,
        [
            person("B77", Some("Deploy Bot"), Some(true)),
            person("B79", Some("Hook"), Some(true)),
            person("B80", None, Some(true)),
            person("U0FOREIGN1", Some("Cleo"), None),
            person("U0FOREIGN2", Some("Dan"), None),
            person("U0WORKFLOW", Some("Standup"), Some(true)),
            person("USLACKBOT", Some("Slackbot"), Some(true)),
        ]
    );
    let bots: Vec<_> = events(&mut export)
        .into_iter()
        .filter(|event| event.is_bot == Some(true))
        .filter_map(|event| event.user)
        .collect();
    assert_eq!(bots, ["B77", "U0WORKFLOW", "B79", "B80", "USLACKBOT"]);
}

#[test]
fn canvases_have_conversations_of_their_own() {
    let conversations = r#"[{"id":"C0FILECONV","name":"FC:F0ABCDEF1:Board plan","created":1704000000,
        "creator":"USLACKBOT","members":["U1"]}]"#;
    let day = r#"[{"user":"U1","text":"at https://hidden.example.com #layoffs","ts":"1704186100.000100"}]"#;
    for folder in [
        "FC:F0ABCDEF1:Board plan",
        "FC_F0ABCDEF1_Board plan",
        "FC:F0ABCDEF1:An older title",
        "FC:F0ABCDEF1:With a / in it",
        "C0FILECONV",
    ] {
        let mut export = open(&[
            CHANNELS,
            ("file_conversations.json", conversations),
            (&format!("{folder}/2024-01-02.json"), day),
        ]);
        let record = &export.records().unwrap().channels[1];
        assert_eq!(record.kind, Some(ChannelKind::Private));
        let channels: Vec<_> = events(&mut export)
            .into_iter()
            .filter_map(|event| event.channel)
            .collect();
        assert_eq!(channels, ["C0FILECONV"], "{folder}");
    }
    // A conversation that no list describes is not everybody's either.
    let mut export = open(&[CHANNELS, ("FC:F0ABCDEF1:Board plan/2024-01-02.json", day)]);
    let record = &export.records().unwrap().channels[1];
    assert_eq!(record.kind, Some(ChannelKind::Private));
    assert_eq!(events(&mut export).len(), 1);
}
