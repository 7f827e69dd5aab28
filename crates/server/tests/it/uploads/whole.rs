//! What an upload counts and stores.

use domain::clock::{Clock as _, SystemClock};
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{
    EXPORT, IMPORTS, begin, files, import, start, until_no_file, until_state, upload, zip,
};
use crate::support::Home;

#[tokio::test]
async fn an_export_is_counted_and_stored_once_it_is_started_and_counts_once() {
    let home = Home::new();
    let service = home.start(&[]);
    let id = begin(&service, "dir%2Fslack-export.zip", zip(&EXPORT), "").await;
    let counted = until_state(&service, &id, "counted").await;
    assert_eq!(counted["name"], "slack-export.zip");
    assert_eq!(counted["kind"], "slack");
    assert_eq!(counted["result"], Value::Null);
    let found = &counted["found"];
    assert_eq!(
        (
            &found["events"],
            &found["people"],
            &found["channels"],
            &found["tooOld"]
        ),
        (&json!(2), &json!(2), &json!(1), &json!(0))
    );
    assert_eq!(
        (&found["first"], &found["last"]),
        (
            &json!("2024-01-02T09:00:00Z"),
            &json!("2024-01-02T09:01:00Z")
        )
    );
    let finding = &found["findings"][0];
    assert_eq!(
        (&finding["isLoss"], &finding["count"]),
        (&json!(true), &json!(1))
    );
    assert!(
        finding["places"][0]
            .as_str()
            .unwrap()
            .contains("general/2024-01-02.json message 3"),
        "{finding}"
    );
    let status = service.json("/api/analytics/status").await;
    assert_eq!(status["events"], 0, "counting stores nothing");
    assert_eq!(status["people"], 0);
    assert_eq!(files(&home), 1);

    let (status, answer) = start(&service, &id, "").await;
    assert_eq!(status, StatusCode::ACCEPTED, "{answer}");
    let done = until_state(&service, &id, "done").await;
    let result = &done["result"];
    assert_eq!(
        (&result["stored"], &result["known"]),
        (&json!(2), &json!(0))
    );
    until_no_file(&home).await;
    let status = service.json("/api/analytics/status").await;
    assert_eq!(
        (&status["events"], &status["people"]),
        (&json!(2), &json!(2))
    );
    let (status, answer) = start(&service, &id, "").await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert_eq!(answer["error"]["code"], "import_not_counted");

    assert_eq!(import(&service, "again.zip", zip(&EXPORT)).await, (0, 2));
    // What the command imports has the same identities.
    let path = home.path("export.zip");
    std::fs::write(&path, zip(&EXPORT)).unwrap();
    let done = home.run(
        &["import", path.to_str().unwrap(), "--server", &service.base],
        &[],
    );
    let text = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(text.contains("new events       0"), "{text}");
    let list = service.json(IMPORTS).await;
    let names: Vec<_> = list["imports"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["name"])
        .collect();
    assert_eq!(names, ["again.zip", "slack-export.zip"]);
}

#[tokio::test]
async fn lines_and_tables_are_told_apart_and_channels_of_unknown_kind_can_be_confidential() {
    let home = Home::new();
    let service = home.start(&[]);
    let people = "user_id,name,email\nu1,Ada,ada@example.org\nu2,Ben,\n";
    let channels = "id,name,type\nc1,general,public\n";
    for (name, table, kind) in [
        ("people.csv", people, "people"),
        ("channels.csv", channels, "channels"),
    ] {
        let id = begin(&service, name, table, "&start=true").await;
        assert_eq!(until_state(&service, &id, "done").await["kind"], kind);
    }
    let status = service.json("/api/analytics/status").await;
    assert_eq!(
        (&status["people"], &status["channels"]),
        (&json!(2), &json!(1))
    );

    let line = |channel: &str, message: &str| {
        json!({"type": "message_sent", "ts": 1_704_186_000, "user_id": "u1", "channel_id": channel,
            "message_id": message, "text": format!("see #{channel}")})
        .to_string()
    };
    let lines = [line("c1", "m1"), line("c2", "m2"), "no JSON".to_owned()].join("\n");
    let packed = zstd::encode_all(lines.as_bytes(), 1).unwrap();
    let id = begin(&service, "history.ndjson.zst", packed, "").await;
    let counted = until_state(&service, &id, "counted").await;
    assert_eq!(counted["kind"], "ndjson");
    assert_eq!(counted["found"]["events"], 2);
    assert_eq!(
        counted["found"]["unknownChannels"], 1,
        "c1 is known as public"
    );
    assert_eq!(counted["found"]["findings"][0]["code"], "not_json");
    let (status, answer) = start(&service, &id, "?unknownChannels=confidential").await;
    assert_eq!(status, StatusCode::ACCEPTED, "{answer}");
    until_state(&service, &id, "done").await;
    let content = service
        .json("/api/analytics/content?from=2024-01-01&to=2024-02-01")
        .await;
    let tags: Vec<_> = content["hashtags"]
        .as_array()
        .unwrap()
        .iter()
        .map(|tag| tag["name"].as_str().unwrap())
        .collect();
    assert_eq!(tags, ["c1"], "{content}");
}

#[tokio::test]
async fn what_would_not_stay_is_imported_only_without_it() {
    let home = Home::new();
    let service = home.start(&[("ANALYTICS_RETENTION_DAYS", "365")]);
    let recent = SystemClock.now().as_millis() / 1_000 - 86_400;
    let line = |ts: i64, message: &str| {
        json!({"type": "message_sent", "ts": ts, "user_id": "u1", "message_id": message})
            .to_string()
    };
    let lines = [line(1_704_186_000, "m1"), line(recent, "m2")].join("\n");
    let id = begin(&service, "history.ndjson", lines.clone(), "").await;
    let counted = until_state(&service, &id, "counted").await;
    assert_eq!(
        (&counted["found"]["events"], &counted["found"]["tooOld"]),
        (&json!(1), &json!(1))
    );
    let (status, answer) = start(&service, &id, "").await;
    assert_eq!(status, StatusCode::CONFLICT);
    assert_eq!(answer["error"]["code"], "import_too_old");
    let (status, _) = start(&service, &id, "?skipOld=true").await;
    assert_eq!(status, StatusCode::ACCEPTED);
    let done = until_state(&service, &id, "done").await;
    assert_eq!(done["result"]["stored"], 1);
    // Where nobody looks at what is counted, it fails instead.
    let (_, answer) = upload(&service, "history.ndjson", lines, "&start=true").await;
    let failed = until_state(&service, answer["id"].as_str().unwrap(), "failed").await;
    assert!(
        failed["problem"]
            .as_str()
            .unwrap()
            .contains("ANALYTICS_RETENTION_DAYS"),
        "{failed}"
    );
    let old = line(1_704_186_000, "m1");
    let id = begin(&service, "history.ndjson", old, "").await;
    let failed = until_state(&service, &id, "failed").await;
    let problem = failed["problem"].as_str().unwrap();
    assert!(
        problem.contains("what is in it (1 event) is older than"),
        "{problem}"
    );
    until_no_file(&home).await;
}
