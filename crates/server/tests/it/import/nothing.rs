//! Imports that take nothing say so and fail.

use super::{file, folder, said};
use crate::support::Home;

#[test]
fn nothing_taken_is_a_failure_with_a_sentence() {
    let home = Home::new();
    let path = |path: std::path::PathBuf| path.to_str().unwrap().to_owned();
    let inputs = [
        (
            path(file(&home, "empty.ndjson", "")),
            "there is no event in it",
        ),
        (
            path(file(&home, "blank.ndjson", "\n\n")),
            "there is no event in it",
        ),
        (
            path(file(&home, "odd.ndjson", "nonsense\n{\"a\":1}\n")),
            "nothing in it could be read as an event",
        ),
        (
            path(file(
                &home,
                "old.ndjson",
                r#"{"type":"message_sent","ts":"1970-01-01T00:00:00Z","user_id":"u1","message_id":"m1"}"#,
            )),
            "every event was refused",
        ),
        (
            path(folder(
                &home,
                "lists",
                &[("channels.json", r#"[{"id":"C1","name":"general"}]"#)],
            )),
            "there is no event in it",
        ),
        (
            path(folder(
                &home,
                "damaged",
                &[
                    ("channels.json", "[]"),
                    ("general/2024-01-02.json", "<html>"),
                ],
            )),
            "nothing in it could be read as an event",
        ),
    ];
    for (input, reason) in &inputs {
        let (is_ok, text) = said(&home.run(&["import", input], &[]));
        assert!(!is_ok, "{input}: {text}");
        let sentence = format!("no event was imported: {reason}");
        assert!(text.contains(&sentence), "{input}: {text}");
    }
    // What gave nothing beside what gave something is named.
    let good = path(file(
        &home,
        "good.ndjson",
        r#"{"type":"message_sent","ts":"2024-01-02T00:00:00Z","user_id":"u1","message_id":"m1"}"#,
    ));
    let (is_ok, text) = said(&home.run(&["import", &good, &inputs[0].0], &[]));
    assert!(is_ok, "{text}");
    assert!(
        text.contains(&format!("no events        {}\n", inputs[0].0)),
        "{text}"
    );
    // What is known already was taken before.
    assert!(said(&home.run(&["import", &good], &[])).0);
    // A new table of people is something.
    let users = path(file(&home, "users.csv", "user_id,display_name\nu1,Ada\n"));
    let tables = ["import", &inputs[0].0, "--users", &users];
    assert!(said(&home.run(&tables, &[])).0);
    assert!(!said(&home.run(&tables, &[])).0);
}

#[test]
fn exports_of_other_products_are_refused_by_name() {
    let home = Home::new();
    for (name, content, product) in [
        (
            "import.jsonl",
            "{\"type\":\"version\",\"version\":1}\n",
            "Mattermost",
        ),
        (
            "messages-000001.json",
            r#"{"zerver_message":[{"id":1}]}"#,
            "Zulip",
        ),
        (
            "rocketchat_message.json",
            r#"{"_id":"a","rid":"GENERAL","msg":"hi","u":{"_id":"b"}}"#,
            "Rocket.Chat",
        ),
        (
            "general.json",
            r#"{"guild":{"id":"1"},"channel":{"id":"2"},"dateRange":{},"messages":[]}"#,
            "Discord",
        ),
        (
            "result.json",
            r#"{"name":"x","type":"personal_chat","id":1,"messages":[]}"#,
            "Telegram",
        ),
        (
            "export.json",
            r#"{"room_name":"x","room_creator":"a","exported_by":"b","messages":[]}"#,
            "Matrix",
        ),
        (
            "C1.json",
            r#"{"channel_id":"C1","name":"x","messages":[]}"#,
            "Slackdump",
        ),
    ] {
        let path = file(&home, name, content);
        let (is_ok, text) = said(&home.run(&["import", path.to_str().unwrap()], &[]));
        assert!(!is_ok, "{text}");
        let refusal = format!("{product}, which is not read: ");
        assert!(text.contains(&refusal), "{name}: {text}");
    }
}
