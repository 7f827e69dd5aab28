//! `GET /api/analytics/lifecycle`.

use serde_json::{Value, json};

use crate::api::{assert_same, chat::Chat};

/// A bucket: how many are new, kept and returning, and how many churned, with the rate; `null` where it
/// is not whole.
fn bucket(date: &str, end: &str, stages: [u64; 3], churned: &Value) -> Value {
    let [new, kept, returning] = stages;
    json!({
        "date": date, "end": end, "complete": !churned.is_null(),
        "activeUsers": new + kept + returning, "new": new, "kept": kept, "returning": returning,
        "churned": churned[0], "churnRate": churned[1],
    })
}

/// The week of P, day by day, beside the day before each.
fn days() -> Vec<Value> {
    let nobody = &json!([0, null]);
    let unknown = &Value::Null;
    vec![
        // On the Sunday before came ada, bob and cyd, and so they did on Monday.
        bucket(
            "2025-03-24",
            "2025-03-24T23:00:00Z",
            [0, 3, 0],
            &json!([0, 0.0]),
        ),
        bucket(
            "2025-03-25",
            "2025-03-25T23:00:00Z",
            [0, 0, 0],
            &json!([3, 100.0]),
        ),
        bucket("2025-03-26", "2025-03-26T23:00:00Z", [0, 0, 1], nobody),
        bucket(
            "2025-03-27",
            "2025-03-27T23:00:00Z",
            [0, 0, 0],
            &json!([1, 100.0]),
        ),
        bucket("2025-03-28", "2025-03-28T23:00:00Z", [0, 0, 1], nobody),
        // ada stayed, and dan signed up.
        bucket(
            "2025-03-29",
            "2025-03-29T23:00:00Z",
            [1, 1, 0],
            &json!([0, 0.0]),
        ),
        // dan stayed, cyd and bob came back; whether ada comes is not known before midnight.
        bucket("2025-03-30", "2025-03-30T22:00:00Z", [0, 1, 2], unknown),
    ]
}

#[tokio::test]
async fn a_week_is_as_worked_by_hand_from_events_and_from_rollups() {
    for zone in ["UTC", "Europe/Berlin"] {
        let chat = Chat::open_in(zone).await;
        let expected = json!({
            // ada, bob and cyd came in the week before, up to the same point; dan is new.
            "summary": {"activeUsers": 4, "new": 1, "kept": 3, "returning": 0, "churned": 0, "churnRate": 0.0},
            "series": days(),
            "groupBy": "day",
            "period": "7d",
        });
        let answer = chat.numbers("lifecycle?period=7d&groupBy=day").await;
        assert_same(&answer, &expected);
        let expected = json!({
            // gus was there in February and on 5 March.
            "summary": {"activeUsers": 5, "new": 4, "kept": 1, "returning": 0, "churned": 0, "churnRate": 0.0},
            "series": [
                // The month begins on its last two days; whether gus came in the others is not asked.
                bucket("2025-02-24", "2025-03-02T23:00:00Z", [0, 0, 0], &Value::Null),
                bucket("2025-03-03", "2025-03-09T23:00:00Z", [0, 0, 1], &json!([0, null])),
                bucket("2025-03-10", "2025-03-16T23:00:00Z", [0, 0, 0], &json!([1, 100.0])),
                bucket("2025-03-17", "2025-03-23T23:00:00Z", [3, 0, 0], &json!([0, null])),
                bucket("2025-03-24", "2025-03-30T22:00:00Z", [1, 3, 0], &Value::Null),
            ],
            "groupBy": "week",
            "period": "30d",
        });
        let answer = chat.numbers("lifecycle?period=30d").await;
        assert_same(&answer, &expected);
    }
}

#[tokio::test]
async fn bots_count_where_they_are_asked_for() {
    let chat = Chat::open().await;
    let active = async |more: &str| {
        let answer = chat.ask(&format!("lifecycle?period=7d{more}")).await;
        answer["summary"]["activeUsers"].clone()
    };
    assert_eq!(active("").await, 4);
    assert_eq!(active("&includeBots=true").await, 5);
}
