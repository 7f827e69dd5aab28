//! `POST /api/analytics/track` and its aliases.

mod bodies;
mod hostile;
mod identity;
mod odd;
mod packed;
mod privacy;
mod refused;
mod sample;
mod shapes;
mod time;

use reqwest::StatusCode;
use serde_json::Value;

use crate::support::{Service, json};

const TRACK: &str = "/api/analytics/track";

/// Posts a body as it is; returns the answer, which must be a success.
async fn post(service: &Service, path: &str, kind: &str, body: impl Into<reqwest::Body>) -> Value {
    let request = service.post(path).header("Content-Type", kind).body(body);
    json(request.send().await.unwrap(), StatusCode::OK).await
}

/// Returns the events that are stored, newest first, bots as well.
async fn stored(service: &Service) -> Vec<Value> {
    let path = "/api/analytics/events?from=1990-01-01&includeBots=true&limit=1000";
    let mut answer = service.json(path).await;
    serde_json::from_value(answer["events"].take()).unwrap()
}
