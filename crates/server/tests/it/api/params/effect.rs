//! Every parameter of the reference changes an answer: one that changes none should not be there.

use std::time::Duration;

use reqwest::{RequestBuilder, StatusCode, header::ETAG};
use serde_json::{Value, json};

use super::declared::{Operation, SEGMENT, asked, operations_of, segment};
use crate::{
    api::chat::{AS_OF, Chat},
    support::json as read,
};

/// What shows that a parameter has an effect.
enum Effect {
    /// The question without it, and a value with which the answer is another.
    Changes(&'static str, &'static str),
    /// The same, where only what the answer says of itself is another.
    ChangesMeta(&'static str, &'static str),
    /// Nothing is computed yet, and the answer says so.
    Pending,
}

/// Returns what shows the effect of a parameter; `None` for one that is not known here.
#[expect(
    clippy::match_same_arms,
    reason = "one line for each resource, in the order of its parameters"
)]
fn effect(resource: &str, name: &str) -> Option<Effect> {
    Some(match (resource, name) {
        ("insights", _) => Effect::Pending,
        // Every channel that is not archived has somebody who wrote there lately.
        ("care", "period") => Effect::Changes("userId=gus", "all"),
        ("care", "from") => Effect::Changes("userId=fay", "2024-03-01"),
        ("care", "tz") => Effect::Changes("userId=fay&from=2024-03-29", "Pacific/Kiritimati"),
        ("members", "tz") => Effect::Changes("from=2025-03-24&to=2025-03-30", "Europe/Berlin"),
        ("care", "channelId") => Effect::Changes("userId=ada", "c-ran"),
        ("care", "filter") => Effect::Changes("userId=ada", "channel%20is%20c-ran"),
        ("care", "state") => Effect::Changes("userId=ada", "dying"),
        ("care", "includeBots") => Effect::Changes("userId=robo", "true"),
        ("care", "limit" | "offset") => Effect::Changes("userId=ada", "1"),
        ("channels", "groupBy") => Effect::Changes("period=7d&include=series", "week"),
        ("channels", "include") => Effect::Changes("", "series"),
        ("channels", "search") => Effect::Changes("", "gen"),
        ("channels", "state") => Effect::Changes("", "dying"),
        ("compare", "ids") => Effect::Changes("", "c-gen,c-sec"),
        ("{id}" | "compare", "filter") => Effect::Changes("", "message%20is%20image"),
        ("heatmap", "metric") => Effect::Changes("", "reactions"),
        ("participation", "pairs") => Effect::Changes("minPosters=1", "1"),
        ("participation", "minPosters") => Effect::Changes("", "1"),
        ("preview", "format") => Effect::Changes("", "json"),
        (_, "asOf") => Effect::Changes("", AS_OF),
        (_, "period") => Effect::Changes("", "24h"),
        (_, "from") => Effect::Changes("", "2025-03-29"),
        (_, "to") => Effect::Changes("", "2025-03-20"),
        ("newcomers", "tz") => Effect::Changes("period=30d", "Asia/Tokyo"),
        ("files", "tz") => Effect::Changes("from=2025-03-19&to=2025-03-20", "Pacific/Kiritimati"),
        ("links", "tz") => Effect::Changes("from=2025-03-24&to=2025-03-25", "Europe/Berlin"),
        ("topics", "tz") => Effect::Changes("from=2025-03-29&to=2025-03-30", "Asia/Tokyo"),
        ("emoji" | "hashtags" | "links" | "files" | "topics", "search" | "term") => {
            Effect::Changes("", "zzz.example")
        }
        ("emoji", "where") => Effect::Changes("", "reactions"),
        ("emoji", "sort") => Effect::Changes("", "leastUsed"),
        ("links", "by") => Effect::Changes("", "host"),
        ("files", "by") => Effect::Changes("", "kind"),
        ("topics", "view") => Effect::Changes("", "trending"),
        (_, "weekStart") => Effect::Changes("period=thisWeek", "sunday"),
        ("unanswered", "tz") => Effect::Changes("period=1d", "Asia/Tokyo"),
        (_, "tz") => Effect::Changes("period=7d", "Asia/Tokyo"),
        ("{id}", "channelId") => Effect::Changes("period=30d", "c-gen"),
        ("{id}", "groupBy") => Effect::Changes("", "month"),
        ("{id}", "limit") => Effect::Changes("period=90d", "1"),
        ("lifecycle", "list") => Effect::Changes("", "new"),
        ("lifecycle", "limit" | "offset") => Effect::Changes("list=new", "1"),
        ("newcomers", "state") => Effect::Changes("", "silent"),
        ("stickiness", "days") => Effect::Changes("", "30"),
        (_, "channelId") => Effect::Changes("", "c-ran"),
        (_, "userId" | "search") => Effect::Changes("", "ada"),
        (_, "segment") => Effect::Changes("", SEGMENT),
        ("search", "q") => Effect::Changes("", "ada"),
        ("search", "limit") => Effect::Changes("q=a", "1"),
        (_, "filter") => Effect::Changes("", "channel%20is%20c-ran"),
        ("events", "includeBots") | ("users" | "matrix", "active") | ("journeys", "collapse") => {
            Effect::Changes("", "false")
        }
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
        ("users" | "matrix", "sort") => Effect::Changes("", "lastActive"),
        ("users" | "matrix", "role") => Effect::Changes("", "owner"),
        ("users" | "matrix", "lifecycle") => Effect::Changes("", "new"),
        ("users" | "matrix", "posted") => Effect::Changes("", "false"),
        ("users", "include") => Effect::Changes("", "series"),
        ("users" | "matrix", "level") => Effect::Changes("", "high"),
        ("channels", "sort") => Effect::Changes("", "name"),
        ("response-times", "by") => Effect::Changes("", "hour"),
        (_, "order") => Effect::Changes("", "asc"),
        (_, "limit" | "offset") => Effect::Changes("", "1"),
        ("events", "eventType") => Effect::Changes("", "message_sent"),
        ("export", "eventType") => Effect::Changes("metrics=events", "message_sent"),
        ("journeys", "start") => Effect::Changes("", "file_shared"),
        ("journeys", "end") => Effect::Changes("", "reaction_added"),
        ("run", "by") => Effect::Changes("", "role"),
        (_, "format") => Effect::Changes("", "csv"),
        (_, "table") => Effect::Changes("format=csv", "totals"),
        (_, "source") => Effect::ChangesMeta("", "raw"),
        ("export", "dimensions") => Effect::Changes("metrics=messages", "channel"),
        ("export", "metrics") => Effect::Changes("", "users"),
        _ => return None,
    })
}

/// Asks; leaves out what only repeats the question.
async fn ask(
    chat: &Chat,
    (operation, of): (&Operation, &str),
    name: &str,
    parameters: &str,
    with_meta: bool,
) -> Value {
    let path = operation.asked_of(of, parameters.trim_matches('&'));
    let response = chat.service.get(&path).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::OK, "{path}");
    let text = response.text().await.unwrap();
    let Ok(mut answer @ Value::Object(_)) = serde_json::from_str::<Value>(&text) else {
        return Value::String(text);
    };
    let fields = answer.as_object_mut().unwrap();
    // How far filling is changes by itself; which days there are does not.
    if let Some(Value::Array(days)) = fields.get("list") {
        return days.iter().map(|day| day["day"].clone()).collect();
    }
    // The latest events are no repetition of how many were asked for.
    if name != "latest" {
        fields.remove(name);
    }
    if with_meta {
        // Who answered, and not how fast.
        let is_timed = answer["meta"]["timing"].is_object();
        answer["meta"] = json!([answer["meta"]["source"], is_timed]);
    } else if name == "explain" {
        // Each answer names its request, and days are filled by themselves.
        let meta = fields.get_mut("meta").and_then(Value::as_object_mut);
        if let Some(meta) = meta {
            meta.retain(|name, _| name != "requestId" && name != "ledger");
        }
    } else {
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
    // Of a person and of a bot what else is listed.
    let said = |user: &str, text: &str| {
        json!({"event": "message_sent", "timestamp": "2025-03-29T12:00:00Z", "userId": user,
               "channelId": "c-gen", "text": text})
    };
    let events = json!([
        said("bob", "#second https://other.example.org 🎉"),
        said("robo", "#third https://bot.example.net 🤖"),
        {"event": "file_shared", "timestamp": "2025-03-29T12:00:00Z", "userId": "robo",
         "channelId": "c-gen", "properties": {"fileName": "log.txt"}},
    ]);
    assert_eq!(chat.service.track(&events).await["tracked"], 3);
    // A channel that nobody is a member of, which one person wrote in on the Tuesday.
    let orphan = json!({"channels": [{"id": "c-orp", "name": "orphan", "memberCount": 0}]});
    let kept = chat.service.post("/api/analytics/records").json(&orphan);
    read(kept.send().await.unwrap(), StatusCode::OK).await;
    let wrote = json!({"event": "message_sent", "timestamp": "2025-03-25T12:00:00Z", "userId": "bob",
                       "channelId": "c-orp"});
    assert_eq!(chat.service.track(&wrote).await["tracked"], 1);
    // Annotations to list.
    for at in ["2025-03-25", "2025-03-30"] {
        let body = json!({"title": "a day", "at": at});
        let kept = chat.service.post("/api/analytics/annotations").json(&body);
        read(kept.send().await.unwrap(), StatusCode::CREATED).await;
    }
    let ada = segment(&chat.service, "user is ada").await;
    let of = segment(&chat.service, "did messages atLeast 3").await;
    let served = chat.service.json("/api/analytics/openapi.json").await;
    let mut without_effect = Vec::new();
    // What erasing does by its mode is told by `api::erasures`, and uploads by `uploads`.
    let asks = |operation: &Operation| {
        operation.method != reqwest::Method::DELETE && !operation.path.contains("/imports")
    };
    for operation in operations_of(&served).into_iter().filter(asks) {
        let resource = operation.path.rsplit('/').next().unwrap();
        for name in &operation.parameters {
            let about = format!("`{name}` of {}", operation.path);
            let effect = effect(resource, name);
            let (base, value, of_meta) =
                match effect.unwrap_or_else(|| panic!("{about} has no request")) {
                    Effect::Changes(base, value) => (base, value, false),
                    Effect::ChangesMeta(base, value) => (base, value, true),
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
            let (asked, value) = ((&operation, of.as_str()), value.replace(SEGMENT, &ada));
            let without = ask(&chat, asked, name, &base, of_meta).await;
            let again = ask(&chat, asked, name, &base, of_meta).await;
            assert_eq!(without, again, "{about}: the answer changes by itself");
            let with = format!("{base}&{name}={value}");
            let with = ask(&chat, asked, name, &with, of_meta).await;
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
    let paths = served["paths"].as_object().unwrap().iter();
    // An import is no thing that is kept: `uploads` tells of it. `api::reports` tells of runs
    // and of the links in mails.
    let is_kept = |path: &str| {
        !["/imports/", "{run}", "{token}"]
            .iter()
            .any(|one| path.contains(one))
    };
    for (path, methods) in paths.filter(|(path, _)| is_kept(path)) {
        for (method, operation) in methods.as_object().unwrap() {
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            for parameter in parameters.filter(|one| one["in"] != "query") {
                let name = parameter["name"].as_str().unwrap();
                match (method.as_str(), name) {
                    ("get", "If-None-Match") => {
                        let path = asked(path, "");
                        let asked = || chat.service.get(&path);
                        let mut answer = asked().send().await.unwrap();
                        // While days are filled an answer says so anew.
                        for _ in 0..100 {
                            assert_eq!(answer.status(), StatusCode::OK, "{path}");
                            let tag = answer.headers()[ETAG].clone();
                            answer = asked().header(name, tag).send().await.unwrap();
                            if answer.status() == StatusCode::NOT_MODIFIED {
                                break;
                            }
                            tokio::time::sleep(Duration::from_millis(100)).await;
                        }
                        assert_eq!(answer.status(), StatusCode::NOT_MODIFIED, "{path}");
                    }
                    ("get", "id") if path.contains("/channels/") || path.contains("/users/") => {
                        let known = if path.contains("/users/") {
                            "ada"
                        } else {
                            "c-gen"
                        };
                        for (id, status) in [("none", 404), (known, 200)] {
                            let path = path.replace("{id}", id);
                            let answer = chat.service.get(&path).send().await.unwrap();
                            assert_eq!(answer.status(), status, "{path}");
                        }
                    }
                    ("get", "X-Share-Token") => {
                        let made = chat.service.post("/api/analytics/shares");
                        let made = made.json(&json!({"page": "/"})).send().await.unwrap();
                        let made = read(made, StatusCode::CREATED).await;
                        let (_, token) = made["link"].as_str().unwrap().rsplit_once('/').unwrap();
                        for (token, status) in [("none", 401), (token, 200)] {
                            let request = chat.service.request(reqwest::Method::GET, path);
                            let answer = request.header(name, token).send().await.unwrap();
                            assert_eq!(answer.status(), status, "{path}");
                        }
                    }
                    (_, "id") => {
                        let id = kept(&chat, path).await;
                        for (id, status) in [("none", 404), (id.as_str(), 200)] {
                            let request = of_kept(&chat, method, &path.replace("{id}", id));
                            let answer = request.send().await.unwrap();
                            assert_eq!(answer.status(), status, "{method} {path}");
                        }
                    }
                    ("put", "If-Match") => {
                        let path = path.replace("{id}", &kept(&chat, path).await);
                        for (version, status) in [("\"2\"", 412), ("\"1\"", 200)] {
                            let request = of_kept(&chat, method, &path).header(name, version);
                            let answer = request.send().await.unwrap();
                            assert_eq!(answer.status(), status, "{method} {path}");
                        }
                    }
                    _ => panic!("`{name}` of {method} {path} has no request"),
                }
            }
        }
    }
}

/// Returns what is kept under the resource of a path.
fn body(path: &str) -> (&str, Value) {
    let (resource, _) = path.split_once("/{id}").unwrap();
    let body = match resource.rsplit('/').next() {
        Some("reports") => json!({"name": "Weekly", "period": "7d", "metrics": ["retention"]}),
        Some("funnels") => {
            let step = json!({"events": ["message_sent"]});
            json!({"name": "Twice", "window": "1d", "steps": [step, step]})
        }
        Some("merge") => json!({"from": "bob", "into": "ada"}),
        Some("segments") => json!({"name": "Writers", "rule": "did messages"}),
        Some("views") => json!({"name": "By channel", "query": {"dimensions": "channel"}}),
        Some("keys") => json!({"name": "laptop", "access": "read"}),
        Some("shares") => json!({"page": "/"}),
        _ => json!({"title": "Release", "at": "2025-03-30"}),
    };
    (resource, body)
}

/// Keeps something under the resource of a path; returns its identity.
async fn kept(chat: &Chat, path: &str) -> String {
    let (resource, body) = body(path);
    if path.ends_with("/people/{id}") {
        return "fay".to_owned();
    }
    if path.ends_with("/erasures/{id}") || path.ends_with("/erasure") {
        let person = "/api/analytics/people/gus";
        let erased = of_kept(chat, "delete", person).send().await.unwrap();
        let receipt = read(erased, StatusCode::OK).await;
        let id = if path.ends_with("/erasure") {
            "gus"
        } else {
            receipt["id"].as_str().unwrap()
        };
        return id.to_owned();
    }
    if path.ends_with("/sessions/{id}") {
        let opened = chat.service.post("/admin/analytics/api/session");
        let opened = opened.header("Sec-Fetch-Site", "same-origin");
        let opened = opened
            .json(&json!({"key": crate::support::KEY}))
            .send()
            .await;
        let session = read(opened.unwrap(), StatusCode::OK).await;
        return session["id"].as_str().unwrap().to_owned();
    }
    let kept = chat.service.post(resource).json(&body).send().await;
    if resource.ends_with("/merge") {
        let merge = read(kept.unwrap(), StatusCode::OK).await;
        return merge["from"].as_str().unwrap().to_owned();
    }
    let kept = read(kept.unwrap(), StatusCode::CREATED).await;
    kept["id"].as_str().unwrap().to_owned()
}

fn of_kept(chat: &Chat, method: &str, path: &str) -> RequestBuilder {
    let request = chat
        .service
        .request(method.to_uppercase().parse().unwrap(), path);
    let request = request.header("X-API-Key", crate::support::KEY);
    if method == "put" {
        let (resource, _) = path.rsplit_once('/').unwrap();
        request.json(&body(&format!("{resource}/{{id}}")).1)
    } else if path.ends_with("/test") {
        request.json(&json!({}))
    } else {
        request
    }
}
