//! Links to one page: what they open, to whom, and for how long.

mod escape;
mod lifetime;
mod making;
mod names;

use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};

use crate::support::{Home, KEY, Service, json as read};

const SHARES: &str = "/api/analytics/shares";
/// The present of what is shared.
const AS_OF: &str = "2026-02-20T12:00:00Z";

/// A service with a small history: Ada and Bob write in `general` and in `other`, a call of Ada's is in February.
async fn chat(home: &Home, environment: &[(&str, &str)]) -> Service {
    let service = home.start(environment);
    let records = json!({
        "people": [
            {"id": "u-ada-7f3a", "name": "Ada Lovelace", "email": "ada@lonely.example", "role": "owner"},
            {"id": "u-bob-91cc", "name": "Bob Quartz", "email": "bob@lonely.example"},
        ],
        "channels": [
            {"id": "general", "name": "general", "kind": "public", "owner": "u-ada-7f3a"},
            {"id": "other", "name": "other", "kind": "public"},
        ],
    });
    let told = service.post("/api/analytics/records").json(&records);
    read(told.send().await.unwrap(), StatusCode::OK).await;
    let message = |id: &str, user: &str, channel: &str, day: &str| {
        json!({"eventId": id, "event": "message_sent", "userId": user, "channelId": channel,
            "messageId": id, "timestamp": format!("{day}T09:00:00Z"), "properties": {"text": "A question?"}})
    };
    let events = json!([
        message("m1", "u-ada-7f3a", "general", "2026-02-18"),
        message("m2", "u-bob-91cc", "general", "2026-02-19"),
        message("m3", "u-ada-7f3a", "other", "2026-02-19"),
        message("m4", "u-bob-91cc", "other", "2025-11-03"),
    ]);
    service.track(&events).await;
    service
}

/// What is asked to be shared, frozen at the present of the history.
fn body(page: &str, query: &str) -> Value {
    json!({"page": page, "query": format!("{query}&asOf={AS_OF}")})
}

async fn send(service: &Service, secret: &str, body: &Value) -> reqwest::Response {
    let request = service.request(Method::POST, SHARES);
    let request = request.header("X-API-Key", secret).json(body);
    request.send().await.unwrap()
}

/// A link, and the token in it.
struct Link<'a> {
    service: &'a Service,
    made: Value,
    token: String,
}

impl<'a> Link<'a> {
    async fn make(service: &'a Service, body: &Value) -> Self {
        let made = read(send(service, KEY, body).await, StatusCode::CREATED).await;
        let token = made["link"].as_str().unwrap();
        let token = token.strip_prefix("/admin/analytics/s/").unwrap();
        Self {
            service,
            token: token.to_owned(),
            made,
        }
    }

    fn id(&self) -> &str {
        self.made["id"].as_str().unwrap()
    }

    /// A request of the page that the link leads to.
    fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        let path = format!("/admin/analytics/api/{path}");
        let request = self.service.request(method, &path);
        request.header("X-Share-Token", &self.token)
    }

    /// What the page gets of a question about all that the link shows.
    async fn get(&self, path: &str) -> Value {
        let response = self.ask(Method::GET, &asked(path)).send().await.unwrap();
        read(response, StatusCode::OK).await
    }

    async fn revoke(&self) {
        let path = format!("{SHARES}/{}", self.id());
        let request = self.service.request(Method::DELETE, &path);
        let response = request.header("X-API-Key", KEY).send().await;
        read(response.unwrap(), StatusCode::OK).await;
    }
}

/// A path with the present of the history.
fn asked(path: &str) -> String {
    let mark = if path.contains('?') { '&' } else { '?' };
    format!("{path}{mark}asOf={AS_OF}")
}
