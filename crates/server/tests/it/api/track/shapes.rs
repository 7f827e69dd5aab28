//! Every shape in which nChat and its plugins post events.

use serde_json::{Value, json};

use super::{TRACK, post, stored};
use crate::{api::assert_same, support::Home};

const JSON: &str = "application/json";
const AT: &str = "2026-02-03T10:30:00Z";
/// The same in milliseconds.
const MILLIS: i64 = 1_770_114_600_000;

/// Returns an event as it is listed, without its identity and arrival.
fn listed(mut event: Value) -> Value {
    let fields = event.as_object_mut().unwrap();
    for name in ["eventId", "receivedAt"] {
        assert!(fields.remove(name).unwrap().is_string());
    }
    event
}

fn expected(name: &str, user: Option<&str>, channel: Option<&str>, properties: &Value) -> Value {
    json!({
        "eventType": name, "timestamp": AT, "userId": user, "userName": null, "channelId": channel,
        "channelName": null, "messageId": null, "threadId": null, "messageType": null,
        "isBot": false, "weight": 1.0, "properties": properties,
    })
}

/// Shape, path, type and body, with the event it is.
fn shapes() -> Vec<(&'static str, &'static str, &'static str, Value, Value)> {
    let (u, c) = (Some("u1"), Some("c1"));
    vec![
        (
            "a: the product document",
            TRACK,
            JSON,
            json!({"event": "feature_used", "userId": "u1", "timestamp": AT,
                   "properties": {"feature": "voice", "duration": 45}}),
            expected(
                "feature_used",
                u,
                None,
                &json!({"feature": "voice", "duration": 45}),
            ),
        ),
        (
            "b: the client",
            TRACK,
            JSON,
            json!({"eventType": "channel_created", "userId": "u1", "channelId": "c1",
                   "metadata": {"channelType": "public"}, "timestamp": AT}),
            expected("channel_created", u, c, &json!({"channelType": "public"})),
        ),
        (
            "c: a batch of the client",
            TRACK,
            JSON,
            json!({"events": [{"eventType": "shortcut_used", "userId": "u1",
                               "metadata": {"keys": "mod+k"}, "timestamp": AT}]}),
            expected("shortcut_used", u, None, &json!({"keys": "mod+k"})),
        ),
        (
            "d: the wiki",
            TRACK,
            JSON,
            json!([{"name": "theme_changed", "category": "user_actions",
                    "properties": {"theme": "dark"}, "timestamp": AT}]),
            expected(
                "theme_changed",
                None,
                None,
                &json!({"theme": "dark", "category": "user_actions"}),
            ),
        ),
        (
            "e: tracked events, by beacon",
            TRACK,
            "text/plain;charset=UTF-8",
            json!([{
                "id": "evt_1", "name": "page_view", "category": "navigation",
                "properties": {"path": "/chat", "title": "Chat", "referrer": null},
                "base": {"timestamp": MILLIS, "sessionId": "s1", "userId": "u1", "anonymousId": "a1",
                         "platform": "web", "appVersion": "1.2.3"},
            }]),
            expected(
                "page_view",
                u,
                None,
                &json!({
                    "path": "/chat", "title": "Chat", "referrer": null, "category": "navigation",
                    "anonymousId": "a1", "platform": "web", "appVersion": "1.2.3",
                }),
            ),
        ),
        (
            "f: nChat's own route",
            TRACK,
            JSON,
            json!({"event_type": "search_performed", "event_category": "user_action",
                   "event_data": {"query": "plan", "resultCount": 3}, "timestamp": AT, "session_id": "s1"}),
            expected(
                "search_performed",
                None,
                None,
                &json!({"query": "plan", "resultCount": 3, "category": "user_action"}),
            ),
        ),
        (
            "g: nself's plugin",
            "/v1/events",
            JSON,
            json!({"event_name": "invoice_paid", "event_category": "billing", "user_id": "u1",
                   "session_id": "s1", "properties": {"plan": "team"}, "context": {"page": "/billing"},
                   "source_plugin": "billing", "timestamp": AT}),
            expected(
                "invoice_paid",
                u,
                None,
                &json!({
                    "plan": "team", "context": {"page": "/billing"}, "source_plugin": "billing",
                    "category": "billing",
                }),
            ),
        ),
        (
            "g: a batch of it",
            "/v1/events/batch",
            JSON,
            json!({"events": [{"event_name": "quota_hit", "user_id": "u1",
                               "properties": {"quota": 5}, "timestamp": AT}]}),
            expected("quota_hit", u, None, &json!({"quota": 5})),
        ),
    ]
}

#[tokio::test]
async fn every_shape_is_one_event() {
    let home = Home::new();
    let service = home.start(&[]);
    for (count, (shape, path, kind, body, event)) in shapes().into_iter().enumerate() {
        let answer = post(&service, path, kind, body.to_string()).await;
        let reply = json!({
            "success": true, "tracked": 1, "duplicates": 0, "sampled": 0, "message": "1 event tracked",
            "failed": 0, "invalidIndices": [], "errors": [],
        });
        assert_eq!(answer, reply, "{shape}");
        let events = stored(&service).await;
        assert_eq!(events.len(), count + 1, "{shape}");
        let mut found = events.into_iter();
        let found = found.find(|found| found["eventType"] == event["eventType"]);
        assert_same(&listed(found.unwrap()), &event);
    }
}

#[tokio::test]
async fn fields_of_messages_are_found_wherever_they_are() {
    let home = Home::new();
    let service = home.start(&[]);
    let mut keys = Vec::new();
    for (body, message_type, properties) in [
        (
            json!({"event": "message_sent", "userId": "u1", "channelId": "c1", "messageId": "m1",
                   "threadId": "t1", "messageType": "image", "timestamp": AT}),
            "image",
            json!({}),
        ),
        (
            json!({"event": "messageSent", "timestamp": AT, "properties": {
                "user_id": "u1", "channel_id": "c1", "message_id": "m1", "thread_id": "t1",
                "message_type": "photo", "message_length": 12,
            }}),
            "image",
            json!({"length": 12}),
        ),
        (
            // What stands at the top holds.
            json!({"event": "message.sent", "timestamp": AT, "userId": "u1", "threadId": "t1",
                   "properties": {"userId": "u2", "channelId": "c1", "messageId": "m1"}}),
            "text",
            json!({}),
        ),
    ] {
        post(&service, TRACK, JSON, body.to_string()).await;
        let event = stored(&service).await.remove(0);
        let shown = [
            "eventType",
            "userId",
            "channelId",
            "messageType",
            "properties",
        ];
        let expected = [
            json!("message_sent"),
            json!("u1"),
            json!("c1"),
            json!(message_type),
            properties,
        ];
        assert_eq!(shown.map(|name| event[name].clone()), expected, "{body}");
        keys.push((event["messageId"].clone(), event["threadId"].clone()));
    }
    assert!(keys[0].0.is_string() && keys[0].1.is_string());
    assert!(keys.iter().all(|pair| *pair == keys[0]));
}

#[tokio::test]
async fn names_of_other_clients_are_counted_under_ours() {
    let home = Home::new();
    let service = home.start(&[]);
    let names = [
        ("login", "sign_in"),
        ("logout", "sign_out"),
        ("sign_up", "user_signed_up"),
        ("thread_created", "thread_started"),
        ("thread_replied", "thread_reply"),
        ("file_uploaded", "file_shared"),
        ("dm_sent", "message_sent"),
        ("reactionAdded", "reaction_added"),
        ("app-open", "session_start"),
        ("button_click", "button_click"),
        ("Paywall Impression", "Paywall Impression"),
    ];
    let event = |name: &str| json!({"event": name, "userId": "u1", "timestamp": AT});
    let events: Value = names.iter().map(|(name, _)| event(name)).collect();
    service.track(&events).await;
    let status = service.json("/api/analytics/status").await;
    let mut expected = json!({});
    for (_, ours) in names {
        expected[ours] = json!(1);
    }
    assert_same(&status["eventTypes"], &expected);
}
