//! A chat small enough to work out every number by hand.
//!
//! The present is Sunday 2025-03-30, 22:00 in Berlin (20:00 UTC). On that morning clocks went from
//! 02:00 to 03:00 (at 01:00 UTC), so that this local day has 23 hours. P is the week from Monday
//! 2025-03-24, 00:00 (23:00 UTC the day before) to the present; Q is the week before it, to the
//! same elapsed point: Sunday 2025-03-23, 22:00 (21:00 UTC).

use serde_json::{Value, json};

use crate::support::{Home, Service};

/// The present of every answer.
pub(super) const AS_OF: &str = "2025-03-30T20:00:00Z";

/// A running service that holds the chat.
pub(super) struct Chat {
    pub(super) service: Service,
    _home: Home,
}

impl Chat {
    /// Starts a service and tells it of the chat. Questions in the chat's zone read the events.
    pub(super) async fn open() -> Self {
        Self::open_in("UTC").await
    }

    /// The same with another reporting time zone, in which rollups are cut.
    pub(super) async fn open_in(zone: &str) -> Self {
        Self::open_with(&[("ANALYTICS_TIMEZONE", zone)]).await
    }

    /// The same with other settings.
    pub(super) async fn open_with(settings: &[(&str, &str)]) -> Self {
        let home = Home::new();
        let service = home.start(settings);
        let response = service.post("/api/analytics/records").json(&records());
        crate::support::json(response.send().await.unwrap(), reqwest::StatusCode::OK).await;
        let events = events();
        let answer = service.track(&Value::Array(events.clone())).await;
        assert_eq!(answer["tracked"], events.len());
        Self {
            service,
            _home: home,
        }
    }

    /// Asks `<resource>?<parameters>` in the chat's present and zone.
    pub(super) async fn ask(&self, what: &str) -> Value {
        self.service.json(&path(what)).await
    }

    /// Asks the same, without what the answer is about.
    pub(super) async fn numbers(&self, what: &str) -> Value {
        let mut answer = self.ask(what).await;
        answer.as_object_mut().unwrap().remove("meta");
        answer
    }
}

/// Returns the path of a question in the chat's present and zone.
pub(super) fn path(what: &str) -> String {
    let separator = if what.contains('?') { '&' } else { '?' };
    format!("/api/analytics/{what}{separator}asOf={AS_OF}&tz=Europe/Berlin")
}

fn millis(at: &str) -> i64 {
    at.parse::<jiff::Timestamp>().unwrap().as_millisecond()
}

fn records() -> Value {
    json!({
        "people": [
            {"id": "ada", "name": "Ada Lovelace", "email": "ada@example.com", "role": "owner",
             "createdMs": millis("2025-03-01T12:00:00Z")},
            {"id": "bob", "name": "Bob", "createdMs": millis("2025-03-16T22:30:00Z")},
            {"id": "cyd", "name": "cyd"},
            {"id": "eve", "name": "Eve", "createdMs": millis("2025-03-03T08:00:00Z")},
            {"id": "robo", "name": "Robo", "isBot": true},
        ],
        "channels": [
            {"id": "c-gen", "name": "general", "kind": "public", "memberCount": 4, "owner": "ada"},
            {"id": "c-ran", "name": "Random", "kind": "public", "memberCount": 5},
            {"id": "c-sec", "name": "secret", "kind": "private", "memberCount": 2},
            {"id": "c-old", "name": "archive", "kind": "public", "memberCount": 1, "isArchived": true},
        ],
    })
}

fn event(at: &str, name: &str, user: &str, channel: &str, more: &Value) -> Value {
    let mut event = json!({"event": name, "timestamp": at});
    for (field, id) in [("userId", user), ("channelId", channel)] {
        if !id.is_empty() {
            event[field] = id.into();
        }
    }
    for (name, value) in more.as_object().into_iter().flatten() {
        event[name] = value.clone();
    }
    event
}

/// Everything that happened, in the order of time.
fn events() -> Vec<Value> {
    let text = |text: &str| json!({"text": text});
    let kind = |kind: &str| json!({"messageType": kind, "text": "look"});
    let emoji = |emoji: &str| json!({"messageId": "m2", "properties": {"emoji": emoji}});
    let none = json!({});
    let said = "message_sent";
    [
        // Long ago. The first two lie in the week of P one calendar year before.
        ("2024-03-27T10:00:00Z", said, "gus", "c-ran", text("old times")),
        ("2024-03-28T10:00:00Z", said, "fay", "c-gen", text("old times")),
        ("2024-06-01T12:00:00Z", said, "fay", "c-old", text("older times")),
        ("2025-02-18T12:00:00Z", said, "gus", "c-old", text("last words here")),
        ("2025-03-05T12:00:00Z", said, "gus", "c-ran", text("still here")),
        // Q, from its first instant to its last.
        ("2025-03-16T23:00:00Z", said, "ada", "c-gen", text("one two three")),
        ("2025-03-17T10:00:00Z", said, "bob", "c-gen", kind("image")),
        ("2025-03-18T10:00:00Z", said, "bob", "c-ran", text("hi")),
        ("2025-03-18T10:05:00Z", "reaction_added", "ada", "c-ran", emoji(":tada:")),
        ("2025-03-19T10:00:00Z", "file_uploaded", "cyd", "c-gen", json!({"properties": {"fileName": "photo.png"}})),
        ("2025-03-23T20:59:59.999Z", said, "ada", "c-gen", text("late")),
        // Between the elapsed point of Q and the beginning of P.
        ("2025-03-23T21:00:00Z", said, "bob", "c-gen", text("later")),
        ("2025-03-23T22:59:59.999Z", said, "cyd", "c-gen", text("latest")),
        // P. Monday 00:00 and 09:35 to 09:42.
        ("2025-03-23T23:00:00Z", said, "ada", "c-gen",
         json!({"messageId": "m1", "text": "Good morning @bob :wave: https://docs.example.com/a?x=1 #Launch"})),
        ("2025-03-24T08:35:00Z", "thread_replied", "bob", "c-gen",
         json!({"messageId": "m2", "threadId": "m1", "text": "On it 👋 #launch"})),
        ("2025-03-24T08:40:00Z", "reaction_added", "ada", "c-gen", emoji("👍🏽")),
        ("2025-03-24T08:41:00Z", "reaction_added", "cyd", "c-gen", emoji(":+1:")),
        ("2025-03-24T08:42:00Z", "reaction_removed", "cyd", "c-gen", emoji(":+1:")),
        // Wednesday 09:59 and 10:00.
        ("2025-03-26T08:59:00Z", said, "bob", "c-ran", kind("file")),
        ("2025-03-26T09:00:00Z", "file_uploaded", "bob", "c-ran", json!({"properties": {"fileName": "plan.pdf"}})),
        // Friday 10:05, 10:06 and 23:30.
        ("2025-03-28T09:05:00Z", "message_edited", "ada", "c-gen", json!({"messageId": "m1"})),
        ("2025-03-28T09:06:00Z", "message_deleted", "ada", "c-gen", json!({"messageId": "m0"})),
        ("2025-03-28T22:30:00Z", said, "ada", "c-gen", text("night")),
        // Saturday 00:30, Friday in UTC; then 11:00 and 11:01.
        ("2025-03-28T23:30:00Z", said, "ada", "c-gen", text("still up")),
        ("2025-03-29T10:00:00Z", "sign_up", "dan", "", none.clone()),
        ("2025-03-29T10:01:00Z", said, "dan", "c-gen", kind("image")),
        // Sunday 01:59:59 and, one second later, 03:00:00.
        ("2025-03-30T00:59:59Z", said, "cyd", "c-sec",
         json!({"messageType": "voice", "text": "#hidden 🔒 https://intranet.example.org"})),
        ("2025-03-30T01:00:00Z", said, "cyd", "c-sec", kind("video")),
        // Sunday 11:00 to 11:12: a bot, the chat itself, and members who come and go.
        ("2025-03-30T09:00:00Z", said, "robo", "c-gen", text("beep beep #bot")),
        ("2025-03-30T09:01:00Z", said, "ada", "c-gen", json!({"messageType": "system", "text": "ada changed the topic"})),
        ("2025-03-30T09:02:00Z", "system", "eve", "", none.clone()),
        ("2025-03-30T09:10:00Z", "channel_joined", "dan", "c-new", none.clone()),
        ("2025-03-30T09:11:00Z", "channel_joined", "cyd", "c-new", none.clone()),
        ("2025-03-30T09:12:00Z", "channel_left", "cyd", "c-new", none.clone()),
        // Sunday 21:10 and half a minute before the present.
        ("2025-03-30T19:10:00Z", said, "dan", "c-new", text("anybody here")),
        ("2025-03-30T19:59:30Z", "presence", "bob", "", none.clone()),
        // The present itself and an hour later: outside of everything.
        ("2025-03-30T20:00:00Z", said, "bob", "c-gen", text("too late #never")),
        ("2025-03-30T21:00:00Z", said, "ada", "c-gen", text("too late #never")),
    ]
    .iter()
    .map(|(at, name, user, channel, more)| event(at, name, user, channel, more))
    .collect()
}
