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
    for (name, expected) in [
        ("1d", today),
        (
            "24h",
            [
                "2025-03-29T20:00:00Z",
                NOW,
                "2025-03-28T20:00:00Z",
                "2025-03-29T21:00:00Z",
            ],
        ),
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
        // From October; before it from 3 April, 181 days each.
        (
            "6mo",
            [
                "2024-09-30T22:00:00Z",
                NOW,
                "2024-04-02T22:00:00Z",
                "2024-09-30T20:00:00Z",
            ],
        ),
        // From April; before it from 3 April 2023, 364 days each.
        (
            "12mo",
            [
                "2024-03-31T22:00:00Z",
                NOW,
                "2023-04-02T22:00:00Z",
                "2024-03-31T20:00:00Z",
            ],
        ),
        // Today is a Sunday, and the 30th of its month: February had no such day.
        ("thisWeek", week),
        (
            "thisMonth",
            [
                "2025-02-28T23:00:00Z",
                NOW,
                "2025-01-31T23:00:00Z",
                "2025-02-28T23:00:00Z",
            ],
        ),
        // Until 30 December.
        (
            "thisQuarter",
            [
                "2024-12-31T23:00:00Z",
                NOW,
                "2024-09-30T22:00:00Z",
                "2024-12-30T21:00:00Z",
            ],
        ),
        // Until 30 March 2024, the day before clocks changed.
        (
            "thisYear",
            [
                "2024-12-31T23:00:00Z",
                NOW,
                "2023-12-31T23:00:00Z",
                "2024-03-30T21:00:00Z",
            ],
        ),
        (
            "lastWeek",
            [
                "2025-03-16T23:00:00Z",
                "2025-03-23T23:00:00Z",
                "2025-03-09T23:00:00Z",
                "2025-03-16T23:00:00Z",
            ],
        ),
        // 28 days, and the 31 of January.
        (
            "lastMonth",
            [
                "2025-01-31T23:00:00Z",
                "2025-02-28T23:00:00Z",
                "2024-12-31T23:00:00Z",
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
                "2022-12-31T23:00:00Z",
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
async fn explicit_spans_end_at_the_present() {
    let chat = Chat::open().await;
    for (asked, expected, total) in [
        // A whole local day, cut at the present.
        (
            "from=2025-03-30&to=2025-03-31",
            [
                "2025-03-29T23:00:00Z",
                NOW,
                "2025-03-28T23:00:00Z",
                "2025-03-29T21:00:00Z",
            ],
            3,
        ),
        // The same in instants of any offset.
        (
            "from=2025-03-30T00:00:00%2B01:00&to=2025-03-30T22:00:00Z",
            [
                "2025-03-29T23:00:00Z",
                NOW,
                "2025-03-28T23:00:00Z",
                "2025-03-29T21:00:00Z",
            ],
            3,
        ),
        // An unescaped `+` arrives as a space.
        (
            "from=2025-03-30T00:00:00+01:00&to=2025-03-31",
            [
                "2025-03-29T23:00:00Z",
                NOW,
                "2025-03-28T23:00:00Z",
                "2025-03-29T21:00:00Z",
            ],
            3,
        ),
        // Two instants with an hour between them on the wall: so had the day before.
        (
            "from=2025-03-30T00:59:59Z&to=2025-03-30T01:00:00Z",
            [
                "2025-03-30T00:59:59Z",
                "2025-03-30T01:00:00Z",
                "2025-03-29T00:59:59Z",
                "2025-03-29T02:00:00Z",
            ],
            1,
        ),
        // Half-open: the first instant belongs to the span, the last does not.
        (
            "from=2025-03-30T01:00:00Z&to=2025-03-30T19:10:00Z",
            [
                "2025-03-30T01:00:00Z",
                "2025-03-30T19:10:00Z",
                "2025-03-29T02:00:00Z",
                "2025-03-29T20:10:00Z",
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

#[tokio::test]
async fn what_begins_after_the_present_is_empty() {
    let chat = Chat::open().await;
    for asked in ["from=2025-04-01&to=2025-04-03", "from=2025-04-01"] {
        let answer = chat.ask(&format!("messages?{asked}")).await;
        let begin = "2025-03-31T22:00:00Z";
        assert_eq!(spans(&answer)[..2], [begin, begin], "{asked}");
        assert_eq!(answer["meta"]["future"], true);
        assert_eq!(
            (&answer["total"], &answer["timeline"]),
            (&json!(0), &json!([]))
        );
        for what in [
            "dashboard",
            "users",
            "channels",
            "content",
            "content/emoji",
            "content/topics",
            "retention",
            "lifecycle",
            "logins",
            "platform-health",
            "journeys",
            "funnels/newcomers/run",
            "changes",
            "response-times",
            "unanswered",
            "events",
        ] {
            chat.ask(&format!("{what}?{asked}")).await;
        }
        let answer = chat.ask(&format!("dashboard?{asked}")).await;
        for name in [
            "activeUsers",
            "totalMessages",
            "totalEvents",
            "activeChannels",
        ] {
            assert_eq!(answer[name], 0, "{asked} {name}");
        }
    }
    let answer = chat.ask("messages?period=7d").await;
    assert_eq!(answer["meta"]["future"], false);
}

#[tokio::test]
async fn no_time_that_can_be_written_breaks_a_question() {
    let chat = Chat::open().await;
    let far = [
        "-009999-01-02T02:00:00Z",
        "0001-01-01",
        "1969-12-31",
        "1970-01-01",
        "1970-01-01T00:00:00.001Z",
        "2025-03-30",
        "9999-12-31",
        "9999-12-30T22:00:00Z",
    ];
    let mut asked = Vec::new();
    for (index, at) in far.iter().enumerate() {
        asked.push(format!("asOf={at}"));
        asked.push(format!("asOf={at}&period=all&groupBy=month"));
        asked.push(format!(
            "asOf={at}&period=thisYear&tz=Pacific/Kiritimati&compare=weekday"
        ));
        asked.push(format!("from={at}&groupBy=month&compare=year"));
        asked.push(format!("to={at}&asOf=9999-12-31&groupBy=month"));
        asked.push(format!("from={at}&to={at}"));
        asked.push(format!("compare={}..{at}", far[index / 2]));
        asked.push(format!(
            "from=0001-01-01&to={at}&tz=Europe/Berlin&groupBy=week"
        ));
    }
    for what in [
        "dashboard?",
        "messages?",
        "channels?",
        "users?",
        "content?",
        "content/emoji?",
        "content/topics?view=trending&",
        "retention?",
        "lifecycle?",
        "changes?",
        "response-times?",
        "platform-health?",
        "unanswered?",
        "events?",
        "export?metrics=users,messages,channels,events&format=ndjson&",
    ] {
        for asked in &asked {
            let path = format!("/api/analytics/{what}{asked}");
            let response = chat.service.get(&path).send().await.unwrap();
            let status = response.status();
            assert!(status == 200 || status == 400, "{status} {path}");
            // An export that fails breaks off.
            response
                .bytes()
                .await
                .unwrap_or_else(|error| panic!("{path}: {error}"));
        }
    }
}
