//! Every resource of the reference, in every form, names nobody.

use std::io::{Cursor, Read as _};

use reqwest::{Method, Response};
use serde_json::{Value, json};

use super::{AS_OF, Chat, HERS, LONE};

/// An answer as text: headers and body, and what a table of Excel holds.
async fn told(answer: Response) -> (u16, String) {
    let status = answer.status().as_u16();
    let mut text = format!("{:?}", answer.headers());
    let body = answer.bytes().await.unwrap();
    if body.starts_with(b"PK") {
        let mut archive = zip::ZipArchive::new(Cursor::new(body)).unwrap();
        for place in 0..archive.len() {
            let mut file = archive.by_index(place).unwrap();
            file.read_to_string(&mut text).unwrap();
        }
    } else {
        text.push_str(&String::from_utf8_lossy(&body));
    }
    (status, text)
}

/// Asks every operation of the reference that answers questions, in every form that it has; returns what
/// was told, by what was asked.
async fn everything(chat: &Chat) -> Vec<(String, u16, String)> {
    let document = serde_json::to_value(server::api::openapi()).unwrap();
    let mut all = Vec::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let method: Method = method.to_uppercase().parse().unwrap();
            for asked in asked(path, operation) {
                let request = match method {
                    Method::GET => chat.service.get(&asked),
                    Method::POST if is_question(path) => {
                        chat.service.post(&asked).json(&body(path))
                    }
                    // What is written is not asked.
                    _ => continue,
                };
                let (status, text) = told(request.send().await.unwrap()).await;
                all.push((format!("{method} {asked}"), status, text));
            }
        }
    }
    for format in ["csv", "ndjson", "xlsx"] {
        for dimension in [
            "channel",
            "hashtag",
            "emoji",
            "topic",
            "eventType",
            "weekday",
            "user",
        ] {
            let question = json!({"metrics": ["messages", "reactions", "posters"], "dimensions": [dimension], "format": format});
            let (status, text) = told(chat.post(question).await).await;
            all.push((format!("query by {dimension} as {format}"), status, text));
        }
    }
    assert!(all.len() > 100, "{}", all.len());
    all
}

fn is_question(path: &str) -> bool {
    ["/query", "/sql", "/run", "/preview"]
        .iter()
        .any(|end| path.ends_with(end))
}

fn body(path: &str) -> Value {
    match path.rsplit('/').next() {
        Some("query") => json!({"metrics": ["messages"], "dimensions": ["channel"], "asOf": AS_OF}),
        Some("sql") => json!({"sql": "SELECT * FROM people"}),
        Some("preview") => json!({"rule": "did messages 1", "subject": "people"}),
        _ => {
            json!({"name": "x", "windowDays": 7, "steps": [{"events": ["message_sent"]}, {"events": ["reaction_added"]}]})
        }
    }
}

/// Returns the paths that an operation is asked by: once in each form that it declares, of somebody else.
fn asked(path: &str, operation: &Value) -> Vec<String> {
    let id = if path.contains("/channels/") {
        "c-main"
    } else if path.contains("/funnels/") {
        "newcomers"
    } else {
        "u1"
    };
    let names = operation["parameters"].as_array().into_iter().flatten();
    let names: Vec<&str> = names.filter_map(|one| one["name"].as_str()).collect();
    let mut pairs: Vec<String> = Vec::new();
    for (name, value) in [
        ("asOf", AS_OF),
        ("ids", "c-main,c-two"),
        ("q", "zeb"),
        ("list", "new"),
        ("include", "series"),
    ] {
        if names.contains(&name) {
            pairs.push(format!("{name}={value}"));
        }
    }
    if path.ends_with("/export") {
        pairs.push("metrics=users,channels,messages,events".to_owned());
    }
    let base = format!("{}?{}", path.replace("{id}", id), pairs.join("&"));
    let mut all = vec![base.clone()];
    if names.contains(&"format") {
        all.extend(
            ["csv", "ndjson", "xlsx", "excel"].map(|format| format!("{base}&format={format}")),
        );
    }
    if names.contains(&"search") {
        all.push(format!("{base}&search=zeb"));
    }
    if names.contains(&"explain") {
        all.push(format!("{base}&explain=true"));
    }
    all
}

#[tokio::test]
async fn in_full_she_is_named() {
    // Else the tests below would say nothing.
    let chat = Chat::open("full").await;
    let all = everything(&chat).await;
    for part in LONE.iter().chain(&HERS[..2]) {
        assert!(all.iter().any(|(_, _, text)| text.contains(part)), "{part}");
    }
}

#[tokio::test]
async fn no_answer_names_a_person_under_a_pseudonym() {
    let chat = Chat::open("pseudonymous").await;
    let mut answered = 0;
    for (asked, status, text) in everything(&chat).await {
        assert!(status < 500 || status == 501, "{asked}: {status} {text}");
        answered += u32::from(status == 200);
        for part in LONE {
            assert!(!text.contains(part), "{asked} tells {part}: {text}");
        }
    }
    assert!(answered > 60, "{answered}");
}

#[tokio::test]
async fn no_answer_about_groups_tells_of_one_person() {
    let chat = Chat::open("aggregate").await;
    let mut answered = 0;
    for (asked, status, text) in everything(&chat).await {
        assert!(status < 500 || status == 501, "{asked}: {status} {text}");
        answered += u32::from(status == 200);
        for part in LONE {
            assert!(!text.contains(part), "{asked} tells {part}: {text}");
        }
        let numbers: Vec<&str> = text.split(|c: char| !c.is_ascii_alphanumeric()).collect();
        for number in HERS {
            assert!(!numbers.contains(&number), "{asked} tells {number}: {text}");
        }
    }
    assert!(answered > 15, "{answered}");
}
