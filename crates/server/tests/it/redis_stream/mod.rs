//! Events by way of a Redis stream: a real Redis, the real binary.

mod away;
mod direct;
mod producers;
mod proxy;
mod redelivery;
mod server;
mod trimming;

use std::time::Duration;

use serde_json::{Value, json};

use self::server::Server;
use crate::support::{Home, Service};

/// The settings of a service that uses a server.
fn settings(server: &Server) -> [(&'static str, String); 3] {
    [
        ("REDIS_URL", server.url()),
        ("ANALYTICS_FLUSH_INTERVAL", "100ms".to_owned()),
        ("ANALYTICS_REDIS_CLAIM_AFTER", "1s".to_owned()),
    ]
}

/// Starts a service with a server, and with more settings.
fn start(home: &Home, server: &Server, more: &[(&str, &str)]) -> Service {
    let settings = settings(server);
    let settings = settings.iter().map(|(name, value)| (*name, value.as_str()));
    let all: Vec<(&str, &str)> = settings.chain(more.iter().copied()).collect();
    home.start(&all)
}

/// Waits until `done` is true of the status; says what it was otherwise.
async fn wait_for(service: &Service, what: &str, done: impl Fn(&Value) -> bool) -> Value {
    let mut status = Value::Null;
    for _try in 0..400 {
        status = service.json("/api/analytics/status").await;
        if done(&status) {
            return status;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!(
        "{what} did not come about: {status:#}\n{:#?}",
        service.log()
    );
}

/// Waits until the service uses the server.
async fn connected(service: &Service) {
    let is_connected = |status: &Value| {
        status["stream"]["stage"] == "connected" && status["stream"]["durability"].is_string()
    };
    wait_for(service, "the connection", is_connected).await;
}

/// Waits until everything that the stream was given is stored; returns the status.
async fn settled(service: &Service, server: &Server) -> Value {
    for _try in 0..400 {
        let groups: redis::streams::StreamInfoGroupsReply = server
            .run(&format!("XINFO GROUPS {}", server::STREAM))
            .await;
        let ours = groups
            .groups
            .iter()
            .find(|group| group.name == server::GROUP);
        if ours.is_some_and(|group| group.pending == 0 && group.lag == Some(0)) {
            return service.json("/api/analytics/status").await;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("the stream is not emptied: {:#?}", service.log());
}

/// How many events of a kind there are.
fn count(status: &Value, kind: &str) -> u64 {
    status["eventTypes"][kind].as_u64().unwrap_or(0)
}

/// An event without an identity of its own.
fn message(number: u64) -> Value {
    json!({
        "event": "message_sent",
        "userId": format!("u{}", number % 7),
        "channelId": "c1",
        "messageId": format!("m{number}"),
    })
}
