//! What is kept of people, and what is not.

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{TRACK, stored};
use crate::{
    api::assert_same,
    support::{Home, Service, json as read},
};

const SECRET: &str = "the plan is to buy the moon";

async fn put(service: &Service, records: &Value) {
    let response = service.post("/api/analytics/records").json(records).send();
    read(response.await.unwrap(), StatusCode::OK).await;
}

/// Asserts that nothing of this can be read anywhere, in any answer or file.
async fn assert_nowhere(service: &Service, home: &Home, what: &str) {
    for path in [
        "events?period=30d&includeBots=true",
        "dead-letters",
        "export?format=ndjson&metrics=events,users,channels&period=30d",
        "content?period=30d&explain=true",
        "status",
    ] {
        let response = service
            .get(&format!("/api/analytics/{path}"))
            .send()
            .await
            .unwrap();
        let text = response.text().await.unwrap();
        assert!(!text.contains(what), "`{what}` in {path}: {text}");
    }
    for entry in std::fs::read_dir(home.data()).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap_or_default();
        let found = bytes
            .windows(what.len())
            .any(|window| window == what.as_bytes());
        assert!(!found, "`{what}` in {}", path.display());
    }
}

#[tokio::test]
async fn sensitive_names_and_values_are_masked() {
    let home = Home::new();
    let service = home.start(&[]);
    let sent = json!({
        "password": "hunter2", "apiKey": 12345, "user_email": "ada@example.com", "phone": null,
        "hasToken": true, "tokens_used": 7, "path": "/invite/ada@example.com?x=1",
        "note": "call +44 20 7946 0958 or pay with 4111 1111 1111 1111", "ip": "203.0.113.77",
        "deep": [{"secret": {"a": 1}, "quality": "high"}], "ada@example.com": "x", "duration": 45,
    });
    let kept = json!({
        "password": "[masked]", "apiKey": "[masked]", "user_email": "[masked]", "phone": null,
        "hasToken": true, "tokens_used": 7, "path": "/invite/[masked]?x=1",
        "note": "call [masked] or pay with [masked]", "ip": "203.0.113.0",
        "deep": [{"secret": "[masked]", "quality": "high"}], "[masked]": "x", "duration": 45,
    });
    service
        .track(&json!({"event": "feature_used", "userId": "u1", "properties": sent}))
        .await;
    assert_same(&stored(&service).await[0]["properties"], &kept);
    for what in [
        "hunter2",
        "ada@example.com",
        "7946 0958",
        "4111 1111",
        "203.0.113.77",
    ] {
        assert_nowhere(&service, &home, what).await;
    }
}

#[tokio::test]
async fn refused_events_leave_neither_texts_nor_secrets() {
    let home = Home::new();
    let service = home.start(&[]);
    let secrets = json!({"password": "hunter2", "mail": "ada@example.com"});
    for body in [
        // Refused while it is read, and refused afterwards.
        json!({"event": 5, "userId": "u1", "text": SECRET, "properties": secrets}),
        json!({"event": "message_sent", "userId": {}, "content": SECRET, "password": "hunter2"}),
        json!({"event": "message_sent", "timestamp": "?", "text": SECRET, "properties": secrets}),
        json!({"event": "message_sent", "timestamp": "x".repeat(200), "metadata": {"text": SECRET, "token": "hunter2"}}),
        json!([SECRET]),
    ] {
        let response = service.post(TRACK).json(&body).send().await.unwrap();
        let error = read(response, StatusCode::BAD_REQUEST).await;
        assert!(!error.to_string().contains("hunter2"));
    }
    let letters = service.json("/api/analytics/dead-letters").await;
    assert_eq!(letters["total"], 5);
    for what in [SECRET, "hunter2", "ada@example.com"] {
        assert_nowhere(&service, &home, what).await;
    }
    // What was sent can be told all the same.
    let bodies: Vec<&str> = letters["deadLetters"]
        .as_array()
        .unwrap()
        .iter()
        .map(|letter| letter["body"].as_str().unwrap())
        .collect();
    assert!(
        bodies.contains(&r#"{"fields":["event","properties","text","userId"]}"#),
        "{bodies:?}"
    );
}

#[tokio::test]
async fn texts_are_read_and_dropped_unless_they_are_to_be_kept() {
    let home = Home::new();
    let message = json!({"event": "message_sent", "userId": "u1", "channelId": "c1", "properties": {"content": SECRET, "length": 27}});
    let service = home.start(&[]);
    service.track(&message).await;
    assert_eq!(
        stored(&service).await[0]["properties"],
        json!({"length": 27})
    );
    let answer = service.json("/api/analytics/messages?period=7d").await;
    assert_eq!(answer["wordsPerMessage"], 7.0);
    assert_nowhere(&service, &home, SECRET).await;
    assert_eq!(service.stop(), Some(0));
    assert_eq!(
        home.start(&[("ANALYTICS_STORE_TEXT", "false")]).stop(),
        Some(0)
    );
    let service = home.start(&[("ANALYTICS_STORE_TEXT", "true")]);
    service.track(&message).await;
    let texts: Vec<Value> = stored(&service)
        .await
        .iter()
        .map(|event| event["properties"]["text"].clone())
        .collect();
    assert_eq!(texts, [json!(SECRET), Value::Null]);
}

#[tokio::test]
async fn no_kind_of_event_keeps_what_people_wrote() {
    let home = Home::new();
    let service = home.start(&[]);
    let events: Value = [
        json!({"event": "message_sent", "message": SECRET}),
        json!({"event": "message_sent", "text": "x", "caption": SECRET, "subject": SECRET}),
        json!({"event": "message_sent", "content": {"ops": [{"insert": {"text": SECRET}}]}}),
        json!({"event": "message_edited", "properties": {"oldText": SECRET, "new_text": SECRET}}),
        json!({"event": "message_deleted", "properties": {"message": {"body": SECRET}}}),
        json!({"event": "reaction_added", "messageText": SECRET}),
        json!({"event": "file_shared", "properties": {"comment": SECRET, "title": SECRET}}),
        json!({"event": "feature_used", "properties": {"feature": "x", "content": SECRET}}),
        json!({"event": "search_performed", "properties": {"hits": [{"snippet": SECRET}]}}),
        json!({"event": "notification_shown", "title": SECRET, "body": SECRET}),
        json!({"event": "poll_created", "data": {"question": {"text": SECRET}}}),
        json!({"event": "api_error", "properties": {"request_body": SECRET}}),
        json!({"event": "x", "base": {"message": SECRET}, "context": {"quoted": [SECRET]}}),
    ]
    .into_iter()
    .collect();
    let answer = service.track(&events).await;
    assert_eq!(answer["tracked"], events.as_array().unwrap().len());
    assert_nowhere(&service, &home, SECRET).await;
    // What the machine says of itself, and numbers, are no texts.
    let kept = json!({"errorMessage": "timeout of 5 s", "message": "it failed", "length": 27});
    service
        .track(&json!({"event": "error_occurred", "properties": kept}))
        .await;
    assert_same(&stored(&service).await[0]["properties"], &kept);
}

#[tokio::test]
async fn secrets_are_masked_wherever_they_are_written() {
    let home = Home::new();
    let service = home.start(&[]);
    let secret = "hunter2xyz9";
    let sent = json!({
        "password_old": secret, "tokens": [secret], "refreshTokens": secret,
        "apiKeys": {"prod": secret}, "path": format!("/cb?token={secret}&page=2"),
        "log": format!("Authorization: Bearer {secret}"), "key_id": format!("sk_live_{secret}"),
        "config": format!("{{\"password\":\"{secret}\"}}"), "card": 4_111_111_111_111_111_u64,
        "url": format!("https://app:{secret}@example.org/x"),
    });
    service
        .track(&json!({"event": "feature_used", "userId": "u1", "properties": sent}))
        .await;
    let properties = &stored(&service).await[0]["properties"];
    assert_eq!(properties["path"], "/cb?token=[masked]&page=2");
    assert_eq!(properties["card"], "[masked]");
    for what in [secret, "4111111111111111"] {
        assert_nowhere(&service, &home, what).await;
    }
}

/// Sends the same message to channels of every kind; returns the hashtags that are counted.
async fn hashtags(environment: &[(&str, &str)]) -> Vec<String> {
    let home = Home::new();
    let service = home.start(environment);
    let kinds = ["public", "announcement", "private", "direct", "group"];
    let channels: Value = kinds
        .iter()
        .map(|kind| json!({"id": format!("c-{kind}"), "kind": kind}))
        .collect();
    put(&service, &json!({"channels": channels})).await;
    let message = |channel: &str, tag: &str, more: Value| {
        json!({"event": "message_sent", "userId": "u1", "channelId": channel, "properties": more,
               "text": format!("#{tag} :tada: https://{tag}.example.com @u2")})
    };
    let mut messages: Vec<Value> = kinds
        .iter()
        .map(|kind| message(&format!("c-{kind}"), kind, json!({})))
        .collect();
    // The sender may know better than the records, and what is in no record is open.
    messages.push(message(
        "c-other",
        "whispered",
        json!({"channelType": "dm"}),
    ));
    messages.push(message("c-other", "unknown", json!({})));
    service.track(&json!(messages)).await;
    let content = service.json("/api/analytics/content?period=7d").await;
    let names = |list: &str| {
        let rows = content[list].as_array().unwrap().iter();
        let mut names: Vec<String> = rows
            .map(|row| row["name"].as_str().unwrap().to_owned())
            .collect();
        names.sort_unstable();
        names
    };
    let tags = names("hashtags");
    let hosts: Vec<String> = tags
        .iter()
        .map(|tag| format!("{tag}.example.com"))
        .collect();
    assert_eq!(names("links"), hosts);
    assert_eq!(content["emoji"][0]["count"], tags.len());
    // Messages and words are counted everywhere.
    let answer = service.json("/api/analytics/messages?period=7d").await;
    assert_eq!(
        (&answer["total"], &answer["wordsPerMessage"]),
        (&json!(7), &json!(2.0))
    );
    tags
}

#[tokio::test]
async fn confidential_channels_give_no_terms_unless_they_are_to() {
    let open = ["announcement", "public", "unknown"];
    assert_eq!(hashtags(&[]).await, open);
    let all = [
        "announcement",
        "direct",
        "group",
        "private",
        "public",
        "unknown",
        "whispered",
    ];
    assert_eq!(
        hashtags(&[("ANALYTICS_CONTENT_PRIVATE_CHANNELS", "true")]).await,
        all
    );
}
