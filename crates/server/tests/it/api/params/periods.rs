//! `period`, `from`, `to` and `asOf`.

use serde_json::{Value, json};

use crate::api::chat::Chat;

/// Returns the span of an answer and the one it is compared with.
fn spans(answer: &Value) -> [&str; 4] {
    ["from", "to", "previousFrom", "previousTo"]
        .map(|name| answer["meta"][name].as_str().unwrap_or("none"))
}

const NOW: &str = "2025-03-30T20:00:00Z";

#[tokio::test]
async fn every_name_of_a_period_is_a_span_of_local_days() {
    let chat = Chat::open().await;
    // Berlin: an hour ahead of UTC in winter, two from 31 March 2024 to 27 October 2024 and from
    // this morning on. The span before ends at 22:00 local as well, which was 21:00 UTC.
    let today = [
        "2025-03-29T23:00:00Z",
        NOW,
        "2025-03-28T23:00:00Z",
        "2025-03-29T21:00:00Z",
    ];
    let week = [
        "2025-03-23T23:00:00Z",
        NOW,
        "2025-03-16T23:00:00Z",
        "2025-03-23T21:00:00Z",
    ];
    let month = [
        "2025-02-28T23:00:00Z",
        NOW,
        "2025-01-29T23:00:00Z",
        "2025-02-28T21:00:00Z",
    ];
    // From 31 December; before it from 2 October, in summer time.
    let days_90 = [
        "2024-12-30T23:00:00Z",
        NOW,
        "2024-10-01T22:00:00Z",
        "2024-12-30T21:00:00Z",
    ];
    // From 31 March 2024; before it from 1 April 2023 to 30 March 2024, 22:00.
    let year = [
        "2024-03-30T23:00:00Z",
        NOW,
        "2023-03-31T22:00:00Z",
        "2024-03-30T21:00:00Z",
    ];
    // 89 days from 1 January; before it from 4 October.
    let quarter = [
        "2024-12-31T23:00:00Z",
        NOW,
        "2024-10-03T22:00:00Z",
        "2024-12-31T21:00:00Z",
    ];
    for (name, expected) in [
        ("1d", today),
        ("24h", today),
        ("today", today),
        ("7d", week),
        ("last7Days", week),
        (
            "14d",
            [
                "2025-03-16T23:00:00Z",
                NOW,
                "2025-03-02T23:00:00Z",
                "2025-03-16T21:00:00Z",
            ],
        ),
        ("30d", month),
        ("last30Days", month),
        ("90d", days_90),
        ("last90Days", days_90),
        ("365d", year),
        ("1y", year),
        (
            "yesterday",
            [
                "2025-03-28T23:00:00Z",
                "2025-03-29T23:00:00Z",
                "2025-03-27T23:00:00Z",
                "2025-03-28T23:00:00Z",
            ],
        ),
        // Today is a Sunday, and the 30th of its month.
        ("thisWeek", week),
        ("thisMonth", month),
        ("thisQuarter", quarter),
        ("thisYear", quarter),
        (
            "lastWeek",
            [
                "2025-03-16T23:00:00Z",
                "2025-03-23T23:00:00Z",
                "2025-03-09T23:00:00Z",
                "2025-03-16T23:00:00Z",
            ],
        ),
        // 28 days, and the 28 before them.
        (
            "lastMonth",
            [
                "2025-01-31T23:00:00Z",
                "2025-02-28T23:00:00Z",
                "2025-01-03T23:00:00Z",
                "2025-01-31T23:00:00Z",
            ],
        ),
        (
            "lastQuarter",
            [
                "2024-09-30T22:00:00Z",
                "2024-12-31T23:00:00Z",
                "2024-06-30T22:00:00Z",
                "2024-09-30T22:00:00Z",
            ],
        ),
        // 366 days.
        (
            "lastYear",
            [
                "2023-12-31T23:00:00Z",
                "2024-12-31T23:00:00Z",
                "2022-12-30T23:00:00Z",
                "2023-12-31T23:00:00Z",
            ],
        ),
        // From the first event, and nothing before it.
        ("all", ["2024-03-27T10:00:00Z", NOW, "none", "none"]),
    ] {
        let answer = chat
            .ask(&format!("messages?period={name}&groupBy=month"))
            .await;
        assert_eq!(spans(&answer), expected, "{name}");
        assert_eq!(answer["period"], name);
    }
}

#[tokio::test]
async fn explicit_spans_are_taken_as_they_are() {
    let chat = Chat::open().await;
    for (asked, expected, total) in [
        // Whole local days; the day of the change has 23 hours, and the day before it 24.
        (
            "from=2025-03-30&to=2025-03-31",
            [
                "2025-03-29T23:00:00Z",
                "2025-03-30T22:00:00Z",
                "2025-03-28T23:00:00Z",
                "2025-03-29T23:00:00Z",
            ],
            5,
        ),
        // The same in instants of any offset.
        (
            "from=2025-03-30T00:00:00%2B01:00&to=2025-03-30T22:00:00Z",
            [
                "2025-03-29T23:00:00Z",
                "2025-03-30T22:00:00Z",
                "2025-03-28T23:00:00Z",
                "2025-03-29T23:00:00Z",
            ],
            5,
        ),
        // An unescaped `+` arrives as a space.
        (
            "from=2025-03-30T00:00:00+01:00&to=2025-03-31",
            [
                "2025-03-29T23:00:00Z",
                "2025-03-30T22:00:00Z",
                "2025-03-28T23:00:00Z",
                "2025-03-29T23:00:00Z",
            ],
            5,
        ),
        // No whole days: shifted by its own length.
        (
            "from=2025-03-30T00:59:59Z&to=2025-03-30T01:00:00Z",
            [
                "2025-03-30T00:59:59Z",
                "2025-03-30T01:00:00Z",
                "2025-03-30T00:59:58Z",
                "2025-03-30T00:59:59Z",
            ],
            1,
        ),
        // Half-open: the first instant belongs to the span, the last does not.
        (
            "from=2025-03-30T01:00:00Z&to=2025-03-30T19:10:00Z",
            [
                "2025-03-30T01:00:00Z",
                "2025-03-30T19:10:00Z",
                "2025-03-29T06:50:00Z",
                "2025-03-30T01:00:00Z",
            ],
            1,
        ),
        // To the present, and from the first event.
        (
            "from=2025-03-30",
            [
                "2025-03-29T23:00:00Z",
                NOW,
                "2025-03-28T23:00:00Z",
                "2025-03-29T21:00:00Z",
            ],
            3,
        ),
        (
            "to=2024-03-28&compare=none",
            [
                "2024-03-27T10:00:00Z",
                "2024-03-27T23:00:00Z",
                "none",
                "none",
            ],
            1,
        ),
    ] {
        let answer = chat.ask(&format!("messages?{asked}")).await;
        assert_eq!(spans(&answer), expected, "{asked}");
        assert_eq!(
            (&answer["total"], &answer["period"]),
            (&json!(total), &json!("custom")),
            "{asked}"
        );
    }
}
