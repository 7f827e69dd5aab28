//! Odd values, which cost themselves and never the event.

use serde_json::{Value, json};

use super::{TRACK, post, stored};
use crate::{
    api::assert_same,
    support::{Home, Service},
};

async fn track(service: &Service, body: impl Into<reqwest::Body>) -> Value {
    post(service, TRACK, "application/json", body).await
}

/// Returns codes and fields of the warnings in an answer.
fn warnings(answer: &Value) -> Vec<(u64, &str, &str)> {
    let warnings = answer["warnings"].as_array().into_iter().flatten();
    warnings
        .map(|warning| {
            (
                warning["index"].as_u64().unwrap(),
                warning["code"].as_str().unwrap(),
                warning["field"].as_str().unwrap(),
            )
        })
        .collect()
}

#[tokio::test]
async fn an_odd_value_costs_the_value_and_is_told() {
    let home = Home::new();
    let service = home.start(&[]);
    let long = "x".repeat(100_000);
    let many: Value = (0..300).collect();
    for (event, expected) in [
        (json!({"event": long}), vec![("string_too_long", "event")]),
        (json!({"event": "a\nb"}), vec![("bad_characters", "event")]),
        (
            json!({"event": "x", "userId": long}),
            vec![("string_too_long", "userId")],
        ),
        (
            json!({"event": "x", "userId": "a\u{0}b"}),
            vec![("bad_characters", "userId")],
        ),
        (
            json!({"event": "x", "channelId": "a\tb"}),
            vec![("bad_characters", "channelId")],
        ),
        (
            json!({"event": "x", "userId": "null", "channelId": "undefined", "sessionId": "NaN",
                "messageId": "0", "threadId": "[object Object]"}),
            vec![
                ("placeholder_identifier", "userId"),
                ("placeholder_identifier", "channelId"),
                ("placeholder_identifier", "sessionId"),
                ("placeholder_identifier", "messageId"),
                ("placeholder_identifier", "threadId"),
            ],
        ),
        // Of these only the key is kept, which any text has.
        (json!({"event": "x", "messageId": long, "id": long}), vec![]),
        (
            json!({"event": "error_occurred", "properties": {"stack": long, "at": {"b": "a\u{0}"}}}),
            vec![
                ("bad_characters", "properties.at.b"),
                ("string_too_long", "properties.stack"),
            ],
        ),
        (
            json!({"event": "x", "properties": {"list": many}}),
            vec![("too_many_values", "properties.list")],
        ),
        (
            json!({"event": "message_sent", "text": "x".repeat(300_000)}),
            vec![("string_too_long", "text")],
        ),
    ] {
        let answer = track(&service, json!([{"event": "first"}, event]).to_string()).await;
        assert_eq!(answer["tracked"], 2, "{answer}");
        let expected: Vec<_> = expected
            .into_iter()
            .map(|(code, field)| (1, code, field))
            .collect();
        assert_eq!(warnings(&answer), expected);
        assert_eq!(
            answer
                .get("warned")
                .map_or(0, |count| count.as_u64().unwrap()),
            expected.len() as u64
        );
    }
    // The first hundred are listed, all are counted.
    let batch = vec![json!({"event": "x", "userId": "null"}); 150];
    let answer = service.track(&json!(batch)).await;
    assert_eq!(warnings(&answer).len(), 100);
    assert_eq!(answer["warned"], 150);
    assert_eq!(
        service.json("/api/analytics/dead-letters").await["total"],
        0
    );
}

#[tokio::test]
async fn half_an_emoji_costs_the_half() {
    let home = Home::new();
    let service = home.start(&[]);
    let body = r#"[{"event":"search_performed","userId":"u1","properties":{"q":"fine"}},{"event":"search_performed","userId":"u2","properties":{"q":"cut \ud83d"}},{"event":"message_sent","userId":"u3","channelId":"c1","text":"x \udc00"}]"#;
    let answer = track(&service, body).await;
    assert_eq!(answer["tracked"], 3);
    let expected = [
        (1, "bad_characters", "properties.q"),
        (2, "bad_characters", "text"),
    ];
    assert_eq!(warnings(&answer), expected);
    let mut found: Vec<Value> = stored(&service)
        .await
        .iter()
        .map(|event| event["properties"]["q"].clone())
        .collect();
    found.sort_by_key(Value::to_string);
    assert_eq!(found, [json!("cut \u{fffd}"), json!("fine"), Value::Null]);
    // Alone, in `events`, and in names.
    for body in [
        r#"{"event":"x","userId":"u\ud83d"}"#,
        r#"{"events":[{"event":"x","properties":{"\udfff":"\ud800"}}]}"#,
    ] {
        assert_eq!(track(&service, body).await["tracked"], 1);
    }
}

#[tokio::test]
async fn who_is_nobody_is_no_person() {
    let home = Home::new();
    let service = home.start(&[]);
    let placeholders = [
        "undefined",
        "null",
        "[object Object]",
        "NaN",
        "None",
        "",
        " NULL ",
        "0",
        "U00",
        "nil",
    ];
    let batch: Value = placeholders
        .iter()
        .chain(&["real"])
        .map(|user| json!({"event": "page_view", "userId": user, "channelId": user}))
        .collect();
    let answer = service.track(&batch).await;
    assert_eq!(answer["tracked"], 11);
    assert_eq!(warnings(&answer).len(), 2 * 9);
    // A number, too, and within the properties.
    service
        .track(&json!([{"event": "page_view", "userId": 0}, {"event": "page_view", "properties": {"user_id": "None"}}]))
        .await;
    let dashboard = service.json("/api/analytics/dashboard?period=7d").await;
    assert_eq!(
        dashboard["overview"]["activeUsers"]["current"], 1,
        "{dashboard}"
    );
    // A key that is none makes no two events one.
    let batch = json!([{"event": "y", "id": "undefined"}, {"event": "y", "id": "undefined"}]);
    let answer = service.track(&batch).await;
    assert_same(
        &json!([answer["tracked"], answer["duplicates"]]),
        &json!([2, 0]),
    );
    let again = json!([{"event": "y", "id": "1"}, {"event": "y", "id": "1"}]);
    assert_eq!(
        service.track(&again).await["message"],
        "2 events tracked (1 stored, 1 known already)"
    );
}
