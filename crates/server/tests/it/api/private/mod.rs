//! The modes of privacy, over a history with one person who is alone wherever she is.
//!
//! From 2025-03-03 to 2025-03-09 eight people write ten messages each in `c-main`, and six of them three
//! more each in `c-two`. Zebedee writes 1103 messages on a day in `c-lone`, where nobody else does, and one
//! more on 2025-03-10, on which nobody else does anything; one is a direct message, and the only 1013
//! reactions are hers.

mod attacks;
mod everywhere;
mod pseudonyms;

use reqwest::{Response, StatusCode};
use serde_json::{Value, json};

use crate::support::{Home, Service, json as read};

/// Who is alone: identifier, name, and the distinctive part of the address.
const LONE: [&str; 3] = ["zz-lone-7f3a", "Zebedee Quartz", "zebedee@"];
/// Numbers that are hers alone: her messages, her reactions, and those of her channel and her day.
const HERS: [&str; 4] = ["1105", "1013", "1104", "1103"];
/// The present of every answer: the eleventh, in the afternoon.
const AS_OF: &str = "2025-03-11T15:30:00Z";

const QUERY: &str = "/api/analytics/query";

/// A running service that holds the history.
struct Chat {
    service: Service,
    home: Home,
}

impl Chat {
    async fn open(mode: &str) -> Self {
        let home = Home::new();
        let chat = Self {
            service: home.start(&settings(mode)),
            home,
        };
        chat.tell().await;
        chat
    }

    /// Starts the service again in another mode.
    fn again(self, mode: &str) -> Self {
        assert_eq!(self.service.stop(), Some(0));
        Self {
            service: self.home.start(&settings(mode)),
            home: self.home,
        }
    }

    async fn tell(&self) {
        let people = (1..9)
            .map(|number| json!({"id": format!("u{number}"), "name": format!("Name {number}")}));
        let lone = json!({"id": LONE[0], "name": LONE[1], "email": "zebedee@lonely.example", "role": "owner"});
        let records = json!({
            "people": people.chain([lone]).collect::<Vec<_>>(),
            "channels": [
                {"id": "c-main", "name": "main", "kind": "public", "owner": LONE[0]},
                {"id": "c-two", "name": "two", "kind": "public"},
                {"id": "c-lone", "name": "lone", "kind": "public"},
                {"id": "c-direct", "name": "Zebedee Quartz, Name 1", "kind": "direct"},
            ],
        });
        let told = self.service.post("/api/analytics/records").json(&records);
        read(told.send().await.unwrap(), StatusCode::OK).await;
        for part in events().chunks(500) {
            self.service.track(&Value::Array(part.to_vec())).await;
        }
    }

    async fn post(&self, question: Value) -> Response {
        let mut placed = json!({"asOf": AS_OF, "period": "30d"});
        if question.get("from").is_some() {
            placed.as_object_mut().unwrap().remove("period");
        }
        let fields = question.as_object().unwrap().clone();
        placed.as_object_mut().unwrap().extend(fields);
        self.service.post(QUERY).json(&placed).send().await.unwrap()
    }

    async fn ask(&self, question: Value) -> Value {
        read(self.post(question).await, StatusCode::OK).await
    }
}

fn settings(mode: &str) -> [(&'static str, &str); 3] {
    [
        ("ANALYTICS_PRIVACY_MODE", mode),
        ("ANALYTICS_SQL", "true"),
        ("ANALYTICS_EXPOSE_EMAIL", "true"),
    ]
}

fn events() -> Vec<Value> {
    let said = |at: String, user: &str, channel: &str| {
        json!({
            "event": "message_sent", "timestamp": at, "userId": user, "channelId": channel, "text": "good morning",
        })
    };
    let mut events = Vec::new();
    for person in 1..9 {
        for message in 0..10 {
            let at = format!("2025-03-{:02}T1{person}:00:{message:02}Z", 3 + message % 7);
            events.push(said(at, &format!("u{person}"), "c-main"));
        }
    }
    for person in 1..7 {
        for message in 0..3 {
            let at = format!("2025-03-{:02}T09:{person:02}:{message:02}Z", 3 + message);
            events.push(said(at, &format!("u{person}"), "c-two"));
        }
    }
    for second in 0..1103 {
        let (minute, second) = (second / 60, second % 60);
        let at = format!("2025-03-04T10:{minute:02}:{second:02}Z");
        let mut event = said(at, LONE[0], "c-lone");
        event["text"] = json!("only here #quartzonly :zebra:");
        event["properties"] =
            json!({"mentionedUser": LONE[0], "mentions": [LONE[0]], "platform": "web"});
        events.push(event);
    }
    for second in 0..1013 {
        let (minute, second) = (second / 60, second % 60);
        events.push(json!({
            "event": "reaction_added", "timestamp": format!("2025-03-05T20:{minute:02}:{second:02}Z"),
            "userId": LONE[0], "channelId": "c-main", "messageId": format!("m{minute}-{second}"),
            "properties": {"emoji": "zebra", "authorId": LONE[0]},
        }));
    }
    events.push(said("2025-03-10T12:00:00Z".to_owned(), LONE[0], "c-lone"));
    events.push(said("2025-03-06T12:00:00Z".to_owned(), LONE[0], "c-direct"));
    // What is refused is kept as it came.
    events.push(json!({"event": "message_sent", "timestamp": "yesterday", "userId": LONE[0]}));
    events
}
