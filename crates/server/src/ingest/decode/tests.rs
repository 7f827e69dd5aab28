use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn read(body: &[u8], events: usize) -> Result<Decoded, DecodeError> {
    let bytes = 1 << 20;
    decode(body, Bounds { events, bytes }).map(|(events, _)| events)
}

fn one(body: &Value) -> RawEvent {
    let mut events = read(body.to_string().as_bytes(), 10).unwrap();
    assert_eq!(events.len(), 1);
    events.remove(0).unwrap()
}

#[test]
fn every_documented_shape_is_read() {
    let seed = one(
        &json!({"event": "feature_used", "userId": "user-123", "properties": {"feature": "voice_message", "duration": 45}}),
    );
    assert_eq!(
        (seed.name.as_str(), seed.user.as_deref()),
        ("feature_used", Some("user-123"))
    );
    assert_eq!(seed.properties["duration"], 45);

    let client = one(
        &json!({"eventType": "message_sent", "userId": "u", "channelId": "c", "metadata": {"length": 3}, "timestamp": "2026-02-01T00:00:00Z"}),
    );
    assert_eq!(
        (client.name.as_str(), client.channel.as_deref()),
        ("message_sent", Some("c"))
    );
    assert_eq!(client.properties["length"], 3);

    let many = read(br#"{"events":[{"eventType":"a"},{"eventType":"b"}]}"#, 10).unwrap();
    assert_eq!(
        many.iter()
            .map(|event| event.as_ref().unwrap().name.as_str())
            .collect::<Vec<_>>(),
        ["a", "b"]
    );

    let wiki =
        one(&json!([{"name": "page_view", "category": "navigation", "properties": {"path": "/"}}]));
    assert_eq!(
        (wiki.name.as_str(), wiki.properties["category"].as_str()),
        ("page_view", Some("navigation"))
    );

    let tracked = one(
        &json!([{"id": "evt_1", "name": "page_view", "category": "navigation", "properties": {},
        "base": {"timestamp": 1_770_000_000_000i64, "sessionId": "s", "userId": "u", "platform": "web", "appVersion": "1.2.3"}}]),
    );
    assert_eq!(tracked.key.as_deref(), Some("evt_1"));
    assert_eq!(
        (tracked.session.as_deref(), tracked.user.as_deref()),
        (Some("s"), Some("u"))
    );
    assert_eq!(tracked.timestamp, Some(json!(1_770_000_000_000i64)));
    assert_eq!(tracked.properties["platform"], "web");

    let route = one(
        &json!({"event_type": "page_view", "event_category": "page_view", "event_data": {"path": "/x"}, "session_id": "s"}),
    );
    assert_eq!(
        (route.name.as_str(), route.properties["path"].as_str()),
        ("page_view", Some("/x"))
    );

    let plugin = one(
        &json!({"event_name": "signup", "event_category": "x", "user_id": "u", "properties": {"a": 1}, "context": {"ip": "1.2.3.4"}, "source_plugin": "chat", "timestamp": "2026-01-01T00:00:00Z"}),
    );
    assert_eq!(
        (plugin.name.as_str(), plugin.user.as_deref()),
        ("signup", Some("u"))
    );
    assert_eq!(plugin.properties["source_plugin"], "chat");

    for name in ["id", "eventId", "event_id"] {
        assert_eq!(
            one(&json!({"event": "x", name: "k"})).key.as_deref(),
            Some("k")
        );
    }
}

#[test]
fn what_is_wrong_is_said() {
    let refused = |body: &str| read(body.as_bytes(), 2).unwrap_err();
    assert!(matches!(refused("{"), DecodeError::NotJson(_)));
    assert!(matches!(refused("{\"a\": NaN}"), DecodeError::NotJson(_)));
    assert!(matches!(refused("[1,2,"), DecodeError::NotJson(_)));
    assert!(matches!(refused(""), DecodeError::NotJson(_)));
    let beside = r#"{"userId": "u1", "_sent": 1, "events": [{"event": "a"}], "x": 1}"#;
    assert_eq!(refused(beside), DecodeError::Beside("userId".to_owned()));
    assert_eq!(refused("42"), DecodeError::NotEvents);
    assert_eq!(
        refused("[{},{},{}]"),
        DecodeError::TooMany { found: 3, limit: 2 }
    );
    assert!(matches!(
        read(&[0xff, 0xfe], 2).unwrap_err(),
        DecodeError::NotJson(_)
    ));
    let reason = |body: Value| {
        read(body.to_string().as_bytes(), 2)
            .unwrap()
            .remove(0)
            .unwrap_err()
            .0
    };
    assert_eq!(reason(json!([1])), Reason::NotAnObject);
    assert_eq!(reason(json!({"event": 1})), Reason::WrongType("event"));
    assert_eq!(
        reason(json!({"event": "x", "userId": {}})),
        Reason::WrongType("userId")
    );
    assert_eq!(
        reason(json!({"event": "x", "properties": "y"})),
        Reason::WrongType("properties")
    );
}

#[test]
fn deep_nesting_is_refused_without_overflow() {
    let deep = format!(
        "{{\"event\":\"x\",\"properties\":{}1{}}}",
        "{\"a\":".repeat(5_000),
        "}".repeat(5_000)
    );
    match read(deep.as_bytes(), 2) {
        Ok(events) => assert!(matches!(events[0], Err((Reason::TooDeep(_), _)))),
        Err(error) => assert!(matches!(error, DecodeError::NotJson(_))),
    }
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _read = read(&bytes, 10).is_ok();
    }

    #[test]
    fn any_json_is_read_or_refused(text in "\\{(\"(event|id|properties|base|events|timestamp|userId)\":(\"[a-z]{0,3}\"|[0-9]{1,30}|null|\\{\\}|\\[\\]|-1e99),?){0,6}\\}") {
        let _read = read(text.as_bytes(), 10).is_ok();
    }
}
