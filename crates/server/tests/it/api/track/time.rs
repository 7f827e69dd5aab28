//! When events happened, and when they cannot have.

use domain::clock::{Clock as _, SystemClock};
use serde_json::{Value, json};

use super::{TRACK, stored};
use crate::{
    api::{assert_same, refusal::assert_refused},
    support::{Home, Service},
};

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;

const FUTURE: &str = "`timestamp` lies more than 10 minutes in the future";
const PAST: &str = "`timestamp` is older than the retention (ANALYTICS_RETENTION_DAYS)";
const UNREADABLE: &str = "`timestamp` is neither RFC 3339 nor seconds or milliseconds since 1970";

#[tokio::test]
async fn times_are_read_as_clients_write_them() {
    let home = Home::new();
    let service = home.start(&[]);
    for (sent, expected) in [
        (json!("2026-02-03T10:30:00Z"), "2026-02-03T10:30:00Z"),
        (json!("2026-02-03T10:30:00.250Z"), "2026-02-03T10:30:00.25Z"),
        (
            json!("2026-02-03T10:30:00.2509Z"),
            "2026-02-03T10:30:00.25Z",
        ),
        (json!("2026-02-03T16:00:00+05:30"), "2026-02-03T10:30:00Z"),
        (json!("2026-02-03"), "2026-02-03T00:00:00Z"),
        (json!(1_770_114_600_000_i64), "2026-02-03T10:30:00Z"),
        (json!(1_770_114_600), "2026-02-03T10:30:00Z"),
        (json!(1_770_114_600.25), "2026-02-03T10:30:00.25Z"),
        (json!("1770114600000"), "2026-02-03T10:30:00Z"),
        (json!("1770114600"), "2026-02-03T10:30:00Z"),
        (json!("1990-01-01T00:00:00Z"), "1990-01-01T00:00:00Z"),
    ] {
        let name = format!("at {sent}");
        service
            .track(&json!({"event": name, "timestamp": sent}))
            .await;
        let events = stored(&service).await;
        let event = events.iter().find(|event| event["eventType"] == *name);
        assert_eq!(event.unwrap()["timestamp"], expected, "{sent}");
    }
    // Without a time an event happened when it arrived.
    for absent in [
        json!({"event": "now"}),
        json!({"event": "now", "timestamp": null}),
    ] {
        service.track(&absent).await;
        let event = stored(&service).await.remove(0);
        assert_eq!(event["eventType"], "now");
        // Arrival is kept to the second.
        let second = event["receivedAt"].as_str().unwrap().trim_end_matches('Z');
        let at = event["timestamp"].as_str().unwrap();
        assert!(at.starts_with(second), "{event}");
    }
}

/// Returns name, code and reason of every dead letter, sorted.
async fn letters(service: &Service) -> Vec<(String, String, String)> {
    let answer = service.json("/api/analytics/dead-letters").await;
    let letters = answer["deadLetters"].as_array().unwrap();
    assert_eq!(answer["total"], letters.len());
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut listed: Vec<_> = letters
        .iter()
        .map(|letter| {
            let came = (&letter["source"], &letter["workspaceId"]);
            assert_eq!(came, (&json!("track"), &json!("primary")));
            let body: Value = serde_json::from_str(letter["body"].as_str().unwrap()).unwrap();
            (
                text(&body["event"]),
                text(&letter["code"]),
                text(&letter["reason"]),
            )
        })
        .collect();
    listed.sort_unstable();
    listed
}

#[tokio::test]
async fn times_beyond_the_clock_and_the_retention_are_refused_and_said_so() {
    let home = Home::new();
    let service = home.start(&[("ANALYTICS_RETENTION_DAYS", "30")]);
    let now = SystemClock.now().as_millis();
    let batch = [
        ("nine minutes ahead", json!(now + 9 * MINUTE)),
        ("eleven minutes ahead", json!(now + 11 * MINUTE)),
        ("29 days ago", json!(now - 29 * DAY)),
        ("31 days ago", json!(now - 31 * DAY)),
        ("before 1990", json!("1989-12-31T23:59:59Z")),
        ("no time", json!("yesterday")),
        ("no time either", json!({})),
        ("the year 29000", json!(8.5e14)),
        ("beyond all years", json!(1e300)),
    ];
    let batch = batch.map(|(name, at)| json!({"event": name, "userId": "u1", "timestamp": at}));
    let answer = service.track(&json!(batch)).await;
    let errors = [
        (1, "in_future", FUTURE),
        (3, "past_retention", PAST),
        (4, "bad_timestamp", UNREADABLE),
        (5, "bad_timestamp", UNREADABLE),
        (6, "bad_timestamp", UNREADABLE),
        (7, "in_future", FUTURE),
        (8, "bad_timestamp", UNREADABLE),
    ];
    let errors = errors
        .map(|(index, code, message)| json!({"index": index, "code": code, "message": message}));
    let expected = json!({
        "success": true, "tracked": 2, "duplicates": 0, "sampled": 0,
        "message": "2 events tracked, 7 refused",
        "failed": 7, "invalidIndices": [1, 3, 4, 5, 6, 7, 8], "errors": errors,
    });
    assert_same(&answer, &expected);
    let status = service.json("/api/analytics/status").await;
    assert_eq!(
        status["eventTypes"],
        json!({"29 days ago": 1, "nine minutes ahead": 1})
    );
    assert_eq!(status["deadLetters"], 7);
    let expected = [
        ("31 days ago", "past_retention", PAST),
        ("before 1990", "bad_timestamp", UNREADABLE),
        ("beyond all years", "bad_timestamp", UNREADABLE),
        ("eleven minutes ahead", "in_future", FUTURE),
        ("no time", "bad_timestamp", UNREADABLE),
        ("no time either", "bad_timestamp", UNREADABLE),
        ("the year 29000", "in_future", FUTURE),
    ];
    let owned = |(event, code, reason): (&str, &str, &str)| {
        (event.to_owned(), code.to_owned(), reason.to_owned())
    };
    assert_eq!(letters(&service).await, expected.map(owned));
    let page = service
        .json("/api/analytics/dead-letters?limit=2&offset=6")
        .await;
    assert_eq!(
        (
            page["deadLetters"].as_array().unwrap().len(),
            &page["total"]
        ),
        (1, &json!(7))
    );
    // Whoever's clock is far ahead learns it from the whole request.
    let body = json!({"event": "x", "timestamp": now + 11 * MINUTE});
    let response = service.post(TRACK).json(&body).send().await.unwrap();
    let error = assert_refused(response, 400, "no_valid_event").await;
    assert_eq!(error["details"]["errors"][0]["code"], "in_future");
}
