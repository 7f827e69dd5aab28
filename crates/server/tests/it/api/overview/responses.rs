//! `GET /api/analytics/response-times` and `/unanswered`.
//!
//! In the week of P are three responses: ada 1 ms after cyd in `c-gen` on Monday at 00:00, bob in the
//! thread of that message 9 h 35 min (34,500 s) later, and dan on Saturday at 11:01, 10 h 31 min (37,860 s)
//! after ada. Seven messages begin a conversation: ada's of Monday by its thread, bob's of Wednesday 09:59,
//! ada's of Friday 23:30 and of 00:30 after it, which dan answers after 41,460 s and 37,860 s, dan's itself,
//! cyd's of Sunday 01:59 and dan's of Sunday 21:10. Nobody answers bob and dan's first; the last two are
//! too young.

use domain::id::Key64;
use serde_json::{Value, json};

use crate::api::{assert_same, chat::Chat};

fn numbers(count: u64, average: f64, [p50, p90, p95]: [f64; 3]) -> Value {
    json!({
        "count": count, "averageSeconds": average,
        "p50Seconds": p50, "p90Seconds": p90, "p95Seconds": p95,
    })
}

fn nothing() -> Value {
    json!({"count": 0, "averageSeconds": null, "p50Seconds": null, "p90Seconds": null, "p95Seconds": null})
}

/// Starters: how many were answered, stay unanswered, and are waiting; and the shares answered in time.
fn starters([answered, unanswered, waiting]: [u64; 3], within: &Value) -> Value {
    json!({
        "starters": answered + unanswered + waiting,
        "answered": answered, "unanswered": unanswered, "waiting": waiting,
        "within5m": within[0], "within1h": within[1], "within24h": within[2],
    })
}

fn row(key: Option<&str>, name: Option<&str>, numbers: Value, answered: Value) -> Value {
    let mut row = numbers;
    row["key"] = json!(key);
    row["name"] = json!(name);
    row["answered"] = answered;
    row
}

#[tokio::test]
async fn a_week_of_responses_is_as_worked_by_hand() {
    let chat = Chat::open().await;
    let answer = chat.numbers("response-times?period=7d").await;
    let same = |seconds: f64| numbers(1, seconds, [seconds; 3]);
    // On average (1 ms + 34,500 s + 37,860 s) / 3. In the week before bob answered ada after 11 hours.
    let change = |now: f64, percent: f64| {
        json!({
            "current": now, "previous": 39_600.0, "change": format!("{percent:+}%"), "changePercent": percent,
        })
    };
    let expected = json!({
        "count": {"current": 3, "previous": 1, "change": "+200%", "changePercent": 200.0, "trend": "up"},
        "averageSeconds": change(24_120.0, -39.1),
        "p50Seconds": change(34_500.0, -12.9),
        "p90Seconds": change(37_860.0, -4.4),
        "p95Seconds": change(37_860.0, -4.4),
    });
    assert_same(&answer["summary"], &expected);
    // The share within a day is 1 − 5/6 · 4/5 · 3/4: dan's last message is known for 50 minutes only, and
    // cyd's for 19 hours.
    let all = starters([3, 2, 2], &json!([0.0, 0.0, 50.0]));
    assert_same(&answer["answered"], &all);

    let young = json!([0.0, null, null]);
    let expected = json!([
        row(
            Some("c-gen"),
            Some("general"),
            numbers(3, 24_120.0, [34_500.0, 37_860.0, 37_860.0]),
            starters([3, 1, 0], &json!([0.0, 0.0, 75.0])),
        ),
        row(
            Some("c-new"),
            Some("c-new"),
            nothing(),
            starters([0, 0, 1], &young)
        ),
        row(
            Some("c-ran"),
            Some("Random"),
            nothing(),
            starters([0, 1, 0], &json!([0.0, 0.0, 0.0]))
        ),
        row(
            Some("c-sec"),
            Some("secret"),
            nothing(),
            starters([0, 0, 1], &json!([0.0, 0.0, null]))
        ),
    ]);
    assert_same(&answer["rows"], &expected);
    assert_eq!(
        (&answer["total"], &answer["by"]),
        (&json!(4), &json!("channel"))
    );

    let series = answer["series"].as_array().unwrap();
    assert_eq!(series.len(), 7);
    let bucket = |place: usize, date: &str, end: &str, numbers: Value, previous: &Value| {
        let mut expected = numbers;
        expected["date"] = json!(date);
        expected["end"] = json!(end);
        expected["complete"] = json!(true);
        expected["previous"] = previous.clone();
        assert_same(&series[place], &expected);
    };
    // Of 1 ms and 34,500 s; a week before it were 11 hours.
    let monday = numbers(2, 17_250.001, [0.001, 34_500.0, 34_500.0]);
    bucket(
        0,
        "2025-03-24",
        "2025-03-24T23:00:00Z",
        monday,
        &same(39_600.0),
    );
    bucket(
        1,
        "2025-03-25",
        "2025-03-25T23:00:00Z",
        nothing(),
        &nothing(),
    );
    bucket(
        5,
        "2025-03-29",
        "2025-03-29T23:00:00Z",
        same(37_860.0),
        &nothing(),
    );
}

#[tokio::test]
async fn rows_are_by_hour_and_by_role_as_well() {
    let chat = Chat::open().await;
    let counts = async |more: &str| {
        let answer = chat.ask(&format!("response-times?period=7d{more}")).await;
        let rows = answer["rows"].as_array().unwrap();
        let count = |row: &Value| {
            json!([
                row["key"],
                row["name"],
                row["count"],
                row["answered"]["starters"]
            ])
        };
        (
            rows.iter().map(count).collect::<Value>(),
            answer["total"].clone(),
        )
    };
    let hours = json!([
        ["00:00", "00:00", 1, 2],
        ["01:00", "01:00", 0, 1],
        ["09:00", "09:00", 1, 1],
        ["11:00", "11:00", 1, 1],
        ["21:00", "21:00", 0, 1],
        ["23:00", "23:00", 0, 1],
    ]);
    assert_eq!(counts("&by=hour").await, (hours, json!(6)));
    // Only ada has a role.
    let roles = json!([[null, null, 2, 4], ["owner", "owner", 1, 3]]);
    assert_eq!(counts("&by=role").await, (roles, json!(2)));
    let page = json!([["c-ran", "Random", 0, 1]]);
    assert_eq!(counts("&limit=1&offset=2").await, (page, json!(4)));
}

#[tokio::test]
async fn who_is_asked_for_answers_everybody() {
    let chat = Chat::open().await;
    for (narrowed, responses, starters) in [
        ("userId=bob", 1, 1),
        ("userId=dan", 1, 2),
        ("filter=user is ada,dan", 2, 5),
        ("filter=not user is ada", 2, 4),
        ("channelId=c-gen", 3, 4),
        ("filter=type is thread_reply", 1, 0),
        ("filter=message is image", 1, 1),
        ("channelId=nowhere", 0, 0),
    ] {
        let answer = chat
            .ask(&format!("response-times?period=7d&{narrowed}"))
            .await;
        let found = (
            &answer["summary"]["count"]["current"],
            &answer["answered"]["starters"],
        );
        assert_eq!(found, (&json!(responses), &json!(starters)), "{narrowed}");
    }
    let answer = chat.ask("response-times?period=7d&userId=bob").await;
    assert_eq!(answer["summary"]["p50Seconds"]["current"], 34_500.0);
}

#[tokio::test]
async fn nobody_answered_a_newcomer_and_somebody_else() {
    let chat = Chat::open().await;
    let answer = chat.numbers("unanswered").await;
    let row = |more: &Value| {
        let mut row = json!({
            "threadId": null, "messageId": null, "isQuestion": false, "link": null,
        });
        row.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        row
    };
    let dan = row(&json!({
        "channelId": "c-gen", "channelName": "general", "authorId": "dan", "authorName": null,
        // 33 hours and 59 minutes before the present.
        "askedAt": "2025-03-29T10:01:00Z", "waitSeconds": 122_340, "isNewcomer": true,
    }));
    let bob = row(&json!({
        "channelId": "c-ran", "channelName": "Random", "authorId": "bob", "authorName": "Bob",
        // 4 days, 11 hours and a minute; bob has written for nine days.
        "askedAt": "2025-03-26T08:59:00Z", "waitSeconds": 385_260, "isNewcomer": false,
    }));
    let expected = json!({
        "unanswered": [dan, bob], "total": 2, "waiting": 2, "starters": 7, "period": "7d",
    });
    assert_same(&answer, &expected);
    for (narrowed, authors, total) in [
        ("&limit=1", json!(["dan"]), 2),
        ("&offset=1", json!(["bob"]), 2),
        ("&userId=bob", json!(["bob"]), 1),
        ("&userId=ada", json!([]), 0),
        ("&channelId=c-gen", json!(["dan"]), 1),
        // A day before dan wrote, bob was the only one.
        ("&to=2025-03-29&from=2025-03-24", json!(["bob"]), 1),
    ] {
        let answer = chat
            .ask(&format!("unanswered?{}", narrowed.trim_start_matches('&')))
            .await;
        let rows = answer["unanswered"].as_array().unwrap();
        let found: Value = rows.iter().map(|row| row["authorId"].clone()).collect();
        assert_eq!(
            (found, &answer["total"]),
            (authors, &json!(total)),
            "{narrowed}"
        );
    }
}

#[tokio::test]
async fn messages_and_threads_are_shown_as_events_show_them() {
    let chat = Chat::open().await;
    let asked = json!([{
        "event": "message_sent", "timestamp": "2025-03-27T10:00:00Z", "userId": "eve", "channelId": "c-thr",
        "messageId": "m70", "threadId": "t7", "text": "does anybody know?",
    }]);
    chat.service.track(&asked).await;
    let answer = chat.ask("unanswered?userId=eve").await;
    let row = &answer["unanswered"][0];
    assert_eq!(row["isQuestion"], true);
    let key = |text: &str| Key64::of(text).to_string();
    assert_eq!(
        (&row["messageId"], &row["threadId"]),
        (&json!(key("m70")), &json!(key("t7")))
    );
    let events = chat.ask("events?userId=eve&eventType=message_sent").await;
    let event = &events["events"][0];
    assert_eq!(
        (&row["messageId"], &row["threadId"]),
        (&event["messageId"], &event["threadId"])
    );
    // Somebody answers on the next day, within 24 hours.
    let reply = json!([{
        "event": "thread_reply", "timestamp": "2025-03-28T09:59:00Z", "userId": "bob", "channelId": "c-thr",
        "threadId": "t7", "text": "yes",
    }]);
    chat.service.track(&reply).await;
    assert_eq!(chat.ask("unanswered?userId=eve").await["total"], 0);
}
