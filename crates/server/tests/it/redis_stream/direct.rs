//! What comes by way of the stream is what is written directly.

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{connected, count, message, server::Server, settled, start};
use crate::support::{Home, Service, json};

/// Bodies of every kind: texts with terms, files, numbers that are no round ones, old and odd events, and some that are
/// refused.
fn bodies() -> [Value; 4] {
    let at = |minute: u64| 1_790_000_000_000_u64 + minute * 60_000;
    [
        json!({"events": [
            {"event": "message_sent", "id": "m-1", "timestamp": at(0), "userId": "ada", "channelId": "c1",
             "messageId": "m1", "text": "Does the #release of https://example.org/notes wait for @bob? :tada: Zanzibar"},
            {"event": "thread_reply", "id": "m-2", "timestamp": at(1), "userId": "bob", "channelId": "c1",
             "messageId": "m2", "threadId": "m1", "text": "It does not wait for anybody", "isBot": false},
            {"event": "message_sent", "id": "m-3", "timestamp": at(2), "userId": "ada", "channelId": "d1",
             "text": "Only between us: #secret", "properties": {"channelType": "dm"}},
            {"event": "reaction_added", "id": "r-1", "timestamp": at(3), "userId": "bob", "channelId": "c1",
             "messageId": "m1", "properties": {"emoji": "🎉"}},
            {"event": "file_shared", "id": "f-1", "timestamp": at(4), "userId": "ada", "channelId": "c1",
             "properties": {"fileName": "plan.PDF", "fileType": "application/pdf", "fileSize": 123_456, "fileHash": "AbC"}},
            {"event": "message_sent", "id": "b-1", "timestamp": at(5), "userId": "robot", "channelId": "c1",
             "messageType": "bot", "text": "beep"},
        ]}),
        json!([
            {"name": "slow_operation", "category": "performance", "id": "p-1", "properties":
                {"durationMs": 0.300_000_000_000_000_04, "share": 1e-7, "big": 12_345_678_901_234_567_u64, "nested": {"a": [1, null, "ü"]}},
             "base": {"timestamp": at(6), "sessionId": "s1", "userId": "ada", "platform": "web"}},
            {"event": "button_click", "id": "x-1", "timestamp": at(7), "userId": "ada", "properties": {"password": "hunter2"}},
            {"event": "page_view", "id": "v-1", "timestamp": at(8), "sessionId": "s1", "userId": "undefined"},
        ]),
        // The same once more, and twice in one body: each counts once.
        json!([{"event": "button_click", "id": "x-1", "timestamp": at(7), "userId": "ada"},
               {"event": "button_click", "id": "x-1", "timestamp": at(7), "userId": "ada"}]),
        json!([{"event": "message_sent", "id": "late", "timestamp": "never", "userId": "ada"},
               {"userId": "nameless"}, 7,
               {"event": "search_performed", "id": "q-1", "timestamp": at(9), "userId": "bob", "properties": {"query": "x"}}]),
    ]
}

/// Everything that a service tells of what it was posted, without when that was.
async fn told(service: &Service) -> Vec<Value> {
    let mut told = Vec::new();
    for path in [
        "events?from=2026-09-20&to=2026-09-25&limit=100",
        "dashboard?from=2026-09-20&to=2026-09-25",
        "content?from=2026-09-20&to=2026-09-25",
        "users?from=2026-09-20&to=2026-09-25",
        "status",
        "dead-letters",
    ] {
        let response = service
            .get(&format!("/api/analytics/{path}"))
            .send()
            .await
            .unwrap();
        let mut answer = json(response, StatusCode::OK).await;
        for name in ["meta", "stream", "bytes", "activeNow", "leader"] {
            answer.as_object_mut().unwrap().remove(name);
        }
        for list in ["events", "deadLetters"] {
            let Some(items) = answer.get_mut(list).and_then(Value::as_array_mut) else {
                continue;
            };
            for item in items.iter_mut() {
                for name in ["receivedAt", "id"] {
                    item.as_object_mut().unwrap().remove(name);
                }
            }
            items.sort_by_key(ToString::to_string);
        }
        told.push(answer);
    }
    told
}

#[tokio::test]
async fn what_comes_by_way_of_the_stream_is_what_is_written_directly() {
    let server = Server::start().await;
    // Nothing is trimmed that this group has not read, so that it can be looked at.
    let _made: String = server
        .run("XGROUP CREATE analytics:events onlookers 0 MKSTREAM")
        .await;
    let (by_stream, directly) = (Home::new(), Home::new());
    let streamed = start(&by_stream, &server, &[]);
    let direct = directly.start(&[]);
    connected(&streamed).await;
    for body in bodies() {
        let mut answers = [streamed.track(&body).await, direct.track(&body).await];
        let queued = answers[0]["queued"].as_u64().unwrap();
        let stored = answers[1]["tracked"].as_u64().unwrap();
        assert_eq!(queued, stored);
        for answer in &mut answers {
            for name in ["message", "queued", "duplicates"] {
                answer.as_object_mut().unwrap().remove(name);
            }
        }
        assert_eq!(answers[0], answers[1]);
        // One after the other, for the second is a duplicate of the first.
        settled(&streamed, &server).await;
    }
    assert_eq!(told(&streamed).await, told(&direct).await);
    // Texts are read before, and what is secret is masked.
    let entries: redis::Value = server.run("XRANGE analytics:events - +").await;
    let entries = format!("{entries:?}");
    assert!(
        entries.contains("m-1") || entries.contains("release"),
        "{entries}"
    );
    for hidden in [
        "Does the",
        "for anybody",
        "between us",
        "#secret",
        "hunter2",
    ] {
        assert!(!entries.contains(hidden), "{hidden}");
    }
}

#[tokio::test]
async fn quotas_hold_before_an_event_is_added() {
    let server = Server::start().await;
    let home = Home::new();
    let made = home.run(
        &[
            "key", "create", "--name", "a", "--access", "write", "--json",
        ],
        &[],
    );
    let made: Value = serde_json::from_slice(&made.stdout).unwrap();
    let key = made["secret"].as_str().unwrap();
    let service = start(
        &home,
        &server,
        &[
            ("ANALYTICS_MAX_NEW_IDS_PER_HOUR", "3"),
            ("ANALYTICS_MAX_KINDS", "1"),
            ("ANALYTICS_AUTH_MODE", "required"),
        ],
    );
    connected(&service).await;
    let post = async |body: Value| {
        let request = service.request(reqwest::Method::POST, "/api/analytics/track");
        let response = request
            .header("X-API-Key", key)
            .json(&body)
            .send()
            .await
            .unwrap();
        let wait = response.headers().contains_key("retry-after");
        (response.status().as_u16(), wait)
    };
    let by = |user: &str| json!({"event": "message_sent", "userId": user, "channelId": "c1"});
    assert_eq!(post(by("u1")).await, (200, false));
    assert_eq!(post(by("u2")).await, (200, false));
    // It was counted before the others are stored, and whom it knows it counts once.
    assert_eq!(post(by("u3")).await, (429, true));
    assert_eq!(post(by("u1")).await, (200, false));
    assert_eq!(post(json!({"event": "one", "userId": "u1"})).await.0, 200);
    assert_eq!(post(json!({"event": "two", "userId": "u1"})).await.0, 413);
    let status = settled(&service, &server).await;
    assert_eq!(count(&status, "message_sent"), 3);
    assert_eq!((count(&status, "one"), count(&status, "two")), (1, 0));
}

#[tokio::test]
async fn what_was_read_is_stored_and_acknowledged_at_the_end() {
    let server = Server::start().await;
    let home = Home::new();
    let slow = [
        ("ANALYTICS_FLUSH_INTERVAL", "60s"),
        ("ANALYTICS_REDIS_CLAIM_AFTER", "120s"),
    ];
    let service = start(&home, &server, &slow);
    connected(&service).await;
    for number in 0..5 {
        service.track(&message(number)).await;
    }
    let lag = async || {
        let groups: redis::streams::StreamInfoGroupsReply =
            server.run("XINFO GROUPS analytics:events").await;
        (groups.groups[0].lag, groups.groups[0].pending)
    };
    for _try in 0..100 {
        if lag().await == (Some(0), 5) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    // It waits for a full batch.
    assert_eq!(lag().await, (Some(0), 5));
    assert_eq!(
        count(&service.json("/api/analytics/status").await, "message_sent"),
        0
    );
    assert_eq!(service.stop(), Some(0));
    assert_eq!(lag().await, (Some(0), 0));
    let service = start(&home, &server, &slow);
    assert_eq!(
        count(&service.json("/api/analytics/status").await, "message_sent"),
        5
    );
}

#[tokio::test]
async fn a_full_batch_does_not_wait_and_instances_share_the_stream() {
    let server = Server::start().await;
    let (one, other) = (Home::new(), Home::new());
    let slow = [
        ("ANALYTICS_BATCH_SIZE", "10"),
        ("ANALYTICS_FLUSH_INTERVAL", "60s"),
        ("ANALYTICS_REDIS_CLAIM_AFTER", "120s"),
    ];
    let (one, other) = (start(&one, &server, &slow), start(&other, &server, &slow));
    connected(&one).await;
    connected(&other).await;
    for number in 0..40 {
        server
            .add(&[
                "event",
                "message_sent",
                "userId",
                "u",
                "id",
                &number.to_string(),
            ])
            .await;
    }
    // Each has its own store here, so what they hold adds up when each entry went to one of them.
    let mut all = 0;
    for _try in 0..100 {
        let [first, second] = [&one, &other].map(|service| service.json("/api/analytics/status"));
        let (first, second) = tokio::join!(first, second);
        all = count(&first, "message_sent") + count(&second, "message_sent");
        if all >= 30 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert!((30..=40).contains(&all), "{all}");
}
