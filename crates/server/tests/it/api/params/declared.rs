//! What the reference declares is taken, and nothing else.

use reqwest::Method;
use serde_json::{Value, json};

use super::fitting::fitting;
use crate::{
    api::{
        chat::{AS_OF, Chat},
        refusal::assert_refused,
    },
    support::{Home, KEY, Service, json as read},
};

/// An operation of the reference.
pub(super) struct Operation {
    pub(super) method: Method,
    pub(super) path: String,
    /// The names of its parameters in the query.
    pub(super) parameters: Vec<String>,
    about: String,
}

impl Operation {
    /// Returns the path with these parameters, of something that is not there.
    pub(super) fn asked(&self, parameters: &str) -> String {
        self.asked_of("none", parameters)
    }

    /// Returns the path with these parameters, of the segment of an identity where it is about one.
    pub(super) fn asked_of(&self, segment: &str, parameters: &str) -> String {
        asked(
            &self
                .path
                .replace("/segments/{id}", &format!("/segments/{segment}")),
            parameters,
        )
    }
}

/// Returns a path of the reference with these parameters, and with what it cannot do without.
pub(super) fn asked(path: &str, parameters: &str) -> String {
    let id = if path.contains("/channels/") {
        "c-gen"
    } else if path.contains("/users/") {
        "bob"
    } else if path.contains("/funnels/") {
        "newcomers"
    } else if path.ends_with("/preview") {
        "executive-summary"
    } else {
        "none"
    };
    let asked = format!("{}?{parameters}", path.replace("{id}", id));
    if path.ends_with("/channels/compare") && !parameters.contains("ids=") {
        return format!("{asked}&ids=c-gen,c-ran");
    }
    asked
}

/// Returns every operation of the reference.
pub(super) fn operations() -> Vec<Operation> {
    operations_of(&serde_json::to_value(server::api::openapi()).unwrap())
}

/// Returns the operations of the reference that change nothing.
pub(super) fn questions() -> impl Iterator<Item = Operation> {
    let mut operations = operations();
    operations.retain(|operation| operation.method == Method::GET);
    operations.into_iter()
}

/// Returns every operation of a reference.
pub(super) fn operations_of(document: &Value) -> Vec<Operation> {
    let mut operations = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let parameters = operation["parameters"].as_array().into_iter().flatten();
            let asked = parameters.filter(|one| one["in"] == "query");
            operations.push(Operation {
                method: method.to_uppercase().parse().unwrap(),
                path: path.clone(),
                parameters: asked
                    .map(|one| one["name"].as_str().unwrap().to_owned())
                    .collect(),
                about: format!("{} {}", operation["summary"], operation["description"]),
            });
        }
    }
    assert!(operations.len() > 30);
    operations
}

/// Stands for the identity of a segment.
pub(super) const SEGMENT: &str = "SEGMENT";

/// Keeps a segment of people; returns its identity.
pub(super) async fn segment(service: &Service, rule: &str) -> String {
    let body = json!({"name": rule, "rule": rule});
    let kept = service
        .post("/api/analytics/segments")
        .json(&body)
        .send()
        .await;
    let kept = read(kept.unwrap(), reqwest::StatusCode::CREATED).await;
    kept["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn each_parameter_is_taken_alone_and_with_all_that_go_with_it() {
    let chat = Chat::open().await;
    let id = segment(&chat.service, "user is ada").await;
    for operation in questions() {
        let pair = |name: &String| format!("{name}={}", fitting(&operation, name));
        let pair = |name: &String| pair(name).replace(SEGMENT, &id);
        // Of many people by days there are none for the years until now.
        let is_too_long = |name: &&String| operation.path.ends_with("/matrix") && *name == "from";
        for name in operation
            .parameters
            .iter()
            .filter(|name| !is_too_long(name))
        {
            chat.service
                .get(&operation.asked_of(&id, &pair(name)))
                .send()
                .await
                .unwrap()
                .error_for_status()
                .unwrap();
        }
        let export = operation.path.ends_with("/export");
        let goes = |name: &&String| {
            let alone = ["period", "metrics"].contains(&name.as_str());
            let listed = ["limit", "offset"].contains(&name.as_str());
            let repeats = operation.path.ends_with("/lifecycle") && listed;
            let with_others = match name.as_str() {
                "eventType" => export,
                "groupBy" => operation.path.ends_with("/channels"),
                _ => false,
            };
            !(alone || repeats || with_others)
        };
        let all: Vec<String> = operation.parameters.iter().filter(goes).map(pair).collect();
        // A link to a page opens it.
        let is_open = !operation.path.ends_with("/share") && !operation.path.contains('{');
        if operation.method == Method::GET && is_open {
            let path = operation.asked(&all.join("&"));
            let answer = chat.service.get(&path).send().await.unwrap();
            assert!(answer.status().is_success(), "{path}");
        }
    }
}

/// Returns a name with two letters exchanged, and in another style.
fn misspelt(name: &str) -> Vec<String> {
    let mut letters: Vec<char> = name.chars().collect();
    let last = letters.len() - 1;
    letters.swap(last / 2, last.div_ceil(2));
    let swapped: String = letters.into_iter().collect();
    let snake = name.chars().flat_map(|letter| {
        let mark = letter.is_uppercase().then_some('_');
        mark.into_iter().chain(letter.to_lowercase())
    });
    [
        swapped,
        snake.collect(),
        name.to_uppercase(),
        format!("{name}s"),
    ]
    .into_iter()
    .filter(|one| one != name)
    .collect()
}

#[tokio::test]
async fn a_name_that_is_not_declared_is_refused_with_the_one_that_was_meant() {
    let home = Home::new();
    let service = home.start(&[]);
    let ask = |operation: &Operation, parameters: &str| {
        let path = operation.asked(parameters);
        service
            .request(operation.method.clone(), &path)
            .header("X-API-Key", KEY)
            .send()
    };
    for operation in operations() {
        let refused = ask(&operation, "xyzzy=1").await.unwrap();
        let error = assert_refused(refused, 400, "unknown_parameter").await;
        assert_eq!(
            error["details"],
            json!({"parameter": "xyzzy", "nearest": null, "known": operation.parameters})
        );
        // Whoever defeats a cache is let through.
        let through = ask(&operation, "_=17&_t=17&_t=18").await.unwrap();
        let body = through.text().await.unwrap();
        for code in ["unknown_parameter", "repeated_parameter"] {
            let refused = format!(r#"{{"error":{{"code":"{code}""#);
            assert!(!body.starts_with(&refused), "{}: {body}", operation.path);
        }
        for name in &operation.parameters {
            let others = &operation.parameters;
            for wrong in misspelt(name).iter().filter(|one| !others.contains(one)) {
                let refused = ask(&operation, &format!("{wrong}=7d")).await.unwrap();
                let error = assert_refused(refused, 400, "unknown_parameter").await;
                assert_eq!(error["details"]["parameter"], *wrong, "{}", operation.path);
                if wrong.len() > 4 {
                    assert_eq!(error["details"]["nearest"], *name, "{wrong}");
                    let message = error["message"].as_str().unwrap();
                    assert!(
                        message.ends_with(&format!("did you mean `{name}`?")),
                        "{message}"
                    );
                }
            }
            let value = fitting(&operation, name);
            let twice = ask(&operation, &format!("{name}={value}&{name}=x"))
                .await
                .unwrap();
            let error = assert_refused(twice, 400, "repeated_parameter").await;
            assert_eq!(error["details"], json!({"parameter": name}));
        }
    }
}

/// What each question is about where no span is asked, the reference says.
#[tokio::test]
async fn spans_are_those_that_the_reference_names() {
    let chat = Chat::open().await;
    let mut seen = 0;
    for operation in operations() {
        let takes = |name: &str| operation.parameters.iter().any(|one| one == name);
        if !takes("from") || !takes("asOf") || operation.path.contains('{') {
            continue;
        }
        seen += 1;
        let about = operation.about.split("Without a span it is about `");
        let said = about.last().unwrap().split('`').next().unwrap();
        let default = chat
            .service
            .json(&operation.asked(&format!("asOf={AS_OF}")))
            .await;
        let asked = format!("asOf={AS_OF}&period={said}");
        let asked = chat.service.json(&operation.asked(&asked)).await;
        let span = |answer: &Value| json!([answer["meta"]["from"], answer["meta"]["to"]]);
        assert_eq!(span(&default), span(&asked), "{}: {said}", operation.path);
    }
    assert_eq!(seen, 29);
}

#[test]
fn the_document_names_every_period() {
    let document = include_str!("../../../../../../docs/api.md");
    for name in domain::time::Period::names() {
        assert!(document.contains(&format!("`{name}`")), "{name}");
    }
}

/// Whatever would change nothing is refused rather than passed over.
#[tokio::test]
async fn parameters_without_effect_are_refused() {
    let home = Home::new();
    let service = home.start(&[]);
    for (asked, name) in [
        ("export?metrics=users&groupBy=week", "groupBy"),
        ("export?metrics=users,messages&compare=year", "compare"),
        ("export?eventType=message_sent", "eventType"),
        ("channels?groupBy=week", "groupBy"),
        ("export?format=csv&metrics=users,events", "metrics"),
    ] {
        let path = format!("/api/analytics/{asked}");
        let refused = service.get(&path).send().await.unwrap();
        let error = assert_refused(refused, 400, "bad_parameter").await;
        assert_eq!(error["details"]["parameter"], name, "{asked}");
    }
    for asked in [
        "retention?filter=user is ada",
        "retention?channelId=c",
        "retention?userId=u",
        "retention?explain=true",
        "retention?compare=previous",
        "channels/care?compare=previous",
        "channels/c-gen?channelId=c-gen",
        "heatmap?groupBy=week",
        "content?groupBy=week",
        "events?groupBy=week",
        "events?compare=previous",
        "export?limit=5",
        "export?metric=users",
        "status?period=7d",
        "reports?limit=5",
    ] {
        let path = format!("/api/analytics/{asked}");
        let refused = service.get(&path).send().await.unwrap();
        assert_refused(refused, 400, "unknown_parameter").await;
    }
    let sentence = "`groupBy`: `year` is not known; known are hour, day, week and month";
    let refused = service.get("/api/analytics/messages?groupBy=year");
    let error = assert_refused(refused.send().await.unwrap(), 400, "bad_grain").await;
    assert_eq!(error["message"], sentence);
}

/// Bodies are held against the reference as parameters are.
#[tokio::test]
async fn a_field_that_is_not_read_is_refused_with_the_one_that_was_meant() {
    let home = Home::new();
    let service = home.start(&[]);
    let report = |field: &str| {
        let mut body = json!({"name": "Weekly", "period": "7d", "metrics": ["retention"]});
        body[field] = json!("0 9 * * 1");
        body
    };
    for (path, body, field, nearest) in [
        ("reports", report("shedule"), "shedule", "schedule"),
        ("reports", report("Schedule"), "Schedule", "schedule"),
        ("reports", json!({"nmae": "x"}), "nmae", "name"),
        ("records", json!({"peoples": []}), "peoples", "people"),
        (
            "records",
            json!({"people": [{"id": "u1"}, {"id": "u2", "isbot": true}]}),
            "people.1.isbot",
            "isBot",
        ),
        (
            "records",
            json!({"channels": [{"id": "c1", "memberCounts": 3}]}),
            "channels.0.memberCounts",
            "memberCount",
        ),
        (
            "ledger/refill",
            json!({"from": "2025-01-01", "to": "2025-01-02", "form": "x"}),
            "form",
            "from",
        ),
    ] {
        let path = format!("/api/analytics/{path}");
        let refused = service.post(&path).json(&body).send().await.unwrap();
        let error = assert_refused(refused, 400, "unknown_field").await;
        assert_eq!(error["details"]["field"], field, "{body}");
        assert_eq!(error["details"]["nearest"], nearest, "{body}");
    }
    let envelope = json!({"events": [{"event": "page_view"}], "userId": "u1"});
    let refused = service.post("/api/analytics/track").json(&envelope);
    let error = assert_refused(refused.send().await.unwrap(), 400, "unknown_field").await;
    let sentence = "`userId` stands beside `events`, where nothing is read: put it into each event";
    assert_eq!(error["message"], sentence);
    let reports = service.json("/api/analytics/reports").await;
    assert_eq!(reports, json!({"reports": []}), "nothing was kept");
    let through = service
        .post("/api/analytics/reports")
        .json(&report("_client"));
    read(through.send().await.unwrap(), reqwest::StatusCode::CREATED).await;
}
