//! Every parameter of the reference changes an answer: one that changes none should not be there.

use reqwest::{Response, StatusCode, header::ETAG};
use serde_json::{Value, json};

use super::declared::{Operation, operations_of};
use crate::{
    api::chat::{AS_OF, Chat},
    support::json as read,
};

/// What shows that a parameter has an effect.
enum Effect {
    /// The question without it, and a value with which the answer is another.
    Changes(&'static str, &'static str),
    /// Nothing is computed yet, and the answer says so.
    Pending,
}

/// Returns what shows the effect of a parameter; `None` for one that is not known here.
fn effect(resource: &str, name: &str) -> Option<Effect> {
    Some(match (resource, name) {
        ("insights", _) => Effect::Pending,
        (_, "asOf") => Effect::Changes("", AS_OF),
        (_, "period") => Effect::Changes("", "24h"),
        (_, "from") => Effect::Changes("", "2025-03-29"),
        (_, "to") => Effect::Changes("", "2025-03-20"),
        ("unanswered", "tz") => Effect::Changes("period=1d", "Asia/Tokyo"),
        (_, "tz") => Effect::Changes("period=7d", "Asia/Tokyo"),
        (_, "channelId") => Effect::Changes("", "c-ran"),
        (_, "userId") | ("users", "search") => Effect::Changes("", "ada"),
        (_, "filter") => Effect::Changes("", "channel%20is%20c-ran"),
        ("events", "includeBots") | ("users", "active") => Effect::Changes("", "false"),
        (_, "includeBots" | "explain") => Effect::Changes("", "true"),
        ("realtime", "latest") => Effect::Changes("", "0"),
        ("changes", "metric") => Effect::Changes("", "reactions"),
        ("changes", "by") => Effect::Changes("", "weekday"),
        ("changes", "compare") => Effect::Changes("period=7d", "year"),
        ("users" | "content", "compare") => Effect::Changes("period=7d", "previous"),
        (_, "compare") => Effect::Changes("period=7d", "none"),
        ("export", "groupBy") => Effect::Changes("metrics=messages", "week"),
        ("retention" | "lifecycle", "groupBy") => Effect::Changes("", "month"),
        ("retention", "days") => Effect::Changes("", "2,5"),
        ("retention", "mode") => Effect::Changes("period=90d", "unbounded"),
        (_, "groupBy") => Effect::Changes("", "week"),
        ("users", "metric") => Effect::Changes("period=30d", "activity"),
        ("users", "sort") => Effect::Changes("", "lastActive"),
        ("users", "level") => Effect::Changes("", "high"),
        ("channels", "sort") => Effect::Changes("", "name"),
        ("response-times", "by") => Effect::Changes("", "hour"),
        (_, "order") => Effect::Changes("", "asc"),
        (_, "limit" | "offset") => Effect::Changes("", "1"),
        ("events", "eventType") => Effect::Changes("", "message_sent"),
        ("export", "eventType") => Effect::Changes("metrics=events", "message_sent"),
        ("export", "format") => Effect::Changes("", "csv"),
        ("export", "metrics") => Effect::Changes("", "users"),
        _ => return None,
    })
}

/// Asks; leaves out what only repeats the question.
async fn ask(chat: &Chat, operation: &Operation, name: &str, parameters: &str) -> Value {
    let path = operation.asked(parameters.trim_matches('&'));
    let response = chat.service.get(&path).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    let text = response.text().await.unwrap();
    let Ok(mut answer) = serde_json::from_str::<Value>(&text) else {
        return Value::String(text);
    };
    let fields = answer.as_object_mut().unwrap();
    // How far filling is changes by itself; which days there are does not.
    if let Some(Value::Array(days)) = fields.get("list") {
        return days.iter().map(|day| day["day"].clone()).collect();
    }
    // The latest events are told under the name of the parameter.
    if name != "latest" {
        fields.remove(name);
    }
    if name != "explain" {
        fields.remove("meta");
    }
    answer
}

#[tokio::test]
async fn every_parameter_changes_an_answer() {
    let chat = Chat::open().await;
    // Letters to list, and messages of a person and a bot within the last hour.
    let wrote = |user: &str, at: &str| json!({"event": "message_sent", "timestamp": at, "userId": user, "channelId": "c-gen"});
    let refused = chat.service.post("/api/analytics/track").json(&json!([
        {"nothing": 1},
        {"nothing": 2},
        {"event": "page_view", "timestamp": AS_OF},
        wrote("bob", "2025-03-30T19:20:00Z"),
        wrote("robo", "2025-03-30T19:30:00Z"),
    ]));
    read(refused.send().await.unwrap(), StatusCode::OK).await;
    let served = chat.service.json("/api/analytics/openapi.json").await;
    let mut without_effect = Vec::new();
    for operation in operations_of(&served) {
        let resource = operation.path.rsplit('/').next().unwrap();
        for name in &operation.parameters {
            let about = format!("`{name}` of {}", operation.path);
            let effect = effect(resource, name);
            let (base, value) = match effect.unwrap_or_else(|| panic!("{about} has no request")) {
                Effect::Changes(base, value) => (base, value),
                Effect::Pending => {
                    let answer = chat.service.json(&operation.path).await;
                    assert_eq!(answer["state"], "pending", "{about} has an effect by now");
                    continue;
                }
            };
            let takes_present = operation.parameters.iter().any(|one| one == "asOf");
            let base = if takes_present && name != "asOf" {
                format!("{base}&asOf={AS_OF}")
            } else {
                base.to_owned()
            };
            let without = ask(&chat, &operation, name, &base).await;
            let again = ask(&chat, &operation, name, &base).await;
            assert_eq!(without, again, "{about}: the answer changes by itself");
            let with = ask(&chat, &operation, name, &format!("{base}&{name}={value}")).await;
            if without == with {
                without_effect.push(about);
            }
        }
    }
    assert!(without_effect.is_empty(), "{without_effect:#?}");
}

#[tokio::test]
async fn every_parameter_that_is_not_in_the_query_changes_an_answer() {
    let chat = Chat::open().await;
    let served = chat.service.json("/api/analytics/openapi.json").await;
    let report = json!({"name": "Weekly", "period": "7d", "metrics": ["retention"]});
    for (path, methods) in served["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            for parameter in parameters.filter(|one| one["in"] != "query") {
                let name = parameter["name"].as_str().unwrap();
                match (method.as_str(), name) {
                    ("get", "If-None-Match") => {
                        let asked = || chat.service.get(path);
                        let first = asked().send().await.unwrap();
                        assert_eq!(first.status(), StatusCode::OK, "{path}");
                        let tag = &first.headers()[ETAG];
                        let again = asked().header(name, tag).send().await.unwrap();
                        assert_eq!(again.status(), StatusCode::NOT_MODIFIED, "{path}");
                    }
                    (_, "id") => {
                        let kept = chat.service.post("/api/analytics/reports").json(&report);
                        let kept = read(kept.send().await.unwrap(), StatusCode::CREATED).await;
                        let id = kept["id"].as_str().unwrap();
                        for (id, status) in [("none", 404), (id, 200)] {
                            let answer = of_report(&chat, method, &path.replace("{id}", id)).await;
                            assert_eq!(answer.status(), status, "{method} {path}");
                        }
                    }
                    _ => panic!("`{name}` of {method} {path} has no request"),
                }
            }
        }
    }
}

async fn of_report(chat: &Chat, method: &str, path: &str) -> Response {
    let method = method.to_uppercase().parse().unwrap();
    let request = chat.service.request(method, path);
    let request = request.header("X-API-Key", crate::support::KEY);
    request.send().await.unwrap()
}
