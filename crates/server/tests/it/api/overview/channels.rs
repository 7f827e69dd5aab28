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
                "slug": null, "createdAt": null, "firstSeen": "2024-03-28T10:00:00Z",
                "owner": "ada", "ownerName": "Ada Lovelace", "isDeactivatedOwner": false,
                // Spans before hold 3, 0, 0 and 0.
                "medianBefore": 0.0, "engagementPercent": 100.0, "participationPercent": 75.0,
                "isDying": false, "isOrphan": false,
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
                "slug": null, "createdAt": null, "firstSeen": "2025-03-30T00:59:59Z",
                "owner": null, "ownerName": null, "isDeactivatedOwner": null,
                "medianBefore": 0.0, "engagementPercent": 50.0, "participationPercent": 50.0,
                "isDying": false, "isOrphan": false,
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
                "slug": null, "createdAt": null, "firstSeen": "2025-03-30T19:10:00Z",
                "owner": null, "ownerName": null, "isDeactivatedOwner": null,
                "medianBefore": 0.0, "engagementPercent": 100.0, "participationPercent": 100.0,
                "isDying": false, "isOrphan": false,
                "memberCount": 1, "activeMembers": 1, "engagementRate": "100%", "participation": "100%",
                "messageCount": 1, "previousMessageCount": 0, "growth": null, "growthRate": null,
                "growthPercent": null, "messagesPerDay": 0, "share": 11.1,
                "peakHour": "21:00", "lastActivity": "2025-03-30T19:10:00Z",
                "isActive": true, "isDormant": false, "isGrowing": false,
            },
            {
                "channelId": "c-ran", "name": "Random", "kind": "public", "isArchived": false,
                "slug": null, "createdAt": null, "firstSeen": "2024-03-27T10:00:00Z",
                "owner": null, "ownerName": null, "isDeactivatedOwner": null,
                // Spans before hold 1, 0, 1 and 0.
                "medianBefore": 0.5, "engagementPercent": 20.0, "participationPercent": 20.0,
                "isDying": false, "isOrphan": false,
                "memberCount": 5, "activeMembers": 1, "engagementRate": "20%", "participation": "20%",
                "messageCount": 1, "previousMessageCount": 1, "growth": "+0%", "growthRate": "+0%",
                "growthPercent": 0.0, "messagesPerDay": 0, "share": 11.1,
                "peakHour": "09:00", "lastActivity": "2025-03-26T08:59:00Z",
                "isActive": true, "isDormant": false, "isGrowing": false,
            },
            {
                "channelId": "c-old", "name": "archive", "kind": "public", "isArchived": true,
                "slug": null, "createdAt": null, "firstSeen": "2024-06-01T12:00:00Z",
                "owner": null, "ownerName": null, "isDeactivatedOwner": null,
                "medianBefore": 0.0, "engagementPercent": 0.0, "participationPercent": 0.0,
                "isDying": false, "isOrphan": false,
                "memberCount": 1, "activeMembers": 0, "engagementRate": "0%", "participation": "0%",
                "messageCount": 0, "previousMessageCount": 0, "growth": null, "growthRate": null,
                "growthPercent": null, "messagesPerDay": 0, "share": 0.0,
                "peakHour": null, "lastActivity": "2025-02-18T12:00:00Z",
                "isActive": false, "isDormant": true, "isGrowing": false,
            },
        ],
        "total": 5,
        "summary": {"total": 5, "active": 4, "dormant": 1, "growing": 0, "dying": 0, "orphan": 0},
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
        ("sort=participation", "c-new c-gen c-sec c-ran c-old"),
        ("sort=activeMembers", "c-gen c-new c-ran c-sec c-old"),
        ("sort=previousMessageCount", "c-gen c-ran c-new c-old c-sec"),
        ("sort=medianBefore", "c-ran c-gen c-new c-old c-sec"),
        ("sort=peakHour&order=asc", "c-gen c-sec c-ran c-new c-old"),
        ("sort=firstSeen", "c-new c-sec c-old c-gen c-ran"),
        ("sort=createdAt", "c-gen c-new c-old c-ran c-sec"),
        ("sort=owner", "c-gen c-new c-old c-ran c-sec"),
        ("sort=ownerName&order=desc", "c-gen c-new c-old c-ran c-sec"),
        ("sort=isDeactivatedOwner", "c-gen c-new c-old c-ran c-sec"),
        // private, public; the unknown kind is last either way.
        ("sort=kind", "c-sec c-gen c-old c-ran c-new"),
        ("sort=kind&order=desc", "c-gen c-old c-ran c-sec c-new"),
        ("sort=channelId", "c-gen c-new c-old c-ran c-sec"),
        ("sort=slug", "c-gen c-new c-old c-ran c-sec"),
        ("sort=share", "c-gen c-sec c-new c-ran c-old"),
        ("sort=isArchived", "c-old c-gen c-new c-ran c-sec"),
        ("sort=isDormant", "c-old c-gen c-new c-ran c-sec"),
        ("sort=isActive&order=asc", "c-old c-gen c-new c-ran c-sec"),
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

#[tokio::test]
async fn every_field_of_a_row_is_an_order() {
    let chat = Chat::open().await;
    let answer = chat.ask("channels?period=7d").await;
    for name in answer["channels"][0].as_object().unwrap().keys() {
        chat.ask(&format!("channels?period=7d&sort={name}")).await;
    }
}

#[tokio::test]
async fn rows_are_picked_by_state_and_by_text() {
    let chat = Chat::open().await;
    for (asked, expected) in [
        ("state=active", "c-gen c-sec c-new c-ran"),
        ("state=dormant", "c-old"),
        ("state=growing", ""),
        ("state=dying", ""),
        ("state=orphan", ""),
        ("search=RAN", "c-ran"),
        // By name and by identifier.
        ("search=arch", "c-old"),
        ("search=C-", "c-gen c-sec c-new c-ran c-old"),
        ("search=c-&state=active&limit=2&offset=1", "c-sec c-new"),
        ("search=nowhere", ""),
    ] {
        let answer = chat.ask(&format!("channels?period=7d&{asked}")).await;
        let rows = answer["channels"].as_array().unwrap().iter();
        let ids: Vec<&str> = rows.map(|row| row["channelId"].as_str().unwrap()).collect();
        assert_eq!(ids.join(" "), expected, "{asked}");
        if !asked.contains("limit") {
            assert_eq!(answer["total"], ids.len(), "{asked}");
        }
        assert_eq!(answer["summary"]["total"], 5, "{asked}");
    }
}

#[tokio::test]
async fn rows_have_their_messages_over_time_where_that_is_asked_for() {
    let chat = Chat::open().await;
    let answer = chat
        .ask("channels?period=7d&include=series&search=c-gen")
        .await;
    let point = |date: &str, end: &str, count: u32, previous: u32| {
        json!({"date": date, "end": end, "count": count, "previous": previous,
               "complete": date != "2025-03-30"})
    };
    // Monday: 00:00 and the reply; Friday one; Saturday 00:30 and 11:01. Before: Monday ada and bob,
    // Sunday ada until 22:00.
    let expected = json!([
        point("2025-03-24", "2025-03-24T23:00:00Z", 2, 2),
        point("2025-03-25", "2025-03-25T23:00:00Z", 0, 0),
        point("2025-03-26", "2025-03-26T23:00:00Z", 0, 0),
        point("2025-03-27", "2025-03-27T23:00:00Z", 0, 0),
        point("2025-03-28", "2025-03-28T23:00:00Z", 1, 0),
        point("2025-03-29", "2025-03-29T23:00:00Z", 2, 0),
        point("2025-03-30", "2025-03-30T22:00:00Z", 0, 1),
    ]);
    assert_eq!(answer["channels"][0]["series"], expected);
    let answer = chat
        .ask("channels?period=7d&include=series&groupBy=week&compare=none")
        .await;
    let counts: Vec<String> = answer["channels"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let series = row["series"].as_array().unwrap();
            assert!(series.iter().all(|point| point.get("previous").is_none()));
            let counts = series.iter().map(|point| point["count"].to_string());
            counts.collect::<Vec<_>>().join(" ")
        })
        .collect();
    assert_eq!(counts, ["5", "2", "1", "1", "0"]);
}
