//! What is not an event, and what becomes of it.

use serde_json::{Value, json};

use super::{TRACK, post, stored};
use crate::{
    api::{assert_same, refusal::assert_refused},
    support::Home,
};

fn nested(levels: usize) -> String {
    format!("{}1{}", "{\"a\":".repeat(levels), "}".repeat(levels))
}

/// Bodies of one event that must be refused, with the code of the reason.
fn refused() -> Vec<(String, &'static str)> {
    let event = |fields: Value| {
        let mut event = json!({"event": "x"});
        for (name, value) in fields.as_object().unwrap() {
            event[name] = value.clone();
        }
        event.to_string()
    };
    let properties = |properties: Value| event(json!({"properties": properties}));
    let many: Value = (0..1_025).collect();
    let large: serde_json::Map<_, _> = (0..40)
        .map(|n| (format!("p{n}"), "x".repeat(8_000).into()))
        .collect();
    vec![
        ("[7]".to_owned(), "not_an_object"),
        ("[\"x\"]".to_owned(), "not_an_object"),
        ("[null]".to_owned(), "not_an_object"),
        ("[[]]".to_owned(), "not_an_object"),
        ("{}".to_owned(), "missing_name"),
        (r#"{"event": " "}"#.to_owned(), "missing_name"),
        (
            r#"{"event": null, "userId": "u"}"#.to_owned(),
            "missing_name",
        ),
        (r#"{"events": 5}"#.to_owned(), "missing_name"),
        (event(json!({"event": 5})), "wrong_type"),
        (event(json!({"userId": {}})), "wrong_type"),
        (event(json!({"userId": true})), "wrong_type"),
        (event(json!({"channelId": ["c1"]})), "wrong_type"),
        (event(json!({"properties": "p"})), "wrong_type"),
        (event(json!({"metadata": [1]})), "wrong_type"),
        (event(json!({"base": 1})), "wrong_type"),
        (event(json!({"isBot": "yes"})), "wrong_type"),
        (event(json!({"id": {}})), "wrong_type"),
        (properties(json!({"userId": {}})), "wrong_type"),
        (event(json!({"timestamp": true})), "bad_timestamp"),
        (event(json!({"timestamp": -1})), "bad_timestamp"),
        (event(json!({"timestamp": "NaN"})), "bad_timestamp"),
        (event(json!({"timestamp": "1e400"})), "bad_timestamp"),
        (
            event(json!({"timestamp": "2026-02-30T00:00:00Z"})),
            "bad_timestamp",
        ),
        (
            event(json!({"timestamp": "9".repeat(5_000)})),
            "bad_timestamp",
        ),
        (
            properties(serde_json::from_str(&nested(9)).unwrap()),
            "too_deep",
        ),
        (
            format!("[{{\"event\":\"x\",\"properties\":{}}}]", nested(200)),
            "too_deep",
        ),
        (
            format!("[{{\"event\":\"x\",\"properties\":{}}}]", nested(100_000)),
            "too_deep",
        ),
        (properties(json!({"list": many})), "too_many_values"),
        (properties(large.into()), "too_large"),
        // In the form of JSON, and without a meaning.
        (
            r#"{"event": "x", "properties": {"a": 1e999}}"#.to_owned(),
            "bad_value",
        ),
    ]
}

#[tokio::test]
async fn every_reason_is_said_by_code_and_sentence() {
    let home = Home::new();
    let service = home.start(&[]);
    let cases = refused();
    for (body, code) in &cases {
        let response = service.post(TRACK).body(body.clone()).send().await.unwrap();
        let error = assert_refused(response, 400, "no_valid_event").await;
        let about = body.chars().take(100).collect::<String>();
        assert_eq!(error["details"]["errors"][0]["code"], *code, "{about}");
        assert_eq!(error["details"]["invalidIndices"], json!([0]), "{about}");
        let reason = error["details"]["errors"][0]["message"].as_str().unwrap();
        let message = error["message"].as_str().unwrap();
        assert_eq!(message, format!("no event was accepted: {reason}"));
    }
    // Nothing was stored, and everything is remembered with the same reason.
    assert_eq!(stored(&service).await, Vec::<Value>::new());
    let letters = service.json("/api/analytics/dead-letters?limit=1000").await;
    assert_eq!(letters["total"], cases.len());
    let mut codes: Vec<&str> = letters["deadLetters"]
        .as_array()
        .unwrap()
        .iter()
        .map(|letter| letter["code"].as_str().unwrap())
        .collect();
    let mut expected: Vec<&str> = cases.iter().map(|(_, code)| *code).collect();
    codes.sort_unstable();
    expected.sort_unstable();
    assert_eq!(codes, expected);
    // Every limit holds to the byte: what just fits is taken.
    for body in [
        json!({"event": "x".repeat(100), "userId": "u".repeat(128), "id": "k".repeat(128)}),
        json!({"event": "x", "properties": {"list": (0..255).collect::<Value>()}}),
        json!({"event": "x", "properties": {"stack": "x".repeat(8_192)}}),
        json!({"event": "x", "properties": serde_json::from_str::<Value>(&nested(8)).unwrap()}),
        json!({"event": "message_sent", "text": "x".repeat(262_144)}),
        json!({"event": "x", "properties": {"a": 1e308, "b": "\u{10ffff}", "c": null}}),
    ] {
        let answer = post(&service, TRACK, "application/json", body.to_string()).await;
        assert!(answer.get("warnings").is_none(), "{answer}");
    }
}

#[tokio::test]
async fn what_is_valid_is_stored_and_what_is_not_is_named() {
    let home = Home::new();
    let service = home.start(&[]);
    let good = |id: &str| json!({"event": "page_view", "id": id, "userId": "u1"});
    let batch = json!([good("1"), {"userId": "u1"}, good("2"), 5, good("1"), {"event": "x", "timestamp": "?"}]);
    let answer = service.track(&batch).await;
    let expected = json!({
        "success": true, "tracked": 3, "duplicates": 1, "sampled": 0,
        "message": "3 events tracked (2 stored, 1 known already), 3 refused", "failed": 3, "invalidIndices": [1, 3, 5],
        "errors": [
            {"index": 1, "code": "missing_name", "message": "the event has no name (`event`, `eventType`, `name`, `event_type` or `event_name`)"},
            {"index": 3, "code": "not_an_object", "message": "the event is not a JSON object"},
            {"index": 5, "code": "bad_timestamp", "message": "`timestamp` is neither RFC 3339 nor seconds or milliseconds since 1970"},
        ],
    });
    assert_same(&answer, &expected);
    assert_eq!(stored(&service).await.len(), 2);
    // Of many the first hundred reasons are listed, and all places.
    let mut batch = vec![json!(0); 250];
    batch.push(good("3"));
    let answer = service.track(&json!(batch)).await;
    assert_eq!(
        (&answer["tracked"], &answer["failed"]),
        (&json!(1), &json!(250))
    );
    assert_eq!(answer["errors"].as_array().unwrap().len(), 100);
    assert_eq!(
        answer["invalidIndices"],
        json!((0..250).collect::<Vec<_>>())
    );
    // Nothing at all is not a success.
    for body in ["[]", r#"{"events": []}"#] {
        let response = service.post(TRACK).body(body).send().await.unwrap();
        let error = assert_refused(response, 400, "no_valid_event").await;
        assert_eq!(
            error["message"],
            "no event was accepted: there is no event in the body"
        );
    }
}
