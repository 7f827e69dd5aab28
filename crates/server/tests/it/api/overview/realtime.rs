//! `GET /api/analytics/realtime`.

use serde_json::{Value, json};

use crate::api::chat::Chat;

fn realtime(more: &str) -> String {
    format!("/api/analytics/realtime?{more}")
}

/// Sunday 09:00:00 to 09:12:00 UTC have a bot, the chat itself, and members who come and go.
#[tokio::test]
async fn the_last_hour_is_told_minute_by_minute() {
    let chat = Chat::open().await;
    let answer = chat
        .service
        .json(&realtime("asOf=2025-03-30T09:11:30Z"))
        .await;
    // The bot is nobody, what the chat wrote is no message, and eve did nothing.
    for (name, expected) in [
        ("online", json!(0)),
        ("activeUsers", json!(2)),
        ("messages", json!(0)),
        ("messagesPerMinute", json!(0.0)),
        // ada's, eve's, dan's and cyd's.
        ("events", json!(4)),
        ("activeChannels", json!([])),
        ("activeChannelCount", json!(0)),
    ] {
        assert_eq!(answer[name], expected, "{name}");
    }
    let minutes = answer["minutes"].as_array().unwrap();
    assert_eq!(minutes.len(), 60);
    assert_eq!(minutes[0]["at"], "2025-03-30T08:12:00Z");
    let last = json!({
        "at": "2025-03-30T09:11:00Z", "end": "2025-03-30T09:11:30Z", "complete": false,
        "messages": 0, "events": 1, "activeUsers": 1,
    });
    assert_eq!(minutes[59], last);
    assert_eq!(minutes[58]["complete"], true);
    let told: Vec<(usize, u64)> = minutes
        .iter()
        .enumerate()
        .map(|(place, minute)| (place, minute["events"].as_u64().unwrap()))
        .filter(|(_, events)| *events > 0)
        .collect();
    assert_eq!(told, [(49, 1), (50, 1), (58, 1), (59, 1)]);
    let meta = &answer["meta"];
    assert_eq!(
        (&meta["from"], &meta["to"]),
        (
            &json!("2025-03-30T08:12:00Z"),
            &json!("2025-03-30T09:11:30Z")
        )
    );
    // Lists of events have those of bots as well.
    let latest = answer["latest"].as_array().unwrap();
    let kinds: Vec<&Value> = latest.iter().map(|event| &event["eventType"]).collect();
    let expected = [
        "channel_joined",
        "channel_joined",
        "system",
        "message_sent",
        "message_sent",
    ];
    assert_eq!(kinds, expected.map(Value::from).iter().collect::<Vec<_>>());
}

#[tokio::test]
async fn channels_and_who_is_online_are_told() {
    let chat = Chat::open().await;
    // A minute that has just ended is the last one.
    let answer = chat
        .service
        .json(&realtime("asOf=2025-03-30T20:00:00Z&latest=1"))
        .await;
    assert_eq!(answer["online"], 1);
    assert_eq!(answer["minutes"][59]["at"], "2025-03-30T19:59:00Z");
    assert_eq!(answer["minutes"][59]["complete"], true);
    assert_eq!(
        (&answer["messages"], &answer["events"]),
        (&json!(1), &json!(2))
    );
    let channel = json!({
        "channelId": "c-new", "name": "c-new", "messages": 1, "posters": 1,
        "lastMessage": "2025-03-30T19:10:00Z",
    });
    assert_eq!(answer["activeChannels"], json!([channel]));
    assert_eq!(answer["latest"].as_array().unwrap().len(), 1);
    let narrowed = realtime("asOf=2025-03-30T20:00:00Z&channelId=c-gen");
    let answer = chat.service.json(&narrowed).await;
    assert_eq!(
        (&answer["messages"], &answer["latest"]),
        (&json!(0), &json!([]))
    );
}
