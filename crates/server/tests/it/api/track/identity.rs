//! Which events are one and the same.

use futures::future::join_all;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{TRACK, post, stored};
use crate::support::{Home, Service, json as read};

const UUID: &str = "0191d5a0-0000-7000-8000-000000000001";

/// Posts a body; returns how many events were tracked, and how many of them were known.
async fn counts(service: &Service, body: &Value) -> (Value, Value) {
    let answer = post(service, TRACK, "application/json", body.to_string()).await;
    (answer["tracked"].clone(), answer["duplicates"].clone())
}

/// Returns one event under a key, in every shape.
fn shapes(name: &str, key: &Value) -> [Value; 6] {
    let event = |kind: &str| json!({"userId": "u1", name: key, kind: "page_view"});
    [
        event("event"),
        event("eventType"),
        json!({"events": [event("eventType")]}),
        json!([event("name")]),
        event("event_type"),
        event("event_name"),
    ]
}

#[tokio::test]
async fn a_key_of_any_name_and_form_counts_once() {
    let home = Home::new();
    let service = home.start(&[]);
    let keys = [
        json!(UUID),
        json!("evt_1"),
        json!("pg:nchat_messages:17:edited"),
        json!("ключ 🔑"),
        json!(4711),
        json!("x".repeat(128)),
    ];
    for (index, key) in keys.iter().enumerate() {
        let mut known = 0;
        for name in ["id", "eventId", "event_id"] {
            for body in shapes(name, key) {
                assert_eq!(
                    counts(&service, &body).await,
                    (json!(1), json!(known)),
                    "{body}"
                );
                known = 1;
            }
        }
        assert_eq!(stored(&service).await.len(), index + 1);
    }
    // A UUID is kept as it is, however it is written.
    let events = stored(&service).await;
    assert!(events.iter().any(|event| event["eventId"] == UUID));
    for key in [
        UUID.to_uppercase(),
        format!(" {UUID} "),
        UUID.replace('-', ""),
    ] {
        let body = json!({"event": "page_view", "id": key});
        assert_eq!(counts(&service, &body).await, (json!(1), json!(1)), "{key}");
    }
}

#[tokio::test]
async fn the_same_key_is_one_event_within_a_body_and_two_in_two_workspaces() {
    let home = Home::new();
    let service = home.start(&[]);
    let event = |id: &str| json!({"event": "a", "id": id});
    let body = json!([event("k1"), event("k1"), event("k2")]);
    assert_eq!(counts(&service, &body).await, (json!(3), json!(1)));
    for workspace in ["other", "third", "other"] {
        let request = service.post(TRACK).header("X-Source-Account-ID", workspace);
        read(request.json(&body).send().await.unwrap(), StatusCode::OK).await;
    }
    for workspace in ["primary", "other", "third"] {
        let request = service.get("/api/analytics/status");
        let request = request.header("X-Source-Account-ID", workspace);
        let status = read(request.send().await.unwrap(), StatusCode::OK).await;
        assert_eq!(
            (&status["events"], &status["workspaceId"]),
            (&json!(2), &json!(workspace))
        );
    }
    // Without a key every event is one of its own; an empty key is none.
    for body in [
        json!({"event": "b"}),
        json!({"event": "b", "id": null}),
        json!({"event": "b", "id": " "}),
    ] {
        for _ in 0..2 {
            assert_eq!(
                counts(&service, &body).await,
                (json!(1), json!(0)),
                "{body}"
            );
        }
    }
    let status = service.json("/api/analytics/status").await;
    assert_eq!(status["eventTypes"], json!({"a": 2, "b": 6}));
}

#[tokio::test]
async fn eight_clients_with_the_same_batch_count_once() {
    let home = Home::new();
    let service = home.start(&[]);
    let event = |number: u32| {
        json!({"event": "message_sent", "id": format!("evt_{number}"),
               "userId": format!("u{}", number % 7), "channelId": "c1"})
    };
    let batch: Value = (0..500).map(event).collect();
    let answers = join_all((0..8).map(|_| service.track(&batch))).await;
    let sum = |name: &str| {
        answers
            .iter()
            .map(|answer| answer[name].as_u64().unwrap())
            .sum::<u64>()
    };
    let sums = (sum("tracked"), sum("duplicates"), sum("failed"));
    assert_eq!(sums, (8 * 500, 7 * 500, 0));
    let check = async |service: &Service| {
        let dashboard = service.json("/api/analytics/dashboard?period=7d").await;
        let shown = ["totalMessages", "totalEvents", "activeUsers"];
        assert_eq!(
            shown.map(|name| dashboard[name].clone()),
            [json!(500), json!(500), json!(7)]
        );
    };
    check(&service).await;
    // And again after a restart.
    assert_eq!(service.stop(), Some(0));
    let service = home.start(&[]);
    assert_eq!(counts(&service, &batch).await, (json!(500), json!(500)));
    check(&service).await;
}
