//! What only sources and administrators may say.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{TRACK, accepted, key, key_with, people, told};
use crate::support::{Home, KEY, json as read};

#[tokio::test]
async fn what_imports_may_do_takes_an_administrator_and_no_key_in_the_path() {
    let home = Home::new();
    let service = home.start(&[]);
    let key = key(&home);
    let import = "/api/analytics/import";
    for (path, key) in [
        (import.to_owned(), key.as_str()),
        (format!("/k/{key}{import}"), ""),
        (format!("/k/{KEY}{import}"), ""),
    ] {
        let request = service.request(Method::POST, &path).json(&people(0..1));
        let request = if key.is_empty() {
            request
        } else {
            request.header("X-API-Key", key)
        };
        let answer = read(request.send().await.unwrap(), StatusCode::FORBIDDEN).await;
        assert_eq!(answer["error"]["code"], "access_forbidden", "{path}");
    }
}

/// What the chat itself and imports say takes a credential of somebody's own: for each way and each way
/// to show who one is, whether it is let in.
#[tokio::test]
async fn whoever_may_be_anybody_says_nothing_for_the_chat() {
    let home = Home::new();
    let admin = key_with(&home, &["--access", "admin", "--any-workspace"]);
    let service = home.start(&[
        ("ANALYTICS_AUTH_MODE", "trusted-network"),
        (
            "PLUGIN_INTERNAL_SECRET",
            "a-secret-of-the-plugins-that-is-long",
        ),
    ]);
    let (import, hasura, records) = (
        "/api/analytics/import",
        "/api/analytics/ingest/hasura",
        "/api/analytics/records",
    );
    let record = json!({"people": [{"id": "u1", "name": "Ada"}]});
    let bodies = [(import, people(0..1)), (hasura, told()), (records, record)];
    for (shown, allowed) in [
        ("nothing", [false, false, true]),
        ("key in the path", [false, false, false]),
        ("made key in the path", [false, false, false]),
        ("key", [true, true, true]),
        ("made key", [true, true, true]),
        ("secret", [true, true, true]),
    ] {
        for ((path, body), allowed) in bodies.iter().zip(allowed) {
            let ask = |path: &str| service.request(Method::POST, path).json(body);
            let request = match shown {
                "nothing" => ask(path),
                "key in the path" => ask(&format!("/k/{KEY}{path}")),
                "made key in the path" => ask(&format!("/k/{admin}{path}")),
                "key" => ask(path).header("X-API-Key", KEY),
                "made key" => ask(path).header("X-API-Key", &admin),
                _ => ask(path).header("X-Plugin-Secret", "a-secret-of-the-plugins-that-is-long"),
            };
            let answer = request.send().await.unwrap();
            let (status, answer): (_, Value) = (answer.status(), answer.json().await.unwrap());
            if allowed {
                assert_eq!(status, StatusCode::OK, "{shown}: {path}: {answer}");
            } else {
                assert_eq!(status, StatusCode::FORBIDDEN, "{shown}: {path}: {answer}");
                assert_eq!(answer["error"]["code"], "access_forbidden", "{answer}");
            }
        }
    }
}

#[tokio::test]
async fn a_key_of_one_workspace_tells_of_rows_of_that_one_only() {
    let home = Home::new();
    let service = home.start(&[]);
    let mut row = told();
    row["event"]["data"]["new"]["source_account_id"] = json!("north");
    for (more, status) in [
        (&["--any-workspace"][..], StatusCode::OK),
        (&["--workspace", "north"][..], StatusCode::OK),
        (&["--workspace", "south"][..], StatusCode::FORBIDDEN),
    ] {
        let key = key_with(&home, &[&["--access", "admin"][..], more].concat());
        let request = service.request(Method::POST, "/api/analytics/ingest/hasura");
        let answer = request.header("X-API-Key", key).json(&row).send().await;
        read(answer.unwrap(), status).await;
    }
}

/// One event that says bot makes a bot of a person of whom no record says anything, with all of their
/// history: so that is for sources and administrators to say.
#[tokio::test]
async fn nobody_is_made_a_bot_by_those_who_may_only_send_events() {
    let home = Home::new();
    let service = home.start(&[]);
    let write = key(&home);
    let say = |person: &str, more: Value| {
        let mut event = json!({"event": "message_sent", "userId": person, "channelId": "c1"});
        event
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        event
    };
    service
        .track(&json!([
            say("ada", json!({})),
            say("robo", json!({"isBot": true}))
        ]))
        .await;
    let forged = json!([
        say("ada", json!({"isBot": true})),
        say("ada", json!({"messageType": "bot"})),
        say("ada", json!({"properties": {"isBot": true}})),
        {"event": "message_sent", "properties": {"user_id": "ada", "is_bot": true}},
        say("robo", json!({"isBot": false})),
        // Nobody's, as a webhook sends it.
        {"event": "message_sent", "channelId": "c1", "isBot": true},
    ]);
    accepted(&service, &write, "primary", &forged).await;
    let in_path = service.request(Method::POST, &format!("/k/{KEY}{TRACK}"));
    let answer = in_path
        .json(&json!([say("ada", json!({"isBot": true}))]))
        .send()
        .await;
    read(answer.unwrap(), StatusCode::OK).await;
    let messages = async |asked: &str| {
        let path = format!("/api/analytics/messages?period=1d{asked}");
        service.json(&path).await["total"].clone()
    };
    assert_eq!(messages("").await, 6);
    assert_eq!(messages("&userId=robo").await, 0);
    assert_eq!(messages("&includeBots=true").await, 9);
    let users = service.json("/api/analytics/users?period=1d").await;
    assert_eq!(users["summary"]["totalUsers"], 1, "{users}");
}
