//! `POST /api/analytics/query`, and the catalogues that say what may be asked.

mod catalogue;
mod order;
mod refused;
mod remembered;
mod rows;
mod series;

use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use super::chat::{AS_OF, Chat};
use crate::support::json as read;

const QUERY: &str = "/api/analytics/query";

/// A question in the chat's present and zone, unless it says otherwise.
fn placed(question: &Value) -> Value {
    let mut placed = json!({"asOf": AS_OF, "tz": "Europe/Berlin"});
    let fields = question.as_object().unwrap().clone();
    placed.as_object_mut().unwrap().extend(fields);
    placed
}

async fn post(chat: &Chat, question: &Value) -> Response {
    let request = chat.service.post(QUERY).json(&placed(question));
    request.send().await.unwrap()
}

async fn ask(chat: &Chat, question: Value) -> Value {
    read(post(chat, &question).await, StatusCode::OK).await
}

/// What the rows are about, each with its first value: `c-gen/ada 3, c-sec/cyd 2`.
fn shown(answer: &Value) -> String {
    let names = |columns: &str| {
        let columns = answer["columns"][columns].as_array().unwrap().iter();
        let names = columns.map(|column| column["name"].as_str().unwrap());
        names.collect::<Vec<_>>()
    };
    let (dimensions, metrics) = (names("dimensions"), names("metrics"));
    let text = |key: &Value| key.as_str().map_or_else(|| key.to_string(), str::to_owned);
    let row = |row: &Value| {
        let keys = dimensions.iter().map(|name| text(&row["keys"][name]));
        let keys: Vec<String> = keys.collect();
        format!("{} {}", keys.join("/"), row["values"][metrics[0]])
    };
    let rows = answer["rows"].as_array().unwrap().iter();
    rows.map(row).collect::<Vec<_>>().join(", ")
}
