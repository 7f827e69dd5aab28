//! Identities of events that are somebody else's.

use domain::id::{EventId, Key64, WorkspaceId};
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{MESSAGE, accepted, key, told};
use crate::support::{Home, KEY, json as read};

#[tokio::test]
async fn nobody_takes_the_identity_of_what_the_chat_is_going_to_tell() {
    let home = Home::new();
    let service = home.start(&[]);
    let key = key(&home);
    let workspace = WorkspaceId::default();
    let row = format!("pg:nchat_messages:{MESSAGE}");
    let row_id = EventId::from_key(&workspace, &row).unwrap().to_string();
    let about =
        |message: &str, what: &str| EventId::about(Key64::of(message), Key64::of(what)).to_string();
    // What an import of the lines below makes of them, and what it makes of a line with an identity.
    let line_id = about("m1", "import:message_sent:c1:m1");
    let given_id = EventId::from_key(&workspace, "evt_1").unwrap().to_string();
    let forged: Vec<String> = [row, row_id, line_id, given_id]
        .into_iter()
        .flat_map(|key| {
            [
                key.to_uppercase(),
                format!(" {key} "),
                key.replace('-', ""),
                key,
            ]
        })
        .chain(["evt_1".to_owned(), "import:message_sent:c1:m1".to_owned()])
        .collect();
    let events: Value = forged
        .iter()
        .map(|key| json!({"event": "page_view", "id": key, "timestamp": "2026-02-01T10:00:00Z"}))
        .collect();
    accepted(&service, &key, "primary", &events).await;
    let before = service.json("/api/analytics/status").await["events"]
        .as_u64()
        .unwrap();

    let hasura = || service.post("/api/analytics/ingest/hasura").json(&told());
    for duplicates in [0, 1] {
        let answer = read(hasura().send().await.unwrap(), StatusCode::OK).await;
        assert_eq!(
            (&answer["tracked"], &answer["duplicates"]),
            (&json!(1), &json!(duplicates))
        );
    }
    let lines = home.path("lines.ndjson");
    let line = |more: &str| {
        format!(
            "{{\"type\":\"message_sent\",\"ts\":\"2026-02-01T10:00:00Z\",\"user_id\":\"u1\",\"channel_id\":\"c1\",{more}}}\n"
        )
    };
    let text = line("\"message_id\":\"m1\"") + &line("\"event_id\":\"evt_1\"");
    std::fs::write(&lines, text).unwrap();
    let lines = lines.to_str().unwrap();
    for new in ["new events       2", "new events       0"] {
        let out = home.run(
            &["import", lines, "--server", &service.base, "--key", KEY],
            &[],
        );
        let said = String::from_utf8_lossy(&out.stdout).into_owned();
        assert!(
            said.contains(new),
            "{said}{}",
            String::from_utf8_lossy(&out.stderr)
        );
    }
    let status = service.json("/api/analytics/status").await;
    assert_eq!(status["events"], before + 3);
    // An import into the store itself has the same keys.
    assert_eq!(service.stop(), Some(0));
    let out = home.run(&["import", lines], &[]);
    let said = String::from_utf8_lossy(&out.stdout).into_owned();
    assert!(said.contains("new events       0"), "{said}");
}
