//! Keys that are made, listed and revoked over HTTP.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use super::{browser::Browser, key};
use crate::{
    api::refusal::assert_refused,
    cli::said,
    support::{Home, KEY, Service, json as read},
};

const KEYS: &str = "/api/analytics/keys";

async fn make(service: &Service, secret: &str, body: &Value) -> reqwest::Response {
    let request = service.request(Method::POST, KEYS);
    let request = request.header("X-API-Key", secret).json(body);
    request.send().await.unwrap()
}

#[tokio::test]
async fn a_key_is_made_used_listed_and_revoked() {
    let home = Home::new();
    let service = home.start(&[]);
    let browser = Browser::with_key(&service, KEY).await;
    let body = json!({"name": " website ", "access": "write", "kinds": ["page_view"],
        "origins": ["https://Chat.example/"], "expires": "90d"});
    let request = browser.ask(Method::POST, "keys").json(&body);
    let made = read(request.send().await.unwrap(), StatusCode::CREATED).await;
    let secret = made["secret"].as_str().unwrap();
    assert!(secret.starts_with("nca_write_"), "{secret}");
    let shown = [
        "name",
        "access",
        "workspace",
        "kinds",
        "origins",
        "revokedAt",
    ];
    let shown = shown.map(|name| made[name].clone());
    let expected = [
        json!("website"),
        json!("write"),
        json!("primary"),
        json!(["page_view"]),
        json!(["https://chat.example"]),
        json!(null),
    ];
    assert_eq!(shown, expected);
    assert!(made["expiresAt"].is_string());
    let event = json!({"event": "page_view", "userId": "u1"});
    let track = || {
        let request = service.request(Method::POST, "/api/analytics/track");
        let request = request.header("Origin", "https://chat.example");
        request.header("X-API-Key", secret).json(&event)
    };
    read(track().send().await.unwrap(), StatusCode::OK).await;

    let listed = browser.get("keys").await;
    assert_eq!(listed["keys"][0]["id"], made["id"]);
    assert!(!listed.to_string().contains(secret));
    let path = format!("keys/{}", made["id"].as_str().unwrap());
    let response = browser.ask(Method::DELETE, &path).send().await.unwrap();
    read(response, StatusCode::OK).await;
    // At once: the service that revoked it does not remember it.
    assert_refused(track().send().await.unwrap(), 401, "key_unknown").await;
    let response = browser.ask(Method::DELETE, &path).send().await.unwrap();
    assert_refused(response, 404, "not_found").await;
    assert!(browser.get("keys").await["keys"][0]["revokedAt"].is_string());
    let audit = said(&home.run(&["key", "audit"], &[]));
    assert!(
        audit.contains("revoked") && audit.contains("configured key"),
        "{audit}"
    );
}

#[tokio::test]
async fn a_key_that_cannot_be_is_refused() {
    let home = Home::new();
    let service = home.start(&[]);
    for (body, field) in [
        (json!({"name": "x", "access": "root"}), "access"),
        (json!({"name": " ", "access": "read"}), "name"),
        (json!({"name": "a\u{1b}[31m", "access": "read"}), "name"),
        (
            json!({"name": "x", "access": "read", "workspace": ""}),
            "workspace",
        ),
        (
            json!({"name": "x", "access": "read", "workspace": "w1", "anyWorkspace": true}),
            "anyWorkspace",
        ),
        (
            json!({"name": "x", "access": "read", "kinds": ["page_view"]}),
            "kinds",
        ),
        (
            json!({"name": "x", "access": "write", "kinds": [""]}),
            "kinds",
        ),
        (
            json!({"name": "x", "access": "write", "origins": ["https://a/b"]}),
            "origins",
        ),
        (
            json!({"name": "x", "access": "read", "expires": "90"}),
            "expires",
        ),
        (
            json!({"name": "x", "access": "read", "expires": "1s"}),
            "expires",
        ),
    ] {
        let error = assert_refused(make(&service, KEY, &body).await, 400, "bad_key").await;
        assert_eq!(error["details"]["field"], field, "{body}");
    }
    let body = json!({"name": "x", "acess": "read"});
    assert_refused(make(&service, KEY, &body).await, 400, "unknown_field").await;
    assert_eq!(service.json(KEYS).await, json!({"keys": []}));
}

#[tokio::test]
async fn nobody_gives_away_more_than_they_have() {
    let home = Home::new();
    let north = key(&home, "admin", &["--workspace", "north"]);
    let south = key(&home, "read", &["--workspace", "south"]);
    let reader = key(&home, "read", &[]);
    let service = home.start(&[]);
    let body = json!({"name": "x", "access": "admin"});
    let made = read(
        make(&service, &north.secret, &body).await,
        StatusCode::CREATED,
    )
    .await;
    assert_eq!(made["workspace"], "north");
    for more in [json!({"workspace": "south"}), json!({"anyWorkspace": true})] {
        let mut body = body.clone();
        body.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let response = make(&service, &north.secret, &body).await;
        assert_refused(response, 403, "workspace_forbidden").await;
    }
    let request = |method: Method, path: &str, secret: &str| {
        service.request(method, path).header("X-API-Key", secret)
    };
    let response = request(Method::GET, KEYS, &north.secret)
        .send()
        .await
        .unwrap();
    let listed = read(response, StatusCode::OK).await;
    assert_eq!(listed["keys"].as_array().unwrap().len(), 2);
    let path = format!("{KEYS}/{}", south.id);
    let response = request(Method::DELETE, &path, &north.secret).send().await;
    assert_refused(response.unwrap(), 404, "not_found").await;
    let response = make(&service, &reader.secret, &body).await;
    assert_refused(response, 403, "access_forbidden").await;
    // A key in the path is shown to everybody.
    let path = format!("/k/{KEY}{KEYS}");
    for method in [Method::GET, Method::POST] {
        let response = service.request(method, &path).json(&body).send().await;
        assert_refused(response.unwrap(), 403, "access_forbidden").await;
    }
}

#[tokio::test]
async fn an_address_makes_no_keys() {
    let home = Home::new();
    let service = home.start(&[("ANALYTICS_AUTH_MODE", "trusted-network")]);
    let body = json!({"name": "x", "access": "admin"});
    let browser = Browser::new(&service);
    for request in [
        browser.ask(Method::POST, "keys").json(&body),
        browser.ask(Method::GET, "keys"),
        service.request(Method::POST, KEYS).json(&body),
    ] {
        let response = request.send().await.unwrap();
        assert_refused(response, 403, "access_forbidden").await;
    }
}
