//! The order of rows, their pages, and what narrows them.

use reqwest::StatusCode;
use serde_json::{Value, json};

use super::{ask, placed, shown};
use crate::{
    api::{assert_same, chat::Chat},
    support::json as read,
};

/// Asks for the messages of a week, and compares rows and how many there are.
async fn check(chat: &Chat, dimensions: Value, more: Value, expected: &str, total: usize) {
    let mut question = json!({"metrics": ["messages"], "dimensions": dimensions, "period": "7d"});
    let more = more.as_object().unwrap().clone();
    question.as_object_mut().unwrap().extend(more);
    let answer = ask(chat, question.clone()).await;
    assert_eq!(
        (shown(&answer).as_str(), &answer["total"]),
        (expected, &json!(total)),
        "{question}"
    );
    assert_eq!(answer["totals"]["values"]["messages"], 9, "{question}");
    // Without a comparison nothing stands beside.
    for name in ["previous", "change", "changePercent"] {
        assert_eq!(answer["totals"][name], Value::Null);
    }
}

#[tokio::test]
async fn rows_are_sorted_as_asked() {
    let chat = Chat::open().await;
    for (dimensions, order, expected, total) in [
        // The first metric, largest first; ties by key.
        (
            &["hourOfDay"][..],
            None,
            "0 2, 9 2, 1 1, 3 1, 11 1, 21 1, 23 1",
            7,
        ),
        (
            &["hourOfDay"],
            Some("messages"),
            "1 1, 3 1, 11 1, 21 1, 23 1, 0 2, 9 2",
            7,
        ),
        (
            &["hourOfDay"],
            Some("hourOfDay"),
            "0 2, 1 1, 3 1, 9 2, 11 1, 21 1, 23 1",
            7,
        ),
        (
            &["hourOfDay"],
            Some("-hourOfDay"),
            "23 1, 21 1, 11 1, 9 2, 3 1, 1 1, 0 2",
            7,
        ),
        (
            &["channel", "user"],
            Some("channel"),
            "c-gen/ada 3, c-gen/bob 1, c-gen/dan 1, c-new/dan 1, c-ran/bob 1, c-sec/cyd 2",
            6,
        ),
        (
            &["channel", "user"],
            Some("user"),
            "c-gen/ada 3, c-gen/bob 1, c-ran/bob 1, c-sec/cyd 2, c-gen/dan 1, c-new/dan 1",
            6,
        ),
        (
            &["channel", "user"],
            Some("-user"),
            "c-gen/dan 1, c-new/dan 1, c-sec/cyd 2, c-gen/bob 1, c-ran/bob 1, c-gen/ada 3",
            6,
        ),
        (
            &["messageType"],
            Some("messageType"),
            "text 5, image 1, file 1, video 1, voice 1",
            5,
        ),
        (
            &["messageType"],
            Some("-messageType"),
            "voice 1, video 1, file 1, image 1, text 5",
            5,
        ),
        (&["weekday"], Some("weekday"), "0 2, 2 1, 4 1, 5 2, 6 3", 5),
        // What is written in a private channel gives no terms.
        (&["hashtag"], None, "launch 2", 1),
    ] {
        let order = order.map_or_else(|| json!({}), |order| json!({"orderBy": order}));
        check(&chat, json!(dimensions), order, expected, total).await;
    }
}

#[tokio::test]
async fn rows_are_cut_as_asked() {
    let chat = Chat::open().await;
    for (more, expected) in [
        (json!({"limit": 2, "offset": 1}), "c-sec/cyd 2, c-gen/bob 1"),
        (json!({"limit": 2, "offset": 5}), "c-ran/bob 1"),
        (json!({"limit": 2, "offset": 6}), ""),
        (
            json!({"limit": 2, "offset": 1, "orderBy": "-user"}),
            "c-new/dan 1, c-sec/cyd 2",
        ),
    ] {
        check(&chat, json!(["channel", "user"]), more, expected, 6).await;
    }
    // Nothing is split: there are totals only.
    check(&chat, json!([]), json!({}), "", 0).await;
    check(&chat, json!(null), json!({"limit": 1}), "", 0).await;
}

#[tokio::test]
async fn pages_by_identifier_hold_every_row_once() {
    let chat = Chat::open().await;
    for order in ["-events", "user", "-user"] {
        let page = async |limit: u32, offset: u32| {
            let question = json!({"metrics": ["events"], "dimensions": ["user", "eventType"],
                "period": "all", "orderBy": order, "limit": limit, "offset": offset});
            ask(&chat, question).await
        };
        let whole = page(1_000, 0).await;
        let total = u32::try_from(whole["total"].as_u64().unwrap()).unwrap();
        assert!(total > 15, "{total}");
        let mut rows = Vec::new();
        for offset in (0..total).step_by(4) {
            let answer = page(4, offset).await;
            assert_eq!(answer["total"], total);
            rows.extend(answer["rows"].as_array().unwrap().clone());
        }
        assert_same(&json!(rows), &whole["rows"]);
    }
}

#[tokio::test]
async fn bots_channels_people_and_filters_narrow_rows_and_totals_alike() {
    let chat = Chat::open().await;
    for (more, expected, total) in [
        (
            json!({"includeBots": true}),
            "ada 3, bob 2, cyd 2, dan 2, robo 1",
            10,
        ),
        (
            json!({"includeBots": false}),
            "ada 3, bob 2, cyd 2, dan 2",
            9,
        ),
        (json!({"channelId": "c-gen"}), "ada 3, bob 1, dan 1", 5),
        (json!({"userId": "cyd"}), "cyd 2", 2),
        (
            json!({"filter": "message is image,file"}),
            "bob 1, dan 1",
            2,
        ),
        (
            json!({"filter": "not channel is c-gen", "userId": "bob"}),
            "bob 1",
            1,
        ),
        (json!({"channelId": "nowhere"}), "", 0),
        // What is empty is the same as none.
        (
            json!({"channelId": "", "userId": null, "filter": " "}),
            "ada 3, bob 2, cyd 2, dan 2",
            9,
        ),
    ] {
        let mut question = json!({"metrics": ["messages"], "dimensions": ["user"], "period": "7d"});
        question
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let answer = ask(&chat, question).await;
        assert_eq!(shown(&answer), expected, "{more}");
        assert_eq!(answer["totals"]["values"]["messages"], total, "{more}");
    }
    let answer = ask(
        &chat,
        json!({"metrics": ["messages"], "channelId": "general", "period": "7d"}),
    )
    .await;
    assert_eq!(answer["meta"]["unknown"][0]["nearest"][0]["id"], "c-gen");
    let question = json!({"metrics": ["messages"], "dimensions": ["isBot"], "period": "7d", "includeBots": true});
    assert_eq!(shown(&ask(&chat, question).await), "false 9, true 1");
    // Another workspace knows none of it.
    let question =
        placed(&json!({"metrics": ["messages"], "dimensions": ["channel"], "period": "all"}));
    let request = chat
        .service
        .post(super::QUERY)
        .header("X-Source-Account-ID", "other");
    let answer = read(
        request.json(&question).send().await.unwrap(),
        StatusCode::OK,
    )
    .await;
    assert_eq!(
        (
            shown(&answer).as_str(),
            &answer["totals"]["values"]["messages"]
        ),
        ("", &json!(0))
    );
}
