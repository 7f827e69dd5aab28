//! `GET /api/analytics/messages`.

use serde_json::{Value, json};

use crate::api::{assert_same, chat::Chat};

/// Asserts that a timeline has these buckets, each with so many messages.
#[track_caller]
fn assert_counts(answer: &Value, points: &[(&str, u64)]) {
    let point = |(date, count): &(&str, u64)| json!({"date": date, "count": count});
    let timeline = answer["timeline"].as_array().unwrap().iter();
    let found = timeline.map(|bucket| json!({"date": bucket["date"], "count": bucket["count"]}));
    assert_same(&found.collect(), &points.iter().map(point).collect());
}

/// The timeline of P by day: Sunday has 23 hours, and is not over.
fn week(counts: [u64; 7], previous: [u64; 7]) -> Value {
    let days = (24..31).zip(counts).zip(previous);
    let point = |((day, count), previous)| {
        let hour = if day == 30 { 22 } else { 23 };
        json!({"date": format!("2025-03-{day}"), "count": count, "previous": previous,
            "end": format!("2025-03-{day}T{hour}:00:00Z"), "complete": day != 30})
    };
    days.map(point).collect()
}

#[tokio::test]
async fn the_messages_of_a_week_are_as_worked_by_hand() {
    let chat = Chat::open().await;
    let answer = chat.numbers("messages?period=7d").await;
    let mut heatmap = vec![vec![0; 24]; 7];
    for (weekday, hour) in [
        (0, 0),
        (0, 9),
        (2, 9),
        (4, 23),
        (5, 0),
        (5, 11),
        (6, 1),
        (6, 3),
        (6, 21),
    ] {
        heatmap[weekday][hour] = 1;
    }
    let expected = json!({
        "total": 9,
        "byType": {"text": 5, "image": 1, "file": 1, "video": 1, "voice": 1, "other": 0},
        // 9 / 7.
        "averagePerDay": 1,
        "peakDay": "2025-03-30",
        "peakDayCount": 3,
        // Q: 3 texts, an image, a reaction; kinds with nothing before are left out.
        "trends": {"text": "+66.7%", "images": "+0%", "total": "+125%", "reactions": "+100%"},
        "trendsPercent": {"text": 66.7, "images": 0.0, "total": 125.0, "reactions": 100.0},
        // In Q two on Monday, one on Tuesday and one on Sunday, each beside the same weekday.
        "timeline": week([2, 0, 1, 0, 1, 2, 3], [2, 1, 0, 0, 0, 0, 1]),
        "messages": {"current": 9, "previous": 4, "change": "+125%", "changePercent": 125.0, "trend": "up"},
        "replies": 1,
        "edited": 1,
        "deleted": 1,
        "reactions": 2,
        "files": 1,
        // "Good morning @bob … #Launch" 4, "On it … #launch" 3, "look" thrice, "night", "still up",
        // "#hidden" and "anybody here": 4 + 3 + 3 + 1 + 2 + 1 + 2 = 16; 16 / 9.
        "words": 16,
        "wordsPerMessage": 1.8,
        // Bob.
        "mentions": 1,
        "questions": 0,
        "threadsStarted": 0,
        "botMessages": 1,
        // With the bot's and the chat's own.
        "allMessages": 11,
        "heatmap": heatmap,
        // 00:00 and 09:00 have two messages each.
        "peakHour": "00:00",
        "groupBy": "day",
        "period": "7d",
    });
    assert_same(&answer, &expected);
}

#[tokio::test]
async fn buckets_are_as_wide_as_asked() {
    let chat = Chat::open().await;
    // Q with what came after its elapsed point: 4 + 2.
    let answer = chat.ask("messages?period=14d&groupBy=week").await;
    assert_counts(&answer, &[("2025-03-17", 6), ("2025-03-24", 9)]);
    // The first of them is whole, and the second not over.
    let complete = |place: usize| &answer["timeline"][place]["complete"];
    assert_eq!((complete(0), complete(1)), (&json!(true), &json!(false)));
    // gus on 18 February and 5 March; 90 days begin on the last day of December.
    let months = [
        ("2024-12-01", 0),
        ("2025-01-01", 0),
        ("2025-02-01", 1),
        ("2025-03-01", 16),
    ];
    let answer = chat.ask("messages?period=90d&groupBy=month").await;
    assert_counts(&answer, &months);
    assert_eq!(answer["groupBy"], "month");
    // Weeks that a period cuts bear the name of their Monday: 1 March was a Saturday.
    let answer = chat.ask("messages?period=30d&groupBy=week").await;
    let weeks = [
        ("2025-02-24", 0),
        ("2025-03-03", 1),
        ("2025-03-10", 0),
        ("2025-03-17", 6),
        ("2025-03-24", 9),
    ];
    assert_counts(&answer, &weeks);
    // Hours around midnight: ada at 23:30 on Friday and 00:30 on Saturday.
    let answer = chat
        .ask("messages?from=2025-03-28T22:00:00Z&to=2025-03-29T00:00:00Z&groupBy=hour")
        .await;
    let hours = [
        ("2025-03-28T23:00:00+01:00", 1),
        ("2025-03-29T00:00:00+01:00", 1),
    ];
    assert_counts(&answer, &hours);
    // The same two are on one day in UTC.
    let utc = "/api/analytics/messages?from=2025-03-28&to=2025-03-30&compare=none";
    let answer = chat.service.json(utc).await;
    assert_counts(&answer, &[("2025-03-28", 2), ("2025-03-29", 1)]);
    assert_eq!(answer["timeline"][0]["previous"], Value::Null);
}

#[tokio::test]
async fn half_hours_of_clock_changes_are_exact() {
    let chat = Chat::open().await;
    // Lord Howe moved back by 30 minutes at 15:00 UTC on 5 April 2025: 02:00 read 01:30 again.
    let event = |at: &str| json!({"event": "message_sent", "userId": "u", "timestamp": at});
    let events = [
        "2025-04-05T14:45:00Z",
        "2025-04-05T15:10:00Z",
        "2025-04-05T15:40:00Z",
    ]
    .map(event);
    chat.service.track(&json!(events)).await;
    let answer = chat
        .service
        .json("/api/analytics/messages?from=2025-04-05T14:00:00Z&to=2025-04-05T16:30:00Z&groupBy=hour&tz=Australia/Lord_Howe")
        .await;
    let hours = [
        ("2025-04-06T01:00:00+11:00", 1),
        ("2025-04-06T01:30:00+10:30", 1),
        ("2025-04-06T02:00:00+10:30", 1),
    ];
    assert_counts(&answer, &hours);
    assert_eq!(answer["timeline"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn nothing_is_zero_or_unknown_and_never_missing() {
    let chat = Chat::open().await;
    let answer = chat.numbers("messages?period=7d&channelId=nowhere").await;
    let expected = json!({
        "total": 0,
        "byType": {"text": 0, "image": 0, "file": 0, "video": 0, "voice": 0, "other": 0},
        "averagePerDay": 0, "peakDay": null, "peakDayCount": 0, "trends": {}, "trendsPercent": {},
        "timeline": week([0; 7], [0; 7]),
        "messages": {"current": 0, "previous": 0, "change": null, "changePercent": null, "trend": "stable"},
        "replies": 0, "edited": 0, "deleted": 0, "reactions": 0, "files": 0,
        "questions": 0, "threadsStarted": 0, "mentions": 0, "words": 0,
        "wordsPerMessage": null, "botMessages": 0, "allMessages": 0,
        "heatmap": vec![vec![0; 24]; 7], "peakHour": null, "groupBy": "day", "period": "7d",
    });
    assert_same(&answer, &expected);
}

#[tokio::test]
async fn replies_are_what_people_wrote_in_a_thread_after_its_first_message() {
    let chat = Chat::open().await;
    let said = |at: &str, more: Value| {
        let mut event = json!({"event": "message_sent", "userId": "ada", "channelId": "c-gen",
            "threadId": "m1", "timestamp": format!("2025-03-25T{at}Z")});
        let fields = more.as_object().unwrap().clone();
        event.as_object_mut().unwrap().extend(fields);
        event
    };
    let marked = json!({"isReply": true});
    let events = [
        said("10:00:00", json!({"properties": marked})),
        said("10:01:00", json!({"event": "thread_reply"})),
        // No reply: the first of its thread, one that is not marked so, the chat's own, a bot's.
        said("10:02:00", json!({"properties": {"isReply": false}})),
        said("10:03:00", json!({})),
        said(
            "10:04:00",
            json!({"properties": marked, "messageType": "system"}),
        ),
        said(
            "10:05:00",
            json!({"event": "thread_reply", "messageType": "system"}),
        ),
        said("10:06:00", json!({"properties": marked, "userId": "robo"})),
    ];
    chat.service.track(&json!(events)).await;
    // With the one of P.
    for (asked, replies) in [
        ("period=7d", 3),
        ("period=7d&includeBots=true", 4),
        ("period=7d&channelId=c-gen", 3),
        ("period=7d&userId=ada", 2),
    ] {
        // By rollups and by the events themselves.
        for zone in ["Europe/Berlin", "UTC"] {
            let path =
                format!("/api/analytics/messages?{asked}&asOf=2025-03-30T20:00:00Z&tz={zone}");
            let answer = chat.service.json(&path).await;
            assert_eq!(answer["replies"], replies, "{asked} {zone}");
        }
    }
}

#[tokio::test]
async fn weeks_begin_with_the_day_that_is_asked_for() {
    let chat = Chat::open().await;
    // Of the week: 2 on Monday 24, 1 on Wednesday, 1 on Friday, 2 on Saturday and 3 on Sunday 30.
    let ask = |start: &str| format!("messages?from=2025-03-24&groupBy=week&weekStart={start}");
    let monday = chat.numbers(&ask("monday")).await;
    assert_counts(&monday, &[("2025-03-24", 9)]);
    let sunday = chat.numbers(&ask("sunday")).await;
    assert_counts(&sunday, &[("2025-03-23", 6), ("2025-03-30", 3)]);
    let saturday = chat.numbers(&ask("saturday")).await;
    assert_counts(&saturday, &[("2025-03-22", 4), ("2025-03-29", 5)]);
    // Sunday 01:00, and Saturday 00:00.
    assert_eq!(sunday["heatmap"][0][1], 1);
    assert_eq!(saturday["heatmap"][0][0], 1);
    let plain = chat.numbers("messages?from=2025-03-24").await;
    assert_eq!(monday["heatmap"], plain["heatmap"]);
}
