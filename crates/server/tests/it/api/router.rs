//! Which paths there are, with which methods, and for which pages.

use reqwest::{Method, StatusCode};
use serde_json::json;

use crate::{
    api::refusal::assert_refused,
    support::{Home, KEY},
};

/// Returns whether a route signs somebody in or out, which pages do and nobody else.
pub(super) fn is_of_pages((path, method): &(&str, Method)) -> bool {
    path.ends_with("/session/exchange") || path.ends_with("/session") && *method != Method::GET
}

/// Every path with a method it has. What is named by `{id}` is not there.
pub(super) const ROUTES: &[(&str, Method)] = &[
    ("/api/analytics/track", Method::POST),
    ("/api/analytics/import", Method::POST),
    ("/api/analytics/records", Method::POST),
    ("/api/analytics/ingest/hasura", Method::POST),
    ("/api/analytics/dashboard", Method::GET),
    ("/api/analytics/users", Method::GET),
    ("/api/analytics/channels", Method::GET),
    ("/api/analytics/channels/compare", Method::GET),
    ("/api/analytics/channels/care", Method::GET),
    ("/api/analytics/channels/{id}", Method::GET),
    ("/api/analytics/heatmap", Method::GET),
    ("/api/analytics/distribution", Method::GET),
    ("/api/analytics/participation", Method::GET),
    ("/api/analytics/messages", Method::GET),
    ("/api/analytics/content", Method::GET),
    ("/api/analytics/content/emoji", Method::GET),
    ("/api/analytics/content/hashtags", Method::GET),
    ("/api/analytics/content/links", Method::GET),
    ("/api/analytics/content/files", Method::GET),
    ("/api/analytics/content/topics", Method::GET),
    ("/api/analytics/retention", Method::GET),
    ("/api/analytics/lifecycle", Method::GET),
    ("/api/analytics/logins", Method::GET),
    ("/api/analytics/journeys", Method::GET),
    ("/api/analytics/funnels", Method::GET),
    ("/api/analytics/funnels", Method::POST),
    ("/api/analytics/funnels/presets", Method::GET),
    ("/api/analytics/funnels/run", Method::POST),
    ("/api/analytics/funnels/{id}", Method::GET),
    ("/api/analytics/funnels/{id}", Method::DELETE),
    ("/api/analytics/funnels/{id}/run", Method::GET),
    ("/api/analytics/changes", Method::GET),
    ("/api/analytics/realtime", Method::GET),
    ("/api/analytics/stickiness", Method::GET),
    ("/api/analytics/adoption", Method::GET),
    ("/api/analytics/newcomers", Method::GET),
    ("/api/analytics/users/matrix", Method::GET),
    ("/api/analytics/users/{id}", Method::GET),
    ("/api/analytics/response-times", Method::GET),
    ("/api/analytics/platform-health", Method::GET),
    ("/api/analytics/unanswered", Method::GET),
    ("/api/analytics/insights", Method::GET),
    ("/api/analytics/query", Method::POST),
    ("/api/analytics/sql", Method::POST),
    ("/api/analytics/reports", Method::GET),
    ("/api/analytics/reports", Method::POST),
    ("/api/analytics/reports/templates", Method::GET),
    ("/api/analytics/reports/{id}", Method::GET),
    ("/api/analytics/reports/{id}", Method::PUT),
    ("/api/analytics/reports/{id}", Method::DELETE),
    ("/api/analytics/reports/{id}/runs", Method::GET),
    ("/api/analytics/reports/{id}/runs/{run}/file", Method::GET),
    ("/api/analytics/reports/{id}/test", Method::POST),
    ("/unsubscribe/{token}", Method::GET),
    ("/unsubscribe/{token}", Method::POST),
    ("/api/analytics/reports/{id}/preview", Method::GET),
    ("/api/analytics/people/merge", Method::POST),
    ("/api/analytics/people/merge/{id}", Method::DELETE),
    ("/api/analytics/people/merges", Method::GET),
    ("/api/analytics/annotations", Method::GET),
    ("/api/analytics/annotations", Method::POST),
    ("/api/analytics/annotations/{id}", Method::GET),
    ("/api/analytics/annotations/{id}", Method::PUT),
    ("/api/analytics/annotations/{id}", Method::DELETE),
    ("/api/analytics/segments", Method::GET),
    ("/api/analytics/segments", Method::POST),
    ("/api/analytics/segments/preview", Method::POST),
    ("/api/analytics/segments/{id}", Method::GET),
    ("/api/analytics/segments/{id}", Method::PUT),
    ("/api/analytics/segments/{id}", Method::DELETE),
    ("/api/analytics/segments/{id}/members", Method::GET),
    ("/api/analytics/views", Method::GET),
    ("/api/analytics/views", Method::POST),
    ("/api/analytics/views/{id}", Method::GET),
    ("/api/analytics/views/{id}", Method::PUT),
    ("/api/analytics/views/{id}", Method::DELETE),
    ("/api/analytics/search", Method::GET),
    ("/api/analytics/people/{id}", Method::DELETE),
    ("/api/analytics/people/{id}/erasure", Method::DELETE),
    ("/api/analytics/erasures", Method::GET),
    ("/api/analytics/erasures/{id}", Method::GET),
    ("/api/analytics/session", Method::GET),
    ("/api/analytics/session", Method::POST),
    ("/api/analytics/session", Method::DELETE),
    ("/api/analytics/session/exchange", Method::POST),
    ("/api/analytics/sessions", Method::GET),
    ("/api/analytics/sessions/{id}", Method::DELETE),
    ("/api/analytics/keys", Method::GET),
    ("/api/analytics/keys", Method::POST),
    ("/api/analytics/keys/{id}", Method::DELETE),
    ("/api/analytics/share", Method::GET),
    ("/api/analytics/shares", Method::GET),
    ("/api/analytics/shares", Method::POST),
    ("/api/analytics/shares/{id}", Method::DELETE),
    ("/api/analytics/settings", Method::GET),
    ("/api/analytics/setup", Method::GET),
    ("/api/analytics/imports", Method::GET),
    ("/api/analytics/imports", Method::POST),
    ("/api/analytics/imports/{id}", Method::GET),
    ("/api/analytics/imports/{id}", Method::POST),
    ("/api/analytics/imports/{id}", Method::DELETE),
    ("/api/analytics/export", Method::GET),
    ("/api/analytics/events", Method::GET),
    ("/api/analytics/dead-letters", Method::GET),
    ("/api/analytics/metrics", Method::GET),
    ("/api/analytics/dimensions", Method::GET),
    ("/api/analytics/status", Method::GET),
    ("/api/analytics/ledger", Method::GET),
    ("/api/analytics/ledger/refill", Method::POST),
    ("/api/analytics/health", Method::GET),
    ("/api/analytics/openapi.json", Method::GET),
    ("/v1/events", Method::POST),
    ("/v1/events/batch", Method::POST),
    ("/v1/status", Method::GET),
    ("/health", Method::GET),
    ("/healthz", Method::GET),
    ("/live", Method::GET),
    ("/ready", Method::GET),
    ("/readyz", Method::GET),
    ("/version", Method::GET),
    ("/metrics", Method::GET),
];

#[tokio::test]
async fn every_path_has_its_method_and_no_other() {
    let home = Home::new();
    let service = home.start(&[]);
    for (path, method) in ROUTES {
        for other in [
            Method::GET,
            Method::POST,
            Method::PUT,
            Method::DELETE,
            Method::PATCH,
        ] {
            if ROUTES.contains(&(path, other.clone())) {
                continue;
            }
            // Nobody has to show a credential to learn that.
            let response = service.request(other, path).send().await.unwrap();
            let allowed = response
                .headers()
                .get("allow")
                .map(|allow| allow.to_str().unwrap().to_owned());
            assert_refused(response, 405, "method_not_allowed").await;
            let expected: Vec<&str> = ROUTES
                .iter()
                .filter(|(other, _)| other == path)
                .map(|(_, method)| match method.as_str() {
                    "GET" => "GET,HEAD",
                    other => other,
                })
                .collect();
            assert_eq!(allowed, Some(expected.join(",")), "{path}");
        }
        if *method == Method::GET {
            // There are neither reports nor channels, and no link is shown.
            let (asked, expected) = match path.rsplit('/').next() {
                Some("{id}" | "run" | "members" | "share" | "preview" | "runs" | "file") => {
                    ((*path).to_owned(), 404)
                }
                Some("compare") => (format!("{path}?ids=c1,c2"), 404),
                _ => ((*path).to_owned(), 200),
            };
            let request = service.request(Method::HEAD, &asked);
            let request = request.header("X-API-Key", KEY);
            let response = request.send().await.unwrap();
            assert_eq!(response.status(), expected, "{path}");
            assert!(response.text().await.unwrap().is_empty());
        }
    }
    for path in [
        "/",
        "/api",
        "/api/analytics",
        "/api/analytics/",
        "/api/analytics/dashboard/",
        "/api/analytics/Dashboard",
        "/api/analytics/reports/17/pages",
        "/api/analytics/../../etc/passwd",
        "/api/analytics/%2e%2e/track",
        "/v1",
        "/v1/events/x",
        "/api/analytics/users/u1/days",
        "/.env",
        "/api/analytics/%00",
        "/api/analytics/dashboard;x=1",
        "//api/analytics/dashboard",
    ] {
        for method in [Method::GET, Method::POST, Method::DELETE] {
            let response = service.request(method, path).send().await.unwrap();
            assert_refused(response, 404, "not_found").await;
        }
    }
}

#[tokio::test]
async fn pages_of_named_origins_may_call_and_no_others() {
    let home = Home::new();
    let service = home.start(&[("ANALYTICS_CORS_ORIGINS", "https://chat.example.com")]);
    let ask = async |method: Method, origin: &str| {
        let request = service
            .request(method, "/api/analytics/track")
            .header("Origin", origin);
        let request = request
            .header("X-API-Key", KEY)
            .header("Access-Control-Request-Method", "POST");
        let request = request
            .header("Access-Control-Request-Headers", "content-type,x-api-key")
            .body("{\"event\":\"x\"}");
        let response = request.send().await.unwrap();
        let header = |name: &str| {
            response
                .headers()
                .get(name)
                .map(|value| value.to_str().unwrap().to_lowercase())
        };
        (
            response.status(),
            header("access-control-allow-origin"),
            header("access-control-allow-headers"),
            header("access-control-allow-credentials"),
        )
    };
    let chat = "https://chat.example.com";
    let (status, origin, headers, credentials) = ask(Method::OPTIONS, chat).await;
    assert_eq!(
        (status, origin.as_deref(), credentials),
        (StatusCode::OK, Some(chat), None)
    );
    assert!(
        ["authorization", "content-type", "x-api-key"]
            .iter()
            .all(|name| headers.as_ref().unwrap().contains(name))
    );
    assert_eq!(ask(Method::POST, chat).await.1.as_deref(), Some(chat));
    for origin in [
        "https://evil.example.com",
        "https://chat.example.com.evil.example",
        "null",
        "http://chat.example.com",
    ] {
        assert_eq!(ask(Method::OPTIONS, origin).await.1, None, "{origin}");
        assert_eq!(ask(Method::POST, origin).await.1, None, "{origin}");
    }
    let status = service.json("/api/analytics/status").await;
    assert_eq!(status["eventTypes"], json!({"x": 5}));
}

#[tokio::test]
async fn every_page_may_call_where_all_origins_are_named() {
    let home = Home::new();
    let service = home.start(&[("ANALYTICS_CORS_ORIGINS", "*")]);
    for (method, path) in [
        (Method::OPTIONS, "/api/analytics/dashboard"),
        (Method::GET, "/api/analytics/dashboard"),
        (Method::POST, "/api/analytics/track"),
    ] {
        let about = format!("{method} {path}");
        let request = service
            .request(method.clone(), path)
            .header("Origin", "https://any.example.org")
            .header("X-API-Key", KEY)
            .header("Access-Control-Request-Method", "GET")
            .header("Access-Control-Request-Headers", "x-api-key")
            .body(r#"{"event":"x"}"#);
        let response = request.send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{about}");
        let headers = response.headers();
        assert_eq!(headers["access-control-allow-origin"], "*", "{about}");
        // A page shows a key that it knows; whatever its browser knows of us is never used.
        let credentials = headers.get("access-control-allow-credentials");
        assert_eq!(credentials, None, "{about}");
        if method == Method::OPTIONS {
            let listed = |name: &str| {
                let value = headers[name].to_str().unwrap().to_lowercase();
                value.split(',').map(str::to_owned).collect::<Vec<_>>()
            };
            let methods = listed("access-control-allow-methods");
            assert_eq!(methods, ["get", "post", "put", "delete"], "{about}");
            let allowed = listed("access-control-allow-headers");
            assert!(allowed.contains(&"x-api-key".to_owned()), "{about}");
        }
    }
}

#[tokio::test]
async fn addresses_and_headers_that_are_too_long_are_refused_with_a_sentence() {
    let home = Home::new();
    let service = home.start(&[]);
    for path in ["/health", "/api/analytics/dashboard", "/nowhere"] {
        for bytes in [33_000, 60_000] {
            let text = "x".repeat(bytes);
            let long = service.get(&format!("{path}?filter={text}"));
            assert_refused(long.send().await.unwrap(), 431, "head_too_large").await;
            let long = service.get(path).header("x-long", &text);
            assert_refused(long.send().await.unwrap(), 431, "head_too_large").await;
        }
    }
    let fitting = service
        .get("/api/analytics/status")
        .header("x-long", "x".repeat(30_000));
    assert_eq!(fitting.send().await.unwrap().status(), StatusCode::OK);
}
