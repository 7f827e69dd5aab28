//! `GET /api/analytics/changes`.

use serde_json::{Value, json};

use crate::api::{assert_same, chat::Chat, refusal::assert_refused};

fn contribution(key: &str, name: Option<&str>, numbers: [f64; 3], share: f64) -> Value {
    let [value, previous, delta] = numbers;
    let mut row = json!({
        "key": key, "value": value, "previous": previous, "delta": delta, "sharePercent": share,
    });
    if let Some(name) = name {
        row["name"] = name.into();
    }
    row
}

#[tokio::test]
async fn contributions_add_up_to_the_change() {
    for zone in ["UTC", "Europe/Berlin"] {
        let chat = Chat::open_in(zone).await;
        // P has nine messages: five in general, one in Random, two in secret and one in the new channel.
        // Q has three in general and one in Random.
        let expected = json!({
            "metric": "messages", "unit": "messages", "betterWhen": "up",
            "value": 9.0, "previous": 4.0, "delta": 5.0, "changePercent": 125.0, "trend": "up",
            "dimensions": [
                {
                    "dimension": "channel",
                    "contributions": [
                        contribution("c-gen", Some("general"), [5.0, 3.0, 2.0], 40.0),
                        contribution("c-sec", Some("secret"), [2.0, 0.0, 2.0], 40.0),
                    ],
                    // The new channel and Random.
                    "rest": {"elements": 2, "value": 2.0, "previous": 1.0, "delta": 1.0},
                },
                {
                    "dimension": "user",
                    "contributions": [
                        contribution("cyd", Some("cyd"), [2.0, 0.0, 2.0], 40.0),
                        contribution("dan", None, [2.0, 0.0, 2.0], 40.0),
                    ],
                    // ada wrote three after two, bob two after two.
                    "rest": {"elements": 2, "value": 5.0, "previous": 4.0, "delta": 1.0},
                },
                {
                    "dimension": "eventType",
                    "contributions": [
                        contribution("message_sent", None, [8.0, 4.0, 4.0], 80.0),
                        contribution("thread_reply", None, [1.0, 0.0, 1.0], 20.0),
                    ],
                    "rest": {"elements": 0, "value": 0.0, "previous": 0.0, "delta": 0.0},
                },
            ],
            "period": "7d",
        });
        let asked = "changes?period=7d&by=channel,user,eventType&limit=2";
        assert_same(&chat.numbers(asked).await, &expected);
    }
}

#[tokio::test]
async fn a_number_of_people_changes_by_who_comes_and_who_leaves() {
    let chat = Chat::open_in("Europe/Berlin").await;
    // dan is new beside ada, bob and cyd.
    let answer = chat.numbers("changes?period=7d&metric=activeUsers").await;
    assert_eq!(
        (&answer["value"], &answer["delta"]),
        (&json!(4.0), &json!(1.0))
    );
    let people = json!({"new": 1, "returning": 0, "churned": 0, "kept": 3});
    assert_eq!(
        (&answer["people"], &answer["dimensions"]),
        (&people, &json!([]))
    );
    let narrowed = chat
        .numbers("changes?period=7d&metric=activeUsers&channelId=c-gen")
        .await;
    assert_eq!(narrowed.get("people"), None);
}

#[tokio::test]
async fn what_does_not_add_up_is_refused() {
    let chat = Chat::open().await;
    for (asked, names) in [
        ("metric=posters", "`metric`"),
        ("metric=mesages", "messages"),
        ("by=emoji", "`by`"),
        ("by=chanel", "channel"),
        ("by=channel,channel", "twice"),
        ("by=day", "`by`"),
        ("metric=activeUsers&by=channel", "add up"),
        ("compare=none", "`compare`"),
        ("period=all", "`compare`"),
        ("limit=0", "`limit`"),
    ] {
        let path = format!("/api/analytics/changes?{asked}");
        let response = chat.service.get(&path).send().await.unwrap();
        let error = assert_refused(response, 400, "bad_parameter").await;
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(names), "{asked}: {message}");
    }
}
