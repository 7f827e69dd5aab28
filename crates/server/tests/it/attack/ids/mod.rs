//! Identifiers that nobody knows, and those that are somebody else's.

mod identity;
mod quotas;
mod rights;

use reqwest::{Method, Response, StatusCode};
use serde_json::{Value, json};

use crate::support::{Home, Service, json as read};

const TRACK: &str = "/api/analytics/track";

/// Makes a write key that is for every workspace.
fn key(home: &Home) -> String {
    key_with(home, &["--access", "write", "--any-workspace"])
}

fn key_with(home: &Home, more: &[&str]) -> String {
    let arguments = ["key", "create", "--json", "--name", "x"];
    let out = home.run(&[&arguments[..], more].concat(), &[]);
    let made: Value = serde_json::from_slice(&out.stdout).unwrap();
    made["secret"].as_str().unwrap().to_owned()
}

async fn post(service: &Service, key: &str, workspace: &str, body: &Value) -> Response {
    let request = service
        .request(Method::POST, TRACK)
        .header("X-API-Key", key)
        .header("X-Source-Account-ID", workspace)
        .json(body);
    request.send().await.unwrap()
}

async fn accepted(service: &Service, key: &str, workspace: &str, body: &Value) {
    let answer = read(post(service, key, workspace, body).await, StatusCode::OK).await;
    assert_eq!(
        answer["tracked"],
        body.as_array().unwrap().len(),
        "{answer}"
    );
}

/// Events of people and channels of a range of numbers.
fn people(numbers: std::ops::Range<u64>) -> Value {
    let event = |number: u64| json!({"event": "message_sent", "userId": format!("person-{number}"), "channelId": "c"});
    numbers.map(event).collect()
}

const MESSAGE: &str = "0191d5a0-1111-4000-8000-000000000001";

/// A message as an event trigger of Hasura tells of it.
fn told() -> Value {
    json!({
        "table": {"schema": "public", "name": "nchat_messages"},
        "created_at": "2026-02-01T10:00:00Z",
        "event": {"op": "INSERT", "data": {"old": null, "new": {
            "id": MESSAGE, "channel_id": "0191d5a0-2222-4000-8000-000000000001",
            "user_id": "0191d5a0-3333-4000-8000-000000000001", "content": "hello",
            "created_at": "2026-02-01T10:00:00Z",
        }}},
    })
}
