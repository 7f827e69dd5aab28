//! `compare`.

use serde_json::{Value, json};

use crate::api::{assert_same, chat::Chat};

#[tokio::test]
async fn every_value_stands_beside_the_one_it_is_compared_with() {
    let chat = Chat::open().await;
    let change = |current: u64, previous: Value, change: Value, trend: &str| {
        let percent = change
            .as_str()
            .map(|text| text.trim_end_matches('%').parse::<f64>().unwrap());
        let trend = Some(trend).filter(|trend| !trend.is_empty());
        json!({"current": current, "previous": previous, "change": change, "changePercent": percent, "trend": trend})
    };
    let null = Value::Null;
    for (compare, people, messages, from, to) in [
        (
            "previous",
            change(4, json!(3), json!("+33.3%"), "up"),
            change(9, json!(4), json!("+125%"), "up"),
            "2025-03-16T23:00:00Z",
            "2025-03-23T21:00:00Z",
        ),
        (
            "weekday",
            change(4, json!(3), json!("+33.3%"), "up"),
            change(9, json!(4), json!("+125%"), "up"),
            "2025-03-16T23:00:00Z",
            "2025-03-23T21:00:00Z",
        ),
        (
            // 24 March 2024, 00:00, to 30 March, 22:00, in winter time: gus and fay.
            "year",
            change(4, json!(2), json!("+100%"), "up"),
            change(9, json!(2), json!("+350%"), "up"),
            "2024-03-23T23:00:00Z",
            "2024-03-30T21:00:00Z",
        ),
        (
            // bob wrote and ada reacted.
            "2025-03-18..2025-03-19",
            change(4, json!(2), json!("+100%"), "up"),
            change(9, json!(1), json!("+800%"), "up"),
            "2025-03-17T23:00:00Z",
            "2025-03-18T23:00:00Z",
        ),
        (
            // Q and P and what lies between: 15 messages and gus.
            "2025-03-01T00:00:00Z..2025-03-30T20:00:00Z",
            change(4, json!(5), json!("-20%"), "down"),
            change(9, json!(16), json!("-43.8%"), "down"),
            "2025-03-01T00:00:00Z",
            "2025-03-30T20:00:00Z",
        ),
        (
            // There was nothing: no change can be told, but it went up.
            "2025-01-01..2025-01-02",
            change(4, json!(0), null.clone(), "up"),
            change(9, json!(0), null.clone(), "up"),
            "2024-12-31T23:00:00Z",
            "2025-01-01T23:00:00Z",
        ),
        (
            "none",
            change(4, null.clone(), null.clone(), ""),
            change(9, null.clone(), null.clone(), ""),
            "none",
            "none",
        ),
    ] {
        let answer = chat
            .ask(&format!("dashboard?period=7d&compare={compare}"))
            .await;
        assert_same(&answer["trends"]["activeUsers"], &people);
        assert_same(&answer["overview"]["activeUsers"], &people);
        assert_same(&answer["trends"]["messages"], &messages);
        for name in ["trend", "previous", "change", "changePercent"] {
            assert_eq!(answer["overview"]["messages"][name], messages[name]);
        }
        let meta = ["previousFrom", "previousTo"]
            .map(|name| answer["meta"][name].as_str().unwrap_or("none"));
        assert_eq!(meta, [from, to], "{compare}");
        let answer = chat
            .ask(&format!("messages?period=7d&compare={compare}"))
            .await;
        assert_same(&answer["messages"], &messages);
    }
    // Channels and kinds of messages compare alike, and without a comparison say nothing.
    let answer = chat.ask("channels?period=7d&compare=year&limit=1").await;
    assert_eq!(answer["channels"][0]["growth"], "+400%");
    let answer = chat.ask("messages?period=7d&compare=year").await;
    assert_eq!(answer["trends"], json!({"text": "+150%", "total": "+350%"}));
    let answer = chat.ask("messages?period=7d&compare=none").await;
    assert_eq!(answer["trends"], json!({}));
}
