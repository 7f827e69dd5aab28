//! `GET /api/analytics/users/{id}` and `GET /api/analytics/users/matrix`.

use serde_json::{Value, json};

use super::history::{History, SEEDS};
use crate::{
    api::{
        assert_same,
        chat::{Chat, path},
        refusal::assert_refused,
    },
    support::Home,
};

#[tokio::test]
async fn one_person_is_as_worked_by_hand() {
    let chat = Chat::open().await;
    let mut answer = chat.numbers("users/bob?period=7d").await;
    let row = chat
        .ask("users?period=7d&userId=bob&compare=previous")
        .await["users"][0]
        .clone();
    assert_same(&answer["user"].take(), &row);
    assert_eq!(row["trends"]["messageCount"]["previous"], 2);
    // Monday 09:35 and Wednesday 09:59.
    let mut heatmap = vec![vec![0; 24]; 7];
    (heatmap[0][9], heatmap[2][9]) = (1, 1);
    let mut hours = vec![0; 24];
    hours[9] = 2;
    let day = |date: &str, messages: u64, files: u64, events: u64| json!({"date": date, "messageCount": messages, "reactions": 0, "files": files, "events": events, "active": true});
    let expected = json!({
        "user": null,
        "isBot": false,
        // The account was made on Sunday, 16 March, 23:30.
        "cohort": {"day": "2025-03-16", "week": "2025-03-10", "month": "2025-03-01"},
        "calendar": [day("2025-03-24", 1, 0, 1), day("2025-03-26", 1, 1, 2), day("2025-03-30", 0, 0, 1)],
        "hours": hours,
        "heatmap": heatmap,
        "peakHour": "09:00",
        "channels": [
            {"channelId": "c-gen", "name": "general", "messageCount": 1, "lastMessage": "2025-03-24T08:35:00Z"},
            {"channelId": "c-ran", "name": "Random", "messageCount": 1, "lastMessage": "2025-03-26T08:59:00Z"},
        ],
        "channelsTotal": 2,
        "engagement": [{
            "date": "2025-03-24", "end": "2025-03-30T22:00:00Z", "complete": false,
            // (2 × 2 + 3) / 3 days; in the week before (2 × 2) / 2.
            "messageCount": 2, "daysActive": 3, "engagementScore": 2, "engagementRaw": 2.3333,
            "previous": {"messageCount": 2, "daysActive": 2, "engagementScore": 2, "engagementRaw": 2.0},
        }],
        "groupBy": "week",
        "period": "7d",
    });
    assert_same(&answer, &expected);
    // gus was there for the last time on 5 March, and eve never.
    let gus = chat.numbers("users/gus?period=7d").await;
    assert_eq!(gus["user"]["lastActive"], "2025-03-05T12:00:00Z");
    assert_eq!(
        (&gus["calendar"], &gus["peakHour"]),
        (&json!([]), &Value::Null)
    );
    assert_eq!(gus["engagement"][0]["engagementScore"], Value::Null);
    // What the chat said of her is an event, and nothing that she did.
    let eve = chat.numbers("users/eve?period=7d").await;
    assert_eq!(eve["user"]["lastActive"], Value::Null);
    assert_eq!(
        (&eve["calendar"][0]["events"], &eve["calendar"][0]["active"]),
        (&json!(1), &json!(false))
    );
    let bot = chat.numbers("users/robo?period=7d").await;
    assert_eq!(
        (&bot["isBot"], &bot["user"]["messageCount"]),
        (&json!(true), &json!(1))
    );
    let one = chat
        .numbers("users/bob?period=7d&limit=1&compare=none")
        .await;
    assert_eq!(
        (
            one["channels"].as_array().unwrap().len(),
            &one["channelsTotal"]
        ),
        (1, &json!(2))
    );
    assert_eq!(one["engagement"][0].get("previous"), None);
    assert_eq!(one["user"].get("trends"), None);
}

#[tokio::test]
async fn nobody_is_refused_with_who_may_be_meant() {
    let chat = Chat::open().await;
    for (id, nearest) in [
        ("adda", json!([{"id": "ada", "name": "Ada Lovelace"}])),
        ("zzz", json!([])),
    ] {
        let asked = chat.service.get(&path(&format!("users/{id}?period=7d")));
        let error = assert_refused(asked.send().await.unwrap(), 404, "user_not_found").await;
        assert_eq!(
            error["details"],
            json!({"field": "user", "value": id, "nearest": nearest})
        );
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(&format!("`{id}`")), "{message}");
    }
    // A filter that names somebody unknown narrows, and refuses nothing.
    let answer = chat
        .ask("users/ada?period=7d&filter=user%20is%20adda")
        .await;
    assert_eq!(answer["user"]["messageCount"], 0);
    assert_eq!(answer["meta"]["unknown"][0]["value"], "adda");
}

#[tokio::test]
async fn people_by_days_are_as_worked_by_hand() {
    let chat = Chat::open().await;
    let answer = chat
        .numbers("users/matrix?period=7d&sort=userId&limit=2")
        .await;
    let (yes, no) = (true, false);
    let days: Vec<&str> = answer["days"]
        .as_array()
        .unwrap()
        .iter()
        .map(|day| day["date"].as_str().unwrap())
        .collect();
    assert_eq!(
        (days[0], days[6], days.len()),
        ("2025-03-24", "2025-03-30", 7)
    );
    assert_eq!(
        answer["days"][6],
        json!({"date": "2025-03-30", "end": "2025-03-30T22:00:00Z", "complete": false})
    );
    assert_eq!(answer["total"], 4);
    let row = |place: usize| {
        let row = &answer["users"][place];
        json!([
            row["userId"],
            row["messages"],
            row["active"],
            row["daysActive"]
        ])
    };
    assert_eq!(
        row(0),
        json!([
            "ada",
            [1, 0, 0, 0, 1, 1, 0],
            [yes, no, no, no, yes, yes, no],
            3
        ])
    );
    // On Sunday bob was only there.
    assert_eq!(
        row(1),
        json!([
            "bob",
            [1, 0, 1, 0, 0, 0, 0],
            [yes, no, yes, no, no, no, yes],
            3
        ])
    );
    let silent = chat
        .numbers("users/matrix?period=7d&active=false&limit=1")
        .await;
    assert_eq!(
        silent["users"][0]["active"],
        json!([no, no, no, no, no, no, no])
    );
}

/// Days of one person and those of the matrix are what a plain reading of the events says, and add up to
/// what the list of people has.
#[tokio::test]
async fn days_are_those_of_a_plain_reading_of_random_histories() {
    let home = Home::new();
    let service = home.start(&[]);
    let history = History::make(&service, SEEDS[0]).await;
    for (span, now, _) in History::spans() {
        let matrix = history
            .ask(&format!("users/matrix?{span}&sort=userId"))
            .await;
        for row in matrix["users"].as_array().unwrap() {
            let id = row["userId"].as_str().unwrap();
            let person = history.ask(&format!("users/{id}?{span}")).await;
            let first = now.0.div_euclid(86_400_000);
            for (place, (messages, active)) in row["messages"]
                .as_array()
                .unwrap()
                .iter()
                .zip(row["active"].as_array().unwrap())
                .enumerate()
            {
                let day = first + i64::try_from(place).unwrap();
                let of_day = (
                    now.0.max(day * 86_400_000),
                    now.1.min((day + 1) * 86_400_000),
                );
                assert_eq!(
                    *messages,
                    history.messages(id, of_day),
                    "{span} {id} {place}"
                );
                assert_eq!(
                    *active,
                    !history.days(id, of_day).is_empty(),
                    "{span} {id} {place}"
                );
                let date = &matrix["days"][place]["date"];
                let calendar = person["calendar"].as_array().unwrap();
                let shown = calendar.iter().find(|day| day["date"] == *date);
                let events = history.of(id, of_day).count();
                assert_eq!(
                    shown.map_or(0, |day| day["events"].as_u64().unwrap()),
                    events as u64
                );
                assert_eq!(
                    shown.is_some_and(|day| day["active"] == true),
                    *active == true
                );
            }
            let sum = |rows: &Value, name: &str| -> u64 {
                let rows = rows.as_array().unwrap().iter();
                rows.map(|row| row[name].as_u64().unwrap()).sum()
            };
            let messages = history.messages(id, now) as u64;
            for (rows, name) in [
                ("calendar", "messageCount"),
                ("channels", "messageCount"),
                ("engagement", "messageCount"),
            ] {
                assert_eq!(sum(&person[rows], name), messages, "{span} {id} {rows}");
            }
            let hours: u64 = person["hours"]
                .as_array()
                .unwrap()
                .iter()
                .map(|hour| hour.as_u64().unwrap())
                .sum();
            assert_eq!(hours, messages);
            assert_eq!(
                sum(&person["engagement"], "daysActive"),
                history.days(id, now).len() as u64
            );
        }
    }
}
