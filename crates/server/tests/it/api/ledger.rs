//! Which days are complete, and having them made anew.

use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::{
    api::refusal::assert_refused,
    support::{Home, Service, json as read},
};

fn message(id: &str, timestamp: &str) -> Value {
    json!({"event": "message_sent", "id": id, "userId": "ada", "channelId": "general", "timestamp": timestamp})
}

async fn ledger(service: &Service) -> Value {
    service.json("/api/analytics/ledger").await
}

/// Waits until every day is complete.
async fn complete(service: &Service) -> Value {
    for _ in 0..100 {
        let ledger = ledger(service).await;
        if ledger["clean"] == ledger["days"] {
            return ledger;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    panic!("{}", ledger(service).await);
}

#[tokio::test]
async fn days_become_clean_and_dirty_with_what_arrives() {
    let home = Home::new();
    let service = home.start(&[("ANALYTICS_AGGREGATION_INTERVAL", "1")]);
    let empty = ledger(&service).await;
    assert_eq!((&empty["days"], &empty["list"]), (&json!(0), &json!([])));
    service
        .track(&json!([
            message("m1", "2025-03-01T10:00:00Z"),
            message("m2", "2025-03-01T23:59:59Z"),
            message("m3", "2025-03-05T00:00:00Z"),
        ]))
        .await;
    let first = complete(&service).await;
    assert_eq!(
        (
            &first["days"],
            &first["events"],
            &first["lateEvents"],
            &first["oldestDirtySeconds"]
        ),
        (&json!(2), &json!(3), &json!(0), &Value::Null)
    );
    assert_eq!(
        first["gaps"],
        json!([{"from": "2025-03-02", "to": "2025-03-04", "days": 3}])
    );
    let of_day = |ledger: &Value, day: &str| {
        let list = ledger["list"].as_array().unwrap().iter();
        let mut found = list.filter(|entry| entry["day"] == day).cloned();
        found.next().unwrap()
    };
    let before = of_day(&first, "2025-03-01");
    assert_eq!(
        (&before["state"], &before["events"], &before["latestEvent"]),
        (&json!("clean"), &json!(2), &json!("2025-03-01T23:59:59Z"))
    );
    // Counts at once, and is filled a moment later.
    service.track(&message("m4", "2025-03-01T12:00:00Z")).await;
    let total = async || {
        let path = "/api/analytics/messages?from=2025-03-01&to=2025-03-02&asOf=2025-04-01";
        service.json(path).await["total"].clone()
    };
    assert_eq!(total().await, 3);
    let second = complete(&service).await;
    let after = of_day(&second, "2025-03-01");
    assert_eq!(after["events"], 3);
    assert!(after["version"].as_i64() > before["version"].as_i64());
    assert_eq!(of_day(&second, "2025-03-05"), of_day(&first, "2025-03-05"));
    assert_eq!(total().await, 3);
}

#[tokio::test]
async fn days_are_made_anew_when_asked() {
    let home = Home::new();
    let service = home.start(&[("ANALYTICS_AGGREGATION_INTERVAL", "1")]);
    service
        .track(&json!([
            message("m1", "2025-03-01T10:00:00Z"),
            message("m2", "2025-03-02T10:00:00Z"),
        ]))
        .await;
    let before = complete(&service).await;
    let refill = |body: Value| {
        service
            .post("/api/analytics/ledger/refill")
            .json(&body)
            .send()
    };
    let answer = refill(json!({"from": "2025-03-02", "to": "2025-03-09"}))
        .await
        .unwrap();
    assert_eq!(read(answer, StatusCode::OK).await, json!({"days": 1}));
    let after = complete(&service).await;
    let version = |ledger: &Value, place: usize| ledger["list"][place]["version"].as_i64();
    assert!(version(&after, 0) > version(&before, 0));
    assert_eq!(version(&after, 1), version(&before, 1));
    for (body, code) in [
        (json!({"from": "2025-03-02"}), "bad_shape"),
        (
            json!({"from": "2025-03-02", "to": "2025-03-03", "verify": true}),
            "unknown_field",
        ),
        (json!({"from": "2025-03-02", "to": "soon"}), "bad_parameter"),
        (
            json!({"from": "2025-03-02", "to": "2025-03-02"}),
            "bad_parameter",
        ),
    ] {
        assert_refused(refill(body).await.unwrap(), 400, code).await;
    }
}

#[tokio::test]
async fn thirty_dirty_days_are_answered_at_once_while_they_are_filled() {
    const EACH: usize = 200;
    let home = Home::new();
    // Without rollups no day is filled.
    let service = home.start(&[("ANALYTICS_ROLLUPS", "false")]);
    for day in 1..=30 {
        let events = (0..EACH).map(|number| {
            let at = format!("2025-04-{day:02}T{:02}:{:02}:00Z", number % 24, number % 60);
            message(&format!("m{day}-{number}"), &at)
        });
        service.track(&Value::Array(events.collect())).await;
    }
    assert_eq!(service.stop(), Some(0));
    // Every answer is made anew: a remembered one would say nothing of the days being filled.
    let service = home.start(&[("ANALYTICS_CACHE_TTL", "0")]);
    let mut seen_dirty = 0;
    let path = "/api/analytics/messages?from=2025-04-01&to=2025-05-01&asOf=2025-06-01";
    let begun = tokio::time::Instant::now();
    loop {
        let before = ledger(&service).await;
        let answer = service.json(path).await;
        assert_eq!(answer["total"], 30 * EACH, "{before}");
        let series = answer["timeline"].as_array().unwrap();
        assert!(series.iter().all(|day| day["count"] == EACH), "{answer}");
        seen_dirty = seen_dirty.max(before["dirty"].as_u64().unwrap());
        if before["clean"] == before["days"] {
            break;
        }
        assert!(begun.elapsed() < Duration::from_mins(1), "{before}");
    }
    assert!(
        seen_dirty >= 20,
        "{seen_dirty} days were dirty when first seen"
    );
}

#[tokio::test]
async fn another_zone_makes_every_day_dirty_and_says_so() {
    let home = Home::new();
    let service = home.start(&[("ANALYTICS_AGGREGATION_INTERVAL", "1")]);
    service.track(&message("m1", "2025-03-01T23:30:00Z")).await;
    complete(&service).await;
    assert_eq!(service.stop(), Some(0));
    let moved = [
        ("ANALYTICS_TIMEZONE", "Europe/Berlin"),
        ("ANALYTICS_AGGREGATION_INTERVAL", "1"),
    ];
    let service = home.start(&moved);
    service.logged("ledger.zone_changed").await;
    let path = "/api/analytics/messages?from=2025-03-02&to=2025-03-03&asOf=2025-04-01";
    assert_eq!(service.json(path).await["total"], 1);
    let after = complete(&service).await;
    let with_events = after["list"].as_array().unwrap().iter();
    let days: Vec<&Value> = with_events
        .filter(|day| day["events"] != 0)
        .map(|day| &day["day"])
        .collect();
    assert_eq!(days, ["2025-03-02"]);
    assert_eq!(service.json(path).await["total"], 1);
}

#[tokio::test]
async fn too_much_to_read_is_refused() {
    let home = Home::new();
    let service = home.start(&[("ANALYTICS_MAX_SCAN_ROWS", "2")]);
    let events: Vec<Value> = (0..3)
        .map(|number| message(&format!("m{number}"), "2025-03-01T10:00:00Z"))
        .collect();
    service.track(&Value::Array(events)).await;
    // Rollups answer; the events themselves are too many.
    let by = |zone: &str| {
        format!("/api/analytics/messages?from=2025-03-01&to=2025-03-02&asOf=2025-04-01&tz={zone}")
    };
    assert_eq!(service.json(&by("UTC")).await["total"], 3);
    let refused = service.get(&by("Asia/Tokyo")).send().await.unwrap();
    assert_refused(refused, 422, "scan_too_large").await;
}
