//! Slack exports with what real ones hold.

use serde_json::json;

use super::{file, folder, said, terms};
use crate::support::Home;

const JANUARY: &str = "from=2024-01-01&to=2024-02-01";

const CHANNELS: &str = r#"[{"id":"C1","name":"general","members":["U1","U2"]}]"#;
const USERS: &str = r#"[{"id":"U1","name":"ada","is_bot":false,"profile":{"display_name":"Ada"}},
    {"id":"U2","name":"ben","is_bot":false,"profile":{"display_name":"Ben"}}]"#;

fn said_in(text: &str) -> String {
    format!(r#"[{{"type":"message","user":"U1","text":"{text}","ts":"1704186000.000100"}}]"#)
}

#[tokio::test]
async fn only_channels_that_are_public_give_terms() {
    let text = |tag: &str| said_in(&format!("see https://{tag}.example.com #{tag}"));
    let days = [
        ("general", text("plain")),
        ("adapt_3dﾋﾞｭｰｱ", text("normalized")),
        ("cafe\u{301}", text("composed")),
        ("C0PRIVATE1", text("identifier")),
        ("FC_F0ABCDEF1_Board plan", text("canvas")),
        ("FC:F0ABCDEF2:No list", text("unlisted")),
        ("D0123ABCD", text("direct")),
        ("huddle-with-nobody", text("huddle")),
        ("renamed-since", text("renamed")),
    ];
    let paths: Vec<_> = days
        .iter()
        .map(|(folder, _)| format!("{folder}/2024-01-02.json"))
        .collect();
    let mut files = vec![
        ("users.json", USERS),
        ("channels.json", CHANNELS),
        (
            "groups.json",
            r#"[{"id":"C9","name":"adapt_3dビューア","name_normalized":"adapt_3dﾋﾞｭｰｱ"},
                {"id":"C8","name":"caf\u00e9"},{"id":"C0PRIVATE1","name":"board"}]"#,
        ),
        (
            "file_conversations.json",
            r#"[{"id":"C0FILECONV","name":"FC:F0ABCDEF1:Board plan"}]"#,
        ),
    ];
    files.extend(
        paths
            .iter()
            .map(String::as_str)
            .zip(days.iter().map(|(_, day)| day.as_str())),
    );
    for through_service in [false, true] {
        let home = Home::new();
        let export = folder(&home, "export", &files);
        let lines = file(
            &home,
            "slack.jsonl",
            r#"{"type":"message","user":"U1","text":"x #lines","ts":"1704186000.000200","channel":"C0UNKNOWN1"}
{"type":"message","user":"U1","text":"x #listed","ts":"1704186000.000300","channel":"C1"}"#,
        );
        let (export, lines) = (export.to_str().unwrap(), lines.to_str().unwrap());
        let service = if through_service {
            let service = home.start(&[]);
            let done = home.run(&["import", export, lines, "--server", &service.base], &[]);
            assert!(said(&done).0, "{done:?}");
            service
        } else {
            let done = home.run(&["import", export, lines], &[]);
            let (is_ok, text) = said(&done);
            assert!(is_ok, "{text}");
            assert!(
                text.contains("2 unknown_channel: ")
                    && text.contains("(huddle-with-nobody/, renamed-since/)"),
                "{text}"
            );
            home.start(&[])
        };
        // What the records say of C1 holds for lines that say nothing of it.
        assert_eq!(terms(&service, "hashtags").await, ["listed", "plain"]);
        assert_eq!(terms(&service, "links").await, ["plain.example.com"]);
        let channels = service
            .json(&format!("/api/analytics/channels?{JANUARY}&limit=50"))
            .await;
        let mut found: Vec<_> = channels["channels"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|channel| channel["messageCount"] != 0)
            .map(|channel| channel["channelId"].as_str().unwrap())
            .collect();
        found.sort_unstable();
        assert_eq!(
            found,
            [
                "C0FILECONV",
                "C0PRIVATE1",
                "C0UNKNOWN1",
                "C1",
                "C8",
                "C9",
                "D0123ABCD",
                "FC:F0ABCDEF2:No list",
                "huddle-with-nobody",
                "renamed-since",
            ]
        );
    }
}

#[tokio::test]
async fn people_of_other_workspaces_bots_calls_and_nobody() {
    let home = Home::new();
    let messages = json!([
        {"type": "message", "user": "U1", "text": "hello", "ts": "1704186000.000100"},
        {"type": "message", "user": "U0FOREIGN1", "text": "hi", "ts": "1704186001.000100",
            "user_profile": {"display_name": "Cleo", "real_name": "Cleo Outside"}},
        {"type": "message", "subtype": "bot_message", "bot_id": "B77", "username": "Deploy Bot",
            "text": "done", "ts": "1704186002.000100"},
        {"type": "message", "user": "U00", "subtype": "channel_name", "text": "<@U00> renamed it",
            "name": "general", "old_name": "a", "ts": "1704186003.000100"},
        {"type": "message", "user": "USLACKBOT", "subtype": "huddle_thread", "text": "",
            "ts": "1704186007.000100", "room": {"id": "R1", "created_by": "U2"}},
        {"type": "message", "user": "U1", "text": "cut XX", "ts": "1704186008.000100"},
    ]);
    let day = messages.to_string().replace("XX", r"\ud83d");
    let export = folder(
        &home,
        "export",
        &[
            ("users.json", USERS),
            ("channels.json", CHANNELS),
            ("general/2024-01-02.json", &day),
        ],
    );
    let done = home.run(&["import", export.to_str().unwrap()], &[]);
    let (is_ok, text) = said(&done);
    assert!(is_ok, "{text}");
    assert!(text.contains("new events       6\n"), "{text}");
    assert!(
        text.contains("warnings         1 bad_characters: ")
            && text.contains("(general/2024-01-02.json message 6)"),
        "{text}"
    );
    let service = home.start(&[]);
    let users = service
        .json(&format!(
            "/api/analytics/users?{JANUARY}&includeBots=true&limit=50"
        ))
        .await;
    let mut named: Vec<_> = users["users"]
        .as_array()
        .unwrap()
        .iter()
        .map(|user| {
            let text = |field: &str| user[field].as_str().unwrap_or_default();
            (text("userId"), text("displayName"))
        })
        .collect();
    named.sort_unstable();
    assert_eq!(
        named,
        [
            ("B77", "Deploy Bot"),
            ("U0FOREIGN1", "Cleo"),
            ("U1", "Ada"),
            ("U2", "Ben")
        ]
    );
    let dashboard = service
        .json(&format!("/api/analytics/dashboard?{JANUARY}"))
        .await;
    assert_eq!(dashboard["activeUsers"], 3);
}

#[tokio::test]
async fn text_that_only_blocks_and_attachments_hold() {
    let home = Home::new();
    let day = r#"[
        {"type": "message", "user": "U1", "text": "", "ts": "1704186000.000100", "blocks": [
            {"type": "rich_text", "elements": [
                {"type": "rich_text_section", "elements": [{"type": "text", "text": "four words are here "},
                    {"type": "link", "url": "https://docs.example.org/a"}]},
                {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "no #word of https://code.example.net"}]}]}]},
        {"type": "message", "user": "U2", "text": "", "ts": "1704186001.000100", "attachments": [
            {"fallback": "x", "text": "shared message text",
                "files": [{"id": "F1", "name": "a.png", "mimetype": "image/png", "size": 10}]}]},
        {"type": "message", "user": "U2", "text": "plain text here", "ts": "1704186002.000100"}]"#;
    let export = folder(
        &home,
        "export",
        &[
            ("users.json", USERS),
            ("channels.json", CHANNELS),
            ("general/2024-01-02.json", day),
        ],
    );
    let done = home.run(&["import", export.to_str().unwrap()], &[]);
    assert!(said(&done).0, "{done:?}");
    let service = home.start(&[]);
    let messages = service
        .json(&format!("/api/analytics/messages?{JANUARY}"))
        .await;
    // 4 + 3 + 3 words.
    assert_eq!(messages["wordsPerMessage"], 3.3);
    assert_eq!(terms(&service, "links").await, ["docs.example.org"]);
    assert_eq!(
        service.json("/api/analytics/status").await["eventTypes"]["file_shared"],
        1
    );
}

#[tokio::test]
async fn a_grid_is_read_whole() {
    let home = Home::new();
    let day = |user: &str, fraction: u32| {
        format!(
            r#"[{{"type":"message","user":"{user}","text":"x","ts":"1704186000.{fraction:06}"}}]"#
        )
    };
    let days: Vec<_> = (1..=4).map(|number| day("U1", number)).collect();
    let export = folder(
        &home,
        "export",
        &[
            ("org_users.json", USERS),
            ("channels.json", r#"[{"id":"C10","name":"shared-all"}]"#),
            ("shared-all/2024-01-02.json", &days[0]),
            (
                "teams/acme/channels.json",
                r#"[{"id":"C11","name":"general"}]"#,
            ),
            ("teams/acme/general/2024-01-02.json", &days[1]),
            (
                "teams/widgets/channels.json",
                r#"[{"id":"C12","name":"general"}]"#,
            ),
            ("teams/widgets/general/2024-01-02.json", &days[2]),
            ("teams/widgets/general/2024-01-03.json", &days[3]),
            ("teams/widgets/integration_logs.json", "[]"),
        ],
    );
    let done = home.run(&["import", export.to_str().unwrap()], &[]);
    let (is_ok, text) = said(&done);
    assert!(is_ok, "{text}");
    assert!(
        text.contains("new events       4\n")
            && text.contains("not_messages: ")
            && text.contains("(teams/widgets/integration_logs.json)"),
        "{text}"
    );
    let service = home.start(&[]);
    let status = service.json("/api/analytics/status").await;
    assert_eq!(
        (&status["people"], &status["channels"]),
        (&json!(2), &json!(3))
    );
}
