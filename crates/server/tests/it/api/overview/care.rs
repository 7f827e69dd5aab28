//! Channels that die, fall asleep or belong to nobody, to the message.

use serde_json::{Value, json};

use crate::{
    api::assert_same,
    support::{Home, Service, json as read},
};

/// Sunday 22:00 in Berlin, on a day of 23 hours.
const AS_OF: &str = "2025-03-30T20:00:00Z";
/// A Thursday in P and in each of the four spans before it, the latest first. Each goes from Monday to
/// Sunday 22:00.
const SPANS: [&str; 5] = [
    "2025-03-27T12:00:00Z",
    "2025-03-20T12:00:00Z",
    "2025-03-13T12:00:00Z",
    "2025-03-06T12:00:00Z",
    "2025-02-27T12:00:00Z",
];

/// Returns this many messages within a second, by `u0` to `u6` one after the other, or by a bot.
fn messages(channel: &str, at: &str, count: i64, bot: bool) -> Vec<Value> {
    let start: jiff::Timestamp = at.parse().unwrap();
    let message = |number: i64| {
        let user = if bot {
            "robo".to_owned()
        } else {
            format!("u{}", number % 7)
        };
        json!({"event": "message_sent", "userId": user, "channelId": channel,
               "timestamp": start.as_millisecond() + number})
    };
    (0..count).map(message).collect()
}

async fn tell(service: &Service) {
    let records = json!({
        "people": [
            {"id": "u2", "name": "Uma"},
            {"id": "zoe", "name": "Zoe", "isDeactivated": true},
            {"id": "robo", "isBot": true},
        ],
        "channels": [
            {"id": "dies", "name": "Dying", "slug": "dying", "kind": "public", "owner": "u2", "memberCount": 9},
            {"id": "owner-left", "name": "Ownerless", "owner": "zoe", "memberCount": 3},
            {"id": "empty", "memberCount": 0, "createdMs": 1_740_000_000_000_i64},
            {"id": "put-away", "isArchived": true, "owner": "zoe"},
            {"id": "dm", "kind": "direct", "memberCount": 2},
        ],
    });
    let response = service.post("/api/analytics/records").json(&records);
    read(response.send().await.unwrap(), reqwest::StatusCode::OK).await;
    let mut events = Vec::new();
    for (channel, counts, bot) in [
        // The median of 30, 20, 20 and 5 is 20, and half of it 10.
        ("dies", [10, 30, 20, 20, 5], false),
        ("holds", [11, 30, 20, 20, 5], false),
        // The median of 19, 19, 20 and 20 is 19.5: too few to say so.
        ("thin", [0, 19, 19, 20, 20], false),
        ("late", [2, 10, 10, 10, 10], false),
        ("owner-left", [1, 0, 0, 0, 0], false),
        ("bots", [0, 20, 20, 20, 20], true),
    ] {
        for (at, count) in SPANS.iter().zip(counts) {
            events.extend(messages(channel, at, count, bot));
        }
    }
    // Sunday 23:00 in Berlin is after the elapsed part of the week before.
    events.extend(messages("late", "2025-03-23T22:00:00Z", 90, false));
    // Known by its events alone: somebody came and left.
    for (event, at) in [
        ("channel_joined", "2025-03-10T10:00:00Z"),
        ("channel_left", "2025-03-10T11:00:00Z"),
    ] {
        events.push(json!({"event": event, "userId": "u1", "channelId": "left", "timestamp": at}));
    }
    service.track(&json!(events)).await;
}

async fn ask(service: &Service, what: &str) -> Value {
    let path = format!("/api/analytics/{what}&period=7d&asOf={AS_OF}&tz=Europe/Berlin");
    let mut answer = service.json(&path).await;
    answer.as_object_mut().unwrap().remove("meta");
    answer
}

fn ids(answer: &Value) -> String {
    let rows = answer["channels"].as_array().unwrap().iter();
    let ids: Vec<&str> = rows.map(|row| row["channelId"].as_str().unwrap()).collect();
    ids.join(" ")
}

#[tokio::test]
async fn channels_that_need_somebody_are_as_worked_by_hand() {
    let home = Home::new();
    let service = home.start(&[("ANALYTICS_TIMEZONE", "Europe/Berlin")]);
    tell(&service).await;
    let answer = ask(&service, "channels/care?limit=2").await;
    let voice = |user: &str, name: &str, millis: u32| json!({"userId": user, "name": name, "lastMessage": format!("2025-03-27T12:00:00.{millis:03}Z")});
    let last = |millis: u32| format!("2025-03-27T12:00:00.{millis:03}Z");
    let expected = json!({
        "channels": [
            {
                "channelId": "dies", "name": "Dying", "slug": "dying", "kind": "public",
                // Since the beginning of the week: Monday 00:00 in Berlin.
                "reasons": [{"state": "dying", "since": "2025-03-23T23:00:00Z"}],
                "owner": "u2", "ownerName": "Uma", "isDeactivatedOwner": false, "memberCount": 9,
                "createdAt": null, "messageCount": 10, "medianBefore": 20.0, "lastActivity": last(9),
                // The last ten are by u0 to u6, u0, u1 and u2.
                "lastVoices": [
                    voice("u2", "Uma", 9), voice("u1", "u1", 8), voice("u0", "u0", 7),
                    voice("u6", "u6", 6), voice("u5", "u5", 5),
                ],
            },
            {
                "channelId": "owner-left", "name": "Ownerless", "slug": null, "kind": null,
                "reasons": [{"state": "orphan", "since": null}],
                "owner": "zoe", "ownerName": "Zoe", "isDeactivatedOwner": true, "memberCount": 3,
                "createdAt": null, "messageCount": 1, "medianBefore": 0.0,
                "lastActivity": "2025-03-27T12:00:00Z",
                "lastVoices": [{"userId": "u0", "name": "u0", "lastMessage": "2025-03-27T12:00:00Z"}],
            },
        ],
        "total": 5,
        // Of nobody: `owner-left`, `empty` and `left`; silent for long: `empty`, `left` and `bots`.
        "summary": {"dying": 1, "dormant": 3, "orphan": 3, "leftOut": 2},
        "period": "7d",
    });
    assert_same(&answer, &expected);
    for (state, expected) in [
        ("", "dies owner-left empty left bots"),
        ("&state=dying", "dies"),
        ("&state=orphan", "owner-left empty left"),
        ("&state=dormant", "empty left bots"),
        ("&offset=3", "left bots"),
    ] {
        let found = ask(&service, &format!("channels/care?limit=9{state}")).await;
        assert_eq!(ids(&found), expected, "{state}");
    }
    let rest = ask(&service, "channels/care?offset=2&limit=9").await;
    let reasons = |row: usize| rest["channels"][row]["reasons"].clone();
    let reason = |state: &str, since: Option<&str>| json!({"state": state, "since": since});
    // It is silent since it was made; of the other nobody knows.
    let empty = [
        reason("orphan", None),
        reason("dormant", Some("2025-02-19T21:20:00Z")),
    ];
    assert_eq!(reasons(0), json!(empty));
    assert_eq!(
        reasons(1),
        json!([reason("orphan", None), reason("dormant", None)])
    );
}

#[tokio::test]
async fn the_list_has_the_same_states_and_late_messages_change_them() {
    let home = Home::new();
    let service = home.start(&[("ANALYTICS_TIMEZONE", "Europe/Berlin")]);
    tell(&service).await;
    let answer = ask(&service, "channels?limit=100").await;
    let summary =
        json!({"total": 10, "active": 4, "dormant": 5, "growing": 0, "dying": 1, "orphan": 4});
    assert_same(&answer["summary"], &summary);
    // Each state has as many rows as the summary says, archived channels and conversations among them.
    for (state, expected) in [
        ("active", "dies holds late owner-left"),
        ("dormant", "bots dm empty left put-away"),
        ("growing", ""),
        ("dying", "dies"),
        ("orphan", "empty left owner-left put-away"),
    ] {
        let found = ask(&service, &format!("channels?state={state}&sort=channelId")).await;
        assert_eq!(ids(&found), expected, "{state}");
        assert_eq!(found["total"], answer["summary"][state], "{state}");
    }
    // With bots the channel of bots is one that dies, and no dormant one.
    let bots = ask(
        &service,
        "channels?state=dying&includeBots=true&sort=channelId",
    )
    .await;
    assert_eq!(ids(&bots), "bots dies");
    // One message more, which comes late, is more than half of the median.
    service
        .track(&json!(messages("dies", "2025-03-25T08:00:00Z", 1, false)))
        .await;
    let found = ask(&service, "channels?state=dying").await;
    assert_eq!(ids(&found), "");
    let found = ask(&service, "channels/care?state=dying").await;
    assert_eq!(found["summary"]["dying"], 0);
}
