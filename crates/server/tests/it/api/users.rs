//! `GET /api/analytics/users`.

use serde_json::{Value, json};

use crate::{
    api::{assert_same, chat::Chat, refusal::assert_refused},
    support::{Home, Service},
};

async fn ids(service: &Service, asked: &str) -> (String, Value) {
    let path = super::chat::path(&format!("users?{asked}"));
    let answer = service.json(&path).await;
    assert_same(&answer["data"], &answer["users"]);
    let rows = answer["users"].as_array().unwrap().iter();
    let ids: Vec<&str> = rows.map(|row| row["userId"].as_str().unwrap()).collect();
    (ids.join(" "), answer["total"].clone())
}

#[tokio::test]
async fn the_people_of_a_week_are_as_worked_by_hand() {
    let chat = Chat::open().await;
    let answer = chat.numbers("users?period=7d&metric=engagement").await;
    let rows = json!([
        {
            // Monday and Sunday: (2 × 2 messages + 1 reaction) / 2 days = 2.5.
            "userId": "cyd", "name": "cyd", "displayName": "cyd", "email": "", "role": null,
            "createdAt": null, "firstSeen": "2025-03-19T10:00:00Z", "signedUpAt": "2025-03-19T10:00:00Z",
            "isDeactivated": false, "lifecycle": "kept", "previousMessageCount": 0,
            "messageCount": 2, "reactions": 1, "files": 0, "channelsActive": 1, "channelCount": 1,
            // With what was taken back, joined and left.
            "daysActive": 2, "events": 6, "engagementScore": 3, "engagementRaw": 2.5,
            "engagementLevel": "low", "lastActive": "2025-03-30T09:12:00Z",
        },
        {
            // Monday, Friday and Saturday: (2 × 3 + 1) / 3 days. A tie with bob goes by identifier.
            "userId": "ada", "name": "Ada Lovelace", "displayName": "Ada Lovelace",
            "email": "ada@example.com", "role": "owner",
            "createdAt": "2025-03-01T12:00:00Z", "firstSeen": "2025-03-16T23:00:00Z",
            "signedUpAt": "2025-03-01T12:00:00Z",
            "isDeactivated": false, "lifecycle": "kept", "previousMessageCount": 2,
            "messageCount": 3, "reactions": 1, "files": 0, "channelsActive": 1, "channelCount": 1,
            // The chat's own message about her is an event, and no activity.
            "daysActive": 3, "events": 7, "engagementScore": 2, "engagementRaw": 2.3333,
            "engagementLevel": "low", "lastActive": "2025-03-28T23:30:00Z",
        },
        {
            // Monday, Wednesday and Sunday: (2 × 2 + 3 × 1 file) / 3 days.
            "userId": "bob", "name": "Bob", "displayName": "Bob", "email": "", "role": null,
            "createdAt": "2025-03-16T22:30:00Z", "firstSeen": "2025-03-17T10:00:00Z",
            "signedUpAt": "2025-03-16T22:30:00Z",
            "isDeactivated": false, "lifecycle": "kept", "previousMessageCount": 2,
            "messageCount": 2, "reactions": 0, "files": 1, "channelsActive": 2, "channelCount": 2,
            "daysActive": 3, "events": 4, "engagementScore": 2, "engagementRaw": 2.3333,
            "engagementLevel": "low", "lastActive": "2025-03-30T19:59:30Z",
        },
        {
            // Saturday and Sunday: 2 × 2 / 2 days. No record names dan.
            "userId": "dan", "name": "dan", "displayName": "dan", "email": "", "role": null,
            "createdAt": null, "firstSeen": "2025-03-29T10:00:00Z", "signedUpAt": "2025-03-29T10:00:00Z",
            "isDeactivated": false, "lifecycle": "new", "previousMessageCount": 0,
            "messageCount": 2, "reactions": 0, "files": 0, "channelsActive": 2, "channelCount": 2,
            "daysActive": 2, "events": 4, "engagementScore": 2, "engagementRaw": 2.0,
            "engagementLevel": "low", "lastActive": "2025-03-30T19:10:00Z",
        },
    ]);
    let expected = json!({
        "period": "7d",
        "metric": "engagement",
        "users": rows,
        "data": rows,
        "summary": {
            "totalUsers": 7,
            "activeUsers": 4,
            // (3 + 2 + 2 + 2) / 4 = 2.25.
            "averageEngagement": 2,
            "levels": {"low": 4, "medium": 0, "high": 0},
            "formula": "(2 × messages + 1 × reactions + 3 × files) / days active, clamped to 0–100, rounded",
        },
        "total": 4,
    });
    assert_same(&answer, &expected);
}

#[tokio::test]
async fn rows_are_sorted_cut_and_searched_as_asked() {
    let chat = Chat::open().await;
    for (asked, expected, total) in [
        ("", "cyd ada bob dan", 4),
        ("metric=activity", "ada cyd bob dan", 4),
        ("sort=messages", "ada bob cyd dan", 4),
        ("sort=messages&order=asc", "bob cyd dan ada", 4),
        ("sort=daysActive", "ada bob cyd dan", 4),
        ("sort=lastActive", "bob dan cyd ada", 4),
        ("sort=lastActive&order=asc", "ada cyd dan bob", 4),
        ("order=asc", "dan ada bob cyd", 4),
        ("limit=2", "cyd ada", 4),
        ("limit=2&offset=1", "ada bob", 4),
        ("limit=2&offset=3", "dan", 4),
        ("limit=2&offset=4", "", 4),
        ("metric=activity&sort=lastActive", "bob dan cyd ada", 4),
        // By name or identifier, whatever the size of letters; by e-mail address for whoever sees it.
        ("search=LOVELACE", "ada", 1),
        ("search=d", "cyd ada dan", 3),
        ("search=example.com", "ada", 1),
        ("search=_", "", 0),
        ("search=%25", "", 0),
        // Silent in P. The system's event about eve does not make her active.
        ("active=false", "eve fay gus", 3),
        ("active=false&limit=1&offset=1", "fay", 3),
        ("active=false&search=e", "eve", 1),
        ("active=false&level=high", "", 0),
        ("active=true", "cyd ada bob dan", 4),
        ("includeBots=true", "cyd ada bob dan robo", 5),
        ("channelId=c-gen", "ada bob dan cyd", 4),
        ("userId=dan", "dan", 1),
        ("filter=type is page_view", "", 0),
    ] {
        let found = ids(&chat.service, &format!("period=7d&{asked}")).await;
        assert_eq!(found, (expected.to_owned(), json!(total)), "{asked}");
    }
    // The chat's own message about ada was all there was about her within an hour.
    let span = "from=2025-03-30T09:00:30Z&to=2025-03-30T10:00:00Z";
    assert_eq!(ids(&chat.service, span).await.0, "cyd dan");
    let silent = ids(&chat.service, &format!("{span}&active=false")).await;
    assert_eq!(silent.0, "ada bob eve fay gus");
}

#[tokio::test]
async fn scores_are_clamped_rounded_and_put_into_levels() {
    let home = Home::new();
    let service = home.start(&[]);
    let mut events = Vec::new();
    // Points on the first day; a second day with a page view halves them.
    for (user, messages, reactions, days) in [
        ("p030", 15, 0, 1),
        ("p030.5", 30, 1, 2),
        ("p031", 15, 1, 1),
        ("p060", 30, 0, 1),
        ("p060.5", 60, 1, 2),
        ("p100", 50, 0, 1),
        ("p240", 120, 0, 1),
        ("present", 0, 0, 1),
    ] {
        let acts = [
            ("message_sent", messages),
            ("reaction_added", reactions),
            ("page_view", 1),
        ];
        for (name, count) in acts {
            let act =
                || json!({"event": name, "userId": user, "timestamp": "2025-03-28T12:00:00Z"});
            events.extend((0..count).map(|_| act()));
        }
        if days == 2 {
            events.push(
                json!({"event": "page_view", "userId": user, "timestamp": "2025-03-29T12:00:00Z"}),
            );
        }
    }
    service.track(&json!(events)).await;
    let asked = "/api/analytics/users?period=7d&asOf=2025-03-30T20:00:00Z";
    let answer = service.json(asked).await;
    let rows = answer["users"].as_array().unwrap().iter();
    let shown: Vec<Value> = rows
        .map(|row| {
            json!([
                row["userId"],
                row["engagementRaw"],
                row["engagementScore"],
                row["engagementLevel"]
            ])
        })
        .collect();
    let expected = json!([
        ["p240", 240.0, 100, "high"],
        ["p100", 100.0, 100, "high"],
        // Halves are rounded up, and the level goes by the score that is shown.
        ["p060.5", 60.5, 61, "high"],
        ["p060", 60.0, 60, "medium"],
        ["p031", 31.0, 31, "medium"],
        ["p030.5", 30.5, 31, "medium"],
        ["p030", 30.0, 30, "low"],
        ["present", 0.0, 0, "low"],
    ]);
    assert_same(&json!(shown), &expected);
    let levels = json!({"low": 2, "medium": 3, "high": 3});
    assert_eq!(answer["summary"]["levels"], levels);
    // (100 + 100 + 61 + 60 + 31 + 31 + 30 + 0) / 8 = 51.6.
    assert_eq!(answer["summary"]["averageEngagement"], 52);
    for (level, expected) in [
        ("high", "p240 p100 p060.5"),
        ("medium", "p060 p031 p030.5"),
        ("low", "p030 present"),
    ] {
        let path = format!("period=7d&level={level}");
        let (found, total) = ids(&service, &path).await;
        let count = expected.split(' ').count();
        assert_eq!((found.as_str(), &total), (expected, &json!(count)));
    }
}

/// `groupBy` shows everybody together over time, as the dashboard's charts do.
#[tokio::test]
async fn a_grain_adds_what_everybody_did_over_time() {
    let chat = Chat::open().await;
    for grain in ["day", "week", "month"] {
        let asked = format!("users?period=7d&compare=previous&groupBy={grain}");
        let users = chat.ask(&asked).await;
        let charts = &chat
            .ask(&format!("dashboard?period=7d&groupBy={grain}"))
            .await["charts"];
        let days = charts["activeUsers"].as_array().unwrap();
        let messages = charts["messageVolume"].as_array().unwrap();
        let pair = |(day, messages): (&Value, &Value)| {
            json!({"date": day["date"], "activeUsers": day["value"], "messageCount": messages["count"],
            "end": day["end"], "complete": day["complete"],
            "previous": {"activeUsers": day["previous"], "messageCount": messages["previous"]}})
        };
        let expected: Value = days.iter().zip(messages).map(pair).collect();
        assert_same(&users["timeline"], &expected);
    }
    let alone = chat.ask("users?period=7d&groupBy=day").await;
    assert_eq!(alone["timeline"][0]["previous"], Value::Null);
    assert_eq!(chat.ask("users?period=7d").await.get("timeline"), None);
}

/// Each of those who are found and were active is named in a question.
#[tokio::test]
async fn a_search_that_finds_very_many_is_to_be_narrowed() {
    let home = Home::new();
    let service = home.start(&[]);
    for people in [0..8_000, 8_000..10_001] {
        let people = people.map(|number| json!({"id": format!("p{number}"), "name": "Ada"}));
        let people: Vec<Value> = people.collect();
        let records = service.post("/api/analytics/records");
        let answer = records.json(&json!({"people": people})).send().await;
        assert_eq!(answer.unwrap().status(), 200);
    }
    let path = |asked: &str| format!("/api/analytics/users?period=7d&limit=1&search={asked}");
    let answer = service.get(&path("ada")).send().await.unwrap();
    let error = assert_refused(answer, 400, "bad_parameter").await;
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("`search`: 10001 people"), "{message}");
    for (asked, total) in [
        ("P1000", 0),
        ("ada&active=false", 10_001),
        ("p1000&active=false", 2),
    ] {
        assert_eq!(service.json(&path(asked)).await["total"], total, "{asked}");
    }
}
