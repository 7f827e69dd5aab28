//! What producers add themselves.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{connected, count, server::Server, settled, start};
use crate::support::Home;

#[tokio::test]
async fn producers_add_json_or_fields() {
    let server = Server::start().await;
    // They may have begun before the service.
    let at = "1790000000000";
    let sent = json!({"event": "message_sent", "userId": "ada", "channelId": "c1", "timestamp": 1_790_000_000_000_u64,
        "text": "#one", "properties": {"durationMs": 1.5}});
    server.add(&["event", &sent.to_string()]).await;
    let home = Home::new();
    let service = start(&home, &server, &[]);
    connected(&service).await;
    server
        .add(&[
            "event",
            "message_sent",
            "userId",
            "007",
            "channelId",
            "c1",
            "timestamp",
            at,
            "text",
            "#two",
            "durationMs",
            "2.5",
            "isBot",
            "false",
            "properties",
            r#"{"a": [1]}"#,
        ])
        .await;
    let workspace = [
        "workspace",
        "other",
        "event",
        r#"{"name":"sign_in","userId":"eve"}"#,
    ];
    server.add(&workspace).await;
    // The same identity counts once, whichever way it comes.
    let named = json!({"event": "sign_in", "id": "only-once", "userId": "ada", "timestamp": 1_790_000_000_000_u64});
    service.track(&named).await;
    server.add(&["event", &named.to_string()]).await;
    let status = settled(&service, &server).await;
    assert_eq!(count(&status, "message_sent"), 2);
    assert_eq!(count(&status, "sign_in"), 1);
    let listed = service
        .json("/api/analytics/events?period=all&limit=10&eventType=message_sent")
        .await;
    let mut found: Vec<Value> = listed["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| {
            json!([
                event["userId"],
                event["timestamp"],
                event["isBot"],
                event["properties"]
            ])
        })
        .collect();
    found.sort_by_key(ToString::to_string);
    let time = "2026-09-21T14:13:20Z";
    assert_eq!(
        found,
        [
            json!(["007", time, false, {"durationMs": 2.5, "a": [1]}]),
            json!(["ada", time, false, {"durationMs": 1.5}]),
        ]
    );
    let content = service.json("/api/analytics/content?period=all").await;
    assert!(content.to_string().contains("one") && content.to_string().contains("two"));
    let other = service
        .get("/api/analytics/status")
        .header("X-Source-Account-ID", "other")
        .send()
        .await
        .unwrap();
    let other: Value = other.json().await.unwrap();
    assert_eq!(count(&other, "sign_in"), 1);
}

#[tokio::test]
async fn what_cannot_be_read_is_a_dead_letter_and_holds_nobody_up() {
    let server = Server::start().await;
    let home = Home::new();
    let service = start(&home, &server, &[]);
    connected(&service).await;
    let huge = "x".repeat(2 * 1024 * 1024);
    for fields in [
        &["event", "{not json"][..],
        &["event", r#"{"userId":"nameless"}"#],
        &["event", r#"{"events":[{"event":"a"},{"event":"b"}]}"#],
        &["userId", "nameless"],
        &["event", "message_sent", "timestamp", "never"],
        &["event", "message_sent", "properties", "no object"],
        &["event", "message_sent", "workspace", "\u{7}"],
        &["event", "message_sent", "note", &huge],
        &["accepted", "{}"],
        &["accepted", "\u{0}"],
        &["refused", "[]"],
        &["\u{fffd}\u{0}", "\u{1}"],
    ] {
        server.add(fields).await;
        server.add(&["event", "sign_in", "userId", "ada"]).await;
    }
    let status = settled(&service, &server).await;
    assert_eq!(count(&status, "sign_in"), 12);
    assert_eq!(status["deadLetters"], 12, "{status:#}");
    let letters = service.json("/api/analytics/dead-letters").await;
    let letters = letters["deadLetters"].as_array().unwrap();
    let mut codes: BTreeMap<&str, u64> = BTreeMap::new();
    for letter in letters {
        assert_eq!(letter["source"], "stream");
        *codes.entry(letter["code"].as_str().unwrap()).or_default() += 1;
    }
    let expected = [
        ("bad_entry", 7),
        ("bad_timestamp", 1),
        ("missing_name", 3),
        ("wrong_type", 1),
    ];
    assert_eq!(codes, BTreeMap::from(expected));
    assert_eq!(
        service
            .log()
            .iter()
            .filter(|line| line.contains("panic"))
            .count(),
        0
    );
}
