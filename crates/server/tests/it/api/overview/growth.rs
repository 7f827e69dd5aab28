//! Where channels begin to be active, dormant and growing, to the message and the millisecond.

use serde_json::{Value, json};

use crate::support::Home;

const AS_OF: &str = "2025-03-30T20:00:00Z";

/// Returns this many messages of a channel within a minute.
fn messages(channel: &str, at: &str, count: u32) -> Vec<Value> {
    let start: jiff::Timestamp = at.parse().unwrap();
    let message = |number: u32| {
        let at = start.as_millisecond() + i64::from(number);
        json!({"event": "message_sent", "userId": "u1", "channelId": channel, "timestamp": at})
    };
    (0..count).map(message).collect()
}

#[tokio::test]
async fn thresholds_are_where_they_are_documented() {
    let home = Home::new();
    let service = home.start(&[]);
    let mut events = Vec::new();
    // The week before, and the week.
    for (channel, before, now) in [
        ("few", 19, 57),
        ("grows", 20, 24),
        ("almost", 20, 23),
        ("large", 100, 120),
        ("new", 0, 50),
    ] {
        events.extend(messages(channel, "2025-03-20T12:00:00Z", before));
        events.extend(messages(channel, "2025-03-27T12:00:00Z", now));
    }
    // Exactly 7 and 30 days of 24 hours ago, and a millisecond more.
    for (channel, at) in [
        ("d7", "2025-03-23T20:00:00Z"),
        ("d7-1ms", "2025-03-23T19:59:59.999Z"),
        ("d30", "2025-02-28T20:00:00Z"),
        ("d30-1ms", "2025-02-28T19:59:59.999Z"),
    ] {
        events.extend(messages(channel, at, 1));
    }
    // Made, but never written in: known, and dormant.
    events.push(
        json!({"event": "channel_created", "userId": "u1", "channelId": "silent",
                       "timestamp": "2025-03-30T10:00:00Z"}),
    );
    service.track(&json!(events)).await;
    let asked = format!("period=7d&asOf={AS_OF}");
    let answer = service
        .json(&format!("/api/analytics/channels?{asked}"))
        .await;
    let with = |flag: &str| {
        let rows = answer["channels"].as_array().unwrap().iter();
        let mut ids: Vec<&str> = rows
            .filter(|row| row[flag] == true)
            .map(|row| row["channelId"].as_str().unwrap())
            .collect();
        ids.sort_unstable();
        ids.join(" ")
    };
    // 24 ≥ 1.2 × 20 and 120 ≥ 1.2 × 100; 23 is too little, and 19 before are too few.
    assert_eq!(with("isGrowing"), "grows large");
    assert_eq!(with("isActive"), "almost d7 few grows large new");
    assert_eq!(with("isDormant"), "d30-1ms silent");
    let summary =
        json!({"total": 10, "active": 6, "dormant": 2, "growing": 2, "dying": 0, "orphan": 0});
    assert_eq!(answer["summary"], summary);
    // The overview says the same.
    let dashboard = service
        .json(&format!("/api/analytics/dashboard?{asked}"))
        .await;
    let channels = json!({"total": 10, "active": 6, "engagement": "60%"});
    assert_eq!(dashboard["overview"]["channels"], channels);
    // 274 messages of 10 channels: 120 alone are less than half, 120 + 57 are more.
    assert_eq!(answer["distribution"]["channelsForHalf"], 2);
}
