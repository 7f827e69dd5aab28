//! Who may do what, and how everybody else is turned away.

mod keys;
mod limits;
mod strangers;

use jsonwebtoken::{EncodingKey, Header, encode};
use reqwest::RequestBuilder;
use serde_json::{Value, json};

use crate::{
    api::refusal::assert_refused,
    support::{Home, Service},
};

const TRACK: &str = "/api/analytics/track";
const READ: &str = "/api/analytics/dashboard";
const JWT_SECRET: &str = "a-secret-of-the-chat-that-is-long-enough";

/// Makes a key; returns its secret and its identity.
fn key(home: &Home, access: &str, workspace: Option<&str>) -> (String, String) {
    let mut arguments = vec![
        "key", "create", "--name", "test", "--access", access, "--json",
    ];
    arguments.extend(
        workspace
            .iter()
            .flat_map(|workspace| ["--workspace", workspace]),
    );
    let output = home.run(&arguments, &[]);
    let made: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    (text("secret"), text("id"))
}

fn event() -> Value {
    json!({"event": "message_sent", "userId": "u1"})
}

async fn events(service: &Service) -> Value {
    service.json("/api/analytics/status").await["events"].clone()
}

async fn refused(request: RequestBuilder, status: u16, code: &str) -> Value {
    assert_refused(request.send().await.unwrap(), status, code).await
}

fn token(claims: &Value, secret: &str) -> String {
    encode(
        &Header::default(),
        claims,
        &EncodingKey::from_secret(secret.as_bytes()),
    )
    .unwrap()
}
