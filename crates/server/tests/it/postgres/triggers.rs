//! Rows from event triggers, where nothing else has told of the chat before.

use serde_json::{Value, json};

use super::live::{jiff_now, payload, send};
use crate::support::{Home, Service};

async fn inserted(service: &Service, table: &str, row: Value) {
    let answer = send(service, &payload(table, "INSERT", &Value::Null, &row)).await;
    assert_eq!(answer["failed"], 0, "{answer}");
}

/// A message with a hashtag in a channel.
async fn write(service: &Service, number: u8, channel: u8, hashtag: &str) {
    let row = json!({
        "id": uuid(number), "channel_id": uuid(channel), "user_id": uuid(9), "type": "text",
        "content": format!("done #{hashtag}"), "created_at": jiff_now(),
    });
    inserted(service, "nchat_messages", row).await;
}

async fn make(service: &Service, channel: u8, kind: &str) {
    let row = json!({
        "id": uuid(channel), "name": format!("c{channel}"), "type": kind, "created_at": jiff_now(),
    });
    inserted(service, "nchat_channels", row).await;
}

fn uuid(number: u8) -> String {
    format!("00000000-0000-4000-8000-0000000000{number:02}")
}

#[tokio::test]
async fn a_channel_that_nothing_is_known_of_gives_no_terms() {
    let home = Home::new();
    let service = home.start(&[]);
    write(&service, 11, 1, "unknown").await;
    make(&service, 1, "public").await;
    make(&service, 2, "private").await;
    write(&service, 12, 1, "public").await;
    write(&service, 13, 2, "private").await;
    let content = service.json("/api/analytics/content?period=30d").await;
    let hashtags: Vec<&str> = content["hashtags"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|term| term["name"].as_str())
        .collect();
    assert_eq!(hashtags, ["public"], "{content:#}");
    let status = service.json("/api/analytics/status").await;
    assert_eq!(status["eventTypes"]["message_sent"], 3);
}
