//! `tz`, and what holds where nothing is said.

use serde_json::{Value, json};

use crate::api::chat::{AS_OF, Chat};

#[tokio::test]
async fn days_are_those_of_the_zone_and_defaults_are_documented() {
    let chat = Chat::open().await;
    let service = &chat.service;
    let from = |answer: &Value| answer["meta"]["from"].as_str().unwrap().to_owned();
    for (zone, begins) in [
        ("UTC", "2025-03-30T00:00:00Z"),
        ("Europe/Berlin", "2025-03-29T23:00:00Z"),
        ("America/New_York", "2025-03-30T04:00:00Z"),
        ("Asia/Kolkata", "2025-03-30T18:30:00Z"),
        ("Asia/Kathmandu", "2025-03-30T18:15:00Z"),
        ("Pacific/Kiritimati", "2025-03-30T10:00:00Z"),
    ] {
        let path = format!("/api/analytics/messages?period=1d&asOf={AS_OF}&tz={zone}");
        let answer = service.json(&path).await;
        assert_eq!(
            (from(&answer).as_str(), &answer["meta"]["timezone"]),
            (begins, &json!(zone))
        );
    }
    for (resource, period) in [
        ("dashboard", "30d"),
        ("users", "7d"),
        ("channels", "30d"),
        ("messages", "30d"),
        ("content", "30d"),
        ("retention", "90d"),
        ("lifecycle", "90d"),
        ("changes", "30d"),
        ("response-times", "30d"),
        ("platform-health", "30d"),
        ("unanswered", "7d"),
    ] {
        let answer = service.json(&format!("/api/analytics/{resource}")).await;
        assert_eq!(
            (&answer["period"], &answer["meta"]["timezone"]),
            (&json!(period), &json!("UTC"))
        );
        // What is empty counts as absent: clients pass on every parameter they know.
        let more = match resource {
            "retention" | "lifecycle" => "",
            "users" | "channels" => "&channelId=%20&filter=&limit=",
            _ => "&channelId=%20&filter=",
        };
        let path = format!("/api/analytics/{resource}?period=&asOf={AS_OF}&tz=&from={more}");
        let answer = service.json(&path).await;
        assert_eq!(
            (&answer["period"], &answer["meta"]["asOf"]),
            (&json!(period), &json!(AS_OF))
        );
    }
}
