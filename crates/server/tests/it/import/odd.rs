//! Odd values in files, which cost themselves and never the event or the import.

use serde_json::json;

use super::{file, import, lines};
use crate::support::Home;

#[tokio::test]
async fn half_characters_placeholders_and_bytes_that_are_no_text() {
    let home = Home::new();
    let mut content = concat!(
        r#"{"type":"message_sent","ts":"2024-01-02T09:00:00Z","user_id":"u1","channel_id":"c1","message_id":"m1","text":"fine"}"#,
        "\n",
        r#"{"type":"message_sent","ts":"2024-01-02T09:01:00Z","user_id":"u2","channel_id":"c1","message_id":"m2","text":"cut \ud83d"}"#,
        "\n",
        // Two messages, though they say the same of their identity: nothing.
        r#"{"type":"message_sent","ts":"2024-01-02T09:02:00Z","user_id":"null","channel_id":"c1","message_id":"undefined","text":"a"}"#,
        "\n",
        r#"{"type":"message_sent","ts":"2024-01-02T09:03:00Z","user_id":"None","channel_id":"c1","message_id":"undefined","event_id":"null","text":"b"}"#,
        "\n",
    )
    .as_bytes()
    .to_vec();
    content.extend(b"{\"type\":\"message_sent\",\"ts\":\"2024-01-02T09:04:00Z\",\"user_id\":\"u1\",\"message_id\":\"m5\",\"text\":\"Ren\xe9\"}\n");
    content.extend(b"caf\xe9\n");
    file(&home, "events.ndjson", &content);
    let (done, text) = import(&home, &["events.ndjson"], &[]);
    assert!(done.status.success(), "{text}");
    let place = home.path("events.ndjson").display().to_string();
    assert_eq!(
        lines(&text),
        [
            "new events 5",
            "known already 0",
            "records changed 0",
            &format!("skipped 1 invalid_utf8: the text is not UTF-8 ({place}:6)"),
            "warnings 2 bad_characters: characters that cannot be kept were replaced (text and 1 more)",
            "warnings 4 placeholder_identifier: the identifier stands for nobody and was left out (userId and 3 more)",
            "unknown kinds 1 channel of unknown kind gave terms (hashtags, links, mentions, emoji, topics): give the kind with --channels, or --unknown-channels=confidential",
        ]
    );
    // Read again, everything is known; through the service, it is told the same.
    let service = home.start(&[]);
    let (done, text) = import(&home, &["events.ndjson", "--server", &service.base], &[]);
    assert!(done.status.success(), "{text}");
    let told = lines(&text);
    assert_eq!(told[..2], ["new events 0", "known already 5"]);
    assert!(
        told.iter().any(|line| line.contains("2 bad_characters")),
        "{text}"
    );
    let dashboard = service
        .json("/api/analytics/dashboard?from=2024-01-01&to=2024-01-03")
        .await;
    assert_eq!(
        dashboard["overview"]["activeUsers"]["current"], 2,
        "{dashboard}"
    );
}

#[tokio::test]
async fn a_table_goes_on_past_what_it_cannot_read() {
    let home = Home::new();
    file(
        &home,
        "members.csv",
        "username,email,status,billing-active,has-2fa,has-sso,userid,fullname,displayname,expiration-timestamp\n\
         ada,ada@example.org,Primary Owner,1,0,0,U1,Ada One,Ada,\n\
         ben,ben@example.org,Member,1,0,0,U2,Ben Two,Ben,\n\
         ,eve@example.org,Honorary Member,0,0,0,U5,,,\n\
         x,x@example.org,Member,0,0,0,undefined,,,\n\
         fay,fay@example.org,Multi-Channel Guest,1,0,0,U6,Fay,,1735689600\n",
    );
    let line = json!({"type": "message_sent", "ts": "2024-01-02T09:00:00Z", "user_id": "U1",
        "channel_id": "c1", "message_id": "m1", "text": "fine"});
    file(&home, "ev.ndjson", line.to_string());
    let (done, text) = import(&home, &["ev.ndjson", "--users", "members.csv"], &[]);
    assert!(done.status.success(), "{text}");
    let place = home.path("members.csv").display().to_string();
    assert_eq!(
        lines(&text),
        [
            "new events 1",
            "known already 0",
            "records changed 4",
            &format!(
                "warnings 1 placeholder_identifier: the identifier stands for nobody and was left out ({place}:5 userid: undefined)"
            ),
            &format!(
                "warnings 1 unreadable_value: the value could not be read and was left out ({place}:4 status: Honorary Member)"
            ),
        ]
    );
}

#[tokio::test]
async fn no_text_of_a_file_is_obeyed_by_the_terminal() {
    let home = Home::new();
    let name = "a\u{1b}[31m\u{9b}2J\rb.ndjson";
    file(&home, name, "no json\n{\"\u{1b}]0;x\u{7}\":\n");
    file(&home, "users.csv", "user_id,is_bot\nu1,\u{1b}[2Jmaybe\n");
    for arguments in [
        &["--users", "users.csv", name][..],
        &["--format", "slack", name],
        &["missing\u{1b}[31m.ndjson"],
        &["--what\u{1b}[31m\r"],
        &[name, "--users", name],
    ] {
        let (_, text) = import(&home, arguments, &[]);
        let obeyed = |c: char| c.is_control() && c != '\n';
        assert!(!text.contains(obeyed), "{arguments:?}: {text:?}");
        // The reader of arguments leaves out what it can.
        let shown = ["\\u001b[", "--what\\u000d"];
        let is_shown = shown.iter().any(|shown| text.contains(shown));
        assert!(is_shown, "{arguments:?}: {text:?}");
    }
    let (done, text) = (home.run(&["status"], &[]), "status");
    assert!(done.status.success(), "{text}");
    let folder = home.path("da\u{1b}[31mta");
    for command in ["config print", "doctor", "status", "config check"] {
        let arguments: Vec<&str> = command.split(' ').collect();
        let done = home.run(
            &arguments,
            &[("ANALYTICS_DATA_DIR", folder.to_str().unwrap())],
        );
        for out in [done.stdout, done.stderr] {
            assert!(
                !out.contains(&0x1b),
                "{command}: {}",
                String::from_utf8_lossy(&out)
            );
        }
    }
}
