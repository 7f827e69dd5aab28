//! `GET /api/analytics/events`.

use serde_json::{Value, json};

use crate::{
    api::{assert_same, chat::Chat},
    support::Home,
};

/// Returns `kind user` of the events listed.
async fn listed(chat: &Chat, asked: &str) -> Vec<String> {
    let answer = chat.ask(&format!("events?{asked}")).await;
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let events = answer["events"].as_array().unwrap().iter();
    events
        .map(|event| format!("{} {}", text(&event["eventType"]), text(&event["userId"])))
        .collect()
}

#[tokio::test]
async fn events_are_listed_newest_first_within_what_is_asked() {
    let chat = Chat::open().await;
    let newest = ["presence bob", "message_sent dan", "channel_left cyd"];
    assert_eq!(listed(&chat, "limit=3").await, newest);
    assert_eq!(listed(&chat, "limit=2&offset=1").await, newest[1..]);
    assert_eq!(listed(&chat, "period=7d").await.len(), 23);
    // P without the bot's message.
    assert_eq!(listed(&chat, "period=7d&includeBots=false").await.len(), 22);
    assert_eq!(
        listed(&chat, "period=7d&includeBots=true&userId=robo").await,
        ["message_sent robo"]
    );
    assert_eq!(
        listed(&chat, "period=7d&eventType=file_uploaded").await,
        ["file_shared bob"]
    );
    assert_eq!(
        listed(&chat, "period=7d&channelId=c-sec").await,
        ["message_sent cyd"; 2]
    );
    assert_eq!(
        listed(&chat, "period=7d&channelId=c-gen&userId=cyd").await,
        ["reaction_removed cyd", "reaction_added cyd"]
    );
    assert_eq!(
        listed(
            &chat,
            "period=7d&filter=user is cyd and not type is message_sent&limit=2"
        )
        .await,
        ["channel_left cyd", "channel_joined cyd"]
    );
    assert_eq!(
        listed(
            &chat,
            "period=7d&filter=message is voice or property.fileName is plan.pdf"
        )
        .await,
        ["message_sent cyd", "file_shared bob"]
    );
    assert_eq!(
        listed(
            &chat,
            "from=2025-03-30T09:00:00Z&to=2025-03-30T09:02:00Z&includeBots=true"
        )
        .await,
        ["message_sent ada", "message_sent robo"]
    );
    assert_eq!(listed(&chat, "eventType=nothing").await, [""; 0]);
    let answer = chat.ask("events?period=7d&eventType=thread_reply").await;
    let mut event = answer["events"][0].clone();
    let fields = event.as_object_mut().unwrap();
    for name in ["eventId", "receivedAt"] {
        assert!(fields.remove(name).unwrap().is_string());
    }
    let expected = json!({
        "eventType": "thread_reply", "timestamp": "2025-03-24T08:35:00Z", "userId": "bob", "userName": "Bob",
        "channelId": "c-gen", "channelName": "general", "messageId": event["messageId"], "threadId": event["threadId"],
        "messageType": "text", "isBot": false, "weight": 1.0, "properties": {},
    });
    assert_same(&event, &expected);
    assert_eq!(
        (&answer["limit"], &answer["offset"]),
        (&json!(50), &json!(0))
    );
    let meta = &chat.ask("messages?period=7d&compare=none").await["meta"];
    for name in ["asOf", "timezone", "from", "to", "previousFrom"] {
        assert_eq!(answer["meta"][name], meta[name], "{name}");
    }
    assert_eq!(answer["meta"]["source"], "raw");
}

#[tokio::test]
async fn events_of_one_instant_are_listed_in_the_order_of_their_arrival() {
    let home = Home::new();
    let service = home.start(&[]);
    let names: Vec<String> = (0..40).map(|number| format!("e{number:02}")).collect();
    for part in names.chunks(10) {
        let events: Value = part
            .iter()
            .map(|name| json!({"event": name, "timestamp": "2026-02-03T10:00:00Z"}))
            .collect();
        service.track(&events).await;
    }
    let mut found = Vec::new();
    for offset in (0..40).step_by(7) {
        let path =
            format!("/api/analytics/events?from=2026-02-03&to=2026-02-04&limit=7&offset={offset}");
        let answer = service.json(&path).await;
        let page = answer["events"].as_array().unwrap().clone();
        found.extend(
            page.iter()
                .map(|event| event["eventType"].as_str().unwrap().to_owned()),
        );
    }
    found.reverse();
    assert_eq!(found, names);
}
