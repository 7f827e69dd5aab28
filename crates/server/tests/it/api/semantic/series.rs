//! Buckets of time: every one there, with what stands beside it.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::{ask, shown};
use crate::api::{assert_same, chat::Chat};

#[tokio::test]
async fn days_are_filled_and_stand_beside_the_days_before() {
    let chat = Chat::open().await;
    let question = json!({"metrics": ["messages", "lastMessage"], "groupBy": "day",
        "from": "2025-03-29", "to": "2025-04-02", "compare": "previous"});
    let answer = ask(&chat, question).await;
    let at = |text: &str| text.parse::<jiff::Timestamp>().unwrap().as_millisecond();
    let expected = json!([
        {
            "keys": {"time": "2025-03-29"},
            "bucket": {
                "start": "2025-03-28T23:00:00Z", "end": "2025-03-29T23:00:00Z", "complete": true,
                "previous": {"start": "2025-03-26T23:00:00Z", "end": "2025-03-27T23:00:00Z", "complete": true},
            },
            // ada at 00:30 and dan at 11:01; on Thursday nobody.
            "values": {"messages": 2, "lastMessage": at("2025-03-29T10:01:00Z")},
            "previous": {"messages": 0, "lastMessage": null},
            "change": {"messages": null, "lastMessage": null},
            "changePercent": {"messages": null, "lastMessage": null},
        },
        {
            // The day of 23 hours is not over, and Friday is taken to the same point.
            "keys": {"time": "2025-03-30"},
            "bucket": {
                "start": "2025-03-29T23:00:00Z", "end": "2025-03-30T22:00:00Z", "complete": false,
                "previous": {"start": "2025-03-27T23:00:00Z", "end": "2025-03-28T23:00:00Z", "complete": false},
            },
            "values": {"messages": 3, "lastMessage": at("2025-03-30T19:10:00Z")},
            "previous": {"messages": 0, "lastMessage": null},
            "change": {"messages": null, "lastMessage": null},
            "changePercent": {"messages": null, "lastMessage": null},
        },
    ]);
    assert_same(&answer["rows"], &expected);
    let said = ["orderBy", "groupBy", "limit", "total"].map(|name| answer[name].clone());
    assert_eq!(said, [json!("time"), json!("day"), json!(1_000), json!(2)]);
    assert_eq!(answer["columns"]["dimensions"][0]["name"], "time");
}

#[tokio::test]
async fn hours_stand_beside_the_same_hour_over_a_clock_change() {
    let chat = Chat::open().await;
    let hours = async |as_of: &str| {
        let question = json!({"metrics": ["messages"], "groupBy": "hour", "period": "1d",
            "compare": "previous", "asOf": as_of});
        ask(&chat, question).await["rows"]
            .as_array()
            .unwrap()
            .clone()
    };
    let short = |row: &Value| {
        json!([
            row["keys"]["time"],
            row["values"]["messages"],
            row["previous"]["messages"],
            row["bucket"]["previous"]["start"]
        ])
    };
    // Sunday has no 02:00: cyd wrote at 01:59:59 and at 03:00:00. On Saturday ada wrote at 00:30.
    let rows = hours("2025-03-30T20:00:00Z").await;
    let found: Vec<Value> = rows.iter().take(3).map(short).collect();
    let expected = json!([
        ["2025-03-30T00:00:00+01:00", 0, 1, "2025-03-28T23:00:00Z"],
        ["2025-03-30T01:00:00+01:00", 1, 0, "2025-03-29T00:00:00Z"],
        ["2025-03-30T03:00:00+02:00", 1, 0, "2025-03-29T02:00:00Z"],
    ]);
    assert_same(&json!(found), &expected);
    assert_eq!(rows.len(), 21);
    // Monday has one, beside which nothing stands.
    let rows = hours("2025-03-31T20:00:00Z").await;
    let found: Vec<Value> = rows.iter().take(4).map(short).collect();
    let expected = json!([
        ["2025-03-31T00:00:00+02:00", 0, 0, "2025-03-29T23:00:00Z"],
        ["2025-03-31T01:00:00+02:00", 0, 1, "2025-03-30T00:00:00Z"],
        ["2025-03-31T02:00:00+02:00", 0, null, null],
        ["2025-03-31T03:00:00+02:00", 0, 1, "2025-03-30T01:00:00Z"],
    ]);
    assert_same(&json!(found), &expected);
    for name in ["previous", "change", "changePercent"] {
        assert_eq!(rows[2][name], Value::Null, "{name}");
    }
    assert_eq!(rows.len(), 22);
}

#[tokio::test]
async fn every_series_has_every_bucket() {
    let chat = Chat::open().await;
    let with = |more: Value| {
        let mut question = json!({"metrics": ["messages"], "dimensions": ["channel"], "groupBy": "day",
            "from": "2025-03-29"});
        question
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        question
    };
    let by_time = "2025-03-29/c-gen 2, 2025-03-29/c-new 0, 2025-03-29/c-sec 0, 2025-03-30/c-gen 0, 2025-03-30/c-new 1, 2025-03-30/c-sec 2";
    for (more, expected) in [
        (json!({}), by_time),
        (
            json!({"orderBy": "-time"}),
            "2025-03-30/c-gen 0, 2025-03-30/c-new 1, 2025-03-30/c-sec 2, 2025-03-29/c-gen 2, 2025-03-29/c-new 0, 2025-03-29/c-sec 0",
        ),
        (
            json!({"orderBy": "-messages"}),
            "2025-03-29/c-gen 2, 2025-03-30/c-sec 2, 2025-03-30/c-new 1, 2025-03-29/c-new 0, 2025-03-29/c-sec 0, 2025-03-30/c-gen 0",
        ),
        (
            json!({"orderBy": "channel"}),
            "2025-03-29/c-gen 2, 2025-03-30/c-gen 0, 2025-03-29/c-new 0, 2025-03-30/c-new 1, 2025-03-29/c-sec 0, 2025-03-30/c-sec 2",
        ),
        (
            json!({"limit": 2, "offset": 3}),
            "2025-03-30/c-gen 0, 2025-03-30/c-new 1",
        ),
    ] {
        let answer = ask(&chat, with(more.clone())).await;
        assert_eq!(
            (shown(&answer).as_str(), &answer["total"]),
            (expected, &json!(6)),
            "{more}"
        );
    }
    // Of the two days before ada wrote on Friday at 23:30, after the elapsed point of Sunday.
    let answer = ask(&chat, with(json!({"compare": "2025-03-27..2025-03-29"}))).await;
    let rows = answer["rows"].as_array().unwrap();
    let before: Vec<&Value> = rows
        .iter()
        .map(|row| &row["previous"]["messages"])
        .collect();
    assert_eq!(json!(before), json!([0, 0, 0, 1, 0, 0]));
    assert_eq!(rows[3]["change"]["messages"], "-100%");
    assert_eq!(rows[3]["changePercent"]["messages"], -100.0);
    // Unknown stays unknown, and stands last whichever way.
    for order in ["lastMessage", "-lastMessage"] {
        let answer = ask(
            &chat,
            with(json!({"metrics": ["lastMessage"], "orderBy": order})),
        )
        .await;
        let rows = answer["rows"].as_array().unwrap();
        let known: Vec<bool> = rows
            .iter()
            .map(|row| row["values"]["lastMessage"].is_number())
            .collect();
        assert_eq!(known, [true, true, true, false, false, false], "{order}");
    }
}

#[tokio::test]
async fn a_span_without_events_has_its_buckets_and_one_to_come_has_none() {
    let chat = Chat::open().await;
    let ask = async |more: Value| {
        let mut question = json!({"metrics": ["messages"], "groupBy": "month"});
        question
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        ask(&chat, question).await
    };
    let answer = ask(json!({"from": "2020-01-15", "to": "2020-03-01"})).await;
    assert_eq!(shown(&answer), "2020-01-01 0, 2020-02-01 0");
    // The span cuts January.
    let complete = |place: usize| &answer["rows"][place]["bucket"]["complete"];
    assert_eq!((complete(0), complete(1)), (&json!(false), &json!(true)));
    let answer =
        ask(json!({"from": "2020-01-15", "to": "2020-03-01", "dimensions": ["channel"]})).await;
    assert_eq!((shown(&answer).as_str(), &answer["total"]), ("", &json!(0)));
    let answer = ask(json!({"from": "2026-01-01", "to": "2026-03-01", "compare": "year"})).await;
    assert_eq!(
        (&answer["rows"], &answer["meta"]["future"]),
        (&json!([]), &json!(true))
    );
    assert_eq!(answer["totals"]["values"]["messages"], 0);
}

#[tokio::test]
async fn many_rows_are_the_same_as_page_by_page() {
    let chat = Chat::open().await;
    let page = async |limit: usize, offset: usize| {
        let question = json!({"metrics": ["messages"], "dimensions": ["channel"], "groupBy": "hour",
            "from": "2025-03-01", "to": "2025-03-29", "compare": "previous", "orderBy": "-messages",
            "limit": limit, "offset": offset});
        ask(&chat, question).await
    };
    let whole = page(10_000, 0).await;
    let rows = whole["rows"].as_array().unwrap();
    let channels: HashSet<&str> = rows
        .iter()
        .map(|row| row["keys"]["channel"].as_str().unwrap())
        .collect();
    // Days of 24 hours.
    assert_eq!(rows.len(), 28 * 24 * channels.len());
    assert_eq!(whole["total"], rows.len());
    let messages: u64 = rows
        .iter()
        .map(|row| row["values"]["messages"].as_u64().unwrap())
        .sum();
    assert!(messages > 0 && channels.len() > 1);
    assert_eq!(whole["totals"]["values"]["messages"], messages);
    for offset in [0, 1_000, rows.len() - 3] {
        let page = page(3, offset).await;
        assert_eq!(page["rows"], json!(rows[offset..offset + 3]), "{offset}");
    }
}
