//! What is trimmed, and what is told of the rest.

use std::time::Duration;

use redis::streams::StreamReadReply;
use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{
    connected, count, message,
    server::{STREAM, Server},
    settled, start, wait_for,
};
use crate::support::{Home, json};

#[tokio::test]
async fn nothing_is_trimmed_that_some_group_has_not_read_or_acknowledged() {
    let server = Server::start().await;
    let _made: String = server
        .run(&format!("XGROUP CREATE {STREAM} onlookers 0 MKSTREAM"))
        .await;
    let home = Home::new();
    let service = start(&home, &server, &[]);
    connected(&service).await;
    service
        .track(&json!((0..30).map(message).collect::<Vec<_>>()))
        .await;
    settled(&service, &server).await;
    // Two rounds of the watch.
    let rounds = || tokio::time::sleep(Duration::from_millis(2_500));
    rounds().await;
    assert_eq!(server.length().await, 30, "unread by the others");
    let read: StreamReadReply = server
        .run(&format!(
            "XREADGROUP GROUP onlookers a COUNT 20 STREAMS {STREAM} >"
        ))
        .await;
    let ids: Vec<&str> = read.keys[0]
        .ids
        .iter()
        .map(|entry| entry.id.as_str())
        .collect();
    let _done: u64 = server
        .run(&format!("XACK {STREAM} onlookers {}", ids[..5].join(" ")))
        .await;
    rounds().await;
    assert_eq!(
        server.length().await,
        25,
        "unread, and read but not acknowledged"
    );
    let _done: u64 = server
        .run(&format!("XACK {STREAM} onlookers {}", ids[6..].join(" ")))
        .await;
    rounds().await;
    assert_eq!(server.length().await, 25, "the sixth is not acknowledged");
    let _done: u64 = server
        .run(&format!("XACK {STREAM} onlookers {}", ids[5]))
        .await;
    rounds().await;
    assert_eq!(server.length().await, 10);
    let _gone: u64 = server
        .run(&format!("XGROUP DESTROY {STREAM} onlookers"))
        .await;
    rounds().await;
    assert_eq!(server.length().await, 0);
    service.track(&message(1_000)).await;
    assert_eq!(count(&settled(&service, &server).await, "message_sent"), 31);
}

#[tokio::test]
async fn what_waits_is_told_everywhere() {
    let server = Server::start().await;
    let home = Home::new();
    let slow = [
        ("ANALYTICS_FLUSH_INTERVAL", "20s"),
        ("ANALYTICS_REDIS_CLAIM_AFTER", "120s"),
        ("ANALYTICS_BATCH_SIZE", "4"),
    ];
    let service = start(&home, &server, &slow);
    connected(&service).await;
    service
        .track(&json!([message(1), message(2), message(3)]))
        .await;
    let waits = |status: &Value| {
        status["stream"]["pending"] == 3 && status["stream"]["oldestSeconds"].as_f64() > Some(1.0)
    };
    let status = wait_for(&service, "three that wait", waits).await;
    let stream = &status["stream"];
    assert_eq!((&stream["length"], &stream["lag"]), (&json!(3), &json!(0)));
    assert_eq!(stream["durability"], "always");
    assert_eq!(stream["stream"], STREAM);
    assert!(
        stream["consumer"]
            .as_str()
            .unwrap()
            .starts_with("instance-")
    );
    let health = service
        .request(reqwest::Method::GET, "/health")
        .send()
        .await
        .unwrap();
    let health = json(health, StatusCode::OK).await;
    assert_eq!(health["checks"]["redis"], "ok");
    assert_eq!(health["stream"]["pending"], 3);
    let counted = service
        .get("/metrics")
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    for line in [
        "analytics_stream_pending{plugin=\"analytics\"} 3",
        "analytics_stream_lag{plugin=\"analytics\"} 0",
        "analytics_stream_length{plugin=\"analytics\"} 3",
        "analytics_stream_connected{plugin=\"analytics\"} 1",
        "analytics_events_total{plugin=\"analytics\",outcome=\"queued\"} 3",
    ] {
        assert!(counted.contains(line), "{line}: {counted}");
    }
    // The fourth fills the batch.
    service.track(&message(4)).await;
    let status = settled(&service, &server).await;
    assert_eq!(count(&status, "message_sent"), 4);
    let is_empty = |status: &Value| {
        status["stream"]["length"] == 0 && status["stream"]["oldestSeconds"] == 0.0
    };
    wait_for(&service, "an empty stream", is_empty).await;
    let port = service.base.rsplit(':').next().unwrap().to_owned();
    let told = home.run(&["status"], &[("ANALYTICS_PORT", &port)]);
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    assert!(told.contains("stream       connected"), "{told}");
}
