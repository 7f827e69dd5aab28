//! Answers that are remembered.

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{QUERY, placed, post};
use crate::api::chat::Chat;

/// Returns whether an answer was remembered, and its tag.
async fn asked(chat: &Chat, question: &Value) -> (bool, String) {
    let response = post(chat, question).await;
    assert_eq!(response.status(), StatusCode::OK, "{question}");
    let header = |name: &str| response.headers()[name].to_str().unwrap().to_owned();
    let (cache, tag) = (header("x-cache"), header("etag"));
    let body: Value = response.json().await.unwrap();
    assert_eq!(body["meta"]["cached"], cache == "hit");
    (cache == "hit", tag)
}

#[tokio::test]
async fn the_same_question_is_answered_once_and_every_other_anew() {
    let chat = Chat::open().await;
    let question = json!({"metrics": ["messages", "posters"], "dimensions": ["channel", "user"], "period": "7d"});
    let (hit, tag) = asked(&chat, &question).await;
    assert!(!hit);
    let with = |more: &Value| {
        let mut question = question.clone();
        question
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        question
    };
    // What holds anyway makes no other question.
    for more in [
        json!({}),
        json!({"limit": 100, "offset": 0, "orderBy": "-messages"}),
        json!({"compare": "none", "includeBots": false, "filter": "", "_": 1}),
    ] {
        assert_eq!(
            asked(&chat, &with(&more)).await,
            (true, tag.clone()),
            "{more}"
        );
    }
    for more in [
        json!({"metrics": ["posters", "messages"]}),
        json!({"metrics": ["messages"]}),
        json!({"dimensions": ["user", "channel"]}),
        json!({"dimensions": ["channel"]}),
        json!({"orderBy": "messages"}),
        json!({"orderBy": "user"}),
        json!({"limit": 99}),
        json!({"offset": 1}),
        json!({"groupBy": "day"}),
        json!({"groupBy": "week"}),
        json!({"compare": "previous"}),
        json!({"filter": "user is ada"}),
        json!({"includeBots": true}),
        json!({"channelId": "c-gen"}),
        json!({"userId": "ada"}),
        json!({"tz": "UTC"}),
        json!({"asOf": "2025-03-30T19:00:00Z"}),
        json!({"period": "14d"}),
    ] {
        assert!(!asked(&chat, &with(&more)).await.0, "{more}");
    }
    // What is posted has no tag that a client could hold.
    let request = chat.service.post(QUERY).json(&placed(&question));
    let response = request.header("If-None-Match", tag).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK);
    // It holds until events of its days change, and explanations are always made anew.
    let mut event = json!({"event": "message_sent", "userId": "ada", "channelId": "c-gen"});
    chat.service.track(&event).await;
    assert!(asked(&chat, &question).await.0);
    event["timestamp"] = "2025-03-30T19:00:00Z".into();
    chat.service.track(&event).await;
    assert!(!asked(&chat, &question).await.0);
    for _ in 0..2 {
        assert!(!asked(&chat, &with(&json!({"explain": true}))).await.0);
    }
}
