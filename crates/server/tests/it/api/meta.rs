//! What answers say of themselves: which metric a field is, the ledger, and the request.

use reqwest::{Method, StatusCode, header::ETAG};
use serde_json::{Value, json};

use super::chat::{Chat, path};
use crate::support::{KEY, json as read};

/// Answers with fields that are metrics.
const QUESTIONS: [&str; 9] = [
    "dashboard?period=7d",
    "messages?period=7d",
    "users?period=7d",
    "users?period=7d&metric=activity",
    "channels?period=7d",
    "logins?period=7d",
    "realtime",
    "changes?period=7d&metric=reactions",
    "platform-health?period=7d",
];

/// Returns whether there is something at a path through objects and the rows of lists.
fn is_there(value: &Value, path: &str) -> bool {
    match value {
        // Where there are no rows, nothing can be wrong with them.
        Value::Array(rows) => rows.iter().all(|row| is_there(row, path)),
        Value::Object(fields) => {
            let (name, rest) = path.split_once('.').unwrap_or((path, ""));
            let found = fields.get(name);
            found.is_some_and(|found| rest.is_empty() || is_there(found, rest))
        }
        // What is not known as a whole has no parts.
        Value::Null => true,
        _ => false,
    }
}

async fn asked(chat: &Chat, question: &Value) -> Value {
    let sent = chat.service.post("/api/analytics/query").json(question);
    read(sent.send().await.unwrap(), StatusCode::OK).await
}

#[tokio::test]
async fn fields_are_there_and_are_the_metrics_that_they_say() {
    let chat = Chat::open().await;
    let catalogue = chat.service.json("/api/analytics/metrics").await;
    let catalogue = catalogue["metrics"].as_array().unwrap();
    let mut compared = 0;
    for what in QUESTIONS {
        let answer = match what {
            // It has no zone.
            "realtime" => {
                let path = format!("/api/analytics/realtime?asOf={}", super::chat::AS_OF);
                chat.service.json(&path).await
            }
            what => chat.ask(what).await,
        };
        let fields = answer["meta"]["fields"].as_object().unwrap();
        assert!(!fields.is_empty(), "{what}");
        for (path, metric) in fields {
            assert!(is_there(&answer, path), "{what}: {path}");
            assert!(
                catalogue.iter().any(|row| row["name"] == *metric),
                "{what}: {metric}"
            );
            let is_of_span = what.starts_with("dashboard") || what.starts_with("messages");
            if path.contains('.') || !is_of_span || path == "activeChannels" {
                continue;
            }
            // Events count those of bots, too.
            let question = json!({
                "metrics": [metric], "period": "7d", "tz": "Europe/Berlin", "asOf": super::chat::AS_OF,
                "includeBots": metric == "events",
            });
            let found = asked(&chat, &question).await;
            let current = match &answer[path] {
                Value::Object(change) => change["current"].clone(),
                value => value.clone(),
            };
            let expected = found["totals"]["values"][metric.as_str().unwrap()].as_f64();
            let [current, expected] = [current.as_f64(), expected]
                .map(|number| number.map(|number| (number * 10.0).round()));
            assert_eq!(current, expected, "{what}: {path}");
            compared += 1;
        }
    }
    assert!(compared > 12, "{compared}");
    let question = json!({"metrics": ["messages", "posters"], "dimensions": ["channel"]});
    let answer = asked(&chat, &question).await;
    let fields = json!({
        "rows.values.messages": "messages", "rows.values.posters": "posters",
        "totals.values.messages": "messages", "totals.values.posters": "posters",
    });
    assert_eq!(answer["meta"]["fields"], fields);
}

/// The answer is remembered for everybody, and says to each whose it is.
#[tokio::test]
async fn every_answer_names_its_request_and_keeps_its_tag() {
    let chat = Chat::open().await;
    for what in ["dashboard?period=7d", "users?period=7d", "events?period=7d"] {
        let mut tags = Vec::new();
        for id in ["first.one", "another-2", "third_3"] {
            let request = chat.service.get(&path(what)).header("X-Request-Id", id);
            let response = request.send().await.unwrap();
            assert_eq!(response.headers()["x-request-id"], id);
            tags.push(response.headers().get(ETAG).cloned());
            let answer: Value = response.json().await.unwrap();
            assert_eq!(answer["meta"]["requestId"], id, "{what}");
        }
        assert!(tags.iter().all(|tag| *tag == tags[0]), "{what}: {tags:?}");
        if let Some(tag) = &tags[0] {
            let held = chat.service.get(&path(what)).header("If-None-Match", tag);
            let held = held.send().await.unwrap();
            assert_eq!(held.status(), StatusCode::NOT_MODIFIED, "{what}");
        }
    }
    // Of those who give no name, the one that the answer's header has.
    let posted = chat
        .service
        .request(Method::POST, "/api/analytics/query")
        .header("X-API-Key", KEY)
        .json(&json!({"metrics": ["messages"]}));
    let posted = posted.send().await.unwrap();
    let id = posted.headers()["x-request-id"]
        .to_str()
        .unwrap()
        .to_owned();
    let answer: Value = posted.json().await.unwrap();
    assert_eq!(answer["meta"]["requestId"], id);
}

/// Of the week of P, five days have events, in the zone in which rollups are cut.
#[tokio::test]
async fn the_ledger_tells_of_the_days_that_have_events() {
    let chat = Chat::open_in("Europe/Berlin").await;
    // What explains itself is computed anew each time.
    let days = async || {
        let answer = chat.ask("messages?period=7d&explain=true").await;
        let count = |name: &str| answer["meta"]["ledger"][name].as_u64().unwrap();
        [count("clean"), count("dirty")]
    };
    let mut found = days().await;
    for _ in 0..240 {
        assert_eq!(found[0] + found[1], 5);
        if found == [5, 0] {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(250)).await;
        found = days().await;
    }
    assert_eq!(found, [5, 0], "the days are not filled");
    let nothing = chat.ask("messages?from=2020-01-01&to=2020-02-01").await;
    assert_eq!(nothing["meta"]["ledger"], json!({"clean": 0, "dirty": 0}));
}
