//! People who are erased: nothing that is answered or lies in the folder names them any more.

mod killed;
mod merged;
mod nameless;
mod removed;

use std::path::Path;

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::{
    api::refusal::assert_refused,
    support::{KEY, Service, json as read},
};

const ID: &str = "zelda-7781-quirk";
const NAME: &str = "Zelda Quirkfield";
const EMAIL: &str = "zq.unmistakable@example.org";
/// Nobody whom anybody knows, and mentioned in her place where she never was.
const OTHER: &str = "nobody-1-known";
/// When everything is over.
const AS_OF: &str = "2025-03-20T00:00:00Z";
const SETTINGS: [(&str, &str); 3] = [
    ("ANALYTICS_SQL", "true"),
    ("ANALYTICS_STORE_TEXT", "true"),
    ("ANALYTICS_AGGREGATION_INTERVAL", "1"),
];

/// Asserts that a text names her nowhere, in whatever case.
#[track_caller]
fn is_without_her(what: &str, text: &[u8]) {
    let text = String::from_utf8_lossy(text).to_lowercase();
    for name in [ID, NAME, EMAIL] {
        assert!(!text.contains(&name.to_lowercase()), "{what} names {name}");
    }
}

/// Asserts that no file of a folder names her, nor is called after her.
fn folder_is_without_her(folder: &Path) {
    let mut files = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        assert!(path.is_file(), "{} is left", path.display());
        is_without_her(&path.display().to_string(), &std::fs::read(&path).unwrap());
        files += 1;
    }
    assert!(files > 4);
}

/// Returns whether some file of a folder names her, as it stands.
fn folder_names_her(folder: &Path) -> bool {
    let mut entries = std::fs::read_dir(folder).unwrap();
    entries.any(|entry| {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap_or_default();
        String::from_utf8_lossy(&bytes).contains(ID)
    })
}

fn message(number: u64, user: &str, day: u64, text: &str) -> Value {
    json!({
        "event": "message_sent", "id": format!("message-{number}"), "userId": user,
        "channelId": if number.is_multiple_of(2) { "c1" } else { "c2" },
        "timestamp": format!("2025-03-{day:02}T{:02}:00:00Z", number % 24),
        "properties": {"text": text, "size": number},
    })
}

/// What others do over ten days; some of it names somebody.
fn of_others(named: &str) -> Vec<Value> {
    let mut events: Vec<Value> = (0..60)
        .map(|number| {
            let user = ["ann", "bob", "carl"][usize::try_from(number % 3).unwrap()];
            message(
                number,
                user,
                1 + number % 10,
                "good morning to everybody here",
            )
        })
        .collect();
    events.push(message(100, "ann", 3, &format!("ask @{named} about it")));
    let mut invited = message(101, "bob", 4, "hello");
    invited["properties"]["invited_by"] = json!(named);
    invited["properties"]["to"] = json!([named, {"who": named}]);
    events.push(invited);
    events
}

/// What she does: on days with others and alone, and without a time.
fn of_her() -> Vec<Value> {
    let mut events: Vec<Value> = (200..230)
        .map(|number| message(number, ID, 2 + number % 12, "I was here"))
        .collect();
    events.push(
        json!({"event": "login", "userId": ID, "timestamp": "2025-03-05T08:00:00Z",
        "properties": {"platform": "ios", "note": format!("{NAME} came")}}),
    );
    events.push(
        json!({"event": "channel_joined", "userId": ID, "channelId": "c1",
        "timestamp": "2025-03-02T08:00:00Z", "id": "her-join"}),
    );
    events
}

fn records(owner: Option<&str>) -> Value {
    json!({
        "people": [{"id": "ann", "name": "Ann", "createdMs": 1_740_000_000_000_u64}, {"id": "bob"}],
        "channels": [{"id": "c1", "name": "general", "kind": "public", "owner": owner}],
    })
}

async fn post(service: &Service, path: &str, body: &Value, status: StatusCode) -> Value {
    let path = format!("/api/analytics/{path}");
    read(service.post(&path).json(body).send().await.unwrap(), status).await
}

async fn delete(service: &Service, path: &str, status: StatusCode) -> Value {
    let request = service.request(Method::DELETE, &format!("/api/analytics/{path}"));
    let answer = request.header("X-API-Key", KEY).send().await.unwrap();
    read(answer, status).await
}

/// Returns a service that knows her in every way.
async fn with_her(service: &Service) {
    let mut known = records(Some(ID));
    known["people"].as_array_mut().unwrap().push(json!({
        "id": ID, "name": NAME, "email": EMAIL, "role": "owner", "createdMs": 1_740_000_000_000_u64,
    }));
    post(service, "records", &known, StatusCode::OK).await;
    service.track(&json!(of_others(ID))).await;
    service.track(&json!(of_her()[..31])).await;
    let imported = json!(of_her()[31..]);
    post(service, "import", &imported, StatusCode::OK).await;
    // What cannot be accepted is kept with whom it is about.
    let refused = json!([{"event": "x", "userId": ID, "timestamp": "never"}]);
    let answer = service.post("/api/analytics/track").json(&refused).send();
    assert_eq!(answer.await.unwrap().status(), StatusCode::BAD_REQUEST);
    let letters = service.json("/api/analytics/dead-letters").await;
    assert!(letters.to_string().contains(ID));
    for (path, body) in [
        (
            "segments",
            json!({"name": "hers", "rule": format!("user is ann,{ID}"), "description": format!("of {NAME}")}),
        ),
        (
            "segments",
            json!({"name": "her", "rule": format!("user is {ID}")}),
        ),
        (
            "annotations",
            json!({"title": format!("{NAME} begins"), "text": EMAIL, "at": "2025-03-03"}),
        ),
        (
            "funnels",
            json!({"name": format!("as {ID}"), "window": "1d", "steps": [
                {"events": ["message_sent"], "filter": format!("user is {ID}")},
                {"events": ["message_sent"]},
            ]}),
        ),
        (
            "views",
            json!({"name": format!("what {NAME} writes"), "query": {"filter": format!("user is {ID}")}}),
        ),
        (
            "reports",
            json!({"name": NAME, "period": "7d", "metrics": ["engagement"],
            "recipients": [EMAIL, "ann@example.org"]}),
        ),
    ] {
        post(service, path, &body, StatusCode::CREATED).await;
    }
}

/// Questions about numbers, whose answers are those of a store that never knew her.
const QUESTIONS: [&str; 21] = [
    "dashboard",
    "users",
    "users/matrix",
    "channels",
    "channels/c1",
    "channels/compare?ids=c1,c2",
    "heatmap",
    "distribution",
    "participation",
    "messages",
    "content",
    "retention",
    "lifecycle",
    "logins",
    "journeys",
    "stickiness",
    "adoption",
    "newcomers",
    "response-times",
    "unanswered",
    "channels/care",
];

async fn answers(service: &Service) -> Vec<(String, Value)> {
    let mut answers = Vec::new();
    for question in QUESTIONS {
        let mark = if question.contains('?') { '&' } else { '?' };
        let span = if question.ends_with("newcomers") || question.ends_with("unanswered") {
            "from=2025-03-01&to=2025-03-15".to_owned()
        } else {
            format!("from=2025-03-01&to=2025-03-15&asOf={AS_OF}")
        };
        let path = format!("/api/analytics/{question}{mark}{span}");
        let response = service.get(&path).send().await.unwrap();
        let path = if response.status() == StatusCode::BAD_REQUEST {
            path.replace(&format!("&asOf={AS_OF}"), "")
        } else {
            path
        };
        let mut answer = service.json(&path).await;
        // When it was made and of what is said there.
        answer.as_object_mut().unwrap().remove("meta");
        // What happened beside the numbers is settings.
        answer.as_object_mut().unwrap().remove("annotations");
        // How long somebody has waited until now is another each second.
        for waiting in answer["unanswered"].as_array_mut().into_iter().flatten() {
            waiting.as_object_mut().unwrap().remove("waitSeconds");
        }
        answers.push((path, answer));
    }
    answers
}

/// Asks every route that there is, of her where it is about somebody.
async fn every_answer_is_without_her(service: &Service) {
    let document = service.json("/api/analytics/openapi.json").await;
    let mut asked = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        let Some(operation) = methods.get("get") else {
            continue;
        };
        let has = |name: &str| {
            let mut parameters = operation["parameters"].as_array().into_iter().flatten();
            parameters.any(|one| one["name"] == name && one["in"] == "query")
        };
        let mut ids = vec!["c1".to_owned()];
        if path.contains("{id}") {
            let list = path.split("/{id}").next().unwrap();
            if path.contains("/users/") {
                ids = vec!["ann".to_owned(), "bob".to_owned()];
            } else if !path.contains("/channels/") {
                let listed = service.json(list).await;
                let name = list.rsplit('/').next().unwrap();
                let listed = listed[name].as_array().unwrap();
                let id = |one: &Value| one["id"].as_str().unwrap().to_owned();
                ids = listed.iter().map(id).collect();
                // Nobody uploads anything here.
                assert!(!ids.is_empty() || list.ends_with("/imports"), "{path}");
            }
        }
        for id in ids {
            let mut query = Vec::new();
            for (name, value) in [
                ("period", "all"),
                ("ids", "c1,c2"),
                ("metrics", "messages,events"),
                ("limit", "100"),
                ("includeBots", "true"),
                ("asOf", AS_OF),
            ] {
                if has(name) && (name != "ids" || path.ends_with("compare")) {
                    query.push(format!("{name}={value}"));
                }
            }
            let path = path.replace("{id}", &id);
            let mut tried = Vec::new();
            // Not every route takes every value: fewer until it does.
            loop {
                let request = format!("{path}?{}", query.join("&"));
                let response = service.get(&request).send().await.unwrap();
                let status = response.status();
                let body = response.bytes().await.unwrap();
                is_without_her(&request, &body);
                tried.push((request, status));
                if status.is_success() || query.pop().is_none() {
                    break;
                }
            }
            let answered = tried.iter().any(|(_, status)| status.is_success());
            // Only who comes by a link to a page has something opened, and no report was made here.
            let has_none = path.ends_with("/share") || path.ends_with("/file");
            assert!(answered || has_none, "{tried:?}");
            asked += 1;
        }
    }
    assert!(asked > 50, "{asked}");
    for statement in [
        "SELECT * FROM analytics_events",
        "SELECT * FROM analytics_people",
        "SELECT * FROM analytics_channels",
    ] {
        let rows = post(service, "sql", &json!({"sql": statement}), StatusCode::OK).await;
        is_without_her(statement, rows.to_string().as_bytes());
    }
    for asked in [
        format!("users/{ID}?period=all"),
        format!("users?period=all&search={ID}"),
        format!("search?q={ID}"),
        "export?period=all&metrics=events&format=ndjson&includeBots=true".to_owned(),
    ] {
        let response = service.get(&format!("/api/analytics/{asked}")).send().await;
        let body: Value = serde_json::from_slice(&response.unwrap().bytes().await.unwrap())
            .unwrap_or(Value::Null);
        if asked.contains("users/") {
            assert_eq!(body["error"]["code"], "user_not_found", "{body}");
        }
    }
    let found = service.json(&format!("/api/analytics/search?q={ID}")).await;
    assert_eq!(found["people"].as_array().map_or(0, Vec::len), 0, "{found}");
}

/// Sends what she did and what names her, by every way.
async fn stays_out(service: &Service) {
    let before = service.json("/api/analytics/status").await;
    for path in ["track", "import"] {
        let request = service.post(&format!("/api/analytics/{path}"));
        let answer = request.json(&json!(of_her())).send().await.unwrap();
        let refused = assert_refused(answer, 400, "no_valid_event").await;
        assert_eq!(
            refused["details"]["errors"][0]["code"], "erased",
            "{refused}"
        );
    }
    let letters = service.json("/api/analytics/dead-letters").await;
    is_without_her("dead letters", letters.to_string().as_bytes());
    let mut known = records(Some(ID));
    known["people"] = json!([{"id": ID, "name": NAME}]);
    post(service, "records", &known, StatusCode::OK).await;
    let named = json!([{
        "event": "page_view", "id": "names-her", "userId": "ann", "timestamp": "2025-03-06T10:00:00Z",
        "properties": {"text": format!("where is {ID}?"), "by": ID},
    }]);
    let answer = service.track(&named).await;
    let codes: Vec<&Value> = answer["warnings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|warning| &warning["code"])
        .collect();
    assert_eq!(codes, ["erased", "erased"], "{answer}");
    let after = service.json("/api/analytics/status").await;
    assert_eq!(after["people"], before["people"]);
    let request = service.get(&format!("/api/analytics/users/{ID}"));
    assert_refused(request.send().await.unwrap(), 404, "user_not_found").await;
    let events = service
        .json("/api/analytics/events?period=all&limit=500")
        .await;
    is_without_her("events", events.to_string().as_bytes());
}
