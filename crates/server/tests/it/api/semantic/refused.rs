//! Questions that cannot be, each refused with a sentence about itself.

use serde_json::{Value, json};

use super::{QUERY, post};
use crate::api::{chat::Chat, refusal::assert_refused};

/// A question, the code of the refusal, the field it names, and what the sentence says.
fn refused() -> Vec<(Value, &'static str, &'static str, &'static str)> {
    let bad = "bad_parameter";
    vec![
        (json!({}), bad, "metrics", "at least one"),
        (json!({"metrics": null}), bad, "metrics", "at least one"),
        (json!({"metrics": []}), bad, "metrics", "at least one"),
        (
            json!({"metrics": "messages"}),
            bad,
            "metrics",
            "a list of names",
        ),
        (
            json!({"metrics": ["messages", 7]}),
            bad,
            "metrics",
            "a list of names",
        ),
        (
            json!({"metrics": ["mesages"]}),
            bad,
            "metrics",
            "did you mean `messages`?",
        ),
        (
            json!({"metrics": ["active_users"]}),
            bad,
            "metrics",
            "did you mean `activeUsers`?",
        ),
        (
            json!({"metrics": ["karma"]}),
            bad,
            "metrics",
            "known are events, activeUsers",
        ),
        (
            json!({"metrics": ["messages", "messages"]}),
            bad,
            "metrics",
            "stands twice",
        ),
        (
            json!({"metrics": ["events", "messages", "replies", "reactions", "files", "signUps", "signIns", "posters", "threads", "sessions", "words"]}),
            bad,
            "metrics",
            "at most 10",
        ),
        (
            json!({"metrics": ["messages"], "dimensions": ["chanel"]}),
            bad,
            "dimensions",
            "did you mean `channel`?",
        ),
        (
            json!({"metrics": ["messages"], "dimensions": ["day"]}),
            bad,
            "dimensions",
            "`groupBy`",
        ),
        (
            json!({"metrics": ["messages"], "dimensions": ["time"]}),
            bad,
            "dimensions",
            "`groupBy`",
        ),
        (
            json!({"metrics": ["messages"], "dimensions": ["user", "user"]}),
            bad,
            "dimensions",
            "stands twice",
        ),
        (
            json!({"metrics": ["messages"], "dimensions": {"a": 1}}),
            bad,
            "dimensions",
            "a list of names",
        ),
        (
            json!({"metrics": ["messages"], "dimensions": ["user", "channel", "weekday", "hourOfDay"]}),
            bad,
            "dimensions",
            "at most 3",
        ),
        (
            json!({"metrics": ["messages"], "dimensions": ["user", "channel", "weekday"], "groupBy": "day"}),
            bad,
            "dimensions",
            "at most 2 may stand beside `groupBy`",
        ),
        (
            json!({"metrics": ["messages"], "orderBy": "-mesages"}),
            bad,
            "orderBy",
            "did you mean `messages`?",
        ),
        (
            json!({"metrics": ["messages"], "orderBy": "events"}),
            bad,
            "orderBy",
            "known are messages",
        ),
        (
            json!({"metrics": ["messages"], "orderBy": "time"}),
            bad,
            "orderBy",
            "known are messages",
        ),
        (
            json!({"metrics": ["messages"], "orderBy": "-"}),
            bad,
            "orderBy",
            "known are messages",
        ),
        (
            json!({"metrics": ["messages"], "orderBy": ["messages"]}),
            bad,
            "orderBy",
            "a text",
        ),
        (
            json!({"metrics": ["messages"], "limit": 0}),
            bad,
            "limit",
            "from 1 to 10000",
        ),
        (
            json!({"metrics": ["messages"], "limit": 10_001}),
            bad,
            "limit",
            "from 1 to 10000",
        ),
        (
            json!({"metrics": ["messages"], "limit": 1.5}),
            bad,
            "limit",
            "from 1 to 10000",
        ),
        (
            json!({"metrics": ["messages"], "limit": "5"}),
            bad,
            "limit",
            "without quotes",
        ),
        (
            json!({"metrics": ["messages"], "offset": -1}),
            bad,
            "offset",
            "from 0 to 4294967295",
        ),
        (
            json!({"metrics": ["messages"], "includeBots": "true"}),
            bad,
            "includeBots",
            "without quotes",
        ),
        (
            json!({"metrics": ["messages"], "userId": 7}),
            bad,
            "userId",
            "a text",
        ),
        (
            json!({"metrics": ["messages"], "userId": "a\u{0}b"}),
            bad,
            "userId",
            "NUL",
        ),
        (
            json!({"metrics": ["messages"], "filter": "x".repeat(4_097)}),
            bad,
            "filter",
            "4096",
        ),
        (
            json!({"metrics": ["messages"], "filter": "chanel is c1"}),
            "bad_filter",
            "",
            "channel",
        ),
        (
            json!({"metrics": ["messages"], "period": "3w"}),
            "bad_period",
            "",
            "known are",
        ),
        (
            json!({"metrics": ["messages"], "period": "7d", "from": "2025-01-01"}),
            "bad_period",
            "",
            "not both",
        ),
        (
            json!({"metrics": ["messages"], "from": "2025-13-01"}),
            "bad_time",
            "",
            "from",
        ),
        (
            json!({"metrics": ["messages"], "compare": "last"}),
            "bad_compare",
            "",
            "previous",
        ),
        (
            json!({"metrics": ["messages"], "tz": "Mars/Olympus"}),
            "bad_zone",
            "",
            "IANA",
        ),
        (
            json!({"metrics": ["messages"], "groupBy": "fortnight"}),
            "bad_grain",
            "",
            "week",
        ),
        (
            json!({"metrics": ["messages"], "groupBy": "hour", "from": "2020-01-01"}),
            "too_many_buckets",
            "",
            "at most 10000",
        ),
        // gus, fay, ada, bob, cyd and dan in each of nearly 10,000 hours.
        (
            json!({"metrics": ["messages"], "dimensions": ["user"], "groupBy": "hour", "from": "2024-02-11", "to": "2025-03-31"}),
            bad,
            "groupBy",
            "rows are more than the 50000",
        ),
        (
            json!({"metrics": ["messages"], "metric": "x"}),
            "unknown_field",
            "metric",
            "did you mean `metrics`?",
        ),
        (
            json!({"metrics": ["messages"], "group_by": "day"}),
            "unknown_field",
            "group_by",
            "did you mean `groupBy`?",
        ),
        // What has no meaning together says what has.
        (
            json!({"metrics": ["messages", "daysActive"], "dimensions": ["hourOfDay"]}),
            "bad_query",
            "dimensions",
            "`daysActive` cannot be split by `hourOfDay`; it can be split by channel, user, messageType, eventType, isBot",
        ),
        (
            json!({"metrics": ["daysActive"], "groupBy": "week"}),
            "bad_query",
            "groupBy",
            "`daysActive` cannot be split by `groupBy`; it can be split by channel",
        ),
        (
            json!({"metrics": ["words"], "dimensions": ["emoji"]}),
            "bad_query",
            "dimensions",
            "`words` cannot be split by `emoji`; it can be split by time, hourOfDay",
        ),
        (
            json!({"metrics": ["engagementRaw"], "dimensions": ["channel"]}),
            "bad_query",
            "dimensions",
            "it can be split by user",
        ),
        (
            json!({"metrics": ["engagementRaw"]}),
            "bad_query",
            "dimensions",
            "split it by `user`",
        ),
        (
            json!({"metrics": ["messages"], "dimensions": ["link", "hashtag"]}),
            "bad_query",
            "dimensions",
            "ask for one of emoji, link and hashtag",
        ),
    ]
}

#[tokio::test]
async fn every_wrong_question_is_refused_with_a_sentence_about_it() {
    let chat = Chat::open().await;
    for (question, code, field, sentence) in refused() {
        let error = assert_refused(post(&chat, &question).await, 400, code).await;
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(sentence), "{question}: {message}");
        if !field.is_empty() {
            let details = &error["details"];
            let named = details.get("parameter").unwrap_or(&details["field"]);
            assert_eq!(named, field, "{question}");
        }
        if code == "bad_parameter" {
            assert!(message.starts_with(&format!("`{field}`: ")), "{message}");
        }
    }
    let error = assert_refused(
        post(&chat, &json!({"metrics": ["mesages"]})).await,
        400,
        "bad_parameter",
    )
    .await;
    assert_eq!(
        (&error["details"]["value"], &error["details"]["nearest"]),
        (&json!("mesages"), &json!("messages"))
    );
}

#[tokio::test]
async fn what_is_no_question_is_refused() {
    let chat = Chat::open().await;
    let metrics = "\"metrics\": [\"messages\"]";
    for (body, status, code) in [
        ("", 400, "bad_shape"),
        ("[]", 400, "bad_shape"),
        ("\"messages\"", 400, "bad_shape"),
        ("{\"metrics\": [\"messages\"", 400, "bad_shape"),
        (&format!("{{{metrics}, {metrics}}}"), 400, "bad_shape"),
        (&format!("{{{metrics}}} x"), 400, "bad_shape"),
        (
            &format!("{{{metrics}, \"limit\": 1e999}}"),
            400,
            "bad_shape",
        ),
        (
            &format!("{{\"metrics\": {}1{}}}", "[".repeat(200), "]".repeat(200)),
            400,
            "bad_shape",
        ),
        (
            &format!("{{{metrics}, \"filter\": \"{}\"}}", "x".repeat(70_000)),
            413,
            "body_too_large",
        ),
    ] {
        let request = chat.service.post(QUERY).body(body.to_owned());
        assert_refused(request.send().await.unwrap(), status, code).await;
    }
    // A parameter in the address would be read by nobody.
    let path = format!("{QUERY}?period=7d");
    let request = chat.service.post(&path).body(format!("{{{metrics}}}"));
    assert_refused(request.send().await.unwrap(), 400, "unknown_parameter").await;
}
