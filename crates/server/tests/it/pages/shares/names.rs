//! Whom a link names.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{AS_OF, Link, asked, body, chat};
use crate::support::{Home, json as read};

/// What names the people of the history.
const NAMES: [&str; 6] = ["u-ada-7f3a", "Ada", "u-bob-91cc", "Bob", "Quartz", "lonely"];

/// What the pages ask that shows people.
const ASKED: [(&str, &str); 9] = [
    ("/", "dashboard?period=30d"),
    ("/", "users?period=30d"),
    ("/", "unanswered?period=30d"),
    ("/", "channels?period=30d"),
    ("/", "channels/care?period=30d"),
    ("/users", "users/matrix?period=30d"),
    ("/users", "users?period=30d&search=Ada&format=csv"),
    ("/users", "lifecycle?period=30d&list=new"),
    ("/channels/general", "channels/general?period=30d"),
];

#[tokio::test]
async fn nobody_is_named_unless_the_link_says_so() {
    let home = Home::new();
    let service = chat(&home, &[("ANALYTICS_EXPOSE_EMAIL", "true")]).await;
    let mut named = 0;
    for (page, path) in ASKED {
        let whole = body(page, "period=30d");
        let mut open = whole.clone();
        open["names"] = json!(true);
        // The one with names first, so that nothing it leaves in memory is shown by the other.
        for (body, shows_names) in [(open, true), (whole, false)] {
            let link = Link::make(&service, &body).await;
            let response = link.ask(Method::GET, &asked(path)).send().await.unwrap();
            assert_eq!(response.status(), StatusCode::OK, "{path}");
            let text = response.text().await.unwrap();
            let shown = NAMES.map(|name| text.contains(name));
            if shows_names {
                named += usize::from(shown.contains(&true));
                assert!(!text.contains("lonely"), "{path}");
            } else {
                assert!(!shown.contains(&true), "{path}: {text}");
            }
        }
    }
    assert!(named >= 5, "{named}");
}

#[tokio::test]
async fn whoever_has_no_name_has_the_same_pseudonym_everywhere() {
    let home = Home::new();
    let service = chat(&home, &[]).await;
    let link = Link::make(&service, &body("/users", "period=30d")).await;
    let users = link.get("users?period=30d").await;
    let ids = users["users"].as_array().unwrap().iter();
    let mut ids: Vec<&str> = ids.map(|user| user["userId"].as_str().unwrap()).collect();
    ids.sort_unstable();
    assert_eq!(ids.len(), 2);
    assert!(ids.iter().all(|id| id.starts_with("p_")), "{ids:?}");
    let question =
        json!({"metrics": ["messages"], "dimensions": ["user"], "period": "30d", "asOf": AS_OF});
    let request = link.ask(Method::POST, "query").json(&question);
    let answer = read(request.send().await.unwrap(), StatusCode::OK).await;
    let rows = answer["rows"].as_array().unwrap().iter();
    let id = |row: &Value| row["keys"]["user"].as_str().map(str::to_owned);
    let mut same: Vec<String> = rows.filter_map(id).collect();
    same.sort_unstable();
    assert_eq!(same, ids, "{answer}");
}

#[tokio::test]
async fn annotations_are_shown_unless_they_are_off() {
    let home = Home::new();
    let service = chat(&home, &[]).await;
    let note = json!({"at": "2026-02-18", "title": "Release 2.0"});
    let made = service.post("/api/analytics/annotations").json(&note);
    read(made.send().await.unwrap(), StatusCode::CREATED).await;
    for is_shown in [true, false] {
        let mut body = body("/", "period=30d");
        body["annotations"] = json!(is_shown);
        let link = Link::make(&service, &body).await;
        let answer = link.get("dashboard?period=30d").await;
        assert_eq!(answer.to_string().contains("Release 2.0"), is_shown);
    }
}
