//! `GET /api/analytics/dashboard`.

use serde_json::{Value, json};

use crate::api::{assert_same, chat::Chat};

/// The chart of a number by day, from Monday on, beside the days of Q: Sunday has 23 hours, and is
/// not over.
fn days(field: &str, numbers: [u64; 7], previous: [u64; 7]) -> Value {
    let days = (24..31).zip(numbers).zip(previous);
    let point = |((day, number), previous)| {
        let hour = if day == 30 { 22 } else { 23 };
        json!({"date": format!("2025-03-{day}"), field: number, "previous": previous,
            "end": format!("2025-03-{day}T{hour}:00:00Z"), "complete": day != 30})
    };
    days.map(point).collect()
}

/// The dates and counts of a chart.
fn counts(chart: &Value) -> Value {
    let points = chart.as_array().unwrap().iter();
    let short = |point: &Value| json!({"date": point["date"], "count": point["count"]});
    points.map(short).collect()
}

#[tokio::test]
async fn the_overview_of_a_week_is_as_worked_by_hand() {
    let chat = Chat::open().await;
    let answer = chat.ask("dashboard?period=7d").await;
    // Active in P: ada, bob, cyd and dan; in Q: ada, bob and cyd. (4 − 3) / 3 = +33.3 %.
    let people = json!({"current": 4, "previous": 3, "change": "+33.3%", "changePercent": 33.3, "trend": "up"});
    let fields = json!({
        "activeUsers": "activeUsers",
        "charts.activeUsers.value": "activeUsers",
        "charts.channelActivity.count": "messages",
        "charts.messageVolume.count": "messages",
        "overview.activeUsers": "activeUsers",
        "overview.channels.active": "activeChannels",
        "overview.messages.total": "messages",
        "totalEvents": "events",
        "totalFiles": "files",
        "totalMessages": "messages",
        "totalReactions": "reactions",
        "trends.activeUsers": "activeUsers",
        "trends.files": "files",
        "trends.messages": "messages",
        "trends.reactions": "reactions",
    });
    let expected = json!({
        "activeUsers": 4,
        // By day 2 + 1 + 1 + 2 + 3; in Q 4.
        "totalMessages": 9,
        // Four by records and the one people joined.
        "totalChannels": 5,
        // All but the archive.
        "activeChannels": 4,
        // ada, bob, cyd, dan, eve, fay and gus.
        "totalUsers": 7,
        "totalFiles": 1,
        "totalReactions": 2,
        // Every line of P in the list of events.
        "totalEvents": 23,
        // 9 / 4 = 2.25.
        "avgMessagesPerUser": 2.3,
        // (3 + 0 + 1 + 0 + 1 + 2 + 3) / 7 = 1.4286 people a day, of 5 in 30 days.
        "stickiness": 0.286,
        "period": "7d",
        "active": {
            // bob's heartbeat came 30 seconds ago.
            "online": 1,
            // And dan wrote 50 minutes ago.
            "hourly": 2,
            // And cyd; the message about ada was none of hers.
            "daily": 3,
            // And ada.
            "weekly": 4,
            // And gus on 5 March.
            "monthly": 5,
            // And fay last June.
            "yearly": 6,
        },
        "trends": {
            "activeUsers": people,
            "messages": {"current": 9, "previous": 4, "change": "+125%", "changePercent": 125.0, "trend": "up"},
            // general, Random, secret and c-new; in Q general and Random.
            "channels": {"current": 4, "previous": 2, "change": "+100%", "changePercent": 100.0, "trend": "up"},
            "files": {"current": 1, "previous": 1, "change": "+0%", "changePercent": 0.0, "trend": "stable"},
            "reactions": {"current": 2, "previous": 1, "change": "+100%", "changePercent": 100.0, "trend": "up"},
        },
        "overview": {
            "activeUsers": people,
            // 9 / 7 days = 1.3, rounded down.
            "messages": {"total": 9, "average": 1, "trend": "up", "previous": 4, "change": "+125%", "changePercent": 125.0},
            "channels": {"total": 5, "active": 4, "engagement": "80%"},
        },
        "charts": {
            // In Q ada and bob on Monday and on Tuesday, cyd on Wednesday, ada on Sunday.
            "activeUsers": days("value", [3, 0, 1, 0, 1, 2, 3], [2, 2, 1, 0, 0, 0, 1]),
            "messageVolume": days("count", [2, 0, 1, 0, 1, 2, 3], [2, 1, 0, 0, 0, 0, 1]),
            // Of the two with one message each, the smaller identifier is first.
            "channelActivity": [
                {"channelId": "c-gen", "name": "general", "count": 5},
                {"channelId": "c-sec", "name": "secret", "count": 2},
                {"channelId": "c-new", "name": "c-new", "count": 1},
                {"channelId": "c-ran", "name": "Random", "count": 1},
            ],
        },
        "meta": {
            "asOf": "2025-03-30T20:00:00Z",
            "timezone": "Europe/Berlin",
            "from": "2025-03-23T23:00:00Z",
            "to": "2025-03-30T20:00:00Z",
            "previousFrom": "2025-03-16T23:00:00Z",
            "previousTo": "2025-03-23T21:00:00Z",
            "future": false,
            "weekStart": "monday",
            "source": "raw",
            "cached": false,
            "approximate": false,
            "definition": "People with at least one event that they caused (any kind but system ones; presence counts).",
            "fields": fields,
            // How many of them are filled by now nobody knows.
            "ledger": answer["meta"]["ledger"],
        },
    });
    assert_same(&answer, &expected);
}

#[tokio::test]
async fn the_day_on_which_clocks_change_has_the_hours_it_has() {
    let chat = Chat::open().await;
    let answer = chat.ask("dashboard?period=1d&groupBy=hour").await;
    // There is no 02:00; 22:00 has not begun.
    let hours = [0, 1].map(|hour| (hour, "+01:00")).into_iter();
    let hours = hours.chain((3..22).map(|hour| (hour, "+02:00")));
    let volume: Value = hours
        .map(|(hour, offset)| {
            // cyd at 01:59:59, cyd at 03:00:00, dan at 21:10.
            let count = u8::from(matches!(hour, 1 | 3 | 21));
            json!({"date": format!("2025-03-30T{hour:02}:00:00{offset}"), "count": count})
        })
        .collect();
    assert_same(&counts(&answer["charts"]["messageVolume"]), &volume);
    // Saturday had all of these hours: ada wrote at 00:30 and dan at 11:01.
    let before = |place: usize| &answer["charts"]["messageVolume"][place]["previous"];
    for (place, previous) in [(0, 1), (1, 0), (2, 0), (10, 1), (20, 0)] {
        assert_eq!(*before(place), previous, "{place}");
    }
    // Saturday until 22:00: ada at 00:30 and dan at 11:01 and his sign-up.
    let messages = json!({"current": 3, "previous": 2, "change": "+50%", "changePercent": 50.0, "trend": "up"});
    assert_same(&answer["trends"]["messages"], &messages);
    let people = json!({"current": 3, "previous": 2, "change": "+50%", "changePercent": 50.0, "trend": "up"});
    assert_same(&answer["trends"]["activeUsers"], &people);
    // The people of the day, of 5 in 30 days, whatever the buckets.
    assert_eq!(answer["stickiness"], 0.6);
    // In UTC Sunday begins an hour later and has a 02:00, and cyd wrote at 00:59:59 and 01:00:00.
    let utc = "/api/analytics/dashboard?period=1d&groupBy=hour&asOf=2025-03-30T20:00:00Z";
    let answer = chat.service.json(utc).await;
    let hours = (0..20).map(|hour| {
        let count = u8::from(matches!(hour, 0 | 1 | 19));
        json!({"date": format!("2025-03-30T{hour:02}:00:00+00:00"), "count": count})
    });
    assert_same(
        &counts(&answer["charts"]["messageVolume"]),
        &hours.collect(),
    );
}

#[tokio::test]
async fn narrowed_questions_count_what_they_name() {
    let chat = Chat::open().await;
    let numbers = |answer: &Value| {
        [
            "activeUsers",
            "totalMessages",
            "totalReactions",
            "totalFiles",
            "totalEvents",
        ]
        .map(|name| answer[name].as_u64().unwrap())
    };
    for (narrowed, expected) in [
        // The bot's message, and nothing of the chat itself.
        ("includeBots=true", [5, 10, 2, 1, 23]),
        // ada, bob and dan wrote, cyd reacted; the bot and the chat itself wrote there too.
        ("channelId=c-gen", [4, 5, 2, 0, 12]),
        ("userId=bob", [1, 2, 0, 1, 4]),
        ("channelId=c-gen&userId=bob", [1, 1, 0, 0, 1]),
        (
            "filter=channel is c-gen and not user is ada",
            [3, 2, 1, 0, 5],
        ),
        ("filter=user is ada or user is dan", [2, 5, 1, 0, 11]),
        ("filter=channel is c-ran,c-sec", [2, 3, 0, 1, 4]),
        ("filter=type is reaction_added", [2, 0, 2, 0, 2]),
        // Names of clients are ours too.
        ("filter=type is file_uploaded", [1, 0, 0, 1, 1]),
        ("filter=message is image", [1, 1, 0, 0, 1]),
        ("filter=property.fileName is plan.pdf", [1, 0, 0, 1, 1]),
        ("filter=property.emoji is \"👍🏽\"", [1, 0, 1, 0, 1]),
        (
            "filter=not (channel is c-gen or channel is c-ran,c-sec,c-new)",
            [2, 0, 0, 0, 3],
        ),
        ("channelId=nowhere", [0, 0, 0, 0, 0]),
        ("userId=nobody", [0, 0, 0, 0, 0]),
    ] {
        let answer = chat
            .numbers(&format!("dashboard?period=7d&{narrowed}"))
            .await;
        assert_eq!(numbers(&answer), expected, "{narrowed}");
    }
}

#[tokio::test]
async fn what_is_lively_is_so_at_the_end_of_the_span() {
    let chat = Chat::open().await;
    // In these ten days gus wrote in the archive, and before them nobody for months.
    let february = "from=2025-02-10&to=2025-02-20";
    for grain in ["hour", "day", "week", "month"] {
        let answer = chat
            .ask(&format!("dashboard?{february}&groupBy={grain}"))
            .await;
        assert_eq!(answer["activeChannels"], 1, "{grain}");
        assert_eq!(answer["overview"]["channels"]["engagement"], "20%");
        // One person on one of ten days, of one in 30 days.
        assert_eq!(answer["stickiness"], 0.1, "{grain}");
        // Who is active lately is asked of the present.
        assert_eq!(answer["active"]["weekly"], 4);
    }
    let answer = chat.ask(&format!("channels?{february}")).await;
    let summary =
        json!({"total": 5, "active": 1, "dormant": 4, "growing": 0, "dying": 0, "orphan": 0});
    assert_same(&answer["summary"], &summary);
    let facts = ["channelId", "isActive", "isDormant", "lastActivity"];
    let archive = facts.map(|name| answer["channels"][0][name].clone());
    let expected = [
        json!("c-old"),
        json!(true),
        json!(false),
        json!("2025-02-18T12:00:00Z"),
    ];
    assert_eq!(archive, expected);
    let exported = chat
        .ask(&format!("export?{february}&metrics=channels"))
        .await;
    assert_same(&exported["channels"], &answer["channels"]);
    // 30 days before, the same channel had been silent for longer.
    let answer = chat.ask("channels?from=2025-01-10&to=2025-01-20").await;
    assert_eq!(answer["summary"]["dormant"], 5);
}

#[tokio::test]
async fn as_many_events_are_exported_and_listed_as_are_counted() {
    let chat = Chat::open().await;
    for (narrowed, expected) in [
        ("", 23),
        // The bot's own message as well.
        ("&channelId=c-gen", 12),
        ("&userId=robo", 1),
        ("&filter=type is message_sent", 10),
    ] {
        let counted = chat.ask(&format!("dashboard?period=7d{narrowed}")).await;
        assert_eq!(counted["totalEvents"], expected, "{narrowed}");
        let exported = format!("export?period=7d&metrics=events{narrowed}");
        let exported = chat.ask(&exported).await;
        let listed = chat
            .ask(&format!("events?period=7d&limit=1000{narrowed}"))
            .await;
        for events in [&exported["events"], &listed["events"]] {
            assert_eq!(events.as_array().unwrap().len(), expected, "{narrowed}");
        }
    }
}
