//! `GET /api/analytics/channels`.

use serde_json::{Value, json};

use crate::api::{assert_same, chat::Chat};

#[tokio::test]
async fn the_channels_of_a_week_are_as_worked_by_hand() {
    let chat = Chat::open().await;
    let answer = chat.numbers("channels?period=7d").await;
    let mut heatmap = [[0; 24]; 7];
    // Monday, Wednesday, Friday, Saturday and Sunday, by the hour in Berlin.
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
        "channels": [
            {
                "channelId": "c-gen", "name": "general", "kind": "public", "isArchived": false,
                // ada, bob and dan wrote; cyd reacted: 3 and 4 of 4 members.
                "memberCount": 4, "activeMembers": 3, "engagementRate": "100%", "participation": "75%",
                // In Q ada twice and bob; (5 − 3) / 3.
                "messageCount": 5, "previousMessageCount": 3, "growth": "+66.7%",
                "growthRate": "+66.7%", "growthPercent": 66.67,
                // 5 / 7 days, and 5 of 9 messages.
                "messagesPerDay": 0, "share": 55.6,
                // 00:00 and 00:30; once 09:35, 11:01 and 23:30.
                "peakHour": "00:00",
                // Neither the bot nor the chat itself.
                "lastActivity": "2025-03-29T10:01:00Z",
                "isActive": true, "isDormant": false, "isGrowing": false,
            },
            {
                "channelId": "c-sec", "name": "secret", "kind": "private", "isArchived": false,
                "memberCount": 2, "activeMembers": 1, "engagementRate": "50%", "participation": "50%",
                // Nothing before is no growth of any size.
                "messageCount": 2, "previousMessageCount": 0, "growth": null, "growthRate": null,
                "growthPercent": null, "messagesPerDay": 0, "share": 22.2,
                // 01:59:59 and 03:00:00 are a tie.
                "peakHour": "01:00", "lastActivity": "2025-03-30T01:00:00Z",
                "isActive": true, "isDormant": false, "isGrowing": false,
            },
            {
                // Known by its events alone: two joined, one of them left.
                "channelId": "c-new", "name": "c-new", "kind": null, "isArchived": false,
                "memberCount": 1, "activeMembers": 1, "engagementRate": "100%", "participation": "100%",
                "messageCount": 1, "previousMessageCount": 0, "growth": null, "growthRate": null,
                "growthPercent": null, "messagesPerDay": 0, "share": 11.1,
                "peakHour": "21:00", "lastActivity": "2025-03-30T19:10:00Z",
                "isActive": true, "isDormant": false, "isGrowing": false,
            },
            {
                "channelId": "c-ran", "name": "Random", "kind": "public", "isArchived": false,
                "memberCount": 5, "activeMembers": 1, "engagementRate": "20%", "participation": "20%",
                "messageCount": 1, "previousMessageCount": 1, "growth": "+0%", "growthRate": "+0%",
                "growthPercent": 0.0, "messagesPerDay": 0, "share": 11.1,
                "peakHour": "09:00", "lastActivity": "2025-03-26T08:59:00Z",
                "isActive": true, "isDormant": false, "isGrowing": false,
            },
            {
                "channelId": "c-old", "name": "archive", "kind": "public", "isArchived": true,
                "memberCount": 1, "activeMembers": 0, "engagementRate": "0%", "participation": "0%",
                "messageCount": 0, "previousMessageCount": 0, "growth": null, "growthRate": null,
                "growthPercent": null, "messagesPerDay": 0, "share": 0.0,
                "peakHour": null, "lastActivity": "2025-02-18T12:00:00Z",
                "isActive": false, "isDormant": true, "isGrowing": false,
            },
        ],
        "total": 5,
        "summary": {"total": 5, "active": 4, "dormant": 1, "growing": 0},
        // 1, 1, 2, 5: Σ i·x = 1 + 2 + 6 + 20 = 29; 58 / 36 − 5 / 4. Half of 9 is 5.
        "distribution": {"gini": 0.3611, "channelsForHalf": 1, "silent": 1},
        "heatmap": heatmap.map(|hours| hours.to_vec()).to_vec(),
        "period": "7d",
    });
    assert_same(&answer, &expected);
}

#[tokio::test]
async fn rows_are_sorted_and_cut_as_asked() {
    let chat = Chat::open().await;
    for (asked, expected) in [
        ("", "c-gen c-sec c-new c-ran c-old"),
        ("sort=activity&order=desc", "c-gen c-sec c-new c-ran c-old"),
        // Ties stay in the order of identifiers.
        ("sort=activity&order=asc", "c-old c-new c-ran c-sec c-gen"),
        ("sort=messageCount", "c-gen c-sec c-new c-ran c-old"),
        ("sort=members", "c-ran c-gen c-sec c-new c-old"),
        ("sort=members&order=asc", "c-new c-old c-sec c-gen c-ran"),
        // Unknown growth is last, whichever way.
        ("sort=growth", "c-gen c-ran c-new c-old c-sec"),
        ("sort=growth&order=asc", "c-ran c-gen c-new c-old c-sec"),
        ("sort=engagement", "c-gen c-new c-sec c-ran c-old"),
        ("sort=lastActivity", "c-new c-sec c-gen c-ran c-old"),
        (
            "sort=lastActivity&order=asc",
            "c-old c-ran c-gen c-sec c-new",
        ),
        // archive, c-new, general, Random, secret: large and small letters are alike.
        ("sort=name", "c-old c-new c-gen c-ran c-sec"),
        ("sort=name&order=asc", "c-old c-new c-gen c-ran c-sec"),
        ("sort=name&order=desc", "c-sec c-ran c-gen c-new c-old"),
        ("limit=2", "c-gen c-sec"),
        ("limit=2&offset=3", "c-ran c-old"),
        ("limit=2&offset=5", ""),
    ] {
        let answer = chat.ask(&format!("channels?period=7d&{asked}")).await;
        let rows = answer["channels"].as_array().unwrap().iter();
        let ids: Vec<&str> = rows.map(|row| row["channelId"].as_str().unwrap()).collect();
        assert_eq!(ids.join(" "), expected, "{asked}");
        // What is cut off is counted all the same.
        assert_eq!(
            (&answer["total"], &answer["summary"]["total"]),
            (&json!(5), &json!(5))
        );
    }
}

#[tokio::test]
async fn bots_count_where_they_are_asked_for() {
    let chat = Chat::open().await;
    let of = |answer: &Value| {
        let rows = answer["channels"].as_array().unwrap().clone();
        rows.into_iter()
            .find(|row| row["channelId"] == "c-gen")
            .unwrap()
    };
    let row = of(&chat.ask("channels?period=7d&includeBots=true").await);
    let shown = ["messageCount", "activeMembers", "lastActivity"].map(|name| row[name].clone());
    assert_eq!(shown, [json!(6), json!(4), json!("2025-03-30T09:00:00Z")]);
    let row = of(&chat.ask("channels?period=7d&userId=dan&compare=none").await);
    let shown = [
        "messageCount",
        "activeMembers",
        "previousMessageCount",
        "growth",
    ];
    assert_eq!(
        shown.map(|name| row[name].clone()),
        [json!(1), json!(1), Value::Null, Value::Null]
    );
}
