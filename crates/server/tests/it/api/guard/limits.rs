//! Keys that are for some things only: a workspace, kinds of events, web pages.

use reqwest::{Method, StatusCode, header};
use serde_json::{Value, json};

use super::{TRACK, event, key, refused};
use crate::support::{Home, Service, json as read};

/// Makes a key with more arguments; returns its secret and its identity.
fn limited(home: &Home, arguments: &str) -> (String, String) {
    let mut all = vec!["key", "create", "--name", "test", "--json"];
    all.extend(arguments.split(' '));
    let output = home.run(&all, &[]);
    assert!(output.status.success(), "{output:?}");
    let made: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |name: &str| made[name].as_str().unwrap().to_owned();
    (text("secret"), text("id"))
}

fn send(service: &Service, path: &str, key: &str, body: &Value) -> reqwest::RequestBuilder {
    let request = service.request(Method::POST, path);
    request.header("X-API-Key", key).json(body)
}

#[tokio::test]
async fn a_write_key_is_for_one_workspace_unless_it_was_made_for_all() {
    let home = Home::new();
    let (bound, _) = limited(&home, "--access write");
    let (other, _) = limited(&home, "--access write --workspace other");
    let (any, _) = limited(&home, "--access write --any-workspace");
    let service = home.start(&[]);
    for path in [TRACK, "/v1/events", "/v1/events/batch"] {
        for (key, workspace, may) in [
            (&bound, None, true),
            (&bound, Some("primary"), true),
            (&bound, Some("other"), false),
            (&bound, Some("a-new-one"), false),
            (&other, Some("other"), true),
            (&other, Some("primary"), false),
            (&any, Some("other"), true),
            (&any, Some("primary"), true),
        ] {
            let mut request = send(&service, path, key, &event());
            if let Some(workspace) = workspace {
                request = request.header("X-Source-Account-ID", workspace);
            }
            if may {
                read(request.send().await.unwrap(), StatusCode::OK).await;
            } else {
                refused(request, 403, "workspace_forbidden").await;
            }
        }
    }
}

#[tokio::test]
async fn a_key_of_some_kinds_sends_nothing_else_and_nothing_of_a_mixed_batch() {
    let home = Home::new();
    let (key, _) = limited(&home, "--access write --kinds feature_used,pageView");
    let service = home.start(&[]);
    for path in [TRACK, "/v1/events", "/v1/events/batch"] {
        for name in ["feature_used", "featureUsed", "page_view"] {
            let body = json!({"event": name, "userId": "u1"});
            let request = send(&service, path, &key, &body);
            read(request.send().await.unwrap(), StatusCode::OK).await;
        }
        let mixed = json!({"events": [
            {"event": "feature_used", "userId": "u1"},
            {"event": "message_sent", "userId": "u1"},
        ]});
        let error = refused(send(&service, path, &key, &mixed), 403, "kind_forbidden").await;
        assert_eq!(
            error["message"],
            "The event at index 1 is of a kind that the key may not send."
        );
    }
    assert_eq!(super::events(&service).await, 9);
}

#[tokio::test]
async fn a_key_of_some_pages_opens_them_for_sending_and_nothing_else() {
    const PAGE: &str = "https://chat.example";
    let home = Home::new();
    let (key, id) = limited(&home, &format!("--access write --origin {PAGE}"));
    let service = home.start(&[]);
    let allowed = async |method: Method, path: &str, origin: &str| {
        let preflight = service
            .request(method, path)
            .header(header::ORIGIN, origin)
            .header(header::ACCESS_CONTROL_REQUEST_METHOD, "POST");
        let answer = preflight.send().await.unwrap();
        let allowed = answer.headers().get(header::ACCESS_CONTROL_ALLOW_ORIGIN);
        allowed.map(|origin| origin.to_str().unwrap().to_owned())
    };
    for path in [TRACK, "/v1/events", "/v1/events/batch"] {
        for path in [path.to_owned(), format!("/k/{key}{path}")] {
            let answer = allowed(Method::OPTIONS, &path, PAGE).await;
            assert_eq!(answer.as_deref(), Some(PAGE), "{path}");
            let evil = allowed(Method::OPTIONS, &path, "https://evil.example").await;
            assert_eq!(evil, None, "{path}");
        }
        let request = send(&service, path, &key, &event());
        let answer = request.header(header::ORIGIN, PAGE).send().await.unwrap();
        assert_eq!(answer.headers()[header::ACCESS_CONTROL_ALLOW_ORIGIN], PAGE);
        read(answer, StatusCode::OK).await;
        for origin in [None, Some("https://evil.example"), Some("null")] {
            let mut request = send(&service, path, &key, &event());
            if let Some(origin) = origin {
                request = request.header(header::ORIGIN, origin);
            }
            refused(request, 403, "origin_forbidden").await;
        }
    }
    for path in [
        "/api/analytics/dashboard",
        "/api/analytics/records",
        "/metrics",
    ] {
        assert_eq!(allowed(Method::OPTIONS, path, PAGE).await, None, "{path}");
    }
    assert!(home.run(&["key", "revoke", &id], &[]).status.success());
}

#[tokio::test]
async fn a_key_of_one_workspace_reads_nothing_about_all_of_them() {
    let home = Home::new();
    for access in ["read", "admin"] {
        let (bound, _) = key(&home, access, Some("primary"));
        let (all, _) = key(&home, access, None);
        let service = home.start(&[]);
        service.track(&event()).await;
        let ask =
            |key: &str, path: &str| service.request(Method::GET, path).header("X-API-Key", key);
        refused(ask(&bound, "/metrics"), 403, "workspace_forbidden").await;
        let answer = ask(&all, "/metrics").send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        for (key, sees) in [(&bound, false), (&all, true)] {
            for path in ["/api/analytics/status", "/v1/status"] {
                let status = ask(key, path).send().await.unwrap();
                let status = read(status, StatusCode::OK).await;
                let shown = (status["bytes"].is_u64(), status["source"].is_object());
                assert_eq!(shown, (sees, sees), "{status}");
            }
            let ledger = ask(key, "/api/analytics/ledger").send().await.unwrap();
            let ledger = read(ledger, StatusCode::OK).await;
            for name in ["rollupBytes", "rollupBytesInMemory"] {
                let shown = (ledger[name].is_u64(), ledger[name].is_null());
                assert_eq!(shown, (sees, !sees), "{ledger}");
            }
        }
    }
}

#[tokio::test]
async fn the_use_of_a_key_is_kept_and_shown() {
    let home = Home::new();
    let (used, id) = key(&home, "read", None);
    let (_, unused) = key(&home, "read", None);
    let service = home.start(&[]);
    for _ in 0..3 {
        let request = service.request(Method::GET, "/api/analytics/status");
        let answer = request.header("X-API-Key", &used).send().await.unwrap();
        read(answer, StatusCode::OK).await;
    }
    assert_eq!(service.stop(), Some(0));
    let list = |arguments: &[&str]| -> Value {
        let output = home.run(arguments, &[]);
        assert!(output.status.success(), "{output:?}");
        serde_json::from_slice(&output.stdout).unwrap()
    };
    for key in list(&["key", "list", "--json"]).as_array().unwrap() {
        assert_eq!(key["lastUsedAt"].is_string(), key["id"] == id, "{key}");
    }
    for (id, expected) in [(&id, &["used", "created"][..]), (&unused, &["created"])] {
        let entries = list(&["key", "audit", id, "--json"]);
        let entries = entries.as_array().unwrap();
        let actions: Vec<_> = entries.iter().map(|entry| &entry["action"]).collect();
        assert_eq!(actions, expected);
        if actions.len() == 2 {
            assert_eq!(entries[0]["by"], "127.0.0.1");
        }
    }
}
